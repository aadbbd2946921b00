"""Changes a roster that stands: mends it after absences, or moves a duty by hand.

The roster that was published is never touched: a change makes a new draft, which a named person
publishes or not. A change by hand may break a rule; it is told, and the person decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from application.identity import run_identity
from application.store.runs import Run
from application.use_cases.access import needs
from application.use_cases.build_roster import KIND, RosterDraft, keep_roster
from application.use_cases.read_results import read_roster
from application.use_cases.session import Session
from governance.access import Action
from hospital.errors import GstError, say
from hospital.roster import Assignment, Roster
from hospital.staff import Leave

if TYPE_CHECKING:
    from scheduling.rosters.cover_options import CoverOption, Reserve
    from scheduling.rosters.mend import Mended, Replacement, Window

MEND_WORK = 8.0
SEED = 1
UNLIMITED_SHIFTS = 10_000


@dataclass(frozen=True)
class MendRequest:
    """Who is away, and from which day on the roster may change (the first absence if none)."""

    absences: tuple[Leave, ...]
    from_day: date | None = None
    most_changes: int | None = None


@dataclass(frozen=True)
class MendedDraft:
    """A mended roster that waits for a person, and what mending it meant."""

    draft: RosterDraft
    summary: MendSummary


@dataclass(frozen=True)
class MendSummary:
    """How many shifts are uncovered now and if nothing were done, and whose days changed."""

    uncovered: int
    uncovered_if_nothing_done: int
    lost: int
    changed: tuple[tuple[str, date], ...]
    is_proven: bool


@dataclass(frozen=True)
class Move:
    """One entry changed by hand: what a person works on a day, None for nothing."""

    staff: str
    day: date
    shift: str | None


@needs(Action.BUILD_ROSTER)
def mend(session: Session, run: str, asked: MendRequest) -> MendedDraft:
    """The roster of a run, mended for these absences with the fewest changes.

    Raises:
        GstError: no absence was told, or what ``mend_roster`` refuses.
    """
    from scheduling.rosters.mend import mend_roster  # noqa: PLC0415 - OR-Tools is heavy

    roster = read_roster(session, run)
    window = _window(roster, asked)
    inputs = {
        **_inputs(roster, run),
        "absences": [absence.model_dump(mode="json") for absence in asked.absences],
        "from_day": window.from_day.isoformat(),
        "most_changes": asked.most_changes,
    }
    mended = mend_roster(roster, asked.absences, window, SEED, MEND_WORK)
    summary = _summary(mended)
    made = _kept(session, inputs, mended.roster)
    return MendedDraft(made, summary)


@needs(Action.BUILD_ROSTER)
def move(session: Session, run: str, moves: Sequence[Move]) -> RosterDraft:
    """The roster of a run with these entries changed; what it breaks is in ``violations()``.

    Raises:
        GstError: ``not_in_roster`` for a person, day or shift that the roster does not have.
    """
    from scheduling.rosters.cost import cost_of  # noqa: PLC0415 - with the engine

    roster = read_roster(session, run)
    _refuse_strangers(roster, moves)
    cells = {(one.staff, one.day): one.shift for one in moves}
    kept = [a for a in roster.assignments if (a.staff, a.day) not in cells]
    added = [
        Assignment(staff=staff, day=day, shift=shift)
        for (staff, day), shift in cells.items()
        if shift
    ]
    assignments = tuple(sorted([*kept, *added], key=lambda a: (a.day, a.shift, a.staff)))
    changed = roster.but(
        assignments=assignments,
        cost=float(cost_of(roster.problem, assignments).total),
        bound=0.0,
        stages=(),
    )
    told = [[one.staff, one.day.isoformat(), one.shift] for one in moves]
    return _kept(session, {**_inputs(roster, run), "moves": told}, changed)


@needs(Action.BUILD_ROSTER)
def options(
    session: Session, run: str, asked: MendRequest, reserves: Sequence[Reserve] = ()
) -> tuple[CoverOption, ...]:
    """Ways to live with absences, none beaten by another in cover, changes and money at once.

    An agency at the GST's own price by the hour is always among the reserves.
    """
    from scheduling.rosters import cover_options as engine  # noqa: PLC0415 - OR-Tools is heavy

    roster = read_roster(session, run)
    window = _window(roster, asked)
    hourly = session.gst.identity.costs.agency_nurse_hour_mad
    agency = engine.Reserve(engine.Source.AGENCY, None, UNLIMITED_SHIFTS, hourly)
    mended = engine.mended_by_changes(
        roster, asked.absences, window, seed=SEED, work_limit=MEND_WORK / 2
    )
    return engine.cover_options(mended, [*reserves, agency], window)


@needs(Action.BUILD_ROSTER)
def replacements_for(session: Session, run: str, staff: str, day: date) -> tuple[Replacement, ...]:
    """Who could take over a person's duty of a day, the lawful and cheapest first."""
    from scheduling.rosters.mend import replacements  # noqa: PLC0415 - OR-Tools is heavy

    roster = read_roster(session, run)
    duty = next((a for a in roster.assignments if (a.staff, a.day) == (staff, day)), None)
    if duty is None:
        raise GstError(
            "not_in_roster", say("{staff} works nothing on {day}.", staff=staff, day=day)
        )
    return replacements(roster, duty)


def absence(staff: str, first_day: date, days: int) -> Leave:
    """Somebody away from a day on."""
    last = first_day + timedelta(days - 1)
    return Leave(staff=staff, first_day=first_day, last_day=last, reason="absence")


def _window(roster: Roster, asked: MendRequest) -> Window:
    """The days from the first absence, or the day that was asked for, to the end of the roster."""
    from scheduling.rosters.mend import Window  # noqa: PLC0415 - OR-Tools is heavy

    if not asked.absences:
        raise GstError("no_absence", say("Say who is away, and from when to when."))
    first = asked.from_day or min(absence.first_day for absence in asked.absences)
    from_day = max(first, roster.problem.first_day)
    days = (roster.problem.calendar()[-1] - from_day).days + 1
    return Window(from_day, days, asked.most_changes)


def _refuse_strangers(roster: Roster, moves: Sequence[Move]) -> None:
    people = {person.staff for person in roster.problem.staff}
    shifts = {shift.shift for shift in roster.problem.shifts}
    for one in moves:
        is_known = one.staff in people and roster.problem.has_day(one.day)
        if not is_known or one.shift not in {None, *shifts}:
            raise GstError(
                "not_in_roster",
                say(
                    "Not in this roster: {staff}, {day}, {shift}.",
                    staff=one.staff,
                    day=one.day,
                    shift=one.shift or "-",
                ),
            )


def _inputs(roster: Roster, run: str) -> dict[str, Any]:
    return {
        "unit": roster.problem.unit,
        "first_day": roster.problem.first_day.isoformat(),
        "days": roster.problem.days,
        "follows": run,
    }


def _summary(mended: Mended) -> MendSummary:
    return MendSummary(
        mended.uncovered,
        mended.uncovered_if_nothing_done,
        len(mended.lost),
        mended.changed,
        mended.is_proven,
    )


def _kept(session: Session, inputs: dict[str, Any], roster: Roster) -> RosterDraft:
    snapshot = session.snapshot.snapshot
    run = run_identity(KIND, snapshot, SEED, inputs)
    keep_roster(session, Run(run, KIND, snapshot, SEED, inputs), roster)
    return RosterDraft(run, roster)
