"""Runs of the twin on the GST as it is: begin one, list them, read what they say."""

from __future__ import annotations

from math import isfinite

from fastapi import APIRouter, Response

from application.api.doors import Guarded
from application.api.paging import Page, PageLimit, RunCursor
from application.api.problems import documented
from application.api.resources.jobs import JobView, started
from application.api.runs import HorizonDays, Replications, RunName, RunView, Seed, one, page, view
from application.api.visit import Here
from application.jobs import works
from application.twin_summaries import result_rows
from application.use_cases.read_results import read_twin
from application.use_cases.simulate import KIND, TwinDesign, simulate
from hospital.base import Frozen
from hospital.errors import say


class WantedTwin(Frozen):
    """How long and how often the twin runs."""

    horizon_days: HorizonDays = 28
    replications: Replications = 20
    seed: Seed = 1


class IndicatorView(Frozen):
    """One indicator of the whole GST: mean over replications, half of its 95 % interval.

    ``group`` is empty for everybody; the unit ends the name of the indicator.
    """

    indicator: str
    group: str
    mean: float
    half_width: float | None


class TwinView(RunView):
    """A run of the twin; ``overloaded`` units cannot serve what comes: their waits have no mean."""

    replications: int
    overloaded: list[str]
    indicators: list[IndicatorView]


router = APIRouter(tags=["twin"], route_class=Guarded)


@router.get("/twin-runs")
def list_all(here: Here, limit: PageLimit = 50, cursor: RunCursor = None) -> Page[RunView]:
    """Stored runs of the twin, newest first; a scenario's are among them."""
    return page(here, KIND, limit, cursor)


@router.post("/twin-runs", status_code=202, responses=documented(400))
def begin(here: Here, wanted: WantedTwin, response: Response) -> JobView:
    """Simulates the current GST as a job."""
    design = TwinDesign(**dict(wanted))
    work = works.twin_run(design)
    return started(here, here.start(say("Simulating"), "twin-runs", simulate, work), response)


@router.get("/twin-runs/{run}")
def show(here: Here, run: RunName) -> TwinView:
    """One run with the indicators of the whole GST."""
    found = one(here, KIND, run)
    result = read_twin(here.session, found.run)
    indicators = [
        IndicatorView(
            indicator=row.indicator,
            group=row.group,
            mean=row.mean,
            half_width=row.half_width if isfinite(row.half_width) else None,
        )
        for row in result_rows(result)
    ]
    return TwinView(
        **dict(view(found)),
        replications=result.replications,
        overloaded=list(result.overloaded),
        indicators=indicators,
    )
