"""What is left to decide of a roster from one day on, with all that was worked as the past."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from hospital.duty import Duty, duties_by_person
from hospital.roster import Assignment, Burden, RosterProblem
from hospital.roster_contract_rules import SATURDAY
from hospital.roster_limits import FreeDay, PersonalRule, ShiftLimit
from hospital.staff import Leave, RuleName
from scheduling.rosters.cost import FairBand, amount_of, fair_bands
from scheduling.rosters.objective import Bands


def rest_of(problem: RosterProblem, before: Sequence[Assignment], from_day: date) -> RosterProblem:
    """The problem of the days from this one on; limits of the period are less what was worked."""
    worked = duties_by_person(before, problem.shifts)
    return problem.but(
        first_day=from_day,
        days=problem.days - (from_day - problem.first_day).days,
        previous=(*problem.previous, *before),
        requests=tuple(r for r in problem.requests if r.day >= from_day),
        locked=tuple(lock for lock in problem.locked if lock.day >= from_day),
        personal=(*problem.personal, *_limits_left(problem, worked, from_day)),
        shift_limits=_shifts_left(problem, before),
    )


def bands_left(problem: RosterProblem, before: Sequence[Assignment]) -> Bands:
    """Each person's fair band, less what was already worked of it."""
    worked = duties_by_person(before, problem.shifts)
    left: dict[str, dict[Burden, FairBand]] = {}
    for staff, bands in fair_bands(problem).items():
        left[staff] = {}
        for burden, band in bands.items():
            done = sum(amount_of(burden, duty, problem) for duty in worked.get(staff, ()))
            left[staff][burden] = FairBand(band.low - done, band.high - done, band.unit)
    return left


def with_absences(
    problem: RosterProblem,
    assignments: Sequence[Assignment],
    absences: Sequence[Leave],
    from_day: date,
) -> RosterProblem:
    """The problem with these absences, known on ``from_day``; what they take is not owed.

    Somebody who falls ill on the morning after a night has worked that night: that day brings
    no start of work, and the leave proper begins a day later.
    """
    duties = duties_by_person(assignments, problem.shifts)
    leave, free = [], []
    for absence in absences:
        worked = [duty for duty in duties.get(absence.staff, ()) if duty.day < from_day]
        if any(absence.first_day in duty.days_touched() for duty in worked):
            free.append(FreeDay(staff=absence.staff, day=absence.first_day))
            if absence.first_day < absence.last_day:
                leave.append(absence.but(first_day=absence.first_day + timedelta(1)))
        else:
            leave.append(absence)
    return problem.but(
        leave=(*problem.leave, *leave),
        free_days=(*problem.free_days, *free),
        personal=(*problem.personal, *_owed_without(problem, duties, absences)),
    )


def _owed_without(
    problem: RosterProblem, duties: dict[str, list[Duty]], absences: Sequence[Leave]
) -> Iterator[PersonalRule]:
    """The least hours of the absent: at most what they would still work."""
    for staff in dict.fromkeys(absence.staff for absence in absences):
        owed = problem.figures_of(staff).get(RuleName.MINIMUM_PERIOD_HOURS)
        if owed is not None:
            away = [a for a in absences if a.staff == staff]
            left = sum(
                duty.hours
                for duty in duties.get(staff, ())
                if not any(
                    a.first_day <= d <= a.last_day for a in away for d in duty.days_touched()
                )
            )
            rule = RuleName.MINIMUM_PERIOD_HOURS
            yield PersonalRule(staff=staff, rule=rule, value=min(owed, left))


def _limits_left(
    problem: RosterProblem, worked: dict[str, list[Duty]], from_day: date
) -> Iterator[PersonalRule]:
    this_week = from_day - timedelta(from_day.weekday())
    for person in problem.staff:
        figures = problem.figures_of(person.staff)
        duties = worked.get(person.staff, [])
        weekends = {
            duty.day - timedelta(duty.day.weekday())
            for duty in duties
            if duty.day.weekday() >= SATURDAY and duty.day < this_week
        }
        used = {
            RuleName.MAXIMUM_PERIOD_HOURS: sum(duty.hours for duty in duties),
            RuleName.MINIMUM_PERIOD_HOURS: sum(duty.hours for duty in duties),
            RuleName.MAXIMUM_WEEKENDS: len(weekends),
        }
        for rule, amount in used.items():
            if rule in figures:
                left = max(0.0, figures[rule] - amount)
                yield PersonalRule(staff=person.staff, rule=rule, value=left)


def _shifts_left(problem: RosterProblem, before: Sequence[Assignment]) -> tuple[ShiftLimit, ...]:
    """Limits on a shift less what was worked of it; 0 only where it always was or is used up."""
    worked = Counter((a.staff, a.shift) for a in before)
    return tuple(
        limit.but(most=max(0, limit.most - worked[limit.staff, limit.shift]))
        for limit in problem.shift_limits
    )
