"""A first plan: everybody in turn to the cheapest place; who found none comes first next time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scheduling.theatres.ihtc.arrays import (
    NOBODY,
    Case,
    Ints,
)
from scheduling.theatres.ihtc.compiling import kernel
from scheduling.theatres.ihtc.instance import SHIFTS_PER_DAY
from scheduling.theatres.ihtc.nurse_moves import given
from scheduling.theatres.ihtc.points import arriving, may_lie, may_operate, operating
from scheduling.theatres.ihtc.state import State, empty_state, give_nurse, put_in

ROUNDS = 60


def first_plan(case: Case, occupants: Ints, seed: int | Sequence[int]) -> tuple[State, int]:
    """A plan and how many mandatory patients it leaves out (0 where a round succeeded).

    ``occupants`` (occupants,) the room of each; ``seed`` breaks ties.
    """
    random = np.random.default_rng(seed)
    late = np.zeros(case.patients)
    found = empty_state(case)
    fewest = case.patients + 1
    for _ in range(ROUNDS):
        state = empty_state(case)
        for at, room in enumerate(occupants):
            put_in(case, state, case.patients + at, (0, int(room), NOBODY))
        _fill(case, state, _order(case, late, random))
        mandatory = (state.day[: case.patients] < 0) & case.mandatory
        if mandatory.sum() < fewest:
            fewest, found = int(mandatory.sum()), state
        if fewest == 0:
            break
        late += mandatory
    _nurse(case, found)
    return found, fewest


def _order(case: Case, late: np.ndarray, random: np.random.Generator) -> Ints:
    """Mandatory first; among them those left out before, then the narrowest windows."""
    window = case.last_day - case.first_day
    size = case.stay[: case.patients] * case.minutes * np.where(case.mandatory, -1, 1)
    ties = random.random(case.patients) * np.abs(size).max(initial=1) / 10
    keys = (size + ties, np.where(case.mandatory, window, 0), -late, ~case.mandatory)
    return np.lexsort(keys).astype(np.int32)


@kernel
def _fill(case: Case, state: State, order: Ints) -> None:
    """Put everybody in at the cheapest place, where there is one."""
    for who in order:
        best, place = 1 << 60, (-1, -1, -1)
        for day in range(case.first_day[who], case.last_day[who] + 1):
            theatre, opening = -1, 1 << 60
            for each in range(len(case.theatre_minutes)):
                if may_operate(case, state, who, day, each):
                    points = operating(case, state, who, day, each)
                    if points < opening:
                        theatre, opening = each, points
            if theatre < 0 or opening >= best:
                continue
            for room in range(len(case.beds)):
                if may_lie(case, state, who, day, room):
                    here = (day, room, theatre)
                    points = opening + arriving(case, state, who, here, float(best - opening))
                    if points < best:
                        best, place = points, here
        if place[0] >= 0:
            put_in(case, state, who, place)


@kernel
def _nurse(case: Case, state: State) -> None:
    """Give every occupied room, shift by shift, to the nurse who adds least."""
    for _ in range(2):
        for shift in range(state.nurse.shape[1]):
            for room in range(len(case.beds)):
                if state.here[room, shift // SHIFTS_PER_DAY] > 0:
                    least, chosen = 0, state.nurse[room, shift]
                    for at in range(case.on_duty_count[shift]):
                        nurse = case.on_duty[shift, at]
                        if nurse != state.nurse[room, shift]:
                            points = given(case, state, room, shift, nurse)
                            if points < least:
                                least, chosen = points, nurse
                    give_nurse(case, state, room, shift, chosen)
