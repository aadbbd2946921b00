"""Laws of length of stay fitted with the stays that still run, and changed to other moments.

A stay that still runs is right-censored: it is known to exceed its hours so far. Every fit is of
maximum likelihood with that; its logarithm is returned for comparison between laws.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import gammaincc, gammaln, log_ndtr, ndtr

from twin.laws import SMALLEST, Empirical, Floats, Gamma, LogNormal, Weibull

StayLaw: TypeAlias = LogNormal | Gamma | Weibull | Empirical

MINIMUM_CV, MAXIMUM_CV = 0.05, 5.0
SHAPES = (0.25, 40.0)
"""Weibull shapes between which a variation is looked for: cv from 8.3 down to 0.03."""

CENSORED_SHARE_THAT_MATTERS = 0.05
MOST_SLICES = 200
"""Values of an empirical law; each stands for as many patients."""


@dataclass(frozen=True, slots=True)
class StaySample:
    """Stays of one group: time in bed so far [hours], positive, and whether it has ended."""

    hours: Floats
    has_ended: npt.NDArray[np.bool_]

    @property
    def ended(self) -> Floats:
        """The lengths that are known [hours]."""
        return self.hours[self.has_ended]

    @property
    def running(self) -> Floats:
        """The hours so far of the patients who are present."""
        return self.hours[~self.has_ended]

    @property
    def censored_share(self) -> float:
        """Share of the stays that still run."""
        return float(1 - self.has_ended.mean())

    @property
    def observed_mean_hours(self) -> float | None:
        """Hours for each ended stay where few still run, else None.

        Occupied beds follow from the mean, and no fitted tail may move one that is known.
        """
        if self.censored_share > CENSORED_SHARE_THAT_MATTERS:
            return None
        return float(self.hours.sum() / self.has_ended.sum())


def fit_log_normal(sample: StaySample) -> tuple[LogNormal, float]:
    """The law and the logarithm of its likelihood."""
    mu, sigma = _censored_normal(np.log(sample.hours), sample.has_ended)
    logs = np.log(sample.ended)
    density = -0.5 * ((logs - mu) / sigma) ** 2 - math.log(sigma * math.sqrt(2 * math.pi)) - logs
    beyond = log_ndtr((mu - np.log(sample.running)) / sigma)
    cv = math.sqrt(math.expm1(min(sigma**2, math.log1p(MAXIMUM_CV**2))))
    mean_hours = math.exp(mu + sigma**2 / 2)
    return LogNormal(mean_hours=mean_hours, cv=_within(cv)), float(density.sum() + beyond.sum())


def _censored_normal(
    values: Floats, is_exact: npt.NDArray[np.bool_], rounds: int = 200
) -> tuple[float, float]:
    """Mean and deviation of a normal law by EM (Dempster, Laird and Rubin 1977, section 4.3)."""
    exact, censored = values[is_exact], values[~is_exact]
    mu, sigma = float(exact.mean()), max(float(exact.std()), 1e-3)
    for _ in range(rounds if censored.size else 0):
        bound = (censored - mu) / sigma
        hazard = np.exp(-(bound**2) / 2) / math.sqrt(2 * math.pi) / np.maximum(ndtr(-bound), 1e-300)
        first = mu + sigma * hazard
        second = mu**2 + sigma**2 + sigma * (censored + mu) * hazard
        mu = float((exact.sum() + first.sum()) / values.size)
        spread = float((np.square(exact).sum() + second.sum()) / values.size) - mu**2
        sigma = math.sqrt(max(spread, 1e-6))
    return mu, sigma


def fit_gamma(sample: StaySample) -> tuple[Gamma, float]:
    """The law and the logarithm of its likelihood (Lawless 2003, section 5.1, by simplex)."""
    from scipy.optimize import minimize  # noqa: PLC0415 - a worker fits nothing

    ended, running = sample.ended, sample.running
    count, total, logs = ended.size, float(ended.sum()), float(np.log(ended).sum())

    def missed(logarithms: Floats) -> float:
        shape, scale = (float(value) for value in np.exp(np.clip(logarithms, -20, 20)))
        known = (shape - 1) * logs - total / scale
        known -= count * (shape * math.log(scale) + float(gammaln(shape)))
        beyond = np.log(np.maximum(gammaincc(shape, running / scale), SMALLEST))
        return -known - float(beyond.sum())

    mean, variance = float(ended.mean()), max(float(ended.var()), 1e-6)
    start = np.log([mean**2 / variance, variance / mean])
    found = minimize(missed, start, method="Nelder-Mead", options={"xatol": 1e-5, "fatol": 1e-5})
    shape, scale = (float(value) for value in np.exp(found.x))
    return Gamma(mean_hours=shape * scale, cv=_within(shape**-0.5)), -float(found.fun)


def fit_weibull(sample: StaySample) -> tuple[Weibull, float]:
    """The law and the logarithm of its likelihood (Lawless 2003, eq. 5.2.6: one root)."""
    scaled = sample.hours / sample.hours.max()
    logs, ended = np.log(scaled), sample.has_ended
    count = int(ended.sum())

    def slope(shape: float) -> float:
        powers = scaled**shape
        return 1 / shape + float(logs[ended].mean() - (powers * logs).sum() / powers.sum())

    low, high = SHAPES
    if slope(high) >= 0 or slope(low) <= 0:
        shape = high if slope(high) >= 0 else low
    else:
        shape = _root(slope, 1e-8)
    scale = float(sample.hours.max() * ((scaled**shape).sum() / count) ** (1 / shape))
    reached = (sample.hours / scale) ** shape
    density = count * math.log(shape / scale) + (shape - 1) * np.log(sample.ended / scale).sum()
    law = Weibull(mean_hours=scale * math.gamma(1 + 1 / shape), shape=shape)
    return law, float(density - reached.sum())


@dataclass(frozen=True, slots=True)
class Survival:
    """Share of the stays longer than each of these ended lengths (Kaplan and Meier 1958).

    ``before`` is the share just before the length, ``after`` at it; both have its shape.
    """

    hours: Floats
    before: Floats
    after: Floats

    def distance(self, law: StayLaw) -> float:
        """Largest gap between this and the law's survival (Kolmogorov and Smirnov)."""
        fitted = np.exp(law.log_survival(self.hours))
        return float(np.maximum(np.abs(fitted - self.before), np.abs(fitted - self.after)).max())


