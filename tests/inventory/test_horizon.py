from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hospital.errors import GstError
from inventory.horizon import HorizonPlan, HorizonQuestion, plan_horizon
from inventory.horizon_packs import Budgets, PackLadder, plan_packs
from inventory.order_plan import OrderPlan

pytestmark = pytest.mark.unit

PLAN = OrderPlan(scenarios=100)
CERTAIN = {"lead_time_cv": 0.0, "lead_time_days": 14.0}


def plan_of(region: SimpleNamespace, *budgets_mad: float) -> HorizonPlan:
    question = HorizonQuestion(weeks=12, budgets_mad=budgets_mad)
    return plan_horizon(region.gst, region.forecasts, PLAN, question)


def test_certain_demand_is_met_week_by_week_and_nothing_else_is_held(
    build: SimpleNamespace,
) -> None:
    """70 a week, two weeks of delivery: each order brings four weeks, the last what is left."""
    gst = build.small_gst(suppliers=(build.supplier(**CERTAIN),), lots=(build.lot(140, 700),))
    plan = plan_horizon(
        gst, build.by_key(build.steady_forecast(70)), PLAN, HorizonQuestion(weeks=16)
    )
    assert [(row.week, row.units) for row in plan.orders] == [
        (0, 280),
        (4, 280),
        (8, 280),
        (12, 140),
    ]
    assert plan.bound_mad == pytest.approx(plan.cost_mad)


def test_every_budget_is_kept_and_the_gap_is_small(build: SimpleNamespace) -> None:
    region = build.region(2, 12, 1e9, seed=1)
    free = plan_of(region)
    budget = 0.8 * sum(free.spent_mad) / 3
    tight = plan_of(region, *(budget,) * 3)
    assert all(spent <= budget + 0.01 for spent in tight.spent_mad)
    assert tight.cost_mad > free.cost_mad
    assert -1e-9 <= tight.gap <= 0.02
    assert free.gap == pytest.approx(0, abs=1e-9)
    assert set(free.worth_of_budget) == {0.0}


def test_the_worth_of_a_budget_is_what_a_little_more_of_it_saves(build: SimpleNamespace) -> None:
    region = build.region(2, 12, 1e9, seed=1)
    budget = 0.8 * sum(plan_of(region).spent_mad) / 3
    less = plan_of(region, *(budget,) * 3)
    more = plan_of(region, 1.02 * budget, *(budget,) * 2)
    saved = (less.bound_mad - more.bound_mad) / (0.02 * budget)
    assert saved == pytest.approx(less.worth_of_budget[0], rel=0.15)
    assert less.worth_of_budget[0] > 0


def test_budgets_must_be_one_for_each_period(build: SimpleNamespace) -> None:
    with pytest.raises(GstError, match="budgets_do_not_match"):
        plan_of(build.region(1, 2, 1e9), 100.0, 100.0)


def test_a_medicine_without_forecast_is_refused_here_too(build: SimpleNamespace) -> None:
    plan = plan_horizon(build.small_gst(), {}, PLAN, HorizonQuestion())
    assert [row.code for row in plan.refusals] == ["no_forecast"]
    assert plan.orders == ()


def ladder(seed: int, smallest: int) -> PackLadder:
    """Falling, then rising costs of three stages, as shortage and holding make them."""
    rng = np.random.default_rng(seed)
    need = rng.uniform(0, 4, 3).cumsum()[:, None]
    gap = np.arange(9)[None, :] - need
    return PackLadder(np.where(gap < 0, -30 * gap, 2 * gap), 1, smallest, float(rng.uniform(3, 9)))


LIMITS = ((25.0, 12.0), (60.0, 20.0), (np.inf, np.inf))


@pytest.mark.parametrize(("seed", "limits"), list(product(range(3), LIMITS)))
def test_no_bound_lies_above_the_best_plan_and_no_plan_below_it(
    seed: int, limits: tuple[float, float]
) -> None:
    """All ways to order two medicines three times; without a limit the best itself is found."""
    ladders = [ladder(seed, 1), ladder(seed + 100, 2)]
    budgets = Budgets(np.array([0, 0, 1]), np.array(limits))
    found = plan_packs(ladders, budgets)
    ways = [
        [
            (packs, *outcome)
            for packs in product(range(9), repeat=3)
            if (outcome := spend(row, packs))
        ]
        for row in ladders
    ]
    best = min(
        one[1] + two[1]
        for one, two in product(*ways)
        if (one[2] + two[2] <= budgets.budgets_mad + 1e-9).all()
    )
    outcomes = [spend(row, tuple(packs)) for row, packs in zip(ladders, found.packs, strict=True)]
    reached = sum(cost for cost, _ in outcomes)
    assert (sum(spent for _, spent in outcomes) <= budgets.budgets_mad + 1e-9).all()
    assert found.bound_mad <= best + 1e-6 <= reached + 2e-6
    if np.isinf(limits).all():
        assert reached == pytest.approx(best)


@given(
    seed=st.integers(0, 10**6),
    smallest=st.integers(1, 10),
    prices=st.tuples(*[st.floats(0, 20)] * 3),
)
def test_a_medicine_alone_gets_the_best_packs_at_any_price_of_money(
    seed: int, smallest: int, prices: tuple[float, float, float]
) -> None:
    """Against every way to order it three times, the smallest order kept."""
    row = ladder(seed, smallest)

    def priced(packs: tuple[int, ...]) -> float | None:
        found = spend(row, packs)
        return found and found[0] + row.pack_mad * float(np.dot(packs, prices))

    totals = [cost for packs in product(range(9), repeat=3) if (cost := priced(packs)) is not None]
    packs, cost = row.best(np.array(prices))
    assert cost == pytest.approx(min(totals))
    assert priced(tuple(packs)) == pytest.approx(cost)


def spend(row: PackLadder, packs: tuple[int, ...]) -> tuple[float, np.ndarray] | None:
    """Cost and spending of these packs; nothing if the supplier would not sell them."""
    held = np.cumsum(packs)
    if held[-1] > 8 or any(0 < count < row.smallest_packs for count in packs):
        return None
    cost = sum(row.stage_cost[at, have] for at, have in enumerate(held))
    return cost, np.bincount([0, 0, 1], weights=np.array(packs) * row.pack_mad)
