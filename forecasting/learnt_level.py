"""A level that follows what comes at a pace learnt from the series itself.

    level[t] = level[t-1] + a (value[t] - level[t-1])

No pace a is right for every medicine: an item on a steady protocol wants a slow one, one that
follows an outbreak a fast one, and a few years cannot tell neighbouring paces apart. So no pace is
picked: each is weighed by how well it has foretold the series, one step ahead (Bayesian model
averaging with the variance of errors profiled out; Hoeting, Madigan, Raftery and Volinsky 1999,
Statistical Science 14).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from forecasting.series import Floats

PACES = np.array([0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6])
WARM_UP = 6  # values in which a level still stands where it was put
TINY_SHARE = 1e-9  # of the squares: a constant series is foretold without error by every pace


@dataclass(frozen=True, slots=True)
class LearntLevel:
    """Where each pace stands, ``levels`` (paces,), and its ``weights`` (paces,).

    ``errors`` (values,) are those of the weighted level one step ahead, over the root of it:
    the more comes, the more it may vary, as counts do. Those of the warm-up are left out.
    """

    levels: Floats
    weights: Floats
    errors: Floats

    @property
    def level(self) -> float:
        """The level of a value to come."""
        return float((self.weights * self.levels).sum())


def learnt_level(values: Floats) -> LearntLevel:
    """The level of values (n,), n at least 1, none below zero; it starts at their first quarter."""
    start = values[: max(1, len(values) // 4)].mean()
    foretold = np.empty((len(values), len(PACES)))
    level = np.full(len(PACES), start)
    for step, value in enumerate(values.tolist()):
        foretold[step] = level
        level = level + PACES * (value - level)
    judged = slice(min(WARM_UP, len(values) // 3), None)
    squares = np.square(values[judged, None] - foretold[judged]).sum(axis=0)
    least = TINY_SHARE * max(1.0, float(np.square(values).sum()))
    likelihoods = -0.5 * len(values[judged]) * np.log(np.maximum(squares, least))
    weights = np.exp(likelihoods - likelihoods.max())
    weights /= weights.sum()
    expected = np.einsum("np,p->n", foretold[judged], weights)
    roots = np.sqrt(np.maximum(expected, TINY_SHARE))
    return LearntLevel(level, weights, (values[judged] - expected) / roots)
