"""Scale: an order proposal and a plan of half a year with every constraint, in CPU seconds.

A random pharmacy: packs, smallest orders, supplier minimums, shelf lives, open orders, VEN
floors and a budget at 95 % of what is expected to be used; the plan has a budget every four
weeks. Forecasts are made before the clock starts. The gap is to a bound that no plan in whole
packs beats (``inventory.horizon_packs``).
"""

from __future__ import annotations

from pathlib import Path
from time import process_time

import numpy as np

from benchmarks.bars import Bar, at_most
from benchmarks.inventory.our_rule import Forecasts, gst_of, monday, place_of
from benchmarks.inventory.topic import Measured
from benchmarks.inventory.world import Shelves, Size, World, world_of
from hospital.forecast import QUANTILE_LEVELS, DemandForecast, Period, SeriesKey, SeriesKind
from hospital.gst import Gst
from inventory.horizon import HorizonQuestion, plan_horizon
from inventory.order_plan import OrderPlan
from inventory.proposal import propose_order

WEEKS, BUDGET_WEEKS, PATHS = 26, 4, 400
SHARE = 0.95
ROUNDING = 1e-9
MINIMUM_ORDER_MAD = 5000.0
MOST_SECONDS = {500: (10.0, 60.0), 2000: (300.0, 300.0)}
"""CPU seconds allowed for the proposal and for the plan, by number of items."""
MOST_GAP_PERCENT = 3.0


def measured(_shared: Path) -> Measured:
    """Seconds and gap for 500 and 2,000 items."""
    rows, bars = [], []
    for items in MOST_SECONDS:
        row, found = _one(items)
        rows.append(row)
        bars += found
    columns = ("items", "proposal CPU s", "lines", "plan CPU s", "orders", "gap %", "rules broken")
    return Measured(columns, tuple(rows), tuple(bars))


def _one(items: int) -> tuple[tuple[float | str, ...], list[Bar]]:
    world = world_of(Size(medicines=items, history_weeks=52), seed=items)
    shelves = Shelves(world)
    budget = SHARE * BUDGET_WEEKS * world.weekly_spend_mad()
    gst, forecasts = with_minimums(gst_of(shelves, budget)), poisson_forecasts(shelves)
    start = process_time()
    order = propose_order(gst, forecasts, OrderPlan())
    proposal_seconds = process_time() - start
    periods = -(-WEEKS // BUDGET_WEEKS)
    question = HorizonQuestion(WEEKS, BUDGET_WEEKS, (budget,) * periods)
    start = process_time()
    plan = plan_horizon(gst, forecasts, OrderPlan(review_days=14), question)
    plan_seconds = process_time() - start
    over = max(plan.spent_mad) / budget - 1
    wrong = len(order.violations()) + (over > ROUNDING)
    most_proposal, most_plan = MOST_SECONDS[items]
    row = (
        str(items),
        proposal_seconds,
        str(len(order.lines)),
        plan_seconds,
        str(len(plan.orders)),
        100 * plan.gap,
        str(wrong),
    )
    return row, [
        at_most(f"{items} items: proposal, CPU s", proposal_seconds, most_proposal),
        at_most(f"{items} items: plan of 26 weeks, CPU s", plan_seconds, most_plan),
        at_most(
            f"{items} items: gap of the plan to its bound, %", 100 * plan.gap, MOST_GAP_PERCENT
        ),
        at_most(f"{items} items: rules broken by order and plan", wrong, 0),
    ]


def with_minimums(gst: Gst) -> Gst:
    """The same suppliers, each with a smallest order."""
    suppliers = tuple(row.but(minimum_order_mad=MINIMUM_ORDER_MAD) for row in gst.suppliers)
    return gst.but(suppliers=suppliers)


def poisson_forecasts(shelves: Shelves) -> Forecasts:
    """Paths of gamma-mixed Poisson weeks at each line's own pace."""
    rng = np.random.default_rng(9)
    found = (_forecast(shelves, shelves.world, line, rng) for line in range(shelves.world.lines))
    return {forecast.key: forecast for forecast in found}


def _forecast(
    shelves: Shelves, world: World, line: int, rng: np.random.Generator
) -> DemandForecast:
    spread = 3.0
    paths = rng.poisson(rng.gamma(spread, world.pace[line] / spread, (PATHS, WEEKS))).astype(float)
    return DemandForecast(
        key=SeriesKey(SeriesKind.CONSUMPTION, *place_of(shelves, line)),
        first_day=monday(shelves.week),
        period=Period.WEEK,
        mean=paths.mean(axis=0),
        quantiles=np.quantile(paths, QUANTILE_LEVELS, axis=0).T,
        sample_paths=paths,
        model="gamma-Poisson",
    )
