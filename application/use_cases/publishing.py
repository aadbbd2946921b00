"""What is published: the only gate through which a recommendation becomes something to act on.

Nothing else asks whether a decision publishes (``tests/application/use_cases/test_publishing.py``
walks every use case), so there is no path around a named person.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from application.store.runs import load_result
from application.use_cases.access import needs
from application.use_cases.decide import Recommendation, find_recommendation
from application.use_cases.session import Session
from application.whole_file import whole
from application.words import STATES, UNMOVABLE
from governance.access import Action
from governance.decision import PUBLISHED, Decision, RecommendationKind, agreeing
from governance.difference import Edit, applied
from hospital.errors import GstError, say
from hospital.roster import Roster
from hospital.stock_plan import StockPlan, TransferPlan
from hospital.theatre_plan import TheatrePlan
from scenarios.language import Scenario

RESULTS: dict[RecommendationKind, tuple[str, type[BaseModel]]] = {
    RecommendationKind.ROSTER: ("roster", Roster),
    RecommendationKind.THEATRE_PLAN: ("theatre_plan", TheatrePlan),
    RecommendationKind.STOCK_ORDER: ("stock_plan", StockPlan),
    RecommendationKind.STOCK_TRANSFERS: ("stock_transfers", TransferPlan),
}
"""The result that holds what is recommended; a scenario is among the inputs of its run."""


@dataclass(frozen=True)
class Published:
    """What may be acted on, as it was decided, and who stands behind it."""

    recommendation: Recommendation
    document: Any
    by: tuple[str, ...]

    @property
    def decision(self) -> Decision:
        """The decision that published it."""
        return self.recommendation.decisions[-1]


def is_published(found: Recommendation) -> bool:
    """Whether enough named persons decided that this may be acted on."""
    return found.state in PUBLISHED


@needs(Action.READ)
def published(session: Session, prefix: str) -> Published:
    """What was decided on this recommendation, with its modifications.

    Raises:
        GstError: ``not_published``: it is a draft, was rejected or waits for a second person.
    """
    found = find_recommendation(session, prefix)
    if not is_published(found):
        raise GstError(
            "not_published",
            say(
                "Run {run} is not published ({state}): a named person has to accept or modify it "
                "first (tadbir decide {run}).",
                run=found.run.run[:12],
                state=STATES[found.state],
            ),
        )
    document = applied(document_of(session, found), found.decisions[-1].edits)
    return Published(found, document, agreeing(found.decisions))


@needs(Action.READ)
def document_of(session: Session, found: Recommendation) -> Any:
    """What was recommended, as JSON; places of changes point into it."""
    if found.kind not in RESULTS:
        return found.run.inputs["definition"]
    name, _ = RESULTS[found.kind]
    return json.loads(load_result(session.database, found.run.run, name))


@needs(Action.READ)
def roster_in_force(session: Session, found: Recommendation) -> Roster:
    """The roster of a recommendation: as decided where it is published, else as proposed."""
    return Roster.model_validate_json(json.dumps(_in_force(session, found)))


@needs(Action.READ)
def theatre_plan_in_force(session: Session, found: Recommendation) -> TheatrePlan:
    """The theatre plan of a recommendation: as decided where published, else as proposed."""
    return TheatrePlan.model_validate_json(json.dumps(_in_force(session, found)))


@needs(Action.READ)
def order_in_force(session: Session, found: Recommendation) -> StockPlan:
    """The order of a recommendation: as decided where it is published, else as proposed."""
    return StockPlan.model_validate_json(json.dumps(_in_force(session, found)))


@needs(Action.READ)
def transfers_in_force(session: Session, found: Recommendation) -> TransferPlan:
    """The transfers of a recommendation: as decided where published, else as proposed."""
    return TransferPlan.model_validate_json(json.dumps(_in_force(session, found)))


def _in_force(session: Session, found: Recommendation) -> Any:
    document = document_of(session, found)
    return applied(document, found.decisions[-1].edits) if is_published(found) else document


def require_readable(kind: RecommendationKind, document: Any, edits: tuple[Edit, ...]) -> None:
    """That a recommendation is still one after these edits.

    A roster that breaks a rule may be wanted so; lots that are not there, or that may not travel,
    cannot be moved.

    Raises:
        GstError: ``edits_break_it``, with the first thing that is wrong, ``negative_packs`` or
            ``not_movable``.
    """
    model = RESULTS[kind][1] if kind in RESULTS else Scenario
    try:
        changed = model.model_validate_json(json.dumps(applied(document, edits)))
    except ValidationError as error:
        first = error.errors()[0]
        place = "/" + "/".join(str(part) for part in first["loc"])
        raise GstError(
            "edits_break_it",
            say(
                "After this change {place} cannot be used ({reason}). Give another value.",
                place=place,
                reason=first["msg"],
            ),
        ) from error
    if isinstance(changed, StockPlan):
        _require_boxes(changed)
    if isinstance(changed, TransferPlan):
        _require_movable(changed)


def _require_movable(plan: TransferPlan) -> None:
    broken = plan.violations()
    if broken:
        first = broken[0]
        raise GstError(
            "not_movable",
            say(
                "After this change {subject} cannot be moved ({reason}: {found}, allowed {limit}). "
                "Give another value.",
                subject=first.subject,
                reason=UNMOVABLE[first.rule],
                found=first.found,
                limit=first.limit,
            ),
        )


def _require_boxes(order: StockPlan) -> None:
    """That nobody is asked for fewer than no boxes, whichever way the change came."""
    for line in order.lines:
        if line.packs < 0:
            raise GstError(
                "negative_packs",
                say(
                    "{medicine} for {hospital}: {packs} boxes cannot be ordered; write 0 or more.",
                    medicine=line.medicine,
                    hospital=line.hospital,
                    packs=line.packs,
                ),
            )


@needs(Action.READ)
def write_published(session: Session, prefix: str, file: Path) -> None:
    """Writes what was decided as JSON, whole or not at all, with who stands behind it.

    Raises:
        GstError: ``not_published``; then nothing is written.
    """
    found = published(session, prefix)
    last = found.decision
    content = {
        "run": found.recommendation.run.run,
        "kind": found.recommendation.kind.value,
        "state": found.recommendation.state.value,
        "published_by": list(found.by),
        "role": last.role.value,
        "at": last.at.isoformat(),
        "content": found.document,
    }
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    with whole(file) as draft:
        draft.write_text(text, encoding="utf-8")
