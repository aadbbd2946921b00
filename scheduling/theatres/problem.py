"""From a GST to the question of one theatre week, with everything wrong in it named at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from hospital.base import HOURS_PER_DAY
from hospital.errors import InvalidInput, Problem
from hospital.gst import Gst
from hospital.places import Unit, UnitKind
from hospital.theatre import Procedure, TheatreSession, WaitingPatient
from hospital.theatre_plan import FreeBeds, StayLaw, TheatreProblem

BED_KINDS = (UnitKind.WARD, UnitKind.INTENSIVE_CARE)
RARE_NEED = 0.05  # hypothesis: below it a hospital without intensive care operates and transfers


def theatre_problem(
    gst: Gst, hospital: str, first_day: date, days: int, free_beds: FreeBeds
) -> TheatreProblem:
    """The question of these days in this hospital.

    Args:
        gst: Places, sessions, waiting list.
        hospital: Code of the hospital whose theatres are planned.
        first_day: First day of the plan; patients referred later are left for later.
        days: Length of the plan [days].
        free_beds: Beds that inpatients and forecast emergencies are expected to leave, from
            ``first_day`` on, as the twin foresees them [beds].

    Raises:
        UnknownPlace: The GST has no such hospital.
        InvalidInput: ``case_longer_than_any_session``, ``unknown_surgeon``,
            ``surgeon_of_another_specialty``, ``surgeon_of_another_hospital``,
            ``unknown_procedure``, ``no_session_in_the_week``, ``sessions_overlap``,
            ``due_before_referral``, ``reserve_fills_session``, ``ward_without_beds``,
            ``free_beds_too_short``.
    """
    gst.hospital(hospital)
    asked = _Asked(gst, hospital, first_day, days, free_beds)
    problems = [found for check in CHECKS for found in check(asked)]
    if problems:
        raise InvalidInput(problems)
    return _problem(asked)


@dataclass(frozen=True, slots=True)
class _Asked:
    gst: Gst
    hospital: str
    first_day: date
    days: int
    free_beds: FreeBeds

    def waiting(self) -> list[tuple[int, WaitingPatient]]:
        """Patients of this hospital with their line in the file."""
        rows = enumerate(self.gst.waiting_list, start=2)
        return [(line, row) for line, row in rows if row.hospital == self.hospital]

    def sessions(self) -> list[tuple[int, TheatreSession]]:
        """Sessions in the theatre suites of this hospital with their line in the file."""
        suites = {unit.unit for unit in self.gst.units_of(self.hospital, UnitKind.THEATRE)}
        rows = enumerate(self.gst.sessions, start=2)
        return [(line, row) for line, row in rows if row.unit in suites]


def _problem(asked: _Asked) -> TheatreProblem:
    waiting = tuple(_with_own_procedure(row) for _, row in asked.waiting())
    surgeons = {row.surgeon for row in waiting}
    return TheatreProblem(
        hospital=asked.hospital,
        first_day=asked.first_day,
        days=asked.days,
        sessions=tuple(_without_reserve(row) for _, row in asked.sessions()),
        waiting_list=waiting,
        procedures=tuple(_procedures(asked)),
        surgeons=tuple(row for row in asked.gst.surgeons if row.surgeon in surgeons),
        ward_free_beds=asked.free_beds.ward,
        intensive_care_free_beds=asked.free_beds.intensive_care,
        specialty_beds=asked.free_beds.by_specialty,
        wards=asked.free_beds.by_ward,
        **_stay_laws(asked),
    )


def _without_reserve(session: TheatreSession) -> TheatreSession:
    """The session as it can be planned: its reserve comes back on the day (``replan``)."""
    return session.but(length_minutes=session.length_minutes - session.reserve_minutes)


def _procedures(asked: _Asked) -> Iterator[Procedure]:
    """The procedures that are waited for.

    Without intensive care on the spot, a rare need for it is met by a transfer and takes no bed
    here; a frequent one keeps its probability, so that no bed can be found for it.
    """
    waiting: defaultdict[str, list[WaitingPatient]] = defaultdict(list)
    for _, patient in asked.waiting():
        waiting[patient.procedure].append(patient)
    has_unit = bool(asked.gst.units_of(asked.hospital, UnitKind.INTENSIVE_CARE))
    for row in asked.gst.procedures:
        is_rare = row.intensive_care_probability < RARE_NEED
        here = row if has_unit or not is_rare else row.but(intensive_care_probability=0.0)
        if any(patient.minutes is None for patient in waiting[row.procedure]):
            yield here
        for patient in waiting[row.procedure]:
            if patient.minutes is not None:
                own = _with_own_procedure(patient).procedure
                yield here.but(procedure=own, mean_minutes=patient.minutes)


def _with_own_procedure(patient: WaitingPatient) -> WaitingPatient:
    """Who has minutes of their own has a procedure of their own in this week."""
    if patient.minutes is None:
        return patient
    return patient.but(procedure=f"{patient.procedure}.{patient.patient}")


def _stay_laws(asked: _Asked) -> dict[str, float | StayLaw]:
    """Spread of the ward stays and law of the intensive-care stays, as the units have them."""
    laws: dict[str, float | StayLaw] = {}
    if wards := asked.gst.units_of(asked.hospital, UnitKind.WARD):
        laws["ward_stay_cv"] = sum(unit.stay_cv for unit in wards) / len(wards)
    if units := asked.gst.units_of(asked.hospital, UnitKind.INTENSIVE_CARE):
        mean_hours = sum(unit.mean_stay_hours for unit in units) / len(units)
        cv = sum(unit.stay_cv for unit in units) / len(units)
        laws["intensive_care_stay"] = StayLaw(mean_days=mean_hours / HOURS_PER_DAY, cv=cv)
    return laws


def _no_session(asked: _Asked) -> Iterator[Problem]:
    weekdays = {(asked.first_day.weekday() + day) % 7 for day in range(asked.days)}
    if not any(row.weekday in weekdays for _, row in asked.sessions()):
        yield Problem(
            code="no_session_in_the_week",
            file="sessions",
            found=f"no session of {asked.hospital} from {asked.first_day} for {asked.days} days",
            expected="at least one session in a theatre suite of the hospital",
            remedy="Add the sessions, or plan other days.",
        )


def _overlapping_sessions(asked: _Asked) -> Iterator[Problem]:
    for (_, one), (line, other) in combinations(asked.sessions(), 2):
        same_place = (one.unit, one.room, one.weekday) == (other.unit, other.room, other.weekday)
        starts = max(one.start_minute, other.start_minute)
        ends = min(row.start_minute + row.length_minutes for row in (one, other))
        if same_place and starts < ends:
            yield Problem(
                code="sessions_overlap",
                file="sessions",
                row=line,
                column="start_minute",
                found=f"{other.session} overlaps {one.session} in room {one.room}",
                expected="one session at a time in a room",
                remedy="Change the start, the length or the room.",
            )


def _unknown_procedure(asked: _Asked) -> Iterator[Problem]:
    known = {row.procedure for row in asked.gst.procedures}
    for line, row in asked.waiting():
        if row.procedure not in known:
            yield Problem(
                code="unknown_procedure",
                file="waiting_list",
                row=line,
                column="procedure",
                found=row.procedure,
                expected="a code of procedures",
                remedy="Add the procedure or correct the code.",
            )


def _surgeon(asked: _Asked) -> Iterator[Problem]:
    surgeons = {row.surgeon: row for row in asked.gst.surgeons}
    specialty = {row.procedure: row.specialty for row in asked.gst.procedures}
    for line, row in asked.waiting():
        surgeon = surgeons.get(row.surgeon)
        wanted = specialty.get(row.procedure)
        if surgeon is None:
            code, expected = "unknown_surgeon", "a code of surgeons"
        elif wanted is not None and surgeon.specialty != wanted:
            code, expected = "surgeon_of_another_specialty", f"a surgeon of {wanted}"
        elif surgeon.hospital != asked.hospital:
            code, expected = "surgeon_of_another_hospital", f"a surgeon of {asked.hospital}"
        else:
            continue
        yield Problem(
            code=code,
            file="waiting_list",
            row=line,
            column="surgeon",
            found=row.surgeon if surgeon is None else f"{row.surgeon} ({surgeon.specialty})",
            expected=expected,
            remedy="Name a surgeon who does this procedure in this hospital.",
        )


def _case_too_long(asked: _Asked) -> Iterator[Problem]:
    longest: dict[str, int] = {}
    for _, session in asked.sessions():
        known = longest.get(session.specialty, 0)
        longest[session.specialty] = max(known, session.length_minutes - session.reserve_minutes)
    procedures = {row.procedure: row for row in asked.gst.procedures}
    for line, row in asked.waiting():
        procedure = procedures.get(row.procedure)
        limit = longest.get(procedure.specialty) if procedure else None
        minutes = row.minutes or (procedure.mean_minutes if procedure else 0.0)
        if procedure and limit is not None and minutes > limit:
            yield Problem(
                code="case_longer_than_any_session",
                file="waiting_list",
                row=line,
                column="procedure" if row.minutes is None else "minutes",
                found=f"{row.procedure}: {minutes:g} minutes",
                expected=f"at most {limit} minutes, the longest {procedure.specialty} session",
                remedy="Lengthen a session or correct the procedure's mean minutes.",
            )


def _reserve_fills_session(asked: _Asked) -> Iterator[Problem]:
    for line, session in asked.sessions():
        if session.reserve_minutes >= session.length_minutes:
            yield Problem(
                code="reserve_fills_session",
                file="sessions",
                row=line,
                column="reserve_minutes",
                found=f"{session.session}: {session.reserve_minutes} minutes",
                expected=f"fewer than the {session.length_minutes} minutes of the session",
                remedy="Keep fewer minutes for emergencies, or take the session out.",
            )


def _due_before_referral(asked: _Asked) -> Iterator[Problem]:
    for line, row in asked.waiting():
        if row.due_date < row.referral_date:
            yield Problem(
                code="due_before_referral",
                file="waiting_list",
                row=line,
                column="due_date",
                found=row.due_date.isoformat(),
                expected=f"{row.referral_date} or later",
                remedy="Correct the due date or the referral date.",
            )


def _ward_without_beds(asked: _Asked) -> Iterator[Problem]:
    beds = asked.gst.beds_by_unit()
    units: tuple[Unit, ...] = asked.gst.units_of(asked.hospital, *BED_KINDS)
    for unit in units:
        if beds[unit.unit] == 0:
            yield _no_beds(unit.unit, "no bed")
    if not any(unit.kind is UnitKind.WARD for unit in units):
        yield _no_beds(asked.hospital, "no ward")


def _no_beds(place: str, found: str) -> Problem:
    return Problem(
        code="ward_without_beds",
        file="beds",
        found=f"{place}: {found}",
        expected="at least one bed behind the theatres",
        remedy="Add its beds, or take the unit out of the units.",
    )


def _free_beds_too_short(asked: _Asked) -> Iterator[Problem]:
    for name in ("ward", "intensive_care"):
        known_days = len(getattr(asked.free_beds, name))
        if known_days < asked.days:
            yield Problem(
                code="free_beds_too_short",
                file="free_beds",
                column=name,
                found=f"{known_days} days",
                expected=f"at least {asked.days} days from {asked.first_day}",
                remedy="Run the twin over the whole period.",
            )


CHECKS = (
    _no_session,
    _overlapping_sessions,
    _unknown_procedure,
    _surgeon,
    _case_too_long,
    _due_before_referral,
    _reserve_fills_session,
    _ward_without_beds,
    _free_beds_too_short,
)
