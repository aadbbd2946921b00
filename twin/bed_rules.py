"""Units that are more than beds and a queue: beds held back, outliers, cleaning, rooms between.

The flow asks here only for units that have such rules; the others pay nothing for them.
"""

from __future__ import annotations

from heapq import heapify, heappush
from typing import TYPE_CHECKING

from simpy.events import NORMAL

from twin.actors import Callbacks, Cleaning, Patient, Pool, Return
from twin.network import BedRules

if TYPE_CHECKING:
    from twin.flow import Flow


class BedDesk:
    """Decides who may lie where in units with ``BedRules``."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self._on_cleaned: Callbacks = [self.cleaned]

    def may_enter(self, patient: Patient, pool: Pool) -> bool:
        """Whether a free bed is for this patient: electives leave those that are held back."""
        assert pool.rules is not None
        return pool.free > pool.rules.reserved_beds or not self.flow.table.elective[patient.index]

    def enter_elsewhere(self, patient: Patient, pool: Pool, now: float) -> bool:
        """Take a free bed of a unit that helps this one, as an outlier."""
        assert pool.rules is not None
        for other in (self.flow.pools[unit] for unit in pool.rules.when_full):
            if other.free > 0 and (other.rules is None or self.may_enter(patient, other)):
                other.free -= 1
                patient.home = pool
                self._lie_as_outlier(patient, pool)
                self.flow._enter_bed(patient, other, now)
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

    def release(self, pool: Pool, rules: BedRules, now: float) -> None:
        """A patient has left a bed: clean it, or give it to the next."""
        if rules.cleaning_hours:
            pool.in_cleaning += 1
            cleaning = Cleaning(pool)
            cleaning.callbacks = self._on_cleaned
            self.flow._schedule(cleaning, NORMAL, rules.cleaning_hours)
        else:
            self._offer(pool, rules, now)

    def cleaned(self, cleaning: Cleaning) -> None:
        """The bed can be taken again."""
        pool = cleaning.pool
        pool.in_cleaning -= 1
        assert pool.rules is not None
        self._offer(pool, pool.rules, self.flow.env.now)

    def _offer(self, pool: Pool, rules: BedRules, now: float) -> None:
        """A bed is free: first for the unit's own outliers, then for who waits."""
        if pool.free < 0:
            pool.free += 1
        elif outlier := self._outlier_of(pool):
            self._bring_back(outlier, pool, now)
        elif waiting := pool.next_waiting() or self._planned(pool, rules):
            self._enter_waiting(waiting, pool, now)
        else:
            pool.free += 1

    @staticmethod
    def _planned(pool: Pool, rules: BedRules) -> Patient | None:
        return pool.next_planned() if pool.free >= rules.reserved_beds else None

    def _outlier_of(self, pool: Pool) -> Patient | None:
        while pool.outliers:
            patient = pool.outliers.pop(0)
            if patient.home is pool and patient.holds is not None and patient.holds is not pool:
                return patient
        return None

    def _bring_back(self, patient: Patient, pool: Pool, now: float) -> None:
        before = patient.holds
        assert before is not None
        leg, index = patient.wants, patient.index
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
        self.flow._enter_bed(patient, pool, now)

    def go_on_outside(self, patient: Patient, now: float) -> None:
        """Give the place back, and wait for the next one without any."""
        flow, held = self.flow, patient.holds
        flow.left_early.append((patient.index, patient.wants, now))
        patient.holds = None
        if held is not None:
            flow._release(held, now)
        flow._ask_next_leg(patient, patient.wants, flow._priority[patient.index], now)
