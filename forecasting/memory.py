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

from forecasting.arma import FITTED_PERIODS, Arma, Start, arma_with, filtered, simulate
from forecasting.small_matrices import inverses_of_many
from forecasting.whitening import whitened

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
        squares = _positive(np.square(surprises[known]).sum(axis=0))
        likelihoods = -0.5 * known.sum() * np.log(squares)
    else:
        stacked = np.column_stack([columns, np.where(known, residuals, 0.0)])
        grams = np.stack([_gram(stacked, known, pair) for pair in zip(phis, thetas, strict=True)])
        likelihoods = _restricted_likelihoods(grams, prior_scales, int(known.sum()))
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


def _gram(stacked: Floats, known: Bools, pair: tuple[float, float]) -> Floats:
    """Products of columns, (k + 1, k + 1), whitened by one pair; the residuals come last."""
    phi, theta = pair
    rows = whitened(stacked.T, phi, theta).T[known]
    gram: Floats = np.einsum("nk,nl->kl", rows, rows)
    return gram


def _restricted_likelihoods(grams: Floats, prior_scales: Floats, known: int) -> Floats:
    """Log restricted likelihood of each pair, up to a constant; the noise is profiled out."""
    squares = _positive(grams[:, -1, -1])
    cross = grams[:, :-1, -1]
    priors = squares[:, None] / known / prior_scales**2
    precisions = grams[:, :-1, :-1].copy()
    diagonal = np.arange(len(prior_scales))
    precisions[:, diagonal, diagonal] += priors
    inverses, log_determinants = inverses_of_many(precisions)
    taken = np.einsum("pk,pkl,pl->p", cross, inverses, cross)
    shrunk = np.einsum("pk,pk->p", inverses[:, diagonal, diagonal], priors)
    freedom = np.maximum(1.0, known - len(prior_scales) + shrunk)
    left = _positive(squares - taken)
    likelihoods: Floats = -0.5 * (freedom * np.log(left) + log_determinants)
    return likelihoods


def _positive(squares: Floats) -> Floats:
    """Sums of squares that a logarithm can take, even where a fit is exact."""
    return np.maximum(squares, np.finfo(float).tiny)
