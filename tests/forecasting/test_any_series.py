"""Whatever the counts, a forecast is finite, not negative, and its quantiles are in order."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.forecast import forecast_series
from forecasting.plan import ForecastPlan
from forecasting.series import Series
from hospital.calendar import MoroccanCalendar
from hospital.errors import NotEnoughHistory
from hospital.forecast import DemandForecast, Period, SeriesKey, SeriesKind

pytestmark = pytest.mark.unit

CALENDAR = MoroccanCalendar.load()
KEY = SeriesKey(SeriesKind.CONSUMPTION, "CHR-01", "ANY")
FIRST = date(2023, 11, 20)

counts = st.one_of(
    st.floats(0, 1e6, allow_subnormal=False).map(round),
    st.sampled_from([0, 0, 0, 1, 10**6, -1]),
    st.just(np.nan),
)


def is_sound(forecast: DemandForecast) -> bool:
    everything = (forecast.mean, forecast.quantiles, forecast.sample_paths)
    return (
        all(bool(np.isfinite(numbers).all()) for numbers in everything)
        and bool(forecast.sample_paths.min() >= 0)
        and bool((np.diff(forecast.quantiles, axis=1) >= 0).all())
        and np.allclose(np.sum(list(forecast.components.values()), axis=0), forecast.mean)
    )


@settings(max_examples=40)
@given(st.lists(counts, min_size=8, max_size=120), st.sampled_from(Period))
def test_any_short_history(values: list[float], period: Period) -> None:
    numbers = np.array(values, dtype=float)
    empty = None if period is Period.DAY else np.zeros(len(numbers))
    series = Series(KEY, period.start(FIRST), numbers, period, empty)
    try:
        forecast = forecast_series(series, ForecastPlan(series.end_day), CALENDAR)
    except NotEnoughHistory:
        return
    assert is_sound(forecast)


@pytest.mark.parametrize(
    "law",
    ["constant", "zeros", "one_spike", "explosive", "collapsing", "tiny", "holes", "huge"],
)
@pytest.mark.parametrize("period", Period)
def test_three_years_of_odd_counts(law: str, period: Period) -> None:
    length = {Period.DAY: 1096, Period.WEEK: 157, Period.MONTH: 72}[period]
    time = np.arange(length)
    rng = np.random.default_rng(1)
    noisy = rng.poisson(100, length).astype(float)
    laws = {
        "constant": np.full(length, 42.0),
        "zeros": np.zeros(length),
        "one_spike": np.where(time == length - 1, 1e5, noisy),
        "explosive": np.floor(np.exp(12.0 * time / length)),
        "collapsing": np.floor(np.exp(9.0 - 9.0 * time / length)),
        "tiny": rng.poisson(0.9, length).astype(float),
        "holes": np.where(rng.random(length) < 0.6, np.nan, noisy),
        "huge": 1e6 * noisy,
    }
    series = Series(KEY, period.start(FIRST), laws[law], period)
    forecast = forecast_series(series, ForecastPlan(series.end_day, 366), CALENDAR)
    assert is_sound(forecast)


def test_a_count_in_another_unit_gives_the_same_stock_forecast() -> None:
    """Tablets or boxes of ten: the weekly forecast is multiplied as the counts are."""
    weeks = np.random.default_rng(2).poisson(300, 157).astype(float)
    boxes = Series(KEY, FIRST, weeks, Period.WEEK)
    plan = ForecastPlan(boxes.end_day)
    one = forecast_series(boxes, plan, CALENDAR)
    ten = forecast_series(replace(boxes, counts=10 * weeks), plan, CALENDAR)
    assert ten.mean == pytest.approx(10 * one.mean, rel=1e-3)
