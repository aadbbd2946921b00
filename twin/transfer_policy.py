"""Sends who waits to another hospital, by the territory's transfer policy, and brings them home."""

from __future__ import annotations

from heapq import heappush
from math import isnan
from typing import TYPE_CHECKING

from simpy.events import NORMAL

from twin.actors import Callbacks, Deadline, Patient, Pool, Step
from twin.territory_network import Homes, Search, Territory
from twin.territory_record import LostWaiting

if TYPE_CHECKING:
    from twin.territory_flow import TerritoryFlow


class SearchDue(Deadline):
    """The moment at which a rule asks other hospitals, or gives up."""

    __slots__ = ("pool", "search")

    def __init__(self, patient: Patient, pool: Pool, search: Search) -> None:
        super().__init__(patient)
        self.pool = pool
        self.search = search


class Homecoming(Step):
    """A patient who was sent away and may come home from this unit, if still there by then."""

    __slots__ = ("leg", "patient", "pool")

    def __init__(self, patient: Patient, pool: Pool) -> None:
        self.patient = patient
        self.pool = pool
        self.leg = patient.wants


class BedIsClean(Step):
    """A bed that may be free now, for somebody who comes home."""

    __slots__ = ("pool",)

    def __init__(self, pool: Pool) -> None:
        self.pool = pool


class TransferDesk:
    """Asks other hospitals for who waits too long, and calls home who was sent away."""

    def __init__(self, flow: TerritoryFlow, territory: Territory) -> None:
        self.flow = flow
        self.searches = territory.searches
        self.homes: Homes | None = territory.homes
        self._sent: set[int] = set()
        self._away: dict[int, list[Homecoming]] = {}
        self._on_search: Callbacks = [self._ask]
        self._on_limit: Callbacks = [self._give_up]
        self._on_homecoming: Callbacks = [self._may_come_home]
        self._on_clean: Callbacks = [self._is_clean]

    # Away

    def seek(self, patient: Patient, pool: Pool) -> bool:
        """Start the search of the first rule that fits this wait; False where none does.

        A patient who waits for another hospital's unit anyway has the others asked at once.
        """
        search = self._rule_for(patient, pool)
        if search is None:
            return False
        if search.receivers:
            is_home = pool.site == patient.site
            hours = search.after_hours if is_home else 0.0
            self._remind(SearchDue(patient, pool, search), self._on_search, hours)
        if search.limit_hours is not None:
            due = SearchDue(patient, pool, search)
            self._remind(due, self._on_limit, search.limit_hours)
        return True

    def _rule_for(self, patient: Patient, pool: Pool) -> Search | None:
        held = patient.holds
        kind = None if held is None else self.flow.network.units[held.index].kind
        at_home = held is None and bool(self.flow.table.elective[patient.index])
        for search in self.searches.get((patient.site, pool.index), ()):
            fits = not search.sent_from or kind in search.sent_from
            if fits and (search.electives or not at_home):
                return search
        return None

    def _remind(self, step: Step, callbacks: Callbacks, hours: float) -> None:
        step.callbacks = callbacks
        self.flow.schedule(step, NORMAL, hours)

    def _ask(self, due: SearchDue) -> None:
        """Take a free bed of a hospital that may receive, or wait for the first that frees."""
        patient = due.patient
        if patient.ticket != due.ticket:
            return
        pools = self._in_order(due.search)
        for pool in pools:
            if self.flow.may_lie_in(patient, pool):
                patient.ticket = 0
                self.flow.take(patient, pool)
                self.flow.enter_bed(patient, pool)
                self.flow.queue_is_shorter(due.pool)
                return
        for pool in pools:
            heappush(pool.overflow, (self.flow.priority_of(patient), due.ticket, patient))

    def _in_order(self, search: Search) -> list[Pool]:
        pools = [self.flow.pools[unit] for unit in search.receivers]
        if search.by_occupancy:
            beds = self.flow.network.beds
            pools.sort(key=lambda pool: -pool.free / beds[pool.index])
        return pools

    def _give_up(self, due: SearchDue) -> None:
        """No bed was found in the territory in time."""
        patient, flow = due.patient, self.flow
        if patient.ticket != due.ticket:
            return
        if flow.is_intensive_care(due.pool):
            flow.refused.append(patient.index)
        else:
            lost = LostWaiting(patient.index, flow.env.now, due.pool.index, patient.site)
            flow.record.refusals.append(lost)
        flow.leave_waiting(patient, flow.env.now)

    # Home

    def note_sent(self, patient: Patient) -> None:
        """This patient goes to another hospital because the own one was full."""
        if self.homes is not None:
            self._sent.add(patient.index)

    def note_lying(self, patient: Patient, pool: Pool) -> None:
        """A patient has got a bed: one who was sent away may come home from it some time."""
        if self.homes is not None and patient.index in self._sent and self._homes_of(patient, pool):
            step = Homecoming(patient, pool)
            self._remind(step, self._on_homecoming, self.homes.after_hours)

    def _homes_of(self, patient: Patient, pool: Pool) -> tuple[int, ...]:
        assert self.homes is not None
        first_site = int(self.flow.table.site[patient.index])
        return self.homes.units.get((first_site, pool.index), ())

    def _may_come_home(self, step: Homecoming) -> None:
        if not self._still_lies(step):
            return
        patient = step.patient
        for unit in self._homes_of(patient, step.pool):
            pool = self.flow.pools[unit]
            if self.flow.may_lie_in(patient, pool):
                self._call_home(step, pool)
                return
        for unit in self._homes_of(patient, step.pool):
            self._away.setdefault(unit, []).append(step)

    def _still_lies(self, step: Homecoming) -> bool:
        """In the same bed, not about to leave it, no outlier, no ambulance called yet."""
        patient, flow = step.patient, self.flow
        lies = patient.holds is step.pool and patient.wants == step.leg and patient.home is None
        is_free = not patient.ticket and patient.index not in flow.ambulances.pending
        return lies and is_free and isnan(flow.out[patient.index])

    def bed_freed(self, pool: Pool, now: float) -> None:
        """A bed was given back: if nobody waits for it, somebody may come home to it."""
        if not self._away.get(pool.index):
            return
        if pool.rules is not None and pool.rules.cleaning_hours:
            self._remind(BedIsClean(pool), self._on_clean, pool.rules.cleaning_hours)
        else:
            self._fill(pool)

    def _is_clean(self, step: BedIsClean) -> None:
        self._fill(step.pool)

    def _fill(self, pool: Pool) -> None:
        away = self._away[pool.index]
        while away and pool.free > 0:
            step = away.pop(0)
            if self._still_lies(step) and self.flow.may_lie_in(step.patient, pool):
                self._call_home(step, pool)

    def _call_home(self, step: Homecoming, pool: Pool) -> None:
        self.flow.take(step.patient, pool)
        self.flow.ambulances.send(step.patient, pool, self.flow.env.now, is_homeward=True)
