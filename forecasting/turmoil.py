"""How much demand surprises at each time: a break is years of chance in a few weeks.

One deviation for all years would let a break widen every interval after it, and would let the
weeks of the break teach the season. So surprises are measured against the deviation of their own
time, an exponentially weighted one (RiskMetrics 1996, section 5.2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasting.whitening import fading_sums

if TYPE_CHECKING:
    from forecasting.series import Bools, Floats

ORDINARY_WEIGHT = 1.0  # periods: how much a usual deviation counts beside those of the time
ROUNDS = 3  # of deviations and fit in turn; after two the forecasts hardly move
LEAST_SHARE = 1e-6  # of the largest surprise, so that a constant series can be divided by


def deviations_until(surprises: Floats, known: Bools, memory: float) -> Floats:
    """Standard deviation of surprises (n,) at the end of each period, from it and the past, (n,).

    ``memory`` [periods] is how long a surprise counts; unknown periods count for nothing. A usual
    surprise, the median over all periods, counts as one more.
    """
    squares, weights = _fading(surprises, known, memory)
    return _deviations(squares, weights, surprises[known])


def deviations_around(surprises: Floats, known: Bools, memory: float) -> Floats:
    """The same from both sides, (n,): how turbulent each past time was, seen from today."""
    squares, weights = _fading(surprises, known, memory)
    later = _fading(surprises[::-1], known[::-1], memory)
    own = np.where(known, surprises, 0.0) ** 2
    both = squares + later[0][::-1] - own, weights + later[1][::-1] - known
    return _deviations(*both, surprises[known])


def trust_of(deviations: Floats) -> Floats:
    """How much a squared error of each time weighs in a fit, (n,): around 1 on the whole."""
    trust: Floats = (deviations / np.exp(np.log(deviations).mean())) ** -2
    return trust


def _fading(surprises: Floats, known: Bools, memory: float) -> tuple[Floats, Floats]:
    kept = 1.0 - 1.0 / memory
    squares = np.where(known, surprises, 0.0) ** 2
    return fading_sums(squares, kept), fading_sums(known.astype(float), kept)


def _deviations(squares: Floats, weights: Floats, seen: Floats) -> Floats:
    usual = float(np.median(np.square(seen)))
    least = max(LEAST_SHARE * float(np.abs(seen).max()), np.finfo(float).tiny ** 0.25)
    variances = (squares + ORDINARY_WEIGHT * usual) / (weights + ORDINARY_WEIGHT)
    return np.maximum(np.sqrt(variances), least)
