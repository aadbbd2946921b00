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

if TYPE_CHECKING:
    from forecasting.series import Bools, Floats

LONGEST_MEMORY = 0.98
FITTED_PERIODS = 400  # the recent past only: how long a shock lasts changes over the years
PARAMETERS = 2
COARSE_STEPS = 15  # values of each parameter in the first search
FINE_STEPS = 7
ROUNDING = 1e-9
REFINEMENTS = 4  # each divides the distance between tried values by three


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
        """Possible futures, (paths, horizon), one for each row of uniform draws in (0, 1)."""
        here = (self.phi, self.theta, self.last_residual, self.last_innovation)
        start = Start(*(np.full(len(uniforms), number) for number in here))
        return simulate(start, self.innovations, uniforms)


@dataclass(frozen=True, slots=True)
class Start:
    """Where each path starts and how it remembers, (paths,) each."""

    phi: Floats
    theta: Floats
    residual: Floats
    innovation: Floats


def simulate(start: Start, innovations: Floats, uniforms: Floats) -> Floats:
    """Futures of residuals, (paths, horizon), from uniform draws of that shape.

    Surprises are drawn from the quantiles of past ones, so that their skew is kept.
    """
    ordered = np.sort(innovations - innovations.mean())
    surprises: Floats = np.interp(uniforms, np.linspace(0.0, 1.0, len(ordered)), ordered)
    futures = np.empty_like(surprises)
    residual, innovation = start.residual, start.innovation
    for step in range(uniforms.shape[1]):
        residual = start.phi * residual + start.theta * innovation + surprises[:, step]
        innovation = surprises[:, step]
        futures[:, step] = residual
    return futures


def fit_arma(residuals: Floats) -> Arma:
    """The ARMA(1,1) of residuals, (n,), NaN where unknown; only the last 400 are used.

    The best pair is searched on a grid that closes in: the sum of squares has several valleys
    (phi = -theta is one), and a grid of both is one sweep through the residuals. Pairs under
    which a surprise is taken back later (phi + theta < 0) are left out: a calendar model with
    many parameters removes slow movements from its own residuals, and to believe them would
    make totals over weeks look surer than they are.
    """
    recent = residuals[-FITTED_PERIODS:]
    known = np.isfinite(recent)
    phi, theta = _closest_pair(recent, known)
    return arma_with(recent, float(phi[0]), float(theta[0]))


def arma_with(residuals: Floats, phi: float, theta: float) -> Arma:
    """The ARMA(1,1) with this pair and the surprises that it leaves in the residuals, (n,)."""
    known = np.isfinite(residuals)
    surprises, last_residual = filtered(residuals, np.array([phi]), np.array([theta]))
    freedom = known.sum() / max(1, known.sum() - PARAMETERS)
    return Arma(
        phi=phi,
        theta=theta,
        innovations=surprises[known, 0] * np.sqrt(freedom),
        last_residual=float(last_residual[0]),
        last_innovation=float(surprises[-1, 0]),
    )


def _closest_pair(residuals: Floats, known: Bools) -> tuple[Floats, Floats]:
    """The pair with the least sum of squared surprises, (1,) each."""
    phi = theta = np.zeros(1)
    reach, steps = LONGEST_MEMORY, COARSE_STEPS
    for _ in range(1 + REFINEMENTS):
        offsets = np.linspace(-reach, reach, steps)
        pairs = np.meshgrid(phi[0] + offsets, theta[0] + offsets)
        phis, thetas = (np.clip(axis.ravel(), -LONGEST_MEMORY, LONGEST_MEMORY) for axis in pairs)
        surprises, _ = filtered(residuals, phis, thetas)
        squares = np.square(surprises[known]).sum(axis=0)
        best = int(np.argmin(np.where(phis + thetas < -ROUNDING, np.inf, squares)))
        phi, theta = phis[best : best + 1], thetas[best : best + 1]
        reach, steps = 2 * reach / (steps - 1), FINE_STEPS
    return phi, theta


def filtered(residuals: Floats, phi: Floats, theta: Floats) -> tuple[Floats, Floats]:
    """Surprises, (n, pairs), and the last residual or what was expected of it, (pairs,)."""
    surprises = np.zeros((len(residuals), len(phi)))
    residual = surprise = np.zeros(len(phi))
    for step, value in enumerate(residuals.tolist()):
        expected = phi * residual + theta * surprise
        residual = expected if isnan(value) else np.full_like(expected, value)
        surprise = residual - expected
        surprises[step] = surprise
    return surprises, residual
