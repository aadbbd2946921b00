"""Deaths of patients who wait: each has an own time to death, which counts only while waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simpy.events import NORMAL

from twin.actors import WAITS_FOR_CUBICLE, Callbacks, Patient, Pool, Step
from twin.chance import PatientChance
from twin.laws import Law
from twin.territory_network import Territory
from twin.territory_record import LostWaiting

if TYPE_CHECKING:
    from twin.territory_flow import TerritoryFlow


class DeathDue(Step):
    """The moment at which a patient dies who still waits for the same."""

    __slots__ = ("patient", "pool", "wants")

    def __init__(self, patient: Patient, pool: Pool) -> None:
        self.patient = patient
        self.pool = pool
        self.wants = patient.wants


class DeathWatch:
    """Watches over waits that can end in death."""

    def __init__(self, flow: TerritoryFlow, territory: Territory) -> None:
        self.flow = flow
        self.intensive_care = territory.intensive_care_deaths
        self.cubicle = territory.cubicle_deaths
        self._on_death: Callbacks = [self._dies]

    def of_bed(self, patient: Patient, pool: Pool) -> None:
        """A wait for intensive care begins."""
        if self.intensive_care is not None and self.flow.is_intensive_care(pool):
            self._watch(patient, pool, self.intensive_care)

    def of_cubicle(self, patient: Patient) -> None:
        """A wait for a cubicle begins."""
        index = patient.index
        law = self.cubicle.get(self.flow.priority_of(patient))
        if law is not None:
            self._watch(patient, self.flow.pools[self.flow.emergency[index]], law)

    def _watch(self, patient: Patient, pool: Pool, law: Law) -> None:
        index = patient.index
        chance = PatientChance(self.flow.table.keys[index : index + 1])
        hours = float(law.hours(chance.uniform(f"death_waiting_{patient.wants}"))[0])
        if hours < self.flow.end_hours - self.flow.env.now:
            due = DeathDue(patient, pool)
            due.callbacks = self._on_death
            self.flow.schedule(due, NORMAL, hours)

    def _dies(self, due: DeathDue) -> None:
        patient, flow = due.patient, self.flow
        flow.bring_up_to_date(due.pool)
        waits = patient.ticket or patient.index in flow.ambulances.pending
        if not waits or patient.wants != due.wants:
            return
        is_bed = due.wants != WAITS_FOR_CUBICLE
        if not is_bed and patient.holds is not None:
            return
        flow.died.append(patient.index)
        lost = LostWaiting(patient.index, flow.env.now, due.pool.index, patient.site)
        flow.record.deaths.append(lost)
        flow.leave_waiting(patient, flow.env.now)
