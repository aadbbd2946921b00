"""The compiled step of pricing: the cheapest line of one person, exactly, by dynamic programming.

A state is (run of rest or work, weekends, counted shifts, units of minutes). The shift worked last
matters only through its class, that is, which shifts may follow it, and among shifts alike in
class, length and predecessors only the cheapest of the day is tried. The value of every state of
every day is kept, so the way back needs no pointers and the inner loop is a plain minimum.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Function = TypeVar("Function", bound=Callable[..., Any])
REST = -1
DAYS_PER_WEEK, SATURDAY, SUNDAY = 7, 5, 6


class Desk(NamedTuple):
    """What pricing must know of one person.

    ``kind_of`` (shifts,) numbers the shifts that differ in what they do to a state, -1 where the
    person never works them; ``kinds`` (kinds, 3) their class, units and whether counted;
    ``enters`` (classes, kinds) which kind may follow which class; ``limits`` longest run, shortest
    run, shortest rest [days], fewest units at the end; ``closed`` (counted, units) is infinite
    where a line may not end; ``weekends`` how many numbers of weekends there are. The counted
    shift adds no units, since its minutes follow from its number.
    """

    kind_of: Ints
    kinds: Ints
    enters: Bools
    limits: tuple[int, int, int, int]
    closed: Floats
    weekends: int


def compiled(function: Function) -> Function:
    """Compile, to run outside the global lock; kept on disk where that may be written."""
    try:
        made = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # numba found no folder to keep it in
        made = numba.njit(nogil=True)(function)
    return cast("Function", made)


@compiled
def cheapest_line(prices: Floats, desk: Desk, buffer: Floats) -> tuple[float, Ints, int]:
    """Price (infinite where no line is lawful), line and steps taken, for (days, shifts) prices."""
    best, which = _cheapest_kinds(prices, desk)
    runs = desk.limits[2] + desk.enters.shape[0] * desk.limits[0]
    shape = (prices.shape[0] + 1, runs, desk.weekends, desk.closed.shape[0], desk.closed.shape[1])
    values = buffer[: shape[0] * shape[1] * shape[2] * shape[3] * shape[4]].reshape(shape)
    steps = _forward(best, desk, values)
    price, end = _cheapest_end(values[-1], desk.closed)
    line = np.full(prices.shape[0], REST)
    if price < np.inf:
        for back in range(len(line)):
            day = len(line) - 1 - back
            end, kind = _one_day_back(values, day, end, best[day], desk)
            if kind >= 0:
                line[day] = which[day, kind]
    return price, line, steps


@compiled
def _cheapest_kinds(prices: Floats, desk: Desk) -> tuple[Floats, Ints]:
    """For each day and kind of shift the cheapest shift and its price, infinite where closed."""
    best = np.full((prices.shape[0], desk.kinds.shape[0]), np.inf)
    which = np.full(best.shape, REST)
    for day in range(prices.shape[0]):
        for shift in range(prices.shape[1]):
            kind = desk.kind_of[shift]
            if kind >= 0 and prices[day, shift] < best[day, kind]:
                best[day, kind] = prices[day, shift]
                which[day, kind] = shift
    return best, which


@compiled
def _forward(best: Floats, desk: Desk, values: Floats) -> int:
    """Fill ``values`` (days + 1, runs, weekends, counted, units) day by day; returns the steps.

    The first runs are of rest, the last of them long enough; then for each class the runs of work.
    """
    rest, least_units = desk.limits[2], desk.limits[3]
    runs, units = values.shape[1], values.shape[4]
    most_per_day = max(1, desk.kinds[:, 1].max()) if len(desk.kinds) else 1
    values[0] = np.inf
    values[0, rest - 1, 0, 0, 0] = 0.0
    live = np.zeros(runs, np.bool_)
    live[rest - 1] = True
    steps = 0
    for day in range(best.shape[0]):
        low = max(0, least_units - most_per_day * (best.shape[0] - day))
        high = min(units, most_per_day * day + 1)
        values[day + 1] = np.inf
        alive = np.zeros(runs, np.bool_)
        for run in range(runs):
            if live[run]:
                into = _after_rest(run, day, desk)
                moves = (
                    _try(values, day, (run, into, 0, 0, 0), 0.0, (low, high)) if into >= 0 else 0
                )
                if into >= 0:
                    alive[into] = True
                for kind in range(desk.kinds.shape[0]):
                    into = _after_shift(run, kind, desk)
                    if into >= 0 and best[day, kind] < np.inf:
                        step = (
                            run,
                            into,
                            _new_weekend(day, run < rest),
                            desk.kinds[kind, 2],
                            desk.kinds[kind, 1],
                        )
                        moves += _try(values, day, step, best[day, kind], (low, high))
                        alive[into] = True
                steps += moves
        live = alive
    return steps


@compiled
def _try(
    values: Floats,
    day: int,
    step: tuple[int, int, int, int, int],
    price: float,
    reach: tuple[int, int],
) -> int:
    """Lower the states after a day that one step reaches; returns how many it looked at."""
    run, into, weekend, count, units = step
    weekends, counts = values.shape[2], values.shape[3]
    low, high = reach[0], min(reach[1], values.shape[4] - units)
    for w in range(weekends - weekend):
        for c in range(counts - count):
            source, target = values[day, run, w, c], values[day + 1, into, w + weekend, c + count]
            for u in range(low, high):
                target[u + units] = min(target[u + units], source[u] + price)
    return int(weekends * counts * max(0, high - low))


@compiled
def _after_rest(run: int, day: int, desk: Desk) -> int:
    """The run after one more day off, -1 where work may not stop yet.

    A run of work that began with the horizon may be short.
    """
    longest, shortest, rest, _ = desk.limits
    if run < rest:
        return min(run + 1, rest - 1)
    length = (run - rest) % longest + 1
    return 0 if length >= shortest or length == day else -1


@compiled
def _after_shift(run: int, kind: int, desk: Desk) -> int:
    """The run after one more shift, -1 where the shift may not follow."""
    longest, _, rest, _ = desk.limits
    first = rest + desk.kinds[kind, 0] * longest
    if run < rest:
        return first if run == rest - 1 else -1
    length = (run - rest) % longest + 1
    may_follow = length < longest and desk.enters[(run - rest) // longest, kind]
    return int(first + length) if may_follow else -1


@compiled
def _new_weekend(day: int, is_rested: bool) -> int:
    """1 where a shift is the first of a weekend: on Saturday, or on Sunday after a day off."""
    weekday = day % DAYS_PER_WEEK
    return int(weekday == SATURDAY or (weekday == SUNDAY and is_rested))


@compiled
def _cheapest_end(last: Floats, closed: Floats) -> tuple[float, tuple[int, int, int, int]]:
    """Price and place of the cheapest allowed end."""
    best, end = np.inf, (0, 0, 0, 0)
    runs, weekends, counts, units = last.shape
    for run in range(runs):
        for w in range(weekends):
            for c in range(counts):
                for u in range(units):
                    price = last[run, w, c, u] + closed[c, u]
                    if price < best:
                        best, end = price, (run, w, c, u)
    return best, end


@compiled
def _one_day_back(
    values: Floats,
    day: int,
    state: tuple[int, int, int, int],
    best: Floats,
    desk: Desk,
) -> tuple[tuple[int, int, int, int], int]:
    """A state of the morning that reaches this one at its value, and the kind of shift or -1."""
    into, w, c, u = state
    rest = desk.limits[2]
    before, value = values[day], values[day + 1][state]
    for run in range(before.shape[0]):
        if into < rest:
            if _after_rest(run, day, desk) == into and before[run, w, c, u] == value:
                return (run, w, c, u), REST
            continue
        for kind in range(desk.kinds.shape[0]):
            if best[kind] < np.inf and _after_shift(run, kind, desk) == into:
                w0 = w - _new_weekend(day, run < rest)
                c0, u0 = c - desk.kinds[kind, 2], u - desk.kinds[kind, 1]
                if min(w0, c0, u0) >= 0 and before[run, w0, c0, u0] + best[kind] == value:
                    return (run, w0, c0, u0), kind
    return state, REST
