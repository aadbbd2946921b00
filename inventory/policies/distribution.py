"""Demand as a distribution: integer demand by its probabilities, normal demand by its moments.

The complementary loss E[(y - D)+] and the loss E[(D - y)+] are all that holding and shortage
costs need (Snyder and Shen, "Fundamentals of Supply Chain Theory", appendix C.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]
Levels = npt.NDArray[np.int64]

TAIL = 1e-15
ROOT_TWO_PI = float(np.sqrt(2 * np.pi))


@dataclass(frozen=True, slots=True)
class StockCosts:
    """Costs per period [MAD]: of a unit held, of a unit short, of an order."""

    holding: float
    shortage: float
    fixed: float = 0.0

    @property
    def critical_ratio(self) -> float:
        """The service level at which one more unit no longer pays (newsvendor)."""
        return self.shortage / (self.shortage + self.holding)


@dataclass(frozen=True)
class DiscreteDemand:
    """Demand in whole units: ``probabilities[d]`` for d = 0, 1, ... sums to 1."""

    probabilities: Floats

    @classmethod
    def of(cls, probabilities: npt.ArrayLike) -> DiscreteDemand:
        """Demand with these probabilities of 0, 1, ... units; they are scaled to sum to 1."""
        weights = np.asarray(probabilities, dtype=np.float64)
        if weights.ndim != 1 or weights.min(initial=0.0) < 0 or weights.sum() <= 0:
            raise ValueError("probabilities must be a row of weights that are not negative")
        return cls(weights / weights.sum())

    @classmethod
    def poisson(cls, mean: float) -> DiscreteDemand:
        """Poisson demand, cut where less than ``TAIL`` is left."""
        last = int(special.pdtrik(1 - TAIL, mean)) + 10 if mean > 0 else 0
        units = np.arange(last + 1, dtype=np.float64)
        return cls.of(np.exp(special.xlogy(units, mean) - mean - special.gammaln(units + 1)))

    @classmethod
    def rounded_normal(cls, mean: float, sd: float, widths: float = 8.0) -> DiscreteDemand:
        """Normal demand rounded to whole units; what lies below 0 or beyond is dropped."""
        edges = np.arange(int(mean + widths * sd) + 2) - 0.5
        return cls.of(np.diff(special.ndtr((edges - mean) / sd)))

    @classmethod
    def rounded_gamma(cls, mean: float, cv: float) -> DiscreteDemand:
        """Gamma demand rounded to the nearest unit."""
        shape = cv**-2
        last = int(special.gammaincinv(shape, 1 - TAIL) * mean / shape) + 2
        edges = np.maximum(np.arange(last + 2) - 0.5, 0.0)
        return cls.of(np.diff(special.gammainc(shape, edges * shape / mean)))

    def over(self, periods: int) -> DiscreteDemand:
        """Demand of several independent periods (none: no demand)."""
        total = np.ones(1)
        for _ in range(periods):
            total = np.convolve(total, self.probabilities)
        return DiscreteDemand(total)

    @cached_property
    def mean(self) -> float:
        """Mean demand [units]."""
        return float(self.probabilities @ np.arange(len(self.probabilities)))

    @cached_property
    def cumulative(self) -> Floats:
        """P(demand <= d) for d = 0, 1, ..."""
        return np.minimum(np.cumsum(self.probabilities), 1.0)

    def quantile(self, level: float) -> int:
        """The smallest number of units that covers demand with this probability."""
        return int(np.searchsorted(self.cumulative, level - TAIL))

    def expected_left(self, levels: Levels) -> Floats:
        """E[(y - D)+] for each stock level y, also below 0 [units]."""
        table = np.concatenate([[0.0], np.cumsum(self.cumulative)])
        last = len(table) - 1
        inside = table[np.clip(levels, 0, last)]
        return np.where(levels > last, inside + (levels - last), inside)

    def expected_short(self, levels: Levels) -> Floats:
        """E[(D - y)+] for each stock level y [units]."""
        return np.maximum(self.expected_left(levels) - levels + self.mean, 0.0)

    def cost(self, levels: Levels, costs: StockCosts) -> Floats:
        """Expected holding and shortage cost of each stock level before demand [MAD]."""
        left, short = self.expected_left(levels), self.expected_short(levels)
        return costs.holding * left + costs.shortage * short


@dataclass(frozen=True)
class RoundedNormalDemand(DiscreteDemand):
    """Whole-unit demand that stands for a normal one: costs are those of the normal law itself."""

    law: NormalDemand

    @classmethod
    def rounding(cls, law: NormalDemand) -> RoundedNormalDemand:
        """This normal demand, with stock levels in whole units."""
        return cls(DiscreteDemand.rounded_normal(law.mean, law.sd).probabilities, law)

    def cost(self, levels: Levels, costs: StockCosts) -> Floats:
        """Expected holding and shortage cost of each level under the normal law [MAD]."""
        return np.array([self.law.cost(float(level), costs) for level in levels])


@dataclass(frozen=True, slots=True)
class NormalDemand:
    """Normal demand over the time that matters [units]."""

    mean: float
    sd: float

    def over(self, periods: float) -> NormalDemand:
        """Demand of several independent periods."""
        return NormalDemand(self.mean * periods, self.sd * float(np.sqrt(periods)))

    def cumulative(self, level: float) -> float:
        """P(demand <= y)."""
        return float(special.ndtr((level - self.mean) / self.sd))

    def quantile(self, level: float) -> float:
        """The stock that covers demand with this probability [units]."""
        return self.mean + self.sd * float(special.ndtri(level))

    def expected_short(self, level: float) -> float:
        """E[(D - y)+], the first-order loss function [units]."""
        return self.sd * standard_loss((level - self.mean) / self.sd)

    def second_loss(self, level: float) -> float:
        """E[((D - y)+)^2] / 2, the second-order loss function (Snyder and Shen, C.31)."""
        return self.sd**2 * standard_second_loss((level - self.mean) / self.sd)

    def cost(self, level: float, costs: StockCosts) -> float:
        """Expected holding and shortage cost of a stock level [MAD]."""
        short = self.expected_short(level)
        return costs.holding * (level - self.mean) + (costs.holding + costs.shortage) * short


def standard_density(z: float) -> float:
    """The standard normal density."""
    return float(np.exp(-z * z / 2) / ROOT_TWO_PI)


def standard_loss(z: float) -> float:
    """E[(Z - z)+] of a standard normal Z."""
    return standard_density(z) - z * float(special.ndtr(-z))


def standard_second_loss(z: float) -> float:
    """E[((Z - z)+)^2] / 2 of a standard normal Z."""
    return ((z * z + 1) * float(special.ndtr(-z)) - z * standard_density(z)) / 2
