"""Moves of nurses: one room and shift, two rooms of a shift in exchange, one nurse over days.

Each returns the change of points and leaves the plan changed, or returns 0 and leaves it as it was.
"""

from __future__ import annotations

from scheduling.theatres.ihtc.arrays import OFF_DUTY, Case
from scheduling.theatres.ihtc.chance import Stream, below
from scheduling.theatres.ihtc.compiling import inlined
from scheduling.theatres.ihtc.instance import SHIFTS_PER_DAY
from scheduling.theatres.ihtc.points import nursing, overload
from scheduling.theatres.ihtc.state import State, give_nurse

LONGEST_BLOCK_DAYS = 7


@inlined
def change(case: Case, state: State, stream: Stream, most: float) -> int:
    """Another nurse on duty takes an occupied room."""
    room = below(stream, len(case.beds))
    shift = below(stream, len(case.on_duty_count))
    nurse = case.on_duty[shift, below(stream, case.on_duty_count[shift])]
    before = state.nurse[room, shift]
    if nurse == before or state.here[room, shift // SHIFTS_PER_DAY] == 0:
        return 0
    points = given(case, state, room, shift, nurse)
    if points > most:
        return 0
    give_nurse(case, state, room, shift, nurse)
    return points


@inlined
def given(case: Case, state: State, room: int, shift: int, nurse: int) -> int:
    """Change of points when a nurse takes a room and shift of another."""
    work, before = state.room_work[room, shift], state.nurse[room, shift]
    points = overload(case, state, before, shift, -work)
    points += overload(case, state, nurse, shift, work)
    return points + nursing(case, state, room, shift, nurse)


@inlined
def trade(case: Case, state: State, stream: Stream, most: float) -> int:
    """Two rooms of a shift exchange their nurses."""
    shift = below(stream, len(case.on_duty_count))
    one, two = below(stream, len(case.beds)), below(stream, len(case.beds))
    first, second = state.nurse[one, shift], state.nurse[two, shift]
    if first == second:
        return 0
    more = state.room_work[two, shift] - state.room_work[one, shift]
    points = overload(case, state, first, shift, more) + overload(case, state, second, shift, -more)
    points += nursing(case, state, one, shift, second)
    points += nursing(case, state, two, shift, first)
    if points > most:
        return 0
    give_nurse(case, state, one, shift, second)
    give_nurse(case, state, two, shift, first)
    return points


@inlined
def hold(case: Case, state: State, stream: Stream, most: float) -> int:
    """One nurse keeps a room on each shift worked over some days."""
    before = state.before
    room = below(stream, len(case.beds))
    shifts = len(case.on_duty_count)
    start = below(stream, shifts)
    nurse = case.on_duty[start, below(stream, case.on_duty_count[start])]
    end = min(shifts, start + SHIFTS_PER_DAY * (1 + below(stream, LONGEST_BLOCK_DAYS)))
    points = 0
    for shift in range(start, end):
        before[shift] = state.nurse[room, shift]
        is_occupied = state.here[room, shift // SHIFTS_PER_DAY] > 0
        if is_occupied and case.most_load[nurse, shift] != OFF_DUTY and before[shift] != nurse:
            points += given(case, state, room, shift, nurse)
            give_nurse(case, state, room, shift, nurse)
    if points <= most:
        return points
    for shift in range(start, end):
        if state.nurse[room, shift] != before[shift]:
            give_nurse(case, state, room, shift, before[shift])
    return 0
