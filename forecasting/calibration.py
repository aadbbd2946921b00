"""Intervals as wide as the past of a whole family says they should be.

One series has too few origins to correct its own intervals: on two to five of them every correction
was measured to harm (forecasting evidence, 3h). The series of one kind are pooled, apart for near
and far days; widths change only where ten origins say that the 80 % interval is wrong by more than
three points. All paths and quantiles then move by one factor from the mean, which stays
(conformalised quantile regression with a factor; Romano, Patterson and Candès 2019, NeurIPS 32).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from hospital.forecast import DemandForecast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecasting.series import Floats

NOMINAL = 0.8
TOLERANCE = 0.03
FEWEST_ORIGINS = 10
NEAR_PERIODS = 7  # near and far are judged apart
NARROWEST, WIDEST = 0.5, 2.0
WIDENED, NARROWED = "intervals_widened", "intervals_narrowed"


def departures(actual: Floats, forecast: DemandForecast) -> Floats:
    """How far from the mean each period came, in half widths of its 80 % interval, (horizon,).

    The half on the side where it came; 1 is the edge. NaN where nothing is known, infinite
    outside an interval without width.
    """
    away = actual - forecast.mean
    edges = np.where(away > 0, forecast.quantile(0.9), forecast.quantile(0.1))
    half = np.abs(edges - forecast.mean)
    beyond = np.where(away == 0, 0.0, np.where(np.isnan(away), np.nan, np.inf))
    ratios: Floats = np.divide(np.abs(away), half, out=beyond, where=half > 0)
    return ratios


def factors(seen: Sequence[Floats]) -> Floats:
    """What to multiply the widths by, (horizon,), from the departures at past origins."""
    stacked = np.stack(seen)
    periods = stacked.shape[1]
    found = np.ones(periods)
    for band in (slice(0, NEAR_PERIODS), slice(NEAR_PERIODS, periods)):
        found[band] = _factor(stacked[:, band])
    return found


def _factor(ratios: Floats) -> float:
    """One band's factor; 1 where the intervals are right, or too few origins say otherwise."""
    judged = np.isfinite(ratios) | np.isposinf(ratios)
    if judged.any(axis=1).sum() < FEWEST_ORIGINS:
        return 1.0
    known = ratios[judged]
    if abs(float((known <= 1.0).mean()) - NOMINAL) <= TOLERANCE:
        return 1.0
    right = float(np.quantile(known, NOMINAL, method="inverted_cdf"))
    return min(max(right, NARROWEST), WIDEST)


def calibrated(forecast: DemandForecast, widths: Floats) -> DemandForecast:
    """The forecast with widths multiplied, (horizon,); it says so where they are."""
    own = widths[np.minimum(np.arange(forecast.horizon), len(widths) - 1)]
    if (own == 1.0).all():
        return forecast
    mean = forecast.mean
    return replace(
        forecast,
        quantiles=np.maximum(mean + own * (forecast.quantiles.T - mean), 0.0).T.copy(),
        sample_paths=np.maximum(mean + own * (forecast.sample_paths - mean), 0.0),
        warnings=(*forecast.warnings, WIDENED if own.mean() > 1 else NARROWED),
    )
