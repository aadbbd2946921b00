"""The economic order quantity and its family: steady demand, one cost to order, one to hold.

Sources: Harris 1913; Snyder and Shen, "Fundamentals of Supply Chain Theory", chapters 3 and 9
(equation numbers of the second edition). Demand is in units per year, money in MAD per year.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SteadyDemand:
    """Demand at a constant pace [units/year], the cost of an order [MAD] and of holding.

    ``holding_cost`` is per unit and year [MAD].
    """

    units_per_year: float
    order_cost: float
    holding_cost: float


@dataclass(frozen=True, slots=True)
class Lot:
    """A quantity to order [units] and the cost per year that it leads to [MAD/year]."""

    quantity: float
    cost: float


def economic_order_quantity(demand: SteadyDemand) -> Lot:
    """The quantity at which ordering and holding cost least (3.4, 3.5)."""
    product = 2 * demand.order_cost * demand.units_per_year
    quantity = float(np.sqrt(product / demand.holding_cost))
    return Lot(quantity, float(np.sqrt(product * demand.holding_cost)))


@dataclass(frozen=True, slots=True)
class BackorderLot:
    """A lot with planned backorders: ``backordered_share`` of the demand waits."""

    quantity: float
    backordered_share: float
    cost: float


def with_backorders(demand: SteadyDemand, shortage_cost: float) -> BackorderLot:
    """The quantity when patients may wait at a cost per unit and year (3.28 to 3.30)."""
    share = demand.holding_cost / (demand.holding_cost + shortage_cost)
    plain = economic_order_quantity(demand)
    factor = float(np.sqrt(1 - share))
    return BackorderLot(plain.quantity / factor, share, plain.cost * factor)


@dataclass(frozen=True, slots=True)
class PriceBreak:
    """From this quantity on [units], a unit costs this [MAD]."""

    from_quantity: float
    unit_price: float


@dataclass(frozen=True, slots=True)
class DiscountedLot:
    """The best quantity under price breaks, the break that it falls in, and the cost."""

    quantity: float
    tier: int
    cost: float


def with_all_units_discount(
    demand: SteadyDemand, breaks: Sequence[PriceBreak], holding_rate: float
) -> DiscountedLot:
    """The quantity when the whole order is billed at the price of its break (section 3.4.1).

    ``holding_rate`` is the share of the price that holding costs per year; the holding cost of
    ``demand`` is not used. The cost includes the purchase.
    """
    lots = []
    for tier, price_break in enumerate(breaks):
        holding = holding_rate * price_break.unit_price
        best = economic_order_quantity(
            SteadyDemand(demand.units_per_year, demand.order_cost, holding)
        ).quantity
        quantity = max(best, price_break.from_quantity)
        above = breaks[tier + 1].from_quantity if tier + 1 < len(breaks) else np.inf
        if quantity < above:
            lots.append(_discounted(demand, price_break, tier, (quantity, holding)))
    return min(lots, key=lambda lot: lot.cost)


def _discounted(
    demand: SteadyDemand, price_break: PriceBreak, tier: int, lot: tuple[float, float]
) -> DiscountedLot:
    quantity, holding = lot
    cost = (
        price_break.unit_price * demand.units_per_year
        + demand.order_cost * demand.units_per_year / quantity
        + holding * quantity / 2
    )
    return DiscountedLot(quantity, tier, cost)


def with_incremental_discount(
    demand: SteadyDemand, breaks: Sequence[PriceBreak], holding_rate: float
) -> DiscountedLot:
    """The quantity when each unit is billed at the price of its own break (section 3.4.2).

    What the units below a break cost more acts as part of the cost of an order.
    """
    lots = []
    extra = 0.0
    for tier, price_break in enumerate(breaks):
        if tier:
            earlier = breaks[tier - 1].unit_price
            extra += (earlier - price_break.unit_price) * price_break.from_quantity
        price = price_break.unit_price
        fixed = demand.order_cost + extra
        lot = economic_order_quantity(
            SteadyDemand(demand.units_per_year, fixed, holding_rate * price)
        )
        cost = price * demand.units_per_year + holding_rate * extra / 2 + lot.cost
        lots.append(DiscountedLot(lot.quantity, tier, cost))
    return min(lots, key=lambda lot: lot.cost)


def economic_production_quantity(demand: SteadyDemand, units_made_per_year: float) -> Lot:
    """The quantity when a lot arrives at a finite pace instead of at once (3.32)."""
    if units_made_per_year <= demand.units_per_year:
        raise ValueError("units_made_per_year must exceed the demand, or stock is never built")
    busy = demand.units_per_year / units_made_per_year
    held = SteadyDemand(demand.units_per_year, demand.order_cost, demand.holding_cost * (1 - busy))
    return economic_order_quantity(held)


@dataclass(frozen=True, slots=True)
class JointOrder:
    """Medicines ordered together every ``interval_years``, each in every n-th order."""

    interval_years: float
    multiples: tuple[int, ...]
    cost: float


def joint_replenishment(order_cost: float, medicines: Sequence[SteadyDemand]) -> JointOrder:
    """Which medicines to put in every order to a supplier, and which in every n-th.

    ``order_cost`` is paid for each order, the ``order_cost`` of a medicine when it is in it.
    Source: Silver's heuristic (Silver, Pyke and Thomas 2017, section 10.4.1), from which interval
    and multiples are chosen in turn until neither lowers the cost (Goyal 1974; Kaspi and
    Rosenblatt 1983).
    """
    pace = np.array([row.units_per_year * row.holding_cost for row in medicines])
    line_cost = np.array([row.order_cost for row in medicines])
    first = int(np.argmin(line_cost / pace))
    ratio = line_cost / pace * pace[first] / (order_cost + line_cost[first])
    multiples = np.maximum(np.round(np.sqrt(ratio)), 1)
    multiples[first] = 1
    best = _joint_order(order_cost, line_cost, pace, multiples)
    while True:
        multiples = _best_multiples(line_cost, pace, best.interval_years)
        better = _joint_order(order_cost, line_cost, pace, multiples)
        if better.cost >= best.cost:
            return best
        best = better


def _joint_order(
    order_cost: float, line_cost: Floats, pace: Floats, multiples: Floats
) -> JointOrder:
    """The best interval for these multiples."""
    ordering = order_cost + float((line_cost / multiples).sum())
    holding = float((multiples * pace).sum())
    interval = float(np.sqrt(2 * ordering / holding))
    return JointOrder(interval, tuple(map(int, multiples)), float(np.sqrt(2 * ordering * holding)))


def _best_multiples(line_cost: Floats, pace: Floats, interval_years: float) -> Floats:
    """The integers n with n (n - 1) <= 2 a / (D h T^2) <= n (n + 1), one for each medicine."""
    bound = 2 * line_cost / (pace * interval_years**2)
    return np.asarray(np.maximum(np.ceil((np.sqrt(1 + 4 * bound) - 1) / 2), 1.0))


def with_additive_yield(demand: SteadyDemand, mean: float, sd: float) -> Lot:
    """The quantity when each delivery differs from the order by a random number of units.

    ``mean`` and ``sd`` of the difference [units], negative when deliveries fall short (9.31).
    """
    received = np.sqrt(2 * demand.order_cost * demand.units_per_year / demand.holding_cost + sd**2)
    return Lot(float(received - mean), float(demand.holding_cost * received))


def with_multiplicative_yield(demand: SteadyDemand, mean: float, sd: float) -> Lot:
    """The quantity when a random share of each order is fit for use (9.36).

    ``mean`` and ``sd`` of that share.
    """
    spread = mean**2 + sd**2
    product = 2 * demand.order_cost * demand.units_per_year
    quantity = float(np.sqrt(product / (demand.holding_cost * spread)))
    return Lot(quantity, float(np.sqrt(product * demand.holding_cost * spread)) / mean)
