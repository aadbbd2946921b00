"""Demand that comes now and then: how often, how much, and possible futures of both.

A level is the mean demand per period. Unknown periods (NaN) are skipped: nobody saw them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from forecasting.futures import SIMULATED_PATHS, Futures, Window

if TYPE_CHECKING:
    from forecasting.series import Floats, Series

SMOOTHING = 0.1  # per period; forecasting evidence 3c, 3d
RECENT_DEMANDS = 60  # sizes that future demands are drawn from
MODEL = "tsb-adida+bootstrap"


def exponential_level(values: Floats, smoothing: float = SMOOTHING) -> float:
    """Simple exponential smoothing, started at the mean of the first quarter."""
    level = float(values[: max(1, len(values) // 4)].mean())
    for value in values.tolist():
        level += smoothing * (value - level)
    return level


def tsb_level(demand: Floats, smoothing: float = SMOOTHING) -> float:
    """Probability of demand times its size, each smoothed, so that a dying item fades.

    Teunter, Syntetos and Babai 2011, European Journal of Operational Research 214, eq. 5-6.
    """
    state = tsb_state(demand, smoothing)
    return state.probability * state.size


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


def adida_level(demand: Floats, smoothing: float = SMOOTHING) -> float:
    """Aggregate to buckets of the mean interval, smooth those, share them out evenly.

    Nikolopoulos, Syntetos, Boylan, Petropoulos and Assimakopoulos 2011, Journal of the
    Operational Research Society 62. The oldest incomplete bucket is left out. The smoothing of
    a bucket is that of its periods taken together, so that memory lasts as long in time.
    """
    if not (demand > 0).any():
        return 0.0
    bucket = ceil(len(demand) / int((demand > 0).sum()))
    buckets = demand[len(demand) % bucket :].reshape(-1, bucket).sum(axis=1)
    return exponential_level(buckets, 1 - (1 - smoothing) ** bucket) / bucket


@dataclass(frozen=True, slots=True)
class TsbState:
    """How likely a demand is in a period, and how large it is when it comes."""

    probability: float
    size: float


def tsb_state(demand: Floats, smoothing: float = SMOOTHING) -> TsbState:
    """Smoothed probability and size after the last period."""
    occurs = demand > 0
    start = slice(0, max(1, len(demand) // 4))
    probability = float(occurs[start].mean())
    sizes = demand[occurs]
    if not len(sizes):
        return TsbState(0.0, 0.0)
    size = float(sizes[: max(1, len(sizes) // 4)].mean())
    for happened, demanded in zip(occurs.tolist(), demand.tolist(), strict=True):
        probability += smoothing * (happened - probability)
        if happened:
            size += smoothing * (demanded - size)
    return TsbState(probability, size)


def intermittent_futures(series: Series, window: Window, rng: np.random.Generator) -> Futures:
    """Futures of a count that is often zero or very uneven.

    The level is the mean of TSB, which fades when an item dies, and ADIDA, which is the best
    on regular intervals (forecasting evidence 3d). A path lets demand occur with TSB's
    probability, draws its size from the sizes of the past, and updates both as TSB would, so
    that a sum over a lead time carries the uncertainty of the level itself.
    """
    demand = series.counts[series.known]
    state = tsb_state(demand)
    level = (state.probability * state.size + adida_level(demand)) / 2
    if level <= 0.0:
        empty = np.zeros((SIMULATED_PATHS, window.horizon))
        return Futures(empty, empty[0], MODEL, {"trend": empty[0]})
    mean = np.full(window.horizon, level)
    start = TsbState(state.probability, level / state.probability)
    paths = _tsb_paths(demand, start, window.steps, rng)
    return Futures(paths[:, window.skip :], mean, MODEL, {"trend": mean})


def _tsb_paths(demand: Floats, start: TsbState, steps: int, rng: np.random.Generator) -> Floats:
    """Whole counts, (paths, steps), whose expectation stays at the starting level."""
    sizes = demand[demand > 0][-RECENT_DEMANDS:]
    relative_sizes = sizes / sizes.mean()
    probability = np.full(SIMULATED_PATHS, start.probability)
    size = np.full(SIMULATED_PATHS, start.size)
    counts = np.empty((SIMULATED_PATHS, steps))
    for step in range(steps):
        occurs = rng.random(SIMULATED_PATHS) < probability
        demanded = size * rng.choice(relative_sizes, SIMULATED_PATHS)
        # Rounding by chance keeps the mean, which rounding to the nearest would not.
        counts[:, step] = np.floor(occurs * demanded + occurs * rng.random(SIMULATED_PATHS))
        probability += SMOOTHING * (occurs - probability)
        size += SMOOTHING * occurs * (demanded - size)
    return counts
