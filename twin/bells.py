"""Beds that free by themselves: an end for which nobody waits needs no event.

When the last stay of a patient starts, the time at which the bed frees is known. It is only noted.
Whoever asks for a bed counts those that have freed meanwhile (``Pool.settle``); whoever must wait
sets a bell, which rings as the first of them frees.
"""

from __future__ import annotations

from abc import abstractmethod
from heapq import heappop, heappush
from math import inf

import simpy
from simpy.events import NORMAL

from twin.actors import Bell, Callbacks, Patient, Pool, Step
from twin.flow_state import FlowState
from twin.network import Network
from twin.patients import PatientTable

RINGING = -1.0
"""Before any time: nothing sets the bell while it rings."""


class Stopover(Step):
    """A moment on the way to a time which the clock would miss by its last bit in one step."""

    __slots__ = ("at_hours", "event")

    def __init__(self, event: Step, at_hours: float) -> None:
        self.event = event
        self.at_hours = at_hours


class BellFlow(FlowState):
    """A flow whose pools know when their places free."""

    __slots__ = ("_on_bell", "_on_stopover", "_schedule", "_tickets", "env")

    def __init__(self, network: Network, table: PatientTable) -> None:
        super().__init__(network, table)
        self.env = simpy.Environment()
        self._tickets = 0
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
        pool.rings_at_hours = at_hours = pool.ends[0]
        bell.callbacks = self._on_bell
        self._schedule_at(bell, at_hours, now)

    def _rung(self, bell: Bell) -> None:
        pool, now = bell.pool, self.env.now
        pool.bell = bell
        pool.rings_at_hours = RINGING
        ends = pool.ends
        while ends and ends[0] <= now:
            heappop(ends)
            self._release(pool, now)
        if pool.queue and ends:
            self._set_bell(pool, now)
        else:
            pool.rings_at_hours = inf

    def _queue(self, patient: Patient, pool: Pool, priority: int) -> None:
        self._tickets += 1
        patient.ticket = self._tickets
        heappush(pool.queue, (priority, self._tickets, patient))

    def _wait(self, patient: Patient, pool: Pool, priority: int) -> None:
        """In the queue for a bed."""
        self._queue(patient, pool, priority)
        if pool.ends and pool.ends[0] < pool.rings_at_hours:
            self._set_bell(pool, self.env.now)

    @abstractmethod
    def _release(self, pool: Pool, now: float) -> None:
        """Give a bed to who waits for it, if anybody does."""

    def _schedule_at(self, event: Step, at_hours: float, now: float) -> None:
        """To the last bit, which no delay may give from a time less than half of it."""
        delay = at_hours - now
        if now + delay == at_hours:
            self._schedule(event, NORMAL, delay)
        else:
            stopover = Stopover(event, at_hours)
            stopover.callbacks = self._on_stopover
            self._schedule(stopover, NORMAL, delay / 2)

    def _goes_on(self, stopover: Stopover) -> None:
        self._schedule_at(stopover.event, stopover.at_hours, self.env.now)
