"""Proposes which lots to move between hospitals today: a recommendation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from application.identity import run_identity
from application.store.runs import JSON, Result, Run, find_run, load_result, save_run
from application.use_cases.access import needs
from application.use_cases.forecast_demand import forecast_demand
from application.use_cases.session import Session
from application.use_cases.stock_desk import moves_now
from governance.access import Action
from governance.decision import RecommendationKind
from hospital.stock_plan import TransferPlan

if TYPE_CHECKING:
    from inventory.transfers import TransferRules

KIND = RecommendationKind.STOCK_TRANSFERS.value


@dataclass(frozen=True)
class TransfersDraft:
    """Checked transfers that wait for a person."""

    run: str
    plan: TransferPlan


@needs(Action.PLAN_STOCK)
def propose_transfers(
    session: Session, horizon_days: int, seed: int, rules: TransferRules
) -> TransfersDraft:
    """The moves that save more than they cost; asked again, they are the newest draft again."""
    forecasts = forecast_demand(session, horizon_days, seed)
    inputs = {"forecast": forecasts.run, "rules": rules.model_dump(mode="json")}
    snapshot = session.snapshot.snapshot
    run = run_identity(KIND, snapshot, seed, inputs)
    if find_run(session.database, run):
        plan = TransferPlan.model_validate_json(load_result(session.database, run, KIND))
    else:
        plan = moves_now(session, horizon_days, seed, rules)
    result = Result(KIND, JSON, plan.model_dump_json().encode())
    save_run(session.database, Run(run, KIND, snapshot, seed, inputs), [result])
    return TransfersDraft(run, plan)
