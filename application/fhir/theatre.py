"""A theatre plan in force as FHIR R4: a Schedule for each session, Slots, Appointments.

A case is a busy Slot with an Appointment; what a session has left at its end is a free Slot.
Patients are the pseudonyms of the waiting list, surgeons their codes: no name leaves.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from application.fhir.building import (
    coding,
    concept,
    key_of,
    local_instant,
    named,
    own_system,
    resource,
    within,
)
from application.fhir.code_maps import CodeMaps
from application.fhir.shapes import Json
from hospital.theatre import Priority, TheatreSession
from hospital.theatre_plan import PlannedCase, TheatrePlan

PRIORITIES = {Priority.URGENT: 1, Priority.SEMI_URGENT: 5, Priority.ROUTINE: 9}
"""Appointment.priority follows iCalendar (RFC 5545, 3.8.1.9): 1 is the highest, 9 the lowest."""

Held = tuple[TheatreSession, date]


def theatre_resources(run: str, plan: TheatrePlan, maps: CodeMaps) -> Iterator[Json]:
    """Schedules by session, then the Slots and Appointments of each session and day."""
    blocks = plan.problem.blocks()
    for session in sorted({session.session: session for session, _ in blocks}.items()):
        yield _schedule(run, plan, session[1])
    for held in blocks:
        own = [c for c in plan.cases if (c.session, c.day) == (held[0].session, held[1])]
        for case in sorted(own, key=lambda row: (row.start_minute, row.patient)):
            yield _slot(run, held, "busy", (case.start_minute, case.end_minute))
            yield _appointment(run, plan, case, maps)
        yield from _free(run, held, own)


def _schedule(run: str, plan: TheatrePlan, session: TheatreSession) -> Json:
    days = plan.problem.calendar()
    room = {**named("Location", "room", session.room), "display": session.room}
    unit = named("Location", "place", session.unit)
    surgeon = [] if session.surgeon is None else [_surgeon(session.surgeon)]
    return resource(
        "Schedule",
        _schedule_key(run, session.session),
        identifier=[{"system": own_system("run"), "value": run}],
        active=True,
        specialty=[concept(coding(own_system("specialty"), session.specialty))],
        actor=[room, unit, *surgeon],
        planningHorizon={
            "start": local_instant(days[0], 0),
            "end": local_instant(days[-1], 24 * 60 - 1),
        },
    )


def _schedule_key(run: str, session: str) -> str:
    return key_of("session", run[:12], session)


def _surgeon(code: str) -> Json:
    return named("Practitioner", "surgeon", code)


def _slot_key(run: str, held: Held, minute: int) -> str:
    return key_of("slot", run[:12], held[0].session, held[1].isoformat(), str(minute))


def _slot(run: str, held: Held, status: str, minutes: tuple[int, int]) -> Json:
    session, day = held
    return resource(
        "Slot",
        _slot_key(run, held, minutes[0]),
        schedule=within("Schedule", _schedule_key(run, session.session)),
        status=status,
        start=local_instant(day, minutes[0]),
        end=local_instant(day, minutes[1]),
    )


def _free(run: str, held: Held, cases: list[PlannedCase]) -> Iterator[Json]:
    """What is left of a session after its last case and the turnover."""
    session = held[0]
    last = max((case.end_minute + session.turnover_minutes for case in cases), default=0)
    first, end = max(last, session.start_minute), session.start_minute + session.length_minutes
    if first < end:
        yield _slot(run, held, "free", (first, end))


def _appointment(run: str, plan: TheatrePlan, case: PlannedCase, maps: CodeMaps) -> Json:
    waiting = next(row for row in plan.problem.waiting_list if row.patient == case.patient)
    session = next(row for row in plan.problem.sessions if row.session == case.session)
    service = concept(
        coding(own_system("procedure"), waiting.procedure),
        *maps.codings("procedure", waiting.procedure),
    )
    people = (named("Patient", "patient", case.patient), _surgeon(case.surgeon))
    return resource(
        "Appointment",
        key_of("case", run[:12], case.patient),
        status="booked",
        serviceType=[service],
        priority=PRIORITIES[waiting.priority],
        start=local_instant(case.day, case.start_minute),
        end=local_instant(case.day, case.end_minute),
        minutesDuration=case.expected_minutes,
        slot=[within("Slot", _slot_key(run, (session, case.day), case.start_minute))],
        participant=[{"actor": actor, "status": "accepted"} for actor in people],
    )
