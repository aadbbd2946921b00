"""Proposes what to order today for every pharmacy of the GST: a recommendation."""

from __future__ import annotations

from dataclasses import dataclass

from application.identity import run_identity
from application.store.runs import JSON, Result, Run, find_run, load_result, save_run
from application.use_cases.access import needs
from application.use_cases.build_roster import refuse_if_broken
from application.use_cases.forecast_demand import DEFAULT_HORIZON_DAYS, forecast_demand
from application.use_cases.session import Session
from governance.access import Action
from governance.decision import RecommendationKind
from hospital.forecast import SeriesKind
from hospital.stock_plan import StockPlan

KIND = RecommendationKind.STOCK_ORDER.value


@dataclass(frozen=True)
class OrderDraft:
    """A checked order that waits for a person, and the forecast behind it."""

    run: str
    forecast_run: str
    plan: StockPlan


@needs(Action.PLAN_STOCK)
def propose_order(
    session: Session, horizon_days: int = DEFAULT_HORIZON_DAYS, seed: int = 1
) -> OrderDraft:
    """The order of today, under the budget of the GST."""
    from inventory import proposal  # noqa: PLC0415 - OR-Tools is heavy

    forecasts = forecast_demand(session, horizon_days, seed)
    question = proposal.OrderPlan(seed=seed)
    inputs = {"forecast": forecasts.run, "plan": question.model_dump(mode="json")}
    run = run_identity(KIND, session.snapshot.snapshot, seed, inputs)
    if find_run(session.database, run):
        content = load_result(session.database, run, "stock_plan")
        return OrderDraft(run, forecasts.run, StockPlan.model_validate_json(content))
    demand = {forecast.key: forecast for forecast in forecasts.of_kind(SeriesKind.CONSUMPTION)}
    answer = proposal.propose_order(session.gst, demand, question)
    refuse_if_broken(answer.violations())
    result = Result("stock_plan", JSON, answer.model_dump_json().encode())
    save_run(session.database, Run(run, KIND, session.snapshot.snapshot, seed, inputs), [result])
    return OrderDraft(run, forecasts.run, answer)
