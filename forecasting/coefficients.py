"""How sure the calendar's effects are: futures must carry what a fit does not know.

Prophet gives one best value for each coefficient. Two Aids say little about the third, and
three years leave the level of next month uncertain: errors of this kind last for the whole
horizon, so they matter most for totals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import solve_triangular

from forecasting.small_matrices import products_of_rows
from forecasting.whitening import whitened

EXACT = 1e-6  # a fit without error is taken as exact to this share of its level

if TYPE_CHECKING:
    from forecasting.arma import Arma
    from forecasting.prophet_engine import Decomposition
    from forecasting.series import Bools, Floats


def coefficient_paths(fit: Decomposition, known: Bools, memory: Arma, normals: Floats) -> Floats:
    """Departures of the coming periods due to coefficients, (paths, horizon).

    A draw from the Laplace approximation of the posterior: precision X'X / s² + 1 / prior²,
    with X whitened by the residuals' ARMA(1,1), as in generalised least squares (Harvey 1990,
    section 2.3). ``known`` (past,) marks the periods that were fitted, ``normals`` (paths, k)
    are standard normal draws.
    """
    past = len(known)
    surprise = max(memory.sigma, EXACT * float(np.abs(fit.total).max()), EXACT)
    rows = whitened(fit.columns[:past].T, memory.phi, memory.theta).T
    return drawn_departures(rows[known] / surprise, fit.columns[past:], fit.prior_scales, normals)


def drawn_departures(
    fitted: Floats, ahead: Floats, prior_scales: Floats, normals: Floats
) -> Floats:
    """Departures (paths, horizon) on columns ahead (horizon, k), of which a fit is not sure.

    ``fitted`` (n, k) are the columns that were fitted, whitened, in deviations of a surprise.
    """
    precision = products_of_rows(np.ascontiguousarray(fitted.T)) + np.diag(1.0 / prior_scales**2)
    factor = np.linalg.cholesky(precision)
    rotation = solve_triangular(factor, ahead.T, lower=True)
    departures: Floats = np.einsum("pk,kh->ph", normals, rotation)
    return departures
