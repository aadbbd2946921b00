"""Who and what moves in the flow: patients, deadlines, feeds of arrivals, pools of places."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import heappop
from math import inf
from typing import TYPE_CHECKING, Any, TypeAlias

import simpy

from twin.unit_rules import BedRules

if TYPE_CHECKING:
    from twin.bed_classes import SeparateBeds
    from twin.surge import SurgeWatch

Callbacks: TypeAlias = list[Callable[[Any], None]]

WAITS_FOR_CUBICLE = -2
WAITS_FOR_PHYSICIAN = -1


class Step(simpy.Event):
    """An event that always succeeds and is scheduled anew instead of made anew."""

    __slots__ = ("callbacks",)
    _ok = True


class Patient(Step):
    """One patient on the way; ``index`` is the row of the patient table, the times are its own.

    ``wants`` is the leg in progress or waited for, ``ticket`` the number drawn in the queue
    (0 when not waiting), so that a stale entry of a queue is known by its number. ``home`` is
    the unit to which an outlier belongs; ``leaves_at_hours`` is when patience ends for who waits
    unseen (inf: never, or an event says so); who ``asks_if_ready`` has an event of his own for
    that. ``_ok`` is repeated here because SimPy asks at each
    step, and what an object has itself is found sooner than what its class has.
    """

    __slots__ = (
        "_ok",
        "arrive_hours",
        "asks_if_ready",
        "consult_hours",
        "has_deadline",
        "holds",
        "home",
        "index",
        "leaves_at_hours",
        "site",
        "tests_hours",
        "ticket",
        "wants",
    )

    def __init__(
        self,
        index: int,
        site: int,
        arrive_hours: float,
        consult_hours: float = 0.0,
        tests_hours: float = 0.0,
    ) -> None:
        self._ok = True
        self.index = index
        self.site = site
        self.arrive_hours = arrive_hours
        self.consult_hours = consult_hours
        self.tests_hours = tests_hours
        self.holds: Pool | None = None
        self.home: Pool | None = None
        self.wants = WAITS_FOR_CUBICLE
        self.ticket = 0
        self.has_deadline = False
        self.asks_if_ready = False
        self.leaves_at_hours = inf


NOBODY = Patient(-1, -1, inf)
"""Who comes when nobody comes any more."""


class Deadline(Step):
    """The moment at which a patient who still waits with this ticket changes course."""

    __slots__ = ("patient", "ticket")

    def __init__(self, patient: Patient) -> None:
        self.patient = patient
        self.ticket = patient.ticket


class Cleaning(Step):
    """A bed that is cleaned before the next patient; ``kind`` where beds differ."""

    __slots__ = ("kind", "pool")

    def __init__(self, pool: Pool, kind: int | None) -> None:
        self.pool = pool
        self.kind = kind


class Bell(Step):
    """Rings as a place of this pool frees by itself (``twin.bells``)."""

    __slots__ = ("pool",)

    def __init__(self, pool: Pool) -> None:
        self.pool = pool


class Pool:
    """Places of one unit (or its physicians): how many are free, and who waits.

    ``queue`` holds (priority, ticket, patient); ``overflow`` those who may come from other
    hospitals and are served after it. ``free`` is below zero while patients lie beyond the beds.
    ``physicians`` are the pool of its physicians, if it has any. With ``rules``, ``planned``
    holds the electives who wait and ``outliers`` the unit's patients in other units;
    ``in_cleaning`` beds are neither free nor held; ``separate`` knows beds that do not take
    everybody, ``surge`` those that open when it is full. ``capacity`` places are open.
    Who goes home from a unit that ``leaves_late`` may not leave when he is ready. For who waits
    where ``seeks_elsewhere``, other hospitals may be asked. ``ends`` are the times at which places
    free by themselves, as they do for all who go home where the unit ``lets_go``; the ``bell`` of
    beds (none: it is set) rings at ``rings_at_hours`` (inf: nobody waits for it).
    ``leavers`` wait in these cubicles for a physician: (end of patience, ticket, patient).
    Of those who are ``coming`` to these cubicles, ``next_patient`` is the first.
    """

    __slots__ = (
        "bell",
        "capacity",
        "coming",
        "ends",
        "free",
        "in_cleaning",
        "index",
        "leavers",
        "leaves_late",
        "lets_go",
        "next_patient",
        "outliers",
        "overflow",
        "physicians",
        "planned",
        "queue",
        "rings_at_hours",
        "rules",
        "seeks_elsewhere",
        "separate",
        "site",
        "surge",
        "waits_for_clock",
    )

    def __init__(self, index: int, site: int, places: int) -> None:
        self.index = index
        self.site = site
        self.free = self.capacity = places
        self.seeks_elsewhere = False
        self.waits_for_clock = False
        self.leaves_late = False
        self.queue: list[tuple[int, int, Patient]] = []
        self.overflow: list[tuple[int, int, Patient]] = []
        self.planned: list[tuple[int, int, Patient]] = []
        self.outliers: list[Patient] = []
        self.in_cleaning = 0
        self.rules: BedRules | None = None
        self.separate: SeparateBeds | None = None
        self.surge: SurgeWatch | None = None
        self.physicians: Pool = self
        self.ends: list[float] = []
        self.leavers: list[tuple[float, int, Patient]] = []
        self.coming: Iterator[Patient] = iter(())
        self.next_patient = NOBODY
        self.bell: Bell | None = None
        self.rings_at_hours = inf
        self.lets_go = False

    def settle(self, now: float) -> None:
        """Count the places that have freed by now; while somebody waits the bell does."""
        ends = self.ends
        while ends and ends[0] <= now and not self.queue:
            heappop(ends)
            self.free += 1

    def next_end(self) -> float:
        """The first time at which a place may free by itself [hours]; inf where none will."""
        first = self.ends[0] if self.ends else inf
        return min(first, self.leavers[0][0]) if self.leavers else first

    @property
    def taken(self) -> int:
        """Places that somebody holds, those beyond the open ones included."""
        return self.capacity - self.free - self.in_cleaning

    def next_waiting(self) -> Patient | None:
        """Takes the best waiting patient out of the queues."""
        return _first(self.queue) or _first(self.overflow)

    def next_planned(self) -> Patient | None:
        """Takes the best waiting elective out of the queue of a unit that holds beds back."""
        return _first(self.planned)

    def waiting(self) -> int:
        """Who waits for a place of this unit now [patients]."""
        return sum(patient.ticket == ticket for _, ticket, patient in (*self.queue, *self.planned))


def _first(queue: list[tuple[int, int, Patient]]) -> Patient | None:
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


@dataclass(frozen=True, slots=True)
class Return:
    """An outlier moved back to the unit to which he belongs."""

    patient: int
    leg: int
    at_hours: float
    left_unit: int


def ring_through(blocked: dict[Patient, Pool], last: Patient) -> list[Patient] | None:
    """Blocked patients each of whom wants what the next one holds, from ``last`` on."""
    goal = last.holds
    reached: dict[Pool, list[Patient]] = {blocked[last]: [last]}
    open_ends = [blocked[last]]
    while open_ends:
        held = open_ends.pop()
        for patient, wanted in blocked.items():
            if patient.holds is not held or wanted in reached:
                continue
            reached[wanted] = [*reached[held], patient]
            if wanted is goal:
                return reached[wanted]
            open_ends.append(wanted)
    return None
