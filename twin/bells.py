"""Places that free by themselves: an end for which nobody waits needs no event.

When a consultation starts, or the last stay of a patient, the time at which the place frees is
known. It is only noted. Whoever asks for a place counts those that have freed meanwhile
(``Pool.settle``); whoever must wait sets a bell, which rings as the first of them frees. Nor does
the end of a patience need an event: whoever left unseen is found out when his turn comes, or when
somebody needs his cubicle. This spares most of SimPy's events, and the queue of those that remain
stays short.
"""

from __future__ import annotations

from abc import abstractmethod
from heapq import heappop, heappush
from math import inf

import simpy
from simpy.events import NORMAL, EventPriority

from twin.actors import Bell, Callbacks, Patient, Pool, Step
from twin.flow_state import FlowState
from twin.network import Network
from twin.patients import PatientTable

RINGING = -1.0
"""Before any time: nothing sets the bell while it rings."""


class Stopover(Step):
    """A moment on the way to a time which the clock would miss by its last bit in one step."""

    __slots__ = ("at_hours", "event", "priority")

    def __init__(self, event: Step, at_hours: float, priority: EventPriority) -> None:
        self.event = event
        self.at_hours = at_hours
        self.priority = priority


class BellFlow(FlowState):
    """A flow whose pools know when their places free."""

    __slots__ = ("_on_bell", "_on_stopover", "_schedule", "env")

    def __init__(self, network: Network, table: PatientTable) -> None:
        super().__init__(network, table)
        self.env = simpy.Environment()
        self._schedule = self.env.schedule
        self._on_bell: Callbacks = [self._rung]
        self._on_stopover: Callbacks = [self._goes_on]

    def _frees_at(self, pool: Pool, at_hours: float, now: float) -> None:
        """A place of this pool frees then; ``now`` is the time of SimPy's clock."""
        heappush(pool.ends, at_hours)
        if pool.queue and at_hours < pool.rings_at_hours:
            self._set_bell(pool, now)

    def _set_bell(self, pool: Pool, now: float) -> None:
        """Somebody waits: a bell must ring as the next place frees."""
        bell = pool.bell or Bell(pool)
        pool.bell = None
        pool.rings_at_hours = at_hours = pool.next_end()
        bell.callbacks = self._on_bell
        self._schedule_at(bell, at_hours, now, pool.bell_priority)

    def _rung(self, bell: Bell) -> None:
        pool, now = bell.pool, self.env.now
        pool.bell = bell
        pool.rings_at_hours = RINGING
        ends = pool.ends
        while ends and ends[0] <= now:
            heappop(ends)
            self._release(pool, now)
        if pool.leavers:
            self._let_leave(pool, now)
        if pool.queue and (ends or pool.leavers):
            self._set_bell(pool, now)
        else:
            pool.rings_at_hours = inf

    def _wait_unseen(self, patient: Patient, now: float) -> None:
        """Patience counts from arrival. Its end is noted, no event."""
        patience = self._patience[patient.index]
        if patience < inf:
            at_hours = patient.leaves_at_hours = max(patient.arrive_hours + patience, now)
            if (cubicle := patient.holds) is not None:
                heappush(cubicle.leavers, (at_hours, patient.ticket, patient))
                if cubicle.queue and at_hours < cubicle.rings_at_hours:
                    self._set_bell(cubicle, self.env.now)

    def _let_leave(self, cubicles: Pool, now: float) -> None:
        """Whose patience has ended in a cubicle by now has left it, unseen, as it ended."""
        leavers = cubicles.leavers
        while leavers and leavers[0][0] <= now:
            _, ticket, patient = heappop(leavers)
            if patient.ticket == ticket:
                self._leave_unseen(patient, now)

    def _leave_unseen(self, patient: Patient, now: float) -> None:
        """The patient has left as patience ended; the place is given back now.

        If anybody had waited for that place, a bell would have rung at the time.
        """
        patient.ticket = 0
        self.left_unseen.append(patient.index)
        self.out[patient.index] = patient.leaves_at_hours
        if (held := patient.holds) is not None:
            patient.holds = None
            self._release(held, now)

    def _close(self, pool: Pool, now: float) -> None:
        """Count who has gone home or left unseen by now."""
        pool.settle(now)
        self._let_leave(pool, now)
        for _, ticket, patient in pool.queue.copy():
            is_unseen = patient.ticket == ticket and patient.wants < 0
            if is_unseen and patient.leaves_at_hours <= now:
                self._leave_unseen(patient, now)

    @abstractmethod
    def _release(self, pool: Pool, now: float) -> None:
        """Give a place to who waits for it, if anybody does."""

    def _schedule_at(
        self, event: Step, at_hours: float, now: float, priority: EventPriority = NORMAL
    ) -> None:
        """To the last bit, which no delay may give from a time less than half of it."""
        delay = at_hours - now
        if now + delay == at_hours:
            self._schedule(event, priority, delay)
        else:
            stopover = Stopover(event, at_hours, priority)
            stopover.callbacks = self._on_stopover
            self._schedule(stopover, priority, delay / 2)

    def _goes_on(self, stopover: Stopover) -> None:
        self._schedule_at(stopover.event, stopover.at_hours, self.env.now, stopover.priority)
