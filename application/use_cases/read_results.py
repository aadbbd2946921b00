"""Reads what was computed before on the current GST. Nothing is computed here: a page that
opens must answer at once, and say that a result is missing rather than make it.
"""

from __future__ import annotations

from dataclasses import dataclass

from application.store.frames import forecasts_from, frame_from, twin_from
from application.store.runs import Run, find_run, list_runs, load_result
from application.use_cases import forecast_demand, simulate
from application.use_cases.build_roster import RosterDraft
from application.use_cases.forecast_demand import ForecastSet
from application.use_cases.plan_theatre import TheatreDraft
from application.use_cases.propose_order import OrderDraft
from application.use_cases.session import Session
from governance.decision import RecommendationKind
from hospital.errors import GstError, say
from hospital.roster import Roster
from hospital.stock_plan import StockPlan
from hospital.theatre_plan import TheatrePlan
from hospital.twin_result import TwinResult
from scenarios.comparison import Comparison
from scenarios.language import Scenario


@dataclass(frozen=True)
class StoredComparison:
    """A comparison as it was stored: the scenario, its paired differences, the baseline."""

    run: Run
    scenario: Scenario
    comparison: Comparison
    baseline: TwinResult
    changed: TwinResult


def runs_of(session: Session, kind: RecommendationKind) -> tuple[Run, ...]:
    """The runs of a kind on the current GST, newest first."""
    return tuple(list_runs(session.database, kind.value, session.snapshot.snapshot))


def latest_forecast(session: Session) -> ForecastSet | None:
    """The newest forecast of the current GST, if there is one."""
    runs = list_runs(
        session.database, forecast_demand.KIND, session.snapshot.snapshot, limit=1
    )
    if not runs:
        return None
    content = load_result(session.database, runs[0].run, "forecasts")
    return ForecastSet(runs[0].run, forecasts_from(content))


def latest_baseline(session: Session) -> TwinResult | None:
    """The newest run of the twin on the GST as it is, electives included, if there is one."""
    for run in list_runs(session.database, simulate.KIND, session.snapshot.snapshot):
        if run.inputs["scenario"] is None and run.inputs["design"]["electives"]:
            return read_twin(session, run.run)
    return None


def read_twin(session: Session, run: str) -> TwinResult:
    """A stored run of the twin."""
    parts = ("twin_indicators", "twin_occupancy", "twin_design")
    indicators, occupancy, design = (load_result(session.database, run, part) for part in parts)
    return twin_from(indicators, occupancy, design)


def read_comparison(session: Session, run: str) -> StoredComparison:
    """A stored comparison. Raises ``GstError`` if this run is not there."""
    found = find_run(session.database, run)
    if found is None or found.kind != RecommendationKind.SCENARIO.value:
        raise GstError("no_comparison", say("There is no comparison {run}.", run=run[:12]))
    scenario = Scenario.model_validate(found.inputs["definition"])
    differences = frame_from(load_result(session.database, run, "differences"))
    return StoredComparison(
        run=found,
        scenario=scenario,
        comparison=Comparison(scenario.name, found.inputs["replications"], differences),
        baseline=read_twin(session, found.inputs["baseline"]),
        changed=read_twin(session, found.inputs["scenario"]),
    )


def read_roster(session: Session, run: str) -> RosterDraft:
    """A stored roster."""
    content = load_result(session.database, run, "roster")
    return RosterDraft(run, Roster.model_validate_json(content))


def read_theatre_plan(session: Session, run: Run) -> TheatreDraft:
    """A stored theatre plan."""
    content = load_result(session.database, run.run, "theatre_plan")
    return TheatreDraft(run.run, run.inputs["twin"], TheatrePlan.model_validate_json(content))


def read_order(session: Session, run: Run) -> OrderDraft:
    """A stored order proposal."""
    content = load_result(session.database, run.run, "stock_plan")
    return OrderDraft(run.run, run.inputs["forecast"], StockPlan.model_validate_json(content))
