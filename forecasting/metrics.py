"""Measures of a forecast against what happened. Unknown outcomes (NaN) are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hospital.forecast import QUANTILE_LEVELS

if TYPE_CHECKING:
    from forecasting.series import Floats


def naive_scale(history: Floats, season: int) -> float:
    """Mean absolute error of repeating the last season, within the history.

    Hyndman and Koehler 2006, equation 3, with the seasonal naive forecast as yardstick. NaN
    when no two known periods lie one season apart.
    """
    steps = np.abs(history[season:] - history[:-season])
    known = steps[np.isfinite(steps)]
    return float(known.mean()) if len(known) else float("nan")


def squared_naive_scale(history: Floats, season: int) -> float:
    """Mean squared error of repeating the last season, within the history; NaN as above."""
    steps = history[season:] - history[:-season]
    known = steps[np.isfinite(steps)]
    return float((known**2).mean()) if len(known) else float("nan")


def seasonal_naive(history: Floats, season: int, horizon: int) -> Floats:
    """The last season again and again, (horizon,); an unknown period takes the one before it."""
    filled = history.copy()
    for period in np.flatnonzero(~np.isfinite(filled)):
        if period >= season:
            filled[period] = filled[period - season]
    season = min(season, len(filled))
    return np.resize(filled[-season:], horizon)


def naive_quantiles(history: Floats, season: int, horizon: int) -> Floats:
    """Quantiles of the seasonal naive forecast, (horizon, levels), as it would say them itself.

    Its past errors around its forecast, wider by the root of the seasons ahead (Hyndman and
    Athanasopoulos 2021, Forecasting: Principles and Practice, section 5.5); never below zero.
    """
    steps = history[season:] - history[:-season]
    errors = np.quantile(steps[np.isfinite(steps)], QUANTILE_LEVELS)
    wider = np.sqrt(np.arange(horizon) // season + 1)
    point = seasonal_naive(history, season, horizon)
    quantiles: Floats = np.maximum(point[:, None] + wider[:, None] * errors, 0.0)
    return quantiles


def mean_absolute_error(actual: Floats, forecast: Floats) -> float:
    """Mean absolute error over the known outcomes."""
    return float(np.nanmean(np.abs(actual - forecast)))


def wape_percent(actual: Floats, forecast: Floats) -> float:
    """Absolute error over actual total [%]; NaN when nothing happened at all."""
    known = np.isfinite(actual)
    total = float(np.abs(actual[known]).sum())
    error = float(np.abs(actual - forecast)[known].sum())
    return 100 * error / total if total else float("nan")


def coverage(actual: Floats, low: Floats, high: Floats) -> float:
    """Share of the known outcomes from ``low`` to ``high``, both included."""
    known = np.isfinite(actual)
    inside = (actual[known] >= low[known]) & (actual[known] <= high[known])
    return float(inside.mean())


def rmsse(actual: Floats, forecast: Floats, history: Floats, season: int) -> float:
    """Root mean squared error in units of the naive forecast's, within the history.

    Hyndman and Koehler 2006, section 4 (RMSSE); with ``season`` 1 it is the measure of the M5
    competition (Makridakis, Spiliotis and Assimakopoulos 2022, equation 1). Judge means by it:
    the median of a rare item is zero.
    """
    squared = float(np.nanmean((actual - forecast) ** 2))
    return float(np.sqrt(squared / squared_naive_scale(history, season)))


def pinball(actual: Floats, quantile: Floats, level: float) -> float:
    """Mean loss of a quantile forecast, in counts; its expectation is least at the true quantile.

    Gneiting and Raftery 2007, Journal of the American Statistical Association 102, equation 40.
    """
    short = actual - quantile
    return float(np.nanmean(np.maximum(level * short, (level - 1) * short)))


def crps(actual: Floats, quantiles: Floats) -> float:
    """Continuous ranked probability score, in counts, from (horizon, levels) quantiles.

    Twice the mean pinball loss over ``QUANTILE_LEVELS``: the integral over all levels
    (Gneiting and Raftery 2007, section 4.2; Laio and Tamea 2007) taken at these seven. Of a
    forecast without any spread it is the mean absolute error.
    """
    losses = [pinball(actual, quantiles[:, at], level) for at, level in enumerate(QUANTILE_LEVELS)]
    return 2 * float(np.mean(losses))
