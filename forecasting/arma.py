"""ARMA(1,1) on what the calendar model leaves over: the memory of a series.

    r[t] = phi r[t-1] + theta e[t-1] + e[t],   r[t]: residual, e[t]: innovation

Fitted by conditional least squares (Box, Jenkins, Reinsel and Ljung 2016, section 7.1.2). An
unknown residual has no innovation: its expectation takes its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize

if TYPE_CHECKING:
    from forecasting.series import Floats

LONGEST_MEMORY = 0.98
FITTED_PERIODS = 400  # the recent past only: how long a shock lasts changes over the years
PARAMETERS = 2
STARTS = ((0.3, 0.0), (0.9, -0.6))  # a short memory, and a slow level under noise


@dataclass(frozen=True, slots=True)
class Arma:
    """The fitted memory and where it stands after the last period.

    ``innovations`` holds the past surprises of known periods, with their degrees of freedom
    put back; ``last_residual`` and ``last_innovation`` are those of the last period.
    """

    phi: float
    theta: float
    innovations: Floats
    last_residual: float
    last_innovation: float

    @property
    def sigma(self) -> float:
        """Standard deviation of one surprise, in the unit of the residuals."""
        return float(np.sqrt(np.mean(self.innovations**2)))

    def expected(self, horizon: int) -> Floats:
        """What is expected of the next residuals, (horizon,): it fades with ``phi``."""
        first = self.phi * self.last_residual + self.theta * self.last_innovation
        fading: Floats = first * np.power(self.phi, np.arange(horizon, dtype=float))
        return fading

    def paths(self, uniforms: Floats) -> Floats:
        """Possible futures, (paths, horizon), one for each row of uniform draws in (0, 1).

        Surprises are drawn from the quantiles of past ones, so that their skew is kept.
        """
        centred = self.innovations - self.innovations.mean()
        surprises: Floats = np.quantile(centred, uniforms)
        futures = np.empty_like(surprises)
        residual: Floats | float = self.last_residual
        innovation: Floats | float = self.last_innovation
        for step in range(uniforms.shape[1]):
            residual = self.phi * residual + self.theta * innovation + surprises[:, step]
            innovation = surprises[:, step]
            futures[:, step] = residual
        return futures


def fit_arma(residuals: Floats) -> Arma:
    """The ARMA(1,1) of residuals, (n,), NaN where unknown; only the last 400 are used."""
    recent = residuals[-FITTED_PERIODS:]
    known = np.isfinite(recent)
    values = recent.tolist()

    def mean_square(parameters: Floats) -> float:
        surprises, _ = _filtered(values, *parameters)
        return float(np.mean(surprises[known] ** 2))

    bounds = [(-LONGEST_MEMORY, LONGEST_MEMORY)] * PARAMETERS
    fits = [minimize(mean_square, start, method="L-BFGS-B", bounds=bounds) for start in STARTS]
    phi, theta = min(fits, key=lambda fit: float(fit.fun)).x
    surprises, last_residual = _filtered(values, phi, theta)
    freedom = known.sum() / max(1, known.sum() - PARAMETERS)
    return Arma(
        phi=float(phi),
        theta=float(theta),
        innovations=surprises[known] * np.sqrt(freedom),
        last_residual=last_residual,
        last_innovation=float(surprises[-1]),
    )


def _filtered(values: list[float], phi: float, theta: float) -> tuple[Floats, float]:
    """Every surprise, and the last residual or what was expected of it."""
    surprises = np.zeros(len(values))
    residual = surprise = 0.0
    for step, value in enumerate(values):
        expected = phi * residual + theta * surprise
        residual = expected if isnan(value) else value
        surprise = residual - expected
        surprises[step] = surprise
    return surprises, residual
