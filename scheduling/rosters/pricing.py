"""The cheapest line of each person for given prices of every shift, by dynamic programming.

Exact but for the limits on other shifts than the counted one, which the master problem prices:
all limits in the state would make it explode (rostering evidence, section 2).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from math import gcd

import numpy as np

from scheduling.rosters.curtois import Employee, Instance
from scheduling.rosters.kernel import REST, Desk, Floats, Ints, cheapest_line

MOST_COUNTED = 5  # a larger limit is left to the master: the state would grow too much


class Pricer:
    """Finds, for prices of shape (people, days, shifts), everybody's cheapest line."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.desks = [desk_of(instance, person) for person in instance.employees]
        self.steps = 0
        self._buffer = np.empty(max(_cells(desk, instance.days) for desk in self.desks))

    def cheapest(self, prices: Floats, wanted: Iterable[int] | None = None) -> tuple[Floats, Ints]:
        """Price (people,) and line (people, days) of shift numbers, ``REST`` when off.

        A person without any lawful line, or not ``wanted``, has price infinity and a line of
        rest.
        """
        people = len(self.desks)
        best = np.full(people, np.inf)
        lines = np.full((people, self.instance.days), REST)
        for person in range(people) if wanted is None else wanted:
            best[person], lines[person] = self.line(person, prices[person])
        return best, lines

    def line(self, person: int, prices: Floats) -> tuple[float, Ints]:
        """Price and line of one person, for prices (days, shifts)."""
        price, line, steps = cheapest_line(prices, self.desks[person], self._buffer)
        self.steps += steps
        return price, line


def desk_of(instance: Instance, person: Employee) -> Desk:
    """The tables of one person."""
    shifts = instance.shifts
    own = [k for k, shift in enumerate(shifts) if person.max_shifts.get(shift.code, 0)]
    counted = counted_shift(instance, person)
    unit = _unit_minutes(instance, own, counted)
    followers = {
        k: frozenset(n for n in own if shifts[n].code not in shifts[k].cannot_precede) for k in own
    }
    before = {k: frozenset(n for n in own if k in followers[n]) for k in own}
    classes = sorted(set(followers.values()), key=sorted)
    keys = [
        (classes.index(followers[k]), 0 if k == counted else shifts[k].minutes // unit, before[k])
        for k in own
    ]
    marks = [(key, k == counted) for key, k in zip(keys, own, strict=True)]
    kinds = list(dict.fromkeys(marks))
    kind_of = np.full(len(shifts), -1)
    kind_of[own] = [kinds.index(mark) for mark in marks]
    example = {kinds.index(mark): k for mark, k in zip(marks, own, strict=True)}
    closed = _closed(instance, person, counted, unit)
    open_units = np.flatnonzero(np.isfinite(closed).any(axis=0))
    least = int(open_units[0]) if len(open_units) else closed.shape[1]
    return Desk(
        kind_of=kind_of,
        kinds=np.array([(key[0], key[1], is_counted) for key, is_counted in kinds]).reshape(-1, 3),
        enters=np.array(
            [[example[kind] in one for kind in range(len(kinds))] for one in classes], dtype=bool
        ).reshape(-1, len(kinds)),
        limits=(person.max_run_days, person.min_run_days, max(1, person.min_days_off), least),
        closed=closed,
        weekends=min(person.max_weekends, -(-instance.days // 7)) + 1,
    )


def _cells(desk: Desk, days: int) -> int:
    """How many values the states of so many days need."""
    longest, _, rest, _ = desk.limits
    return (days + 1) * (rest + len(desk.enters) * longest) * desk.weekends * desk.closed.size


def counted_shift(instance: Instance, person: Employee) -> int:
    """The shift whose limit is tightest and small, by its number, or ``REST`` for none."""
    limits = [
        (limit, k)
        for k, shift in enumerate(instance.shifts)
        if 0 < (limit := person.max_shifts.get(shift.code, 0)) <= MOST_COUNTED
        and limit < person.max_minutes // shift.minutes
    ]
    return min(limits)[1] if limits else REST


def _unit_minutes(instance: Instance, own: Sequence[int], counted: int) -> int:
    """The largest unit that measures every shift of a person but the counted one."""
    lengths = (instance.shifts[k].minutes for k in own if k != counted)
    return reduce(gcd, lengths, 0) or max(shift.minutes for shift in instance.shifts)


def _closed(instance: Instance, person: Employee, counted: int, unit: int) -> Floats:
    """0 where the minutes of (counted shifts, units) are within the limits, else infinite."""
    shift = instance.shifts[counted]
    most = person.max_shifts[shift.code] if counted != REST else 0
    times, units = np.ogrid[: most + 1, : person.max_minutes // unit + 1]
    minutes = units * unit + times * (shift.minutes if counted != REST else 0)
    outside = (minutes < person.min_minutes) | (minutes > person.max_minutes)
    return np.where(outside, np.inf, 0.0)
