"""Runs the twin of the current GST, as it is or as a scenario would have it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import Field

from application.compute import Remembering
from application.identity import run_identity
from application.store.frames import twin_from, twin_results
from application.store.runs import Run, find_run, list_runs, load_result, save_run
from application.store.unfinished import UnfinishedRun
from application.use_cases.access import needs
from application.use_cases.forecast_demand import ForecastSet, forecast_demand
from application.use_cases.session import Session
from governance.access import Action
from governance.decision import RecommendationKind
from hospital.base import Frozen
from hospital.compute import TaskMap
from hospital.errors import GstError, say
from hospital.gst import Gst
from hospital.places import Code
from hospital.roster import Roster
from hospital.theatre_plan import FreeBeds, TheatrePlan
from hospital.twin_result import Indicator, TwinResult, WarmupSource
from scenarios.language import Scenario, apply, apply_to_demand, apply_to_parameters

if TYPE_CHECKING:
    from twin.parameters import TwinParameters
    from twin.precision import PrecisionTarget
    from twin.run_plan import RunPlan
    from twin.simulation import Prepared

KIND = "twin"


EMPTY_WARMUP_DAYS = 14
"""Equilibrium of most wards after a start with nobody; used where MSER-5 finds no other."""

BOARDING_FACTOR = 5
LEAST_BEDS, LEAST_BOARDING_HOURS = 0.1, 0.1
"""Nobody needs the mean of a place that is almost empty more precisely than this."""


class StartFrom(StrEnum):
    """Whom the twin finds in the beds when it starts."""

    CENSUS = "census"
    NOBODY = "empty"


class TheatreDays(Frozen):
    """Days of the theatre suite of a hospital."""

    hospital: Code
    first_day: date
    days: int = Field(gt=0, le=28)


class TwinDesign(Frozen):
    """How long and how often the twin runs.

    It starts from today's census, unless warm-up days are asked for, ``start`` is empty or the
    history has nobody present: then it starts with nobody and warms up.
    ``theatre_days`` are days whose operations wait for a plan: nobody comes for them, and what is
    left are the beds that the plan will find. With ``readmissions``, those
    that the history shows come from the patients whom the twin sends home, not with the others.

    With ``half_width_percent`` P, replications go on, up to ``at_most``, until the 95 % interval
    is no wider than ± P % of the mean (or 0.1 bed) for the occupied beds of every unit, and
    ± 5 P % (or 0.1 hour) for boarding in the whole GST: a wait varies more than a census.

    Units open the beds that their ``rosters`` (runs of ``tadbir roster``) staff, hour by hour.
    ``theatre_plans`` (runs of ``tadbir theatre``) say who comes for an operation on their days.
    ``scenario_rosters`` were built under the scenario that is run: who is away is known to them, so
    they go before what the scenario says of the nurses of their units.
    With ``separate_beds`` nobody lies in a bed that is not for his sex, age or need of isolation.
    """

    horizon_days: int = Field(default=28, gt=0, le=366)
    warmup_days: int = Field(default=0, ge=0, le=366)
    replications: int = Field(default=20, gt=0, le=10_000)
    seed: int = Field(default=1, ge=0)
    theatre_days: TheatreDays | None = None
    readmissions: bool = False
    start: StartFrom = StartFrom.CENSUS
    half_width_percent: float | None = Field(default=None, gt=0, le=100)
    at_most: int = Field(default=200, ge=2, le=10_000)
    rosters: tuple[str, ...] = ()
    theatre_plans: tuple[str, ...] = ()
    scenario_rosters: tuple[str, ...] = ()
    separate_beds: bool = False


@dataclass(frozen=True)
class TwinRun:
    """A run of the twin, with the forecast that fed it."""

    run: str
    forecast_run: str
    result: TwinResult


@needs(Action.SIMULATE)
def simulate(session: Session, design: TwinDesign, scenario: Scenario | None = None) -> TwinRun:
    """Replays the GST under the forecast demand; a run done before is read, not repeated."""
    design = _with_known_runs(session, design)
    forecasts = forecast_demand(session, design.horizon_days, design.seed)
    inputs = _inputs(design, forecasts, scenario)
    run = run_identity(KIND, session.snapshot.snapshot, design.seed, inputs)
    if find_run(session.database, run):
        return TwinRun(run, forecasts.run, _stored(session, run))
    task_map = Remembering(session.workers, UnfinishedRun(session.database, run))
    result = _run_twin(session, _Wish(design, scenario, forecasts), task_map)
    save_run(
        session.database,
        Run(run, KIND, session.snapshot.snapshot, design.seed, inputs),
        twin_results("twin", result),
    )
    return TwinRun(run, forecasts.run, result)


def _inputs(
    design: TwinDesign, forecasts: ForecastSet, scenario: Scenario | None
) -> dict[str, Any]:
    return {
        "design": design.model_dump(mode="json"),
        "forecast": forecasts.run,
        "scenario": None if scenario is None else scenario.model_dump(mode="json"),
    }


def _stored(session: Session, run: str) -> TwinResult:
    parts = ("twin_indicators", "twin_occupancy", "twin_design")
    indicators, occupancy, design = (load_result(session.database, run, part) for part in parts)
    return twin_from(indicators, occupancy, design)


@dataclass(frozen=True)
class _Wish:
    """What to run: how long, with which change, under which forecasts."""

    design: TwinDesign
    scenario: Scenario | None
    forecasts: ForecastSet


def _run_twin(session: Session, wish: _Wish, task_map: TaskMap) -> TwinResult:
    from scenarios.consequences import with_consequences  # noqa: PLC0415 - loads pandas
    from twin import simulation  # noqa: PLC0415 - loads SimPy and SciPy

    gst = session.gst if wish.scenario is None else apply(session.gst, wish.scenario)
    start = starting_point(session, wish.design)
    parameters, demand = start.under(gst, wish.scenario, wish.forecasts)
    plan = start.plan.but(targets=_targets(wish.design, gst))
    result = simulation.simulate(gst, parameters, plan, demand, task_map)
    return with_consequences(gst, replace(result, warmup_source=start.warmup_source))


@dataclass(frozen=True, slots=True)
class StartingPoint:
    """What every scenario of a design starts from: the hospitals as they are, and the days."""

    parameters: TwinParameters
    plan: RunPlan
    warmup_source: WarmupSource
    rosters: tuple[Roster, ...] = ()

    def under(
        self, gst: Gst, scenario: Scenario | None, forecasts: ForecastSet
    ) -> tuple[TwinParameters, dict[str, Any]]:
        """Parameters and demand as this scenario changes them, on ``gst`` as it changed it."""
        changed = _changed(self.parameters, gst, scenario, self.rosters)
        return changed, _demand(forecasts, scenario)


def starting_point(session: Session, design: TwinDesign) -> StartingPoint:
    """Calibrates, and finds the warm-up where the design leaves it open."""
    from twin.warm_up import warmup_days_needed  # noqa: PLC0415 - loads SimPy and SciPy

    parameters = _believed(session, design)
    plan = _run_plan(design, parameters, session.gst.identity.as_of)
    source = _warmup_source(design, plan)
    if source is WarmupSource.MSER5:
        found = warmup_days_needed(session.gst, parameters, plan, session.workers)
        source = source if found else WarmupSource.NOT_FOUND
        plan = plan.but(warmup_days=found or EMPTY_WARMUP_DAYS)
    return StartingPoint(parameters, plan, source, _rosters(session, design.scenario_rosters))


def twin_inputs(
    session: Session, design: TwinDesign, scenario: Scenario | None = None
) -> tuple[Gst, TwinParameters]:
    """The places, and what the twin believes of them; both as a scenario would have them."""
    gst = session.gst if scenario is None else apply(session.gst, scenario)
    rosters = _rosters(session, design.scenario_rosters)
    return gst, _changed(_believed(session, design), gst, scenario, rosters)


def _changed(
    parameters: TwinParameters, gst: Gst, scenario: Scenario | None, rosters: tuple[Roster, ...]
) -> TwinParameters:
    """Parameters under a scenario; a roster built under it is laid over what it did to the beds.

    With its rosters in place before it, a scenario takes nurses from them and closes no bed of its
    own; the rosters as built then stand again, and nobody is away twice.
    """
    from twin.staffing import with_rosters  # noqa: PLC0415 - loads SciPy

    if scenario is not None:
        parameters = with_rosters(gst, parameters, rosters)
        parameters = apply_to_parameters(parameters, scenario, gst)
    return with_rosters(gst, parameters, rosters)


@needs(Action.SIMULATE)
def prepare_twin(
    session: Session, design: TwinDesign, scenario: Scenario | None = None
) -> Prepared:
    """The run that ``simulate`` would do, resolved and not yet done."""
    from twin import simulation  # noqa: PLC0415 - loads SimPy and SciPy
    from twin.checks import check_run  # noqa: PLC0415

    forecasts = forecast_demand(session, design.horizon_days, design.seed)
    gst, parameters = twin_inputs(session, design, scenario)
    plan = _run_plan(design, parameters, gst.identity.as_of)
    demand = _demand(forecasts, scenario)
    check_run(gst, parameters, plan, demand)
    return simulation.prepare(gst, parameters, plan, demand)


def _believed(session: Session, design: TwinDesign) -> TwinParameters:
    """What the twin believes of the hospitals as they are, under this design."""
    from twin.readmission_history import with_readmissions  # noqa: PLC0415 - loads SciPy
    from twin.separate_beds import with_separate_beds  # noqa: PLC0415
    from twin.staffing import with_rosters  # noqa: PLC0415
    from twin.theatre_electives import with_theatre_plans  # noqa: PLC0415

    parameters = session.calibrated
    if design.readmissions:
        parameters = with_readmissions(parameters, session.gst, session.data.history)
    if design.separate_beds:
        parameters = with_separate_beds(session.gst, session.data.history, parameters)
    plans = (*_theatre_plans(session, design), *_empty_plan(session, design))
    parameters = with_theatre_plans(session.gst, parameters, plans)
    return with_rosters(session.gst, parameters, _rosters(session, design.rosters))


def _with_known_runs(session: Session, design: TwinDesign) -> TwinDesign:
    """The design with the whole identity of each run, of which the beginning is enough."""
    if not design.rosters and not design.theatre_plans:
        return design
    return design.but(
        rosters=_known_runs(session, RecommendationKind.ROSTER, design.rosters),
        theatre_plans=_known_runs(session, RecommendationKind.THEATRE_PLAN, design.theatre_plans),
    )


def _known_runs(
    session: Session, kind: RecommendationKind, asked: tuple[str, ...]
) -> tuple[str, ...]:
    known = [one.run for one in list_runs(session.database, kind.value, None, limit=1000)]
    found: list[str] = []
    for beginning in asked:
        match = [run for run in known if run.startswith(beginning)]
        if len(match) != 1:
            raise _not_a_run(kind, beginning)
        found += match
    return tuple(found)


def _not_a_run(kind: RecommendationKind, asked: str) -> GstError:
    if kind is RecommendationKind.ROSTER:
        return GstError(
            "not_a_roster",
            say("{run} is no roster here; tadbir roster shows the run of each.", run=asked),
        )
    return GstError(
        "not_a_theatre_plan",
        say("{run} is no theatre plan here; tadbir theatre shows the run of each.", run=asked),
    )


def _theatre_plans(session: Session, design: TwinDesign) -> list[TheatrePlan]:
    stored = (load_result(session.database, run, "theatre_plan") for run in design.theatre_plans)
    return [TheatrePlan.model_validate_json(content) for content in stored]


def _rosters(session: Session, runs: tuple[str, ...]) -> tuple[Roster, ...]:
    stored = (load_result(session.database, run, "roster") for run in runs)
    return tuple(Roster.model_validate_json(content) for content in stored)


def _run_plan(design: TwinDesign, parameters: TwinParameters, first_day: date) -> RunPlan:
    from twin.run_plan import RunPlan, Start  # noqa: PLC0415

    period = design.model_dump(include={"horizon_days", "replications", "seed"})
    present = parameters.census is not None and parameters.census.inpatients
    if present and design.start is StartFrom.CENSUS and not design.warmup_days:
        return RunPlan(first_day=first_day, start=Start.CENSUS, **period)
    warmup_days = design.warmup_days or EMPTY_WARMUP_DAYS
    return RunPlan(first_day=first_day, start=Start.EMPTY, warmup_days=warmup_days, **period)


def _warmup_source(design: TwinDesign, plan: RunPlan) -> WarmupSource:
    if not plan.warmup_days:
        return WarmupSource.NONE
    return WarmupSource.STATED if design.warmup_days else WarmupSource.MSER5


def _targets(design: TwinDesign, gst: Gst) -> tuple[PrecisionTarget, ...]:
    from twin.network import SIMULATED  # noqa: PLC0415 - loads NumPy
    from twin.precision import PrecisionTarget  # noqa: PLC0415 - loads SciPy

    percent = design.half_width_percent
    if percent is None:
        return ()
    beds = gst.beds_by_unit()
    units = [unit.unit for unit in gst.units if unit.kind in SIMULATED and beds[unit.unit]]
    asked = [(Indicator.OCCUPIED_BEDS, unit, percent, LEAST_BEDS) for unit in units]
    boarding = min(100.0, BOARDING_FACTOR * percent)
    asked.append((Indicator.BOARDING, "", boarding, LEAST_BOARDING_HOURS))
    return tuple(
        PrecisionTarget(
            indicator=indicator,
            place=place,
            percent=share,
            half_width=least,
            at_most=design.at_most,
        )
        for indicator, place, share, least in asked
    )


def _empty_plan(session: Session, design: TwinDesign) -> Iterator[TheatrePlan]:
    """The plan of nobody for the days that wait for one."""
    from scheduling.theatres.problem import theatre_problem  # noqa: PLC0415 - heavy

    if (asked := design.theatre_days) is not None:
        none = FreeBeds(ward=(0.0,) * asked.days, intensive_care=(0.0,) * asked.days)
        problem = theatre_problem(session.gst, asked.hospital, asked.first_day, asked.days, none)
        yield TheatrePlan(problem=problem, cases=(), unplanned=(), value=0.0, bound=0.0)


def _demand(forecasts: ForecastSet, scenario: Scenario | None) -> dict[str, Any]:
    if scenario is None:
        return dict(forecasts.visits_by_hospital())
    changed = ForecastSet(forecasts.run, apply_to_demand(forecasts.forecasts, scenario))
    return dict(changed.visits_by_hospital())
