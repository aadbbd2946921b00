"""The check of a theatre plan, one function a rule, written from the rules alone.

It is plain Python and shares nothing with the planner, so that a fault of the planner cannot
hide in it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

from hospital.theatre import Procedure, Surgeon, TheatreSession, WaitingPatient
from hospital.violation import Violation

if TYPE_CHECKING:
    from hospital.theatre_plan import PlannedCase, SessionSlack, TheatrePlan, TheatreProblem

TOLERANCE = 1e-6  # minutes and beds: what adding floats in another order may change


@dataclass(frozen=True)
class Index:
    """Look-ups by code."""

    problem: TheatreProblem

    @cached_property
    def patients(self) -> dict[str, WaitingPatient]:
        """Waiting patients by code."""
        return {row.patient: row for row in self.problem.waiting_list}

    @cached_property
    def procedures(self) -> dict[str, Procedure]:
        """Procedures by code."""
        return {row.procedure: row for row in self.problem.procedures}

    @cached_property
    def surgeons(self) -> dict[str, Surgeon]:
        """Surgeons by code."""
        return {row.surgeon: row for row in self.problem.surgeons}

    @cached_property
    def sessions(self) -> dict[str, TheatreSession]:
        """Sessions by code."""
        return {row.session: row for row in self.problem.sessions}

    @cached_property
    def slack(self) -> dict[str, SessionSlack]:
        """Slack of the sessions that have one, by session."""
        return {row.session: row for row in self.problem.slack}

    def procedure_of(self, case: PlannedCase) -> Procedure | None:
        """What is done in this case, if its patient and procedure are known."""
        patient = self.patients.get(case.patient)
        return self.procedures.get(patient.procedure) if patient else None


def _unknown_code(plan: TheatrePlan, index: Index) -> Iterator[Violation]:
    """A patient, session, surgeon or procedure that the problem does not have."""
    for case in plan.cases:
        when = case.day.isoformat()
        if case.patient not in index.patients:
            yield Violation("unknown_patient", case.patient, when, case.patient, "waiting list")
        elif index.procedure_of(case) is None:
            yield Violation("unknown_procedure", case.patient, when, "no procedure", "procedures")
        if case.session not in index.sessions:
            yield Violation("unknown_session", case.patient, when, case.session, "sessions")
        if case.surgeon not in index.surgeons:
            yield Violation("unknown_surgeon", case.patient, when, case.surgeon, "surgeons")


def _session_not_held(plan: TheatrePlan, index: Index) -> Iterator[Violation]:
    """A case on a day on which its session is not held."""
    held = {(session.session, day) for session, day in plan.problem.blocks()}
    for case in plan.cases:
        if case.session in index.sessions and (case.session, case.day) not in held:
            when = case.day.isoformat()
            yield Violation("session_not_held", case.patient, when, case.session, "its days")


def _other_specialty(plan: TheatrePlan, index: Index) -> Iterator[Violation]:
    """A case in a session, or under a surgeon, of another specialty."""
    for case in plan.cases:
        procedure = index.procedure_of(case)
        owners = (index.sessions.get(case.session), index.surgeons.get(case.surgeon))
        rules = ("session_of_another_specialty", "surgeon_of_another_specialty")
        for owner, rule in zip(owners, rules, strict=True):
            if procedure and owner and owner.specialty != procedure.specialty:
                when = case.day.isoformat()
                yield Violation(rule, case.patient, when, owner.specialty, procedure.specialty)


def _other_surgeon(plan: TheatrePlan, index: Index) -> Iterator[Violation]:
    """A case led by another surgeon than the one the patient is listed with."""
    for case in plan.cases:
        patient = index.patients.get(case.patient)
        if patient and case.surgeon != patient.surgeon:
            when = case.day.isoformat()
            yield Violation("other_surgeon", case.patient, when, case.surgeon, patient.surgeon)


def _not_for_this_patient(plan: TheatrePlan, index: Index) -> Iterator[Violation]:
    """A session of one surgeon used by another, or without what the patient needs."""
    for case in plan.cases:
        session, patient = index.sessions.get(case.session), index.patients.get(case.patient)
        if session is None or patient is None:
            continue
        when = case.day.isoformat()
        if session.surgeon is not None and case.surgeon != session.surgeon:
            rule = "session_of_another_surgeon"
            yield Violation(rule, case.patient, when, case.surgeon, session.surgeon)
        if not session.has_all(patient.needs):
            has = session.equipment or "nothing"
            yield Violation("equipment_missing", case.patient, when, has, patient.needs)


def _patient_twice(plan: TheatrePlan, index: Index) -> Iterator[Violation]:
    """A patient placed more than once, or both placed and left out."""
    del index
    times = Counter([case.patient for case in plan.cases])
    times.update(row.patient for row in plan.unplanned)
    for patient, count in times.items():
        if count > 1:
            yield Violation("patient_twice", patient, "", str(count), "1")


def _patient_lost(plan: TheatrePlan, index: Index) -> Iterator[Violation]:
    """A patient of the list who is neither placed nor left out with a reason."""
    seen = {case.patient for case in plan.cases} | {row.patient for row in plan.unplanned}
    for patient in index.patients:
        if patient not in seen:
            yield Violation("patient_lost", patient, "", "no answer", "a place or a reason")


def _outside_dates(plan: TheatrePlan, index: Index) -> Iterator[Violation]:
    """A case before its referral, while it is deferred, or an urgent one after its due date."""
    for case in plan.cases:
        patient = index.patients.get(case.patient)
        if patient is None:
            continue
        when, referral = case.day.isoformat(), patient.referral_date
        if case.day < referral:
            yield Violation("before_referral", case.patient, when, when, referral.isoformat())
        if patient.deferred_until is not None and case.day < patient.deferred_until:
            limit = patient.deferred_until.isoformat()
            yield Violation("deferred", case.patient, when, when, limit)
        if case.day > (latest := plan.problem.latest_day(patient)):
            yield Violation("after_due_date", case.patient, when, when, latest.isoformat())


def _too_short(plan: TheatrePlan, index: Index) -> Iterator[Violation]:
    """A case given fewer minutes than its procedure takes on average."""
    for case in plan.cases:
        procedure = index.procedure_of(case)
        if procedure and case.expected_minutes < procedure.mean_minutes - TOLERANCE:
            found, limit = str(case.expected_minutes), f"{procedure.mean_minutes:g}"
            yield Violation("too_short", case.patient, case.day.isoformat(), found, limit)


def _outside_session(plan: TheatrePlan, index: Index) -> Iterator[Violation]:
    """A case that is expected to start before its session or to end after it."""
    for case in plan.cases:
        session = index.sessions.get(case.session)
        if session is None:
            continue
        end = session.start_minute + session.length_minutes
        if case.start_minute < session.start_minute or case.end_minute > end:
            found = f"{case.start_minute}-{case.end_minute}"
            limit = f"{session.start_minute}-{end}"
            yield Violation("outside_session", case.patient, case.day.isoformat(), found, limit)


def _turnover(plan: TheatrePlan, index: Index) -> Iterator[Violation]:
    """Two cases in one room with less than the turnover between them."""
    by_room: dict[tuple[str, str, date], list[PlannedCase]] = defaultdict(list)
    for case in plan.cases:
        if session := index.sessions.get(case.session):
            by_room[session.unit, session.room, case.day].append(case)
    for cases in by_room.values():
        for first, second in pairwise(sorted(cases, key=lambda c: (c.start_minute, c.end_minute))):
            if first.session == second.session:
                needed = index.sessions[first.session].turnover_minutes
            else:  # the next session starts on its own time: it only must not overlap
                needed = 0
            if (gap := second.start_minute - first.end_minute) < needed:
                when = second.day.isoformat()
                yield Violation("turnover", second.patient, when, str(gap), str(needed))


def _infection_not_last(plan: TheatrePlan, index: Index) -> Iterator[Violation]:
    """A patient without infection who follows one with infection in the same session.

    What had begun before somebody was added, or was published, stays as it was.
    """
    by_block: dict[tuple[str, date], list[PlannedCase]] = defaultdict(list)
    for case in plan.cases:
        by_block[case.session, case.day].append(case)
    begun = plan.problem.begun()
    for cases in by_block.values():
        ordered = sorted(cases, key=lambda case: case.start_minute)
        for first, second in pairwise(case for case in ordered if case.patient in index.patients):
            infected, clean = index.patients[first.patient], index.patients[second.patient]
            if infected.is_infected and not clean.is_infected and first not in begun:
                when = second.day.isoformat()
                yield Violation("infection_not_last", first.patient, when, second.patient, "last")


def _surgeon_in_two_theatres(plan: TheatrePlan, index: Index) -> Iterator[Violation]:
    """A surgeon who is expected in two rooms at the same time."""
    by_surgeon: dict[tuple[str, date], list[PlannedCase]] = defaultdict(list)
    for case in plan.cases:
        by_surgeon[case.surgeon, case.day].append(case)
    for (surgeon, day), cases in by_surgeon.items():
        ordered = sorted(cases, key=lambda case: (case.start_minute, case.end_minute))
        for at, first in enumerate(ordered):
            for second in ordered[at + 1 :]:
                if second.start_minute < first.end_minute and _rooms_differ(first, second, index):
                    found = f"{first.session}, {second.session}"
                    yield Violation(
                        "surgeon_in_two_theatres", surgeon, day.isoformat(), found, "one theatre"
                    )


def _rooms_differ(first: PlannedCase, second: PlannedCase, index: Index) -> bool:
    one, other = index.sessions.get(first.session), index.sessions.get(second.session)
    return bool(one and other and (one.unit, one.room) != (other.unit, other.room))


def _surgeon_daily_minutes(plan: TheatrePlan, index: Index) -> Iterator[Violation]:
    """A surgeon who operates longer in a day than agreed."""
    minutes: Counter[tuple[str, date]] = Counter()
    for case in plan.cases:
        minutes[case.surgeon, case.day] += case.expected_minutes
    for (code, day), total in minutes.items():
        surgeon = index.surgeons.get(code)
        if surgeon and total > surgeon.daily_minutes:
            limit = str(surgeon.daily_minutes)
            yield Violation("surgeon_daily_minutes", code, day.isoformat(), str(total), limit)


def _overtime_slack(plan: TheatrePlan, index: Index) -> Iterator[Violation]:
    """A session whose expected minutes, turnovers and slack go beyond its length.

    A case that has the session to itself needs no slack: nothing could make it surer.
    """
    by_block: dict[tuple[str, date], list[PlannedCase]] = defaultdict(list)
    for case in plan.cases:
        if case.session in index.sessions:
            by_block[case.session, case.day].append(case)
    for (code, day), cases in by_block.items():
        session = index.sessions[code]
        needed = float(sum(case.expected_minutes for case in cases))
        needed += session.turnover_minutes * (len(cases) - 1)
        if len(cases) > 1:
            needed += _slack_minutes(cases, index.slack.get(code), index)
        if needed > session.length_minutes + TOLERANCE:
            limit = str(session.length_minutes)
            yield Violation("overtime_slack", code, day.isoformat(), f"{ceil(needed)}", limit)


def _slack_minutes(cases: list[PlannedCase], slack: SessionSlack | None, index: Index) -> float:
    if slack is None:
        return 0.0
    known = (index.procedure_of(case) for case in cases)
    return slack.minutes(sum((p.mean_minutes * p.minutes_cv) ** 2 for p in known if p))


def expected_beds(
    plan: TheatrePlan, beds_after: Callable[[Procedure], tuple[float, ...]]
) -> tuple[float, ...]:
    """Beds that the planned cases are expected to take on each day from the first on [beds].

    ``beds_after`` gives the beds of one case on the day of surgery and after it.
    """
    index = Index(plan.problem)
    profiles = {code: beds_after(row) for code, row in index.procedures.items()}
    days = max((len(profile) for profile in profiles.values()), default=plan.problem.days)
    beds = [0.0] * days
    for case in plan.cases:
        procedure = index.procedure_of(case)
        start = (case.day - plan.problem.first_day).days
        if procedure is None or start < 0:  # other rules name such a case
            continue
        for day, share in zip(range(start, days), profiles[procedure.procedure], strict=False):
            beds[day] += share
    return tuple(beds)


def _beds_exceeded(plan: TheatrePlan, index: Index) -> Iterator[Violation]:
    """A day on which the cases are expected to need more beds than are free."""
    del index
    problem = plan.problem
    kinds = (
        ("ward_beds", problem.ward_beds_after, problem.ward_free_beds),
        (
            "intensive_care_beds",
            problem.intensive_care_beds_after,
            problem.intensive_care_free_beds,
        ),
    )
    for rule, beds_after, free_beds in kinds:
        needed = expected_beds(plan, beds_after)
        for day, (beds, free) in enumerate(zip(needed, free_beds, strict=False)):
            if beds > max(free, 0.0) + TOLERANCE:
                when = (problem.first_day + timedelta(days=day)).isoformat()
                yield Violation(rule, problem.hospital, when, f"{beds:.2f}", f"{max(free, 0):.2f}")


def _specialty_beds_exceeded(plan: TheatrePlan, index: Index) -> Iterator[Violation]:
    """A day on which a specialty's cases are expected to need more beds than its wards have."""
    problem = plan.problem
    for row in problem.specialty_beds:
        own = tuple(
            case
            for case in plan.cases
            if (found := index.procedure_of(case)) and found.specialty == row.specialty
        )
        needed = expected_beds(plan.but(cases=own), problem.ward_beds_after)
        for day, (beds, free) in enumerate(zip(needed, row.free, strict=False)):
            if beds > max(free, 0.0) + TOLERANCE:
                when = (problem.first_day + timedelta(days=day)).isoformat()
                found_beds, limit = f"{beds:.2f}", f"{max(free, 0):.2f}"
                yield Violation("specialty_beds", row.specialty, when, found_beds, limit)


