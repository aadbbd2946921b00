"""What one hospital needs of one medicine from one supplier: the distribution and its terms.

A scenario's need is the demand between the arrival of today's order and that of the next one
which neither the shelf nor open orders will serve. What is lost before the arrival cannot be
bought back, so it is kept apart: it is the part of the risk that only a transfer or an
emergency purchase removes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from hospital.forecast import DemandForecast
from hospital.pharmacy import Lot, Medicine, Offer, OpenOrder, Supplier
from hospital.stock_plan import OrderPosition, OrderTerm, Term
from inventory.demand import DemandQuestion, Floats, ProtectionInterval, lead_time_demand
from inventory.shelf import (
    NOTHING_UNITS,
    DeliveryTerms,
    ShelfUse,
    deliveries,
    lots_on_shelf,
    use_shelf,
)

GRAIN = 8
"""Terms are whole eighths of a unit: binary fractions add up exactly."""


def grained(units: float) -> float:
    """A quantity on the grid on which terms add up without rounding error [units]."""
    return round(units * GRAIN) / GRAIN


@dataclass(frozen=True, slots=True)
class Holding:
    """What a hospital has and expects of one medicine on the morning of ``as_of``."""

    as_of: date
    hospital: str
    medicine: Medicine
    forecast: DemandForecast
    lots: tuple[Lot, ...]
    orders: tuple[OpenOrder, ...]

    @property
    def usable_units(self) -> int:
        """Units on the shelf that have not expired."""
        return sum(lot.units for lot in self.lots if lot.expiry_date >= self.as_of)


@dataclass(frozen=True)
class Need:
    """The need of one hospital and medicine if it is bought under this offer.

    ``shelf`` is how stock and open orders are used under each scenario, without a new order.
    """

    holding: Holding
    offer: Offer
    supplier: Supplier
    interval: ProtectionInterval
    shelf: ShelfUse

    @cached_property
    def lost_before(self) -> Floats:
        """Demand lost before an order of today arrives, (scenarios,) [units]."""
        return self.shelf.lost_units(self.interval.arrival_days)

    @cached_property
    def net(self) -> Floats:
        """Demand that an order of today has to serve, (scenarios,) [units]."""
        lost = self.shelf.lost_units(self.interval.cover_days) - self.lost_before
        return np.maximum(lost, 0)

    @cached_property
    def sorted_net(self) -> Floats:
        """The net need in ascending order, (scenarios,) [units]."""
        return np.sort(self.net)

    def quantile_units(self, level: float) -> float:
        """The smallest quantity that covers the need with this probability [units]."""
        rank = int(np.ceil(level * len(self.net) - NOTHING_UNITS)) - 1
        return float(self.sorted_net[max(rank, 0)])

    def target_packs(self, level: float) -> int:
        """Whole packs that cover the need with this probability."""
        return int(np.ceil((self.quantile_units(level) - NOTHING_UNITS) / self.offer.pack_units))

    def expected_short_units(self, units: Floats) -> Floats:
        """Expected demand left unserved after arrival for each quantity [units].

        The first-order loss function of the empirical need (Snyder and Shen, eq. 4.13).
        """
        needs = self.sorted_net
        above = np.concatenate([np.cumsum(needs[::-1])[::-1], [0.0]])
        rank = np.searchsorted(needs, units, side="right")
        short: Floats = (above[rank] - (len(needs) - rank) * units) / len(needs)
        return np.maximum(short, 0)

    def stockout_probability(self, units: float) -> float:
        """Risk of running out before the next delivery, if these units are ordered."""
        short = (self.lost_before > 0) | (self.net > units + NOTHING_UNITS)
        return float(short.mean())

    @property
    def stockout_probability_before_arrival(self) -> float:
        """Risk that the shelf is empty before the order arrives, whatever its size."""
        return float((self.lost_before > 0).mean())

    @cached_property
    def expiring_units(self) -> float:
        """Usable units on the shelf that are expected to expire before use [units]."""
        on_shelf = [supply.is_on_shelf for supply in self.shelf.supplies]
        return float(self.shelf.wasted_units()[on_shelf].sum(axis=0).mean())

    @cached_property
    def due_units(self) -> float:
        """Units on order that are due before the next order could arrive, in the mean [units]."""
        covers = self.interval.cover_days
        due = [
            supply.units * np.count_nonzero(covers >= supply.arrives_day) / len(covers)
            for supply in self.shelf.supplies
            if not supply.is_on_shelf
        ]
        return float(sum(due))

    @cached_property
    def position(self) -> OrderPosition:
        """What the quantity is weighed against."""
        on_order = sum(supply.units for supply in self.shelf.supplies if not supply.is_on_shelf)
        return OrderPosition(
            hospital=self.holding.hospital,
            medicine=self.holding.medicine.medicine,
            used_from_stock_units=max(self.holding.usable_units - self.expiring_units, 0.0),
            on_order_units=on_order,
            demand_units_per_day=self.interval.paths.mean_units_per_day,
        )

    @property
    def shelf_life_packs(self) -> int:
        """Most packs whose last unit is expected to be used before it expires."""
        days = self.supplier.lead_time_days + self.holding.medicine.shelf_life_days
        position = self.position
        held = position.used_from_stock_units + position.on_order_units
        room = days * position.demand_units_per_day - held
        return max(int(np.floor((room + NOTHING_UNITS) / self.offer.pack_units)), 0)

    def terms_to(self, level: float) -> list[OrderTerm]:
        """The terms whose sum is the quantity that covers the need with this probability."""
        lead_time = float(self.interval.lead_time_units.mean())
        known = {
            Term.DEMAND_MEAN_LEAD_TIME: lead_time,
            Term.DEMAND_MEAN_REVIEW: float(self.interval.cover_units.mean()) - lead_time,
            Term.USABLE_ON_HAND: -float(self.holding.usable_units),
            Term.EXPIRING_ON_HAND: self.expiring_units,
            Term.ON_ORDER: -self.due_units,
            Term.LOST_BEFORE_ARRIVAL: -float(self.lost_before.mean()),
        }
        terms = [OrderTerm(term=term, units=grained(units)) for term, units in known.items()]
        safety = grained(self.quantile_units(level)) - sum(term.units for term in terms)
        return [*terms, OrderTerm(term=Term.SAFETY, units=safety)]


def need_of(holding: Holding, offer: Offer, supplier: Supplier, question: DemandQuestion) -> Need:
    """The need under an offer, by scenario; refuses a forecast that does not reach far enough."""
    interval = lead_time_demand(holding.forecast, supplier, holding.as_of, question)
    terms = DeliveryTerms(holding.medicine.shelf_life_days, supplier.lead_time_days)
    supplies = [
        *lots_on_shelf(holding.lots, holding.as_of),
        *deliveries(holding.orders, holding.as_of, terms),
    ]
    return Need(holding, offer, supplier, interval, use_shelf(interval.paths, supplies))
