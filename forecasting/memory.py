"""Which memories are plausible: the ARMA(1,1) of residuals, with what is not known of it.

A regression takes slow movements out of its own residuals, and few weeks say little of how long
a shock lasts. Both make one best ARMA too forgetful, and totals look surer than they are. So the
memory is weighed over a grid by restricted likelihood (Harville 1977, Journal of the American
Statistical Association 72), which allows for what the regression took, and every path draws
its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.signal import lfilter

from forecasting.arma import FITTED_PERIODS, Arma, Start, arma_with, filtered, simulate

if TYPE_CHECKING:
    from forecasting.series import Bools, Floats

# A shock to demand fades or lasts, it does not swing: phi >= 0. It is not taken back later
# either: phi + theta >= 0. Closer than these steps, a history cannot tell memories apart.
PHIS = np.linspace(0.0, 0.98, 15)
THETAS = np.linspace(-0.91, 0.91, 14)
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Memory:
    """Plausible pairs (pairs,) with their weights, and their centre as one ``Arma``.

    ``last_residuals`` and ``last_innovations`` (pairs,) are where each would start from.
    """

    centre: Arma
    phis: Floats
    thetas: Floats
    weights: Floats
    last_residuals: Floats
    last_innovations: Floats

    def paths(self, uniforms: Floats, rng: np.random.Generator) -> Floats:
        """Possible futures of the residuals, (paths, horizon); two mirrored rows share a pair."""
        rows = len(uniforms)
        chosen = np.repeat(rng.choice(len(self.weights), (rows + 1) // 2, p=self.weights), 2)[:rows]
        start = Start(
            self.phis[chosen],
            self.thetas[chosen],
            self.last_residuals[chosen],
            self.last_innovations[chosen],
        )
        return simulate(start, self.centre.innovations, uniforms)


def fit_memory(residuals: Floats, columns: Floats, prior_scales: Floats) -> Memory:
    """The memory of residuals (n,), NaN where unknown, of a regression on columns (n, k).

    Over 400 periods the last 400 alone are used, and what the regression took from them is
    small enough to be left out of account.
    """
    phis, thetas = _grid()
    recent = residuals[-FITTED_PERIODS:]
    known = np.isfinite(recent)
    surprises, last_residuals = filtered(recent, phis, thetas)
    if len(residuals) > FITTED_PERIODS:
        likelihoods = (
            -0.5 * known.sum() * np.log(_positive(np.square(surprises[known]).sum(axis=0)))
        )
    else:
        stacked = np.column_stack([columns, np.where(known, residuals, 0.0)])
        likelihoods = np.array(
            [
                _restricted_likelihood(stacked, known, prior_scales, pair)
                for pair in zip(phis.tolist(), thetas.tolist(), strict=True)
            ]
        )
    weights = np.exp(likelihoods - likelihoods.max())
    weights /= weights.sum()
    return Memory(
        centre=arma_with(recent, float(weights @ phis), float(weights @ thetas)),
        phis=phis,
        thetas=thetas,
        weights=weights,
        last_residuals=last_residuals,
        last_innovations=surprises[-1],
    )


def _grid() -> tuple[Floats, Floats]:
    phis, thetas = (axis.ravel() for axis in np.meshgrid(PHIS, THETAS))
    kept = phis + thetas >= -ROUNDING
    return phis[kept], thetas[kept]


def _restricted_likelihood(
    stacked: Floats, known: Bools, prior_scales: Floats, pair: tuple[float, float]
) -> float:
    """Log restricted likelihood of one pair, up to a constant; the noise is profiled out.

    ``stacked`` (n, k + 1) holds the columns and, last, the residuals.
    """
    phi, theta = pair
    whitened = lfilter([1.0, -phi], [1.0, theta], stacked, axis=0)[known]
    columns, residuals = whitened[:, :-1], whitened[:, -1]
    gram = np.einsum("nk,nl->kl", columns, columns)
    cross = np.einsum("nk,n->k", columns, residuals)
    square = float(_positive(np.square(residuals).sum()))
    precision = gram + np.diag(square / len(residuals) / prior_scales**2)
    solved = np.linalg.solve(precision, np.column_stack([cross, gram]))
    freedom = max(1.0, len(residuals) - float(np.trace(solved[:, 1:])))
    left = float(_positive(square - np.einsum("k,k->", cross, solved[:, 0])))
    _, log_determinant = np.linalg.slogdet(precision)
    return -0.5 * (freedom * float(np.log(left)) + float(log_determinant))


def _positive(squares: Floats | float) -> Floats:
    """Sums of squares that a logarithm can take, even where a fit is exact."""
    return np.maximum(squares, np.finfo(float).tiny)