def _published_prefix(plan: TheatrePlan, index: Index) -> Iterator[Violation]:
    """A published case that has begun and was changed, or another that starts in the past."""
    del index
    now, begun = plan.problem.now, plan.problem.begun()
    for case in begun:
        if case not in plan.cases:
            when = case.day.isoformat()
            yield Violation("published_prefix", case.patient, when, "changed", "as published")
    for case in plan.cases:
        if now and now.is_after(case.day, case.start_minute) and case not in begun:
            when, found = case.day.isoformat(), str(case.start_minute)
            yield Violation("starts_in_the_past", case.patient, when, found, str(now.minute))


def _surgeon_absent(plan: TheatrePlan, index: Index) -> Iterator[Violation]:
    """A case that an absent surgeon would have to begin."""
    del index
    absent = {(row.surgeon, row.day) for row in plan.problem.absences}
    begun = plan.problem.begun()
    for case in plan.cases:
        if (case.surgeon, case.day) in absent and case not in begun:
            when = case.day.isoformat()
            yield Violation("surgeon_absent", case.patient, when, case.surgeon, "present")


RULES: tuple[Callable[[TheatrePlan, Index], Iterator[Violation]], ...] = (
    _unknown_code,
    _session_not_held,
    _other_specialty,
    _other_surgeon,
    _not_for_this_patient,
    _patient_twice,
    _patient_lost,
    _outside_dates,
    _too_short,
    _outside_session,
    _turnover,
    _infection_not_last,
    _surgeon_in_two_theatres,
    _surgeon_daily_minutes,
    _overtime_slack,
    _beds_exceeded,
    _specialty_beds_exceeded,
    _published_prefix,
    _surgeon_absent,
)


def broken_rules(plan: TheatrePlan) -> tuple[Violation, ...]:
    """Every rule that this plan breaks, rule by rule."""
    index = Index(plan.problem)
    return tuple(found for rule in RULES for found in rule(plan, index))
