"""The annual tender: how much of each medicine for the whole GST, at which service and price.

The demand of a year is the sum of the hospitals' paths; beyond the forecast a path goes on at its
own mean pace, so that a medicine that is badly known stays badly known all year. A quantity covers
it with a stated probability, less what is on the shelves and on order. What may expire is what is
left of a delivery when its life ends, deliveries being equal parts over the year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from pydantic import Field

from hospital.base import Frozen
from hospital.forecast import DemandForecast, SeriesKey
from hospital.gst import Gst
from hospital.pharmacy import Medicine, Offer
from hospital.stock_plan import OrderRefusal
from inventory.buying import DAYS_PER_YEAR
from inventory.demand import DemandPaths, Floats
from inventory.holdings import holdings_of, offers_of
from inventory.need import Holding
from inventory.order_plan import OrderPlan

FRONTIER = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
OUTER = (0.1, 0.9)


class TenderQuestion(Frozen):
    """With which probability a year is covered, in how many deliveries, over how many scenarios."""

    service: float = Field(default=0.95, gt=0, lt=1)
    deliveries: int = Field(default=4, ge=1, le=52)
    scenarios: int = Field(default=1000, ge=10, le=100_000)


@dataclass(frozen=True, slots=True)
class TenderLine:
    """One medicine for the GST: a year's demand (mean, and eight years in ten), what to tender.

    ``expiring_units`` are expected to expire unused if all of it is delivered.
    """

    medicine: str
    demand_units: float
    low_units: float
    high_units: float
    held_units: float
    packs: int
    units: int
    cost_mad: float
    expiring_units: float
    expiring_mad: float


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """What a service for all medicines costs, what it leaves short and what it lets expire."""

    service: float
    cost_mad: float
    shortage_mad: float
    expiring_mad: float


@dataclass(frozen=True, slots=True)
class Tender:
    """Quantities at the asked service, dearest first, and the budget of every other service."""

    lines: tuple[TenderLine, ...]
    frontier: tuple[FrontierPoint, ...]
    refusals: tuple[OrderRefusal, ...]

    @property
    def cost_mad(self) -> float:
        """The whole tender at today's cheapest prices [MAD]."""
        return sum(line.cost_mad for line in self.lines)


def plan_tender(
    gst: Gst,
    forecasts: Mapping[SeriesKey, DemandForecast],
    plan: OrderPlan,
    question: TenderQuestion,
) -> Tender:
    """The tender of a year from ``as_of``; a medicine without an offer is refused by name."""
    holdings, refusals = holdings_of(gst, forecasts)
    by_medicine: dict[str, list[Holding]] = defaultdict(list)
    for holding in holdings:
        by_medicine[holding.medicine.medicine].append(holding)
    lots: list[_Lot] = []
    for medicine, rows in by_medicine.items():
        offers = [offer for offer, _ in offers_of(gst, medicine)]
        if offers:
            cheapest = min(offers, key=lambda offer: (offer.unit_price_mad, offer.supplier))
            lots.append(_Lot.of(rows, cheapest, question))
        else:
            refusals.append(OrderRefusal(hospital="GST", medicine=medicine, code="no_offer"))
    lines = [lot.line(question.service) for lot in lots]
    return Tender(
        tuple(sorted(lines, key=lambda line: (-line.cost_mad, line.medicine))),
        tuple(_point(lots, plan, service) for service in FRONTIER),
        tuple(refusals),
    )


def _point(lots: list[_Lot], plan: OrderPlan, service: float) -> FrontierPoint:
    lines = [lot.line(service) for lot in lots]
    short = [
        lot.short_units(line.units)
        * plan.shortage_price_multiples[lot.medicine.ven]
        * lot.offer.unit_price_mad
        for lot, line in zip(lots, lines, strict=True)
    ]
    cost = sum(line.cost_mad for line in lines)
    return FrontierPoint(service, cost, sum(short), sum(line.expiring_mad for line in lines))


@dataclass(frozen=True)
class _Lot:
    """One medicine of the tender: its demand in a year and during the life of a delivery."""

    medicine: Medicine
    offer: Offer
    year_units: Floats
    life_units: Floats
    held_units: float
    deliveries: int

    @classmethod
    def of(cls, holdings: list[Holding], offer: Offer, question: TenderQuestion) -> _Lot:
        """The same from every hospital's forecast, stock and open orders."""
        medicine, count = holdings[0].medicine, question.scenarios
        life_days = float(medicine.shelf_life_days)
        year, life, held = np.zeros(count), np.zeros(count), 0.0
        for holding in holdings:
            paths = DemandPaths.of(holding.forecast, holding.as_of).repeated(count)
            whole = np.full(paths.paths, DAYS_PER_YEAR)
            year += paths.until(whole)[:count]
            life += paths.until(np.full(paths.paths, life_days))[:count]
            held += holding.usable_units + sum(order.units for order in holding.orders)
        return cls(medicine, offer, year, life, held, question.deliveries)

    def line(self, service: float) -> TenderLine:
        """What to tender so that a year is covered with this probability."""
        missing = max(float(np.quantile(self.year_units, service)) - self.held_units, 0.0)
        packs = int(np.ceil(missing / self.offer.pack_units - 1e-9))
        units = packs * self.offer.pack_units
        expiring = self._expiring_units(units)
        low, high = np.quantile(self.year_units, OUTER)
        price = self.offer.unit_price_mad
        return TenderLine(
            self.medicine.medicine,
            float(self.year_units.mean()),
            float(low),
            float(high),
            self.held_units,
            packs,
            units,
            units * price,
            expiring,
            expiring * price,
        )

    def short_units(self, units: float) -> float:
        """Demand of the year that stock and tender do not cover, in the mean [units]."""
        return float(np.maximum(self.year_units - self.held_units - units, 0).mean())

    def _expiring_units(self, units: float) -> float:
        """Of each delivery, what its life is too short to use, in the mean [units].

        What the shelves hold is used first: the first deliveries wait for it.
        """
        part = units / self.deliveries
        first = np.maximum(part + self.held_units - self.life_units, 0)
        later = np.maximum(part - self.life_units, 0)
        wasted = np.minimum(first, part) + (self.deliveries - 1) * np.minimum(later, part)
        return float(wasted.mean())
