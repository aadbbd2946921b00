"""What a budget buys: how much shortage is left at each, so that a person can weigh it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hospital.forecast import DemandForecast, SeriesKey
from hospital.gst import Gst
from hospital.pharmacy import VenClass
from inventory.buying import Desk, Draft
from inventory.holdings import holdings_of
from inventory.order_plan import OrderPlan
from inventory.proposal import needs_under_offers
from inventory.shelf import NOTHING_UNITS


@dataclass(frozen=True, slots=True)
class BudgetPoint:
    """What a budget buys: the expected shortage that is left, in MAD, and lines at risk.

    ``at_risk`` counts hospital and medicine pairs whose risk of running out after the order
    exceeds that of their service level, by VEN class.
    """

    budget_mad: float
    cost_mad: float
    shortage_mad: float
    at_risk: Mapping[VenClass, int]


def budget_curve(
    gst: Gst,
    forecasts: Mapping[SeriesKey, DemandForecast],
    plan: OrderPlan,
    budgets_mad: Sequence[float],
) -> tuple[BudgetPoint, ...]:
    """What each of these budgets would leave short: "100,000 MAD more would ...".

    Only what an order can change is counted, so that a budget that is large enough leaves the
    little that the service levels allow.
    """
    holdings, _ = holdings_of(gst, forecasts)
    needs = [found for row in holdings if (found := needs_under_offers(gst, row, plan)[0])]
    points = []
    for budget in budgets_mad:
        identity = gst.identity.but(medicine_budget_mad=budget)
        desk = Desk(gst.but(identity=identity), plan, needs)
        points.append(_point(desk, desk.settle()[0]))
    return tuple(points)


def _point(desk: Desk, drafts: Sequence[Draft]) -> BudgetPoint:
    at_risk = dict.fromkeys(VenClass, 0)
    shortage = 0.0
    for draft in drafts:
        units = draft.final_packs * float(draft.need.offer.pack_units)
        short = float(draft.need.expected_short_units(np.array([units]))[0])
        shortage += short * desk.plan.shortage_mad(draft.need)
        risk = float((draft.need.net > units + NOTHING_UNITS).mean())
        is_short = risk > 1 - desk.plan.target(draft.need) + NOTHING_UNITS
        at_risk[draft.need.holding.medicine.ven] += is_short
    cost = sum(draft.cost_mad for draft in drafts)
    return BudgetPoint(desk.budget_mad, cost, shortage, at_risk)
