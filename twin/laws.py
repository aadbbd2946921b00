"""Laws of duration, drawn by inverting a uniform number that belongs to one patient.

Every law answers ``hours(u)``: the duration at probability ``u``. A scenario that changes a law
moves the same patient along the same probability, which keeps random numbers common. Every law
also answers ``log_survival`` and its inverse, in logarithms so that the remaining stay of a
patient far in the tail is still exact.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from pydantic import Field
from scipy.special import gammaincc, gammainccinv, log_ndtr, ndtri, ndtri_exp

from hospital.base import Frozen

Floats: TypeAlias = npt.NDArray[np.float64]
SMALLEST = 1e-300
"""Stands for zero where a logarithm is taken."""


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

    def log_survival(self, hours: Floats) -> Floats:
        """Logarithm of the probability of a longer duration."""
        return log_ndtr((self.mu - np.log(np.maximum(hours, SMALLEST))) / self.sigma)

    def at_log_survival(self, log_survival: Floats) -> Floats:
        """The duration that is exceeded with this probability [hours]."""
        return np.exp(self.mu - self.sigma * ndtri_exp(log_survival))


class Exponential(Frozen):
    """Without memory: what queueing theory solves exactly."""

    kind: Literal["exponential"] = "exponential"
    mean_hours: float = Field(gt=0, allow_inf_nan=False)

    def hours(self, uniform: Floats) -> Floats:
        """Durations at these probabilities [hours]."""
        return -self.mean_hours * np.log1p(-uniform)

    def log_survival(self, hours: Floats) -> Floats:
        """Logarithm of the probability of a longer duration."""
        return -np.asarray(hours, dtype=np.float64) / self.mean_hours

    def at_log_survival(self, log_survival: Floats) -> Floats:
        """The duration that is exceeded with this probability [hours]."""
        return -self.mean_hours * log_survival


class Gamma(Frozen):
    """Gamma by mean and coefficient of variation: shape 1 / cv^2, scale mean x cv^2."""

    kind: Literal["gamma"] = "gamma"
    mean_hours: float = Field(gt=0, allow_inf_nan=False)
    cv: float = Field(gt=0, allow_inf_nan=False)

    @property
    def shape(self) -> float:
        """Shape of the law."""
        return self.cv**-2

    def hours(self, uniform: Floats) -> Floats:
        """Durations at these probabilities [hours]."""
        return self.at_log_survival(np.log1p(-np.asarray(uniform, dtype=np.float64)))

    def log_survival(self, hours: Floats) -> Floats:
        """Logarithm of the probability of a longer duration."""
        beyond = gammaincc(self.shape, np.asarray(hours) * self.shape / self.mean_hours)
        return np.log(np.maximum(beyond, SMALLEST))

    def at_log_survival(self, log_survival: Floats) -> Floats:
        """The duration that is exceeded with this probability [hours]."""
        scaled = gammainccinv(self.shape, np.exp(log_survival))
        return np.asarray(scaled * self.mean_hours / self.shape, dtype=np.float64)


class Weibull(Frozen):
    """Weibull by mean and shape: below 1, who has stayed long stays longer."""

    kind: Literal["weibull"] = "weibull"
    mean_hours: float = Field(gt=0, allow_inf_nan=False)
    shape: float = Field(gt=0, allow_inf_nan=False)

    @property
    def scale_hours(self) -> float:
        """The duration exceeded by 1/e: mean / gamma(1 + 1/shape)."""
        return self.mean_hours / math.gamma(1 + 1 / self.shape)

    def hours(self, uniform: Floats) -> Floats:
        """Durations at these probabilities [hours]."""
        return self.at_log_survival(np.log1p(-np.asarray(uniform, dtype=np.float64)))

    def log_survival(self, hours: Floats) -> Floats:
        """Logarithm of the probability of a longer duration."""
        return -np.power(np.asarray(hours, dtype=np.float64) / self.scale_hours, self.shape)

    def at_log_survival(self, log_survival: Floats) -> Floats:
        """The duration that is exceeded with this probability [hours]."""
        return self.scale_hours * np.power(-log_survival, 1 / self.shape)


class Normal(Frozen):
    """Normal cut at zero, for times that people plan: so many hours, a little more or less."""

    kind: Literal["normal"] = "normal"
    mean_hours: float = Field(gt=0, allow_inf_nan=False)
    cv: float = Field(gt=0, le=0.5, allow_inf_nan=False)

    def hours(self, uniform: Floats) -> Floats:
        """Durations at these probabilities [hours]."""
        return np.maximum(self.mean_hours * (1 + self.cv * ndtri(uniform)), 0.0)

    def log_survival(self, hours: Floats) -> Floats:
        """Logarithm of the probability of a longer duration."""
        return log_ndtr((1 - np.asarray(hours) / self.mean_hours) / self.cv)

    def at_log_survival(self, log_survival: Floats) -> Floats:
        """The duration that is exceeded with this probability [hours]."""
        return np.maximum(self.mean_hours * (1 - self.cv * ndtri_exp(log_survival)), 0.0)


class Empirical(Frozen):
    """Observed durations, each as likely as the other; in order."""

    kind: Literal["empirical"] = "empirical"
    observed_hours: tuple[Annotated[float, Field(ge=0, allow_inf_nan=False)], ...] = Field(
        min_length=1
    )

    @property
    def mean_hours(self) -> float:
        """Mean of the observed durations [hours]."""
        return math.fsum(self.observed_hours) / len(self.observed_hours)

    def hours(self, uniform: Floats) -> Floats:
        """Durations at these probabilities [hours]."""
        values = np.sort(np.array(self.observed_hours))
        at = np.floor(np.asarray(uniform) * values.size).astype(np.int64)
        return values[np.minimum(at, values.size - 1)]

    def log_survival(self, hours: Floats) -> Floats:
        """Logarithm of the share of longer durations."""
        values = np.sort(np.array(self.observed_hours))
        beyond = 1 - np.searchsorted(values, hours, side="right") / values.size
        return np.log(np.maximum(beyond, SMALLEST))

    def at_log_survival(self, log_survival: Floats) -> Floats:
        """The duration that is exceeded with this probability [hours]."""
        return self.hours(-np.expm1(log_survival))


class Fixed(Frozen):
    """Always the same; zero for a step that does not exist."""

    kind: Literal["fixed"] = "fixed"
    mean_hours: float = Field(ge=0, allow_inf_nan=False)

    def hours(self, uniform: Floats) -> Floats:
        """The one duration, in the shape of ``uniform`` [hours]."""
        return np.full(np.shape(uniform), self.mean_hours)

    def log_survival(self, hours: Floats) -> Floats:
        """Zero before the end, minus infinity from then on."""
        return np.where(np.asarray(hours) < self.mean_hours, 0.0, -np.inf)

    def at_log_survival(self, log_survival: Floats) -> Floats:
        """The one duration [hours]."""
        return np.full(np.shape(log_survival), self.mean_hours)


class Endless(Frozen):
    """Never ends: a patient who does not leave however long the wait."""

    kind: Literal["endless"] = "endless"

    @property
    def mean_hours(self) -> float:
        """Infinity."""
        return math.inf

    def hours(self, uniform: Floats) -> Floats:
        """Infinity, in the shape of ``uniform``."""
        return np.full(np.shape(uniform), np.inf)

    def log_survival(self, hours: Floats) -> Floats:
        """Zero: everybody stays."""
        return np.zeros(np.shape(hours))

    def at_log_survival(self, log_survival: Floats) -> Floats:
        """Infinity."""
        return np.full(np.shape(log_survival), np.inf)


Law = Annotated[
    LogNormal | Exponential | Gamma | Weibull | Normal | Empirical | Fixed | Endless,
    Field(discriminator="kind"),
]


def remaining_hours(law: Law, elapsed_hours: Floats, uniform: Floats) -> Floats:
    """The rest of durations that have already lasted, from the law S(e + h) / S(e) [hours].

    Zero where the law says that nobody lasts that long.
    """
    tail = law.log_survival(elapsed_hours)
    whole = law.at_log_survival(tail + np.log1p(-uniform))
    return np.maximum(whole - elapsed_hours, 0.0)


def inverse_of_histogram(weights: tuple[float, ...], uniform: Floats) -> Floats:
    """Times at these probabilities when time is uniform inside each cell [cells].

    This is what makes arrivals exact at the hour boundary: given the number of a day, the times
    of a Poisson process with hourly rates are independent with this law (Lewis and Shedler 1979).
    """
    cumulated = np.concatenate(([0.0], np.cumsum(weights)))
    cells = np.arange(len(cumulated), dtype=np.float64)
    at: Floats = np.interp(uniform * cumulated[-1], cumulated, cells)
    return at
