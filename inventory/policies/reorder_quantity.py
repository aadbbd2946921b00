"""The figures of (r, Q) under continuous review: exact cost, the best pair, approximations.

The position after an order is uniform on (r, r + Q], so that the cost per year is
(K λ + the sum, or integral, of G over that range) / Q, where G(y) is the cost of position y
under the demand of a lead time.

Sources: Hadley and Whitin 1963; Federgruen and Zheng 1992, "An efficient algorithm for computing
an optimal (r, Q) policy in continuous review stochastic inventory systems", Operations Research
40(4); Snyder and Shen, chapter 5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inventory.policies.distribution import DiscreteDemand, NormalDemand, StockCosts

STEPS = 10_000
CLOSE = 1e-12


@dataclass(frozen=True, slots=True)
class ReorderLevels:
    """A reorder point, a quantity [units] and their cost per year [MAD]."""

    reorder_point: float
    quantity: float
    cost: float


@dataclass(frozen=True, slots=True)
class NormalStock:
    """Continuous review of normal demand: pace [units/year], lead-time demand, costs per year."""

    units_per_year: float
    lead_time_demand: NormalDemand
    costs: StockCosts


def normal_cost(stock: NormalStock, reorder_point: float, quantity: float) -> float:
    """The exact cost per year of (r, Q) [MAD] (5.7)."""
    lead, costs = stock.lead_time_demand, stock.costs
    above = reorder_point + quantity
    held = costs.holding * quantity * (reorder_point + quantity / 2 - lead.mean)
    short = lead.second_loss(reorder_point) - lead.second_loss(above)
    stay = held + (costs.holding + costs.shortage) * short
    return (costs.fixed * stock.units_per_year + stay) / quantity


def by_expected_level(stock: NormalStock) -> ReorderLevels:
    """The expected-inventory-level approximation (5.15, 5.16); shortage is per unit, once.

    The mean stock is taken as r - λL + Q/2. Each figure is found from the other until both stay.
    """
    lead, costs, pace = stock.lead_time_demand, stock.costs, stock.units_per_year
    quantity = _economic(stock)
    for _ in range(STEPS):
        point = lead.quantile(1 - quantity * costs.holding / (costs.shortage * pace))
        lost = costs.shortage * lead.expected_short(point)
        larger = float(np.sqrt(2 * pace * (costs.fixed + lost) / costs.holding))
        if abs(larger - quantity) <= CLOSE * quantity:
            break
        quantity = larger
    held = costs.holding * (point - lead.mean + quantity / 2)
    cost = held + pace * (costs.fixed + costs.shortage * lead.expected_short(point)) / quantity
    return ReorderLevels(point, quantity, cost)


def by_loss_function(stock: NormalStock) -> ReorderLevels:
    """The best (r, Q) when backorders at the top of the range are neglected (5.27, 5.28).

    The cost given is the exact one at that point.
    """
    lead, costs = stock.lead_time_demand, stock.costs
    both = costs.holding + costs.shortage
    quantity = _economic(stock)
    for _ in range(STEPS):
        point = _level_of_loss(lead, costs.holding * quantity / both)
        spend = costs.fixed * stock.units_per_year + both * lead.second_loss(point)
        larger = float(np.sqrt(2 * spend / costs.holding))
        if abs(larger - quantity) <= CLOSE * quantity:
            break
        quantity = larger
    return ReorderLevels(point, quantity, normal_cost(stock, point, quantity))


def _economic(stock: NormalStock) -> float:
    """The economic order quantity, where the searches start [units]."""
    product = 2 * stock.costs.fixed * stock.units_per_year
    return float(np.sqrt(product / stock.costs.holding))


def _level_of_loss(lead: NormalDemand, loss: float) -> float:
    """The level at which the expected shortage is this: Newton from the left, loss is convex."""
    level = lead.mean - max(loss, lead.sd)
    for _ in range(STEPS):
        excess = lead.expected_short(level) - loss
        step = excess / (1 - lead.cumulative(level))
        level += step
        if abs(step) <= CLOSE * lead.sd:
            break
    return level


@dataclass(frozen=True, slots=True)
class PoissonStock:
    """Continuous review of Poisson demand: pace [units/year], lead time [years], costs per year."""

    units_per_year: float
    lead_time_years: float
    costs: StockCosts

    @property
    def lead_time_demand(self) -> DiscreteDemand:
        """Demand of a lead time."""
        return DiscreteDemand.poisson(self.units_per_year * self.lead_time_years)


def poisson_cost(stock: PoissonStock, reorder_point: int, quantity: int) -> float:
    """The exact cost per year of (r, Q) with backorders [MAD] (5.50)."""
    levels = reorder_point + 1 + np.arange(quantity)
    stay = float(stock.lead_time_demand.cost(levels, stock.costs).sum())
    return (stock.costs.fixed * stock.units_per_year + stay) / quantity


def best_poisson(stock: PoissonStock) -> ReorderLevels:
    """The best (r, Q): levels are added in the order of their cost while that lowers the mean."""
    demand = stock.lead_time_demand
    low = high = demand.quantile(stock.costs.critical_ratio)

    def level_cost(level: int) -> float:
        return float(demand.cost(np.array([level]), stock.costs)[0])

    total = stock.costs.fixed * stock.units_per_year + level_cost(low)
    while True:
        below, above = level_cost(low - 1), level_cost(high + 1)
        if min(below, above) >= total / (high - low + 1):
            break
        total += min(below, above)
        low, high = (low - 1, high) if below <= above else (low, high + 1)
    return ReorderLevels(low - 1, high - low + 1, total / (high - low + 1))
