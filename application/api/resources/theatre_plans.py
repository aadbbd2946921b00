"""Theatre plans: begin one, list them, read one as it was proposed or decided."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Response

from application.api.doors import Guarded
from application.api.paging import Page, PageLimit, RunCursor
from application.api.problems import documented
from application.api.resources.jobs import JobView, started
from application.api.runs import DraftView, HorizonDays, RunName, RunView, Seed, draft, page
from application.api.visit import Here
from application.jobs import works
from application.use_cases.decide import find_recommendation
from application.use_cases.plan_theatre import KIND, plan_theatre
from application.use_cases.publishing import theatre_plan_in_force
from application.use_cases.simulate import TwinDesign
from governance.decision import RecommendationKind
from hospital.base import Frozen
from hospital.errors import say
from hospital.places import Code
from hospital.theatre_plan import TheatrePlan


class WantedTheatrePlan(Frozen):
    """Which hospital, from which day (none: the next Monday); the twin looks so far ahead."""

    hospital: Code
    first_day: date | None = None
    horizon_days: HorizonDays = 28
    seed: Seed = 1


class TheatrePlanView(DraftView):
    """A theatre plan: as decided where it is published, else as proposed."""

    plan: TheatrePlan


router = APIRouter(tags=["theatre plans"], route_class=Guarded)


@router.get("/theatre-plans")
def list_all(here: Here, limit: PageLimit = 50, cursor: RunCursor = None) -> Page[RunView]:
    """Stored theatre plans, newest first."""
    return page(here, KIND, limit, cursor)


@router.post("/theatre-plans", status_code=202, responses=documented(400))
def begin(here: Here, wanted: WantedTheatrePlan, response: Response) -> JobView:
    """Plans a week of surgery as a job: a draft until a named person has decided."""
    design = TwinDesign(horizon_days=wanted.horizon_days, seed=wanted.seed)
    work = works.theatre_week(wanted.hospital, design, wanted.first_day)
    job = here.start(say("Planning the theatre"), "theatre-plans", plan_theatre, work)
    return started(here, job, response)


@router.get("/theatre-plans/{run}")
def show(here: Here, run: RunName) -> TheatrePlanView:
    """One theatre plan, and where it stands."""
    told = draft(here, RecommendationKind.THEATRE_PLAN, run)
    found = find_recommendation(here.session, run)
    return TheatrePlanView(**dict(told), plan=theatre_plan_in_force(here.session, found))
