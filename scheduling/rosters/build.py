"""Build a roster with CP-SAT: lawful always, short of people only where it must be, and fair."""

from __future__ import annotations

from collections.abc import Iterable

from hospital.errors import GstError, say
from hospital.roster import Assignment, Roster, RosterProblem
from scheduling.rosters.conflict import conflict
from scheduling.rosters.cost import DEFAULT_WEIGHTS, RosterWeights, cost_of
from scheduling.rosters.objective import minimise
from scheduling.rosters.rules import enforce
from scheduling.rosters.search import search
from scheduling.rosters.works import Works


def build_roster(
    problem: RosterProblem,
    seed: int,
    work_limit: float,
    weights: RosterWeights = DEFAULT_WEIGHTS,
) -> Roster:
    """The best roster found within the work limit, with the bound that was proved on the way.

    Same problem, seed and limit, same roster. ``work_limit`` is in deterministic seconds of
    CP-SAT, about one second of one core each. Needs may stay uncovered; what is short is in
    ``Roster.shortfall()``. A lock that no lawful roster can keep is left out and named in
    ``Roster.violations()``.

    Raises:
        GstError: ``roster_impossible`` with the fewest rules that exclude each other,
            ``roster_work_limit_too_small`` when not even a first roster was found.
    """
    works = Works(problem)
    enforce(works)
    minimise(works, weights)
    found = search(works, seed, work_limit)
    if found is None:
        raise none_found(problem, work_limit)
    assignments = in_order(found.assignments)
    cost = float(cost_of(problem, assignments, weights).total)
    bound = min(found.bound, cost)
    return Roster(problem=problem, assignments=assignments, cost=cost, bound=bound)


def none_found(problem: RosterProblem, work_limit: float) -> GstError:
    """Why a search found no roster: rules that exclude each other, or too little work."""
    excluded = conflict(problem)
    if excluded is not None:
        return GstError("roster_impossible", excluded.told(), pairs=excluded.pairs)
    return GstError(
        "roster_work_limit_too_small",
        say("No roster within {work} units of work; allow more.", work=f"{work_limit:g}"),
    )


def in_order(assignments: Iterable[Assignment]) -> tuple[Assignment, ...]:
    """By day, then shift, then person: the order in which a ward reads its roster."""
    return tuple(sorted(assignments, key=lambda a: (a.day, a.shift, a.staff)))
