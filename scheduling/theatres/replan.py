"""The day goes otherwise: plan again around what has begun, with the fewest changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hospital.base import DAYS_PER_WEEK
from hospital.theatre import Procedure, Surgeon, TheatreSession, WaitingPatient
from hospital.theatre_plan import (
    Moment,
    PlannedCase,
    SurgeonAbsence,
    TheatrePlan,
    TheatreProblem,
)
from scheduling.theatres.plan import plan_theatre

REPLAN_WORK_LIMIT = 1.0


@dataclass(frozen=True, slots=True)
class DayNews:
    """What has happened: when it is, who has come, who is missing.

    ``procedures`` and ``surgeons`` are those that the published plan does not know yet.
    """

    now: Moment
    emergencies: tuple[WaitingPatient, ...] = ()
    absences: tuple[SurgeonAbsence, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    surgeons: tuple[Surgeon, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A published case that the new plan moves or drops, or a case that it adds.

    ``before`` is empty for an added case, ``after`` for a dropped one.
    """

    patient: str
    before: PlannedCase | None
    after: PlannedCase | None


def replan(
    published: TheatrePlan, news: DayNews, seed: int = 0, work_limit: float = REPLAN_WORK_LIMIT
) -> TheatrePlan:
    """The plan of the rest of the week: what began stays, little else changes.

    Each published case kept in its session earns ``weights.keep_place``; an urgent patient who
    must be done today is worth far more than any number of them. The slack stays that of the
    published plan; today's reserves for emergencies are given free. ``violations()`` checks that
    the prefix is untouched.
    """
    problem = published.problem
    problem = problem.but(
        sessions=tuple(_released(problem, row, news.now) for row in problem.sessions),
        waiting_list=(*problem.waiting_list, *news.emergencies),
        procedures=(*problem.procedures, *news.procedures),
        surgeons=(*problem.surgeons, *news.surgeons),
        absences=(*problem.absences, *news.absences),
        published=published.cases,
        now=news.now,
    )
    return plan_theatre(problem, seed, work_limit)


def _released(problem: TheatreProblem, session: TheatreSession, now: Moment) -> TheatreSession:
    """Today's session with its reserve; over more than a week it would be given free too early."""
    is_today = session.weekday == now.day.weekday() and problem.days <= DAYS_PER_WEEK
    if not is_today or now.is_midnight or not session.reserve_minutes:
        return session
    length = session.length_minutes + session.reserve_minutes
    return session.but(length_minutes=length, reserve_minutes=0)


def changes(published: TheatrePlan, planned: TheatrePlan) -> tuple[Change, ...]:
    """Every case that is not in the same session on the same day in both plans, by patient."""
    before = _by_patient(published.cases)
    after = _by_patient(planned.cases)
    found = (
        Change(patient, before.get(patient), after.get(patient))
        for patient in sorted({*before, *after})
    )
    return tuple(row for row in found if _place(row.before) != _place(row.after))


def _by_patient(cases: Sequence[PlannedCase]) -> dict[str, PlannedCase]:
    return {case.patient: case for case in cases}


def _place(case: PlannedCase | None) -> tuple[str, str] | None:
    return None if case is None else (case.session, case.day.isoformat())
