"""Search a roster by exchanges between people: fast on big wards, without a bound of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hospital.roster import Assignment, RosterProblem
from hospital.streams import stream_key
from scheduling.rosters.cost import DEFAULT_WEIGHTS, RosterWeights
from scheduling.rosters.exchange_kernel import anneal
from scheduling.rosters.kernel import Floats
from scheduling.rosters.sheet import desk_of

LINE_DAYS_PER_WORK = 6e6
"""Days of lines that one second of one core judges, as measured on 40 people x 28 days."""
HEAT = (300.0, 0.3)
"""Points of the worst exchange that is accepted about one time in three, first and last."""


@dataclass(frozen=True, slots=True)
class Exchanges:
    """How long to search and from how warm; a warm start forgets where it came from."""

    moves: int
    heat: tuple[float, float] = HEAT

    @classmethod
    def of_work(cls, problem: RosterProblem, work: float) -> Exchanges:
        """As many moves as take about this work [seconds of one core]."""
        return cls(round(work * LINE_DAYS_PER_WORK / problem.days))


def exchanged(
    problem: RosterProblem,
    seed: int,
    search: Exchanges,
    start: Sequence[Assignment] = (),
    weights: RosterWeights = DEFAULT_WEIGHTS,
) -> tuple[Assignment, ...]:
    """The best assignments met from a start on; they may be short of people or break a rule.

    Same problem, seed, search and start, same answer. Who must have a lawful roster looks at
    ``roster_violations``.
    """
    desk = desk_of(problem, weights)
    lines = desk.lines(start)
    chance = np.array([stream_key(seed, "exchanges")[0] + 1], np.int64)
    least = np.where(desk.sheet.open_cells, desk.sheet.cell_points, np.inf).min(axis=2).sum()
    heat: Floats = np.array([*search.heat, least])
    best, _ = anneal(lines, desk.sheet, chance, heat, search.moves)
    return desk.assignments(best)
