"""Hours of a forecast: they add up to its days, and their noise is that of counts."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from forecasting.hour_shares import HourShares
from forecasting.hourly import count_quantiles, forecast_hours, hourly_forecast, real_hours, spread
from forecasting.hourly_history import HourlyHistory, hourly_history
from forecasting.metrics import coverage
from forecasting.series import Floats
from hospital.calendar import MoroccanCalendar
from hospital.calendar.clock import casablanca
from hospital.errors import GstError
from hospital.forecast import QUANTILE_LEVELS, DemandForecast, Period, SeriesKey, SeriesKind
from hospital.history import History
from hospital.hourly_forecast import HourlyForecast
from hospital.tables import Col

pytestmark = pytest.mark.unit

VISITS = SeriesKey(SeriesKind.VISITS, "CHR-01")
HOURS = np.arange(24)
PROFILE = 1.0 + 0.7 * np.sin(2 * np.pi * (HOURS - 9) / 24)
PROFILE /= PROFILE.sum()
SHORT_DAY, LONG_DAY = date(2026, 3, 22), date(2026, 2, 15)  # tz database, as evidence 4
PATHS = 400


def daily(
    first_day: date, days: int = 7, *, level: float = 120.0, spread_by: float = 0.0
) -> DemandForecast:
    """Independent Poisson days, with a level that varies from path to path."""
    rng = np.random.default_rng(1)
    levels = level * rng.gamma(1 / spread_by**2, spread_by**2, (PATHS, 1)) if spread_by else level
    paths = rng.poisson(levels * np.ones((PATHS, days))).astype(float)
    return DemandForecast(
        VISITS, first_day, Period.DAY, paths.mean(axis=0), np.zeros((days, 7)), paths, "known"
    )


def past(first_day: date, days: int, *, seed: int = 1, level: float = 120.0) -> HourlyHistory:
    rng = np.random.default_rng(seed)
    return HourlyHistory(first_day, rng.poisson(level * PROFILE, (days, 24)).astype(float))


def flat_shares(dispersion: float = 1.0) -> HourShares:
    even = np.full(24, 1 / 24)
    return HourShares(np.tile(even, (7, 1)), np.ones(24), np.ones(24), dispersion)


def forecast_over(
    first_day: date, calendar: MoroccanCalendar, days: int = 7
) -> tuple[DemandForecast, HourlyForecast]:
    forecast = daily(first_day, days)
    history = past(first_day - timedelta(days=200), 200)
    return forecast, hourly_forecast(forecast, history, calendar, seed=3)


@pytest.mark.parametrize("changed", [SHORT_DAY, LONG_DAY, date(2026, 11, 25)])
def test_hours_of_a_day_add_up_to_the_day_even_when_the_clock_changes(
    changed: date, calendar: MoroccanCalendar
) -> None:
    forecast, hours = forecast_over(changed - timedelta(days=3), calendar)
    places = hours.hours_of_days()
    assert tuple(places) == forecast.days()
    for index, place in enumerate(places.values()):
        assert hours.mean[place].sum() == pytest.approx(forecast.mean[index], rel=1e-12)
        dealt = hours.sample_paths[:, place].sum(axis=1)
        assert (dealt == forecast.sample_paths[:, index]).all()


@pytest.mark.parametrize(
    ("day", "length"), [(SHORT_DAY, 23), (LONG_DAY, 25), (date(2026, 3, 21), 24)]
)
def test_a_day_has_as_many_hours_as_really_pass(day: date, length: int) -> None:
    hours = real_hours(day, casablanca())
    assert len(hours) == length
    assert {hour.date() for hour in hours} == {day}
    instants = [hour.astimezone(UTC) for hour in hours]
    assert {later - earlier for earlier, later in pairwise(instants)} == {timedelta(hours=1)}


def test_the_repeated_hour_comes_twice_and_the_skipped_one_never(
    calendar: MoroccanCalendar,
) -> None:
    for day, times in ((LONG_DAY, 2), (SHORT_DAY, 0)):
        _, hours = forecast_over(day, calendar, days=1)
        assert [hour.hour for hour in hours.starts].count(2) == times
    assert hours.starts[0] == datetime(2026, 3, 22, tzinfo=casablanca())


def test_quantiles_of_counts_are_exact_where_the_law_is_known() -> None:
    means = np.array([0.0, 0.3, 4.0, 25.0])
    exact = poisson.ppf(np.array(QUANTILE_LEVELS), np.maximum(means, 1e-12)[:, None])
    assert (count_quantiles(means, means) == exact).all()
    draws = np.random.default_rng(2).negative_binomial(6, 0.6, 200_000)
    ours = count_quantiles(np.array([4.0]), np.array([4.0 / 0.6]))[0]
    assert ours == pytest.approx(np.quantile(draws, QUANTILE_LEVELS), abs=0.01)


@given(mean=st.floats(5, 500), excess=st.floats(1.0, 3.0))
def test_quantiles_rise_with_their_level_and_spread_with_the_variance(
    mean: float, excess: float
) -> None:
    narrow, wide = (
        count_quantiles(np.array([mean]), np.array([v]))[0] for v in (mean, mean * excess)
    )
    assert (np.diff(wide) >= 0).all()
    assert wide[-1] - wide[0] >= narrow[-1] - narrow[0] - 1


@pytest.mark.parametrize("dispersion", [1.0, 1.8])
@pytest.mark.parametrize("spread_by", [0.0, 0.25])
def test_paths_and_quantiles_tell_the_same_law(
    dispersion: float, spread_by: float, calendar: MoroccanCalendar
) -> None:
    """Variance of an hour: that of the counts within a day, and that of the days."""
    forecast = daily(date(2026, 11, 23), 28, spread_by=spread_by)
    hours = spread(forecast, flat_shares(dispersion), calendar, 5, UTC)
    share = 1 / 24
    within = dispersion * forecast.mean * share * (1 - share)
    expected = (within + forecast.sample_paths.var(axis=0) * share**2).mean()
    found = hours.sample_paths.var(axis=0).mean()
    assert found == pytest.approx(expected, rel=0.05)
    low, high = hours.quantile(0.1), hours.quantile(0.9)
    inside = np.mean([coverage(path, low, high) for path in hours.sample_paths])
    assert 0.80 <= inside <= 0.90  # whole numbers: an interval of counts covers a little more


def test_new_hours_are_covered(calendar: MoroccanCalendar) -> None:
    """20 hospitals whose law is known; without the noise of counts coverage would be nil."""
    first_day = date(2026, 11, 23)
    hits, naked = [], []
    for seed in range(20):
        history = past(first_day - timedelta(days=120), 127, seed=seed)
        forecast = daily(first_day)
        hours = hourly_forecast(forecast, history, calendar, seed)
        actual = history.counts[-7:].ravel()
        hits.append(coverage(actual, hours.quantile(0.1), hours.quantile(0.9)))
        shares = hours.mean.reshape(7, 24) / hours.mean.reshape(7, 24).sum(axis=1, keepdims=True)
        low, high = (
            np.quantile(forecast.sample_paths, q, axis=0)[:, None] * shares for q in (0.1, 0.9)
        )
        naked.append(coverage(actual, low.ravel(), high.ravel()))
    assert 0.80 <= np.mean(hits) <= 0.92
    assert np.mean(naked) < 0.5


def test_nothing_from_the_first_day_on_is_read(calendar: MoroccanCalendar) -> None:
    first_day = date(2026, 11, 23)
    history = past(first_day - timedelta(days=100), 130)
    changed = history.counts.copy()
    changed[100:] = np.roll(changed[100:], 12, axis=1) * 5
    one, other = (
        hourly_forecast(daily(first_day), each, calendar, 1)
        for each in (history, HourlyHistory(history.first_day, changed))
    )
    assert one.quantiles.tobytes() == other.quantiles.tobytes()
    assert one.sample_paths.tobytes() == other.sample_paths.tobytes()


def test_a_seed_gives_its_own_paths_and_the_same_law(calendar: MoroccanCalendar) -> None:
    forecast, history = daily(date(2026, 11, 23)), past(date(2026, 6, 1), 175)
    one, again, other = (hourly_forecast(forecast, history, calendar, seed) for seed in (1, 1, 2))
    assert one.sample_paths.tobytes() == again.sample_paths.tobytes()
    assert (one.sample_paths != other.sample_paths).any()
    assert (one.quantiles == other.quantiles).all()


def test_a_history_without_a_whole_day_is_refused(calendar: MoroccanCalendar) -> None:
    unknown = HourlyHistory(date(2026, 11, 1), np.full((20, 24), np.nan))
    with pytest.raises(GstError) as refusal:
        hourly_forecast(daily(date(2026, 11, 23)), unknown, calendar, 1)
    assert refusal.value.code == "no_hours_in_history"


def test_years_without_a_calendar_are_ordinary(calendar: MoroccanCalendar) -> None:
    first_day = date(1990, 3, 5)
    hours = hourly_forecast(daily(first_day), past(date(1990, 1, 1), 63), calendar, 1)
    assert hours.mean.sum() == pytest.approx(daily(first_day).mean.sum())


def test_hours_of_fasting_are_not_those_of_other_days(calendar: MoroccanCalendar) -> None:
    """The published figures where no month of fasting was seen: fewer visits at the ftour."""
    _, hours = forecast_over(date(2026, 2, 16), calendar)  # Ramadan begins on the Thursday
    by_day = hours.mean.reshape(7, 24)
    evening = by_day[:, 18:21].sum(axis=1) / by_day.sum(axis=1)
    assert evening[3:].max() < 0.96 * evening[:3].min()


def visits_table(counts: Floats, first: str) -> pd.DataFrame:
    hours = pd.date_range(first, periods=counts.size, freq="h")
    return pd.DataFrame(
        {Col.HOSPITAL: "CHR-01", Col.HOUR: hours, Col.VISITS: counts.ravel().astype(int)}
    )


def test_a_table_of_visits_becomes_days_of_hours() -> None:
    """Days that are cut short, or lie across a clock change, tell nothing of shares."""
    counts = past(date(2026, 3, 16), 10).counts
    table = visits_table(counts, "2026-03-16")
    table = table.drop(index=range(30, 40))  # part of the second day
    table = pd.concat([table, table.iloc[:1].assign(**{Col.VISITS: 99})])  # told again
    history = hourly_history(table, "CHR-01", date(2026, 3, 25))
    assert len(history.counts) == 9
    assert history.counts[0, 0] == 99
    assert list(np.flatnonzero(~history.known)) == [1, (SHORT_DAY - date(2026, 3, 16)).days]
    assert (history.counts[2] == counts[2]).all()
    assert len(hourly_history(table, "CHR-02", date(2026, 3, 25)).counts) == 0


def test_a_table_of_busy_hours_only_has_zeros_in_between() -> None:
    counts = past(date(2026, 5, 4), 10, level=20.0).counts
    table = visits_table(counts, "2026-05-04")
    history = hourly_history(table[table[Col.VISITS] > 0], "CHR-01", date(2026, 5, 14))
    assert history.known.all()
    assert history.counts.sum() == counts.sum()


def test_only_daily_visits_of_a_hospital_are_spread(calendar: MoroccanCalendar) -> None:
    first_day = date(2026, 5, 14)
    table = visits_table(past(date(2026, 3, 1), 70).counts, "2026-03-01")
    none = pd.DataFrame()
    total = SeriesKey(SeriesKind.VISITS, "")
    admissions = SeriesKey(SeriesKind.ADMISSIONS, "CHR-01")
    one = daily(first_day)
    others = [
        DemandForecast(
            key, first_day, Period.DAY, one.mean, one.quantiles, one.sample_paths, "known"
        )
        for key in (total, admissions)
    ]
    (hours,) = forecast_hours([one, *others], History(table, none, none, none), calendar, 1)
    assert hours.key == VISITS
    assert hours.horizon_hours == 168
