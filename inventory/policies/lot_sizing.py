"""Orders over a known number of periods: Wagner–Whitin for known demand, (s, S) by period else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inventory.policies.distribution import DiscreteDemand, Floats, StockCosts


@dataclass(frozen=True, slots=True)
class LotSizes:
    """Units to order in each period and what the whole costs [MAD]."""

    orders: tuple[float, ...]
    cost: float


def wagner_whitin(
    demand: Sequence[float], fixed: float, holding: float, unit_price: float = 0.0
) -> LotSizes:
    """The orders of least cost for known demand, nothing short.

    ``fixed`` is paid per order, ``holding`` per unit carried to the next period.
    Source: Wagner and Whitin 1958, "Dynamic version of the economic lot size model",
    Management Science 5(1).
    """
    periods = len(demand)
    best = np.zeros(periods + 1)
    until = np.zeros(periods, dtype=int)
    for first in reversed(range(periods)):
        carried = np.array(demand[first:]) * np.arange(periods - first)
        costs = fixed + holding * np.cumsum(carried) + best[first + 1 :]
        until[first] = first + 1 + int(np.argmin(costs))
        best[first] = costs.min()
    orders = [0.0] * periods
    period = 0
    while period < periods:
        orders[period] = float(sum(demand[period : until[period]]))
        period = int(until[period])
    return LotSizes(tuple(orders), float(best[0]) + unit_price * float(sum(demand)))


NO_COSTS = StockCosts(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class FiniteHorizon:
    """A medicine over the periods of ``demands``: costs per period, price, discount, end.

    An order arrives at once; what is short waits. After the last period, units left cost
    ``end_costs.holding`` each and units owed ``end_costs.shortage``.
    """

    demands: tuple[DiscreteDemand, ...]
    costs: StockCosts
    unit_price: float = 0.0
    discount: float = 1.0
    end_costs: StockCosts = NO_COSTS


@dataclass(frozen=True, slots=True)
class PeriodLevels:
    """(s, S) of each period, and the expected cost from a given stock [MAD]."""

    reorder_points: tuple[int, ...]
    order_up_to: tuple[int, ...]
    lowest: int
    costs_from: Floats

    def cost_from(self, stock: int) -> float:
        """Expected cost of all periods from this stock at the start [MAD]."""
        return float(self.costs_from[stock - self.lowest])


def best_levels_by_period(problem: FiniteHorizon) -> PeriodLevels:
    """The optimal (s, S) of each period by dynamic programming over all stock levels.

    Source: Scarf 1960, "The optimality of (s, S) policies in the dynamic inventory problem".
    """
    total = sum(len(demand.probabilities) - 1 for demand in problem.demands)
    levels = np.arange(-total, total + 1)
    later = problem.end_costs.holding * np.maximum(levels, 0.0)
    later += problem.end_costs.shortage * np.maximum(-levels, 0.0)
    points, tops = [], []
    for demand in reversed(problem.demands):
        after = _expected_later(later, demand)
        start = len(levels) - len(after)
        ordered = problem.unit_price * levels[start:] + demand.cost(levels[start:], problem.costs)
        ordered += problem.discount * after
        later, place = _choose(ordered, problem, levels, start)
        points.append(int(levels[start + place[0]]))
        tops.append(int(levels[start + place[1]]))
    return PeriodLevels(tuple(points[::-1]), tuple(tops[::-1]), -total, later)


def _expected_later(later: Floats, demand: DiscreteDemand) -> Floats:
    """Expected cost of the next period for each level whose every outcome is on the grid."""
    return np.convolve(later, demand.probabilities, mode="valid")


def _choose(
    ordered: Floats, problem: FiniteHorizon, levels: np.ndarray, start: int
) -> tuple[Floats, tuple[int, int]]:
    """Cost of each level with the better of ordering and not; places of s and S."""
    top = int(np.argmin(ordered))
    order = problem.costs.fixed + float(ordered[top])
    stay = np.where(np.arange(len(ordered)) < top, ordered, np.inf)
    cheaper = np.flatnonzero(stay <= order)
    first_stay = int(cheaper[0]) if len(cheaper) else top
    value = np.full(len(levels), order)
    value[start + first_stay :] = ordered[first_stay:]
    costs: Floats = value - problem.unit_price * levels
    return costs, (first_stay - 1, top)
