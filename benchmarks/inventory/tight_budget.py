"""A tight budget: every four weeks 95 % of what is expected to be used, demand from the ledger.

Each seed is a world of its own; all rules meet its demand and lead times. Cost is holding (20 %
a year), shortage (50, 10 or 3 times the price by VEN class) and waste over 26 weeks after 12 to
settle in. The rival is the one rule of average monthly consumption that costs least over all seeds,
among windows, months and three ways of cutting an order, chosen in hindsight; the best of each
seed is shown too.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from benchmarks.bars import at_most
from benchmarks.inventory.amc_rule import amc_rules
from benchmarks.inventory.our_rule import OurRule, forecasts_of
from benchmarks.inventory.topic import Measured
from benchmarks.inventory.world import Floats, Ints, Shelves, Size, World, world_of
from inventory.order_plan import OrderPlan

SEEDS = 10
SHARE = 0.95
REVIEW_WEEKS = 4
SCENARIOS = 400
SHORT_AGAIN = 0.95
STUDENT_9 = 2.262
"""95 % of Student's t with nine degrees of freedom."""


def measured(_shared: Path) -> Measured:
    """Cost of ours and of the best rival, seed by seed."""
    with ProcessPoolExecutor(2) as pool:
        found = list(pool.map(one_seed, range(SEEDS)))
    ours, plain = np.array([row[0] for row in found]), np.array([row[1] for row in found])
    rivals = np.array([row[2] for row in found])
    names = [f"{r.window_weeks} weeks, {r.months:g} months, {r.cut}" for r in amc_rules()]
    best = int(rivals.mean(axis=0).argmin())
    rows = [
        (str(seed), ours[seed], plain[seed], rivals[seed, best], rivals[seed].min())
        for seed in range(SEEDS)
    ]
    total = 100 * (ours.sum() / rivals[:, best].sum() - 1)
    interval = _interval(ours, rivals[:, best])
    name = f"total cost against the best AMC rule ({names[best]}), %, {interval}"
    columns = ("seed", "ours MAD", "without looking ahead", "best AMC rule", "best of this seed")
    own_best = 100 * (ours.sum() / rivals.min(axis=1).sum() - 1)
    rows.append(("all, % of it", "", "", f"{total:.1f}", f"{own_best:.1f}"))
    return Measured(columns, tuple(rows), (at_most(name, total, -25),))


def _interval(ours: Floats, rival: Floats) -> str:
    """95 % interval of the ratio of totals over the seeds (Fieller's first order, in words)."""
    ratio = ours.sum() / rival.sum()
    error = (ours - ratio * rival).std(ddof=1) / np.sqrt(len(ours)) / rival.mean()
    low, high = (100 * (ratio + side * STUDENT_9 * error - 1) for side in (-1, 1))
    return f"95 % from {low:.1f} to {high:.1f}"


def one_seed(seed: int) -> tuple[float, float, list[float]]:
    """Cost of ours, of ours without looking ahead, and of every rival [MAD]."""
    world = world_of(Size(), seed)
    budget = SHARE * REVIEW_WEEKS * world.weekly_spend_mad()
    costs = [_ours(world, budget, again) for again in (SHORT_AGAIN, 0.0)]
    rivals = [
        _run(world, lambda shelves, rule=rule: rule.packs(shelves, budget)) for rule in amc_rules()
    ]
    return costs[0], costs[1], rivals


def _ours(world: World, budget: float, short_again: float) -> float:
    rule = OurRule(OrderPlan(scenarios=SCENARIOS, short_again=short_again))
    return _run(world, lambda shelves: rule.packs(shelves, forecasts_of(shelves), budget))


def _run(world: World, packs: Callable[[Shelves], Ints]) -> float:
    """Cost of a rule over the weeks that count [MAD]."""
    shelves = Shelves(world)
    for week in range(world.size.weeks):
        if week % REVIEW_WEEKS == 0:
            shelves.order(packs(shelves))
        shelves.run_week()
    return shelves.cost_mad()
