"""What to order today for every hospital of a GST, under one budget, with every term explained.

    forecast paths × lead time ─► Need (what stock and open orders will not serve)
      ─► target by service level (VEN) ─► packs, shelf life ─► marginal allocation of the budget
      ─► supplier minimums ─► StockPlan, which checks itself

With money enough this is the periodic-review policy (R, S) at the service level of each VEN
class; when money is short, packs go where a dirham avoids most shortage, vital floors first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from hospital.errors import GstError
from hospital.forecast import DemandForecast, SeriesKey
from hospital.gst import Gst
from hospital.stock_plan import OrderLine, OrderRefusal, OrderTerm, StockPlan, Term
from inventory.allocation import Allocation
from inventory.buying import Desk, Draft
from inventory.demand import LeadTime
from inventory.holdings import holdings_of, offers_of
from inventory.need import Holding, Need, need_of
from inventory.order_plan import OrderPlan
from inventory.rooms import rooms_of

__all__ = ["OrderPlan", "horizon_days_needed", "needs_under_offers", "propose_order"]


def horizon_days_needed(gst: Gst, plan: OrderPlan, level: float = 0.99) -> int:
    """How far forecasts must reach: the slowest supplier, late, plus one review period [days].

    A shorter forecast is still used down to the mean lead time plus the review period; each
    path then goes on at its own mean pace.
    """
    longest = max(
        (LeadTime.of(supplier, plan.law).quantile_days(level) for supplier in gst.suppliers),
        default=0.0,
    )
    return int(np.ceil(longest)) + plan.review_days


def propose_order(
    gst: Gst, forecasts: Mapping[SeriesKey, DemandForecast], plan: OrderPlan
) -> StockPlan:
    """The order of today under ``gst.identity.medicine_budget_mad``.

    A medicine without a usable forecast or an offer is in ``refusals`` with a code
    (``no_forecast``, ``no_offer``, ``forecast_too_short``, ``forecast_starts_late``); nothing
    is guessed for it. The result passes ``StockPlan.violations()``.
    """
    holdings, refusals = holdings_of(gst, forecasts)
    choices: list[list[Need]] = []
    for holding in holdings:
        needs, refusal = needs_under_offers(gst, holding, plan)
        choices.append(needs)
        refusals += [refusal] if refusal else []
    desk = Desk(gst, plan, [needs for needs in choices if needs])
    drafts, allocation = desk.settle()
    return _stock_plan(desk, drafts, allocation, refusals)


def needs_under_offers(
    gst: Gst, holding: Holding, plan: OrderPlan
) -> tuple[list[Need], OrderRefusal | None]:
    """The need under every offer of the medicine, or why there is none."""
    medicine = holding.medicine.medicine
    needs, refusal = [], OrderRefusal(hospital=holding.hospital, medicine=medicine, code="no_offer")
    for offer, supplier in offers_of(gst, medicine):
        try:
            needs.append(need_of(holding, offer, supplier, plan.question))
        except GstError as error:
            found = str(error.details.get("found", ""))
            refusal = refusal.but(code=error.code, found=found)
    return needs, None if needs else refusal


def _stock_plan(
    desk: Desk, drafts: Sequence[Draft], allocation: Allocation, refusals: list[OrderRefusal]
) -> StockPlan:
    lines = [_line(draft, desk.plan) for draft in drafts if draft.wanted_packs]
    return StockPlan(
        as_of=desk.gst.identity.as_of,
        budget_mad=desk.budget_mad,
        lines=tuple(line for line in lines if line.packs),
        unordered=tuple(line for line in lines if not line.packs),
        refusals=tuple(refusals),
        gain_per_mad=allocation.gain_per_mad,
        vital_floor_shortfall_mad=sum(draft.floor_shortfall_mad for draft in drafts),
        offers=desk.gst.offers,
        suppliers=desk.gst.suppliers,
        medicines=desk.gst.medicines,
        positions=tuple(draft.need.position for draft in drafts),
        rooms=rooms_of(desk.gst, [draft.need for draft in drafts]),
    )


def _line(draft: Draft, plan: OrderPlan) -> OrderLine:
    need, units = draft.need, draft.final_packs * draft.need.offer.pack_units
    return OrderLine(
        hospital=need.holding.hospital,
        medicine=need.holding.medicine.medicine,
        supplier=need.supplier.supplier,
        packs=draft.final_packs,
        units=units,
        cost_mad=draft.cost_mad,
        stockout_probability_before=need.stockout_probability(0),
        stockout_probability_after=need.stockout_probability(units),
        terms=_terms(draft, plan),
        stockout_probability_before_arrival=need.stockout_probability_before_arrival,
    )


def _terms(draft: Draft, plan: OrderPlan) -> tuple[OrderTerm, ...]:
    """Every term of the quantity; they add up exactly, and those that are zero are left out."""
    pack = draft.need.offer.pack_units
    known = draft.need.terms_to(plan.target(draft.need))
    covered = sum(term.units for term in known)
    steps = {
        Term.PACKS_ROUNDING: draft.wanted_packs * pack - covered,
        Term.MINIMUM_PACKS: (draft.smallest_packs - draft.wanted_packs) * pack,
        Term.SHELF_LIFE_CUT: (draft.allowed_packs - draft.smallest_packs) * pack,
        Term.STORAGE_CUT: (draft.stored_packs - draft.allowed_packs) * pack,
        Term.BUDGET_CUT: min(draft.got_packs - draft.stored_packs, 0) * pack,
        Term.BOUGHT_AHEAD: max(draft.got_packs - draft.stored_packs, 0) * pack,
        Term.SUPPLIER_MINIMUM: (draft.final_packs - draft.got_packs) * pack,
    }
    cuts = [OrderTerm(term=term, units=units) for term, units in steps.items()]
    return tuple(term for term in (*known, *cuts) if term.units)
