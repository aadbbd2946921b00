"""What a scenario does to the pharmacy: today's order under it, met by the same demand.

Every medicine of every hospital is followed from today to the delivery after the next, on paths of
its forecast and lead times that are the same, number by number, with and without the scenario.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hospital.forecast import DemandForecast, SeriesKey
from hospital.gst import Gst
from hospital.pharmacy import VenClass
from hospital.stock_plan import OrderLine
from hospital.tables import Col
from inventory.holdings import holdings_of
from inventory.need import Need
from inventory.order_plan import OrderPlan
from inventory.proposal import needs_under_offers, propose_order
from scenarios.comparison import Comparison, paired
from scenarios.consequences import ORDER_COST, SHORT_VALUE, STOCKOUT, VITAL_STOCKOUT

PERCENT = 100
NOTHING_UNITS = 1e-6


@dataclass(frozen=True, slots=True)
class Pharmacy:
    """What the pharmacy has, expects and asks for: with a scenario, or without."""

    gst: Gst
    demand: Mapping[SeriesKey, DemandForecast]
    plan: OrderPlan


def compare_orders(name: str, baseline: Pharmacy, scenario: Pharmacy) -> Comparison:
    """Paired differences of the order of today and of what runs out, path by path.

    - order_cost_mad: cost of the order [MAD], the same in every path
    - stockout_percent: medicines of hospitals that run out at any time [% of them]
    - vital_stockout_percent: the same of vital medicines
    - medicine_short_mad: demand not served, at today's cheapest prices of the baseline [MAD]
    """
    prices = _cheapest(baseline.gst)
    return paired(name, stock_rows(baseline, prices), stock_rows(scenario, prices))


def stock_rows(pharmacy: Pharmacy, prices: Mapping[str, float]) -> pd.DataFrame:
    """Indicator rows of the order that this pharmacy would place, one value for each path."""
    order = propose_order(pharmacy.gst, pharmacy.demand, pharmacy.plan)
    lines = {(line.hospital, line.medicine): line for line in order.lines}
    holdings, _ = holdings_of(pharmacy.gst, pharmacy.demand)
    short, price, vital = [], [], []
    for holding in holdings:
        needs, _ = needs_under_offers(pharmacy.gst, holding, pharmacy.plan)
        if needs:
            line = lines.get((holding.hospital, holding.medicine.medicine))
            short.append(_short_units(needs, line))
            price.append(prices.get(holding.medicine.medicine, 0.0))
            vital.append(holding.medicine.ven is VenClass.VITAL)
    if not short:
        return _frame({ORDER_COST: np.zeros(1)})
    missing = np.array(short)
    out, chosen = missing > NOTHING_UNITS, np.array(vital)
    values = {
        ORDER_COST: np.full(missing.shape[1], sum(line.cost_mad for line in order.lines)),
        STOCKOUT: PERCENT * out.mean(axis=0),
        SHORT_VALUE: np.array(price) @ missing,
    }
    if chosen.any():
        values[VITAL_STOCKOUT] = PERCENT * out[chosen].mean(axis=0)
    return _frame(values)


def _short_units(needs: list[Need], line: OrderLine | None) -> np.ndarray:
    """Demand of each path that neither the shelf nor this order serves [units]."""
    supplier, units = ("", 0.0) if line is None else (line.supplier, float(line.units))
    need = next((one for one in needs if one.supplier.supplier == supplier), needs[0])
    return np.asarray(need.lost_before + np.maximum(need.net - units, 0.0))


def _cheapest(gst: Gst) -> dict[str, float]:
    prices: dict[str, float] = {}
    for offer in gst.offers:
        known = prices.get(offer.medicine, offer.unit_price_mad)
        prices[offer.medicine] = min(known, offer.unit_price_mad)
    return prices


def _frame(values: Mapping[str, np.ndarray]) -> pd.DataFrame:
    frames = [
        pd.DataFrame(
            {
                Col.REPLICATION: np.arange(len(column)),
                Col.INDICATOR: indicator,
                Col.PLACE: "",
                Col.GROUP: "",
                Col.VALUE: column,
            }
        )
        for indicator, column in values.items()
    ]
    return pd.concat(frames, ignore_index=True)
