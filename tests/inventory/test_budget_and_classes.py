from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hospital.pharmacy import VenClass
from inventory.allocation import Ladder, allocate
from inventory.budget import budget_curve
from inventory.classes import UseClass, ValueClass, medicine_classes
from inventory.order_plan import OrderPlan
from inventory.proposal import propose_order

pytestmark = pytest.mark.unit

FAST = OrderPlan(scenarios=100)


def ladder(gains: list[float], pack_cost_mad: float, floor: int = 0, first: int = 1) -> Ladder:
    packs = first + np.arange(len(gains))
    return Ladder(packs, np.array(gains), pack_cost_mad, floor)


def test_packs_go_where_a_dirham_gains_most() -> None:
    """Gains per MAD: 5, 3, 1 and 4, 2: with 30 MAD the first, second and fourth are bought."""
    ladders = [ladder([50, 30, 10], 10), ladder([40, 20], 10)]
    found = allocate(ladders, 30)
    assert found.packs.tolist() == [2, 1]
    assert found.spent_mad == 30
    assert found.gain_per_mad == pytest.approx(2)


def test_what_is_left_buys_cheaper_packs_of_others() -> None:
    found = allocate([ladder([900, 800], 60), ladder([10, 9], 15)], 100)
    assert found.packs.tolist() == [1, 2]
    assert found.spent_mad == 90


def test_floors_come_first_whatever_they_gain() -> None:
    found = allocate([ladder([1000] * 5, 10), ladder([1, 1, 1], 10, floor=2)], 30)
    assert found.packs.tolist() == [1, 2]


def test_the_smallest_quantity_is_bought_whole_or_not_at_all() -> None:
    ladders = [ladder([100, 5], 10, first=4)]
    assert allocate(ladders, 39).packs.tolist() == [0]
    assert allocate(ladders, 40).packs.tolist() == [4]


def test_a_budget_that_buys_all_leaves_no_gain_to_be_had() -> None:
    found = allocate([ladder([5, 4], 10)], 20)
    assert (found.packs.tolist(), found.gain_per_mad) == ([2], 0.0)
    assert allocate([], 20).packs.tolist() == []


falling = st.lists(st.integers(1, 40), min_size=1, max_size=4).map(lambda row: sorted(row)[::-1])


@settings(max_examples=100, deadline=None)
@given(rows=st.lists(falling, min_size=1, max_size=4), budget=st.integers(0, 12))
def test_with_packs_of_one_price_no_other_choice_gains_more(
    rows: list[list[int]], budget: int
) -> None:
    found = allocate([ladder([float(gain) for gain in row], 1.0) for row in rows], budget)
    gained = sum(sum(row[:packs]) for row, packs in zip(rows, found.packs, strict=True))
    best = sum(sorted((gain for row in rows for gain in row), reverse=True)[:budget])
    assert gained == best


def test_more_money_never_leaves_more_short(build: SimpleNamespace) -> None:
    region = build.region(3, 15, 0.0, seed=2)
    budgets = [0, 1e4, 3e4, 1e5, 1e9]
    points = budget_curve(region.gst, region.forecasts, FAST, budgets)
    shortage = [point.shortage_mad for point in points]
    assert shortage == sorted(shortage, reverse=True)
    assert all(point.cost_mad <= point.budget_mad + 0.01 for point in points)
    assert sum(points[-1].at_risk.values()) == 0
    assert sum(points[0].at_risk.values()) > 0


def test_the_gain_of_the_next_dirham_is_the_slope_of_the_curve(build: SimpleNamespace) -> None:
    """Without supplier minimums, 2 % more budget avoids about that much shortage."""
    region = build.region(3, 15, 3e4, seed=2)
    gst = region.gst.but(
        suppliers=tuple(row.but(minimum_order_mad=0.0) for row in region.gst.suppliers)
    )
    plan = FAST.but(vital_floor=0.0)
    slope = propose_order(gst, region.forecasts, plan).gain_per_mad
    less, more = budget_curve(gst, region.forecasts, plan, [3e4, 3.06e4])
    assert slope > 0
    assert (less.shortage_mad - more.shortage_mad) / 600 == pytest.approx(slope, rel=0.25)


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    budget_mad=st.floats(0, 2e5),
    minimum_mad=st.sampled_from([0.0, 2e3, 1e5]),
    hospitals=st.integers(1, 3),
)
def test_every_proposal_passes_its_own_check(
    build: SimpleNamespace, seed: int, budget_mad: float, minimum_mad: float, hospitals: int
) -> None:
    region = build.region(hospitals, 8, budget_mad, seed=seed)
    suppliers = tuple(row.but(minimum_order_mad=minimum_mad) for row in region.gst.suppliers)
    plan = propose_order(region.gst.but(suppliers=suppliers), region.forecasts, FAST)
    assert plan.violations() == ()
    asked = len(plan.lines) + len(plan.unordered) + len(plan.refusals)
    assert asked <= hospitals * 8


def test_an_offer_of_an_unknown_supplier_is_no_offer(build: SimpleNamespace) -> None:
    gst = build.small_gst(offers=(build.offer(supplier="NOBODY"),))
    plan = propose_order(gst, build.by_key(build.steady_forecast(70)), FAST)
    assert [row.code for row in plan.refusals] == ["no_offer"]


def test_the_dearest_four_fifths_are_a(build: SimpleNamespace) -> None:
    """Yearly values 80 : 15 : 5 with equal use."""
    codes = ("DEAR", "MIDDLE", "CHEAP")
    gst = build.small_gst(
        medicines=tuple(build.medicine(code) for code in codes),
        offers=tuple(
            build.offer(code, unit_price_mad=price)
            for code, price in zip(codes, (80, 15, 5), strict=True)
        ),
    )
    paths = build.steady_forecast(70).sample_paths
    forecasts = build.by_key(*(build.forecast_of(paths, "H1", code) for code in codes))
    rows = medicine_classes(gst, forecasts)
    assert [row.value_class for row in rows] == [ValueClass.A, ValueClass.B, ValueClass.C]
    assert rows[0].value_mad_per_year == pytest.approx(80 * 70 * 365 / 7)
    assert {row.use_class for row in rows} == {UseClass.X}
    assert rows[0].ven is VenClass.ESSENTIAL


def test_irregular_use_is_z(build: SimpleNamespace) -> None:
    rng = np.random.default_rng(0)
    paths = np.where(rng.random((200, 20)) < 0.1, 50.0, 0.0)
    (row,) = medicine_classes(build.small_gst(), build.by_key(build.forecast_of(paths)))
    assert row.use_class is UseClass.Z
