"""The hard rules of a roster, each a small function over what one person works.

They share no code with the solver, so that a fault there cannot hide here. Figures come from
the hospital's own rules; a rule without a figure is not enforced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby, pairwise

from hospital.base import DAYS_PER_WEEK
from hospital.duty import duties_by_person
from hospital.roster_contract_rules import CONTRACT_RULES
from hospital.roster_problem import Assignment, RosterProblem
from hospital.roster_team_rules import TEAM_RULES
from hospital.roster_work import RosterRule, WorkOf, runs_of_days
from hospital.staff import RuleName, StaffMember
from hospital.violation import Violation

__all__ = ["RosterRule", "person_violations", "roster_violations"]

ONE_SECOND_IN_HOURS = 1 / 3600


Rule = Callable[[WorkOf], Iterator[Violation]]


def unqualified_skill(work: WorkOf) -> Iterator[Violation]:
    """A shift goes only to a skill that the unit asks for on that shift."""
    for duty in work.duties:
        skills = work.problem.skills_of_shift(duty.shift.shift)
        if work.is_decided(duty.day) and work.person.skill not in skills:
            asked = ", ".join(sorted(skills)) or "-"
            yield work.breaks(
                RosterRule.UNQUALIFIED_SKILL, duty.day, work.person.skill.value, asked
            )


def night_not_allowed(work: WorkOf) -> Iterator[Violation]:
    """Who is exempt from nights works none."""
    for duty in work.duties:
        if duty.is_night and not work.person.nights_allowed and work.is_decided(duty.day):
            yield work.breaks(RosterRule.NIGHT_NOT_ALLOWED, duty.day, duty.shift.shift, "-")


def two_shifts_on_one_day(work: WorkOf) -> Iterator[Violation]:
    """At most one shift starts on a day."""
    for day, duties in groupby(work.duties, key=lambda duty: duty.day):
        shifts = [duty.shift.shift for duty in duties]
        if len(shifts) > 1 and work.is_decided(day):
            yield work.breaks(RosterRule.TWO_SHIFTS_ON_ONE_DAY, day, ", ".join(shifts), 1)


def on_leave(work: WorkOf) -> Iterator[Violation]:
    """No work on a day of leave, not even the morning end of the night before."""
    leave = work.problem.leave_days(work.person.staff)
    for duty in work.duties:
        taken = [day for day in duty.days_touched() if day in leave]
        if taken and work.is_decided(duty.day):
            yield work.breaks(RosterRule.ON_LEAVE, duty.day, duty.shift.shift, taken[0])


def minimum_rest_hours(work: WorkOf) -> Iterator[Violation]:
    """Rest between two duties, in real hours, over midnight and over clock changes."""
    limit = work.figures.get(RuleName.MINIMUM_REST_HOURS)
    if limit is None:
        return
    for earlier, later in pairwise(work.duties):
        rest = earlier.rest_hours_until(later)
        if earlier.day != later.day and work.is_decided(later.day) and rest < limit:
            yield work.breaks(RosterRule.MINIMUM_REST_HOURS, later.day, f"{rest:g}", f"{limit:g}")


def maximum_consecutive_days(work: WorkOf) -> Iterator[Violation]:
    """Days in a row on which a shift starts."""
    days = [duty.day for duty in work.duties]
    yield from _long_runs(work, days, RosterRule.MAXIMUM_CONSECUTIVE_DAYS)


def maximum_consecutive_nights(work: WorkOf) -> Iterator[Violation]:
    """Nights in a row."""
    nights = [duty.day for duty in work.duties if duty.is_night]
    yield from _long_runs(work, nights, RosterRule.MAXIMUM_CONSECUTIVE_NIGHTS)


def minimum_days_off_after_nights(work: WorkOf) -> Iterator[Violation]:
    """Days without a start of work after the last night of a run of nights."""
    limit = work.figures.get(RuleName.MINIMUM_DAYS_OFF_AFTER_NIGHTS)
    if limit is None:
        return
    for earlier, later in pairwise(work.duties):
        gap_days = (later.day - earlier.day).days
        run_goes_on = gap_days == 1 and later.is_night
        if not earlier.is_night or gap_days == 0 or run_goes_on or gap_days > limit:
            continue
        if work.is_decided(later.day):
            rule = RosterRule.MINIMUM_DAYS_OFF_AFTER_NIGHTS
            yield work.breaks(rule, later.day, gap_days - 1, f"{limit:g}")


def maximum_weekly_hours(work: WorkOf) -> Iterator[Violation]:
    """Hours of the duties that start within any seven days in a row."""
    limit = work.figures.get(RuleName.MAXIMUM_WEEKLY_HOURS)
    if limit is None:
        return
    for last in sorted({duty.day for duty in work.duties if work.is_decided(duty.day)}):
        first = last - timedelta(days=DAYS_PER_WEEK - 1)
        hours = sum(duty.hours for duty in work.duties if first <= duty.day <= last)
        if hours > limit + ONE_SECOND_IN_HOURS:
            yield work.breaks(RosterRule.MAXIMUM_WEEKLY_HOURS, last, f"{hours:g}", f"{limit:g}")


RULES: tuple[Rule, ...] = (
    unqualified_skill,
    night_not_allowed,
    two_shifts_on_one_day,
    on_leave,
    minimum_rest_hours,
    maximum_consecutive_days,
    maximum_consecutive_nights,
    minimum_days_off_after_nights,
    maximum_weekly_hours,
    *CONTRACT_RULES,
)


def person_violations(
    problem: RosterProblem, person: StaffMember, assignments: Iterable[Assignment]
) -> tuple[Violation, ...]:
    """The rules broken by one person who works these assignments in the period."""
    own = [a for a in (*problem.previous, *assignments) if a.staff == person.staff]
    duties = duties_by_person(own, problem.shifts).get(person.staff, [])
    work = WorkOf(problem, person, duties, problem.figures_of(person.staff))
    return tuple(violation for rule in RULES for violation in rule(work))


def roster_violations(
    problem: RosterProblem, assignments: Sequence[Assignment]
) -> tuple[Violation, ...]:
    """Every hard rule that these assignments break: persons in staff order, then the lists."""
    broken = [
        violation
        for person in problem.staff
        for violation in person_violations(problem, person, assignments)
    ]
    broken += [v for rule in TEAM_RULES for v in rule(problem, assignments)]
    broken += [v for a in assignments for v in _unreadable(problem, a)]
    broken += _locks_not_kept(problem, assignments)
    return tuple(broken)


def _unreadable(problem: RosterProblem, assignment: Assignment) -> Iterator[Violation]:
    """An assignment to a person, a shift or a day that the problem does not know."""
    day = assignment.day.isoformat()
    if assignment.staff not in {person.staff for person in problem.staff}:
        rule = RosterRule.UNKNOWN_PERSON.value
        yield Violation(rule, assignment.staff, day, assignment.staff, problem.unit)
    if assignment.shift not in {shift.shift for shift in problem.shifts}:
        rule = RosterRule.UNKNOWN_SHIFT.value
        yield Violation(rule, assignment.staff, day, assignment.shift, problem.unit)
    if not problem.has_day(assignment.day):
        period = f"{problem.calendar()[0]}/{problem.calendar()[-1]}"
        yield Violation(RosterRule.OUTSIDE_PERIOD.value, assignment.staff, day, day, period)


def _locks_not_kept(
    problem: RosterProblem, assignments: Sequence[Assignment]
) -> Iterator[Violation]:
    kept = set(assignments)
    for lock in problem.locked:
        if lock not in kept:
            day = lock.day.isoformat()
            yield Violation(RosterRule.LOCK_NOT_KEPT.value, lock.staff, day, "-", lock.shift)


def _long_runs(work: WorkOf, days: Sequence[date], rule: RosterRule) -> Iterator[Violation]:
    """One violation for each run of days in a row that is longer than the rule's figure."""
    limit = work.figures.get(RuleName(rule.value))
    if limit is None:
        return
    for run in runs_of_days(sorted(set(days))):
        if len(run) > limit and work.is_decided(run[-1]):
            first_too_many = max(run[int(limit)], work.problem.first_day)
            yield work.breaks(rule, first_too_many, len(run), f"{limit:g}")
