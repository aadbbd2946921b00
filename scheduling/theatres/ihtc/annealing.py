"""Simulated annealing over a whole plan: patients and nurses together.

Kirkpatrick, Gelatt and Vecchi, "Optimization by simulated annealing", Science 220 (1983), 671-680:
a change of points d is accepted with probability exp(-d / temperature). The threshold is drawn
first, so that a move may be given up as soon as it is passed.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scheduling.theatres.ihtc.arrays import Case, Ints
from scheduling.theatres.ihtc.chance import Stream, below, uniform
from scheduling.theatres.ihtc.compiling import kernel
from scheduling.theatres.ihtc.nurse_moves import change, hold, trade
from scheduling.theatres.ihtc.patient_moves import exchange, relocate
from scheduling.theatres.ihtc.state import State

NURSE_SHARE = 0.45
CHANGE, TRADE = 0.5, 0.75
RELOCATE = 0.62
STEPS_PER_TEMPERATURE = 1024


class Best(NamedTuple):
    """The best plan seen; ``points`` is [points now, least points]."""

    points: npt.NDArray[np.int64]
    day: Ints
    room: Ints
    theatre: Ints
    nurse: Ints


def best_of(state: State, points: int) -> Best:
    """A copy of a plan as the best so far."""
    both = np.array([points, points], np.int64)
    copies = (state.day.copy(), state.room.copy(), state.theatre.copy(), state.nurse.copy())
    return Best(both, *copies)


class Cooling(NamedTuple):
    """From a temperature [points] to another in so many moves, by equal ratios."""

    first: float
    last: float
    moves: int


@kernel
def anneal(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    case: Case,
    state: State,
    best: Best,
    stream: Stream,
    cooling: Cooling,
    span: tuple[int, int],
) -> None:
    """Moves ``span`` [first, end) of a cooling; state, best and stream go on where they were."""
    start, end = span
    now, least = best.points[0], best.points[1]
    heat = cooling.first
    for move in range(start, end):
        if move == start or move % STEPS_PER_TEMPERATURE == 0:
            heat = cooling.first * (cooling.last / cooling.first) ** (move / cooling.moves)
        most = -heat * math.log(uniform(stream))
        if uniform(stream) < NURSE_SHARE:
            kind = uniform(stream)
            if kind < CHANGE:
                now += change(case, state, stream, most)
            elif kind < TRADE:
                now += trade(case, state, stream, most)
            else:
                now += hold(case, state, stream, most)
        else:
            who = below(stream, case.patients)
            if uniform(stream) < RELOCATE:
                now += relocate(case, state, stream, who, most)
            else:
                now += exchange(case, state, stream, who, most)
        if now < least:
            least = now
            _keep(best, state)
    best.points[0], best.points[1] = now, least


@kernel
def _keep(best: Best, state: State) -> None:
    for who in range(len(state.day)):
        best.day[who], best.room[who] = state.day[who], state.room[who]
        best.theatre[who] = state.theatre[who]
    for room in range(state.nurse.shape[0]):
        for shift in range(state.nurse.shape[1]):
            best.nurse[room, shift] = state.nurse[room, shift]
