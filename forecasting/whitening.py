"""What is new in each period of a series that remembers: the filter of an ARMA(1,1).

    (1 + theta B) e[t] = (1 - phi B) x[t],   B: one period back

Applied to the rows of a regression it makes their errors independent, as generalised least
squares does (Harvey 1990, section 2.3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from forecasting.series import Floats

NEGLIGIBLE = 1e-18  # of a sum of numbers with sixteen digits


def whitened(values: Floats, phi: float, theta: float) -> Floats:
    """Surprises e of values x, (..., periods), as if all before the first had been zero."""
    changes = values.astype(np.float64)
    changes[..., 1:] -= phi * values[..., :-1]
    return fading_sums(changes, -theta)


def fading_sums(values: Floats, kept: float) -> Floats:
    """y[t] = x[t] + kept y[t - 1] of values x, (..., periods).

    By doubling: sums over 1, 2, 4, ... periods, each from two of half the length, until what is
    left of so old a value counts for nothing (Hillis and Steele 1986, Communications of the ACM
    29). It needs no loop over periods, and no ``scipy.signal``: 46 MB a worker.
    """
    sums = values.astype(np.float64)
    periods, weight = 1, kept
    while periods < sums.shape[-1] and abs(weight) > NEGLIGIBLE:
        sums[..., periods:] += weight * sums[..., :-periods]
        periods, weight = 2 * periods, weight * weight
    return sums
