"""Order rules replayed on the same weeks."""

from types import SimpleNamespace

import numpy as np
import pytest

from inventory.order_plan import OrderPlan
from inventory.replay import ReplayQuestion, replay_rules

pytestmark = pytest.mark.unit

PLAN = OrderPlan(scenarios=100, seed=3)
QUESTION = ReplayQuestion(weeks=26, scenarios=60)


def one_shelf(build: SimpleNamespace, **tables: object) -> SimpleNamespace:
    """H1 uses 10 a day for certain and has 100 days of stock that lasts two years."""
    gst = build.small_gst(
        **{
            "suppliers": (build.supplier(lead_time_cv=0.0, lead_time_days=14.0),),
            "lots": (build.lot(1000, 700),),
            **tables,
        }
    )
    paths = 10 * build.steady_forecast(7).sample_paths
    return SimpleNamespace(gst=gst, forecasts=build.by_key(build.forecast_of(paths)))


def test_certain_demand_is_served_in_full_at_no_waste(build: SimpleNamespace) -> None:
    case = one_shelf(build)
    rules, refusals = replay_rules(case.gst, case.forecasts, PLAN, QUESTION, {})
    assert not refusals
    assert [row.rule for row in rules] == ["tadbir", "bhima", "months"]
    assert all(row.fill.low == 1 and row.waste_mad.high == 0 for row in rules)


def test_what_expires_in_the_shelf_is_counted_as_waste(build: SimpleNamespace) -> None:
    """1000 units last four weeks and 70 a week are used: 720 expire, whatever is ordered."""
    case = one_shelf(build, lots=(build.lot(1000, 27),))
    rules, _ = replay_rules(case.gst, case.forecasts, PLAN, QUESTION, {})
    price = case.gst.offers[0].unit_price_mad
    assert all(row.waste_mad.mean == pytest.approx(720 * price) for row in rules)


def test_open_orders_arrive_in_their_week(build: SimpleNamespace) -> None:
    """An empty shelf loses the first week, not the second in which an open order comes."""
    empty = one_shelf(build, lots=(), orders=())
    helped = one_shelf(build, lots=(), orders=(build.open_order(700, 7),))
    without, with_order = (
        replay_rules(case.gst, case.forecasts, PLAN, QUESTION, {})[0][0] for case in (empty, helped)
    )
    weeks = QUESTION.weeks
    assert with_order.fill.mean == pytest.approx(1 - 1 / weeks)
    assert without.fill.mean < with_order.fill.mean


def test_a_month_of_stock_fails_where_the_supplier_takes_two(build: SimpleNamespace) -> None:
    slow = one_shelf(build, suppliers=(build.supplier(lead_time_cv=0.0, lead_time_days=60.0),))
    question = ReplayQuestion(weeks=40, scenarios=60, months=1.0)
    rules, _ = replay_rules(slow.gst, slow.forecasts, PLAN, question, {})
    ours, _, months = rules
    assert ours.fill.mean > 0.99
    assert months.fill.mean < 0.7
    assert months.cost_difference_mad.low > 0


def test_a_region_repeats_itself_and_refuses_what_has_no_forecast(build: SimpleNamespace) -> None:
    region = build.region(2, 8, 1e9, seed=5)
    known = dict(list(region.forecasts.items())[1:])
    runs = [replay_rules(region.gst, known, PLAN, QUESTION, {}) for _ in range(2)]
    assert runs[0] == runs[1]
    assert [row.code for row in runs[0][1]] == ["no_forecast"]
    for row in runs[0][0]:
        assert 0 <= row.fill.low <= row.fill.mean <= row.fill.high <= 1
        assert row.cost_mad.mean >= row.waste_mad.mean
    ours = runs[0][0][0]
    assert np.isclose(ours.cost_difference_mad.mean, 0)
