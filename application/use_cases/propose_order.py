"""Proposes what to order today for every pharmacy of the GST: a recommendation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from application.identity import run_identity
from application.store.runs import JSON, Result, Run, find_run, load_result, save_run
from application.use_cases.access import needs
from application.use_cases.build_roster import refuse_if_broken
from application.use_cases.forecast_demand import (
    DEFAULT_HORIZON_DAYS,
    ForecastSet,
    forecast_demand,
)
from application.use_cases.session import Session
from governance.access import Action
from governance.decision import RecommendationKind
from hospital.forecast import SeriesKind
from hospital.stock_plan import StockPlan
from scenarios.language import Scenario, apply, apply_to_demand, apply_to_orders

if TYPE_CHECKING:
    from scenarios.stock_effects import Pharmacy

KIND = RecommendationKind.STOCK_ORDER.value


@dataclass(frozen=True)
class OrderDraft:
    """A checked order that waits for a person, and the forecast behind it."""

    run: str
    forecast_run: str
    plan: StockPlan


@needs(Action.PLAN_STOCK)
def propose_order(
    session: Session,
    horizon_days: int = DEFAULT_HORIZON_DAYS,
    seed: int = 1,
    scenario: Scenario | None = None,
) -> OrderDraft:
    """The order of today, under the budget of the GST; or as a scenario would have both."""
    from inventory import proposal  # noqa: PLC0415 - OR-Tools is heavy

    forecasts = forecast_demand(session, horizon_days, seed)
    pharmacy = pharmacy_under(session, forecasts, seed, scenario)
    inputs = {"forecast": forecasts.run, "plan": pharmacy.plan.model_dump(mode="json")}
    if scenario is not None:
        inputs["scenario"] = scenario.model_dump(mode="json")
    run = run_identity(KIND, session.snapshot.snapshot, seed, inputs)
    if find_run(session.database, run):
        content = load_result(session.database, run, "stock_plan")
        return OrderDraft(run, forecasts.run, StockPlan.model_validate_json(content))
    answer = proposal.propose_order(pharmacy.gst, pharmacy.demand, pharmacy.plan)
    refuse_if_broken(answer.violations())
    result = Result("stock_plan", JSON, answer.model_dump_json().encode())
    save_run(session.database, Run(run, KIND, session.snapshot.snapshot, seed, inputs), [result])
    return OrderDraft(run, forecasts.run, answer)


def pharmacy_under(
    session: Session, forecasts: ForecastSet, seed: int, scenario: Scenario | None
) -> Pharmacy:
    """What the pharmacies have, expect and ask for: as it is, or under a scenario."""
    from inventory.order_plan import OrderPlan  # noqa: PLC0415 - heavy
    from scenarios.stock_effects import Pharmacy  # noqa: PLC0415 - heavy

    gst, plan, consumed = session.gst, OrderPlan(seed=seed), forecasts.forecasts
    if scenario is not None:
        gst, plan = apply(gst, scenario), apply_to_orders(plan, scenario)
        consumed = apply_to_demand(consumed, scenario)
    demand = {one.key: one for one in consumed if one.key.kind is SeriesKind.CONSUMPTION}
    return Pharmacy(gst, demand, plan)
