"""Moves of patients: one to another place, two in exchange, one out for another.

Each returns the change of points and leaves the plan changed, or returns 0 and leaves it as it was
because the move is not possible or adds more than ``most``.
"""

from __future__ import annotations

from scheduling.theatres.ihtc.arrays import Case
from scheduling.theatres.ihtc.chance import Stream, below, uniform
from scheduling.theatres.ihtc.compiling import kernel
from scheduling.theatres.ihtc.points import arriving, may_lie, may_operate, operating, staying
from scheduling.theatres.ihtc.state import Place, State, put_in, take_out

POSTPONE = 0.06
ALL_THREE, OPERATION, ROOM = 0.40, 0.65, 0.90
"""Up to these shares a relocation changes day, room and theatre; day and theatre; the room; beyond
the last, the theatre."""
WITH_SURGEON = 0.5
ROOM_ONLY, OPERATION_ONLY, BOTH = 0, 1, 2


@kernel
def relocate(case: Case, state: State, stream: Stream, who: int, most: float) -> int:
    """Somebody to another day, room or theatre, in from the list, or back on it."""
    day, room, theatre = state.day[who], state.room[who], state.theatre[who]
    present = day >= 0
    kind = uniform(stream)
    if present and not case.mandatory[who] and kind < POSTPONE:
        points = int(case.absent_points[who]) - staying(case, state, who)
        if points > most:
            return 0
        take_out(case, state, who)
        return points
    if not present or kind < OPERATION:
        day = _some_day(case, stream, who)
        theatre = _some_theatre(case, state, stream, who, day)
    elif kind > ROOM:
        theatre = below(stream, len(case.theatre_minutes))
    if not present or kind < ALL_THREE or OPERATION <= kind <= ROOM:
        room = below(stream, len(case.beds))
    if not may_operate(case, state, who, day, theatre) or not may_lie(case, state, who, day, room):
        return 0
    points = operating(case, state, who, day, theatre)
    points -= staying(case, state, who) if present else int(case.absent_points[who])
    if points > most:
        return 0
    points += arriving(case, state, who, (day, room, theatre), most - points)
    if points > most:
        return 0
    if present:
        take_out(case, state, who)
    put_in(case, state, who, (day, room, theatre))
    return points


@kernel
def _some_day(case: Case, stream: Stream, who: int) -> int:
    return int(case.first_day[who] + below(stream, case.last_day[who] - case.first_day[who] + 1))


@kernel
def _some_theatre(case: Case, state: State, stream: Stream, who: int, day: int) -> int:
    """Half of the time a theatre where the surgeon already is that day, if any."""
    theatres, surgeon = len(case.theatre_minutes), case.surgeon[who]
    theatre = below(stream, theatres)
    if state.surgeon_rooms[surgeon, day] > 0 and uniform(stream) < WITH_SURGEON:
        for _ in range(theatres):
            if state.surgeon_cases[surgeon, day, theatre] > 0:
                return theatre
            theatre = (theatre + 1) % theatres
    return theatre


@kernel
def exchange(case: Case, state: State, stream: Stream, who: int, most: float) -> int:
    """Two people exchange room, day and theatre, or all; or one in for one who is out."""
    other = below(stream, case.patients)
    if state.day[who] < 0:
        who, other = other, who
    if other == who or state.day[who] < 0:
        return 0
    if state.day[other] < 0:
        return _in_for_out(case, state, stream, (other, who), most)
    first = (state.day[who], state.room[who], state.theatre[who])
    second = (state.day[other], state.room[other], state.theatre[other])
    kind = below(stream, 3)
    if kind == ROOM_ONLY:
        to_first = (first[0], second[1], first[2])
        to_second = (second[0], first[1], second[2])
    elif kind == OPERATION_ONLY:
        to_first = (second[0], first[1], second[2])
        to_second = (first[0], second[1], first[2])
    else:
        to_first, to_second = second, first
    if to_first == first or not (
        _window(case, who, to_first[0]) and _window(case, other, to_second[0])
    ):
        return 0
    if not (case.fits[who, to_first[1]] and case.fits[other, to_second[1]]):
        return 0
    if not (
        _beside(case, state, who, to_first, other) and _beside(case, state, other, to_second, who)
    ):
        return 0
    return _exchanged(case, state, (who, other), (to_first, to_second), most)


