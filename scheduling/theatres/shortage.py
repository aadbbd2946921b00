"""Wards that may have no bed: who comes to which, and what a missing bed costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import erfc, exp, pi, sqrt

from hospital.theatre import Procedure
from hospital.theatre_plan import TheatreProblem, WardBeds
from scheduling.theatres.beds import Profiles
from scheduling.theatres.overtime import POINT

BED = 10_000  # ten-thousandths of a bed
SPARE_SPREADS = (-1.0, -0.4, 0.0, 0.4, 0.8, 1.2, 1.8)  # where the tangents touch
LEAST_SPREAD_BEDS = 0.5
PLAN_VARIANCE = 0.5
"""Variance of the planned patients in a ward for each one expected: who comes, who stays."""


@dataclass(frozen=True, slots=True)
class BedLine:
    """A cost that grows with the beds taken: points per bed, and fixed [points / 1000]."""

    per_bed: int
    fixed: int

    def at(self, beds: int) -> int:
        """The cost of these ten-thousandths of a bed, rounded up."""
        return self.fixed - (-self.per_bed * beds // BED)


def shortage_lines(free: float, spread: float, weight: float) -> tuple[BedLine, ...]:
    """Tangents from below to the weighted beds that are expected to be missing on a day.

    E[(X - free)+] = s G(z) with X normal around the beds taken, z = (free - taken) / s and G the
    unit normal loss (Silver, Pyke and Thomas 2017, appendix II), less what is missing with nobody
    planned: only what the plan brings about is charged.
    """
    own_variance = PLAN_VARIANCE * max(free, 0.0)
    spread = max(sqrt(spread**2 + own_variance), LEAST_SPREAD_BEDS)
    usual = spread * _loss(free / spread)
    lines = [BedLine(0, 0)]
    for spare in SPARE_SPREADS:
        tail = erfc(spare / sqrt(2)) / 2
        at_zero = spread * (_loss(spare) + tail * spare) - tail * free - usual
        lines.append(BedLine(round(POINT * weight * tail), round(POINT * weight * at_zero)))
    return tuple(line for line in lines if line.fixed <= 0)


def _loss(spare: float) -> float:
    """The unit normal loss G(z)."""
    return exp(-(spare**2) / 2) / sqrt(2 * pi) - spare * erfc(spare / sqrt(2)) / 2


def shares(problem: TheatreProblem, ward: WardBeds, procedures: Sequence[Procedure]) -> list[float]:
    """Which part of each of these cases comes to this ward."""
    return [
        ward.beds / total if ward in wards else 0.0
        for wards, total in _choices(problem, procedures)
    ]


def _choices(
    problem: TheatreProblem, procedures: Sequence[Procedure]
) -> Iterator[tuple[list[WardBeds], int]]:
    for procedure in procedures:
        own = [row for row in problem.wards if row.specialty == procedure.specialty]
        wards = own or list(problem.wards)
        yield wards, max(1, sum(row.beds for row in wards))


def in_ward(share: Sequence[float], beds: Profiles) -> Profiles:
    """The beds that each case is expected to take in a ward, given its share of them."""
    return tuple(
        tuple(part * bed for bed in row) if part else ()
        for part, row in zip(share, beds, strict=True)
    )
