"""The annual tender of a GST."""

from types import SimpleNamespace

import pytest

from inventory.order_plan import OrderPlan
from inventory.tender import TenderQuestion, plan_tender

pytestmark = pytest.mark.unit

PLAN = OrderPlan()
QUESTION = TenderQuestion(scenarios=200)


def certain(build: SimpleNamespace, **tables: object) -> SimpleNamespace:
    """Two hospitals, 10 and 20 a day for certain; a pack is 10 units at 5 MAD each."""
    hospitals = (build.hospital("H1"), build.hospital("H2"))
    gst = build.small_gst(**{"hospitals": hospitals, **tables})
    paths = 10 * build.steady_forecast(7).sample_paths
    forecasts = build.by_key(build.forecast_of(paths), build.forecast_of(2 * paths, "H2"))
    return SimpleNamespace(gst=gst, forecasts=forecasts)


def test_a_certain_year_is_tendered_to_the_pack_whatever_the_service(
    build: SimpleNamespace,
) -> None:
    """30 a day for 365 days, less 1,000 on the shelf and 500 on order."""
    case = certain(build, lots=(build.lot(1000, 700),), orders=(build.open_order(500, 10),))
    tender = plan_tender(case.gst, case.forecasts, PLAN, QUESTION)
    (line,) = tender.lines
    assert line.demand_units == pytest.approx(10_950)
    assert (line.held_units, line.units, line.packs) == (1500, 9450, 945)
    assert tender.cost_mad == 9450 * 5
    assert {point.cost_mad for point in tender.frontier} == {tender.cost_mad}
    assert all(point.shortage_mad == pytest.approx(0) for point in tender.frontier)


def test_a_short_life_lets_large_deliveries_expire(build: SimpleNamespace) -> None:
    """60 days of life use 1,800 units; twice a year 5,475 come, twelve times 912.5."""
    case = certain(build, medicines=(build.medicine(shelf_life_days=60),))
    twice = plan_tender(case.gst, case.forecasts, PLAN, QUESTION.but(deliveries=2))
    monthly = plan_tender(case.gst, case.forecasts, PLAN, QUESTION.but(deliveries=12))
    assert twice.lines[0].expiring_units == pytest.approx(2 * (5475 - 1800))
    assert monthly.lines[0].expiring_units == 0


def test_more_service_costs_more_and_leaves_less_short(build: SimpleNamespace) -> None:
    region = build.region(3, 10, 1e9, seed=2)
    tender = plan_tender(region.gst, region.forecasts, PLAN, QUESTION)
    costs = [point.cost_mad for point in tender.frontier]
    shorts = [point.shortage_mad for point in tender.frontier]
    assert costs == sorted(costs)
    assert costs[0] < costs[-1]
    assert shorts == sorted(shorts, reverse=True)
    for line in tender.lines:
        assert line.low_units <= line.demand_units <= line.high_units
        assert 0 <= line.expiring_units <= line.units


def test_a_medicine_nobody_offers_is_refused_by_name(build: SimpleNamespace) -> None:
    case = certain(build, offers=())
    tender = plan_tender(case.gst, case.forecasts, PLAN, QUESTION)
    assert not tender.lines
    assert ("M", "no_offer") in [(row.medicine, row.code) for row in tender.refusals]
