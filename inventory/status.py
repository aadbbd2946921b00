"""What runs out, when and how surely; what will expire; what is too much.

One row for each hospital and medicine, from the same shelf and the same demand paths as the
order proposal. Risk and run-out date count open orders; cover counts the shelf alone. Nothing
new is assumed to be ordered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np

from hospital.forecast import DemandForecast, SeriesKey
from hospital.gst import Gst
from hospital.pharmacy import Offer, Supplier
from hospital.stock_plan import OrderRefusal
from inventory.demand import DemandPaths, Floats, LeadTime
from inventory.holdings import holdings_of, offers_of
from inventory.need import Holding
from inventory.order_plan import OrderPlan
from inventory.shelf import (
    DeliveryTerms,
    ShelfUse,
    deliveries,
    expired_units,
    lots_on_shelf,
    use_shelf,
)

MAXIMUM_LEAD_DAYS = 730.0
OVERSTOCK_DAYS = 180.0
"""More cover than this is overstock, whatever its expiry [days]."""


class StockAlert(StrEnum):
    """The first that applies, from the gravest."""

    OUT = "out"
    AT_RISK = "at_risk"
    EXPIRING = "expiring"
    OVERSTOCK = "overstock"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class StockStatus:
    """The stock of one medicine in one hospital on the morning of ``as_of``.

    ``cover_days_p50`` and ``_p10`` are how long the shelf alone lasts in the median and in one
    case of ten. ``runout_probability`` is the risk of running out before an order placed today
    could arrive from the fastest supplier: it is what the alert reads, since no order mends it;
    ``runout_probability_unordered`` the risk if nothing is ordered until the next review.
    ``runout_date`` is the median day of running out, with open orders, ``None`` beyond the
    forecast. ``expiring_units`` are expected to expire unused; ``expired_units`` have done so
    and count as no stock.
    """

    hospital: str
    medicine: str
    on_hand_units: int
    expired_units: int
    on_order_units: int
    cover_days_p50: float
    cover_days_p10: float
    runout_probability: float
    runout_probability_unordered: float
    runout_date: date | None
    expiring_units: float
    expiring_mad: float
    first_expiry: date | None
    alert: StockAlert


def stock_status(
    gst: Gst, forecasts: Mapping[SeriesKey, DemandForecast], plan: OrderPlan
) -> tuple[tuple[StockStatus, ...], tuple[OrderRefusal, ...]]:
    """The status of every hospital and medicine with a forecast, and those without one.

    Raises ``GstError`` with code ``forecast_starts_late`` if a forecast starts after ``as_of``.
    """
    holdings, refusals = holdings_of(gst, forecasts)
    offers = {row.medicine: offers_of(gst, row.medicine) for row in gst.medicines}
    desk = _Desk(plan)
    rows = tuple(desk.status(holding, offers[holding.medicine.medicine]) for holding in holdings)
    return rows, tuple(refusals)


@dataclass(frozen=True, slots=True)
class _Desk:
    plan: OrderPlan

    def status(self, holding: Holding, offers: list[tuple[Offer, Supplier]]) -> StockStatus:
        """The status of one hospital and medicine."""
        lead = self._fastest(offers)
        price_mad = min((offer.unit_price_mad for offer, _ in offers), default=0.0)
        shelf, with_orders = _shelves(holding, lead.mean_days)
        cover, out = shelf.out_day(), with_orders.out_day()
        risk = _later_than(lead, out)
        wasted = float(shelf.wasted_units().sum(axis=0).mean())
        return StockStatus(
            hospital=holding.hospital,
            medicine=holding.medicine.medicine,
            on_hand_units=holding.usable_units,
            expired_units=expired_units(holding.lots, holding.as_of),
            on_order_units=sum(order.units for order in holding.orders),
            cover_days_p50=float(np.quantile(cover, MEDIAN)),
            cover_days_p10=float(np.quantile(cover, TENTH)),
            runout_probability=risk,
            runout_probability_unordered=_later_than(lead, out - self.plan.review_days),
            runout_date=_median_day(out, holding.as_of, shelf.paths.horizon_days),
            expiring_units=wasted,
            expiring_mad=wasted * price_mad,
            first_expiry=_first_expiry(holding),
            alert=self._alert(holding, risk, wasted, float(np.quantile(cover, MEDIAN))),
        )

    def _fastest(self, offers: list[tuple[Offer, Supplier]]) -> LeadTime:
        """The shortest mean lead time; without any offer no order would ever arrive."""
        return LeadTime.of(offers[0][1], self.plan.law) if offers else NEVER

    def _alert(self, holding: Holding, risk: float, wasted: float, cover_days: float) -> StockAlert:
        if not holding.usable_units:
            return StockAlert.OUT
        if risk > 1 - self.plan.targets[holding.medicine.ven]:
            return StockAlert.AT_RISK
        if wasted >= 1:
            return StockAlert.EXPIRING
        return StockAlert.OVERSTOCK if cover_days > OVERSTOCK_DAYS else StockAlert.OK


MEDIAN, TENTH = 0.5, 0.1
NEVER = LeadTime(MAXIMUM_LEAD_DAYS, 0.0)


def _later_than(lead: LeadTime, days: Floats) -> float:
    """Probability that a delivery takes longer than this many days, over all paths."""
    by_day = np.cumsum(lead.probabilities())
    whole = np.clip(np.floor(days), -1, len(by_day) - 1).astype(int)
    in_time = float(np.where(whole >= 0, by_day[whole], 0.0).mean())
    return min(max(1 - in_time, 0.0), 1.0)


def _shelves(holding: Holding, lead_days: float) -> tuple[ShelfUse, ShelfUse]:
    """How the shelf alone, and with open orders, will be used."""
    paths = DemandPaths.of(holding.forecast, holding.as_of)
    lots = lots_on_shelf(holding.lots, holding.as_of)
    terms = DeliveryTerms(holding.medicine.shelf_life_days, lead_days)
    orders = deliveries(holding.orders, holding.as_of, terms)
    return use_shelf(paths, lots), use_shelf(paths, [*lots, *orders])


def _median_day(out_days: Floats, as_of: date, horizon_days: float) -> date | None:
    day = float(np.quantile(out_days, MEDIAN))
    return as_of + timedelta(days=int(day)) if day < horizon_days else None


def _first_expiry(holding: Holding) -> date | None:
    usable = [lot.expiry_date for lot in holding.lots if lot.units]
    return min((day for day in usable if day >= holding.as_of), default=None)