def survival(sample: StaySample) -> Survival:
    """Kaplan and Meier's estimate; who leaves at an hour left before whoever is censored at it."""
    hours, left = np.unique(sample.ended, return_counts=True)
    at_risk = sample.hours.size - np.searchsorted(np.sort(sample.hours), hours, side="left")
    after = np.asarray(np.cumprod(1 - left / at_risk), dtype=np.float64)
    return Survival(hours, np.concatenate(([1.0], after[:-1])), after)


def fit_empirical(sample: StaySample) -> Empirical:
    """The lengths that were seen, with the weights that the stays still running leave them.

    Each value is the mean of one equal slice of Kaplan and Meier's law, which keeps its mean;
    what survives the longest ended stay lasts as long as the longest stay (Efron 1967).
    """
    seen = survival(sample)
    times = np.append(seen.hours, sample.hours.max())
    weights = np.append(seen.before - seen.after, seen.after[-1])
    reached = np.concatenate(([0.0], np.cumsum(weights)))
    totals = np.concatenate(([0.0], np.cumsum(weights * times)))
    slices = min(sample.ended.size, MOST_SLICES)
    means = slices * np.diff(np.interp(np.linspace(0, reached[-1], slices + 1), reached, totals))
    return Empirical(observed_hours=tuple(np.maximum(means, 0.0).tolist()))


# Moments


def cv_of(law: StayLaw) -> float:
    """Coefficient of variation."""
    if isinstance(law, Weibull):
        return _weibull_cv(law.shape)
    if isinstance(law, Empirical):
        return float(np.std(law.observed_hours) / law.mean_hours)
    return law.cv


def with_moments(law: StayLaw, mean_hours: float, cv: float) -> StayLaw:
    """The law of the same family with this mean and variation.

    An empirical law is moved and stretched, and cut at zero.
    """
    cv = _within(cv)
    if isinstance(law, Empirical):
        values, spread = np.array(law.observed_hours), max(float(np.std(law.observed_hours)), 1e-9)
        moved = mean_hours + (values - law.mean_hours) * (cv * mean_hours / spread)
        kept = np.maximum(moved, 0.0)
        return Empirical(observed_hours=tuple((kept * mean_hours / kept.mean()).tolist()))
    if isinstance(law, Weibull):
        return Weibull(mean_hours=mean_hours, shape=_weibull_shape(cv))
    return law.but(mean_hours=mean_hours, cv=cv)


def _within(cv: float) -> float:
    return min(max(cv, MINIMUM_CV), MAXIMUM_CV)


def _weibull_cv(shape: float) -> float:
    first, second = gammaln(1 + 1 / shape), gammaln(1 + 2 / shape)
    return math.sqrt(math.expm1(float(second - 2 * first)))


def _weibull_shape(cv: float) -> float:
    return _root(lambda shape: _weibull_cv(shape) - cv, 1e-10)


def _root(function: Callable[[float], float], tolerance: float) -> float:
    """The shape at which the function is zero."""
    from scipy.optimize import brentq  # noqa: PLC0415 - a worker fits nothing

    return float(brentq(function, *SHAPES, xtol=tolerance))
