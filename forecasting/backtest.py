"""How the method did on this very series, at origins whose future it had not seen."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from forecasting.calibration import departures
from forecasting.forecast import forecast_with
from forecasting.metrics import (
    coverage,
    crps,
    mean_absolute_error,
    naive_quantiles,
    naive_scale,
    seasonal_naive,
    wape_percent,
)
from hospital.errors import NotEnoughHistory
from hospital.forecast import BacktestCard, DemandForecast

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from forecasting.calendar_design import CalendarDesign
    from forecasting.plan import ForecastPlan
    from forecasting.series import Floats, Series


@dataclass(frozen=True, slots=True)
class OriginScore:
    """The measures of ``BacktestCard`` at one origin.

    ``departures`` (horizon,) say how far each period came (``forecasting.calibration``);
    ``forecast`` is what was said on that day, from which that of a total is added up.
    """

    mase: float
    naive_mase: float
    wape_percent: float
    coverage_80: float
    crps: float
    naive_crps: float
    departures: Floats = field(repr=False, compare=False)
    forecast: DemandForecast | None = field(default=None, repr=False, compare=False)

    def measures(self) -> dict[str, float]:
        """The measures by name."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.compare}


def origins(series: Series, plan: ForecastPlan) -> tuple[date, ...]:
    """First forecast days of the backtest: one horizon apart, the last one horizon ago."""
    first, horizon = plan.first_period(series.period), plan.periods(series.period)
    return tuple(
        series.period.day(first, -horizon * back) for back in range(plan.backtest_origins, 0, -1)
    )


def score_origin(
    series: Series, plan: ForecastPlan, origin: date, design: CalendarDesign
) -> OriginScore | None:
    """The forecast of that day against what came; None where it cannot be made or judged."""
    try:
        forecast = forecast_with(series, replace(plan, first_day=origin), design)
    except NotEnoughHistory:
        return None
    return score_of(forecast, series)


def score_of(forecast: DemandForecast, series: Series) -> OriginScore | None:
    """A forecast against what came after its first day; None where it cannot be judged."""
    actual = _actual(series, forecast)
    history = series.before(forecast.first_day).counts
    scale = naive_scale(history, series.season)
    if not (np.isfinite(actual).any() and scale > 0):
        return None
    yardstick = history, series.season, forecast.horizon
    return OriginScore(
        mase=mean_absolute_error(actual, forecast.quantile(0.5)) / scale,
        naive_mase=mean_absolute_error(actual, seasonal_naive(*yardstick)) / scale,
        wape_percent=wape_percent(actual, forecast.mean),
        coverage_80=coverage(actual, forecast.quantile(0.1), forecast.quantile(0.9)),
        crps=crps(actual, forecast.quantiles) / scale,
        naive_crps=crps(actual, naive_quantiles(*yardstick)) / scale,
        departures=departures(actual, forecast),
        forecast=forecast,
    )


def card(scores: Sequence[OriginScore | None]) -> BacktestCard | None:
    """The mean over the origins that could be judged, or None when none could."""
    judged = [score for score in scores if score is not None]
    if not judged:
        return None
    names = judged[0].measures()
    means = {name: float(np.mean([one.measures()[name] for one in judged])) for name in names}
    return BacktestCard(origins=len(judged), **means)


def _actual(series: Series, forecast: DemandForecast) -> Floats:
    """What came in the forecast periods, NaN where unknown or cut short by an empty shelf."""
    values = series.counts
    if series.stockout_days is not None:
        values = np.where(series.stockout_days > 0, np.nan, values)
    start = series.period_of(forecast.first_day)
    seen = values[start : start + forecast.horizon]
    return np.concatenate([seen, np.full(forecast.horizon - len(seen), np.nan)])
