"""What a forecast of one series owes its reader."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from forecasting.forecast import forecast_series
from forecasting.plan import ForecastPlan
from forecasting.series import Series
from hospital.calendar import MoroccanCalendar, UserEvent
from hospital.errors import GstError, NotEnoughHistory
from hospital.forecast import DemandForecast, Period, SeriesKey, SeriesKind

pytestmark = pytest.mark.unit

AS_OF = date(2026, 11, 23)
BEFORE_RAMADAN = date(2026, 2, 9)  # Ramadan 1447 began on 19 February
PLAN = ForecastPlan(AS_OF, seed=7)

Build = Callable[..., Series]


@pytest.fixture(scope="module")
def visits(daily: Build, calendar: MoroccanCalendar) -> DemandForecast:
    return forecast_series(daily(ramadan=-0.12), PLAN, calendar)


@pytest.fixture(scope="module")
def medicine(weekly: Build, calendar: MoroccanCalendar) -> DemandForecast:
    return forecast_series(weekly(), PLAN, calendar)


def same_numbers(one: DemandForecast, other: DemandForecast) -> bool:
    return all(
        getattr(one, name).tobytes() == getattr(other, name).tobytes()
        for name in ("mean", "quantiles", "sample_paths")
    )


def test_shapes_and_days(visits: DemandForecast, medicine: DemandForecast) -> None:
    assert visits.quantiles.shape == (28, 7)
    assert visits.sample_paths.shape == (200, 28)
    assert visits.days()[0] == AS_OF
    assert (medicine.period, medicine.horizon) == (Period.WEEK, 13)
    assert medicine.days()[0] == AS_OF


def test_nothing_is_negative_and_quantiles_are_in_order(
    visits: DemandForecast, medicine: DemandForecast
) -> None:
    for forecast in (visits, medicine):
        assert forecast.sample_paths.min() >= 0
        assert (np.diff(forecast.quantiles, axis=1) >= 0).all()


def test_the_mean_is_the_mean_of_the_paths(
    visits: DemandForecast, medicine: DemandForecast
) -> None:
    """Not a median taken back from logs: paths and mean agree on the total."""
    for forecast in (visits, medicine):
        assert forecast.sample_paths.sum(axis=1).mean() == pytest.approx(
            forecast.mean.sum(), rel=0.01
        )


def test_components_add_up_to_the_mean(visits: DemandForecast, medicine: DemandForecast) -> None:
    for forecast in (visits, medicine):
        total = np.sum(list(forecast.components.values()), axis=0)
        assert total == pytest.approx(forecast.mean)
    assert {"trend", "weekly", "yearly", "holidays", "recent"} <= set(visits.components)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(
    visits: DemandForecast, daily: Build, calendar: MoroccanCalendar
) -> None:
    series = daily(ramadan=-0.12)
    assert same_numbers(visits, forecast_series(series, PLAN, calendar))
    other = forecast_series(series, replace(PLAN, seed=8), calendar)
    assert not (other.sample_paths == visits.sample_paths).any()
    assert other.mean == pytest.approx(visits.mean, rel=0.01)


def test_no_file_stays_and_no_global_chance_is_used(
    daily: Build, calendar: MoroccanCalendar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = np.random.get_state()[1].tobytes()  # noqa: NPY002 - the state that must not move
    forecast_series(daily(), PLAN, calendar)
    assert np.random.get_state()[1].tobytes() == before  # noqa: NPY002
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("effect", [-0.12, 0.0, 0.1])
def test_a_planted_ramadan_is_found(
    effect: float, daily: Build, calendar: MoroccanCalendar
) -> None:
    """Two Ramadans were seen; the third is forecast within four points of its effect."""
    plan = replace(PLAN, first_day=BEFORE_RAMADAN, horizon_days=40)
    forecast = forecast_series(daily(ramadan=effect), plan, calendar)
    fasting = np.array([calendar.ramadan(day) is not None for day in forecast.days()])
    ramadan = forecast.components["ramadan"]
    assert not ramadan[~fasting].any()
    found = ramadan[fasting].sum() / (forecast.mean - ramadan)[fasting].sum()
    assert found == pytest.approx(effect, abs=0.04)


def test_an_event_that_the_hospital_declares_is_learnt(
    daily: Build, calendar: MoroccanCalendar
) -> None:
    """A moussem that doubled visits in two years is expected to do so in the third."""
    series = daily()
    values = series.counts.copy()
    days = [date(year, 9, 10) + timedelta(days=n) for year in (2024, 2025) for n in range(4)]
    for day in days:
        values[series.period_of(day)] *= 2
    event = [
        UserEvent(name="moussem", first_day=date(year, 9, 10), last_day=date(year, 9, 13))
        for year in (2024, 2025, 2026)
    ]
    plan = replace(PLAN, first_day=date(2026, 9, 7), horizon_days=10)
    told = forecast_series(replace(series, counts=values), plan, calendar.with_events(*event))
    untold = forecast_series(replace(series, counts=values), plan, calendar)
    assert told.mean[3:7] / untold.mean[3:7] == pytest.approx(np.full(4, 1.9), abs=0.25)


def test_under_a_year_the_weekday_mean_speaks_and_says_so(
    daily: Build, calendar: MoroccanCalendar
) -> None:
    """Mondays are 8 % above other days, and ten weeks are enough to see it."""
    series = daily(days=70)
    plan = replace(PLAN, first_day=series.end_day)
    forecast = forecast_series(series, plan, calendar)
    assert forecast.model == "weekday-mean-8w+arma11"
    assert "short_history" in forecast.warnings
    mondays = [day.weekday() == 0 for day in forecast.days()]
    others = np.logical_not(mondays)
    assert forecast.mean[mondays].mean() > 1.03 * forecast.mean[others].mean()


def test_under_eight_weeks_it_refuses(daily: Build, calendar: MoroccanCalendar) -> None:
    series = daily(days=50)
    with pytest.raises(NotEnoughHistory):
        forecast_series(series, replace(PLAN, first_day=series.end_day), calendar)


def test_a_ramadan_never_seen_is_said(daily: Build, calendar: MoroccanCalendar) -> None:
    series = daily(days=85)  # until 12 February 2024; Ramadan began on 12 March
    plan = replace(PLAN, first_day=series.end_day, horizon_days=60)
    assert "ramadan_not_in_history" in forecast_series(series, plan, calendar).warnings


def test_years_that_the_calendar_does_not_cover_are_said(calendar: MoroccanCalendar) -> None:
    long_ago = date(1990, 1, 1)
    assert long_ago.year not in calendar.covered_years
    counts = np.random.default_rng(1).poisson(100, 800).astype(float)
    series = Series(SeriesKey(SeriesKind.VISITS, "OLD"), long_ago, counts)
    forecast = forecast_series(series, replace(PLAN, first_day=series.end_day), calendar)
    assert "calendar_not_covered" in forecast.warnings


def test_an_old_end_is_bridged_and_said(daily: Build, calendar: MoroccanCalendar) -> None:
    """Ten days without data: the forecast still starts on the day that was asked."""
    series = daily()
    forecast = forecast_series(series.before(date(2026, 11, 13)), PLAN, calendar)
    assert forecast.first_day == AS_OF
    assert [finding.code for finding in forecast.findings] == ["stale_end"]


def test_a_shortage_is_not_taken_for_a_low_need(weekly: Build, calendar: MoroccanCalendar) -> None:
    """The shelf was empty one half of each of the last ten weeks: the need stays the same."""
    series = weekly(memory=0.0)
    values, empty = series.counts.copy(), np.zeros(len(series))
    values[-10:] *= 3 / 7
    empty[-10:] = 4
    short = replace(series, counts=values, stockout_days=empty)
    blind = replace(series, counts=values)
    need = forecast_series(series, PLAN, calendar).mean.sum()
    assert forecast_series(short, PLAN, calendar).mean.sum() == pytest.approx(need, rel=0.05)
    assert forecast_series(blind, PLAN, calendar).mean.sum() < 0.9 * need


def test_weeks_with_nothing_on_the_shelf_are_unknown(
    weekly: Build, calendar: MoroccanCalendar
) -> None:
    series = weekly()
    values, empty = series.counts.copy(), np.zeros(len(series))
    values[100:103], empty[100:103] = 0, 7
    forecast = forecast_series(replace(series, counts=values, stockout_days=empty), PLAN, calendar)
    assert [(one.code, one.periods) for one in forecast.findings] == [("stockout", 3)]


def test_a_rare_medicine_goes_another_way(weekly: Build, calendar: MoroccanCalendar) -> None:
    series = weekly()
    rng = np.random.default_rng(4)
    rare = replace(series, counts=(rng.random(157) < 0.2) * rng.integers(1, 9, 157).astype(float))
    forecast = forecast_series(rare, PLAN, calendar)
    assert forecast.model == "tsb-learnt+bootstrap"
    assert "demand_intermittent" in forecast.warnings


def test_the_first_week_is_the_week_of_the_first_day(
    weekly: Build, calendar: MoroccanCalendar
) -> None:
    """Asked on a Thursday, the week that began on Monday is forecast, not read."""
    series = weekly()
    forecast = forecast_series(series, replace(PLAN, first_day=date(2026, 11, 12)), calendar)
    assert forecast.first_day == date(2026, 11, 9)


def test_a_longer_horizon_lengthens_the_stock_forecast(
    weekly: Build, calendar: MoroccanCalendar
) -> None:
    assert forecast_series(weekly(), replace(PLAN, horizon_days=120), calendar).horizon == 18


def test_totals_spread_more_than_independent_weeks_would(medicine: DemandForecast) -> None:
    """Neighbouring weeks err together: the total of a quarter is less sure than chance alone."""
    paths = medicine.sample_paths
    independent = np.sqrt(paths.var(axis=0).sum())
    assert paths.sum(axis=1).std() > 1.1 * independent


@pytest.mark.parametrize(
    "bad", [{"horizon_days": 0}, {"horizon_days": 400}, {"paths": 0}, {"backtest_origins": -1}]
)
def test_a_plan_that_cannot_be_is_refused(bad: dict[str, int]) -> None:
    with pytest.raises(GstError):
        ForecastPlan(AS_OF, **bad)
