"""Orders where later budgets are short as well: what is bought, and that the sum still holds."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from hospital.pharmacy import VenClass
from hospital.stock_plan import StockPlan, Term
from inventory.allocation import Ladder, allocate
from inventory.order_plan import OrderPlan
from inventory.proposal import propose_order

pytestmark = pytest.mark.unit

BUDGET_MAD = 40_000.0


def order(build: SimpleNamespace, budget_mad: float, short_again: float) -> StockPlan:
    region = build.region(2, 40, budget_mad)
    plan = OrderPlan(scenarios=200, short_again=short_again)
    found: StockPlan = propose_order(region.gst, region.forecasts, plan)
    return found


def shortage_risk(plan: StockPlan, build: SimpleNamespace, ven: VenClass) -> float:
    """Summed risk of running out after the order, over all medicines of a class."""
    names = {row.medicine for row in plan.medicines if row.ven is ven}
    lines = [*plan.lines, *plan.unordered]
    return sum(line.stockout_probability_after for line in lines if line.medicine in names)


def test_what_is_needed_rarely_but_badly_ranks_higher(build: SimpleNamespace) -> None:
    """Vital medicines are surer for the same money, when money stays short."""
    myopic, ahead = (order(build, BUDGET_MAD, again) for again in (0.0, 0.95))
    assert myopic.cost_mad == pytest.approx(BUDGET_MAD, rel=0.02)
    for plan in (myopic, ahead):
        assert plan.violations() == ()
    vital = VenClass.VITAL
    assert shortage_risk(ahead, build, vital) < shortage_risk(myopic, build, vital)


def test_money_that_would_be_left_buys_ahead_and_says_so(build: SimpleNamespace) -> None:
    myopic, ahead = (order(build, 1e7, again) for again in (0.0, 0.95))
    assert ahead.cost_mad > myopic.cost_mad
    assert ahead.violations() == ()
    terms = {term.term for line in ahead.lines for term in line.terms}
    assert Term.BOUGHT_AHEAD in terms
    assert Term.BOUGHT_AHEAD not in {term.term for line in myopic.lines for term in line.terms}
    for line in ahead.lines:
        assert sum(term.units for term in line.terms) == line.units


def test_a_pack_that_saves_a_later_one_costs_less_today() -> None:
    """Equal gains: first what is not lost if it is not used."""
    rung, cost = np.array([1]), 10.0
    kept = Ladder(rung, np.array([5.0]), cost, 0, np.array([0.5]))
    used = Ladder(rung, np.array([5.0]), cost, 0, np.array([0.0]))
    assert allocate([used, kept], cost).packs.tolist() == [0, 1]
    assert allocate([used, kept], cost).spent_mad == cost
