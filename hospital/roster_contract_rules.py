"""The rules of contracts and of longer periods, each a function over what one person works."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from hospital.base import DAYS_PER_WEEK
from hospital.roster_work import RosterRule, WorkOf, runs_of_days
from hospital.staff import RuleName
from hospital.violation import Violation

Rule = Callable[[WorkOf], Iterator[Violation]]
SATURDAY = 5
LONG_SHIFT_HOURS = 12
FOUR_WEEKS = 4 * DAYS_PER_WEEK
ONE_SECOND_IN_HOURS = 1 / 3600


def forbidden_succession(work: WorkOf) -> Iterator[Violation]:
    """Some shifts must not be started on the day after some others."""
    forbidden = {(pair.first, pair.then) for pair in work.problem.successions}
    for earlier, later in pairwise(work.duties):
        pair = (earlier.shift.shift, later.shift.shift)
        is_next_day = (later.day - earlier.day).days == 1
        if is_next_day and pair in forbidden and work.is_decided(later.day):
            yield work.breaks(RosterRule.FORBIDDEN_SUCCESSION, later.day, pair[1], pair[0])


def maximum_of_a_shift(work: WorkOf) -> Iterator[Violation]:
    """Nobody starts a shift more often in the period than the person's limit for it."""
    for limit in work.problem.shift_limits:
        if limit.staff == work.person.staff:
            days = [duty.day for duty in work.decided() if duty.shift.shift == limit.shift]
            if len(days) > limit.most:
                yield work.breaks(
                    RosterRule.MAXIMUM_OF_A_SHIFT,
                    days[limit.most],
                    f"{limit.shift} x {len(days)}",
                    limit.most,
                )


def free_day_kept(work: WorkOf) -> Iterator[Violation]:
    """Nobody starts a shift on a day that is locked as free."""
    free = {free.day for free in work.problem.free_days if free.staff == work.person.staff}
    for duty in work.decided():
        if duty.day in free:
            yield work.breaks(RosterRule.LOCK_NOT_KEPT, duty.day, duty.shift.shift, "-")


def minimum_rest_after_long_shift_hours(work: WorkOf) -> Iterator[Violation]:
    """Rest after a duty of twelve hours or more by its hours on the clock: the 12/36."""
    limit = work.figures.get(RuleName.MINIMUM_REST_AFTER_LONG_SHIFT_HOURS)
    if limit is None:
        return
    for earlier, later in pairwise(work.duties):
        rest = earlier.rest_hours_until(later)
        is_long = earlier.shift.length_hours >= LONG_SHIFT_HOURS
        if is_long and earlier.day != later.day and work.is_decided(later.day) and rest < limit:
            rule = RosterRule.MINIMUM_REST_AFTER_LONG_SHIFT_HOURS
            yield work.breaks(rule, later.day, f"{rest:g}", f"{limit:g}")


def minimum_consecutive_days(work: WorkOf) -> Iterator[Violation]:
    """Runs of days of work are not too short.

    Those at either end of what is known may be, and those that meet a leave.
    """
    worked = sorted({duty.day for duty in work.duties})
    yield from _short_runs(work, worked, RosterRule.MINIMUM_CONSECUTIVE_DAYS)


def minimum_consecutive_days_off(work: WorkOf) -> Iterator[Violation]:
    """Runs of days without a start of work are not too short, unless they are for a leave."""
    worked = {duty.day for duty in work.duties}
    free = [day for day in _known_days(work) if day not in worked]
    yield from _short_runs(work, free, RosterRule.MINIMUM_CONSECUTIVE_DAYS_OFF)


def maximum_hours_in_28_days(work: WorkOf) -> Iterator[Violation]:
    """Hours of the duties that start within any four weeks in a row."""
    amounts = [(duty.day, duty.hours) for duty in work.duties]
    yield from _too_much(work, amounts, RosterRule.MAXIMUM_HOURS_IN_28_DAYS)


def maximum_nights_in_28_days(work: WorkOf) -> Iterator[Violation]:
    """Nights that start within any four weeks in a row."""
    amounts = [(duty.day, 1.0) for duty in work.duties if duty.is_night]
    yield from _too_much(work, amounts, RosterRule.MAXIMUM_NIGHTS_IN_28_DAYS)


def maximum_period_hours(work: WorkOf) -> Iterator[Violation]:
    """Hours of the whole period, at most."""
    limit = work.figures.get(RuleName.MAXIMUM_PERIOD_HOURS)
    hours = sum(duty.hours for duty in work.decided())
    if limit is not None and hours > limit + ONE_SECOND_IN_HOURS:
        day = work.problem.calendar()[-1]
        yield work.breaks(RosterRule.MAXIMUM_PERIOD_HOURS, day, f"{hours:g}", f"{limit:g}")


