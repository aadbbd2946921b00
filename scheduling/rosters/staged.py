"""Build a roster in stages: cover, the largest unfairness, all unfairness, wishes, then price.

Each stage is solved with the earlier ones held at what they reached (the order that the
rostering evidence recommends, section 4), so that no wish is ever paid with somebody's nights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ortools.sat.python.cp_model import LinearExprT

from hospital.roster import (
    Assignment,
    Burden,
    Roster,
    RosterProblem,
    RosterRule,
    Stage,
    StageResult,
)
from hospital.roster_fairness import shared_burdens
from hospital.roster_rules import roster_violations
from scheduling.rosters.build import in_order, none_found
from scheduling.rosters.cost import (
    DEFAULT_WEIGHTS,
    RosterCost,
    RosterWeights,
    cost_of,
    cover_weight,
    fair_bands,
)
from scheduling.rosters.exchanges import Exchanges, exchanged
from scheduling.rosters.objective import (
    Priced,
    cover_in_two,
    missed_locks,
    refused_requests,
    total,
    unfair_in_two,
)
from scheduling.rosters.rules import enforce
from scheduling.rosters.search import Found, search
from scheduling.rosters.works import Works

EXCHANGES_PAY_FROM = 300
"""Person-days from which exchanges find in seconds what the model alone does not in minutes."""
EXCHANGES_PART = 0.7
PARTS: Mapping[Stage, float] = {
    Stage.COVER: 0.3,
    Stage.LARGEST_DEVIATION: 0.3,
    Stage.ALL_DEVIATIONS: 0.4,
    Stage.WISHES: 0.9,
    Stage.PRICE: 1.0,
}
"""The part of the work that is left which a stage may use."""


@dataclass(frozen=True, slots=True)
class _Question:
    """What one stage minimises, and what an answer is worth as counted without the solver."""

    minimised: LinearExprT
    worth: Callable[[RosterCost], int]


def build_in_stages(
    problem: RosterProblem,
    seed: int,
    work_limit: float,
    weights: RosterWeights = DEFAULT_WEIGHTS,
) -> Roster:
    """The roster that is best stage after stage, with what each stage reached and its bound.

    A ward that is too big for the model alone starts from exchanges between people. ``work_limit``
    is for all of it, in deterministic seconds (see ``build_roster``); ``bound`` is the cost of a
    roster that would reach every stage's own bound.

    Raises:
        GstError: as ``build_roster``.
    """
    works = Works(problem)
    enforce(works)
    best = _by_exchanges(problem, seed, work_limit, weights)
    left = work_limit * (1 - EXCHANGES_PART if best else 1)
    stages: list[StageResult] = []
    for stage, question in _questions(works, weights).items():
        _hint(works, best)
        is_new = best is None
        reached = None if best is None else question.worth(cost_of(problem, best, weights))
        bound = 0.0
        if reached != 0:
            found = _solved(works, question, seed, left * PARTS[stage])
            left -= found.work if found else left * PARTS[stage]
            if found is not None and (reached is None or is_new or found.cost < reached):
                best, reached = found.assignments, found.cost
            bound = max(0.0, found.bound) if found is not None else 0.0
        if best is None or reached is None:
            raise none_found(problem, work_limit)
        works.model.add(question.minimised <= reached)
        stages.append(
            StageResult(stage=stage, reached=reached, bound=min(reached, max(0.0, bound)))
        )
    return _roster(problem, best or (), stages, weights)


def _by_exchanges(
    problem: RosterProblem, seed: int, work_limit: float, weights: RosterWeights
) -> tuple[Assignment, ...] | None:
    """A lawful start from exchanges, None where the ward is small or none was met."""
    if len(problem.staff) * problem.days < EXCHANGES_PAY_FROM:
        return None
    search = Exchanges.of_work(problem, work_limit * EXCHANGES_PART)
    met = exchanged(problem, seed, search, weights=weights)
    broken = roster_violations(problem, met)
    return met if all(v.rule == RosterRule.LOCK_NOT_KEPT for v in broken) else None


def _hint(works: Works, best: tuple[Assignment, ...] | None) -> None:
    if best is not None:
        chosen = set(best)
        works.model.clear_hints()  # type: ignore[no-untyped-call]  # OR-Tools 9.15 does not type it
        for key, start in works.starts.items():
            works.model.add_hint(start, works.assignment(key) in chosen)


def _roster(
    problem: RosterProblem,
    assignments: Sequence[Assignment],
    stages: Sequence[StageResult],
    weights: RosterWeights,
) -> Roster:
    cost = cost_of(problem, assignments, weights).total
    return Roster(
        problem=problem,
        assignments=in_order(assignments),
        cost=float(cost),
        bound=max(0.0, cost - _may_be_gained(problem, weights, stages)),
        stages=tuple(stages),
    )


def _questions(works: Works, weights: RosterWeights) -> dict[Stage, _Question]:
    """The stages that have anything to decide, in their order."""
    problem = works.problem
    lock_price = 1 + sum(need.staff_needed for _, need in problem.needs())
    missing, priced = cover_in_two(works)
    bands = fair_bands(problem)
    largest: list[Priced] = []
    excesses: list[Priced] = []
    for burden in shared_burdens(problem):
        most, each = unfair_in_two(works, burden, bands)
        largest.append(Priced([(weights.of(burden), most)]))
        excesses.append(Priced([(weights.of(burden), excess) for excess in each]))
    parts: dict[Stage, list[Priced]] = {
        Stage.COVER: [missed_locks(works, lock_price), missing],
        Stage.LARGEST_DEVIATION: largest,
        Stage.ALL_DEVIATIONS: excesses,
        Stage.WISHES: [refused_requests(works)],
        Stage.PRICE: [priced],
    }
    worth: dict[Stage, Callable[[RosterCost], int]] = {
        Stage.COVER: lambda cost: lock_price * cost.locks_missed + cost.uncovered,
        Stage.LARGEST_DEVIATION: lambda cost: _weighted(weights, cost.largest_excess),
        Stage.ALL_DEVIATIONS: lambda cost: _weighted(weights, cost.excess),
        Stage.WISHES: lambda cost: cost.refused_weight,
        Stage.PRICE: lambda cost: cost.cover_points,
    }
    return {
        stage: _Question(total(own), worth[stage])
        for stage, own in parts.items()
        if any(part.terms or part.owed for part in own)
    }


def _weighted(weights: RosterWeights, excess: Mapping[Burden, int]) -> int:
    return sum(weights.of(burden) * amount for burden, amount in excess.items())


def _solved(works: Works, question: _Question, seed: int, work_limit: float) -> Found | None:
    works.model.minimize(question.minimised)
    return search(works, seed, work_limit)


def _may_be_gained(
    problem: RosterProblem, weights: RosterWeights, stages: Sequence[StageResult]
) -> float:
    """How many points the stages could still gain, were each to reach its bound."""
    points = {
        Stage.COVER: cover_weight(problem, weights),
        Stage.LARGEST_DEVIATION: weights.largest_factor,
    }
    return sum(points.get(s.stage, 1) * (s.reached - s.bound) for s in stages)
