"""What else can fill the gaps of a mended roster: other units, people on call, agency, at a price.

The evidence asks for the triple (uncovered, changes, money): each option here is one that no
other beats on all three.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hospital.duty import duty_on
from hospital.roster import Roster
from hospital.roster_fairness import Missing
from hospital.staff import Leave, Skill
from scheduling.rosters.mend import Mended, Window, mend_roster

CHANGE_PARTS = (0.0, 0.25, 0.5, 1.0)
"""Parts of the changes of the full mending that are tried."""


class Source(StrEnum):
    """Where somebody from outside the roster comes from."""

    OTHER_UNIT = "other_unit"
    ON_CALL = "on_call"
    AGENCY = "agency"


@dataclass(frozen=True, slots=True)
class Reserve:
    """People from outside the roster: how many shifts they can fill, and their price by the hour.

    ``skill`` None stands for any skill: an agency sends whom one asks for.
    """

    source: Source
    skill: Skill | None
    shifts: int
    mad_per_hour: float


@dataclass(frozen=True, slots=True)
class Bought:
    """One gap that is filled from outside."""

    gap: Missing
    source: Source
    price_mad: float


@dataclass(frozen=True, slots=True)
class CoverOption:
    """One way to live with the absences: a mended roster, and the gaps that are bought."""

    mended: Mended
    bought: tuple[Bought, ...]

    @property
    def uncovered(self) -> int:
        """People still missing."""
        return self.mended.uncovered - len(self.bought)

    @property
    def changes(self) -> int:
        """Person-days of the published roster that change."""
        return len(self.mended.changed)

    @property
    def price_mad(self) -> float:
        """What the people from outside cost [MAD]."""
        return sum(one.price_mad for one in self.bought)

    def triple(self) -> tuple[int, int, float]:
        """Uncovered, changes, price: less is better in each."""
        return (self.uncovered, self.changes, self.price_mad)


def cover_options(
    mended: Iterable[Mended], reserves: Sequence[Reserve], from_gaps: Window
) -> tuple[CoverOption, ...]:
    """The options that no other beats, those that cover most first.

    ``mended`` are rosters with fewer or more changes; of each, the gaps in the window are
    bought one after the other, the cheapest first.
    """
    found = [option for one in mended for option in _bought_step_by_step(one, reserves, from_gaps)]
    best: dict[tuple[int, int, float], CoverOption] = {}
    for option in found:
        is_beaten = any(
            other.triple() != option.triple()
            and all(a <= b for a, b in zip(other.triple(), option.triple(), strict=True))
            for other in found
        )
        if not is_beaten:
            best.setdefault(option.triple(), option)
    return tuple(best[triple] for triple in sorted(best))


def mended_by_changes(
    published: Roster, absences: Sequence[Leave], window: Window, *, seed: int, work_limit: float
) -> tuple[Mended, ...]:
    """The roster mended with as many changes as it takes, with half, a quarter, and none.

    ``work_limit`` is for each, in deterministic seconds.
    """
    full = mend_roster(published, absences, window, seed, work_limit)
    limits = dict.fromkeys(int(part * len(full.changed)) for part in CHANGE_PARTS)
    return (
        *(
            mend_roster(
                published,
                absences,
                Window(window.from_day, window.days, most),
                seed,
                work_limit,
            )
            for most in limits
            if most < len(full.changed)
        ),
        full,
    )


def _bought_step_by_step(
    mended: Mended, reserves: Sequence[Reserve], window: Window
) -> list[CoverOption]:
    """The mended roster with no gap bought, with the cheapest, with the two cheapest..."""
    left = {k: reserve.shifts for k, reserve in enumerate(reserves)}
    shifts = {shift.shift: shift for shift in mended.roster.problem.shifts}
    offers: list[Bought] = []
    for gap in (g for g in mended.roster.shortfall() if g.day in window):
        for _ in range(gap.missing):
            able = [k for k, r in enumerate(reserves) if r.skill in (gap.skill, None) and left[k]]
            if able:
                cheapest = min(able, key=lambda k: (reserves[k].mad_per_hour, k))
                left[cheapest] -= 1
                reserve = reserves[cheapest]
                price = reserve.mad_per_hour * duty_on(shifts[gap.shift], gap.day).hours
                offers.append(Bought(gap, reserve.source, price))
    offers.sort(key=lambda one: one.price_mad)
    return [CoverOption(mended, tuple(offers[:count])) for count in range(len(offers) + 1)]
