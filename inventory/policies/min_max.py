"""The figures of (s, S): exact cost, the best pair, and the power approximation.

Position is seen at the end of a period; at or below s an order up to S is placed. Under
``position_demand``, the demand from an order's view to the end of the period in which it counts
(lead time and one period), the expected cost of position y is G(y). The cost per period is then
(K + sum m(j) G(S - j)) / M(S - s), with m the renewal density of one period's demand.

Sources: Veinott and Wagner 1965; Zheng and Federgruen 1991, "Finding optimal (s, S) policies is
about as simple as evaluating a single policy", Operations Research 39(4); Snyder and Shen 4.3.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from inventory.policies.distribution import DiscreteDemand, Floats, NormalDemand, StockCosts


@dataclass(frozen=True, slots=True)
class MinMaxLevels:
    """A reorder point, an order-up-to level [units] and their cost per period [MAD]."""

    reorder_point: float
    order_up_to: float
    cost: float


@dataclass(frozen=True, slots=True)
class PeriodicStock:
    """A medicine reviewed every period: its demand, the periods until delivery, its costs.

    An order placed at a review arrives ``lead_time_periods`` later, before that period's demand
    (0: at once).
    """

    demand: DiscreteDemand
    costs: StockCosts
    lead_time_periods: int = 0

    @property
    def position_demand(self) -> DiscreteDemand:
        """Demand of the lead time and one period."""
        return self.demand.over(self.lead_time_periods + 1)


def min_max_cost(stock: PeriodicStock, reorder_point: int, order_up_to: int) -> float:
    """The exact long-run cost per period of (s, S) with backorders [MAD]."""
    if order_up_to <= reorder_point:
        raise ValueError(f"order_up_to ({order_up_to}) must exceed reorder_point ({reorder_point})")
    gap = order_up_to - reorder_point
    density = renewal_density(stock.demand, gap)
    levels = order_up_to - np.arange(gap)
    stay = float(density @ stock.position_demand.cost(levels, stock.costs))
    return (stock.costs.fixed + stay) / float(density.sum())


def renewal_density(demand: DiscreteDemand, length: int) -> Floats:
    """Expected reviews at which exactly j units have gone since an order, j = 0 ... length - 1."""
    chance = demand.probabilities
    if chance[0] >= 1:
        raise ValueError("demand is always zero: no cycle ever ends")
    density = np.zeros(length)
    density[0] = 1 / (1 - chance[0])
    for gone in range(1, length):
        recent = min(gone, len(chance) - 1)
        earlier = density[gone - recent : gone][::-1]
        density[gone] = float(chance[1 : recent + 1] @ earlier) / (1 - chance[0])
    return density


def best_min_max(stock: PeriodicStock) -> MinMaxLevels:
    """The (s, S) of least cost, by the algorithm of Zheng and Federgruen."""
    table = _Table(stock)
    start = stock.position_demand.quantile(stock.costs.critical_ratio)
    low, high = start - 1, start
    while table.cost(low, high) > table.level_cost(low):
        low -= 1
    best = table.cost(low, high)
    level = high + 1
    while table.level_cost(level) <= best:
        if table.cost(low, level) < best:
            high = level
            while table.cost(low, high) <= table.level_cost(low + 1):
                low += 1
            best = table.cost(low, high)
        level += 1
    return MinMaxLevels(low, high, best)


@dataclass
class _Table:
    """Renewal density and level costs, extended as the search needs them."""

    stock: PeriodicStock
    density: Floats = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        self.position_demand = self.stock.position_demand

    def level_cost(self, level: int) -> float:
        """Expected cost per period at this position."""
        return float(self.position_demand.cost(np.array([level]), self.stock.costs)[0])

    def cost(self, reorder_point: int, order_up_to: int) -> float:
        """Cost per period of (s, S)."""
        gap = order_up_to - reorder_point
        if gap > len(self.density):
            self.density = renewal_density(self.stock.demand, 2 * gap + 16)
        levels = order_up_to - np.arange(gap)
        stay = float(self.density[:gap] @ self.position_demand.cost(levels, self.stock.costs))
        return (self.stock.costs.fixed + stay) / float(self.density[:gap].sum())


def power_approximation(
    demand: NormalDemand, lead_time_periods: float, costs: StockCosts
) -> MinMaxLevels:
    """(s, S) for normal demand without any search (Ehrhardt and Mosier 1984).

    Coefficients as in Snyder and Shen, example 4.8, without the cap that Ehrhardt and Mosier put
    on small lots; the cost is not computed (nan).
    """
    position = demand.over(lead_time_periods + 1)
    size = (
        1.30
        * demand.mean**0.494
        * (costs.fixed / costs.holding) ** 0.506
        * (1 + position.sd**2 / demand.mean**2) ** 0.116
    )
    scaled = float(np.sqrt(size * costs.holding / (position.sd * costs.shortage)))
    low = 0.973 * position.mean + position.sd * (0.183 / scaled + 1.063 - 2.192 * scaled)
    return MinMaxLevels(low, low + size, float("nan"))
