"""The theatre week under a scenario: planned on the beds that are left, and tried in the twin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from application.free_beds import free_beds
from application.identity import run_identity
from application.store.runs import JSON, Result, Run, find_run, load_result, save_run
from application.use_cases.build_roster import next_monday, refuse_if_broken
from application.use_cases.check_theatre import CalledOff, called_off_of, calling_off
from application.use_cases.plan_theatre import closed_days
from application.use_cases.session import Session
from application.use_cases.simulate import TheatreDays, TwinDesign, prepare_twin, simulate
from hospital.base import DAYS_PER_WEEK
from hospital.gst import Gst
from hospital.tables import Col
from hospital.theatre_plan import TheatrePlan
from hospital.twin_result import Indicator, TwinResult
from scenarios.changes.place_rules import CallOffElectives
from scenarios.language import Scenario, apply

KIND = "scenario_theatre"
"""Not a recommendation: nobody decides on a week of what might be."""


@dataclass(frozen=True)
class FollowedTheatre:
    """A week of one hospital: who is planned, and who then finds no bed on arrival."""

    hospital: str
    waiting: int
    planned: int
    planned_minutes: int
    called_off: CalledOff


def theatre_under(
    session: Session, design: TwinDesign, scenario: Scenario | None, hospital: str
) -> FollowedTheatre | None:
    """The first whole week of the run, planned and tried; None where the run has none."""
    first_day = next_monday(session.gst.identity.as_of)
    end = session.gst.identity.as_of + timedelta(days=design.horizon_days)
    if first_day + timedelta(days=DAYS_PER_WEEK) > end:
        return None
    week = TheatreDays(hospital=hospital, first_day=first_day, days=DAYS_PER_WEEK)
    run, plan = _plan(session, design, scenario, week)
    return FollowedTheatre(
        hospital=hospital,
        waiting=len(plan.problem.waiting_list),
        planned=len(plan.cases),
        planned_minutes=sum(case.expected_minutes for case in plan.cases),
        called_off=_called_off(session, design.but(theatre_plans=(run,)), scenario, hospital),
    )


def with_open_beds(gst: Gst, result: TwinResult) -> Gst:
    """The places with no more beds than the twin opened, on the mean of the run, rounded down."""
    rows = result.indicators
    own = rows[rows[Col.INDICATOR] == Indicator.OPEN_BEDS]
    is_open = own.groupby(Col.PLACE)[Col.VALUE].mean().to_dict()
    kept, count = [], dict.fromkeys(gst.beds_by_unit(), 0)
    for bed in gst.beds:
        count[bed.unit] += 1
        if count[bed.unit] <= is_open.get(bed.unit, count[bed.unit]) + 1e-9:
            kept.append(bed)
    return gst.but(beds=tuple(kept))


def _plan(
    session: Session, design: TwinDesign, scenario: Scenario | None, week: TheatreDays
) -> tuple[str, TheatrePlan]:
    from scheduling.theatres.plan import plan_theatre  # noqa: PLC0415 - OR-Tools is heavy
    from scheduling.theatres.problem import theatre_problem  # noqa: PLC0415

    twin = simulate(session, design.but(theatre_days=week), scenario)
    closed = closed_days(session, week)
    inputs = {"twin": twin.run, "closed": [day.isoformat() for day in closed]}
    run = run_identity(KIND, session.snapshot.snapshot, design.seed, inputs)
    if find_run(session.database, run):
        content = load_result(session.database, run, "theatre_plan")
        return run, TheatrePlan.model_validate_json(content)
    gst = session.gst if scenario is None else apply(session.gst, scenario)
    left = with_open_beds(gst, twin.result)
    beds = free_beds(left, week.hospital, twin.result, week.first_day)
    question = theatre_problem(left, week.hospital, week.first_day, week.days, beds)
    plan = plan_theatre(question.but(closed_days=closed), design.seed)
    refuse_if_broken(plan.violations())
    save_run(
        session.database,
        Run(run, KIND, session.snapshot.snapshot, design.seed, inputs),
        [Result("theatre_plan", JSON, plan.model_dump_json().encode())],
    )
    return run, plan


def _called_off(
    session: Session, design: TwinDesign, scenario: Scenario | None, hospital: str
) -> CalledOff:
    from twin.planned_outcome import planned_outcome  # noqa: PLC0415 - loads SimPy

    gst = session.gst if scenario is None else apply(session.gst, scenario)
    changes = () if scenario is None else scenario.changes
    own = {one.unit for one in changes if isinstance(one, CallOffElectives)}
    rule = calling_off(gst, hospital)
    rules = tuple(one for one in rule.changes if getattr(one, "unit", None) not in own)
    prepared = prepare_twin(session, design, rule.but(changes=(*changes, *rules)))
    return called_off_of(planned_outcome(prepared, hospital, session.workers))
