"""What chance alone costs: scores that are expected of whoever knows every rate of arrival.

Arrivals of many people who do not know of each other are Poisson; nobody foresees more than
their rate. The expected absolute and pinball errors of a Poisson count have a closed form:
E (X - q)+ = rate - q + q F(q) - rate F(q - 1), F its distribution (from k p(k) = rate p(k - 1)).
"""

from __future__ import annotations

import numpy as np
from scipy.stats import poisson

from forecasting.series import Floats
from hospital.forecast import QUANTILE_LEVELS

LOW, HIGH = 0.1, 0.9


def chance_scores(rates: Floats) -> dict[str, float]:
    """Expected error of the median, CRPS and cover of Poisson's own quantiles at rates (n,)."""
    pinballs = [_pinball(rates, level).mean() for level in QUANTILE_LEVELS]
    low, high = (poisson.ppf(level, rates) for level in (LOW, HIGH))
    held = poisson.cdf(high, rates) - poisson.cdf(low - 1, rates)
    return {
        "MAE": float(2 * _pinball(rates, 0.5).mean()),
        "CRPS": float(2 * np.mean(pinballs)),
        "cover 80 %": float(held.mean()),
    }


def dispersion(counts: Floats, rates: Floats) -> float:
    """Squares of counts (n,) around their rates over the rates: 1 where chance is Poisson's."""
    return float(np.square(counts - rates).sum() / rates.sum())


def _pinball(rates: Floats, level: float) -> Floats:
    """Expected pinball loss of the quantile of a level, (n,)."""
    at = poisson.ppf(level, rates)
    below = at * poisson.cdf(at, rates) - rates * poisson.cdf(at - 1, rates)  # E (at - X)+
    loss: Floats = (1 - level) * below + level * (rates - at + below)
    return loss
