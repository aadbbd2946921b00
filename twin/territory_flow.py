"""The flow of a territory with rules of its own: transfers, ambulances, diversion, deaths in waits.

A territory without such rules runs on the plain ``Flow`` and pays nothing for this one.
"""

from __future__ import annotations

from math import inf

from hospital.errors import GstError, say
from hospital.places import UnitKind
from twin.actors import WAITS_FOR_CUBICLE, Patient, Pool, Return
from twin.ambulances import AmbulanceDesk
from twin.diversion import DiversionDesk
from twin.flow import Flow
from twin.flow_state import coming, rows_in_order
from twin.network import Network
from twin.patients import PatientTable
from twin.territory_record import TerritoryRecord
from twin.transfer_policy import TransferDesk
from twin.waiting_deaths import DeathWatch

MOST_MOVES_AT_ONCE = 20
"""More transfers of one patient at the same moment are rules that send him round for ever."""


def open_flow(network: Network, table: PatientTable) -> Flow:
    """The flow that this network needs."""
    return Flow(network, table) if network.territory is None else TerritoryFlow(network, table)


class TerritoryFlow(Flow):
    """A flow that asks the desks of the territory where the plain one decides alone."""

    def __init__(self, network: Network, table: PatientTable) -> None:
        super().__init__(network, table)
        territory = network.territory
        assert territory is not None
        self.record = TerritoryRecord()
        self.end_hours = inf
        self.schedule = self.env.schedule
        self.ambulances = AmbulanceDesk(self, territory)
        self._transfers = TransferDesk(self, territory)
        self._deaths = DeathWatch(self, territory)
        self._doors = DiversionDesk(self, territory)
        self._moves: dict[int, int] = {}
        self._moves_at = -1.0
        for _, wanted in territory.searches:
            self.pools[wanted].seeks_elsewhere = True

    # What the desks ask for

    def is_intensive_care(self, pool: Pool) -> bool:
        """Whether these are beds of intensive care."""
        return self.network.units[pool.index].kind is UnitKind.INTENSIVE_CARE

    def priority_of(self, patient: Patient) -> int:
        """Triage level or priority of the stream; the lowest number goes first."""
        return self._priority[patient.index]

    @property
    def emergency(self) -> list[int]:
        """The emergency unit to which each patient goes (-1: none)."""
        return self._emergency

    def may_lie_in(self, patient: Patient, pool: Pool) -> bool:
        """Whether a bed of this unit is free for this patient."""
        return self._desk.may_enter(patient, pool)

    def take(self, patient: Patient, pool: Pool) -> None:
        """A bed of this unit is kept for this patient."""
        self._desk.take(patient, pool, self.env.now)

    def queue_is_shorter(self, pool: Pool) -> None:
        """Somebody who waited for this unit waits no longer."""
        self._desk.watch(pool, self.env.now)

    def enter_bed(self, patient: Patient, pool: Pool) -> None:
        """Lay the patient in a place already taken for this, by ambulance if need be."""
        self._enter_bed(patient, pool, self.env.now)

    def give_back(self, pool: Pool, kind: int | None, now: float) -> None:
        """A place that was kept is not needed after all: nobody has lain there."""
        if pool.rules is None:
            self._release(pool, now)
        else:
            self._desk.not_needed(pool, kind, now)
            self._transfers.bed_freed(pool, now)

    def leave_waiting(self, patient: Patient, now: float) -> None:
        """The patient waits no longer and leaves the territory."""
        patient.ticket = 0
        self._blocked.pop(patient, None)
        self.ambulances.call_off(patient, now)
        self._leave(patient, now)
        if patient.wants >= 0:
            self._desk.stopped_waiting(patient, now)

    def depart(self, patient: Patient, pool: Pool, now: float, *, is_homeward: bool) -> None:
        """The patient leaves for the place that was reserved."""
        if is_homeward:
            self._go_home(patient, pool, now)
        else:
            super()._enter_bed(patient, pool, now)

    def arrives_here(self, patient: Patient) -> None:
        """An arrival that is not turned away (again)."""
        super()._walk_in(patient, self.env.now)

    def rehome(self, patient: Patient, pool: Pool) -> None:
        """The patient comes to the emergency unit of another hospital."""
        self._emergency[patient.index] = pool.index
        patient.site = pool.site

    def plan_from(self, patient: Patient, unit: int) -> None:
        """The patient is admitted to this unit first, and follows the path from there."""
        wants, patient.wants = patient.wants, 0
        self.replanned.add(patient.index)
        self._plan_anew(patient, unit)
        patient.wants = wants

    # Where the plain flow decides alone

    def run(self, end_hours: float, census_hours: float | None = None) -> Flow:
        """As the plain flow."""
        self.end_hours = end_hours
        return super().run(end_hours, census_hours)

    def reserved_places(self) -> list[int]:
        """The unit of every place kept for a patient whose ambulance has not left."""
        return self.ambulances.reserved()

    def under_way(self) -> int:
        """Patients in no place and no queue: turned away and on the road, or about to leave."""
        return self._doors.on_road + self.ambulances.without_place()

    def _expect_patients(self) -> None:
        """Everybody by an event, because at the door one department may look at the others."""
        self._arrivals = coming(self.table, rows_in_order(self.table))

    def _walk_in(self, patient: Patient, now: float) -> None:
        if not self._doors.sends_on(patient, now):
            super()._walk_in(patient, now)

    def _wait_unseen(self, patient: Patient, now: float) -> None:
        """By an event, because diversion looks at who waits."""
        if patient.wants == WAITS_FOR_CUBICLE:
            self._deaths.of_cubicle(patient)
        self._set_deadline(patient, now)

    def _tests_ended(self, patient: Patient) -> None:
        cubicle = patient.holds
        super()._tests_ended(patient)
        if patient.wants == 0 and cubicle is not None and patient.holds is cubicle:
            self._doors.boards(patient, cubicle)

    def _seek_elsewhere(self, patient: Patient, pool: Pool) -> None:
        self._deaths.of_bed(patient, pool)
        if not self._transfers.seek(patient, pool) and self.is_intensive_care(pool):
            super()._seek_elsewhere(patient, pool)

    def _enter_bed(self, patient: Patient, pool: Pool, now: float) -> None:
        if pool.site == patient.site:
            super()._enter_bed(patient, pool, now)
            return
        if self.units[patient.wants][patient.index] != pool.index:
            self._transfers.note_sent(patient)
        self._blocked.pop(patient, None)
        self.ambulances.send(patient, pool, now)

    def _move(self, patient: Patient, pool: Pool, now: float) -> Pool | None:
        before = super()._move(patient, pool, now)
        self._transfers.note_lying(patient, pool)
        return before

    def _change_places(self, ring: list[Patient], now: float) -> None:
        for patient in ring:
            wanted = self._blocked[patient]
            if wanted.site != patient.site:
                self.ambulances.borrow(patient, wanted, now)
        super()._change_places(ring, now)

    def _leg_ended(self, patient: Patient) -> None:
        self.ambulances.call_off(patient, self.env.now)
        super()._leg_ended(patient)

    def _release(self, pool: Pool, now: float) -> None:
        super()._release(pool, now)
        self._transfers.bed_freed(pool, now)

    def _go_home(self, patient: Patient, pool: Pool, now: float) -> None:
        """The rest of the stay in the own hospital; the path goes on from there."""
        before, leg, index = patient.holds, patient.wants, patient.index
        assert before is not None
        self._transfer(patient, pool)
        self.returns.append(Return(index, leg, now, before.index))
        self.replanned.add(index)
        need_hours = self.hours[leg][index]
        self._plan_anew(patient, pool.index)
        self.hours[leg][index] = need_hours
        patient.holds = pool
        self._release(before, now)

    def _transfer(self, patient: Patient, pool: Pool) -> float:
        """As the plain flow; rules that send a patient round for ever are named, not followed.

        Raises:
            GstError: ``transfer_without_end``.
        """
        if self.env.now != self._moves_at:
            self._moves, self._moves_at = {}, self.env.now
        moves = self._moves[patient.index] = self._moves.get(patient.index, 0) + 1
        if moves > MOST_MOVES_AT_ONCE:
            raise GstError(
                "transfer_without_end",
                say(
                    "A patient is sent from {origin} to {unit} and back without end: "
                    "correct the transfer rules of the two hospitals.",
                    origin=self.network.sites[patient.site].code,
                    unit=self.network.units[pool.index].unit,
                ),
                patient=patient.index,
                at_hours=self.env.now,
            )
        return super()._transfer(patient, pool)
