"""Time of a week that nobody uses: which sessions to give back, and who could take them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from hospital.theatre_plan import PlannedCase, TheatrePlan
from scheduling.theatres.week import MINUTE, Week

SHORTEST_OFFER_MINUTES = 60.0
"""Less than an hour is a pause, not a session."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Unused time of one session, and the specialty that could use most of it.

    ``unused_minutes`` are left after the cases, a turnover after each, and the slack. ``is_empty``
    says that the whole session may be given back. ``patients`` of ``specialty`` wait, were left
    out, and would fit one after the other, in order of priority and due date, by expected
    minutes and turnovers; empty where nobody would.
    """

    session: str
    day: date
    room: str
    held_by: str
    unused_minutes: float
    is_empty: bool
    specialty: str
    patients: tuple[str, ...]
    used_minutes: float


def offers(plan: TheatrePlan) -> tuple[Offer, ...]:
    """Sessions with an hour or more to give, the emptiest first.

    A person decides on each: beds, equipment and teams of the specialty that takes the time are
    checked when the master schedule is changed and the week is planned again.
    """
    week = Week(plan.problem)
    found = [
        _offer(week, plan, block, unused)
        for block, unused in _unused(week, plan)
        if unused >= SHORTEST_OFFER_MINUTES
    ]
    return tuple(sorted(found, key=lambda one: (-one.unused_minutes, one.day, one.session)))


def _unused(week: Week, plan: TheatrePlan) -> Iterator[tuple[int, float]]:
    index = {row.patient: at for at, row in enumerate(week.patients)}
    for block, held in enumerate(week.blocks):
        cases = _cases(plan, held.session.session, held.day)
        taken = sum(week.takes(index[case.patient], block) for case in cases)
        # The room has one turnover more than the session, for the case that is the last.
        left = (held.room_left - taken) / MINUTE - held.session.turnover_minutes
        yield block, max(0.0, left)


def _cases(plan: TheatrePlan, session: str, day: date) -> list[PlannedCase]:
    return [case for case in plan.cases if (case.session, case.day) == (session, day)]


def _offer(week: Week, plan: TheatrePlan, block: int, unused: float) -> Offer:
    held = week.blocks[block]
    has_cases = bool(_cases(plan, held.session.session, held.day))
    turnover = held.session.turnover_minutes
    choices = {
        specialty: _fitting(week, patients, held.day, (unused, turnover))
        for specialty, patients in _left_out(week, plan).items()
        if specialty != held.session.specialty
    }
    specialty = max(sorted(choices), key=lambda name: choices[name][1], default="")
    patients, used = choices.get(specialty, ((), 0.0))
    return Offer(
        session=held.session.session,
        day=held.day,
        room=held.session.room,
        held_by=held.session.specialty,
        unused_minutes=round(unused, 1),
        is_empty=not has_cases,
        specialty=specialty if patients else "",
        patients=patients,
        used_minutes=used,
    )


def _left_out(week: Week, plan: TheatrePlan) -> dict[str, list[int]]:
    """Patients left out of each specialty, by priority and due date."""
    left = {row.patient for row in plan.unplanned}
    own: dict[str, list[int]] = {}
    for at, row in enumerate(week.patients):
        if row.patient in left:
            own.setdefault(week.procedures[at].specialty, []).append(at)
    weights = plan.problem.weights
    for patients in own.values():
        patients.sort(
            key=lambda at: (-weights.of(week.patients[at].priority), week.patients[at].due_date)
        )
    return own


def _fitting(
    week: Week, patients: Sequence[int], day: date, room: tuple[float, int]
) -> tuple[tuple[str, ...], float]:
    """Who fits in these minutes with this turnover, and the minutes of their operations."""
    left, turnover = room
    chosen: list[str] = []
    used = 0.0
    for at in patients:
        row = week.patients[at]
        is_time = week.problem.earliest_day(row) <= day <= week.problem.latest_day(row)
        if is_time and week.minutes[at] <= left:
            chosen.append(row.patient)
            used += week.minutes[at]
            left -= week.minutes[at] + turnover
    return tuple(chosen), used
