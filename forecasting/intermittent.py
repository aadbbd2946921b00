"""Demand that comes now and then: how often, how much, and possible futures of both.

The probability of a demand and its size are each a level (Teunter, Syntetos and Babai 2011,
European Journal of Operational Research 214), so that an item that is no longer used fades; each
follows at a pace of its own (``forecasting.learnt_level``). One route for every item: measured on
687 items of 14 hospitals it errs less than the methods that are best for one class each (ADR 13).
Unknown periods (NaN) are skipped: nobody saw them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasting.futures import SIMULATED_PATHS, Futures, Window
from forecasting.learnt_level import PACES, LearntLevel, learnt_level

if TYPE_CHECKING:
    from forecasting.series import Floats, Series

MODEL = "tsb-learnt+bootstrap"


def intermittent_futures(series: Series, window: Window, rng: np.random.Generator) -> Futures:
    """Futures of a count that is often zero, very uneven, or known by the month alone."""
    demand = series.counts[series.known]
    occurs = demand > 0
    if not occurs.any():
        empty = np.zeros((SIMULATED_PATHS, window.horizon))
        return Futures(empty, empty[0], MODEL, {"trend": empty[0]})
    chance, size = learnt_level(occurs.astype(np.float64)), learnt_level(demand[occurs])
    mean = np.full(window.horizon, chance.level * size.level)
    paths = _paths(chance, size, window.steps, rng)[:, window.skip :]
    if (demand == np.rint(demand)).all():
        # Rounding by chance keeps the mean, which rounding to the nearest would not.
        paths = np.floor(paths + rng.random(paths.shape) * (paths > 0))
    return Futures(paths, mean, MODEL, {"trend": mean})


def _paths(chance: LearntLevel, size: LearntLevel, steps: int, rng: np.random.Generator) -> Floats:
    """(paths, steps). Each path has its own paces and updates both levels as it goes.

    So a sum over a lead time carries what is not known of the levels, which a sum of
    independent periods would not.
    """
    probability, often = _drawn(chance, rng)
    level, fast = _drawn(size, rng)
    errors = size.errors - size.errors.mean()
    demands = np.empty((SIMULATED_PATHS, steps))
    for step in range(steps):
        occurs = rng.random(SIMULATED_PATHS) < probability
        demanded = _sizes(level, errors, rng)
        demands[:, step] = occurs * demanded
        probability = probability + often * (occurs - probability)
        level = level + fast * occurs * (demanded - level)
    return demands


def _sizes(level: Floats, errors: Floats, rng: np.random.Generator) -> Floats:
    """A size for each level, (paths,), none below zero, whose expectation is the level.

    Cutting at zero alone would raise it: large errors of an uneven item reach far below. So what
    is drawn is divided by the mean of what could have been drawn.
    """
    root = np.sqrt(level)
    drawn = np.maximum(level + root * rng.choice(errors, len(level)), 0.0)
    rising = np.sort(errors)
    sum_above = np.append(np.cumsum(rising[::-1])[::-1], 0.0)
    kept = np.searchsorted(rising, -root)
    expected = (level * (len(errors) - kept) + root * sum_above[kept]) / len(errors)
    share: Floats = np.divide(drawn, expected, out=np.zeros_like(drawn), where=expected > 0.0)
    return level * share


def _drawn(learnt: LearntLevel, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Where each path starts, and how fast it follows, (paths,) each."""
    chosen = rng.choice(len(PACES), SIMULATED_PATHS, p=learnt.weights)
    return learnt.levels[chosen], PACES[chosen]
