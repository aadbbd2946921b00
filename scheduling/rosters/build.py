"""Build a roster with CP-SAT: lawful always, short of people only where it must be, and fair."""

from __future__ import annotations

from ortools.sat.python import cp_model

from hospital.errors import GstError
from hospital.roster import Roster, RosterProblem
from scheduling.rosters.cost import DEFAULT_WEIGHTS, RosterWeights, cost_of
from scheduling.rosters.objective import minimise
from scheduling.rosters.rules import enforce
from scheduling.rosters.works import Works


def build_roster(
    problem: RosterProblem,
    seed: int,
    work_limit: float,
    weights: RosterWeights = DEFAULT_WEIGHTS,
) -> Roster:
    """The best roster found within the work limit, with the bound that was proved on the way.

    Same problem, seed and limit, same roster. ``work_limit`` is in deterministic seconds of
    CP-SAT, about one second of one core each. A lawful roster always exists, since needs may
    stay uncovered; what is short is in ``Roster.shortfall()``. A lock that no lawful roster
    can keep is left out and named in ``Roster.violations()``.

    Raises:
        GstError: ``roster_work_limit_too_small`` when not even a first roster was found.
    """
    works = Works(problem)
    enforce(works)
    minimise(works, weights)
    solver = _solver(seed, work_limit)
    status = solver.solve(works.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise GstError(
            "roster_work_limit_too_small",
            f"No roster within {work_limit:g} units of work; allow more.",
            status=solver.status_name(status),
        )
    return _roster(works, solver, weights)


def _solver(seed: int, work_limit: float) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.max_deterministic_time = work_limit
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    return solver


def _roster(works: Works, solver: cp_model.CpSolver, weights: RosterWeights) -> Roster:
    chosen = [works.assignment(key) for key, v in works.starts.items() if solver.value(v)]
    assignments = tuple(sorted(chosen, key=lambda a: (a.day, a.shift, a.staff)))
    cost = cost_of(works.problem, assignments, weights).total
    bound = min(solver.best_objective_bound, float(cost))
    return Roster(problem=works.problem, assignments=assignments, cost=cost, bound=bound)
