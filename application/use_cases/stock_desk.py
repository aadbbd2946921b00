"""What a pharmacist asks besides the order: what runs out, what to move, what half a year needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from application.use_cases.access import needs
from application.use_cases.build_roster import refuse_if_broken
from application.use_cases.forecast_demand import forecast_demand
from governance.access import Action
from hospital.forecast import SeriesKind

if TYPE_CHECKING:
    from application.use_cases.session import Session
    from hospital.forecast import DemandForecast, SeriesKey
    from hospital.stock_plan import OrderRefusal, TransferPlan
    from inventory.horizon import HorizonPlan
    from inventory.status import StockStatus
    from inventory.transfers import TransferRules

BUDGET_WEEKS = 4
REVIEW_DAYS = 14


def _demand(session: Session, horizon_days: int, seed: int) -> Mapping[SeriesKey, DemandForecast]:
    found = forecast_demand(session, horizon_days, seed).of_kind(SeriesKind.CONSUMPTION)
    return {forecast.key: forecast for forecast in found}


@needs(Action.PLAN_STOCK)
def stock_now(
    session: Session, horizon_days: int, seed: int
) -> tuple[tuple[StockStatus, ...], tuple[OrderRefusal, ...]]:
    """The state of every medicine of every hospital, and what has no forecast."""
    from inventory.order_plan import OrderPlan  # noqa: PLC0415 - heavy
    from inventory.status import stock_status  # noqa: PLC0415

    return stock_status(session.gst, _demand(session, horizon_days, seed), OrderPlan(seed=seed))


@needs(Action.PLAN_STOCK)
def moves_now(session: Session, horizon_days: int, seed: int, rules: TransferRules) -> TransferPlan:
    """What to move between hospitals today, checked."""
    from inventory.order_plan import OrderPlan  # noqa: PLC0415 - heavy
    from inventory.transfers import propose_transfers  # noqa: PLC0415 - OR-Tools is heavy

    demand = _demand(session, horizon_days, seed)
    found = propose_transfers(session.gst, demand, OrderPlan(seed=seed), rules)
    refuse_if_broken(found.violations())
    return found


@needs(Action.PLAN_STOCK)
def half_year(
    session: Session, horizon_days: int, seed: int, weeks: int, budget_mad: float | None
) -> HorizonPlan:
    """Orders of the coming weeks; each four weeks have this budget, or that of the GST."""
    from inventory.horizon import HorizonQuestion, plan_horizon  # noqa: PLC0415 - heavy
    from inventory.order_plan import OrderPlan  # noqa: PLC0415

    each = session.gst.identity.medicine_budget_mad if budget_mad is None else budget_mad
    periods = -(-weeks // BUDGET_WEEKS)
    question = HorizonQuestion(weeks, BUDGET_WEEKS, (each,) * periods)
    demand = _demand(session, horizon_days, seed)
    plan = OrderPlan(seed=seed, review_days=REVIEW_DAYS)
    return plan_horizon(session.gst, demand, plan, question)
