"""What every stored run tells of itself, and how one is named in an address."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path
from pydantic import AwareDatetime, Field

from application.api.moments import aware
from application.api.paging import LARGEST_INTEGER, RUN, Page, page_of
from application.api.visit import Visit
from application.store.runs import Run
from application.use_cases.decide import find_recommendation
from application.use_cases.publishing import is_published
from application.use_cases.read_results import run_of, runs_page
from governance.decision import RecommendationKind, State
from hospital.base import Frozen
from hospital.errors import GstError, say

RunName = Annotated[str, Path(pattern=RUN, description="The identity of the run.")]
Seed = Annotated[int, Field(ge=0, le=LARGEST_INTEGER, description="Same seed, same numbers.")]
HorizonDays = Annotated[int, Field(ge=1, le=366, description="Days to look ahead.")]
Replications = Annotated[int, Field(ge=2, le=10_000, description="Replications of the twin.")]


class RunView(Frozen):
    """A run: what it was, on which GST, with which inputs and seed."""

    run: str
    kind: str
    snapshot: str
    seed: int
    inputs: dict[str, Any]
    finished_at: AwareDatetime


class DraftView(RunView):
    """A run that recommends something: a draft until a named person has decided."""

    state: State
    is_published: bool


def view(run: Run) -> RunView:
    """The run for a reader."""
    return RunView(**_told(run))


def _told(run: Run) -> dict[str, Any]:
    return {
        "run": run.run,
        "kind": run.kind,
        "snapshot": run.snapshot,
        "seed": run.seed,
        "inputs": dict(run.inputs),
        "finished_at": aware(run.finished_at),
    }


def page(here: Visit, kind: str, limit: int, cursor: str | None) -> Page[RunView]:
    """The runs of a kind, newest first."""
    found = runs_page(here.session, (kind,), limit + 1, cursor)
    return page_of(found, limit, view, lambda run: run.run)


def one(here: Visit, kind: str, run: str) -> Run:
    """The run of this kind. Raises ``GstError`` (``unknown_run``) where there is none."""
    return run_of(here.session, run, (kind,))


def draft(here: Visit, kind: RecommendationKind, run: str) -> DraftView:
    """The draft of this kind, and where it stands.

    Raises:
        GstError: there is no recommendation of this kind under this run.
    """
    found = find_recommendation(here.session, run)
    if found.kind is not kind:
        raise GstError("unknown_run", say("There is no run {run}.", run=run[:12]))
    return DraftView(**_told(found.run), state=found.state, is_published=is_published(found))
