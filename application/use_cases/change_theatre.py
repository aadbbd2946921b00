"""Changes a theatre plan that stands: the day goes otherwise, or a territory shares its list.

The plan that was published is never touched: a change makes a new draft, which a named person
publishes or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from application.identity import run_identity
from application.store.runs import JSON, Result, Run, save_run
from application.use_cases.access import needs
from application.use_cases.build_roster import refuse_if_broken
from application.use_cases.decide import find_recommendation
from application.use_cases.plan_theatre import KIND, plan_theatre
from application.use_cases.publishing import theatre_plan_in_force
from application.use_cases.session import Session
from application.use_cases.simulate import TwinDesign
from governance.access import Action
from hospital.errors import GstError, Sentence, say
from hospital.gst import Gst
from hospital.places import UnitKind
from hospital.theatre import AgeGroup, Priority, Sex, WaitingPatient
from hospital.theatre_plan import Moment, SurgeonAbsence, TheatrePlan

if TYPE_CHECKING:
    from scheduling.theatres.replan import Change, DayNews
    from scheduling.theatres.territory import Move

SEED = 1


@dataclass(frozen=True)
class Emergency:
    """Somebody who must be operated today and is not on the list."""

    patient: str
    procedure: str
    surgeon: str
    sex: Sex
    age_group: AgeGroup


@dataclass(frozen=True)
class TodaysNews:
    """When it is, who has come, who is missing today."""

    now: datetime
    emergencies: tuple[Emergency, ...] = ()
    absent: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReplannedDraft:
    """The new plan of a run that waits for a person, and what it changes of the published one."""

    run: str
    plan: TheatrePlan
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class TerritoryDraft:
    """The drafts of the receiving hospitals, by hospital, every move and what they bring."""

    runs: dict[str, str]
    moves: tuple[Move, ...]
    gain: float
    weighted_minutes: float


@needs(Action.PLAN_THEATRE)
def replan(session: Session, run: str, news: TodaysNews) -> ReplannedDraft:
    """The plan of a run, as decided, planned again around what has begun, with few changes.

    Raises:
        GstError: ``nothing_new``, ``not_in_the_plan`` for a time outside its days, or
            ``unknown_code`` for a procedure, surgeon or patient that does not fit.
    """
    from scheduling.theatres import replan as engine  # noqa: PLC0415 - OR-Tools is heavy

    published = theatre_plan_in_force(session, find_recommendation(session, run))
    _refuse_wrong_news(session.gst, published, news)
    planned = engine.replan(published, _day_news(session.gst, published, news), SEED)
    refuse_if_broken(planned.violations())
    told = {
        "now": news.now.isoformat(),
        "emergencies": [
            [one.patient, one.procedure, one.surgeon, one.sex, one.age_group]
            for one in news.emergencies
        ],
        "absent": list(news.absent),
    }
    new_run = _kept(session, planned, {"follows": run, **told})
    return ReplannedDraft(new_run, planned, engine.changes(published, planned))


@needs(Action.PLAN_THEATRE)
def share_list(
    session: Session, design: TwinDesign, first_day: date | None = None
) -> TerritoryDraft:
    """One week of every suite of the GST, and places elsewhere for those who were left out.

    Raises:
        GstError: ``nobody_accepts`` where no patient of the list may go to another hospital.
    """
    from scheduling.theatres.territory import share_waiting_list  # noqa: PLC0415 - heavy

    gst = session.gst
    if not any(row.accepts_other_hospital for row in gst.waiting_list):
        raise GstError(
            "nobody_accepts",
            say(
                "No patient of the waiting list accepts another hospital; fill in "
                "accepts_other_hospital."
            ),
        )
    drafts = {place: plan_theatre(session, place, design, first_day) for place in suites(gst)}
    plans = {place: draft.plan for place, draft in drafts.items()}
    shared = share_waiting_list(gst, plans, design.seed)
    runs = {}
    for place, plan in shared.plans.items():
        refuse_if_broken(plan.violations())
        guests = [[m.patient, m.origin] for m in shared.moves if m.destination == place]
        runs[place] = _kept(session, plan, {"follows": drafts[place].run, "guests": guests})
    before = sum(plan.weighted_minutes() for plan in plans.values())
    return TerritoryDraft(runs, shared.moves, shared.gain, before)


def suites(gst: Gst) -> tuple[str, ...]:
    """Hospitals where somebody waits and sessions are held, by code."""
    units = {row.unit for row in gst.sessions}
    waiting = {row.hospital for row in gst.waiting_list}
    return tuple(
        place
        for place in sorted(waiting)
        if any(unit.unit in units for unit in gst.units_of(place, UnitKind.THEATRE))
    )


def _day_news(gst: Gst, published: TheatrePlan, news: TodaysNews) -> DayNews:
    from scheduling.theatres.replan import DayNews  # noqa: PLC0415 - with the engine

    known = published.problem
    procedures = {row.procedure for row in known.procedures}
    surgeons = {row.surgeon for row in known.surgeons}
    asked = {one.procedure for one in news.emergencies}, {one.surgeon for one in news.emergencies}
    today = news.now.date()
    return DayNews(
        now=Moment(day=today, minute=60 * news.now.hour + news.now.minute),
        emergencies=tuple(_waiting(gst, known.hospital, one, today) for one in news.emergencies),
        absences=tuple(SurgeonAbsence(surgeon=one, day=today) for one in news.absent),
        procedures=tuple(r for r in gst.procedures if r.procedure in asked[0] - procedures),
        surgeons=tuple(r for r in gst.surgeons if r.surgeon in asked[1] - surgeons),
    )


def _waiting(gst: Gst, hospital: str, one: Emergency, today: date) -> WaitingPatient:
    """Urgent and due today, from the province of the hospital."""
    try:
        return WaitingPatient(
            patient=one.patient,
            hospital=hospital,
            procedure=one.procedure,
            surgeon=one.surgeon,
            priority=Priority.URGENT,
            referral_date=today,
            due_date=today,
            sex=one.sex,
            age_group=one.age_group,
            province=gst.hospital(hospital).province,
        )
    except ValidationError:  # all but the code was looked at before
        raise GstError(
            "not_a_code",
            say(
                "{found} is not a code of at most 64 letters, digits, dots, dashes or underscores.",
                found=one.patient or "?",
            ),
        ) from None


def _refuse_wrong_news(gst: Gst, published: TheatrePlan, news: TodaysNews) -> None:
    problem = published.problem
    if not news.emergencies and not news.absent:
        raise GstError("nothing_new", say("Say who has come or who is missing."))
    days = problem.calendar()
    if news.now.date() not in days:
        raise GstError(
            "not_in_the_plan",
            say(
                "{day} is not in this plan, which goes from {first} to {last}.",
                day=news.now.date().isoformat(),
                first=days[0].isoformat(),
                last=days[-1].isoformat(),
            ),
        )
    procedures = {row.procedure: row.specialty for row in gst.procedures}
    surgeons = {r.surgeon: r.specialty for r in gst.surgeons if r.hospital == problem.hospital}
    for one in news.emergencies:
        _known(say("operation"), one.procedure, sorted(procedures))
        own = [code for code in sorted(surgeons) if surgeons[code] == procedures[one.procedure]]
        _known(say("surgeon"), one.surgeon, own)
        if one.patient in {row.patient for row in problem.waiting_list}:
            raise GstError(
                "patient_twice",
                say("{patient} is on the list already; give another code.", patient=one.patient),
            )
    for code in news.absent:
        _known(say("surgeon"), code, sorted(surgeons))


def _known(what: Sentence, found: str, known: Sequence[str]) -> None:
    if found not in known:
        raise GstError(
            "unknown_code",
            say(
                "{found} is no {what} that fits here; expected one of {known}.",
                found=found,
                what=what,
                known=", ".join(known) or "-",
            ),
        )


def _kept(session: Session, plan: TheatrePlan, told: dict[str, Any]) -> str:
    inputs = {
        "hospital": plan.problem.hospital,
        "first_day": plan.problem.first_day.isoformat(),
        **told,
    }
    snapshot = session.snapshot.snapshot
    run = run_identity(KIND, snapshot, SEED, inputs)
    result = Result("theatre_plan", JSON, plan.model_dump_json().encode())
    save_run(session.database, Run(run, KIND, snapshot, SEED, inputs), [result])
    return run
