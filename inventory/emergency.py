"""Emergency purchases, costed: today, or while a supplier delivers nothing for some time.

What no ordinary order can prevent is what is lost before the earliest one arrives. An emergency
purchase comes sooner and costs more; units are bought as long as the shortage that the next one
is expected to avoid weighs more than its price (a newsvendor whose leftover is used later). A
hospital's emergency order is kept where it avoids more than it costs, its fixed cost included.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from pydantic import Field

from hospital.base import Frozen
from hospital.errors import GstError, UnknownPlace, say
from hospital.forecast import DemandForecast, SeriesKey
from hospital.gst import Gst
from hospital.stock_plan import OrderRefusal
from inventory.demand import Floats
from inventory.holdings import holdings_of, offers_of
from inventory.need import Holding, Need, need_of
from inventory.order_plan import OrderPlan


class EmergencyTerms(Frozen):
    """What an emergency purchase costs, how fast it comes, and who delivers nothing meanwhile.

    Prices, days and fixed cost are hypotheses to confirm with the pharmacy. ``failed_supplier``
    brings nothing for ``failed_days``: open orders are late by that, new ones are not placed.
    """

    price_factor: float = Field(default=1.5, ge=1, le=20)
    delivery_days: int = Field(default=3, ge=0, le=60)
    order_mad: float = Field(default=500.0, ge=0)
    failed_supplier: str = ""
    failed_days: int = Field(default=60, ge=0, le=365)


@dataclass(frozen=True, slots=True)
class EmergencyLine:
    """One medicine of one hospital: what would be lost, and what an emergency purchase does.

    ``lost_units`` are expected to be lost before an ordinary delivery from ``supplier``, the
    fastest that works (empty if none does before the failure ends and it is the failed one).
    ``units`` are whole packs; ``cost_mad`` their price at emergency rates.
    """

    hospital: str
    medicine: str
    supplier: str
    lost_units: float
    lost_mad: float
    units: int
    cost_mad: float
    avoided_mad: float


@dataclass(frozen=True, slots=True)
class EmergencyPlan:
    """Every medicine with something to lose, the gravest first; a hospital pays one order."""

    lines: tuple[EmergencyLine, ...]
    order_mad: float
    refusals: tuple[OrderRefusal, ...]

    @property
    def cost_mad(self) -> float:
        """Emergency price of all lines and what their orders cost [MAD]."""
        hospitals = {line.hospital for line in self.lines if line.units}
        return sum(line.cost_mad for line in self.lines) + self.order_mad * len(hospitals)

    @property
    def lost_mad(self) -> float:
        """What the shortage weighs if nothing is bought [MAD]."""
        return sum(line.lost_mad for line in self.lines)

    @property
    def avoided_mad(self) -> float:
        """What the emergency purchases avoid of it [MAD]."""
        return sum(line.avoided_mad for line in self.lines)


def plan_emergency(
    gst: Gst,
    forecasts: Mapping[SeriesKey, DemandForecast],
    plan: OrderPlan,
    terms: EmergencyTerms | None = None,
) -> EmergencyPlan:
    """What to buy at once, and what that costs and avoids.

    Raises ``UnknownPlace`` for a failed supplier that the GST does not have.
    """
    terms = terms or EmergencyTerms()
    _refuse_unknown(gst, terms.failed_supplier)
    holdings, refusals = holdings_of(gst, forecasts)
    by_hospital: dict[str, list[EmergencyLine]] = defaultdict(list)
    for holding in holdings:
        need = _soonest(gst, _delayed(holding, terms), plan, terms)
        if need is not None and float(need.lost_before.mean()) > 0:
            by_hospital[holding.hospital].append(_line(need, plan, terms))
    lines = [line for found in by_hospital.values() for line in _worthwhile(found, terms)]
    lines.sort(key=lambda line: (-line.lost_mad, line.hospital, line.medicine))
    return EmergencyPlan(tuple(lines), terms.order_mad, tuple(refusals))


def _refuse_unknown(gst: Gst, supplier: str) -> None:
    known = [row.supplier for row in gst.suppliers]
    if supplier and supplier not in known:
        hint = say("{found} is not one of: {known}", found=supplier, known=", ".join(known))
        raise UnknownPlace("unknown_supplier", hint, found=supplier)


def _delayed(holding: Holding, terms: EmergencyTerms) -> Holding:
    """Open orders of the failed supplier come later by as long as it fails."""
    late = timedelta(days=terms.failed_days)
    orders = tuple(
        order.but(due_date=max(order.due_date, holding.as_of) + late)
        if order.supplier == terms.failed_supplier
        else order
        for order in holding.orders
    )
    return replace(holding, orders=orders)


def _soonest(gst: Gst, holding: Holding, plan: OrderPlan, terms: EmergencyTerms) -> Need | None:
    """The need under the supplier whose delivery of today leaves least lost."""
    needs = []
    for offer, supplier in offers_of(gst, holding.medicine.medicine):
        waits = terms.failed_days if supplier.supplier == terms.failed_supplier else 0
        question = replace(plan.question, wait_days=waits)
        try:
            needs.append(need_of(holding, offer, supplier, question))
        except GstError:
            continue
    return min(needs, key=lambda need: float(need.lost_before.mean()), default=None)


def _line(need: Need, plan: OrderPlan, terms: EmergencyTerms) -> EmergencyLine:
    price, worth = need.offer.unit_price_mad, plan.shortage_mad(need)
    reachable = _reachable(need, terms)
    packs = _packs(need, reachable, terms.price_factor * price / worth)
    units = packs * need.offer.pack_units
    lost = float(need.lost_before.mean())
    return EmergencyLine(
        need.holding.hospital,
        need.holding.medicine.medicine,
        need.supplier.supplier,
        lost,
        lost * worth,
        units,
        units * price * terms.price_factor,
        float(np.minimum(reachable, units).mean()) * worth,
    )


def _reachable(need: Need, terms: EmergencyTerms) -> Floats:
    """Units lost after an emergency purchase could be there, (scenarios,)."""
    there = np.minimum(float(terms.delivery_days), need.interval.arrival_days)
    left: Floats = np.maximum(need.lost_before - need.shelf.lost_units(there), 0)
    return left


def _packs(need: Need, reachable: Floats, price_share: float) -> int:
    """Whole packs whose units are needed with at least the chance that pays their price."""
    if price_share >= 1:
        return 0
    units = float(np.quantile(reachable, 1 - price_share))
    return int(np.ceil(units / need.offer.pack_units)) if units >= 1 else 0


def _worthwhile(lines: Iterable[EmergencyLine], terms: EmergencyTerms) -> list[EmergencyLine]:
    """The lines of a hospital; nothing is bought where all of it does not pay for its order."""
    kept = [line if line.avoided_mad > line.cost_mad else _unbought(line) for line in lines]
    gain = sum(line.avoided_mad - line.cost_mad for line in kept)
    return kept if gain > terms.order_mad else [_unbought(line) for line in kept]


def _unbought(line: EmergencyLine) -> EmergencyLine:
    return replace(line, units=0, cost_mad=0.0, avoided_mad=0.0)
