"""The cheapest line of each person for given prices of every shift, by dynamic programming.

The state after a day is the run of work or rest that the day ends, the minutes worked so far,
the weekends used, and how often one counted shift was worked: the one whose limit is tightest.
Every day's step is a handful of array operations over all people who share the same run limits.
Exact but for the limits on other shifts, which the master problem prices: all limits in the
state would make it explode (rostering evidence, section 2).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from math import gcd

import numpy as np
import numpy.typing as npt

from hospital.base import DAYS_PER_WEEK
from scheduling.rosters.curtois import SATURDAY, Employee, Instance

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
SUNDAY = 6
REST = -1
MOST_COUNTED = 5  # a larger limit is left to the master: the state would grow too much


@dataclass(frozen=True, slots=True)
class Day:
    """Cheapest ways to reach each state after one day; axes end in (minutes, weekends, counted).

    ``work`` (people, shift, run - 1, ...), ``opening`` (people, shift, ...) for a run that
    began with the horizon and so may be short, ``rest`` (people, run - 1, ...) where the last
    index stands for long enough.
    """

    work: Floats
    opening: Floats
    rest: Floats


@dataclass(frozen=True, slots=True)
class RunLimits:
    """Longest and shortest run of work, shortest run of rest [days]."""

    max_run: int
    min_run: int
    min_off: int


@dataclass(frozen=True, slots=True)
class Group:
    """People with the same limits on runs, by their position in the instance.

    ``units`` is the length of each shift in the largest unit that measures all of them; the
    counted shift adds none, since its minutes follow from its number. ``closed`` are the
    final (people, minutes, weekends, counted) that a person may not reach.
    """

    people: tuple[int, ...]
    limits: RunLimits
    counted: int
    units: tuple[int, ...]
    closed: npt.NDArray[np.bool_] = field(repr=False)

    def only(self, wanted: frozenset[int]) -> Group:
        """The members of the group that are wanted."""
        rows = [row for row, person in enumerate(self.people) if person in wanted]
        people = tuple(self.people[row] for row in rows)
        return replace(self, people=people, closed=self.closed[rows])

    @property
    def tail(self) -> tuple[int, ...]:
        """How many minutes, weekends and counted shifts a state can have."""
        return self.closed.shape[1:]


class Pricer:
    """Finds, for prices of shape (people, days, shifts), everybody's cheapest line."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        codes = [shift.code for shift in instance.shifts]
        self.before = [
            [k for k, shift in enumerate(instance.shifts) if code not in shift.cannot_precede]
            for code in codes
        ]
        self.groups = self._groups()

    def cheapest(self, prices: Floats, wanted: frozenset[int] | None = None) -> tuple[Floats, Ints]:
        """Price (people,) and line (people, days) of shift numbers, ``REST`` when off.

        A person without any lawful line, or not ``wanted``, has price infinity and a line of
        rest.
        """
        people = len(self.instance.employees)
        best = np.full(people, np.inf)
        lines = np.full((people, self.instance.days), REST)
        for whole in self.groups:
            group = whole if wanted is None else whole.only(wanted)
            own = list(group.people)
            if not own:
                continue
            days = self._forward(group, prices[own])
            for row, person in enumerate(own):
                best[person], lines[person] = self._line(group, days, row)
        return best, lines

    def _groups(self) -> list[Group]:
        members: dict[tuple[RunLimits, int, int], list[int]] = defaultdict(list)
        for k, person in enumerate(self.instance.employees):
            limits = RunLimits(person.max_run_days, person.min_run_days, person.min_days_off)
            counted = counted_shift(self.instance, person)
            members[limits, counted, self._unit_minutes(person, counted)].append(k)
        return [self._group(*key, people) for key, people in members.items()]

    def _unit_minutes(self, person: Employee, counted: int) -> int:
        """The largest unit that measures every shift of a person but the counted one."""
        return reduce(
            gcd,
            (
                shift.minutes
                for k, shift in enumerate(self.instance.shifts)
                if k != counted and person.max_shifts.get(shift.code, 0)
            ),
            0,
        ) or max(shift.minutes for shift in self.instance.shifts)

    def _group(
        self, limits: RunLimits, counted: int, unit_minutes: int, people: Sequence[int]
    ) -> Group:
        employees = [self.instance.employees[k] for k in people]
        shifts = self.instance.shifts
        counts = [p.max_shifts[shifts[counted].code] if counted >= 0 else 0 for p in employees]
        tail = (
            max(person.max_minutes for person in employees) // unit_minutes + 1,
            max(person.max_weekends for person in employees) + 1,
            max(counts) + 1,
        )
        units, weekends, times = np.ogrid[: tail[0], : tail[1], : tail[2]]
        minutes = units * unit_minutes + times * (shifts[counted].minutes if counted >= 0 else 0)
        closed = [
            (minutes < person.min_minutes)
            | (minutes > person.max_minutes)
            | (weekends > person.max_weekends)
            | (times > count)
            for person, count in zip(employees, counts, strict=True)
        ]
        lengths = tuple(
            0 if k == counted else shift.minutes // unit_minutes for k, shift in enumerate(shifts)
        )
        return Group(tuple(people), limits, counted, lengths, np.stack(closed))

    def _forward(self, group: Group, prices: Floats) -> list[Day]:
        days = [self._first_day(group, prices[:, 0])]
        for day in range(1, self.instance.days):
            days.append(self._next_day(group, days[-1], prices[:, day], day))
        return days

    def _empty_day(self, group: Group) -> Day:
        people, shifts, limits = len(group.people), len(group.units), group.limits
        return Day(
            np.full((people, shifts, limits.max_run, *group.tail), np.inf),
            np.full((people, shifts, *group.tail), np.inf),
            np.full((people, limits.min_off, *group.tail), np.inf),
        )

    def _first_day(self, group: Group, prices: Floats) -> Day:
        first = self._empty_day(group)
        first.rest[:, -1, 0, 0, 0] = 0
        for shift in range(len(group.units)):
            start = _moved(first.rest[:, -1], group, shift, 0)
            first.opening[:, shift] = start + prices[:, shift, None, None, None]
        return first

    def _next_day(self, group: Group, last: Day, prices: Floats, day: int) -> Day:
        today = self._empty_day(group)
        today.rest[:, 1:] = last.rest[:, :-1]
        np.minimum(today.rest[:, -1], last.rest[:, -1], out=today.rest[:, -1])
        np.minimum(today.rest[:, 0], self._may_stop(group, last), out=today.rest[:, 0])
        for shift, before in enumerate(self.before):
            price = prices[:, shift, None, None, None]
            new_weekend, same = _weekends(day)
            today.work[:, shift, 0] = _moved(last.rest[:, -1], group, shift, new_weekend) + price
            if group.limits.max_run > 1:
                runs = last.work[:, before, :-1].min(axis=1)
                today.work[:, shift, 1:] = _moved(runs, group, shift, same) + price[:, None]
            if day < group.limits.max_run:
                opening = last.opening[:, before].min(axis=1)
                today.opening[:, shift] = _moved(opening, group, shift, same) + price
        return today

    def _may_stop(self, group: Group, last: Day) -> Floats:
        """Cheapest end of work whose run is long enough, or began with the horizon."""
        cheapest: Floats = last.opening.min(axis=1)
        if group.limits.min_run <= group.limits.max_run:
            long_enough = last.work[:, :, group.limits.min_run - 1 :].min(axis=(1, 2))
            cheapest = np.minimum(cheapest, long_enough)
        return cheapest

    def _line(self, group: Group, days: list[Day], row: int) -> tuple[float, Ints]:
        """Walk back from the cheapest allowed end of one person."""
        line = np.full(len(days), REST)
        walk = _Walk(self, group, days, row)
        best = walk.finish()
        if np.isfinite(best):
            for day in range(len(days) - 1, -1, -1):
                line[day] = walk.shift
                if day:
                    walk.back(day)
        return best, line


