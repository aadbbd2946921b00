"""Reads what was computed before on the current GST.

Nothing is computed here: a page that opens must answer at once, and say that a result is
missing rather than make it.
"""

from __future__ import annotations

from dataclasses import dataclass

from application.store.frames import forecasts_from, frame_from, twin_from
from application.store.runs import Run, find_run, list_runs, load_result, runs_before
from application.use_cases import beds_now, forecast_demand, simulate
from application.use_cases.access import needs
from application.use_cases.beds_now import BedsNow
from application.use_cases.forecast_demand import ForecastSet
from application.use_cases.session import Session
from governance.access import Action
from governance.decision import RecommendationKind
from hospital.bed_forecast import MIDNIGHT
from hospital.errors import GstError, say
from hospital.forecast import Level
from hospital.roster import Roster
from hospital.stock_plan import StockPlan, TransferPlan
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


@needs(Action.READ)
def runs_of(session: Session, kind: RecommendationKind) -> tuple[Run, ...]:
    """The runs of a kind on the current GST, newest first."""
    return tuple(list_runs(session.database, kind.value, session.snapshot.snapshot))


@needs(Action.READ)
def runs_page(
    session: Session, kinds: tuple[str, ...], limit: int, before: str | None = None
) -> tuple[Run, ...]:
    """Runs of these kinds on any GST of this database, newest first, after the run named.

    Raises:
        GstError: ``unknown_run``: there is no run of this name.
    """
    return tuple(runs_before(session.database, kinds, limit, before))


@needs(Action.READ)
def run_of(session: Session, run: str, kinds: tuple[str, ...]) -> Run:
    """A stored run of one of these kinds.

    Raises:
        GstError: ``unknown_run``: there is none of this name.
    """
    found = find_run(session.database, run)
    if found is None or found.kind not in kinds:
        raise GstError("unknown_run", say("There is no run {run}.", run=run[:12]))
    return found


@needs(Action.READ)
def latest_forecast_run(session: Session) -> str | None:
    """The newest forecast of the whole current GST from its last day on, if there is one."""
    for run in list_runs(session.database, forecast_demand.KIND, session.snapshot.snapshot):
        if run.inputs.keys().isdisjoint(forecast_demand.PARTIAL):
            return run.run
    return None


@needs(Action.READ)
def read_forecast(session: Session, run: str) -> ForecastSet:
    """A stored forecast."""
    return ForecastSet(run, forecasts_from(load_result(session.database, run, "forecasts")))


@needs(Action.READ)
def knows_the_events(session: Session, run: str) -> bool:
    """Whether a forecast was made with the events as they stand now."""
    found = find_run(session.database, run)
    told = [] if found is None else found.inputs.get("events", [])
    return bool(told == [event.model_dump(mode="json") for event in session.events])


@needs(Action.READ)
def levels_of(session: Session, run: str) -> tuple[Level, ...]:
    """Into which levels a stored forecast divides admissions."""
    found = find_run(session.database, run)
    return () if found is None else tuple(Level(name) for name in found.inputs.get("levels", ()))


@needs(Action.READ)
def latest_baseline_run(session: Session) -> str | None:
    """The newest run of the twin on the GST as it is, no operation silent, if there is one."""
    for run in list_runs(session.database, simulate.KIND, session.snapshot.snapshot):
        # Runs stored before theatre days existed say nothing of them, and are not taken.
        all_operations = run.inputs["design"].get("theatre_days", "unknown") is None
        if run.inputs["scenario"] is None and all_operations:
            return run.run
    return None


@needs(Action.READ)
def read_twin(session: Session, run: str) -> TwinResult:
    """A stored run of the twin."""
    parts = ("twin_indicators", "twin_occupancy", "twin_design")
    indicators, occupancy, design = (load_result(session.database, run, part) for part in parts)
    return twin_from(indicators, occupancy, design)


@needs(Action.READ)
def latest_beds_run(session: Session) -> str | None:
    """The newest forecast of tonight's beds of the current GST, if there is one."""
    for run in list_runs(session.database, beds_now.KIND, session.snapshot.snapshot):
        if run.inputs["design"]["hour"] == MIDNIGHT:
            return run.run
    return None


@needs(Action.READ)
def read_beds(session: Session, run: str) -> BedsNow:
    """A stored forecast of beds. Raises ``GstError`` if this run is not there."""
    found = find_run(session.database, run)
    if found is None or found.kind != beds_now.KIND:
        raise GstError("no_beds_forecast", say("There is no forecast of beds {run}.", run=run[:12]))
    return beds_now.read_beds(session, run, found.inputs["forecast"])


@needs(Action.READ)
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


@needs(Action.READ)
def read_roster(session: Session, run: str) -> Roster:
    """A stored roster."""
    return Roster.model_validate_json(load_result(session.database, run, "roster"))


@needs(Action.READ)
def read_theatre_plan(session: Session, run: str) -> TheatrePlan:
    """A stored theatre plan."""
    return TheatrePlan.model_validate_json(load_result(session.database, run, "theatre_plan"))


@needs(Action.READ)
def read_order(session: Session, run: str) -> StockPlan:
    """A stored order proposal."""
    return StockPlan.model_validate_json(load_result(session.database, run, "stock_plan"))


@needs(Action.READ)
def read_transfers(session: Session, run: str) -> TransferPlan:
    """Stored transfers."""
    return TransferPlan.model_validate_json(load_result(session.database, run, "stock_transfers"))
