"""Our solver as anybody gets it: one configuration for every instance."""

from __future__ import annotations

from benchmarks.rostering.peers import Answer
from scheduling.rosters.curtois import CoverTarget, Employee, Instance, ShiftKind
from scheduling.rosters.solve import Effort, solve

SEED = 1
WORK_OUT_OF_THE_WAY = 1e9


def ours(instance: Instance, seconds: float) -> Answer:
    """The roster and the bound, by the clock: the work limit is out of the way."""
    found = solve(instance, Effort(SEED, work_limit=WORK_OUT_OF_THE_WAY, seconds=seconds))
    return Answer(found.lines, float(found.bound))


def warm_up() -> None:
    """Solve a made-up week of three people once, so that every kernel is compiled."""
    shifts = (ShiftKind("E", 480, frozenset()), ShiftKind("L", 480, frozenset({"E"})))
    limits = {"E": 7, "L": 2}
    people = tuple(Employee(code, limits, 2400, 960, 4, 2, 2, 1) for code in "ABC")
    cover = tuple(CoverTarget(d, s.code, 1, 100, 1) for d in range(7) for s in shifts)
    ours(Instance(7, shifts, people, (), cover), seconds=5.0)
