"""Rules of contracts, of longer periods and of teams as CP-SAT constraints, one function a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import ceil, floor
from typing import cast

from ortools.sat.python.cp_model import LinearExprT

from hospital.base import DAYS_PER_WEEK, HOURS_PER_DAY, MINUTES_PER_HOUR
from hospital.roster import RosterRule
from hospital.roster_contract_rules import FOUR_WEEKS, LONG_SHIFT_HOURS, SATURDAY
from hospital.staff import Grade, RuleName
from scheduling.rosters.works import Literal, Works

ROUNDING = 1e-6
Rule = Callable[[Works, Sequence[str], float], None]
Weighted = list[tuple[int, Literal]]


def minimum_rest_after_long_shift_hours(works: Works, people: Sequence[str], limit: float) -> None:
    """After a duty of twelve hours or more, nothing that starts before the rest is over."""
    long = [s.shift for s in works.problem.shifts if s.length_hours >= LONG_SHIFT_HOURS]
    ends = [works.shift_of[shift].end_hour for shift in long]
    furthest = ceil((max(ends, default=0) + limit + 1) / HOURS_PER_DAY)
    for person in people:
        for day in range(works.first_past_day, works.problem.days):
            for shift in long:
                for lag in range(1, furthest + 1):
                    _bar_after(works, person, (day, shift), (day + lag, limit))


def minimum_consecutive_days(works: Works, people: Sequence[str], limit: float) -> None:
    """No run of work shorter than this, but at the ends of what is known and beside leave."""
    for person in people:
        for length in range(1, ceil(limit)):
            _no_run_of(works, person, length, works_in_run=True)


def minimum_consecutive_days_off(works: Works, people: Sequence[str], limit: float) -> None:
    """No run of free days shorter than this, but at the ends of what is known and for leave."""
    for person in people:
        for length in range(1, ceil(limit)):
            _no_run_of(works, person, length, works_in_run=False)


def maximum_hours_in_28_days(works: Works, people: Sequence[str], limit: float) -> None:
    """Hours of the shifts that start within any four weeks in a row."""
    for person in people:
        for first, last in _four_weeks(works):
            _hours_within(works, person, range(first, last + 1), limit)


def maximum_nights_in_28_days(works: Works, people: Sequence[str], limit: float) -> None:
    """Nights that start within any four weeks in a row."""
    for person in people:
        for first, last in _four_weeks(works):
            nights = [works.is_night(person, day) for day in range(first, last + 1)]
            before = sum(night is True for night in nights)
            works.model.add(_total(nights) <= max(0, int(limit) - before))


def maximum_period_hours(works: Works, people: Sequence[str], limit: float) -> None:
    """Hours of the whole period, at most."""
    for person in people:
        _hours_within(works, person, range(works.problem.days), limit)


def minimum_period_hours(works: Works, people: Sequence[str], limit: float) -> None:
    """Hours of the whole period, at least, less what leave takes from the ``limit``."""
    for person in people:
        owed = works.problem.owed_hours(person) or 0.0
        hours = _minutes(works, person, range(works.problem.days))
        least = ceil(min(owed, limit) * MINUTES_PER_HOUR - ROUNDING)
        lengths = {minutes for minutes, _ in hours}
        if len(lengths) == 1:
            works.model.add(sum(start for _, start in hours) >= ceil(least / lengths.pop()))
        else:
            works.model.add(sum(minutes * start for minutes, start in hours) >= least)


def maximum_weekends(works: Works, people: Sequence[str], limit: float) -> None:
    """Weekends of the period with any work on Saturday or Sunday."""
    first = works.problem.first_day.weekday()
    for person in people:
        weekends = [
            _weekend(works, person, saturday)
            for saturday in range(SATURDAY - first, works.problem.days, DAYS_PER_WEEK)
        ]
        before = sum(weekend is True for weekend in weekends)
        works.model.add(_total(weekends) <= max(0, int(limit) - before))


def maximum_consecutive_weekends(works: Works, people: Sequence[str], limit: float) -> None:
    """Among any ``limit + 1`` weekends in a row one is free."""
    first = SATURDAY - works.problem.first_day.weekday()
    earliest = first - DAYS_PER_WEEK * (-(works.first_past_day - first) // DAYS_PER_WEEK + 1)
    saturdays = range(min(first, earliest), works.problem.days, DAYS_PER_WEEK)
    for person in people:
        weekends = [_weekend(works, person, saturday) for saturday in saturdays]
        for k in range(len(weekends) - int(limit)):
            works.not_all(weekends[k : k + int(limit) + 1])


CONTRACT_RULES: dict[RuleName, Rule] = {
    RuleName.MINIMUM_REST_AFTER_LONG_SHIFT_HOURS: minimum_rest_after_long_shift_hours,
    RuleName.MINIMUM_CONSECUTIVE_DAYS: minimum_consecutive_days,
    RuleName.MINIMUM_CONSECUTIVE_DAYS_OFF: minimum_consecutive_days_off,
    RuleName.MAXIMUM_HOURS_IN_28_DAYS: maximum_hours_in_28_days,
    RuleName.MAXIMUM_NIGHTS_IN_28_DAYS: maximum_nights_in_28_days,
    RuleName.MAXIMUM_PERIOD_HOURS: maximum_period_hours,
    RuleName.MINIMUM_PERIOD_HOURS: minimum_period_hours,
    RuleName.MAXIMUM_WEEKENDS: maximum_weekends,
    RuleName.MAXIMUM_CONSECUTIVE_WEEKENDS: maximum_consecutive_weekends,
}


def enforce_lists(works: Works, relaxed: frozenset[tuple[str, str]]) -> None:
    """The rules that are lists of the problem: successions, limits on a shift, teams."""
    _successions(works, relaxed)
    _shift_limits(works, relaxed)
    for pair in works.problem.pairings:
        rule = RosterRule.KEPT_TOGETHER if pair.together else RosterRule.KEPT_APART
        if (rule.value, pair.first) not in relaxed:
            _pair(works, pair.first, pair.second, together=pair.together)
    ratio = works.problem.figure(RuleName.JUNIORS_PER_SENIOR)
    if ratio is not None and (RosterRule.JUNIORS_PER_SENIOR.value, "") not in relaxed:
        _supervise(works, ratio)


def within_minutes(works: Works, hours: Weighted, limit_minutes: int) -> None:
    """Total minutes within the limit; counted in shifts where all are equally long."""
    lengths = {minutes for minutes, _ in hours}
    if len(lengths) == 1:
        works.model.add(sum(start for _, start in hours) <= limit_minutes // lengths.pop())
    elif lengths:
        works.model.add(sum(minutes * start for minutes, start in hours) <= limit_minutes)


def _successions(works: Works, relaxed: frozenset[tuple[str, str]]) -> None:
    """A shift and those that must not follow it: one clique a person and day."""
    forbidden: dict[str, list[str]] = {}
    for pair in works.problem.successions:
        forbidden.setdefault(pair.first, []).append(pair.then)
    for person in works.people:
        if (RosterRule.FORBIDDEN_SUCCESSION.value, person) in relaxed:
            continue
        for day in range(works.first_past_day, works.problem.days - 1):
            for first, then in forbidden.items():
                later = [start for s, start in works.choices(person, day + 1) if s in then]
                before = first in works.past_shifts(person, day)
                today = [works.starts[key] for key in [(person, day, first)] if key in works.starts]
                if later and (today or before):
                    works.at_most_one([*today, *later], int(before))


def _shift_limits(works: Works, relaxed: frozenset[tuple[str, str]]) -> None:
    days = range(works.problem.days)
    for limit in works.problem.shift_limits:
        keys = [(limit.staff, day, limit.shift) for day in days]
        starts = [works.starts[key] for key in keys if key in works.starts]
        is_relaxed = (RosterRule.MAXIMUM_OF_A_SHIFT.value, limit.staff) in relaxed
        if limit.most < len(starts) and not is_relaxed:
            works.model.add(sum(starts) <= limit.most)


def _pair(works: Works, first: str, second: str, *, together: bool) -> None:
    for (person, day, shift), start in works.starts.items():
        if person == first:
            other = works.starts.get((second, day, shift))
            if together and other is None:
                works.model.add(start == 0)
            elif together and other is not None:
                works.model.add_implication(start, other)
            elif other is not None:
                works.at_most_one([start, other])


def _supervise(works: Works, ratio: float) -> None:
    """Juniors at most ``ratio`` times the others, in each shift and skill."""
    teams: dict[tuple[int, str, str], tuple[list[Literal], list[Literal]]] = {}
    people = {person.staff: person for person in works.problem.staff}
    for (person, day, shift), start in works.starts.items():
        juniors, others = teams.setdefault((day, shift, people[person].skill.value), ([], []))
        (juniors if people[person].grade is Grade.JUNIOR else others).append(start)
    scale = 100
    for juniors, others in teams.values():
        if juniors:
            works.model.add(scale * sum(juniors) <= floor(scale * ratio) * sum(others))


def _bar_after(
    works: Works, person: str, long_shift: tuple[int, str], later: tuple[int, float]
) -> None:
    (day, shift), (later_day, limit) = long_shift, later
    start = works.starts.get((person, day, shift))
    worked = shift in works.past_shifts(person, day)
    if (start is None and not worked) or not 0 <= later_day < works.problem.days:
        return
    duty = works.duty(day, shift)
    too_soon = [
        literal
        for code, literal in works.choices(person, later_day)
        if duty.rest_hours_until(works.duty(later_day, code)) < limit
    ]
    if too_soon:
        works.at_most_one([*([] if start is None else [start]), *too_soon], int(worked))


def _no_run_of(works: Works, person: str, length: int, *, works_in_run: bool) -> None:
    """No maximal run of exactly ``length`` days, where the days around it are known."""
    leave = works.problem.leave_days(person)
    for first in range(works.first_known_day + 1, works.problem.days - length):
        around = range(first - 1, first + length + 1)
        if around[-1] < 0 or any(works.date_of(day) in leave for day in around):
            continue
        inside = [works.is_worked(person, day) for day in around[1:-1]]
        edges = [works.is_worked(person, day) for day in (around[0], around[-1])]
        run, ends = (inside, edges) if works_in_run else (edges, inside)
        _not_true_and_false(works, run, ends)


def _not_true_and_false(
    works: Works, trues: Iterable[Literal | bool], falses: Iterable[Literal | bool]
) -> None:
    """Not all of the first true and all of the second false."""
    clause: list[Literal | bool] = [
        not item if isinstance(item, bool) else _negated(item) for item in trues
    ]
    clause += falses
    if not any(item is True for item in clause):
        works.model.add_bool_or([item for item in clause if not isinstance(item, bool)])


def _four_weeks(works: Works) -> Iterable[tuple[int, int]]:
    """The stretches of four weeks that any day of the period ends, cut where all is known."""
    last = works.problem.days - 1
    if last < FOUR_WEEKS - 1 and not works.past:
        return [(0, last)]
    return [(day - FOUR_WEEKS + 1, day) for day in range(last + 1)]


def _minutes(works: Works, person: str, days: Iterable[int]) -> Weighted:
    return [
        (works.minutes(day, shift), start)
        for day in days
        for shift, start in works.choices(person, day)
    ]


def _hours_within(works: Works, person: str, days: Iterable[int], limit: float) -> None:
    span = list(days)
    before = sum(
        works.minutes(day, shift) for day in span for shift in works.past_shifts(person, day)
    )
    limit_minutes = floor(limit * MINUTES_PER_HOUR)
    within_minutes(works, _minutes(works, person, span), max(0, limit_minutes - before))


def _weekend(works: Works, person: str, saturday: int) -> Literal | bool:
    """Whether the person works on a Saturday or on the Sunday after it."""
    key = (person, saturday)
    if key not in works.weekends:
        days = [works.is_worked(person, day) for day in (saturday, saturday + 1)]
        literals = [day for day in days if not isinstance(day, bool)]
        if any(day is True for day in days) or not literals:
            works.weekends[key] = any(day is True for day in days)
        elif len(literals) == 1:
            works.weekends[key] = literals[0]
        else:
            worked = works.model.new_bool_var(f"{person}:{saturday}:weekend")
            works.model.add_max_equality(worked, literals)
            works.weekends[key] = worked
    return works.weekends[key]


def _total(literals: Iterable[Literal | bool]) -> LinearExprT:
    """The sum of what is still open."""
    return sum(literal for literal in literals if not isinstance(literal, bool))


def _negated(literal: Literal) -> Literal:
    """OR-Tools types a negation apart, though it is used as a literal."""
    return cast("Literal", literal.negated())
