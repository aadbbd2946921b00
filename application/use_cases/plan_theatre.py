"""Plans a week of surgery against the beds that the twin expects to be free: a recommendation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from application.free_beds import free_beds
from application.identity import run_identity
from application.store.runs import JSON, Result, Run, find_run, load_result, save_run
from application.use_cases.access import needs
from application.use_cases.build_roster import next_monday, refuse_if_broken
from application.use_cases.session import Session
from application.use_cases.simulate import TheatreDays, TwinDesign, simulate
from governance.access import Action
from governance.decision import RecommendationKind
from hospital.base import DAYS_PER_WEEK
from hospital.errors import GstError, say
from hospital.theatre_plan import TheatrePlan

KIND = RecommendationKind.THEATRE_PLAN.value
THEATRE_REPLICATIONS = 40
"""Enough for the mean and the spread of occupied beds; the plan does not compare scenarios."""


@dataclass(frozen=True)
class TheatreDraft:
    """A checked theatre plan that waits for a person, and the twin run behind its beds."""

    run: str
    twin_run: str
    plan: TheatrePlan


@needs(Action.PLAN_THEATRE)
def plan_theatre(
    session: Session, hospital: str, design: TwinDesign, first_day: date | None = None
) -> TheatreDraft:
    """A week of the theatre suite of one hospital, from ``first_day`` (the next Monday)."""
    from scheduling.theatres import plan, problem  # noqa: PLC0415 - OR-Tools is heavy

    first_day = first_day or next_monday(session.gst.identity.as_of)
    week = TheatreDays(hospital=hospital, first_day=first_day, days=DAYS_PER_WEEK)
    closed = closed_days(session, week)
    twin = simulate(session, design.but(theatre_days=week, replications=THEATRE_REPLICATIONS))
    inputs = {
        "hospital": hospital,
        "first_day": first_day.isoformat(),
        "twin": twin.run,
        **({"closed": [day.isoformat() for day in closed]} if closed else {}),
    }
    run = run_identity(KIND, session.snapshot.snapshot, design.seed, inputs)
    if find_run(session.database, run):
        content = load_result(session.database, run, "theatre_plan")
        return TheatreDraft(run, twin.run, TheatrePlan.model_validate_json(content))
    beds = free_beds(session.gst, hospital, twin.result, first_day)
    question = problem.theatre_problem(session.gst, hospital, first_day, DAYS_PER_WEEK, beds)
    answer = plan.plan_theatre(question.but(closed_days=closed), design.seed)
    refuse_if_broken(answer.violations())
    result = Result("theatre_plan", JSON, answer.model_dump_json().encode())
    save_run(
        session.database,
        Run(run, KIND, session.snapshot.snapshot, design.seed, inputs),
        [result],
    )
    return TheatreDraft(run, twin.run, answer)


def closed_days(session: Session, week: TheatreDays) -> tuple[date, ...]:
    """Public holidays of these days: no session is held, only emergencies are operated."""
    last_day = week.first_day + timedelta(days=week.days - 1)
    holidays = session.calendar.holidays(week.first_day, last_day)
    return tuple(sorted({holiday.date for holiday in holidays}))


def default_hospital(session: Session) -> str:
    """The hospital with most patients on its waiting list."""
    waiting = [patient.hospital for patient in session.gst.waiting_list]
    if not waiting:
        raise GstError(
            "no_waiting_list",
            say("Nobody waits for an operation in this GST. Fill in the waiting_list table."),
        )
    return max(sorted(set(waiting)), key=waiting.count)
