"""Short school breaks: one effect, learnt from five a year; the long one belongs to the season."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from forecasting.calendar_design import CalendarDesign
from forecasting.forecast import forecast_series
from forecasting.plan import ForecastPlan
from forecasting.series import Series
from hospital.calendar import MoroccanCalendar
from hospital.forecast import Period, SeriesKey, SeriesKind

pytestmark = pytest.mark.unit

FIRST, ORIGIN = date(2023, 9, 4), date(2026, 10, 12)  # Mondays
DAYS = (ORIGIN - FIRST).days
BREAK = [date(2026, 10, 18) + timedelta(days=n) for n in range(8)]
PLANTED = -0.08
KEY = SeriesKey(SeriesKind.VISITS, "CHR-01")


def visits(seed: int, effect: float, calendar: MoroccanCalendar) -> Series:
    """150 visits a day, fewer in the short breaks of the calendar's school years."""
    rng = np.random.default_rng(seed)
    days = [FIRST + timedelta(days=n) for n in range(DAYS)]
    design = CalendarDesign.of(calendar, FIRST, ORIGIN)
    off = np.array([day in design.school_days for day in days])
    rate = 150.0 * (1 + 0.1 * np.sin(2 * np.pi * np.arange(DAYS) / 365.25)) * (1 + effect * off)
    return Series(KEY, FIRST, rng.poisson(rate).astype(float))


def found(series: Series, calendar: MoroccanCalendar) -> float:
    """The part of the school over what the break's days would be without it."""
    forecast = forecast_series(series, ForecastPlan(ORIGIN, 28), calendar)
    inside = np.array([day in BREAK for day in forecast.days()])
    part = forecast.components["school"]
    assert part[~inside] == pytest.approx(0.0, abs=1e-6)
    return float(part[inside].sum() / (forecast.mean[inside] - part[inside]).sum())


@pytest.mark.parametrize("effect", [PLANTED, 0.0])
def test_a_planted_effect_is_found(effect: float, calendar: MoroccanCalendar) -> None:
    shares = [found(visits(seed, effect, calendar), calendar) for seed in range(4)]
    assert np.mean(shares) == pytest.approx(effect, abs=0.025)


def test_the_summer_is_left_to_the_season(calendar: MoroccanCalendar) -> None:
    design = CalendarDesign.of(calendar, FIRST, ORIGIN)
    assert calendar.school_break(date(2026, 7, 15)) is not None
    assert date(2026, 7, 15) not in design.school_days
    assert date(2026, 1, 28) in design.school_days


def test_a_week_counts_by_the_days_of_its_break(calendar: MoroccanCalendar) -> None:
    """From Sunday 25 January to Sunday 1 February 2026: a seventh, then a whole week."""
    design = CalendarDesign.of(calendar, FIRST, ORIGIN)
    weeks = design.school_share(date(2026, 1, 19), 3, Period.WEEK)
    assert weeks == pytest.approx([1 / 7, 1.0, 0.0])


def test_without_school_breaks_nothing_is_said_of_them(calendar: MoroccanCalendar) -> None:
    series = visits(1, 0.0, calendar)
    without = replace(calendar, school_breaks=())
    forecast = forecast_series(series, ForecastPlan(ORIGIN, 28), without)
    assert "school" not in forecast.components
