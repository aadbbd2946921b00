"""What a pharmacist asks beside an order, kept: moves, purchases at once, substitutes, tender.

Each answer is about the horizon and seed of the forecast behind that order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from application.identity import run_identity
from application.store.runs import JSON, Result, Run, find_run, list_runs, load_result, save_run
from application.use_cases.access import needs
from application.use_cases.forecast_demand import forecast_demand
from application.use_cases.propose_transfers import propose_transfers
from application.use_cases.session import Session
from application.use_cases.stock_desk import (
    emergency_now,
    substitutions_now,
    tender_now,
)
from governance.access import Action
from hospital.base import Frozen
from hospital.errors import GstError, say

if TYPE_CHECKING:
    from inventory.emergency import EmergencyPlan
    from inventory.substitution import Substitution
    from inventory.tender import Tender

__all__ = [
    "EMERGENCY",
    "SUBSTITUTES",
    "TENDER",
    "EmergencyPlan",
    "Substitution",
    "Tender",
    "find_emergency",
    "find_substitutes",
    "find_tender",
    "find_transfers",
    "newest_answer",
    "read_emergency",
    "read_substitutes",
    "read_tender",
]

EMERGENCY = "stock_emergency"
SUBSTITUTES = "stock_substitutes"
TENDER = "stock_tender"


class _Basis(Frozen):
    """What an answer beside an order rests on."""

    order: str
    forecast: str
    horizon_days: int
    seed: int


@needs(Action.PLAN_STOCK)
def find_transfers(
    session: Session, order: str, delay_days: int = 2, approved: tuple[str, ...] = ()
) -> str:
    """What to move between hospitals; ``approved`` guarded medicines may travel. Returns the run.

    It is a recommendation of its own kind, which a pharmacist decides on.

    Raises:
        GstError: ``no_order``.
    """
    from inventory.transfers import TransferRules  # noqa: PLC0415 - OR-Tools is heavy

    rules, basis = TransferRules(delay_days=delay_days, approved=approved), _basis(session, order)
    return propose_transfers(session, basis.horizon_days, basis.seed, rules).run


@needs(Action.PLAN_STOCK)
def find_emergency(session: Session, order: str, terms: Mapping[str, str | float]) -> str:
    """What to buy at once, under these fields of ``EmergencyTerms``. Returns the run.

    Raises:
        GstError: ``no_order``.
        UnknownPlace: the supplier said to fail is not one of the GST.
    """
    from inventory.emergency import EmergencyPlan, EmergencyTerms  # noqa: PLC0415 - heavy

    asked, basis = EmergencyTerms.model_validate(terms), _basis(session, order)

    def answer() -> bytes:
        plan = emergency_now(session, basis.horizon_days, basis.seed, asked)
        return TypeAdapter(EmergencyPlan).dump_json(plan)

    return _kept(session, EMERGENCY, basis, asked.model_dump(mode="json"), answer)


@needs(Action.PLAN_STOCK)
def find_substitutes(session: Session, order: str) -> str:
    """What to issue in place of what runs out. Returns the run.

    Raises:
        GstError: ``no_order``.
    """
    from inventory.substitution import Substitution  # noqa: PLC0415 - heavy

    basis = _basis(session, order)

    def answer() -> bytes:
        rows = substitutions_now(session, basis.horizon_days, basis.seed)
        return TypeAdapter(tuple[Substitution, ...]).dump_json(rows)

    return _kept(session, SUBSTITUTES, basis, {}, answer)


@needs(Action.PLAN_STOCK)
def find_tender(session: Session, order: str, service: float = 0.95, deliveries: int = 4) -> str:
    """A year covered with this probability, in so many deliveries. Returns the run.

    Raises:
        GstError: ``no_order``.
    """
    from inventory.tender import Tender, TenderQuestion  # noqa: PLC0415 - heavy

    question = TenderQuestion(service=service, deliveries=deliveries)
    basis = _basis(session, order)

    def answer() -> bytes:
        found = tender_now(session, basis.horizon_days, basis.seed, question)
        return TypeAdapter(Tender).dump_json(found)

    return _kept(session, TENDER, basis, question.model_dump(mode="json"), answer)


@needs(Action.READ)
def newest_answer(session: Session, kind: str, order: str) -> Run | None:
    """The answer of this kind that was asked for last beside this order, if any was."""
    runs = list_runs(session.database, kind, session.snapshot.snapshot)
    return next((run for run in runs if run.inputs["basis"]["order"] == order), None)


@needs(Action.READ)
def read_emergency(session: Session, run: str) -> EmergencyPlan:
    """Stored emergency purchases."""
    from inventory.emergency import EmergencyPlan  # noqa: PLC0415 - heavy

    content = load_result(session.database, run, EMERGENCY)
    return TypeAdapter(EmergencyPlan).validate_json(content)


@needs(Action.READ)
def read_substitutes(session: Session, run: str) -> tuple[Substitution, ...]:
    """Stored substitutes."""
    from inventory.substitution import Substitution  # noqa: PLC0415 - heavy

    content = load_result(session.database, run, SUBSTITUTES)
    return TypeAdapter(tuple[Substitution, ...]).validate_json(content)


@needs(Action.READ)
def read_tender(session: Session, run: str) -> Tender:
    """A stored tender."""
    from inventory.tender import Tender  # noqa: PLC0415 - heavy

    return TypeAdapter(Tender).validate_json(load_result(session.database, run, TENDER))


def _basis(session: Session, order: str) -> _Basis:
    """The forecast of today at the horizon and seed of the one behind the order."""
    found = find_run(session.database, order)
    behind = found and find_run(session.database, str(found.inputs.get("forecast", "")))
    if behind is None:
        raise GstError("no_order", say("There is no order {run}.", run=order[:12]))
    days = int(behind.inputs["horizon_days"])
    forecasts = forecast_demand(session, days, behind.seed)
    return _Basis(order=order, forecast=forecasts.run, horizon_days=days, seed=behind.seed)


def _kept(
    session: Session, kind: str, basis: _Basis, asked: dict[str, Any], answer: Callable[[], bytes]
) -> str:
    """Stores the answer as the newest; one that was given before is not worked out again."""
    snapshot = session.snapshot.snapshot
    inputs = {"basis": basis.model_dump(mode="json"), "asked": asked}
    run = run_identity(kind, snapshot, basis.seed, inputs)
    known = find_run(session.database, run)
    content = load_result(session.database, run, kind) if known else answer()
    stored = Run(run, kind, snapshot, basis.seed, inputs)
    save_run(session.database, stored, [Result(kind, JSON, content)])
    return run
