"""Orders of medicines: propose one, list them, read one as it was proposed or decided."""

from __future__ import annotations

from fastapi import APIRouter, Response

from application.api.doors import Guarded
from application.api.paging import Page, PageLimit, RunCursor
from application.api.problems import documented
from application.api.resources.jobs import JobView, started
from application.api.runs import DraftView, HorizonDays, RunName, RunView, Seed, draft, page
from application.api.visit import Here
from application.jobs import works
from application.use_cases.decide import find_recommendation
from application.use_cases.propose_order import KIND, propose_order
from application.use_cases.publishing import order_in_force
from governance.decision import RecommendationKind
from hospital.base import Frozen
from hospital.errors import say
from hospital.stock_plan import StockPlan


class WantedOrder(Frozen):
    """How far the forecast behind the order looks ahead."""

    horizon_days: HorizonDays = 28
    seed: Seed = 1


class OrderView(DraftView):
    """An order: as decided where it is published, else as proposed."""

    order: StockPlan


router = APIRouter(tags=["stock orders"], route_class=Guarded)


@router.get("/stock-orders")
def list_all(here: Here, limit: PageLimit = 50, cursor: RunCursor = None) -> Page[RunView]:
    """Stored orders, newest first."""
    return page(here, KIND, limit, cursor)


@router.post("/stock-orders", status_code=202, responses=documented(400))
def begin(here: Here, wanted: WantedOrder, response: Response) -> JobView:
    """Proposes the order of today as a job: a draft until a pharmacist has decided."""
    work = works.order(wanted.horizon_days, wanted.seed)
    job = here.start(say("Proposing an order"), "stock-orders", propose_order, work)
    return started(here, job, response)


@router.get("/stock-orders/{run}")
def show(here: Here, run: RunName) -> OrderView:
    """One order, and where it stands."""
    told = draft(here, RecommendationKind.STOCK_ORDER, run)
    found = find_recommendation(here.session, run)
    return OrderView(**dict(told), order=order_in_force(here.session, found))
