"""Emergency purchases, with and without a supplier that fails."""

from types import SimpleNamespace

import pytest

from hospital.errors import UnknownPlace
from hospital.pharmacy import VenClass
from inventory.emergency import EmergencyTerms, plan_emergency
from inventory.order_plan import OrderPlan

pytestmark = pytest.mark.unit

PLAN = OrderPlan(scenarios=100)
FREE = EmergencyTerms(order_mad=0, delivery_days=2)


def shelf(build: SimpleNamespace, **tables: object) -> SimpleNamespace:
    """10 a day for certain, a price of 5 MAD, packs of ten; an order takes 14 days."""
    gst = build.small_gst(
        **{
            "suppliers": (build.supplier(lead_time_cv=0.0, lead_time_days=14.0),),
            "lots": (build.lot(40, 700),),
            **tables,
        }
    )
    paths = 10 * build.steady_forecast(7).sample_paths
    return SimpleNamespace(gst=gst, forecasts=build.by_key(build.forecast_of(paths)))


def test_what_an_order_comes_too_late_for_is_bought_at_once(build: SimpleNamespace) -> None:
    """40 last four days; 100 of the next ten days are lost, and bought at half as much again."""
    case = shelf(build)
    plan = plan_emergency(case.gst, case.forecasts, PLAN, FREE)
    (line,) = plan.lines
    assert line.lost_units == pytest.approx(100)
    assert (line.units, line.cost_mad) == (100, 100 * 5 * 1.5)
    assert line.avoided_mad == pytest.approx(100 * 5 * 10)


def test_units_lost_before_even_an_emergency_comes_are_not_bought(build: SimpleNamespace) -> None:
    case = shelf(build, lots=())
    (line,) = plan_emergency(case.gst, case.forecasts, PLAN, FREE).lines
    assert line.lost_units == pytest.approx(140)
    assert line.units == 120


def test_a_price_above_what_the_shortage_weighs_is_not_paid(build: SimpleNamespace) -> None:
    necessary = (build.medicine(ven=VenClass.NECESSARY),)
    case = shelf(build, medicines=necessary)
    dear = FREE.but(price_factor=3.5)
    (line,) = plan_emergency(case.gst, case.forecasts, PLAN, dear).lines
    assert line.lost_units > 0
    assert line.units == 0
    assert plan_emergency(case.gst, case.forecasts, PLAN, dear.but(price_factor=1.2)).cost_mad > 0


def test_a_journey_dearer_than_all_it_brings_is_not_made(build: SimpleNamespace) -> None:
    case = shelf(build)
    plan = plan_emergency(case.gst, case.forecasts, PLAN, FREE.but(order_mad=4300.0))
    assert plan.cost_mad == 0
    assert plan_emergency(case.gst, case.forecasts, PLAN, FREE.but(order_mad=4200.0)).cost_mad > 0


def test_a_supplier_that_fails_loses_what_it_had_on_order(build: SimpleNamespace) -> None:
    """100 days of stock are on their way: 60 days later than promised, 20 days are missing."""
    case = shelf(
        build, lots=(build.lot(480, 700),), orders=(build.open_order(1000, 10, supplier="S"),)
    )
    assert not plan_emergency(case.gst, case.forecasts, PLAN, FREE).lines
    failed = FREE.but(failed_supplier="S", failed_days=60)
    (line,) = plan_emergency(case.gst, case.forecasts, PLAN, failed).lines
    assert line.lost_units == pytest.approx(220)


def test_another_supplier_shortens_the_gap(build: SimpleNamespace) -> None:
    """S fails for 60 days; T brings the same in 30 days: 26 days are lost, not 70."""
    two = (
        build.supplier("S", lead_time_cv=0.0, lead_time_days=14.0),
        build.supplier("T", lead_time_cv=0.0, lead_time_days=30.0),
    )
    case = shelf(
        build, suppliers=two, offers=(build.offer(supplier="S"), build.offer(supplier="T"))
    )
    failed = FREE.but(failed_supplier="S", failed_days=60)
    (line,) = plan_emergency(case.gst, case.forecasts, PLAN, failed).lines
    assert line.supplier == "T"
    assert line.lost_units == pytest.approx(260)


def test_an_unknown_supplier_is_named(build: SimpleNamespace) -> None:
    case = shelf(build)
    with pytest.raises(UnknownPlace) as refused:
        plan_emergency(case.gst, case.forecasts, PLAN, FREE.but(failed_supplier="X"))
    assert refused.value.code == "unknown_supplier"
