"""The hard rules as CP-SAT constraints, one function a rule.

Runs are sliding windows of clauses and successions are at-most-one cliques: both measured
better than automata and pairwise clauses (rostering evidence, section 2).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil, floor

from hospital.base import DAYS_PER_WEEK, HOURS_PER_DAY, MINUTES_PER_HOUR
from hospital.staff import RuleName
from scheduling.rosters.contract_rules import (
    CONTRACT_RULES,
    Rule,
    enforce_lists,
    within_minutes,
)
from scheduling.rosters.works import Literal, Works

NOTHING: frozenset[tuple[str, str]] = frozenset()


def enforce(works: Works, relaxed: frozenset[tuple[str, str]] = NOTHING) -> None:
    """Add every rule that the hospital has a figure for, person by person.

    ``relaxed`` are the (rule, person) that are left out, by the names in ``RosterRule``.
    """
    for name, rule in RULES.items():
        for figure, people in works.people_by_figure(name).items():
            bound = [person for person in people if (name.value, person) not in relaxed]
            if bound:
                rule(works, bound, figure)
    enforce_lists(works, relaxed)


def minimum_rest_hours(works: Works, people: Sequence[str], limit: float) -> None:
    """After a shift, none that starts before the rest is over, be it one day later or two.

    The starts that one shift rules out on a later day are exclusive among themselves, so each
    makes one clique with every shift of the first day that rules out at least as many.
    """
    longest_hours = max((shift.end_hour for shift in works.problem.shifts), default=0)
    furthest = ceil((longest_hours + limit + 1) / HOURS_PER_DAY)
    for day in range(works.first_past_day, works.problem.days):
        for lag in range(1, furthest + 1):
            if 0 <= day + lag < works.problem.days:
                _rest_between(works, people, (day, day + lag), limit)


def maximum_consecutive_days(works: Works, people: Sequence[str], limit: float) -> None:
    """Among any ``limit + 1`` days in a row one is free."""
    _never_all(works, people, int(limit) + 1, works.is_worked)


def maximum_consecutive_nights(works: Works, people: Sequence[str], limit: float) -> None:
    """Among any ``limit + 1`` nights in a row one is free."""
    _never_all(works, people, int(limit) + 1, works.is_night)


def minimum_days_off_after_nights(works: Works, people: Sequence[str], limit: float) -> None:
    """A night that no night follows is followed by ``limit`` days without a start of work."""
    for person in people:
        for day in range(works.first_past_day, works.problem.days):
            night = works.is_night(person, day)
            if night is not False and limit >= 1:
                _no_day_shift_after(works, person, day)
                for lag in range(2, int(limit) + 1):
                    _rest_from_run(works, person, day, lag)


def maximum_weekly_hours(works: Works, people: Sequence[str], limit: float) -> None:
    """Hours of the shifts that start within any seven days in a row."""
    limit_minutes = floor(limit * MINUTES_PER_HOUR)
    for person in people:
        for last in range(works.problem.days):
            window = range(last - DAYS_PER_WEEK + 1, last + 1)
            before = sum(
                works.minutes(day, shift)
                for day in window
                for shift in works.past_shifts(person, day)
            )
            hours = [
                (works.minutes(day, shift), start)
                for day in window
                for shift, start in works.choices(person, day)
            ]
            within_minutes(works, hours, max(0, limit_minutes - before))


RULES: dict[RuleName, Rule] = {
    RuleName.MINIMUM_REST_HOURS: minimum_rest_hours,
    RuleName.MAXIMUM_CONSECUTIVE_DAYS: maximum_consecutive_days,
    RuleName.MAXIMUM_CONSECUTIVE_NIGHTS: maximum_consecutive_nights,
    RuleName.MINIMUM_DAYS_OFF_AFTER_NIGHTS: minimum_days_off_after_nights,
    RuleName.MAXIMUM_WEEKLY_HOURS: maximum_weekly_hours,
    **CONTRACT_RULES,
}


def _rest_between(works: Works, people: Sequence[str], days: tuple[int, int], limit: float) -> None:
    day, later_day = days
    shifts = tuple(works.shift_of)
    too_soon = {
        shift: frozenset(
            later
            for later in shifts
            if works.duty(day, shift).rest_hours_until(works.duty(later_day, later)) < limit
        )
        for shift in shifts
    }
    # In the order of the shifts: a set's own order changes from process to process.
    for forbidden in filter(None, dict.fromkeys(too_soon.values())):
        as_long = [shift for shift in shifts if too_soon[shift] >= forbidden]
        for person in people:
            later_starts = [
                start for shift, start in works.choices(person, later_day) if shift in forbidden
            ]
            if later_starts:
                starts = [s for shift, s in works.choices(person, day) if shift in as_long]
                before = sum(shift in as_long for shift in works.past_shifts(person, day))
                works.at_most_one([*starts, *later_starts], before)


def _never_all(
    works: Works,
    people: Sequence[str],
    length: int,
    happens: Callable[[str, int], Literal | bool],
) -> None:
    for person in people:
        for first in range(works.first_past_day, works.problem.days - length + 1):
            works.not_all(happens(person, day) for day in range(first, first + length))


def _no_day_shift_after(works: Works, person: str, day: int) -> None:
    """The day after a night brings another night or nothing."""
    tomorrow = [
        start
        for shift, start in works.choices(person, day + 1)
        if not works.shift_of[shift].is_night
    ]
    night = works.is_night(person, day)
    if tomorrow and not isinstance(night, bool):
        works.at_most_one([night, *tomorrow])
    elif night is True:
        works.at_most_one(tomorrow, 1)


def _rest_from_run(works: Works, person: str, day: int, lag: int) -> None:
    """No start ``lag`` days after a night, unless the night was not the last of its run."""
    ends = works.is_worked(person, day + lag)
    if isinstance(ends, bool):
        return
    night, goes_on = works.is_night(person, day), works.is_night(person, day + 1)
    if goes_on is True:
        return
    causes = [] if isinstance(night, bool) else [night.negated()]
    excuses = [] if isinstance(goes_on, bool) else [goes_on]
    works.model.add_bool_or([*causes, *excuses, ends.negated()])
