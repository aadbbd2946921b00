from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hospital.forecast import DemandForecast
from hospital.gst import Gst
from hospital.pharmacy import VenClass
from hospital.stock_plan import OrderLine, StockPlan
from inventory.proposal import OrderPlan, horizon_days_needed, propose_order

pytestmark = pytest.mark.unit

FAST = OrderPlan(scenarios=200)
CERTAIN = {"lead_time_cv": 0.0, "lead_time_days": 14.0}


def only_line(plan: StockPlan) -> OrderLine:
    (line,) = plan.lines
    return line


def order_for(
    build: SimpleNamespace, gst: Gst, forecast: DemandForecast, plan: OrderPlan = FAST
) -> StockPlan:
    return propose_order(gst, build.by_key(forecast), plan)


def test_certain_demand_and_lead_time_order_the_demand_less_the_stock(
    build: SimpleNamespace,
) -> None:
    """70 a week, 14 days of lead time, 28 of review: 420 units less 200 on the shelf."""
    gst = build.small_gst(suppliers=(build.supplier(**CERTAIN),), lots=(build.lot(200, 300),))
    line = only_line(order_for(build, gst, build.steady_forecast(70)))
    assert line.units == 220
    assert {term.term: term.units for term in line.terms} == {
        "demand_mean_lead_time": 140,
        "demand_mean_review": 280,
        "usable_on_hand": -200,
    }


def test_expired_stock_counts_as_none(build: SimpleNamespace) -> None:
    suppliers = (build.supplier(**CERTAIN),)
    bare = build.small_gst(suppliers=suppliers)
    expired = build.small_gst(suppliers=suppliers, lots=(build.lot(500, -1),))
    forecast = build.steady_forecast(70)
    assert order_for(build, bare, forecast).lines == order_for(build, expired, forecast).lines


def test_what_expires_before_use_is_bought_again(build: SimpleNamespace) -> None:
    """Of 200 units that expire after seven days, only 70 can be used."""
    gst = build.small_gst(suppliers=(build.supplier(**CERTAIN),), lots=(build.lot(200, 6),))
    line = only_line(order_for(build, gst, build.steady_forecast(70)))
    terms = {term.term: term.units for term in line.terms}
    assert terms["expiring_on_hand"] == 130
    assert terms["lost_before_arrival"] == -70
    assert line.units == 280


def test_an_order_due_in_time_is_not_bought_twice_and_a_late_one_is_not_counted(
    build: SimpleNamespace,
) -> None:
    suppliers = (build.supplier(**CERTAIN),)
    forecast = build.steady_forecast(70)
    shelf = (build.lot(140, 300),)
    in_time = build.small_gst(suppliers=suppliers, lots=shelf, orders=(build.open_order(100, 20),))
    late = build.small_gst(suppliers=suppliers, lots=shelf, orders=(build.open_order(100, 43),))
    assert only_line(order_for(build, in_time, forecast)).units == 180
    assert only_line(order_for(build, late, forecast)).units == 280


def test_a_medicine_without_forecast_is_refused_not_guessed(build: SimpleNamespace) -> None:
    plan = propose_order(build.small_gst(lots=(build.lot(5, 30),)), {}, FAST)
    assert not plan.lines
    assert [row.code for row in plan.refusals] == ["no_forecast"]


def test_a_medicine_that_nobody_offers_is_refused(build: SimpleNamespace) -> None:
    gst = build.small_gst(offers=())
    plan = order_for(build, gst, build.steady_forecast(70))
    assert [row.code for row in plan.refusals] == ["no_offer"]


def test_a_forecast_that_ends_before_the_next_delivery_is_refused(build: SimpleNamespace) -> None:
    plan = order_for(build, build.small_gst(), build.steady_forecast(70, weeks=5))
    assert [(row.code, row.found) for row in plan.refusals] == [("forecast_too_short", "35.0")]


