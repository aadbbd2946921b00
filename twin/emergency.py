"""Emergency departments: cubicles, physicians, and what happens in them without SimPy's events.

Nobody outside sees when a consultation begins or a waiting patient gives up. A department is
therefore *brought up to date* only when somebody touches it: a patient who arrives, a boarder who
gives a cubicle back, a shift that changes. It then lives through what is past, in the order of
time: a physician who is free takes the first of those who wait in a cubicle, a free cubicle the
first of those at the door, and whose patience has ended has left.

The one thing that shows outside is a patient who asks for a bed. Whoever will, and has to wait,
asks the department at the earliest time at which he could be ready; so no bed is asked for late.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from heapq import heappop, heappush, heapreplace
from math import inf

import numpy as np

from twin.actors import NOBODY, WAITS_FOR_PHYSICIAN, Callbacks, Patient, Pool, Step
from twin.bells import BellFlow
from twin.flow_state import coming, rows_in_order
from twin.network import NOWHERE, Ints, Network
from twin.patients import PatientTable

NO_LOOK = (inf, NOWHERE, inf)


class Look(Step):
    """The next look at a department, because somebody there may ask for a bed."""

    __slots__ = ("unit",)

    def __init__(self) -> None:
        self.unit = NOWHERE


def looks(table: PatientTable, rows: Ints) -> Iterator[tuple[float, int, float]]:
    """For all who will ask for a bed: the earliest hour of that, department, hour of arrival."""
    rows = rows[table.units[rows, 0] != NOWHERE]
    at_hours = table.arrive[rows] + table.consult[rows] + table.tests[rows]
    order = np.argsort(at_hours, kind="stable")
    columns = (at_hours[order], table.emergency[rows][order], table.arrive[rows][order])
    return zip(*(column.tolist() for column in columns), strict=True)


class EmergencyFlow(BellFlow):
    """A flow whose emergency departments live on when they are looked at."""

    __slots__ = ("_arrivals", "_look", "_looks", "_on_look", "_on_ready", "_on_tests_end")

    def __init__(self, network: Network, table: PatientTable) -> None:
        super().__init__(network, table)
        self._on_tests_end: Callbacks = [self._tests_ended]
        self._on_ready: Callbacks = [self._may_be_ready]
        self._on_look: Callbacks = [self._looked_at]
        self._look = Look()
        self._arrivals: Iterator[Patient] = iter(())
        self._looks: Iterator[tuple[float, int, float]] = iter(())
        self._expect_patients()

    def _expect_patients(self) -> None:
        """Whoever comes to a department is on the way there; the others come by an event."""
        rows = rows_in_order(self.table)
        units = self.table.emergency[rows]
        for pool in self.pools:
            if pool.physicians is not pool:
                pool.coming = coming(self.table, rows[units == pool.index])
                pool.next_patient = next(pool.coming, NOBODY)
        self._arrivals = coming(self.table, rows[units == NOWHERE])
        self._looks = looks(self.table, rows[units != NOWHERE])

    def _schedule_look(self, now: float) -> None:
        """Only the next look is in SimPy's queue: for the first of those not yet known.

        Whoever has come in by the last look at the department has an event of his own.
        """
        pools = self.pools
        at_hours, unit, arrive_hours = next(self._looks, NO_LOOK)
        while pools[unit].next_patient.arrive_hours > arrive_hours:
            at_hours, unit, arrive_hours = next(self._looks, NO_LOOK)
        if at_hours < inf:
            look = self._look
            look.unit = unit
            look.callbacks = self._on_look
            self._schedule_at(look, at_hours, now)

    def _looked_at(self, look: Look) -> None:
        now = self.env.now
        self._live_until(self.pools[look.unit], now)
        self._schedule_look(now)

    def _walk_in(self, patient: Patient, now: float) -> None:
        """An arrival that only now is known."""
        index = patient.index
        unit = self._emergency[index]
        if unit == NOWHERE:
            self._ask_next_leg(patient, NOWHERE, self._priority[index], now)
        else:
            self._live_until(self.pools[unit], now)
            self._come(patient, self.pools[unit], now)

    def _come(self, patient: Patient, cubicles: Pool, now: float) -> None:
        if cubicles.ends and cubicles.ends[0] <= now:
            cubicles.settle(now)
        if cubicles.free <= 0 and cubicles.leavers:
            self._let_leave(cubicles, now)
        if cubicles.free > 0:
            cubicles.free -= 1
            self._enter_cubicle(patient, cubicles, now)
        else:
            self._wait_here(patient, cubicles, now)

    def bring_up_to_date(self, pool: Pool) -> None:
        """Places that have freed by now are free; a department has lived until now."""
        if pool.physicians is not pool:
            self._live_until(pool, self.env.now)
        pool.settle(self.env.now)

    def _live_until(self, cubicles: Pool, now: float) -> None:
        """All that has happened in this department by now, arrivals among it."""
        outside, inside = cubicles.queue, cubicles.physicians.queue
        patient = cubicles.next_patient
        while (arrive_hours := patient.arrive_hours) <= now:
            if inside or outside:
                self._serve_until(cubicles, arrive_hours)
            self._come(patient, cubicles, arrive_hours)
            patient = next(cubicles.coming, NOBODY)
        cubicles.next_patient = patient
        if inside or outside:
            self._serve_until(cubicles, now)

    def _serve_until(self, cubicles: Pool, now: float) -> None:
        """Places that free by now go to those who wait; of a moment, physicians first."""
        outside, frees_at = cubicles.queue, cubicles.ends
        inside, seen_at = cubicles.physicians.queue, cubicles.physicians.ends
        while True:
            seen = seen_at[0] if inside and seen_at else inf
            frees = cubicles.next_end() if outside else inf
            if seen <= frees:
                if seen > now:
                    break
                self._see_next(cubicles.physicians, seen)
            elif frees > now:
                break
            elif frees_at and frees_at[0] == frees:
                heappop(frees_at)
                self._give(cubicles, frees)
            else:
                self._let_leave(cubicles, frees)

    def _see_next(self, physicians: Pool, now: float) -> None:
        """The physician who is free now takes the first of those in a cubicle."""
        _, ticket, patient = physicians.queue[0]
        if physicians.free >= 0 and patient.ticket == ticket and patient.leaves_at_hours >= now:
            heappop(physicians.queue)
            patient.ticket = 0
            heapreplace(physicians.ends, self._consult(patient, now))
        else:
            heappop(physicians.ends)
            self._give(physicians, now)

    def _enter_cubicle(self, patient: Patient, cubicles: Pool, now: float) -> None:
        patient.holds = cubicles
        physicians = cubicles.physicians
        ends = physicians.ends
        if ends and ends[0] <= now:
            physicians.settle(now)
        if physicians.free > 0:
            physicians.free -= 1
            heappush(ends, self._consult(patient, now))
        else:
            self.cubicle[patient.index] = now
            patient.wants = WAITS_FOR_PHYSICIAN
            self._wait_here(patient, physicians, now)

    def _consult(self, patient: Patient, now: float) -> float:
        """When the consultation ends. Whoever goes home after it has no more steps to take."""
        index = patient.index
        self.physician[index] = now
        consult_ends = now + patient.consult_hours
        tests_end = consult_ends + patient.tests_hours
        if self._first_unit[index] == NOWHERE:
            heappush(patient.holds.ends, tests_end)  # type: ignore[union-attr]
        elif not patient.asks_if_ready:
            clock = self.env.now
            patient.callbacks = self._on_tests_end
            self._schedule_at(patient, max(tests_end, clock), clock)
        return consult_ends

    def _wait_here(self, patient: Patient, pool: Pool, now: float) -> None:
        self._queue(patient, pool, self._priority[patient.index])
        if self._first_unit[patient.index] != NOWHERE and not patient.asks_if_ready:
            patient.asks_if_ready = True
            self._ask_when_ready(patient, now)
        self._wait_unseen(patient, now)

    def _wait_unseen(self, patient: Patient, now: float) -> None:
        """Patience counts from arrival. Its end is noted, no event."""
        patience = self._patience[patient.index]
        if patience < inf:
            at_hours = patient.leaves_at_hours = max(patient.arrive_hours + patience, now)
            if (cubicles := patient.holds) is not None:
                heappush(cubicles.leavers, (at_hours, patient.ticket, patient))

    def _ask_when_ready(self, patient: Patient, now: float) -> None:
        """He could be ready for a bed then, if a physician came this moment."""
        earliest_hours = now + patient.consult_hours + patient.tests_hours
        clock = self.env.now
        patient.callbacks = self._on_ready
        self._schedule_at(patient, max(earliest_hours, clock), clock)

    def _may_be_ready(self, patient: Patient) -> None:
        now = self.env.now
        if patient.ticket:
            self._live_until(self.pools[self._emergency[patient.index]], now)
        if patient.ticket:
            if patient.leaves_at_hours > now:
                self._ask_when_ready(patient, now)
            return
        seen = self.physician[patient.index]
        tests_end = seen + patient.consult_hours + patient.tests_hours
        if tests_end > now:
            patient.callbacks = self._on_tests_end
            self._schedule_at(patient, tests_end, now)
        elif tests_end <= now:
            self._on_tests_end[0](patient)

    def _let_leave(self, cubicles: Pool, now: float) -> None:
        """Whose patience has ended in a cubicle by now has left it, unseen, as it ended."""
        leavers = cubicles.leavers
        while leavers and leavers[0][0] <= now:
            _, ticket, patient = heappop(leavers)
            if patient.ticket == ticket:
                self._leave_unseen(patient, now)

    def _leave_unseen(self, patient: Patient, now: float) -> None:
        """The patient has left as patience ended; the place is given back now.

        If anybody had waited for that place, it would have been given back at the time.
        """
        patient.ticket = 0
        self.left_unseen.append(patient.index)
        self.out[patient.index] = patient.leaves_at_hours
        if (held := patient.holds) is not None:
            patient.holds = None
            self._give(held, now)

    def _give(self, pool: Pool, now: float) -> None:
        """Give a place to who waits for it, if anybody does."""
        is_wanted = (pool.queue or pool.overflow) and pool.free >= 0
        waiting = pool.next_waiting() if is_wanted else None
        while waiting is not None and waiting.leaves_at_hours < now and waiting.wants < 0:
            self._leave_unseen(waiting, now)
            waiting = pool.next_waiting()
        if waiting is None:
            pool.free += 1
        elif waiting.wants == WAITS_FOR_PHYSICIAN:
            heappush(pool.ends, self._consult(waiting, now))
        elif waiting.wants < 0:
            self._enter_cubicle(waiting, pool, now)
        else:
            self._enter_bed(waiting, pool, now)

    def _close(self, pool: Pool, now: float) -> None:
        """Count who has gone home or left unseen by now."""
        if pool.physicians is not pool:
            self._live_until(pool, now)
        pool.settle(now)
        self._let_leave(pool, now)
        for _, ticket, patient in pool.queue.copy():
            is_unseen = patient.ticket == ticket and patient.wants < 0
            if is_unseen and patient.leaves_at_hours <= now:
                self._leave_unseen(patient, now)

    @abstractmethod
    def _tests_ended(self, patient: Patient) -> None:
        """The patient asks for a bed."""

    @abstractmethod
    def _ask_next_leg(self, patient: Patient, leg: int, priority: int, now: float) -> None:
        """The patient asks for the next unit of the path."""

    @abstractmethod
    def _enter_bed(self, patient: Patient, pool: Pool, now: float) -> None:
        """The patient lies down in a bed that was taken for this."""
