"""Recommendations and what was decided of them: list, show, accept, modify or reject."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import AwareDatetime, Field

from application.api.doors import Guarded
from application.api.moments import aware
from application.api.paging import Page, PageLimit, RunCursor, page_of
from application.api.problems import documented
from application.api.visit import Here
from application.use_cases.decide import (
    Opinion,
    Recommendation,
    decide,
    decision_rates,
    find_recommendation,
    recommendations_page,
)
from application.use_cases.publishing import document_of
from governance.decision import Decision, ReasonCode, RecommendationKind, Role, State, Verdict
from governance.difference import Edit
from hospital.base import Frozen

LONGEST_REASON, MOST_EDITS = 2_000, 1_000
Run = Annotated[
    str, Path(pattern=r"^[0-9a-f]{6,64}$", description="The run, or its first characters.")
]
Reason = Annotated[str, Field(min_length=1, max_length=LONGEST_REASON, pattern=r"\S")]
DECIDED = tuple(kind for kind in RecommendationKind if kind is not RecommendationKind.FORECAST)


class RecommendationView(Frozen):
    """A recommendation, where it stands and every verdict on it, oldest first."""

    run: str
    kind: RecommendationKind
    state: State
    snapshot: str
    finished_at: AwareDatetime
    decisions: list[Decision]


class WholeRecommendation(RecommendationView):
    """The same with what is recommended; places of edits point into ``document``."""

    document: Any


class Accept(Frozen):
    """It may be acted on as it is."""

    verdict: Literal[Verdict.ACCEPTED]
    shown_at: AwareDatetime | None = None


class Modify(Frozen):
    """It may be acted on after these edits (JSON Patch, each with the value before)."""

    verdict: Literal[Verdict.MODIFIED]
    reason: Reason
    edits: Annotated[tuple[Edit, ...], Field(min_length=1, max_length=MOST_EDITS)]
    change: str = Field(default="", max_length=LONGEST_REASON)
    shown_at: AwareDatetime | None = None


class Reject(Frozen):
    """It may not be acted on."""

    verdict: Literal[Verdict.REJECTED]
    reason: Reason
    reason_code: ReasonCode
    shown_at: AwareDatetime | None = None


Said = Annotated[Accept | Modify | Reject, Field(discriminator="verdict")]


class Recorded(Frozen):
    """The entry of the record, and where the recommendation stands now."""

    sequence: int
    hash: str
    state: State


class Rate(Frozen):
    """How people of a role decided on a kind in a week."""

    kind: RecommendationKind
    role: Role
    week: str
    decisions: int
    override_rate: float
    fast_rate: float | None


router = APIRouter(tags=["decisions"], route_class=Guarded)


@router.get("/decisions")
def list_all(
    here: Here,
    kind: Annotated[RecommendationKind | None, Query()] = None,
    limit: PageLimit = 50,
    cursor: RunCursor = None,
) -> Page[RecommendationView]:
    """Every recommendation on any GST of this database, newest first."""
    kinds = tuple(one for one in DECIDED if kind in (None, one))
    found = recommendations_page(here.session, kinds, limit + 1, cursor)
    return page_of(found, limit, _view, lambda one: one.run.run)


@router.get("/decision-rates")
def rates(here: Here) -> list[Rate]:
    """How often people overruled what was proposed, and how often they accepted in under 3 s."""
    return [
        Rate(
            kind=row.kind,
            role=row.role,
            week=row.week,
            decisions=row.decisions,
            override_rate=row.override_rate,
            fast_rate=row.fast_rate,
        )
        for row in decision_rates(here.session)
    ]


@router.get("/decisions/{run}")
def show(here: Here, run: Run) -> WholeRecommendation:
    """One recommendation with its document."""
    found = find_recommendation(here.session, run)
    document = document_of(here.session, found)
    return WholeRecommendation(**dict(_view(found)), document=document)


@router.post("/decisions/{run}", status_code=201, responses=documented(400, 409))
def say_of(here: Here, run: Run, said: Said) -> Recorded:
    """Records a verdict in the name of who asks, for good. Nothing is published otherwise."""
    opinion = Opinion(
        verdict=said.verdict,
        actor=here.person.name,
        role=here.person.role,
        reason="" if isinstance(said, Accept) else said.reason,
        change=said.change if isinstance(said, Modify) else "",
        reason_code=said.reason_code if isinstance(said, Reject) else None,
        edits=said.edits if isinstance(said, Modify) else (),
        shown_at=said.shown_at,
    )
    entry = decide(here.session, run, opinion)
    state = find_recommendation(here.session, run).state
    return Recorded(sequence=entry.sequence, hash=entry.hash, state=state)


def _view(found: Recommendation) -> RecommendationView:
    return RecommendationView(
        run=found.run.run,
        kind=found.kind,
        state=found.state,
        snapshot=found.run.snapshot,
        finished_at=aware(found.run.finished_at),
        decisions=list(found.decisions),
    )
