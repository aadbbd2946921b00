"""How much to hold for one period, or for the periods until a delivery: newsvendor, base stock.

Source: Arrow, Harris and Marschak 1951; Snyder and Shen, sections 4.3 and 4.4. Shortage and
holding cost are per unit and period. A base stock with lead time L covers L + 1 periods: the
order of today must last until that of tomorrow has arrived.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inventory.policies.distribution import DiscreteDemand, NormalDemand, StockCosts


@dataclass(frozen=True, slots=True)
class StockLevel:
    """The stock to have before demand [units] and its expected cost per period [MAD]."""

    units: float
    cost: float


def normal_newsvendor(demand: NormalDemand, costs: StockCosts) -> StockLevel:
    """The best stock for normal demand (4.17, 4.24)."""
    level = demand.quantile(costs.critical_ratio)
    return StockLevel(level, demand.cost(level, costs))


def discrete_newsvendor(demand: DiscreteDemand, costs: StockCosts) -> StockLevel:
    """The best stock for demand in whole units: the smallest that reaches the ratio (4.33)."""
    level = demand.quantile(costs.critical_ratio)
    return StockLevel(float(level), float(demand.cost(np.array([level]), costs)[0]))


def normal_base_stock(
    demand: NormalDemand, lead_time_periods: float, costs: StockCosts
) -> StockLevel:
    """The best base stock for normal demand of one period and a certain lead time (4.44)."""
    return normal_newsvendor(demand.over(lead_time_periods + 1), costs)


def discrete_base_stock(
    demand: DiscreteDemand, lead_time_periods: int, costs: StockCosts
) -> StockLevel:
    """The best base stock for demand in whole units and a certain lead time."""
    return discrete_newsvendor(demand.over(lead_time_periods + 1), costs)
