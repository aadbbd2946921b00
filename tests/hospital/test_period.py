"""Days, weeks and calendar months count up and down without a hole."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hospital.forecast import Period

pytestmark = pytest.mark.unit

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
PERIODS = st.sampled_from(Period)


@given(PERIODS, DAYS, st.integers(-600, 600))
def test_the_period_of_a_first_day_is_the_period_itself(
    period: Period, day: date, count: int
) -> None:
    first = period.start(day)
    assert period.position(first, period.day(first, count)) == count
    assert period.position(first, period.day(first, count + 1) - timedelta(days=1)) == count


@given(PERIODS, DAYS, DAYS)
def test_every_day_lies_in_its_period(period: Period, day: date, other: date) -> None:
    first = period.start(other)
    count = period.position(first, day)
    assert period.day(first, count) <= day < period.day(first, count + 1)
    assert period.day(first, count) == period.start(day)


@given(PERIODS, DAYS, st.integers(0, 600))
def test_a_mean_length_is_the_mean_of_the_lengths(period: Period, day: date, count: int) -> None:
    first = period.start(day)
    days = (period.day(first, count) - first).days
    assert days == pytest.approx(count * period.days, abs=0 if period is not Period.MONTH else 3)


def test_months_keep_their_true_lengths() -> None:
    """The wrong way, 30 days at a time, would be in December already."""
    first = date(2024, 1, 1)
    assert Period.MONTH.day(first, 1) == date(2024, 2, 1)
    assert Period.MONTH.day(first, 2) == date(2024, 3, 1)
    assert Period.MONTH.day(first, -1) == date(2023, 12, 1)
    assert Period.MONTH.position(first, date(2025, 12, 31)) == 23


def test_weeks_may_begin_on_any_day_and_calendar_weeks_on_monday() -> None:
    sunday = date(2026, 11, 22)
    assert Period.WEEK.day(sunday, 1) == date(2026, 11, 29)
    assert Period.WEEK.start(sunday) == date(2026, 11, 16)
