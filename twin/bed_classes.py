"""Beds that do not take everybody: for women or men, for children, for isolation.

Each attribute of a patient counts where the unit has a bed that answers it, age before sex before
isolation; where it has none, the rule is waived, so that nobody waits for a bed that does not
exist. Among the beds that suit, the most particular is taken first, and beds for isolation are
left to the last by those who do not need it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hospital.places import BedSex
from hospital.theatre import AgeGroup, Sex
from twin.chance import PatientChance
from twin.parameters import PersonGroup
from twin.place_rules import BedKind

if TYPE_CHECKING:
    from twin.actors import Patient, Pool
    from twin.patients import PatientTable

BEYOND = BedKind()
"""The kind of what is not in the tables: surge beds, and places of a census beyond the beds."""


@dataclass(frozen=True, slots=True)
class Need:
    """What decides where a patient may lie."""

    is_female: bool
    is_child: bool
    isolation: bool


NEEDS = tuple(
    Need(is_female, is_child, isolation)
    for isolation in (False, True)
    for is_child in (False, True)
    for is_female in (False, True)
)
CHILD, ISOLATION = 2, 4
"""Positions in ``NEEDS``: 1 for a woman or girl, and these."""


def needs(
    table: PatientTable, people: Sequence[Sequence[PersonGroup]], isolation_share: float
) -> bytes:
    """What each patient needs, by row of the table, as a position in ``NEEDS``.

    Sex and age are those of the patient's group; isolation is a number of his own.
    """
    codes = np.zeros((len(people), max(map(len, people))), dtype=np.uint8)
    for site, groups in enumerate(people):
        codes[site, : len(groups)] = [
            (one.sex is Sex.FEMALE) + CHILD * (one.age_group is AgeGroup.CHILD) for one in groups
        ]
    isolated = PatientChance(table.keys).uniform("isolation") < isolation_share
    return (codes[table.site, table.person] + ISOLATION * isolated).astype(np.uint8).tobytes()


def suitable(kinds: Sequence[BedKind], need: Need) -> tuple[int, ...]:
    """The kinds of bed that this patient may take, by position, the most particular first."""
    sex = BedSex.FEMALE if need.is_female else BedSex.MALE
    tests: tuple[Callable[[BedKind], bool], ...] = (
        lambda kind: kind.paediatric == need.is_child,
        lambda kind: kind.sex in (BedSex.ANY, sex),
        lambda kind: kind.isolation or not need.isolation,
    )
    chosen = list(range(len(kinds)))
    for test in tests:
        chosen = [at for at in chosen if test(kinds[at])] or chosen

    def spared(at: int) -> tuple[bool, bool]:
        kind = kinds[at]
        return kind.isolation and not need.isolation, kind.sex is BedSex.ANY

    return tuple(sorted(chosen, key=spared))


@dataclass(frozen=True, slots=True)
class BedMove:
    """A patient changed beds inside a unit; kinds are positions in its layout."""

    patient: int
    unit: int
    at_hours: float
    left_kind: int
    new_kind: int


Way = tuple[list[tuple["Patient", int]], int]
"""Who first moves to which kind of bed, in this order, and the kind that is then free."""


class SeparateBeds:
    """The beds of one unit by kind: how many of each are free, and who lies in which.

    The last kind is that of ``BEYOND``: none but surge beds, below zero while patients of the
    census lie beyond the beds. Counts are of beds that stand there; how many of them may be taken
    at once is ``Pool.free``.
    """

    def __init__(
        self,
        pool: Pool,
        layout: Sequence[tuple[BedKind, int]],
        *,
        moves_inside: bool,
        needs: bytes,
    ) -> None:
        self.pool = pool
        self.kinds = tuple(kind for kind, _ in layout)
        self.free = [*(beds for _, beds in layout), 0]
        self.lying: dict[Patient, int] = {}
        self.moves: list[BedMove] = []
        self._left_behind: list[int] = []
        self._moves_inside = moves_inside
        self._needs = needs
        self._orders: dict[Need, tuple[int, ...]] = {}

    @property
    def beyond(self) -> int:
        """Position of the last kind."""
        return len(self.kinds)

    def need(self, patient: Patient) -> Need:
        """What decides where this patient may lie."""
        return NEEDS[self._needs[patient.index]]

    def order(self, need: Need) -> tuple[int, ...]:
        """The kinds that this patient may take, best first; a surge bed is the last resort."""
        if need not in self._orders:
            self._orders[need] = (*suitable(self.kinds, need), self.beyond)
        return self._orders[need]

    def has_room(self, patient: Patient) -> bool:
        """Whether a bed that stands there can be this patient's now."""
        return self._way(self.need(patient)) is not None

    def lay(self, patient: Patient, now: float) -> None:
        """Give the patient a bed that suits, after the moves that make room for it.

        Who must lie somewhere (a census) and finds none has a place beyond the beds.
        """
        if patient in self.lying:  # from one bed of the unit to another, for his next stay
            self._left_behind.append(self.lying.pop(patient))
        moves, kind = self._way(self.need(patient)) or ([], self.beyond)
        for other, new_kind in moves:
            left_kind = self.lying[other]
            self.free[left_kind] += 1
            self._put(other, new_kind)
            self.moves.append(BedMove(other.index, self.pool.index, now, left_kind, new_kind))
        self._put(patient, kind)

    def _put(self, patient: Patient, kind: int) -> None:
        self.free[kind] -= 1
        self.lying[patient] = kind

    def leave(self) -> int:
        """The kind of the bed whose patient holds no place here any more; it is not free yet."""
        if self._left_behind:
            return self._left_behind.pop()
        gone = next(patient for patient in self.lying if patient.holds is not self.pool)
        return self.lying.pop(gone)

    def change(self, newcomer: Patient, now: float) -> None:
        """One patient has taken the place of another in a ring of moves."""
        self.free[self.leave()] += 1
        self.lay(newcomer, now)

    def fits_instead(self, newcomer: Patient, leaver: Patient) -> bool:
        """Whether the newcomer may lie here when the leaver's bed is free."""
        kinds = self.order(self.need(newcomer))
        return self.lying[leaver] in kinds or any(self.free[kind] > 0 for kind in kinds)

    def _way(self, need: Need) -> Way | None:
        """A free bed that suits, or the fewest moves that make one free (breadth first)."""
        wanted = self.order(need)
        for kind in wanted:
            if self.free[kind] > 0:
                return [], kind
        return self._way_by_moves(wanted) if self._moves_inside else None

    def _way_by_moves(self, wanted: tuple[int, ...]) -> Way | None:
        came: dict[int, tuple[Patient, int] | None] = dict.fromkeys(wanted)
        ahead = list(wanted)
        for left in ahead:  # grows as kinds are reached
            for patient, kind in self._exits(left):
                if kind in came:
                    continue
                came[kind] = patient, left
                if self.free[kind] > 0:
                    return self._told(came, kind)
                ahead.append(kind)
        return None

    def _exits(self, left: int) -> Iterator[tuple[Patient, int]]:
        """Who lies in this kind of bed, and in which kinds he might lie as well."""
        for patient, lies_in in self.lying.items():
            if lies_in == left:
                for kind in self.order(self.need(patient)):
                    yield patient, kind

    @staticmethod
    def _told(came: dict[int, tuple[Patient, int] | None], kind: int) -> Way:
        """The moves from the free bed backwards: each makes room for the next."""
        moves = []
        while (step := came[kind]) is not None:
            patient, left = step
            moves.append((patient, kind))
            kind = left
        return moves, kind
