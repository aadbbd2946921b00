"""Points of a plan, and those that one stay or one nurse adds to it, read from its sums alone.

Nothing here writes to the plan. Every term of an arrival is at least zero, so that a sum may stop
as soon as it passes what would be accepted.
"""

from __future__ import annotations

import numpy as np

from scheduling.theatres.ihtc.arrays import (
    AGE,
    CONTINUITY,
    DELAY,
    LOAD,
    SKILL,
    THEATRE,
    TRANSFER,
    Case,
)
from scheduling.theatres.ihtc.compiling import inlined
from scheduling.theatres.ihtc.instance import SHIFTS_PER_DAY
from scheduling.theatres.ihtc.state import Place, State

ANYTHING = 1e18
"""More points than any plan has."""


@inlined
def may_operate(case: Case, state: State, who: int, day: int, theatre: int) -> bool:
    """Whether surgeon and theatre have the minutes, this person being absent."""
    surgeon, minutes = case.surgeon[who], case.minutes[who]
    same_day = state.day[who] == day
    of_surgeon = state.surgeon_used[surgeon, day] + (0 if same_day else minutes)
    if of_surgeon > case.surgeon_minutes[surgeon, day]:
        return False
    same = same_day and state.theatre[who] == theatre
    of_theatre = state.theatre_used[theatre, day] + (0 if same else minutes)
    return bool(of_theatre <= case.theatre_minutes[theatre, day])


@inlined
def may_lie(case: Case, state: State, who: int, day: int, room: int) -> bool:
    """Whether the room has a bed and no other gender on every day, this person being absent."""
    if not case.fits[who, room]:
        return False
    own_first, own_end = state.day[who], state.day[who] + case.stay[who]
    same_room = state.room[who] == room and own_first >= 0
    other = 1 - case.gender[who]
    for each in range(day, min(case.days, day + case.stay[who])):
        own = 1 if same_room and own_first <= each < own_end else 0
        if state.here[room, each] - own >= case.beds[room]:
            return False
        if state.genders[room, each, other] > 0:
            return False
    return True


@inlined
def operating(case: Case, state: State, who: int, day: int, theatre: int) -> int:
    """Points of delay, of a theatre opened and of a surgeon who moves, the person being absent."""
    surgeon = case.surgeon[who]
    points = case.weights[DELAY] * (day - case.first_day[who])
    same_day = state.day[who] == day
    own = 1 if same_day and state.theatre[who] == theatre else 0
    if state.theatre_cases[theatre, day] == own:
        points += case.weights[THEATRE]
    if state.surgeon_cases[surgeon, day, theatre] == own:
        rooms = state.surgeon_rooms[surgeon, day]
        if same_day and state.surgeon_cases[surgeon, day, state.theatre[who]] == 1:
            rooms -= 1
        if rooms > 0:
            points += case.weights[TRANSFER]
    return int(points)


@inlined
def arriving(case: Case, state: State, who: int, place: Place, most: float) -> int:
    """Points that a stay adds to room and nurses, the person being absent; stops above ``most``."""
    day, room, _ = place
    points, age = 0, case.age[who]
    first, end = day, min(case.days, day + case.stay[who])
    own_first, own_room = state.day[who], state.room[who]
    own_end = min(case.days, own_first + case.stay[who]) if own_first >= 0 else own_first
    for each in range(first, end):
        own = 1 if own_room == room and own_first <= each < own_end else 0
        youngest, oldest = age, age
        low, high = case.age_groups, -1
        for group in range(case.age_groups):
            count = state.ages[room, each, group]
            if group == age:
                count -= own
            if count > 0:
                low, high = min(low, group), group
        if high >= 0:
            youngest, oldest = min(low, age), max(high, age)
            points += case.weights[AGE] * ((oldest - youngest) - (high - low))
    state.tick[0] += 1
    tick = state.tick[0]
    for shift in range(SHIFTS_PER_DAY * first, SHIFTS_PER_DAY * end):
        if points > most:
            return points
        nurse, at = state.nurse[room, shift], shift - SHIFTS_PER_DAY * first
        short = case.skill[who, at] - case.nurse_skill[nurse]
        if short > 0:
            points += case.weights[SKILL] * short
        spare = case.most_load[nurse, shift] - state.load[nurse, shift]
        was_here = SHIFTS_PER_DAY * own_first <= shift < SHIFTS_PER_DAY * own_end
        if was_here and state.nurse[own_room, shift] == nurse:
            spare += case.work[who, shift - SHIFTS_PER_DAY * own_first]
        over = case.work[who, at] - max(0, spare)
        if over > 0:
            points += case.weights[LOAD] * over
        if state.mark[nurse] != tick:
            state.mark[nurse] = tick
            points += case.weights[CONTINUITY]
    return points


