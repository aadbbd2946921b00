"""Units that are more than beds and a queue: beds held back, outliers, cleaning, rooms between.

The flow asks here only for units that have such rules; the others pay nothing for them. Whatever
frees a bed ends in ``serve``: a free bed goes to the first who may lie in it, own outliers before
those who wait, electives last where beds are held for emergencies.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from simpy.events import NORMAL

from twin.actors import Callbacks, Cleaning, Patient, Pool, Return
from twin.bed_classes import SeparateBeds, needs
from twin.calling_off import ElectiveDesk
from twin.capacity import keep_hours
from twin.surge import SurgeWatch
from twin.unit_rules import BedRules

if TYPE_CHECKING:
    from twin.flow import Flow


class BedDesk:
    """Decides who may lie where in units with ``BedRules``."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.electives = ElectiveDesk(flow)
        self._on_cleaned: Callbacks = [self.cleaned]
        for pool in flow.pools:
            if pool.rules is not None:
                self._furnish(pool, pool.rules)

    def _furnish(self, pool: Pool, rules: BedRules) -> None:
        if rules.surge is not None:
            pool.surge = SurgeWatch(self, pool, rules.surge)
        if rules.layout:
            pool.separate = SeparateBeds(
                pool,
                rules.layout,
                moves_inside=rules.moves_inside,
                needs=needs(self.flow.table, self.flow.network.people, rules.isolation_share),
            )

    def start(self) -> None:
        """The processes of places: opening hours, and the calls to electives."""
        flow = self.flow
        for timetable in flow.network.timetables:
            flow.env.process(keep_hours(flow, timetable))
        for pool in flow.pools:
            rule = None if pool.rules is None else pool.rules.calling_off
            if rule is not None and rule.call_hour is not None:
                flow.env.process(self.electives.keep_calling(pool, rule))

    # Asking for a bed

    def ask(self, patient: Patient, pool: Pool, priority: int, now: float) -> None:
        """A bed here, one in a unit that helps, a place in the queue, or another date."""
        rule = self.electives.rule_for(patient, pool)
        is_off = rule is not None and self.electives.is_full(rule, pool, now)
        if not is_off and self.may_enter(patient, pool):
            self.take(patient, pool, now)
            self.flow._enter_bed(patient, pool, now)
        elif not is_off and self.enter_elsewhere(patient, pool, now):
            return
        elif rule is not None and (is_off or rule.wait_hours == 0):
            self.electives.call_off(patient, pool, now)
        else:
            patient.has_deadline = patient.has_deadline or rule is not None
            self.flow._wait_for_bed(patient, pool, priority, now)
            if rule is not None:
                self.electives.waits_at_most(patient, rule)
        self.watch(pool, now)

    def may_enter(self, patient: Patient, pool: Pool) -> bool:
        """Whether a bed is free for this patient: not held for emergencies, and one that suits."""
        held = 0
        if pool.rules is not None and self.flow.table.elective[patient.index]:
            held = pool.rules.reserved_beds
        return pool.free > held and (pool.separate is None or pool.separate.has_room(patient))

    @staticmethod
    def take(patient: Patient, pool: Pool, now: float) -> None:
        """A bed of the unit is this patient's, who is about to hold the place."""
        pool.free -= 1
        if pool.separate is not None:
            pool.separate.lay(patient, now)

    def enter_elsewhere(self, patient: Patient, pool: Pool, now: float) -> bool:
        """Take a free bed of a unit that helps this one, as an outlier."""
        assert pool.rules is not None
        for other in (self.flow.pools[unit] for unit in pool.rules.when_full):
            if self.may_enter(patient, other):
                self.take(patient, other, now)
                patient.home = pool
                self._lie_as_outlier(patient, pool)
                self.flow._enter_bed(patient, other, now)
                self.watch(other, now)
                return True
        return False

    def _lie_as_outlier(self, patient: Patient, home: Pool) -> None:
        if home.rules is not None and home.rules.outliers_return:
            home.outliers.append(patient)

    def wait_by_rules(self, patient: Patient, pool: Pool, priority: int) -> None:
        """Electives wait apart where beds are held back; who may lie elsewhere waits there too."""
        assert pool.rules is not None
        entry = (priority, patient.ticket, patient)
        if pool.rules.reserved_beds and self.flow.table.elective[patient.index]:
            pool.queue.remove(entry)
            heapify(pool.queue)
            heappush(pool.planned, entry)
        for unit in pool.rules.when_full:
            heappush(self.flow.pools[unit].overflow, entry)

    def stopped_waiting(self, patient: Patient, now: float) -> None:
        """A queue is shorter by one who has found something better."""
        self.watch(self.flow.pools[self.flow.units[patient.wants][patient.index]], now)

    @staticmethod
    def watch(pool: Pool, now: float) -> None:
        """Let the surge beds of the unit see how full it is."""
        if pool.surge is not None:
            pool.surge.watch(now)

    # A bed is free

    def release(self, pool: Pool, rules: BedRules, now: float) -> None:
        """A patient has left a bed: clean it, or give it to the next."""
        kind = None if pool.separate is None else pool.separate.leave()
        if rules.cleaning_hours:
            pool.in_cleaning += 1
            cleaning = Cleaning(pool, kind)
            cleaning.callbacks = self._on_cleaned
            self.flow._schedule(cleaning, NORMAL, rules.cleaning_hours)
            self.watch(pool, now)
        else:
            self.not_needed(pool, kind, now)

    def cleaned(self, cleaning: Cleaning) -> None:
        """The bed can be taken again."""
        cleaning.pool.in_cleaning -= 1
        self.not_needed(cleaning.pool, cleaning.kind, self.flow.env.now)

    def not_needed(self, pool: Pool, kind: int | None, now: float) -> None:
        """A bed of this kind (none: all are alike) can be taken at once."""
        pool.free += 1
        if pool.separate is not None and kind is not None:
            pool.separate.free[kind] += 1
        self.serve(pool, now)

    def serve(self, pool: Pool, now: float) -> None:
        """Free beds go to the unit's own outliers, then to those who wait and may lie in them."""
        while pool.free > 0:
            if outlier := self._outlier_of(pool):
                self._bring_back(outlier, pool, now)
            elif waiting := self._next(pool):
                self._enter_waiting(waiting, pool, now)
            else:
                break
        self.watch(pool, now)

    def _next(self, pool: Pool) -> Patient | None:
        """The best waiting patient who may take a free bed, out of the queues."""
        for queue in (pool.queue, pool.overflow, pool.planned):
            if patient := self._first(queue, pool):
                return patient
        return None

    def _first(self, queue: list[tuple[int, int, Patient]], pool: Pool) -> Patient | None:
        passed_over, chosen = [], None
        while queue and chosen is None:
            entry = heappop(queue)
            _, ticket, patient = entry
            if patient.ticket != ticket:
                continue
            if self.may_enter(patient, pool):
                chosen = patient
            else:
                passed_over.append(entry)
        for entry in passed_over:
            heappush(queue, entry)
        if chosen is not None:
            chosen.ticket = 0
        return chosen

    def _outlier_of(self, pool: Pool) -> Patient | None:
        """The first of the unit's outliers who may lie in a free bed."""
        pool.outliers = [
            patient
            for patient in pool.outliers
            if patient.home is pool and patient.holds not in (None, pool)
        ]
        for at, patient in enumerate(pool.outliers):
            if pool.separate is None or pool.separate.has_room(patient):
                return pool.outliers.pop(at)
        return None

    def _bring_back(self, patient: Patient, pool: Pool, now: float) -> None:
        before = patient.holds
        assert before is not None
        leg, index = patient.wants, patient.index
        self.take(patient, pool, now)
        self.flow.returns.append(Return(index, leg, now, before.index))
        self.flow.units[leg][index] = pool.index
        self.flow.replanned.add(index)
        patient.holds, patient.home = pool, None
        self.flow._release(before, now)

    def _enter_waiting(self, patient: Patient, pool: Pool, now: float) -> None:
        wanted = self.flow.pools[self.flow.units[patient.wants][patient.index]]
        if wanted is not pool and pool.site == wanted.site:
            patient.home = wanted
            self._lie_as_outlier(patient, wanted)
        self.take(patient, pool, now)
        self.flow._enter_bed(patient, pool, now)
        if wanted is not pool:
            self.watch(wanted, now)

    # Moves between units

    def fits(self, ring: list[Patient], wanted: dict[Patient, Pool]) -> bool:
        """Whether each patient of a ring may lie where the next one lies."""
        return all(
            (separate := wanted[patient].separate) is None
            or separate.fits_instead(patient, following)
            for patient, following in zip(ring, [*ring[1:], ring[0]], strict=True)
        )

    def go_on_outside(self, patient: Patient, now: float) -> None:
        """Give the place back, and wait for the next one without any."""
        flow, held = self.flow, patient.holds
        flow.left_early.append((patient.index, patient.wants, now))
        patient.holds = None
        if held is not None:
            flow._release(held, now)
        flow._ask_next_leg(patient, patient.wants, flow._priority[patient.index], now)
