"""What a pharmacist asks besides the order: what runs out, what to move, what half a year needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from application.use_cases.access import needs
from application.use_cases.build_roster import refuse_if_broken
from application.use_cases.forecast_demand import forecast_demand
from governance.access import Action
from hospital.base import DAYS_PER_WEEK
from hospital.forecast import SeriesKind

if TYPE_CHECKING:
    from application.use_cases.session import Session
    from hospital.forecast import DemandForecast, SeriesKey
    from hospital.stock_plan import OrderRefusal, TransferPlan
    from inventory.emergency import EmergencyPlan, EmergencyTerms
    from inventory.horizon import HorizonPlan
    from inventory.replay import ReplayQuestion, RuleReplay
    from inventory.status import StockStatus
    from inventory.substitution import Substitution
    from inventory.tender import Tender, TenderQuestion
    from inventory.transfers import TransferRules

BUDGET_WEEKS = 4
REVIEW_DAYS = 14
AMC_WEEKS = 26
"""Average monthly consumption is that of the last half year, days without stock left out."""


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


@needs(Action.READ)
def substitutions_now(session: Session, horizon_days: int, seed: int) -> tuple[Substitution, ...]:
    """What to issue in place of what runs out."""
    from inventory.order_plan import OrderPlan  # noqa: PLC0415 - heavy
    from inventory.substitution import propose_substitutions  # noqa: PLC0415

    demand = _demand(session, horizon_days, seed)
    return propose_substitutions(session.gst, demand, OrderPlan(seed=seed))


@needs(Action.PLAN_STOCK)
def emergency_now(
    session: Session, horizon_days: int, seed: int, terms: EmergencyTerms
) -> EmergencyPlan:
    """What to buy at once, today or while a supplier fails."""
    from inventory.emergency import plan_emergency  # noqa: PLC0415 - heavy
    from inventory.order_plan import OrderPlan  # noqa: PLC0415

    demand = _demand(session, horizon_days, seed)
    return plan_emergency(session.gst, demand, OrderPlan(seed=seed), terms)


@needs(Action.PLAN_STOCK)
def tender_now(session: Session, horizon_days: int, seed: int, question: TenderQuestion) -> Tender:
    """What to tender for the coming year, and what more or less service would cost."""
    from inventory.order_plan import OrderPlan  # noqa: PLC0415 - heavy
    from inventory.tender import plan_tender  # noqa: PLC0415

    demand = _demand(session, horizon_days, seed)
    return plan_tender(session.gst, demand, OrderPlan(seed=seed), question)


@needs(Action.PLAN_STOCK)
def replayed(
    session: Session, horizon_days: int, seed: int, question: ReplayQuestion
) -> tuple[tuple[RuleReplay, ...], tuple[OrderRefusal, ...]]:
    """What our order levels and the rules of practice would do, on the same weeks of demand."""
    from inventory.order_plan import OrderPlan  # noqa: PLC0415 - heavy
    from inventory.replay import replay_rules  # noqa: PLC0415

    demand = _demand(session, horizon_days, seed)
    monthly = _monthly_consumption(session)
    return replay_rules(session.gst, demand, OrderPlan(seed=seed), question, monthly)


def _monthly_consumption(session: Session) -> dict[tuple[str, str], float]:
    """Average monthly consumption by hospital and medicine, as open mSupply counts it."""
    from forecasting.history_series import consumption_series  # noqa: PLC0415 - pandas is heavy
    from inventory.policies.practice import (  # noqa: PLC0415
        DAYS_PER_MONTH,
        MonthOfUse,
        MSupplyRule,
    )

    gst, found = session.gst, {}
    rule, days = MSupplyRule(maximum_months=1), float(DAYS_PER_WEEK)
    for series in consumption_series(gst, session.data.history.consumption, gst.identity.as_of):
        issued = series.counts[-AMC_WEEKS:]
        out = [0.0] * len(issued)
        if series.stockout_days is not None:
            out = series.stockout_days[-AMC_WEEKS:].tolist()
        weeks = [MonthOfUse(*row, days) for row in zip(issued.tolist(), out, strict=True)]
        weekly = rule.monthly_units(weeks)
        found[series.key.hospital, series.key.item] = weekly * DAYS_PER_MONTH / days
    return found