class _Walk:
    """One person's way back through the days, along the cheapest predecessors."""

    def __init__(self, pricer: Pricer, group: Group, days: list[Day], row: int) -> None:
        self.pricer, self.group, self.days, self.row = pricer, group, days, row
        self.shift, self.run = REST, 0
        self.at: tuple[int, ...] = (0, 0, 0)
        self.is_opening = False

    def finish(self) -> float:
        """Go to the cheapest allowed final state and return its price."""
        last = self.days[-1]
        ends = np.minimum(
            last.work[self.row].min(axis=(0, 1)),
            np.minimum(last.opening[self.row].min(axis=0), last.rest[self.row].min(axis=0)),
        )
        ends = np.where(self.group.closed[self.row], np.inf, ends)
        self.at = tuple(int(k) for k in np.unravel_index(ends.argmin(), ends.shape))
        best = float(ends.min())
        if np.isfinite(best):
            limits = self.group.limits
            self._enter(last, range(limits.max_run), range(limits.min_off))
        return best

    def back(self, day: int) -> None:
        """Go to the state after the day before."""
        last = self.days[day - 1]
        if self.shift == REST:
            self._back_from_rest(last)
            return
        before = self.pricer.before[self.shift]
        new_weekend, same = _weekends(day)
        starts_run = not self.is_opening and self.run == 0
        self._undo(new_weekend if starts_run else same)
        if starts_run:
            self.shift, self.run = REST, self.group.limits.min_off - 1
            return
        if self.is_opening:
            options = last.opening[self.row][before]
        else:
            self.run -= 1
            options = last.work[self.row][before, self.run]
        self.shift = before[int(options[(slice(None), *self.at)].argmin())]

    def _undo(self, weekends: int) -> None:
        """Take back what the shift of the day added."""
        units, used, counted = self.at
        is_counted = int(self.shift == self.group.counted)
        self.at = (units - self.group.units[self.shift], used - weekends, counted - is_counted)

    def _back_from_rest(self, last: Day) -> None:
        limits = self.group.limits
        is_last = self.run == limits.min_off - 1
        rests = [run for run in ({self.run - 1} | ({self.run} if is_last else set())) if run >= 0]
        runs = range(limits.min_run - 1, limits.max_run) if self.run == 0 else range(0)
        self._enter(last, runs, rests, may_open=self.run == 0)

    def _enter(
        self, day: Day, runs: Sequence[int], rests: Sequence[int], *, may_open: bool = True
    ) -> None:
        """Take the cheapest state of a day with these runs of work or of rest."""
        at = self.at
        options = [(float(day.rest[(self.row, run, *at)]), REST, run, False) for run in rests]
        for shift in range(len(self.group.units)):
            options += [
                (float(day.work[(self.row, shift, run, *at)]), shift, run, False) for run in runs
            ]
            if may_open:
                options.append((float(day.opening[(self.row, shift, *at)]), shift, 0, True))
        _, self.shift, self.run, self.is_opening = min(options)


def counted_shift(instance: Instance, person: Employee) -> int:
    """The shift whose limit is tightest and small, by its number, or ``REST`` for none."""
    limits = [
        (limit, k)
        for k, shift in enumerate(instance.shifts)
        if 0 < (limit := person.max_shifts.get(shift.code, 0)) <= MOST_COUNTED
        and limit < person.max_minutes // shift.minutes
    ]
    return min(limits)[1] if limits else REST


def _moved(states: Floats, group: Group, shift: int, weekends: int) -> Floats:
    """States after one more shift: more minutes, perhaps a new weekend, perhaps one counted."""
    moved = np.full_like(states, np.inf)
    steps = (group.units[shift], weekends, int(shift == group.counted))
    sizes = [size - step for size, step in zip(group.tail, steps, strict=True)]
    if min(sizes) > 0:
        units, new, counted = steps
        moved[..., units:, new:, counted:] = states[..., : sizes[0], : sizes[1], : sizes[2]]
    return moved


def _weekends(day: int) -> tuple[int, int]:
    """Weekends added by a shift on this day: after rest, and after work the day before."""
    weekday = day % DAYS_PER_WEEK
    return int(weekday >= SATURDAY), int(weekday == SATURDAY)
