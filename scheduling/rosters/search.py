"""Search a roster model within a limit of work, in phases that have different strengths.

One worker with a full linear relaxation proves bounds and settles small wards in a second;
interleaved workers with large neighbourhoods find covers of big wards that it misses. On wards
of 25 people x 2 weeks (tight) and 40 x 4 weeks neither alone did both, so they take turns and
hand the best roster on as a hint.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ortools.sat.python import cp_model

from hospital.roster import Assignment
from scheduling.rosters.works import Works

PROVING: Mapping[str, int] = {"num_workers": 1, "linearization_level": 2}
EXPLORING: Mapping[str, int] = {"num_workers": 2, "interleave_search": 1}
PHASES = ((PROVING, 0.7), (EXPLORING, 0.3))
"""Search settings and the part of the work that each phase may use."""

SEEDS = 2**31


@dataclass(frozen=True, slots=True)
class Found:
    """The best assignments of a search, what they cost in its model, and the proved bound.

    ``work`` is what the search took [deterministic seconds].
    """

    assignments: tuple[Assignment, ...]
    cost: int
    bound: float
    work: float = 0.0

    @property
    def is_proven(self) -> bool:
        """Whether nothing cheaper exists."""
        return self.bound > self.cost - 1


def search(works: Works, seed: int, work_limit: float) -> Found | None:
    """The cheapest roster found, None where the work did not suffice for any.

    ``work_limit`` is in deterministic seconds; same model, seed and limit, same answer.
    """
    best: Found | None = None
    bound = float("-inf")
    work = 0.0
    for settings, part in PHASES:
        solver = _solver(settings, seed, work_limit * part)
        status = solver.solve(works.model)
        bound = max(bound, solver.best_objective_bound)
        work += solver.response_proto.deterministic_time
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            best = _better(best, works, solver)
        if best is not None:
            best = Found(best.assignments, best.cost, min(bound, float(best.cost)), work)
            if best.is_proven:
                return best
    return best


def _solver(settings: Mapping[str, int], seed: int, work_limit: float) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    for name, value in settings.items():
        setattr(solver.parameters, name, value)
    solver.parameters.random_seed = seed % SEEDS
    solver.parameters.max_deterministic_time = work_limit
    return solver


def _better(best: Found | None, works: Works, solver: cp_model.CpSolver) -> Found:
    """The cheaper of the two, hinted to the next phase."""
    cost = round(solver.objective_value)
    if best is not None and best.cost <= cost:
        return best
    works.model.clear_hints()  # type: ignore[no-untyped-call]  # OR-Tools 9.15 does not type it
    for start in works.starts.values():
        works.model.add_hint(start, solver.value(start))
    chosen = (works.assignment(key) for key, start in works.starts.items() if solver.value(start))
    return Found(tuple(chosen), cost, float("-inf"))
