"""Changes of what the pharmacy buys: each moves the order or what runs out, and nothing else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from hospital.errors import GstError, UnknownPlace
from hospital.gst import Gst
from hospital.pharmacy import VenClass
from inventory.order_plan import OrderPlan
from scenarios.comparison import Comparison
from scenarios.demo import DemoSize, generate
from scenarios.language import Scenario, apply, apply_to_orders
from scenarios.stock_effects import compare_orders
from tests.scenarios.trial import Trial

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def gst() -> Gst:
    return generate(DemoSize.SMALL, 1)[0]


@pytest.fixture(scope="module")
def trial() -> Trial:
    return Trial.of(DemoSize.SMALL)


def scenario(**change: Any) -> Scenario:
    return Scenario.model_validate({"name": "try", "changes": [change]})


def orders(trial: Trial, **change: Any) -> Comparison:
    return compare_orders("try", trial.pharmacy(None), trial.pharmacy(scenario(**change)))


def difference(found: Comparison, indicator: str) -> float:
    return float(found.row(indicator)["difference"])


def test_prices_move_the_cost_of_the_order_by_their_factor(trial: Trial) -> None:
    found = orders(trial, kind="medicine_price", factor=1.1)
    cost = found.row("order_cost_mad")
    assert cost["scenario"] == pytest.approx(1.1 * cost["baseline"])
    assert found.row("stockout_percent")["share_equal"] == 1


def test_a_price_moves_the_offers_that_it_means_and_no_other(gst: Gst) -> None:
    vital = {one.medicine for one in gst.medicines if one.ven is VenClass.VITAL}
    after = apply(gst, scenario(kind="medicine_price", factor=2, ven="V"))
    for before, now in zip(gst.offers, after.offers, strict=True):
        factor = 2 if before.medicine in vital else 1
        assert now.unit_price_mad == factor * before.unit_price_mad
    own = apply(gst, scenario(kind="medicine_price", factor=2, supplier="FOURN-A"))
    moved = {one.supplier for one in set(own.offers) - set(gst.offers)}
    assert moved == {"FOURN-A"}


def test_half_the_budget_buys_less_and_more_runs_out(trial: Trial) -> None:
    found = orders(trial, kind="medicine_budget", factor=0.5)
    limit = 0.5 * trial.gst.identity.medicine_budget_mad
    assert found.row("order_cost_mad")["scenario"] <= limit
    assert found.row("stockout_percent")["low"] > 0
    same = orders(trial, kind="medicine_budget", budget_mad=limit)
    assert same.row("order_cost_mad")["scenario"] == found.row("order_cost_mad")["scenario"]


def test_longer_lead_times_make_more_run_out(trial: Trial) -> None:
    found = orders(trial, kind="lead_time", factor=1.5)
    assert found.row("vital_stockout_percent")["low"] > 0
    shorter = orders(trial, kind="lead_time", factor=0.7)
    assert shorter.row("vital_stockout_percent")["high"] < 0


def test_a_silent_supplier_delivers_the_day_after(gst: Gst) -> None:
    first, last = date(2026, 11, 23), date(2027, 1, 31)
    silent = scenario(
        kind="supplier_disruption", supplier="FOURN-A", first_day=first, last_day=last
    )
    after = apply(gst, silent)
    before, now = gst.supplier("FOURN-A"), after.supplier("FOURN-A")
    assert now.lead_time_days >= (last - first).days + 1 > before.lead_time_days
    for old, new in zip(gst.orders, after.orders, strict=True):
        held = old.supplier == "FOURN-A" and first <= old.due_date <= last
        assert new.due_date == (last + timedelta(days=1) if held else old.due_date)
    others = [one for one in gst.suppliers if one.supplier != "FOURN-A"]
    assert [one for one in after.suppliers if one.supplier != "FOURN-A"] == others


def test_a_silence_that_ends_before_anything_is_due_is_refused(gst: Gst) -> None:
    past = scenario(
        kind="supplier_disruption",
        supplier="FOURN-A",
        first_day=date(2020, 1, 1),
        last_day=date(2020, 1, 31),
    )
    with pytest.raises(GstError, match="changes_nothing"):
        apply(gst, past)


def test_the_policy_sets_rhythm_and_targets_and_keeps_the_rest() -> None:
    plan = OrderPlan()
    changed = apply_to_orders(plan, scenario(kind="stock_policy", review_days=14, vital_percent=95))
    assert changed.review_days == 14
    assert changed.targets == plan.targets | {VenClass.VITAL: 0.95}
    assert changed.vital_floor == plan.vital_floor


def test_a_higher_target_costs_more_and_runs_out_less(trial: Trial) -> None:
    found = orders(trial, kind="stock_policy", vital_percent=99.9, essential_percent=99)
    assert difference(found, "order_cost_mad") > 0
    assert found.row("stockout_percent")["high"] < 0


def test_better_forecasts_cost_less_and_keep_their_means(trial: Trial) -> None:
    tool: dict[str, Any] = {"kind": "ai_forecast", "error_percent": 30, "adoption": 1}
    assert difference(orders(trial, **tool), "order_cost_mad") < 0
    before, after = trial.pharmacy(None), trial.pharmacy(scenario(**tool))
    for key, forecast in before.demand.items():
        now = after.demand[key]
        assert now.mean == pytest.approx(forecast.mean)
        spread = (forecast.sample_paths - forecast.mean).std()
        assert (now.sample_paths - now.mean).std() == pytest.approx(0.7 * spread)
        assert (now.sample_paths >= 0).all()


def test_a_tool_in_one_pharmacy_leaves_the_others(trial: Trial) -> None:
    tool = scenario(kind="ai_forecast", error_percent=30, adoption=1, hospital="HP-SEA")
    before, after = trial.pharmacy(None), trial.pharmacy(tool)
    for key, forecast in before.demand.items():
        assert (after.demand[key] is forecast) == (key.hospital != "HP-SEA")


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "medicine_price", "factor": 0},
        {"kind": "medicine_price", "factor": 1.1, "ven": "X"},
        {"kind": "medicine_budget"},
        {"kind": "medicine_budget", "factor": 1.1, "budget_mad": 10},
        {"kind": "lead_time"},
        {"kind": "lead_time", "factor": 1},
        {"kind": "stock_policy"},
        {"kind": "stock_policy", "vital_percent": 100},
        {"kind": "ai_forecast", "error_percent": 100, "adoption": 1},
        {
            "kind": "supplier_disruption",
            "supplier": "A",
            "first_day": "2026-12-02",
            "last_day": "2026-12-01",
        },
    ],
    ids=str,
)
def test_what_means_nothing_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        scenario(**wrong)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "medicine_price", "factor": 1},
        {"kind": "medicine_budget", "factor": 1},
        {"kind": "lead_time", "cv": 0.25, "supplier": "FOURN-A"},
    ],
    ids=str,
)
def test_a_change_that_changes_nothing_is_refused(gst: Gst, change: dict[str, Any]) -> None:
    with pytest.raises(GstError, match="changes_nothing"):
        apply(gst, scenario(**change))
    with pytest.raises(GstError, match="changes_nothing"):
        apply_to_orders(OrderPlan(), scenario(kind="stock_policy", review_days=28))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "medicine_price", "factor": 2, "medicine": "NOTHING"},
        {"kind": "lead_time", "factor": 2, "supplier": "NOBODY"},
        {"kind": "ai_forecast", "error_percent": 10, "adoption": 1, "hospital": "NOWHERE"},
    ],
    ids=str,
)
def test_what_is_not_here_is_named_with_what_is(gst: Gst, change: dict[str, Any]) -> None:
    with pytest.raises(UnknownPlace, match="is not one of"):
        apply(gst, scenario(**change))
