"""A Curtois–Qu instance as the roster problem of a ward: all that wards have works for it.

Each rule of the format becomes a rule of the hospital's language; cover has the instance's own
prices. What a ward shares as nights is, here, any shift that the caller names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from hospital.base import MINUTES_PER_HOUR
from hospital.roster import Assignment, RosterProblem
from hospital.roster_limits import DayNeed, FreeDay, PersonalRule, ShiftLimit, Succession
from hospital.staff import Grade, RuleName, Shift, ShiftRequest, Skill, StaffMember
from scheduling.rosters.curtois import OFF, Employee, Instance, Lines

FIRST_MONDAY = date(2025, 6, 2)
"""No clock change and no Ramadan follow for months: the format knows neither."""
START_HOUR = 7.0
SKILL = Skill.GENERAL_NURSE


def as_problem(instance: Instance, shared: Iterable[str] = ()) -> RosterProblem:
    """The problem whose lawful rosters are the instance's; ``shared`` shifts count as nights.

    Costs agree but for equity, which the format does not have.
    """
    people = instance.employees
    return RosterProblem(
        unit="WARD",
        first_day=FIRST_MONDAY,
        days=instance.days,
        staff=tuple(_person(person) for person in people),
        shifts=tuple(
            Shift(
                shift=kind.code,
                name=kind.code,
                start_hour=START_HOUR,
                length_hours=kind.minutes / MINUTES_PER_HOUR,
                is_night=kind.code in set(shared),
            )
            for kind in instance.shifts
        ),
        coverage=(),
        requests=tuple(
            ShiftRequest(
                staff=wish.employee,
                day=_day(wish.day),
                shift=wish.shift,
                wants_work=wish.wants_work,
                weight=wish.weight,
            )
            for wish in instance.wishes
        ),
        demand=tuple(
            DayNeed(
                day=_day(target.day),
                shift=target.shift,
                skill=SKILL,
                staff_needed=target.wanted,
                short_points=target.under_weight,
                surplus_points=target.over_weight,
            )
            for target in instance.cover
        ),
        personal=tuple(rule for person in people for rule in _limits(person)),
        shift_limits=tuple(
            ShiftLimit(staff=p.code, shift=kind.code, most=p.max_shifts.get(kind.code, 0))
            for p in people
            for kind in instance.shifts
        ),
        free_days=tuple(
            FreeDay(staff=p.code, day=_day(day)) for p in people for day in sorted(p.days_off)
        ),
        successions=tuple(
            Succession(first=kind.code, then=then)
            for kind in instance.shifts
            for then in sorted(kind.cannot_precede)
        ),
    )


def as_lines(problem: RosterProblem, assignments: Iterable[Assignment]) -> Lines:
    """One shift code a day for each person, as the format scores it."""
    lines = {person.staff: [OFF] * problem.days for person in problem.staff}
    for a in assignments:
        lines[a.staff][(a.day - problem.first_day).days] = a.shift
    return lines


def as_assignments(problem: RosterProblem, lines: Lines) -> tuple[Assignment, ...]:
    """The inverse of ``as_lines``."""
    return tuple(
        Assignment(staff=staff, day=problem.first_day + timedelta(day), shift=shift)
        for staff, line in lines.items()
        for day, shift in enumerate(line)
        if shift
    )


def _day(number: int) -> date:
    return FIRST_MONDAY + timedelta(number)


def _person(person: Employee) -> StaffMember:
    return StaffMember(
        staff=person.code,
        name=person.code,
        unit="WARD",
        skill=SKILL,
        grade=Grade.SENIOR,
        contract_percent=100,
    )


def _limits(person: Employee) -> Iterator[PersonalRule]:
    figures = {
        RuleName.MAXIMUM_PERIOD_HOURS: person.max_minutes / MINUTES_PER_HOUR,
        RuleName.MINIMUM_PERIOD_HOURS: person.min_minutes / MINUTES_PER_HOUR,
        RuleName.MAXIMUM_CONSECUTIVE_DAYS: person.max_run_days,
        RuleName.MINIMUM_CONSECUTIVE_DAYS: person.min_run_days,
        RuleName.MINIMUM_CONSECUTIVE_DAYS_OFF: person.min_days_off,
        RuleName.MAXIMUM_WEEKENDS: person.max_weekends,
    }
    for rule, value in figures.items():
        yield PersonalRule(staff=person.code, rule=rule, value=value)
