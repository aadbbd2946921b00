"""Why a patient is not in the plan: the binding resource and the smallest relaxation."""

from __future__ import annotations

from collections.abc import Iterator

from hospital.theatre import Priority
from hospital.theatre_plan import LeftOut, UnplannedPatient
from scheduling.theatres.greedy import State
from scheduling.theatres.overtime import POINT
from scheduling.theatres.week import MINUTE, Week

RANK = {Priority.URGENT: 2, Priority.SEMI_URGENT: 1, Priority.ROUTINE: 0}
MINUTES_PER_BED = 240.0  # to compare a missing bed with missing minutes: half a theatre day


def left_out(week: Week, state: State) -> Iterator[UnplannedPatient]:
    """Every patient who is not placed, by code, with the reason."""
    for patient in range(len(week.patients)):
        if patient not in state.placed:
            yield _explained(week, state, patient)


def _explained(week: Week, state: State, patient: int) -> UnplannedPatient:
    if not week.open_blocks[patient]:
        return _nowhere(week, patient)
    if not week.candidates[patient]:
        return _too_long(week, patient)
    block, obstacles = _easiest_block(week, state, patient)
    if not obstacles:
        missing = -state.gain(patient, block) / POINT
        return _answer(week, (patient, block), LeftOut.LOWER_PRIORITY, missing)
    reason, missing = next(iter(obstacles.items()))
    if len(obstacles) == 1 and _outranked(week, state, patient, block):
        reason = LeftOut.LOWER_PRIORITY
    return _answer(week, (patient, block), reason, missing)


def _nowhere(week: Week, patient: int) -> UnplannedPatient:
    """Deferred beyond these days, and by how many days; else no session for this patient."""
    row, last_day = week.patients[patient], week.problem.latest_day(week.patients[patient])
    if row.deferred_until is not None and row.deferred_until > last_day:
        return UnplannedPatient(
            patient=row.patient,
            reason=LeftOut.DEFERRED,
            day=row.deferred_until,
            short_by=float((row.deferred_until - last_day).days),
        )
    must = week.must_be_done[patient]
    return UnplannedPatient(patient=row.patient, reason=LeftOut.NO_SESSION, must_be_done=must)


def _answer(
    week: Week, place: tuple[int, int], reason: LeftOut, short_by: float
) -> UnplannedPatient:
    patient, block = place
    held = week.blocks[block]
    return UnplannedPatient(
        patient=week.patients[patient].patient,
        reason=reason,
        must_be_done=week.must_be_done[patient],
        session=held.session.session,
        day=held.day,
        short_by=round(short_by, 2),
    )


def _too_long(week: Week, patient: int) -> UnplannedPatient:
    """No open block could hold the case alone: the one that lacks least."""

    def room_short(block: int) -> float:
        return (week.takes(patient, block) - week.blocks[block].room_left) / MINUTE

    block = min(week.open_blocks[patient], key=lambda b: (room_short(b), b))
    if room_short(block) > 0:
        reason = LeftOut.NEEDS_LONGER_SESSION
        return _answer(week, (patient, block), reason, room_short(block))
    surgeon = week.surgeons[week.patients[patient].surgeon]
    over = float(week.minutes[patient] - surgeon.daily_minutes)
    return _answer(week, (patient, block), LeftOut.SURGEON_FULL, over)


def _easiest_block(week: Week, state: State, patient: int) -> tuple[int, dict[LeftOut, float]]:
    """The block with the fewest obstacles, then the smallest ones, then the most points."""

    def effort(found: tuple[int, dict[LeftOut, float]]) -> tuple[int, float, int, int]:
        block, obstacles = found
        size = sum(_in_minutes(reason, short) for reason, short in obstacles.items())
        return len(obstacles), size, -state.gain(patient, block), block

    blocks = week.candidates[patient]
    return min(((block, state.obstacles(patient, block)) for block in blocks), key=effort)


def _in_minutes(reason: LeftOut, short: float) -> float:
    is_bed = reason in {LeftOut.WARD_BEDS, LeftOut.INTENSIVE_CARE_BEDS}
    return short * MINUTES_PER_BED if is_bed else short


def _outranked(week: Week, state: State, patient: int, block: int) -> bool:
    """Whether the place is held by someone of a higher class, without whom the patient fits."""
    rank = RANK[week.patients[patient].priority]
    held_by = [p for p, b in state.placed.items() if b == block]
    for other in sorted(held_by):
        if RANK[week.patients[other].priority] > rank:
            state.remove(other)
            fits = not state.obstacles(patient, block)
            state.add(other, block)
            if fits:
                return True
    return False
