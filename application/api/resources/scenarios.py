"""Scenarios compared with the GST as it is: begin one, list them, read the differences."""

from __future__ import annotations

from math import isfinite
from typing import Any

from fastapi import APIRouter, Response

from application.api.doors import Guarded
from application.api.paging import Page, PageLimit, RunCursor
from application.api.problems import documented
from application.api.resources.jobs import JobView, started
from application.api.runs import (
    DraftView,
    HorizonDays,
    Replications,
    RunName,
    RunView,
    Seed,
    draft,
    page,
)
from application.api.visit import Here
from application.jobs import works
from application.use_cases.compare_scenario import KIND, compare_scenario
from application.use_cases.read_results import read_comparison
from application.use_cases.simulate import TwinDesign
from governance.decision import RecommendationKind
from hospital.base import Frozen
from hospital.errors import say
from hospital.tables import Col
from scenarios.comparison import BASELINE, DIFFERENCE, HIGH, LOW, SCENARIO
from scenarios.language import Scenario


class WantedComparison(Frozen):
    """A scenario, and how long and how often the twin runs with and without it."""

    scenario: Scenario
    horizon_days: HorizonDays = 28
    replications: Replications = 20
    seed: Seed = 1


class DifferenceView(Frozen):
    """One indicator at one place: both means, the paired difference and its 95 % interval."""

    indicator: str
    place: str
    group: str
    baseline: float | None
    scenario: float | None
    difference: float | None
    low: float | None
    high: float | None


class ComparisonView(DraftView):
    """A comparison with its differences; ``place`` is empty for the whole GST."""

    scenario: Scenario
    differences: list[DifferenceView]


router = APIRouter(tags=["scenarios"], route_class=Guarded)


@router.get("/scenarios")
def list_all(here: Here, limit: PageLimit = 50, cursor: RunCursor = None) -> Page[RunView]:
    """Stored comparisons, newest first."""
    return page(here, KIND, limit, cursor)


@router.post("/scenarios", status_code=202, responses=documented(400))
def begin(here: Here, wanted: WantedComparison, response: Response) -> JobView:
    """Compares a scenario with the GST as it is, on the same random numbers, as a job."""
    design = TwinDesign(
        horizon_days=wanted.horizon_days, replications=wanted.replications, seed=wanted.seed
    )
    work = works.compare(wanted.scenario, design)
    job = here.start(say("Comparing"), "scenarios", compare_scenario, work)
    return started(here, job, response)


@router.get("/scenarios/{run}")
def show(here: Here, run: RunName) -> ComparisonView:
    """One comparison: a draft until a manager has decided."""
    told = draft(here, RecommendationKind.SCENARIO, run)
    found = read_comparison(here.session, run)
    rows = found.comparison.differences.to_dict("records")
    return ComparisonView(
        **dict(told), scenario=found.scenario, differences=[_difference(row) for row in rows]
    )


def _difference(row: dict[Any, Any]) -> DifferenceView:
    return DifferenceView(
        indicator=row[Col.INDICATOR],
        place=row[Col.PLACE],
        group=row[Col.GROUP],
        **{
            name: float(row[column]) if isfinite(row[column]) else None
            for name, column in (
                ("baseline", BASELINE),
                ("scenario", SCENARIO),
                ("difference", DIFFERENCE),
                ("low", LOW),
                ("high", HIGH),
            )
        },
    )