def test_the_horizon_asked_for_is_long_enough_for_the_order(build: SimpleNamespace) -> None:
    gst = build.small_gst()
    weeks = -(-horizon_days_needed(gst, FAST) // 7)
    plan = order_for(build, gst, build.steady_forecast(70, weeks=weeks))
    assert not plan.refusals
    assert weeks * 7 >= 14 + 28


def test_whole_packs_and_minimum_packs(build: SimpleNamespace) -> None:
    gst = build.small_gst(
        suppliers=(build.supplier(**CERTAIN),),
        offers=(build.offer(pack_units=100, minimum_packs=7),),
    )
    line = only_line(order_for(build, gst, build.steady_forecast(70)))
    terms = {term.term: term.units for term in line.terms}
    assert (line.packs, line.units) == (7, 700)
    assert (terms["packs_rounding"], terms["minimum_packs"]) == (20, 400)


def test_nothing_is_bought_that_would_expire(build: SimpleNamespace) -> None:
    """10 a week and 56 days on the shelf after arrival: no more than 80 units are of use."""
    gst = build.small_gst(
        suppliers=(build.supplier(lead_time_days=42, lead_time_cv=0.0),),
        medicines=(build.medicine(shelf_life_days=14),),
        offers=(build.offer(pack_units=10),),
    )
    plan = order_for(build, gst, build.steady_forecast(10), FAST.but(review_days=90))
    assert only_line(plan).units == 80
    assert not plan.violations()


def test_a_vital_medicine_is_bought_in_the_smallest_quantity_though_it_may_expire(
    build: SimpleNamespace,
) -> None:
    tables = {"offers": (build.offer(pack_units=100),)}
    vital = build.small_gst(
        medicines=(build.medicine(ven=VenClass.VITAL, shelf_life_days=60),), **tables
    )
    essential = build.small_gst(medicines=(build.medicine(shelf_life_days=60),), **tables)
    forecast = build.steady_forecast(1)
    assert only_line(order_for(build, vital, forecast)).packs == 1
    plan = order_for(build, essential, forecast)
    assert not plan.lines
    assert plan.unordered[0].terms[-1].term == "shelf_life_cut"


def test_a_supplier_below_its_minimum_gets_no_order(build: SimpleNamespace) -> None:
    gst = build.small_gst(
        suppliers=(build.supplier(minimum_order_mad=1e7),),
        medicines=(build.medicine(shelf_life_days=100),),
    )
    plan = order_for(build, gst, build.steady_forecast(70))
    assert not plan.lines
    assert plan.unordered[0].terms[-1].term == "supplier_minimum"


def test_a_small_gap_to_the_supplier_minimum_is_filled_with_stock_that_will_be_used(
    build: SimpleNamespace,
) -> None:
    gst = build.small_gst(suppliers=(build.supplier(**CERTAIN, minimum_order_mad=2500.0),))
    line = only_line(order_for(build, gst, build.steady_forecast(70)))
    assert line.units == 500
    assert line.terms[-1].units == 220


def test_the_cheaper_supplier_is_chosen_unless_patients_wait_for_it(build: SimpleNamespace) -> None:
    suppliers = (
        build.supplier("FAST", lead_time_days=5.0, lead_time_cv=0.0),
        build.supplier("SLOW", lead_time_days=50.0, lead_time_cv=0.0),
    )
    offers = (
        build.offer(supplier="FAST", unit_price_mad=6),
        build.offer(supplier="SLOW", unit_price_mad=5),
    )
    empty = build.small_gst(suppliers=suppliers, offers=offers)
    stocked = build.small_gst(suppliers=suppliers, offers=offers, lots=(build.lot(650, 400),))
    forecast = build.steady_forecast(70)
    assert only_line(order_for(build, empty, forecast)).supplier == "FAST"
    assert only_line(order_for(build, stocked, forecast)).supplier == "SLOW"


def test_hospitals_in_equal_need_share_a_short_budget_alike(build: SimpleNamespace) -> None:
    hospitals = tuple(build.hospital(f"H{at}") for at in range(1, 5))
    gst = build.small_gst(budget_mad=4000, hospitals=hospitals)
    paths = build.steady_forecast(70).sample_paths
    forecasts = build.by_key(*(build.forecast_of(paths, row.hospital) for row in hospitals))
    plan = propose_order(gst, forecasts, FAST)
    assert {line.units for line in plan.lines} == {200}


@pytest.mark.parametrize("budget_mad", [0.0, 1e3, 2e4, 1e5, 3e5, 1e9])
def test_every_order_respects_the_budget_and_all_else(
    build: SimpleNamespace, budget_mad: float
) -> None:
    region = build.region(3, 20, budget_mad)
    plan = propose_order(region.gst, region.forecasts, FAST)
    assert plan.cost_mad <= budget_mad + 0.005
    assert plan.violations() == ()


def test_vital_medicines_reach_their_floor_before_others_get_a_pack(build: SimpleNamespace) -> None:
    region = build.region(3, 20, 5e3, seed=4)
    plan = propose_order(region.gst, region.forecasts, FAST)
    vital = {row.medicine for row in region.gst.medicines if row.ven is VenClass.VITAL}
    assert plan.vital_floor_shortfall_mad > 0
    left = plan.budget_mad - plan.cost_mad
    assert {line.medicine for line in plan.lines} <= vital or left < plan.budget_mad * 0.05


def test_a_larger_budget_never_raises_any_risk_in_total(build: SimpleNamespace) -> None:
    def weighted_risk(budget_mad: float) -> float:
        region = build.region(3, 12, budget_mad, seed=2)
        plan = propose_order(region.gst, region.forecasts, FAST)
        return sum(row.stockout_probability_after for row in (*plan.lines, *plan.unordered))

    risks = [weighted_risk(budget) for budget in (1e3, 3e4, 1e5, 1e9)]
    assert risks == sorted(risks, reverse=True)
    assert risks[-1] < risks[0]


def test_the_same_seed_gives_the_same_order_and_the_order_of_rows_does_not_matter(
    build: SimpleNamespace,
) -> None:
    region = build.region(2, 8, 2e4)
    plan = propose_order(region.gst, region.forecasts, FAST)
    again = propose_order(
        region.gst.but(lots=region.gst.lots[::-1], orders=region.gst.orders[::-1]),
        dict(reversed(region.forecasts.items())),
        FAST,
    )
    assert plan.model_dump_json() == again.model_dump_json()


paths = st.integers(0, 2**32 - 1).map(
    lambda seed: np.random.default_rng(seed).negative_binomial(2, 0.05, (40, 26)).astype(float)
)
shelves = st.lists(st.tuples(st.integers(1, 300), st.integers(-10, 200)), max_size=4)


@settings(max_examples=60, deadline=None)
@given(paths=paths, shelf=shelves, pack=st.integers(1, 60), due=st.integers(-20, 90))
def test_the_terms_of_a_quantity_add_up_exactly(
    build: SimpleNamespace, paths: np.ndarray, shelf: list[tuple[int, int]], pack: int, due: int
) -> None:
    gst = build.small_gst(
        lots=tuple(build.lot(units, days, lot=f"L{at}") for at, (units, days) in enumerate(shelf)),
        offers=(build.offer(pack_units=pack),),
        orders=(build.open_order(50, due),),
    )
    plan = order_for(build, gst, build.forecast_of(paths))
    for line in (*plan.lines, *plan.unordered):
        assert sum(term.units for term in line.terms) == line.units
    assert plan.violations() == ()


@settings(max_examples=60, deadline=None)
@given(paths=paths, shelf=shelves, more=st.tuples(st.integers(1, 200), st.integers(-5, 200)))
def test_more_stock_never_orders_more(
    build: SimpleNamespace, paths: np.ndarray, shelf: list[tuple[int, int]], more: tuple[int, int]
) -> None:
    def units(rows: list[tuple[int, int]]) -> int:
        lots = (build.lot(count, days, lot=f"L{at}") for at, (count, days) in enumerate(rows))
        plan = order_for(build, build.small_gst(lots=tuple(lots)), build.forecast_of(paths))
        return sum(line.units for line in plan.lines)

    assert units([*shelf, more]) <= units(shelf)


@settings(max_examples=40, deadline=None)
@given(paths=paths, low=st.floats(0.5, 0.99), high=st.floats(0.5, 0.99))
def test_a_higher_service_target_never_orders_less(
    build: SimpleNamespace, paths: np.ndarray, low: float, high: float
) -> None:
    def line(target: float) -> tuple[OrderLine, ...]:
        plan = OrderPlan(scenarios=200, targets=dict.fromkeys(VenClass, target))
        return order_for(build, build.small_gst(), build.forecast_of(paths), plan).lines

    low, high = sorted((low, high))
    assert sum(row.units for row in line(low)) <= sum(row.units for row in line(high))


@settings(max_examples=20, deadline=None)
@given(paths=paths, target=st.floats(0.5, 0.99))
def test_the_order_reaches_its_service_target(
    build: SimpleNamespace, paths: np.ndarray, target: float
) -> None:
    """Among scenarios that do not run out before the delivery, at most 1 - target do after."""
    plan = OrderPlan(scenarios=200, targets=dict.fromkeys(VenClass, target))
    gst = build.small_gst(lots=(build.lot(5000, 400),))
    for line in order_for(build, gst, build.forecast_of(paths), plan).lines:
        assert line.stockout_probability_after <= 1 - target + 1e-9
