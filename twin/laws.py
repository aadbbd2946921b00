"""Laws of duration, drawn by inverting a uniform number that belongs to one patient.

Every law answers ``hours(u)``: the duration at probability ``u``. A scenario that changes a law
moves the same patient along the same probability, which keeps random numbers common.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from pydantic import Field
from scipy.special import ndtri

from hospital.base import Frozen

Floats: TypeAlias = npt.NDArray[np.float64]


class LogNormal(Frozen):
    """Log-normal by arithmetic mean and coefficient of variation: the usual length of stay."""

    kind: Literal["log_normal"] = "log_normal"
    mean_hours: float = Field(gt=0, allow_inf_nan=False)
    cv: float = Field(gt=0, allow_inf_nan=False)

    @property
    def sigma(self) -> float:
        """Standard deviation of the logarithm: sigma^2 = ln(1 + cv^2)."""
        return math.sqrt(math.log1p(self.cv**2))

    @property
    def mu(self) -> float:
        """Mean of the logarithm of hours: ln(mean) - sigma^2 / 2."""
        return math.log(self.mean_hours) - self.sigma**2 / 2

    def hours(self, uniform: Floats) -> Floats:
        """Durations at these probabilities [hours]."""
        return np.exp(self.mu + self.sigma * ndtri(uniform))


class Exponential(Frozen):
    """Without memory: what queueing theory solves exactly."""

    kind: Literal["exponential"] = "exponential"
    mean_hours: float = Field(gt=0, allow_inf_nan=False)

    def hours(self, uniform: Floats) -> Floats:
        """Durations at these probabilities [hours]."""
        return -self.mean_hours * np.log1p(-uniform)


class Fixed(Frozen):
    """Always the same; zero for a step that does not exist."""

    kind: Literal["fixed"] = "fixed"
    mean_hours: float = Field(ge=0, allow_inf_nan=False)

    def hours(self, uniform: Floats) -> Floats:
        """The one duration, in the shape of ``uniform`` [hours]."""
        return np.full(np.shape(uniform), self.mean_hours)


class Endless(Frozen):
    """Never ends: a patient who does not leave however long the wait."""

    kind: Literal["endless"] = "endless"

    def hours(self, uniform: Floats) -> Floats:
        """Infinity, in the shape of ``uniform``."""
        return np.full(np.shape(uniform), np.inf)


Law = Annotated[LogNormal | Exponential | Fixed | Endless, Field(discriminator="kind")]


def inverse_of_histogram(weights: tuple[float, ...], uniform: Floats) -> Floats:
    """Times at these probabilities when time is uniform inside each cell [cells].

    This is what makes arrivals exact at the hour boundary: given the number of a day, the times
    of a Poisson process with hourly rates are independent with this law (Lewis and Shedler 1979).
    """
    cumulated = np.concatenate(([0.0], np.cumsum(weights)))
    cells = np.arange(len(cumulated), dtype=np.float64)
    at: Floats = np.interp(uniform * cumulated[-1], cumulated, cells)
    return at
