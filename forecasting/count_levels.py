"""The classical levels of demand that comes now and then: the mean demand of a period to come.

``forecasting.intermittent`` is measured beside them (``benchmarks/forecasting/monthly.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from forecasting.series import Floats

SMOOTHING = 0.1  # per period, the customary value
CUSTOMARY = np.linspace(0.1, 0.3, 201)  # among which a smoothing is chosen, as statsforecast does


def exponential_level(values: Floats, smoothing: float = SMOOTHING) -> float:
    """Simple exponential smoothing, started at the first value."""
    level = float(values[0])
    for value in values.tolist():
        level += smoothing * (value - level)
    return level


def best_level(values: Floats) -> float:
    """Simple exponential smoothing with the customary pace that has foretold the values best."""
    levels = np.full(len(CUSTOMARY), values[0])
    squares = np.zeros(len(CUSTOMARY))
    for value in values[1:].tolist():
        squares += np.square(value - levels)
        levels = levels + CUSTOMARY * (value - levels)
    return float(levels[np.argmin(squares)])


def tsb_level(demand: Floats, smoothing: float = SMOOTHING) -> float:
    """Probability of demand times its size, each smoothed, so that a dying item fades.

    Teunter, Syntetos and Babai 2011, European Journal of Operational Research 214, eq. 5-6.
    """
    occurs = demand > 0
    if not occurs.any():
        return 0.0
    probability = exponential_level(occurs.astype(np.float64), smoothing)
    return probability * exponential_level(demand[occurs], smoothing)


def sba_level(demand: Floats, smoothing: float = SMOOTHING) -> float:
    """Croston's ratio with its bias removed: (1 - a/2) size / interval.

    Syntetos and Boylan 2005, International Journal of Forecasting 21, equation 7.
    """
    where = np.flatnonzero(demand > 0)
    if not len(where):
        return 0.0
    sizes = demand[where]
    intervals = np.diff(where, prepend=-1).astype(float)
    size, interval = float(sizes[0]), float(intervals[0])
    for demanded, waited in zip(sizes[1:].tolist(), intervals[1:].tolist(), strict=True):
        size += smoothing * (demanded - size)
        interval += smoothing * (waited - interval)
    return (1 - smoothing / 2) * size / interval


def adida_level(demand: Floats) -> float:
    """Aggregate to buckets of the mean interval, smooth those, share them out evenly.

    Nikolopoulos, Syntetos, Boylan, Petropoulos and Assimakopoulos 2011, Journal of the
    Operational Research Society 62.
    """
    return _bucket_level(demand, _mean_interval(demand))


def imapa_level(demand: Floats) -> float:
    """The mean of the levels over buckets of 1, 2, ... periods, up to the mean interval.

    Petropoulos and Kourentzes 2015, Journal of the Operational Research Society 66.
    """
    buckets = range(1, _mean_interval(demand) + 1)
    return float(np.mean([_bucket_level(demand, one) for one in buckets]))


def _mean_interval(demand: Floats) -> int:
    """Periods from one demand to the next."""
    where = np.flatnonzero(demand > 0)
    return round((int(where[-1]) + 1) / len(where)) if len(where) else 1


def _bucket_level(demand: Floats, bucket: int) -> float:
    """Level of a period from sums over buckets; the oldest incomplete bucket is left out."""
    sums = demand[len(demand) % bucket :].reshape(-1, bucket).sum(axis=1)
    return best_level(sums) / bucket
