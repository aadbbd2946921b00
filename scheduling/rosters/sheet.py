"""A roster problem as the arrays that the search by exchanges works on, and back again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor

import numpy as np

from hospital.base import DAYS_PER_WEEK, HOURS_PER_DAY, MINUTES_PER_HOUR
from hospital.duty import Duty, duty_on
from hospital.roster import Assignment, RosterProblem
from hospital.roster_contract_rules import FOUR_WEEKS, LONG_SHIFT_HOURS, SATURDAY
from hospital.roster_fairness import shared_burdens
from hospital.roster_limits import DayNeed
from hospital.staff import Grade, RuleName
from scheduling.rosters.cost import (
    FairBand,
    RosterWeights,
    amount_of,
    fair_bands,
    request_points,
)
from scheduling.rosters.kernel import Bools, Floats, Ints
from scheduling.rosters.line_rules import NONE, Sheet

MISSING_POINTS = 1_500.0
NEVER_POINTS = 5_000.0
NO_LIMIT = 1 << 30
LONGEST_PAST = FOUR_WEEKS + 2 * DAYS_PER_WEEK
"""Days of earlier work that any rule can ask for, with room for a long run."""
Bands = Mapping[str, Mapping[object, FairBand]]


@dataclass(frozen=True, slots=True)
class Desk:
    """A problem at hand: its sheet, its codes by number, and the days of earlier work."""

    problem: RosterProblem
    people: tuple[str, ...]
    shifts: tuple[str, ...]
    past: int
    sheet: Sheet

    def lines(self, assignments: Iterable[Assignment]) -> Ints:
        """Lines of work, earlier days included; what the sheet does not allow is left out."""
        lines = np.zeros((len(self.people), self.past + self.problem.days), np.int64)
        rows = {code: k for k, code in enumerate(self.people)}
        numbers = {code: k for k, code in enumerate(self.shifts)}
        for a in (*self.problem.previous, *assignments):
            day = (a.day - self.problem.first_day).days
            row, shift = rows.get(a.staff), numbers.get(a.shift)
            if row is None or shift is None or not -self.past <= day < self.problem.days:
                continue
            if day < 0 or self.sheet.open_cells[row, day, shift]:
                lines[row, self.past + day] = shift
        for row, day in np.argwhere(~self.sheet.open_cells[:, :, 0]):
            lines[row, self.past + day] = int(np.argmax(self.sheet.open_cells[row, day]))
        return lines

    def assignments(self, lines: Ints) -> tuple[Assignment, ...]:
        """The duties of the period."""
        return tuple(
            Assignment(
                staff=self.people[row],
                day=self.problem.first_day + timedelta(int(day)),
                shift=self.shifts[lines[row, self.past + day]],
            )
            for row, day in np.argwhere(lines[:, self.past :] > 0)
        )


def desk_of(problem: RosterProblem, weights: RosterWeights) -> Desk:
    """The arrays of a problem; locks stand alone in their cells, where nothing bars them."""
    past = min(LONGEST_PAST, (problem.first_day - problem.first_known_day()).days)
    frame = _Frame(problem, past)
    group, too_soon = frame.rests()
    low, high, unit, amounts, price = frame.fair(weights)
    need, short, surplus = frame.cover()
    sheet = Sheet(
        past=past,
        group=group,
        figures=np.array([frame.figures(p.staff) for p in problem.staff]),
        too_soon=too_soon,
        minutes=frame.minutes(),
        night=np.array([False, *(shift.is_night for shift in problem.shifts)]),
        leave=frame.leave(),
        weekend=np.array([frame.weekend(day) for day in frame.days]),
        first_weekend=frame.week_of(problem.first_day),
        most_of_shift=frame.most_of_shift(),
        amounts=amounts,
        low=low,
        high=high,
        unit=unit,
        price=price,
        cell_points=frame.wishes(),
        open_cells=frame.open_cells(),
        skill=np.array([frame.skills.index(p.skill) for p in problem.staff]),
        need=need,
        short=short,
        surplus=surplus,
        pairs=frame.pairs(),
        junior=np.array([p.grade is Grade.JUNIOR for p in problem.staff]),
        ratio=frame.figure(RuleName.JUNIORS_PER_SENIOR),
    )
    return Desk(problem, frame.people, frame.codes, past, sheet)


class _Frame:
    """The axes of a problem's arrays: people, days from the first known one, shifts, skills."""

    def __init__(self, problem: RosterProblem, past: int) -> None:
        self.problem = problem
        self.past = past
        self.people = tuple(person.staff for person in problem.staff)
        self.codes = ("", *(shift.shift for shift in problem.shifts))
        first = problem.first_day - timedelta(past)
        self.days = [first + timedelta(k) for k in range(past + problem.days)]
        self.skills = sorted({p.skill for p in problem.staff})
        self.duties = [
            [None, *(duty_on(shift, day) for shift in problem.shifts)] for day in self.days
        ]

    def figure(self, name: RuleName) -> float:
        value = self.problem.figure(name)
        return NONE if value is None else value

    def figures(self, staff: str) -> list[float]:
        own = self.problem.figures_of(staff)

        def limit(name: RuleName, scale: float = 1) -> float:
            return floor(own[name] * scale) if name in own else NONE

        owed = self.problem.owed_hours(staff)
        return [
            limit(RuleName.MAXIMUM_CONSECUTIVE_DAYS),
            limit(RuleName.MAXIMUM_CONSECUTIVE_NIGHTS),
            limit(RuleName.MINIMUM_DAYS_OFF_AFTER_NIGHTS),
            limit(RuleName.MAXIMUM_WEEKLY_HOURS, MINUTES_PER_HOUR),
            ceil(own.get(RuleName.MINIMUM_CONSECUTIVE_DAYS, NONE)),
            ceil(own.get(RuleName.MINIMUM_CONSECUTIVE_DAYS_OFF, NONE)),
            limit(RuleName.MAXIMUM_HOURS_IN_28_DAYS, MINUTES_PER_HOUR),
            limit(RuleName.MAXIMUM_NIGHTS_IN_28_DAYS),
            limit(RuleName.MAXIMUM_PERIOD_HOURS, MINUTES_PER_HOUR),
            NONE if owed is None else ceil(owed * MINUTES_PER_HOUR - 1e-6),
            limit(RuleName.MAXIMUM_WEEKENDS),
            limit(RuleName.MAXIMUM_CONSECUTIVE_WEEKENDS),
        ]

    def rests(self) -> tuple[Ints, Bools]:
        """People by equal rests, and for each of them what is too soon after what."""
        names = (RuleName.MINIMUM_REST_HOURS, RuleName.MINIMUM_REST_AFTER_LONG_SHIFT_HOURS)
        keys = []
        for staff in self.people:
            figures = self.problem.figures_of(staff)
            keys.append(tuple(figures.get(name, 0.0) for name in names))
        kinds = list(dict.fromkeys(keys))
        group = np.array([kinds.index(key) for key in keys], np.int64)
        return group, np.array([self._too_soon(*kind) for kind in kinds])

    def _too_soon(self, rest_hours: float, long_rest_hours: float) -> Bools:
        ends = max((shift.end_hour for shift in self.problem.shifts), default=0)
        lags = ceil((ends + max(rest_hours, long_rest_hours) + 1) / HOURS_PER_DAY)
        shape = (len(self.days), lags, len(self.codes), len(self.codes))
        found = np.zeros(shape, np.bool_)
        forbidden = {(pair.first, pair.then) for pair in self.problem.successions}
        for day, lag, first, then in np.ndindex(shape):
            if first and then and day + lag + 1 < len(self.days):
                before, after = self.duties[day][first], self.duties[day + lag + 1][then]
                found[day, lag, first, then] = _clash(before, after, rest_hours, long_rest_hours)
                if lag == 0 and (self.codes[first], self.codes[then]) in forbidden:
                    found[day, lag, first, then] = True
        return found

    def minutes(self) -> Ints:
        return np.array(
            [
                [0 if duty is None else round(duty.hours * MINUTES_PER_HOUR) for duty in duties]
                for duties in self.duties
            ],
            np.int64,
        )

    def leave(self) -> Bools:
        away = [self.problem.leave_days(staff) for staff in self.people]
        return np.array([[day in days for day in self.days] for days in away])

    def week_of(self, day: date) -> int:
        return (day - timedelta(day.weekday())).toordinal() // DAYS_PER_WEEK

    def weekend(self, day: date) -> int:
        return self.week_of(day) if day.weekday() >= SATURDAY else -1

    def most_of_shift(self) -> Ints:
        most = np.full((len(self.people), len(self.codes)), NO_LIMIT, np.int64)
        for limit in self.problem.shift_limits:
            if limit.staff in self.people and limit.shift in self.codes:
                most[self.people.index(limit.staff), self.codes.index(limit.shift)] = limit.most
        return most

    def fair(self, weights: RosterWeights) -> tuple[Ints, Ints, Ints, Ints, Floats]:
        """Bands, units, amounts and prices of every burden."""
        burdens, bands = shared_burdens(self.problem), fair_bands(self.problem)
        own = [[bands[staff][burden] for staff in self.people] for burden in burdens]
        amounts = [
            [
                [0 if d is None else amount_of(burden, d, self.problem) for d in duties]
                for duties in self.duties[self.past :]
            ]
            for burden in burdens
        ]
        return (
            np.array([[band.low for band in row] for row in own], np.int64),
            np.array([[band.high for band in row] for row in own], np.int64),
            np.array([row[0].unit for row in own], np.int64),
            np.array(amounts, np.int64),
            np.array([float(weights.of(burden)) for burden in burdens]),
        )

    def wishes(self) -> Floats:
        points = np.zeros((len(self.people), self.problem.days, len(self.codes)))
        for wish in self.problem.requests:
            row = self.people.index(wish.staff)
            day = (wish.day - self.problem.first_day).days
            granted = np.zeros(len(self.codes), np.bool_)
            if wish.shift is None:
                granted[1:] = True
            elif wish.shift in self.codes:
                granted[self.codes.index(wish.shift)] = True
            points[row, day, granted != wish.wants_work] += request_points(self.problem, wish)
        return points

    def open_cells(self) -> Bools:
        """Where a shift may stand by what concerns its day alone; a lock leaves itself only."""
        problem = self.problem
        asked = {
            (day, need.shift, need.skill)
            for day, need in problem.needs()
            if need.staff_needed or getattr(need, "surplus_points", None) is not None
        }
        free = {(free.staff, free.day) for free in problem.free_days}
        is_open = np.zeros((len(self.people), problem.days, len(self.codes)), np.bool_)
        is_open[:, :, 0] = True
        for row, person in enumerate(problem.staff):
            leave = problem.leave_days(person.staff)
            for day, duties in enumerate(self.duties[self.past :]):
                for shift, duty in enumerate(duties):
                    is_open[row, day, shift] |= (
                        duty is not None
                        and (duty.day, duty.shift.shift, person.skill) in asked
                        and (person.staff, duty.day) not in free
                        and (person.nights_allowed or not duty.is_night)
                        and not leave.intersection(duty.days_touched())
                        and problem.takes_shift(person.staff, duty.shift.shift)
                    )
        for lock in problem.locked:
            row, day = self.people.index(lock.staff), (lock.day - problem.first_day).days
            shift = self.codes.index(lock.shift)
            if 0 <= day < problem.days and is_open[row, day, shift]:
                is_open[row, day, :] = False
                is_open[row, day, shift] = True
        return is_open

    def cover(self) -> tuple[Ints, Floats, Floats]:
        shape = (self.problem.days, len(self.codes), len(self.skills))
        need = np.zeros(shape, np.int64)
        short = np.full(shape, MISSING_POINTS)
        surplus = np.full(shape, NEVER_POINTS)
        for day, asked in self.problem.needs():
            if asked.skill not in self.skills or asked.shift not in self.codes:
                continue
            at = (
                (day - self.problem.first_day).days,
                self.codes.index(asked.shift),
                self.skills.index(asked.skill),
            )
            need[at] = asked.staff_needed
            if isinstance(asked, DayNeed):
                short[at] = MISSING_POINTS if asked.short_points is None else asked.short_points
                surplus[at] = NEVER_POINTS if asked.surplus_points is None else asked.surplus_points
        return need, short, surplus

    def pairs(self) -> Ints:
        known = [
            (self.people.index(p.first), self.people.index(p.second), int(p.together))
            for p in self.problem.pairings
            if p.first in self.people and p.second in self.people
        ]
        return np.array(known, np.int64).reshape(len(known), 3)


def _clash(before: Duty | None, after: Duty | None, rest: float, long_rest: float) -> bool:
    if before is None or after is None:
        return False
    is_long = before.shift.length_hours >= LONG_SHIFT_HOURS
    least = max(rest, long_rest) if is_long else rest
    return before.rest_hours_until(after) < least
