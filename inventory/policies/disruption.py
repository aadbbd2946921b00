"""Suppliers that fail for a time: the economic lot and the base stock under disruptions.

Source: Snyder and Shen, sections 9.2.1 and 9.2.3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize

from inventory.policies.distribution import StockCosts
from inventory.policies.eoq import Lot, SteadyDemand, economic_order_quantity
from inventory.policies.newsvendor import StockLevel


@dataclass(frozen=True, slots=True)
class Disruption:
    """How often a working supplier fails and a failed one recovers, per year."""

    failures_per_year: float
    recoveries_per_year: float


def disrupted_cost(
    demand: SteadyDemand, shortage_cost: float, disruption: Disruption, quantity: float
) -> float:
    """The exact cost per year of lots of this size; unmet demand is lost at ``shortage_cost``.

    An order that meets a failed supplier waits until he recovers (9.4).
    """
    rates = disruption.failures_per_year + disruption.recoveries_per_year
    cycle_years = quantity / demand.units_per_year
    failed = disruption.failures_per_year / rates * -np.expm1(-rates * cycle_years)
    wait_years = failed / disruption.recoveries_per_year
    lost = shortage_cost * demand.units_per_year * wait_years
    held = demand.holding_cost * quantity * cycle_years / 2
    return float((demand.order_cost + held + lost) / (cycle_years + wait_years))


def disrupted_order_quantity(
    demand: SteadyDemand, shortage_cost: float, disruption: Disruption
) -> Lot:
    """The lot of least cost with a supplier that fails (Parlar and Berkin 1991, corrected by
    Berk and Arreola-Risa 1994).
    """  # noqa: D205 - the two sources belong in one sentence
    plain = economic_order_quantity(demand).quantity
    found = optimize.minimize_scalar(
        lambda log: disrupted_cost(demand, shortage_cost, disruption, float(np.exp(log))),
        bounds=(np.log(plain / 10), np.log(plain * 1000)),
        method="bounded",
        options={"xatol": 1e-12},
    )
    quantity = float(np.exp(found.x))
    return Lot(quantity, disrupted_cost(demand, shortage_cost, disruption, quantity))


def disrupted_base_stock(
    units_per_period: float, costs: StockCosts, failure: float, recovery: float
) -> StockLevel:
    """The base stock for certain demand and a supplier that fails (9.12).

    ``failure`` and ``recovery`` are probabilities per period; the stock covers the number of
    failed periods that the critical ratio asks for, and the period itself.
    """
    up = recovery / (failure + recovery)
    periods, reached = 0, up
    while reached < costs.critical_ratio:
        periods += 1
        reached = 1 - (1 - up) * (1 - recovery) ** periods
    level = units_per_period * (periods + 1)
    return StockLevel(level, _base_stock_cost(level, units_per_period, costs, (failure, recovery)))


def _base_stock_cost(
    level: float, units: float, costs: StockCosts, rates: tuple[float, float]
) -> float:
    failure, recovery = rates
    up = recovery / (failure + recovery)
    last = int(np.ceil(np.log(1e-18) / np.log1p(-recovery)))
    chance = np.append(up, (1 - up) * recovery * (1 - recovery) ** np.arange(last))
    needed = units * (1 + np.arange(last + 1))
    left, short = np.maximum(level - needed, 0), np.maximum(needed - level, 0)
    return float(chance @ (costs.holding * left + costs.shortage * short))
