"""Builds a roster for one unit and checks it before anybody sees it: a recommendation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from application.identity import run_identity
from application.store.runs import JSON, Result, Run, find_run, load_result, save_run
from application.use_cases.access import needs
from application.use_cases.needs_from_beds import needs_from_beds
from application.use_cases.roster_memory import Memory, memory_before
from application.use_cases.session import Session
from governance.access import Action
from governance.decision import RecommendationKind
from hospital.errors import GstError, say
from hospital.gst import Gst
from hospital.places import UnitKind
from hospital.roster import Assignment, Roster, RosterProblem
from hospital.roster_burden import named_days
from hospital.working_rules import moroccan_rules

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

    ``work_limit`` is how much work the solver may do [deterministic seconds]. ``in_stages`` makes
    the roster best for cover, then fairness, then wishes, instead of all at once by weights;
    ``proposed_rules`` adds the rules that Tadbir proposes where the hospital has none;
    ``bed_percent`` takes the nurses from this quantile of the beds foreseen, not from the table.
    """

    unit: str
    first_day: date | None = None
    days: int = DEFAULT_DAYS
    seed: int = 1
    work_limit: float = DEFAULT_WORK_LIMIT
    in_stages: bool = False
    proposed_rules: bool = False
    locked: tuple[Assignment, ...] = ()
    bed_percent: int | None = None

    def differences(self) -> dict[str, object]:
        """What was asked beyond the plain roster, for the identity of the run."""
        asked: dict[str, object] = {}
        if self.in_stages:
            asked["in_stages"] = True
        if self.proposed_rules:
            asked["proposed_rules"] = True
        if self.locked:
            asked["locked"] = [lock.model_dump(mode="json") for lock in self.locked]
        if self.bed_percent is not None:
            asked["bed_percent"] = self.bed_percent
        return asked


@needs(Action.BUILD_ROSTER)
def build_roster(session: Session, asked: RosterRequest) -> RosterDraft:
    """The roster that was asked for, checked; one that was built before is read.

    Published rosters of the unit count: for rest and rolling weeks, and by the ledger for what
    is fair.
    """
    from scheduling.rosters import build, staged  # noqa: PLC0415 - OR-Tools is heavy

    first_day = asked.first_day or next_monday(session.gst.identity.as_of)
    memory = memory_before(session, asked.unit, first_day)
    question = roster_question(session, session.gst, asked, memory)
    if asked.bed_percent is not None:
        question = question.but(demand=needs_from_beds(session, question, asked.bed_percent))
    inputs = {
        "unit": asked.unit,
        "first_day": first_day.isoformat(),
        "days": asked.days,
        "work_limit": asked.work_limit,
        **asked.differences(),
        **({"after": list(memory.runs)} if memory.runs else {}),
    }
    seed = asked.seed
    run = run_identity(KIND, session.snapshot.snapshot, seed, inputs)
    if find_run(session.database, run):
        content = load_result(session.database, run, "roster")
        return RosterDraft(run, Roster.model_validate_json(content))
    if asked.in_stages:
        roster = staged.build_in_stages(question, seed, asked.work_limit)
    else:
        roster = build.build_roster(question, seed, asked.work_limit)
    refuse_if_broken(roster.violations())
    keep_roster(session, Run(run, KIND, session.snapshot.snapshot, seed, inputs), roster)
    return RosterDraft(run, roster)


@needs(Action.BUILD_ROSTER)
def keep_roster(session: Session, run: Run, roster: Roster, *more: Result) -> None:
    """Stores a roster under its run."""
    content = roster.model_dump_json().encode()
    save_run(session.database, run, [Result("roster", JSON, content), *more])


def roster_question(
    session: Session, gst: Gst, asked: RosterRequest, memory: Memory
) -> RosterProblem:
    """The question with the weekly table's needs, of these hospitals: as they are, or changed."""
    from scheduling.rosters import problem  # noqa: PLC0415 - with the engine

    first_day = asked.first_day or next_monday(gst.identity.as_of)
    last_day = first_day + timedelta(days=asked.days - 1)
    calendar = session.calendar
    known = problem.Known(
        holidays=[holiday.date for holiday in calendar.holidays(first_day, last_day)],
        named_days=named_days(calendar, first_day, last_day),
        rules=moroccan_rules() if asked.proposed_rules else (),
        locked=asked.locked,
        previous=memory.previous,
        carried=memory.ledger.carried(),
    )
    return problem.roster_problem(gst, asked.unit, first_day, asked.days, known)


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
