"""Measures of a forecast against what happened. Unknown outcomes (NaN) are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

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


def seasonal_naive(history: Floats, season: int, horizon: int) -> Floats:
    """The last season again and again, (horizon,); an unknown period takes the one before it."""
    filled = history.copy()
    for period in np.flatnonzero(~np.isfinite(filled)):
        if period >= season:
            filled[period] = filled[period - season]
    season = min(season, len(filled))
    return np.resize(filled[-season:], horizon)


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
