"""One medicine that expires: the best order for every age of the stock, by value iteration.

State: units with ``life`` - 1, ..., 1, 0 further periods of life when a period starts, the
freshest first. Each period: order (it arrives when the next period starts, fresh); demand is
served from the oldest or the freshest units first, the rest of it is lost; what has reached its
last period and is left is wasted; the rest ages. Sources: Hendrix et al. 2019, "On computing
optimal policies in perishable inventory control using value iteration", Computational and
Mathematical Methods 1(4); De Moor, Gijsbrechts and Boute 2022, "Reward shaping to improve deep
reinforcement learning in perishable inventory management", EJOR 301(2).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from inventory.policies.distribution import DiscreteDemand, Floats

Ints = npt.NDArray[np.int64]


class Issuing(StrEnum):
    """Which units are handed out first."""

    OLDEST_FIRST = "oldest_first"
    FRESHEST_FIRST = "freshest_first"


@dataclass(frozen=True, slots=True)
class UnitCosts:
    """Costs and gains of one unit [MAD]; ``sale`` is earned, the others are paid."""

    purchase: float = 0.0
    shortage: float = 0.0
    waste: float = 0.0
    holding: float = 0.0
    sale: float = 0.0


@dataclass(frozen=True)
class PerishableStock:
    """A medicine of ``life`` periods, ordered up to ``most_ordered`` units a period."""

    life: int
    most_ordered: int
    demand: DiscreteDemand
    costs: UnitCosts
    issuing: Issuing = Issuing.OLDEST_FIRST

    @cached_property
    def states(self) -> Ints:
        """Every stock by age, (states, life), the freshest units in the first column."""
        sizes = [np.arange(self.most_ordered + 1)] * self.life
        return np.stack(np.meshgrid(*sizes, indexing="ij"), axis=-1).reshape(-1, self.life)

    @cached_property
    def _steps(self) -> tuple[sparse.csr_array, Floats]:
        """Chance of each aged stock, (states, aged stocks), and expected cost, (states,)."""
        count, cost = len(self.states), np.zeros(len(self.states))
        aged = []
        for units, chance in enumerate(self.demand.probabilities):
            left = self._served(units)
            cost += chance * self._period_cost(left, units)
            aged.append(self._index(left[:, :-1]))
        chances = np.repeat(self.demand.probabilities, count)
        places = np.tile(np.arange(count), len(aged)), np.concatenate(aged)
        shape = count, count // (self.most_ordered + 1)
        return sparse.csr_array((chances, places), shape=shape), cost

    def _served(self, demand: int) -> Ints:
        """Stock after this demand, by age."""
        ages = range(self.life)
        order = reversed(ages) if self.issuing is Issuing.OLDEST_FIRST else ages
        left, wanted = self.states.copy(), np.full(len(self.states), demand)
        for age in order:
            taken = np.minimum(left[:, age], wanted)
            left[:, age] -= taken
            wanted -= taken
        return left

    def _period_cost(self, left: Ints, demand: int) -> Floats:
        """What a period costs once demand is served; stock held is what goes on living."""
        before, after = self.states.sum(axis=1), left.sum(axis=1)
        sold, wasted = before - after, left[:, -1]
        costs = self.costs
        paid = costs.shortage * (demand - sold) + costs.waste * wasted
        cost: Floats = paid + costs.holding * (after - wasted) - costs.sale * sold
        return cost

    def _index(self, ages: Ints) -> Ints:
        """Place of the state whose older units are these, with none fresh."""
        place = np.zeros(len(ages), dtype=np.int64)
        for column in range(ages.shape[1]):
            place = place * (self.most_ordered + 1) + ages[:, column]
        return place

    def expected_later(self, values: Floats) -> Floats:
        """Expected value of the next state, (orders, states)."""
        by_fresh = values.reshape(self.most_ordered + 1, -1)
        later: Floats = (self._steps[0] @ by_fresh.T).T
        return later

    def action_costs(self, values: Floats, discount: float) -> Floats:
        """Cost of each order in each state, and on, (orders, states) [MAD]."""
        orders = self.costs.purchase * np.arange(self.most_ordered + 1)[:, None]
        return orders + self._steps[1][None, :] + discount * self.expected_later(values)


@dataclass(frozen=True, slots=True)
class OrderTable:
    """The best order in every state, and its cost [MAD].

    ``orders`` and ``costs`` have one axis for each age, the freshest first. With a discount,
    ``costs`` are of all the future; without, ``average_cost`` is per period.
    """

    orders: Ints
    costs: Floats
    average_cost: float


def best_orders(
    stock: PerishableStock, discount: float = 1.0, tolerance: float = 1e-9
) -> OrderTable:
    """The order table of least cost by value iteration, to this tolerance [MAD].

    Without discount the least average cost per period: iteration stops when the differences of
    all states agree (Puterman 1994, section 8.5).
    """
    values = np.zeros(len(stock.states))
    while True:
        costs = stock.action_costs(values, discount)
        change = costs.min(axis=0) - values
        values = values + change
        spread = np.ptp(change) if discount == 1 else np.abs(change).max() / (1 - discount)
        if spread <= tolerance:
            break
        if discount == 1:
            values = values - values[0]
    return _table(stock, stock.action_costs(values, discount), values, float(change.mean()))


def cost_of_base_stock(
    stock: PerishableStock, level: int, discount: float, tolerance: float = 1e-9
) -> Floats:
    """Discounted cost from every state if the total is always ordered up to ``level``."""
    total = stock.states.sum(axis=1)
    orders = np.clip(level - total, 0, stock.most_ordered)
    return cost_of_orders(stock, orders, discount, tolerance)


def cost_of_orders(
    stock: PerishableStock, orders: Ints, discount: float, tolerance: float = 1e-9
) -> Floats:
    """Discounted cost from every state under these orders, (states,) [MAD]."""
    values, places = np.zeros(len(stock.states)), np.arange(len(stock.states))
    while True:
        after = stock.action_costs(values, discount)[orders, places]
        change = np.abs(after - values).max()
        values = after
        if change <= tolerance * (1 - discount):
            return values


def _table(stock: PerishableStock, costs: Floats, values: Floats, average: float) -> OrderTable:
    shape = (stock.most_ordered + 1,) * stock.life
    ties = costs <= costs.min(axis=0) + TIE_MAD
    return OrderTable(np.argmax(ties, axis=0).reshape(shape), values.reshape(shape), average)


TIE_MAD = 1e-7
"""Orders whose costs differ by less are tied; the smallest of them is taken [MAD]."""
