"""A level that walks: what the last periods say of the next ones, and how surely.

    residual[t] = level[t-1] + e[t],   level[t] = level[t-1] + a e[t]

Simple exponential smoothing as a model, ETS(A,N,N) (Hyndman, Koehler, Ord and Snyder 2008,
Forecasting with Exponential Smoothing, section 2.5.1). The share ``a`` is not chosen but weighed
over a grid by likelihood, and every path draws its own. It has no trend: one that follows the
last weeks was not better in ordinary years, and doubled the error after a collapse (ADR 14).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecasting.arma import Start, filtered, simulate
from forecasting.turmoil import deviations_around, deviations_until

if TYPE_CHECKING:
    from forecasting.series import Bools, Floats

SHARES = np.array([0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])


@dataclass(frozen=True, slots=True)
class Pace:
    """How much of the past speaks of the present, in periods.

    ``turmoil`` is how long a surprise counts in the deviation of its time. With ``recent`` the
    share is judged by about that many last periods, as after a break; without, by all of them,
    each measured against the deviation of its time.
    """

    turmoil: float
    recent: float | None = None


@dataclass(frozen=True, slots=True)
class LevelMemory:
    """Plausible shares (shares,) with their weights and the level that each has reached.

    ``surprises`` are the past ones of known periods at today's deviation; ``deviations`` (n,)
    are those of each past time.
    """

    shares: Floats
    weights: Floats
    levels: Floats
    surprises: Floats
    deviations: Floats

    @property
    def share(self) -> float:
        """The mean share of a surprise that stays in the level."""
        return float((self.weights * self.shares).sum())

    def expected(self, horizon: int) -> Floats:
        """What is expected of the next residuals, (horizon,): the level."""
        return np.full(horizon, (self.weights * self.levels).sum())

    def paths(self, uniforms: Floats, rng: np.random.Generator) -> Floats:
        """Possible futures of the residuals, (paths, horizon); two mirrored rows share a level."""
        rows = len(uniforms)
        chosen = np.repeat(rng.choice(len(self.shares), (rows + 1) // 2, p=self.weights), 2)[:rows]
        shares = self.shares[chosen]
        start = Start(np.ones(rows), shares - 1.0, self.levels[chosen], np.zeros(rows))
        return simulate(start, self.surprises, uniforms)


def fit_level(residuals: Floats, pace: Pace) -> LevelMemory:
    """The level of residuals (n,), NaN where unknown, that starts at zero."""
    known = np.isfinite(residuals)
    steady = np.ones(len(SHARES))
    surprises, last = filtered(residuals, steady, SHARES - 1.0)
    middle = surprises[:, len(SHARES) // 2]
    squares = np.einsum("n,ns->s", _trust(middle, known, pace)[known], surprises[known] ** 2)
    judged = min(float(known.sum()), pace.recent or np.inf)
    likelihoods = -0.5 * judged * np.log(np.maximum(squares, np.finfo(float).tiny))
    weights = np.exp(likelihoods - likelihoods.max())
    weights /= weights.sum()
    centre: Floats = np.einsum("ns,s->n", surprises, weights)
    return LevelMemory(
        shares=SHARES,
        weights=weights,
        levels=last + (SHARES - 1.0) * surprises[-1],
        surprises=surprises_today(centre, known, pace.turmoil),
        deviations=deviations_around(centre, known, pace.turmoil),
    )


def surprises_today(surprises: Floats, known: Bools, memory: float) -> Floats:
    """Past surprises of known periods as they would be today, in the deviation of the end.

    Each is measured against the deviation before it, which it could not widen itself.
    """
    deviations = deviations_until(surprises, known, memory)
    before = np.concatenate([deviations[:1], deviations[:-1]])
    scaled: Floats = (surprises / before)[known] * deviations[-1]
    return scaled


def _trust(surprises: Floats, known: Bools, pace: Pace) -> Floats:
    """How much each period counts when shares are judged, (n,)."""
    if pace.recent is None:
        return deviations_around(surprises, known, pace.turmoil) ** -2
    fading: Floats = np.exp(-np.arange(len(surprises))[::-1] / pace.recent)
    return fading
