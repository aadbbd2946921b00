from datetime import timedelta
from types import SimpleNamespace

import pytest

from inventory.order_plan import OrderPlan
from inventory.status import StockAlert, StockStatus, stock_status

pytestmark = pytest.mark.unit

PLAN = OrderPlan()


def status(build: SimpleNamespace, units_per_week: float = 70, **tables: object) -> StockStatus:
    gst = build.small_gst(
        **{"suppliers": (build.supplier(lead_time_cv=0.0, lead_time_days=14.0),), **tables}
    )
    (row,), refusals = stock_status(gst, build.by_key(build.steady_forecast(units_per_week)), PLAN)
    assert not refusals
    return row


def test_cover_is_the_stock_over_the_daily_use(build: SimpleNamespace) -> None:
    row = status(build, lots=(build.lot(200, 300),))
    assert row.cover_days_p50 == pytest.approx(20)
    assert row.runout_date == build.AS_OF + timedelta(days=20)
    assert row.alert is StockAlert.OK


def test_expired_stock_is_a_stockout(build: SimpleNamespace) -> None:
    row = status(build, lots=(build.lot(200, -1),))
    assert (row.on_hand_units, row.expired_units) == (0, 200)
    assert row.cover_days_p50 == 0
    assert row.alert is StockAlert.OUT


def test_a_lot_serves_until_its_expiry_and_the_rest_is_lost_value(build: SimpleNamespace) -> None:
    """Ten a day; the first lot of 300 lasts its ten days, the second of 400 forty more."""
    row = status(build, lots=(build.lot(300, 9), build.lot(400, 300)))
    assert row.cover_days_p50 == pytest.approx(50)
    assert row.expiring_units == pytest.approx(200)
    assert row.expiring_mad == pytest.approx(200 * 5)
    assert row.first_expiry == build.AS_OF + timedelta(days=9)
    assert row.alert is StockAlert.EXPIRING


def test_stock_that_ends_before_any_delivery_is_at_risk(build: SimpleNamespace) -> None:
    row = status(build, lots=(build.lot(130, 300),))
    assert row.runout_probability == pytest.approx(1)
    assert row.alert is StockAlert.AT_RISK


def test_an_open_order_that_comes_in_time_removes_the_risk(build: SimpleNamespace) -> None:
    row = status(build, lots=(build.lot(130, 300),), orders=(build.open_order(500, 10),))
    assert row.runout_probability == pytest.approx(0)
    assert row.cover_days_p50 == pytest.approx(13)
    assert row.runout_date == build.AS_OF + timedelta(days=63)


def test_an_open_order_that_comes_late_leaves_a_gap(build: SimpleNamespace) -> None:
    row = status(build, lots=(build.lot(100, 300),), orders=(build.open_order(500, 12),))
    assert row.runout_date == build.AS_OF + timedelta(days=10)
    assert row.alert is StockAlert.AT_RISK


def test_cover_goes_on_beyond_the_forecast_at_its_mean_pace(build: SimpleNamespace) -> None:
    row = status(build, lots=(build.lot(2500, 700),))
    assert row.cover_days_p50 == pytest.approx(250)
    assert row.runout_date is None
    assert row.alert is StockAlert.OVERSTOCK


def test_what_is_never_used_expires_whole(build: SimpleNamespace) -> None:
    row = status(build, units_per_week=0, lots=(build.lot(50, 30),))
    assert row.expiring_units == 50
    assert row.runout_probability == 0


def test_risk_grows_with_the_time_without_an_order(build: SimpleNamespace) -> None:
    region = build.region(2, 15, 1e9, seed=5)
    rows, _ = stock_status(region.gst, region.forecasts, PLAN)
    assert all(row.cover_days_p10 <= row.cover_days_p50 for row in rows)
    assert all(row.runout_probability <= row.runout_probability_unordered for row in rows)
    assert len({row.alert for row in rows}) >= 3
