"""A plan in the making: where everybody lies, who nurses which room, and the sums kept with it.

Only this file writes to a state; every sum is exact after each call.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scheduling.theatres.ihtc.arrays import NOBODY, Case, Ints
from scheduling.theatres.ihtc.compiling import inlined
from scheduling.theatres.ihtc.instance import SHIFTS_PER_DAY

Place = tuple[int, int, int]
"""Day, room and theatre of an admission."""


class State(NamedTuple):
    """A plan with its sums.

    ``day``, ``room``, ``theatre`` (people,), -1 where absent; ``nurse`` (rooms, shifts). Sums:
    ``ages`` (rooms, days, groups), ``genders`` (rooms, days, 2), ``here`` (rooms, days) people,
    ``people`` (rooms, days, beds) who they are, ``room_work`` (rooms, shifts), ``load`` (nurses,
    shifts), ``seen`` (people, nurses) shifts, ``distinct`` (people,) nurses, ``theatre_used``
    [minutes] and ``theatre_cases`` (theatres, days), ``surgeon_used`` [minutes] and
    ``surgeon_rooms`` (surgeons, days) theatres, ``surgeon_cases`` (surgeons, days, theatres).
    ``mark`` and ``tick`` serve to count nurses once, ``before`` (shifts,) to undo; they say nothing
    about the plan.
    """

    day: Ints
    room: Ints
    theatre: Ints
    nurse: Ints
    ages: Ints
    genders: Ints
    here: Ints
    people: Ints
    room_work: Ints
    load: Ints
    seen: Ints
    distinct: Ints
    theatre_used: Ints
    theatre_cases: Ints
    surgeon_used: Ints
    surgeon_rooms: Ints
    surgeon_cases: Ints
    mark: npt.NDArray[np.int64]
    tick: npt.NDArray[np.int64]
    before: Ints


def empty_state(case: Case) -> State:
    """Nobody anywhere, and the first nurse on duty in every room."""
    people, rooms, days = len(case.stay), len(case.beds), case.days
    shifts, nurses = SHIFTS_PER_DAY * days, len(case.nurse_skill)
    theatres, surgeons = len(case.theatre_minutes), len(case.surgeon_minutes)

    def zeros(*shape: int) -> Ints:
        return np.zeros(shape, np.int32)

    absent = np.full(people, NOBODY, np.int32)
    return State(
        day=absent.copy(),
        room=absent.copy(),
        theatre=absent.copy(),
        nurse=np.ascontiguousarray(np.tile(case.on_duty[:, 0], (rooms, 1))),
        ages=zeros(rooms, days, case.age_groups),
        genders=zeros(rooms, days, 2),
        here=zeros(rooms, days),
        people=zeros(rooms, days, int(case.beds.max())),
        room_work=zeros(rooms, shifts),
        load=zeros(nurses, shifts),
        seen=zeros(people, nurses),
        distinct=zeros(people),
        theatre_used=zeros(theatres, days),
        theatre_cases=zeros(theatres, days),
        surgeon_used=zeros(surgeons, days),
        surgeon_rooms=zeros(surgeons, days),
        surgeon_cases=zeros(surgeons, days, theatres),
        mark=np.zeros(nurses, np.int64),
        tick=np.zeros(1, np.int64),
        before=zeros(shifts),
    )


@inlined
def put_in(case: Case, state: State, who: int, place: Place) -> None:
    """Admit a person who is absent; an occupant has no theatre (-1)."""
    day, room, theatre = place
    state.day[who], state.room[who], state.theatre[who] = day, room, theatre
    end = min(case.days, day + case.stay[who])
    for each in range(day, end):
        state.ages[room, each, case.age[who]] += 1
        state.genders[room, each, case.gender[who]] += 1
        state.people[room, each, state.here[room, each]] = who
        state.here[room, each] += 1
    for shift in range(SHIFTS_PER_DAY * day, SHIFTS_PER_DAY * end):
        nurse, work = state.nurse[room, shift], case.work[who, shift - SHIFTS_PER_DAY * day]
        state.room_work[room, shift] += work
        state.load[nurse, shift] += work
        if state.seen[who, nurse] == 0:
            state.distinct[who] += 1
        state.seen[who, nurse] += 1
    if theatre >= 0:
        surgeon = case.surgeon[who]
        state.theatre_used[theatre, day] += case.minutes[who]
        state.theatre_cases[theatre, day] += 1
        state.surgeon_used[surgeon, day] += case.minutes[who]
        if state.surgeon_cases[surgeon, day, theatre] == 0:
            state.surgeon_rooms[surgeon, day] += 1
        state.surgeon_cases[surgeon, day, theatre] += 1


@inlined
def take_out(case: Case, state: State, who: int) -> None:
    """Make a person who is present absent."""
    day, room, theatre = state.day[who], state.room[who], state.theatre[who]
    end = min(case.days, day + case.stay[who])
    for each in range(day, end):
        state.ages[room, each, case.age[who]] -= 1
        state.genders[room, each, case.gender[who]] -= 1
        state.here[room, each] -= 1
        last = state.here[room, each]
        for place in range(last):
            if state.people[room, each, place] == who:
                state.people[room, each, place] = state.people[room, each, last]
                break
    for shift in range(SHIFTS_PER_DAY * day, SHIFTS_PER_DAY * end):
        nurse, work = state.nurse[room, shift], case.work[who, shift - SHIFTS_PER_DAY * day]
        state.room_work[room, shift] -= work
        state.load[nurse, shift] -= work
        state.seen[who, nurse] = 0
    state.distinct[who] = 0
    surgeon = case.surgeon[who]
    state.theatre_used[theatre, day] -= case.minutes[who]
    state.theatre_cases[theatre, day] -= 1
    state.surgeon_used[surgeon, day] -= case.minutes[who]
    state.surgeon_cases[surgeon, day, theatre] -= 1
    if state.surgeon_cases[surgeon, day, theatre] == 0:
        state.surgeon_rooms[surgeon, day] -= 1
    state.day[who] = state.room[who] = state.theatre[who] = NOBODY


@inlined
def give_nurse(case: Case, state: State, room: int, shift: int, nurse: int) -> None:
    """Give a room and shift to another nurse."""
    before, work, day = (
        state.nurse[room, shift],
        state.room_work[room, shift],
        shift // SHIFTS_PER_DAY,
    )
    state.nurse[room, shift] = nurse
    state.load[before, shift] -= work
    state.load[nurse, shift] += work
    for place in range(state.here[room, day]):
        who = state.people[room, day, place]
        state.seen[who, before] -= 1
        if state.seen[who, before] == 0:
            state.distinct[who] -= 1
        if state.seen[who, nurse] == 0:
            state.distinct[who] += 1
        state.seen[who, nurse] += 1
