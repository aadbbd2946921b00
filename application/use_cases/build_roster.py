"""Builds a roster for one unit and checks it before anybody sees it: a recommendation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from application.identity import run_identity
from application.store.runs import JSON, Result, Run, find_run, load_result, save_run
from application.use_cases.session import Session
from governance.decision import RecommendationKind
from hospital.errors import GstError, say
from hospital.places import UnitKind
from hospital.roster import Roster

KIND = RecommendationKind.ROSTER.value
DEFAULT_DAYS = 14
DEFAULT_WORK_LIMIT = 8.0
"""Deterministic seconds of CP-SAT: the same limit gives the same roster on any machine."""


@dataclass(frozen=True)
class RosterDraft:
    """A checked roster that waits for a person."""

    run: str
    roster: Roster


@dataclass(frozen=True)
class RosterRequest:
    """Which unit, from which day (the next Monday if none is given), over how many days.

    ``work_limit`` is how much work the solver may do [deterministic seconds].
    """

    unit: str
    first_day: date | None = None
    days: int = DEFAULT_DAYS
    seed: int = 1
    work_limit: float = DEFAULT_WORK_LIMIT


def build_roster(session: Session, asked: RosterRequest) -> RosterDraft:
    """The roster that was asked for, checked; one that was built before is read."""
    from scheduling.rosters import build, problem  # noqa: PLC0415 - OR-Tools is heavy

    first_day = asked.first_day or next_monday(session.gst.identity.as_of)
    last_day = first_day + timedelta(days=asked.days - 1)
    holidays = [holiday.date for holiday in session.calendar.holidays(first_day, last_day)]
    known = problem.Known(holidays=holidays)
    question = problem.roster_problem(session.gst, asked.unit, first_day, asked.days, known)
    inputs = {
        "unit": asked.unit,
        "first_day": first_day.isoformat(),
        "days": asked.days,
        "work_limit": asked.work_limit,
    }
    seed = asked.seed
    run = run_identity(KIND, session.snapshot.snapshot, seed, inputs)
    if find_run(session.database, run):
        content = load_result(session.database, run, "roster")
        return RosterDraft(run, Roster.model_validate_json(content))
    roster = build.build_roster(question, seed, asked.work_limit)
    refuse_if_broken(roster.violations())
    result = Result("roster", JSON, roster.model_dump_json().encode())
    save_run(session.database, Run(run, KIND, session.snapshot.snapshot, seed, inputs), [result])
    return RosterDraft(run, roster)


def next_monday(day: date) -> date:
    """This day if it is a Monday, else the Monday after it."""
    return day + timedelta(days=-day.weekday() % 7)


def default_unit(session: Session) -> str:
    """The ward with most staff: a natural first roster to look at."""
    wards = {unit.unit for unit in session.gst.units if unit.kind is UnitKind.WARD}
    people = [person.unit for person in session.gst.staff if person.unit in wards]
    if not people:
        raise GstError("no_staff", say("No ward of this GST has staff. Fill in the staff table."))
    return max(sorted(set(people)), key=people.count)


def refuse_if_broken(violations: tuple[object, ...]) -> None:
    """A plan that fails its own check is never shown: that would be a fault of ours."""
    if violations:
        raise GstError(
            "plan_fails_its_check",
            say(
                "The plan breaks its own rules and is not shown: {rules}. Please report this.",
                rules="; ".join(str(violation) for violation in violations[:5]),
            ),
        )
