"""When demand breaks, the forecast follows it, widens and says so; otherwise nothing changes."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from forecasting.composition import family_of
from forecasting.forecast import forecast_series, forecast_with, futures_of, watch_over
from forecasting.plan import ForecastPlan
from forecasting.preparation import design_for, prepared
from forecasting.series import Floats, Series
from forecasting.times import Times, times_of
from hospital.calendar import MoroccanCalendar
from hospital.drift import DriftState
from hospital.forecast import DemandForecast, Period, SeriesKey, SeriesKind

pytestmark = pytest.mark.unit

FIRST = date(2021, 6, 7)  # a Monday
KEY = SeriesKey(SeriesKind.VISITS, "CHR-01")
DAYS = pytest.mark.parametrize("period", [Period.DAY, Period.WEEK])
LENGTHS = {Period.DAY: 800, Period.WEEK: 208}
LATE = {Period.DAY: 10, Period.WEEK: 3}  # periods after the collapse at the origin
AHEAD_DAYS = 56


def visits(seed: int, period: Period, *, left: float = 1.0, late: int = 0) -> Series:
    """Visits with a season of the year, of which ``left`` stay for the last ``late`` periods."""
    rng = np.random.default_rng(seed)
    length = LENGTHS[period] + int(AHEAD_DAYS / period.days)
    days = period.days * np.arange(length)
    rate = 150.0 * period.days * np.exp(0.1 * np.sin(2 * np.pi * days / 365.25))
    rate *= np.exp(0.03 * rng.standard_normal(length))
    rate[LENGTHS[period] - late :] *= left
    return Series(KEY, FIRST, rng.poisson(rate).astype(float), period)


def origin(period: Period) -> date:
    return period.day(FIRST, LENGTHS[period])


def forecast(series: Series, calendar: MoroccanCalendar, seed: int = 1) -> DemandForecast:
    plan = ForecastPlan(origin(series.period), AHEAD_DAYS, seed=seed, stock_weeks=1)
    return forecast_series(series, plan, calendar)


def as_if(series: Series, calendar: MoroccanCalendar, times: Times) -> Floats:
    """The paths of a series had the watch said so."""
    plan = ForecastPlan(origin(series.period), AHEAD_DAYS, stock_weeks=1)
    known = prepared(series, plan.first_day)
    return futures_of(known, plan, design_for([series], plan, calendar), times).paths


@DAYS
def test_a_collapse_switches_and_is_said(period: Period, calendar: MoroccanCalendar) -> None:
    broken = forecast(visits(1, period, left=0.55, late=LATE[period]), calendar)
    calm = forecast(visits(1, period), calendar)
    assert "demand_break" in broken.warnings
    assert broken.model == family_of(visits(1, period), Times.BROKEN).name
    assert "demand_break" not in calm.warnings
    assert calm.model == family_of(visits(1, period)).name
    width = [(one.quantile(0.9) - one.quantile(0.1)) / one.mean for one in (broken, calm)]
    assert np.mean(width[0]) > 1.5 * np.mean(width[1])


@DAYS
def test_after_a_collapse_the_switch_errs_less_and_covers_more(
    period: Period, calendar: MoroccanCalendar
) -> None:
    errors: dict[Times, list[float]] = {Times.ORDINARY: [], Times.BROKEN: []}
    inside: dict[Times, list[float]] = {times: [] for times in errors}
    for seed in range(8):
        series = visits(seed, period, left=0.55, late=LATE[period])
        actual = series.counts[LENGTHS[period] :]
        for times, of_times in errors.items():
            paths = as_if(series, calendar, times)
            low, high = np.quantile(paths, [0.1, 0.9], axis=0)
            inside[times].append(np.mean((low <= actual) & (actual <= high)))
            of_times.append(np.abs(np.median(paths, axis=0) - actual).mean())
    assert np.mean(inside[Times.BROKEN]) >= 0.7
    assert np.mean(inside[Times.BROKEN]) > np.mean(inside[Times.ORDINARY])
    assert np.mean(errors[Times.BROKEN]) < np.mean(errors[Times.ORDINARY])


@DAYS
def test_without_a_break_the_watch_changes_no_number(
    period: Period, calendar: MoroccanCalendar
) -> None:
    series = visits(2, period)
    shown = forecast(series, calendar)
    paths = as_if(series, calendar, Times.ORDINARY)
    assert shown.mean.tobytes() == paths.mean(axis=0).tobytes()


@DAYS
def test_a_break_of_the_future_is_not_known(period: Period, calendar: MoroccanCalendar) -> None:
    series = visits(3, period)
    counts = series.counts.copy()
    counts[LENGTHS[period] :] *= 0.3
    one, other = forecast(series, calendar), forecast(replace(series, counts=counts), calendar)
    assert (one.model, one.warnings) == (other.model, other.warnings)
    assert one.sample_paths.tobytes() == other.sample_paths.tobytes()


def test_medicines_and_short_histories_are_not_watched(calendar: MoroccanCalendar) -> None:
    """Their routes follow the last weeks anyway, or count methods speak for them."""
    series = visits(4, Period.WEEK, left=0.5, late=3)
    plan = ForecastPlan(origin(Period.WEEK), AHEAD_DAYS)
    design = design_for([series], plan, calendar)
    medicine = SeriesKey(SeriesKind.CONSUMPTION, "CHR-01", "PARA500")
    known = prepared(series, plan.first_day)
    watch = watch_over(known, design)
    assert watch is not None
    assert watch.state is DriftState.BREAK
    assert times_of(watch) is Times.BROKEN
    assert watch_over(replace(known, key=medicine), design) is None
    recent = replace(known, first_day=known.day(170), counts=known.counts[170:])
    assert watch_over(recent, design) is None
    assert "demand_break" not in forecast_with(replace(series, key=medicine), plan, design).warnings


def test_weeks_do_not_depend_on_their_unit(calendar: MoroccanCalendar) -> None:
    series = visits(5, Period.WEEK)
    ten = forecast(replace(series, counts=10 * series.counts), calendar)
    assert ten.mean == pytest.approx(10 * forecast(series, calendar).mean, rel=1e-6)


def test_weeks_of_other_years_are_forecast_alike(calendar: MoroccanCalendar) -> None:
    """The same counts 364 days later: the same season a day and a quarter off."""
    series = visits(6, Period.WEEK)
    later = replace(series, first_day=FIRST + timedelta(days=364))
    plan = ForecastPlan(origin(Period.WEEK), AHEAD_DAYS)
    moved = replace(plan, first_day=plan.first_day + timedelta(days=364))
    one, other = (forecast_series(*pair, calendar) for pair in ((series, plan), (later, moved)))
    assert other.mean == pytest.approx(one.mean, rel=0.03)
