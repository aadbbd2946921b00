"""Who and what moves in the flow: patients, deadlines, feeds of arrivals, pools of places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop
from typing import Any, TypeAlias

import simpy

Callbacks: TypeAlias = list[Callable[[Any], None]]

WAITS_FOR_CUBICLE = -2
WAITS_FOR_PHYSICIAN = -1


class Step(simpy.Event):
    """An event that always succeeds and is scheduled anew instead of made anew."""

    __slots__ = ("callbacks",)
    _ok = True


class Patient(Step):
    """One patient on the way; ``index`` is the row of the patient table.

    ``wants`` is the leg in progress or waited for, ``ticket`` the number drawn in the queue
    (0 when not waiting), so that a stale entry of a queue is known by its number.
    """

    __slots__ = ("has_deadline", "holds", "index", "site", "ticket", "wants")

    def __init__(self, index: int, site: int) -> None:
        self.index = index
        self.site = site
        self.holds: Pool | None = None
        self.wants = WAITS_FOR_CUBICLE
        self.ticket = 0
        self.has_deadline = False


class Deadline(Step):
    """The moment at which a patient who still waits with this ticket changes course."""

    __slots__ = ("patient", "ticket")

    def __init__(self, patient: Patient) -> None:
        self.patient = patient
        self.ticket = patient.ticket


class Feed(Step):
    """The next arrival of one hospital."""

    __slots__ = ("next", "site", "stop")

    def __init__(self, site: int, start: int, stop: int) -> None:
        self.site = site
        self.next = start
        self.stop = stop


class Pool:
    """Places of one unit (or its physicians): how many are free, and who waits.

    ``queue`` holds (priority, ticket, patient); ``overflow`` those who may come from other
    hospitals and are served after it.
    """

    __slots__ = (
        "free",
        "index",
        "is_intensive_care",
        "overflow",
        "physicians",
        "queue",
        "site",
        "waits_for_clock",
    )

    def __init__(self, index: int, site: int, places: int) -> None:
        self.index = index
        self.site = site
        self.free = places
        self.is_intensive_care = False
        self.waits_for_clock = False
        self.queue: list[tuple[int, int, Patient]] = []
        self.overflow: list[tuple[int, int, Patient]] = []
        self.physicians: Pool | None = None

    def next_waiting(self) -> Patient | None:
        """Takes the best waiting patient out of the queues."""
        for queue in (self.queue, self.overflow):
            while queue:
                _, ticket, patient = heappop(queue)
                if patient.ticket == ticket:
                    patient.ticket = 0
                    return patient
        return None


@dataclass(frozen=True, slots=True)
class Transfer:
    """One patient moved between hospitals."""

    patient: int
    at_hours: float
    origin: int
    destination: int
    hours: float
    km: float
