"""What the calendar says of whole months, over their true lengths."""

from datetime import date, timedelta

import numpy as np
import pytest

from forecasting.calendar_design import CalendarDesign
from forecasting.plan import ForecastPlan
from forecasting.series import Series
from hospital.calendar import MoroccanCalendar
from hospital.forecast import Period, SeriesKey, SeriesKind

pytestmark = pytest.mark.unit

JANUARY = date(2026, 1, 1)
KEY = SeriesKey(SeriesKind.CONSUMPTION, "CHR-01", "PARA500")


@pytest.fixture(scope="module")
def design(calendar: MoroccanCalendar) -> CalendarDesign:
    return CalendarDesign.of(calendar, JANUARY, date(2026, 12, 31))


def test_ramadan_days_of_months_add_up_to_ramadan(design: CalendarDesign) -> None:
    """Ramadan 1447 began on 19 February 2026: 10 days of February, the rest of March."""
    months = design.ramadan_columns(JANUARY, 12, Period.MONTH)[:, 0]
    days = design.ramadan_columns(JANUARY, 365, Period.DAY)[:, 0]
    assert months[1] == pytest.approx(10 / 28)
    assert months[2] == pytest.approx((days.sum() - 10) / 31)
    assert not months[3:].any()


def test_holidays_of_months_are_shares_of_their_days(design: CalendarDesign) -> None:
    months = design.holiday_share(JANUARY, 12, Period.MONTH)
    lengths = Series(KEY, JANUARY, np.zeros(12), Period.MONTH).lengths_days
    days = design.holiday_share(JANUARY, 365, Period.DAY)
    assert months @ lengths == pytest.approx(days.sum())
    assert lengths.tolist() == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


def test_a_plan_covers_the_months_that_its_weeks_touch() -> None:
    plan = ForecastPlan(date(2026, 11, 23), horizon_days=28, stock_weeks=13)
    assert plan.first_period(Period.MONTH) == date(2026, 11, 1)
    assert plan.periods(Period.MONTH) == 3  # 91 days from 1 November end on 30 January
    assert ForecastPlan(date(2026, 11, 23), horizon_days=100).periods(Period.MONTH) == 5
    assert plan.periods(Period.WEEK) == 13


def test_a_series_of_months_begins_with_a_month() -> None:
    with pytest.raises(ValueError, match="first day"):
        Series(KEY, JANUARY + timedelta(days=3), np.zeros(12), Period.MONTH)