def minimum_period_hours(work: WorkOf) -> Iterator[Violation]:
    """Hours of the whole period, at least; leave lowers what is owed day by day."""
    limit = work.problem.owed_hours(work.person.staff)
    hours = sum(duty.hours for duty in work.decided())
    if limit is not None and hours < limit - ONE_SECOND_IN_HOURS:
        day = work.problem.calendar()[-1]
        yield work.breaks(RosterRule.MINIMUM_PERIOD_HOURS, day, f"{hours:g}", f"{limit:g}")


def maximum_weekends(work: WorkOf) -> Iterator[Violation]:
    """Weekends of the period with any work on Saturday or Sunday."""
    limit = work.figures.get(RuleName.MAXIMUM_WEEKENDS)
    if limit is None:
        return
    earliest = _saturday(work.problem.first_day)
    worked = [first for saturday, first in _weekends(work).items() if saturday >= earliest]
    if len(worked) > limit and work.is_decided(worked[int(limit)]):
        rule = RosterRule.MAXIMUM_WEEKENDS
        yield work.breaks(rule, worked[int(limit)], len(worked), f"{limit:g}")


def maximum_consecutive_weekends(work: WorkOf) -> Iterator[Violation]:
    """Weekends with any work in a row."""
    limit = work.figures.get(RuleName.MAXIMUM_CONSECUTIVE_WEEKENDS)
    if limit is None:
        return
    weekends = _weekends(work)
    for run in _runs_of_weekends(list(weekends)):
        if len(run) > limit and work.is_decided(weekends[run[-1]]):
            rule = RosterRule.MAXIMUM_CONSECUTIVE_WEEKENDS
            yield work.breaks(rule, weekends[run[-1]], len(run), f"{limit:g}")


CONTRACT_RULES: tuple[Rule, ...] = (
    forbidden_succession,
    maximum_of_a_shift,
    free_day_kept,
    minimum_rest_after_long_shift_hours,
    minimum_consecutive_days,
    minimum_consecutive_days_off,
    maximum_hours_in_28_days,
    maximum_nights_in_28_days,
    maximum_period_hours,
    minimum_period_hours,
    maximum_weekends,
    maximum_consecutive_weekends,
)


def _known_days(work: WorkOf) -> list[date]:
    """The days from the first of which anything is known to the last of the period."""
    problem = work.problem
    days = (problem.first_known_day() - problem.first_day).days
    return [problem.first_day + timedelta(days=k) for k in range(days, problem.days)]


def _short_runs(work: WorkOf, days: Sequence[date], rule: RosterRule) -> Iterator[Violation]:
    limit = work.figures.get(RuleName(rule.value))
    if limit is None:
        return
    known = _known_days(work)
    leave = work.problem.leave_days(work.person.staff)
    for run in runs_of_days(days):
        is_whole = run[0] > known[0] and run[-1] < known[-1]
        around = (run[0] - timedelta(days=1), *run, run[-1] + timedelta(days=1))
        if leave.intersection(around):
            continue
        if is_whole and len(run) < limit and work.is_decided(run[-1] + timedelta(days=1)):
            yield work.breaks(rule, run[-1], len(run), f"{limit:g}")


def _too_much(
    work: WorkOf, amounts: Sequence[tuple[date, float]], rule: RosterRule
) -> Iterator[Violation]:
    """One violation for each day that ends four weeks with too much of something."""
    limit = work.figures.get(RuleName(rule.value))
    if limit is None:
        return
    for last in sorted({day for day, _ in amounts if work.is_decided(day)}):
        first = last - timedelta(days=FOUR_WEEKS - 1)
        found = sum(amount for day, amount in amounts if first <= day <= last)
        if found > limit + ONE_SECOND_IN_HOURS:
            yield work.breaks(rule, last, f"{found:g}", f"{limit:g}")


def _saturday(day: date) -> date:
    """The Saturday of the week of this day."""
    return day + timedelta(days=SATURDAY - day.weekday())


def _weekends(work: WorkOf) -> dict[date, date]:
    """The weekends with any work in order: their Saturday, and the first day worked."""
    first_days: dict[date, date] = {}
    for duty in work.duties:
        if duty.day.weekday() >= SATURDAY:
            first_days.setdefault(_saturday(duty.day), duty.day)
    return first_days


def _runs_of_weekends(saturdays: Sequence[date]) -> Iterator[list[date]]:
    run: list[date] = []
    for saturday in saturdays:
        if run and (saturday - run[-1]).days > DAYS_PER_WEEK:
            yield run
            run = []
        run.append(saturday)
    if run:
        yield run