@inlined
def staying(case: Case, state: State, who: int) -> int:
    """Points that would go if this person, who is present, were absent."""
    day, room, theatre = state.day[who], state.room[who], state.theatre[who]
    points = operating(case, state, who, day, theatre)
    return points + arriving(case, state, who, (day, room, theatre), ANYTHING)


@inlined
def nursing(case: Case, state: State, room: int, shift: int, nurse: int) -> int:
    """Change of points from skill and continuity when another nurse takes a room and shift."""
    before, day, points = state.nurse[room, shift], shift // SHIFTS_PER_DAY, 0
    skill, skill_before = case.nurse_skill[nurse], case.nurse_skill[before]
    for place in range(state.here[room, day]):
        who = state.people[room, day, place]
        needed = case.skill[who, shift - SHIFTS_PER_DAY * state.day[who]]
        points += case.weights[SKILL] * (max(0, needed - skill) - max(0, needed - skill_before))
        if state.seen[who, before] == 1:
            points -= case.weights[CONTINUITY]
        if state.seen[who, nurse] == 0:
            points += case.weights[CONTINUITY]
    return points


@inlined
def overload(case: Case, state: State, nurse: int, shift: int, more: int) -> int:
    """Change of points of overload when a nurse's work on a shift grows by ``more``."""
    over = state.load[nurse, shift] - case.most_load[nurse, shift]
    return int(case.weights[LOAD] * (max(0, over + more) - max(0, over)))


def points_of(case: Case, state: State) -> int:
    """Points of a whole plan, mandatory patients left out included, from its sums."""
    points = int(case.absent_points[state.day[: case.patients] < 0].sum())
    weights = [int(weight) for weight in case.weights]
    spread = [
        np.ptp(np.flatnonzero(row)) for row in state.ages.reshape(-1, case.age_groups) if row.any()
    ]
    points += weights[AGE] * int(sum(spread))
    points += weights[CONTINUITY] * int(state.distinct.sum())
    on_duty = np.where(case.most_load < 0, 0, case.most_load)
    points += weights[LOAD] * int(np.maximum(0, state.load - on_duty).sum())
    points += weights[THEATRE] * int((state.theatre_cases > 0).sum())
    points += weights[TRANSFER] * int(np.maximum(0, state.surgeon_rooms - 1).sum())
    present = np.flatnonzero(state.day[: case.patients] >= 0)
    points += weights[DELAY] * int((state.day[present] - case.first_day[present]).sum())
    return points + weights[SKILL] * _shortfall(case, state)


def _shortfall(case: Case, state: State) -> int:
    total = 0
    for who in np.flatnonzero(state.day >= 0):
        first, room = SHIFTS_PER_DAY * int(state.day[who]), int(state.room[who])
        shifts = np.arange(
            first, min(state.nurse.shape[1], first + SHIFTS_PER_DAY * int(case.stay[who]))
        )
        nurses = state.nurse[room, shifts]
        short = case.skill[who, shifts - first] - case.nurse_skill[nurses]
        total += int(np.maximum(0, short).sum())
    return total
