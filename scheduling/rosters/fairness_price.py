"""What fairness costs: how evenly duties can lie when wishes and cover may cost a little more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import floor

from hospital.roster import Burden, Roster
from hospital.roster_fairness import shared_burdens
from scheduling.rosters.build import in_order
from scheduling.rosters.cost import DEFAULT_WEIGHTS, RosterWeights, cost_of, fair_bands
from scheduling.rosters.objective import (
    Priced,
    cover_in_two,
    missed_locks,
    refused_requests,
    total,
    unfair_in_two,
)
from scheduling.rosters.rules import enforce
from scheduling.rosters.search import search
from scheduling.rosters.works import Works

PERCENT = 100
STEPS = (0.0, 1.0, 2.0, 5.0, 10.0)
NO_EQUITY = RosterWeights(
    night=0, weekend_day=0, holiday=0, hour=0, aid=0, ramadan_night=0, largest_factor=0
)
"""Weights of a roster that is built for cover and wishes alone: the start of the curve."""


@dataclass(frozen=True, slots=True)
class FairnessPrice:
    """One point of the curve: the roster that is fairest for so much more than the cheapest.

    ``price`` is in points of wishes and priced cover, equity apart.
    """

    extra_percent: float
    price: int
    roster: Roster

    def largest_deviation(self, burden: Burden) -> float:
        """Largest distance of anybody from the fair share [hours or duties]."""
        return self.roster.fairness().largest_deviation(burden)

    def gini(self, burden: Burden) -> float:
        """Gini coefficient of what is worked over what is fair."""
        return self.roster.fairness().gini(burden)


def price_of(roster: Roster, weights: RosterWeights = DEFAULT_WEIGHTS) -> int:
    """Points of refused wishes and of cover with prices of its own."""
    cost = cost_of(roster.problem, roster.assignments, weights)
    return cost.refused_weight + cost.cover_points


def price_of_fairness(
    cheapest: Roster,
    burdens: Iterable[Burden] | None = None,
    steps: Iterable[float] = STEPS,
    *,
    seed: int = 1,
    work_limit: float = 10.0,
) -> tuple[FairnessPrice, ...]:
    """The curve from a roster that was built for wishes and cover alone.

    For each step [percent] the fairest lawful roster that misses no more people and costs at
    most so much more, or as many points where that is more; ``work_limit`` is for each step, in
    deterministic seconds. Each step starts from the one before: paying more never gives less.
    """
    shared = tuple(burdens) if burdens is not None else shared_burdens(cheapest.problem)
    best = cheapest
    curve = []
    for extra in sorted(steps):
        price = price_of(cheapest)
        most = price + max(floor(price * extra / PERCENT), floor(extra))
        best = _fairest(best, shared, most, (seed, work_limit))
        curve.append(FairnessPrice(extra, price_of(best), best))
    return tuple(curve)


def _fairest(
    roster: Roster, shared: tuple[Burden, ...], most: int, effort: tuple[int, float]
) -> Roster:
    """The fairest roster within a price, the given one where none was found."""
    problem = roster.problem
    works = Works(problem)
    enforce(works)
    uncovered, priced = cover_in_two(works)
    lock_price = 1 + sum(need.staff_needed for _, need in problem.needs())
    cost = cost_of(problem, roster.assignments)
    held = cost.uncovered + lock_price * cost.locks_missed
    works.model.add(total([uncovered, missed_locks(works, lock_price)]) <= held)
    works.model.add(total([priced, refused_requests(works)]) <= most)
    works.model.minimize(total(_unfair(works, burden) for burden in shared))
    chosen = set(roster.assignments)
    for key, start in works.starts.items():
        works.model.add_hint(start, works.assignment(key) in chosen)
    found = search(works, *effort)
    return roster if found is None else roster.but(assignments=in_order(found.assignments))


def _unfair(works: Works, burden: Burden) -> Priced:
    """Deviations of one burden: the largest before the sum."""
    largest, excesses = unfair_in_two(works, burden, fair_bands(works.problem))
    price = DEFAULT_WEIGHTS.of(burden)
    return Priced([(price * len(works.people), largest), *((price, e) for e in excesses)])
