"""Whatever happens from the first day on, the forecast made on its eve is the same to the byte."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from forecasting.forecast import forecast_series
from forecasting.plan import ForecastPlan
from forecasting.series import Floats, Series
from hospital.calendar import MoroccanCalendar
from hospital.forecast import DemandForecast, Period, SeriesKey, SeriesKind

pytestmark = pytest.mark.unit

ORIGIN = date(2026, 9, 9)  # a Wednesday within its week and its month
PERIODS_BEFORE = {Period.DAY: 1000, Period.WEEK: 150, Period.MONTH: 60}
SHORT = {Period.DAY: 200, Period.WEEK: 40, Period.MONTH: 10}
PERIODS_AFTER = 40
ARRAYS = ("mean", "quantiles", "sample_paths")

Law = Callable[[np.random.Generator, int], Floats]
Later = Callable[[Floats], Floats]


def smooth(rng: np.random.Generator, length: int) -> Floats:
    return rng.poisson(90, length).astype(float)


def intermittent(rng: np.random.Generator, length: int) -> Floats:
    return rng.poisson(0.4, length).astype(float)


def lumpy(rng: np.random.Generator, length: int) -> Floats:
    return np.where(rng.random(length) < 0.3, rng.lognormal(3, 1.2, length).round(), 0.0)


def broken(rng: np.random.Generator, length: int) -> Floats:
    """Falls to a third some periods before the origin: the watch has something to say."""
    counts = smooth(rng, length)
    counts[-PERIODS_AFTER - 8 :] = (counts[-PERIODS_AFTER - 8 :] / 3).round()
    return counts


LATERS: dict[str, Later] = {
    "explodes": lambda after: np.full_like(after, 1e6),
    "stops": np.zeros_like,
    "is unknown": lambda after: np.full_like(after, np.nan),
    "has not come": lambda after: after[:0],
}


def history(period: Period, law: Law, before: int) -> Series:
    first = period.day(period.start(ORIGIN), -before)
    counts = law(np.random.default_rng(4), before + PERIODS_AFTER)
    stockouts = None if period is Period.DAY else np.zeros(len(counts))
    return Series(SeriesKey(SeriesKind.VISITS, "CHR-01"), first, counts, period, stockouts)


def with_later(series: Series, later: Later) -> Series:
    at = series.period_of(series.period.start(ORIGIN))
    counts = np.concatenate([series.counts[:at], later(series.counts[at:])])
    stockouts = None if series.stockout_days is None else np.zeros(len(counts))
    return replace(series, counts=counts, stockout_days=stockouts)


def said(forecast: DemandForecast) -> tuple[object, ...]:
    """Everything that a forecast says, comparable to the last bit."""
    parts = {name: part.tobytes() for name, part in forecast.components.items()}
    arrays = [getattr(forecast, name).tobytes() for name in ARRAYS]
    return forecast.model, forecast.warnings, forecast.findings, parts, arrays


@pytest.mark.parametrize("period", Period)
@pytest.mark.parametrize("law", [smooth, intermittent, lumpy, broken])
@pytest.mark.parametrize("lengths", [PERIODS_BEFORE, SHORT], ids=["years", "months"])
def test_no_route_reads_the_future(
    period: Period, law: Law, lengths: dict[Period, int], calendar: MoroccanCalendar
) -> None:
    series = history(period, law, lengths[period])
    plan = ForecastPlan(ORIGIN, seed=7)
    told = said(forecast_series(series, plan, calendar))
    for later in LATERS.values():
        assert said(forecast_series(with_later(series, later), plan, calendar)) == told


@pytest.mark.parametrize("period", Period)
def test_the_past_is_read(period: Period, calendar: MoroccanCalendar) -> None:
    """The same comparison sees a change of the last period before the origin."""
    series = history(period, smooth, PERIODS_BEFORE[period])
    counts = series.counts.copy()
    counts[series.period_of(period.start(ORIGIN)) - 1] += 5
    plan = ForecastPlan(ORIGIN, seed=7)
    assert said(forecast_series(replace(series, counts=counts), plan, calendar)) != said(
        forecast_series(series, plan, calendar)
    )
