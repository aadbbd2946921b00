"""Rosters: begin one, list them, read one as it was proposed or decided."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from application.api.doors import Guarded
from application.api.paging import Page, PageLimit, RunCursor
from application.api.problems import documented
from application.api.resources.jobs import JobView, started
from application.api.runs import DraftView, RunName, RunView, Seed, draft, page
from application.api.visit import Here
from application.jobs import works
from application.use_cases.build_roster import (
    DEFAULT_DAYS,
    DEFAULT_WORK_LIMIT,
    KIND,
    RosterRequest,
    build_roster,
)
from application.use_cases.decide import find_recommendation
from application.use_cases.publishing import roster_in_force
from governance.decision import RecommendationKind
from hospital.base import Frozen
from hospital.errors import say
from hospital.places import Code
from hospital.roster import Roster


class WantedRoster(Frozen):
    """Which unit, from which day (none: the next Monday), over how many days, how much work.

    ``work_limit`` is in deterministic seconds of the solver.
    """

    unit: Code
    first_day: date | None = None
    days: Annotated[int, Field(ge=1, le=62)] = DEFAULT_DAYS
    seed: Seed = 1
    work_limit: Annotated[float, Field(ge=1, le=120)] = DEFAULT_WORK_LIMIT
    in_stages: bool = False
    proposed_rules: bool = False
    bed_percent: Annotated[int, Field(ge=1, le=99)] | None = None


class RosterView(DraftView):
    """A roster: as decided where it is published, else as proposed."""

    roster: Roster


router = APIRouter(tags=["rosters"], route_class=Guarded)


@router.get("/rosters")
def list_all(here: Here, limit: PageLimit = 50, cursor: RunCursor = None) -> Page[RunView]:
    """Stored rosters, newest first."""
    return page(here, KIND, limit, cursor)


@router.post("/rosters", status_code=202, responses=documented(400))
def begin(here: Here, wanted: WantedRoster, response: Response) -> JobView:
    """Builds a roster as a job: a draft until a named person has decided."""
    request = RosterRequest(**dict(wanted))
    work = works.roster(request)
    return started(
        here, here.start(say("Building a roster"), "rosters", build_roster, work), response
    )


@router.get("/rosters/{run}")
def show(here: Here, run: RunName) -> RosterView:
    """One roster, and where it stands."""
    told = draft(here, RecommendationKind.ROSTER, run)
    found = find_recommendation(here.session, run)
    return RosterView(**dict(told), roster=roster_in_force(here.session, found))