@kernel
def _exchanged(
    case: Case,
    state: State,
    people: tuple[int, int],
    places: tuple[Place, Place],
    most: float,
) -> int:
    """Both out, then both in at the other places; all back where that cannot be."""
    one, two = people
    first = (state.day[one], state.room[one], state.theatre[one])
    second = (state.day[two], state.room[two], state.theatre[two])
    points = -staying(case, state, one)
    take_out(case, state, one)
    points -= staying(case, state, two)
    take_out(case, state, two)
    added = _added(case, state, one, places[0], most - points)
    if added >= 0:
        points += added
        put_in(case, state, one, places[0])
        added = _added(case, state, two, places[1], most - points)
        if added >= 0:
            put_in(case, state, two, places[1])
            return points + added
        take_out(case, state, one)
    put_in(case, state, two, second)
    put_in(case, state, one, first)
    return 0


@kernel
def _added(case: Case, state: State, who: int, place: Place, most: float) -> int:
    """Points that an absent person adds at a place, -1 where impossible or above ``most``."""
    day, room, theatre = place
    if not may_operate(case, state, who, day, theatre) or not may_lie(case, state, who, day, room):
        return -1
    points = operating(case, state, who, day, theatre)
    if points <= most:
        points += arriving(case, state, who, place, most - points)
    return points if points <= most else -1


@kernel
def _in_for_out(
    case: Case, state: State, stream: Stream, people: tuple[int, int], most: float
) -> int:
    """Somebody on the list takes the place of somebody planned, or one like it."""
    newcomer, leaver = people
    if case.mandatory[leaver] and not case.mandatory[newcomer]:
        return 0
    first = (state.day[leaver], state.room[leaver], state.theatre[leaver])
    day, room, theatre = first
    kind = below(stream, 3)
    if kind == ROOM_ONLY:
        room = below(stream, len(case.beds))
    elif kind == OPERATION_ONLY:
        day = _some_day(case, stream, newcomer)
        theatre = below(stream, len(case.theatre_minutes))
    place = (day, room, theatre)
    if not _window(case, newcomer, day) or not case.fits[newcomer, room]:
        return 0
    if not _beside(case, state, newcomer, place, leaver):
        return 0
    points = int(case.absent_points[leaver] - case.absent_points[newcomer])
    points -= staying(case, state, leaver)
    take_out(case, state, leaver)
    added = _added(case, state, newcomer, place, most - points)
    if added < 0:
        put_in(case, state, leaver, first)
        return 0
    put_in(case, state, newcomer, place)
    return points + added


@kernel
def _window(case: Case, who: int, day: int) -> bool:
    return bool(case.first_day[who] <= day <= case.last_day[who])


@kernel
def _beside(case: Case, state: State, who: int, place: Place, gone: int) -> bool:
    """Whether minutes and beds would do, both people being absent: a quick exact test."""
    day, room, theatre = place
    minutes, surgeon = case.minutes[who], case.surgeon[who]
    of_surgeon = state.surgeon_used[surgeon, day] + minutes
    of_theatre = state.theatre_used[theatre, day] + minutes
    for absent in (who, gone):
        if state.day[absent] == day:
            if case.surgeon[absent] == surgeon:
                of_surgeon -= case.minutes[absent]
            if state.theatre[absent] == theatre:
                of_theatre -= case.minutes[absent]
    if of_surgeon > case.surgeon_minutes[surgeon, day]:
        return False
    if of_theatre > case.theatre_minutes[theatre, day]:
        return False
    for each in range(day, min(case.days, day + case.stay[who])):
        beds, others = case.beds[room], state.genders[room, each, 1 - case.gender[who]]
        for absent in (who, gone):
            first = state.day[absent]
            if state.room[absent] == room and first <= each < first + case.stay[absent]:
                beds += 1
                if case.gender[absent] != case.gender[who]:
                    others -= 1
        if state.here[room, each] >= beds or others > 0:
            return False
    return True
