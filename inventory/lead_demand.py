"""Demand over lead time and review as a mean and a spread, and the levels to order up to.

For baskets of many medicines by the month, where sample paths of each are more than is known: a
log-normal law, never below zero, whose tail is longer where demand is uneven. Levels come either
at one service for all, or by the money-aware rule of the system approach (Sherbrooke 2004,
"Optimal inventory modeling of systems", chapter 2): a unit is stocked while the chance that it
serves somebody is worth its price, so that dear medicines run a little shorter than cheap ones,
between a floor and a ceiling for those that must not run out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from hospital.errors import GstError

Floats = npt.NDArray[np.float64]

TINY_UNITS = 1e-6


@dataclass(frozen=True, slots=True)
class LeadDemand:
    """Mean and standard deviation of demand until the next order arrives, (items,) [units]."""

    mean_units: Floats
    spread_units: Floats

    def level_units(self, service: Floats | float) -> Floats:
        """What covers the demand with this probability, (items,) [units]; none without demand.

        Log-normal with the given mean and standard deviation.
        """
        mean = np.maximum(self.mean_units, TINY_UNITS)
        variance = np.log1p((self.spread_units / mean) ** 2)
        score = special.ndtri(np.broadcast_to(service, mean.shape))
        level = mean * np.exp(np.sqrt(variance) * score - variance / 2)
        found: Floats = np.where(self.mean_units > TINY_UNITS, level, 0.0)
        return found


@dataclass(frozen=True, slots=True)
class MoneyAware:
    """What a unit served is worth, so that its price sets how surely it is stocked.

    ``worth_mad`` (items,) is weighed against the price of a unit: the service is
    1 - price / worth, kept between ``least`` and ``most`` (items,).
    """

    worth_mad: Floats
    least: Floats
    most: Floats

    def __post_init__(self) -> None:
        if (self.least > self.most).any():
            raise GstError("service_floor_above_ceiling", "give a least service below the most")

    def service(self, price_mad: Floats) -> Floats:
        """The probability of not running out that each price deserves, (items,)."""
        wanted: Floats = np.clip(1 - price_mad / self.worth_mad, self.least, self.most)
        return wanted
