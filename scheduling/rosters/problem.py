"""From a GST to the roster problem of one unit, refusing at once all that cannot be right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from hospital.errors import InvalidInput, Problem, say
from hospital.gst import Gst
from hospital.roster import Assignment, RosterProblem
from hospital.roster_burden import Carried, NamedDay
from hospital.staff import Leave, RuleName, ShiftRequest, WorkingRule
from scheduling.rosters.faults import lock_problems, people_problems

MAXIMUM_DAYS = 366
REQUESTS_FILE = "requests.csv"
STAFF_FILE = "staff.csv"
COVERAGE_FILE = "coverage.csv"
LEAVE_FILE = "leave.csv"
RULES_FILE = "rules.csv"


@dataclass(frozen=True, slots=True)
class Period:
    """The days to roster and the public holidays among them."""

    first_day: date
    days: int
    holidays: Sequence[date] = ()

    @property
    def last_day(self) -> date:
        """The last day that is decided."""
        return self.first_day + timedelta(days=self.days - 1)

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True, slots=True)
class Known:
    """What a problem has that no table of the GST says.

    Holidays and named days of the calendar; ``rules`` that stand in where ``rules.csv`` is
    silent; locks; what was worked before and what people carry over.
    """

    holidays: Sequence[date] = ()
    named_days: Sequence[NamedDay] = ()
    rules: Sequence[WorkingRule] = ()
    locked: Sequence[Assignment] = ()
    previous: Sequence[Assignment] = ()
    carried: Sequence[Carried] = ()


NOTHING_MORE = Known()


def roster_problem(
    gst: Gst, unit: str, first_day: date, days: int, known: Known = NOTHING_MORE
) -> RosterProblem:
    """The roster problem of one unit: its people, needs, leave, wishes and the GST's rules.

    Raises:
        UnknownPlace: the GST has no such unit.
        InvalidInput: with every problem found; codes ``roster_days_out_of_range``,
            ``unit_without_staff``, ``unit_without_coverage``, ``person_twice``,
            ``unknown_shift``, ``unknown_skill_in_coverage``, ``need_twice``,
            ``contradictory_requests``, ``everybody_on_leave``, ``rule_out_of_range``,
            ``need_beyond_staff``, ``contradictory_locks``.
    """
    gst.unit(unit)
    if not 1 <= days <= MAXIMUM_DAYS:
        raise InvalidInput([_days_out_of_range(days)])
    problem = _with(_select(gst, unit, Period(first_day, days, known.holidays)), known)
    problems = [*_staff_problems(problem), *_need_problems(problem), *_wish_problems(problem)]
    problems += [*_rule_problems(problem), *lock_problems(problem)]
    if problems:
        raise InvalidInput(problems)
    return problem


def _select(gst: Gst, unit: str, period: Period) -> RosterProblem:
    """What of the GST concerns this unit and these days."""
    people = {person.staff for person in gst.staff if person.unit == unit}
    return RosterProblem(
        unit=unit,
        first_day=period.first_day,
        days=period.days,
        staff=tuple(person for person in gst.staff if person.unit == unit),
        shifts=gst.shifts,
        coverage=tuple(need for need in gst.coverage if need.unit == unit),
        leave=tuple(
            leave for leave in gst.leave if leave.staff in people and _meets(leave, period)
        ),
        requests=tuple(r for r in gst.requests if r.staff in people and r.day in period),
        rules=gst.rules,
        holidays=tuple(sorted({day for day in period.holidays if day in period})),
    )


def _with(problem: RosterProblem, known: Known) -> RosterProblem:
    own = {rule.rule for rule in problem.rules}
    return problem.but(
        rules=(*problem.rules, *(rule for rule in known.rules if rule.rule not in own)),
        named_days=tuple(known.named_days),
        locked=tuple(known.locked),
        previous=tuple(known.previous),
        carried=tuple(known.carried),
    )


def _meets(leave: Leave, period: Period) -> bool:
    """Whether a leave matters: a night of the last day may end on its first day."""
    day_after = period.last_day + timedelta(days=1)
    return leave.first_day <= day_after and leave.last_day >= period.first_day


def _days_out_of_range(days: int) -> Problem:
    return Problem(
        "roster_days_out_of_range",
        "roster",
        say("{days} days", days=days),
        say("1 to {most} days", most=MAXIMUM_DAYS),
        say("Ask for a shorter period."),
    )


def _staff_problems(problem: RosterProblem) -> Iterator[Problem]:
    if not problem.staff:
        yield Problem(
            "unit_without_staff",
            STAFF_FILE,
            say("nobody in {unit}", unit=problem.unit),
            say("at least one person"),
            say("Add the people of the unit, or choose another unit."),
        )
    counts = Counter(person.staff for person in problem.staff)
    for staff, times in counts.items():
        if times > 1:
            yield Problem(
                "person_twice",
                STAFF_FILE,
                say("{staff} {times} times", staff=staff, times=times),
                say("one row, one contract, for each person"),
                say("Keep the row that is right and remove the others."),
                column="staff",
            )
    if problem.staff and all(_always_away(problem, person.staff) for person in problem.staff):
        yield Problem(
            "everybody_on_leave",
            LEAVE_FILE,
            say("everybody of {unit} on leave on every day", unit=problem.unit),
            say("somebody who can work"),
            say("Move some leave, or bring in staff of another unit."),
        )


def _always_away(problem: RosterProblem, staff: str) -> bool:
    return problem.leave_days(staff).issuperset(problem.calendar())


def _need_problems(problem: RosterProblem) -> Iterator[Problem]:
    if not any(need.staff_needed for need in problem.coverage):
        yield Problem(
            "unit_without_coverage",
            COVERAGE_FILE,
            say("no need for anybody in {unit}", unit=problem.unit),
            say("how many people each shift needs"),
            say("Add the needs of the unit."),
        )
    yield from _needs_given_twice(problem)
    yield from _needs_nobody_can_meet(problem)
    known = {shift.shift for shift in problem.shifts}
    unknown = sorted({need.shift for need in problem.coverage} - known)
    for shift in unknown:
        yield _unknown_shift(COVERAGE_FILE, shift, known)
    yield from people_problems(problem)


def _needs_given_twice(problem: RosterProblem) -> Iterator[Problem]:
    keys = Counter((need.shift, need.skill, need.weekday) for need in problem.coverage)
    for (shift, skill, weekday), times in keys.items():
        if times > 1:
            yield Problem(
                "need_twice",
                COVERAGE_FILE,
                say(
                    "{times} rows for {shift}, {skill}, weekday {weekday}",
                    times=times,
                    shift=shift,
                    skill=skill.value,
                    weekday=weekday,
                ),
                say("one row"),
                say("Keep one row with the whole number of people."),
                column="staff_needed",
            )


def _needs_nobody_can_meet(problem: RosterProblem) -> Iterator[Problem]:
    skills = {person.skill for person in problem.staff}
    asked = {need.skill for need in problem.coverage if need.staff_needed}
    for skill in sorted(asked - skills):
        yield Problem(
            "unknown_skill_in_coverage",
            COVERAGE_FILE,
            say("a need for {skill} in {unit}", skill=skill.value, unit=problem.unit),
            say("one of these skills: {known}", known=", ".join(sorted(skills))),
            say("Correct the skill, or add people who have it."),
            column="skill",
        )


def _unknown_shift(file: str, shift: str, known: set[str]) -> Problem:
    return Problem(
        "unknown_shift",
        file,
        shift,
        say("one of {known}", known=", ".join(sorted(known))),
        say("Correct the code, or add the shift to shifts.csv."),
        column="shift",
    )


def _wish_problems(problem: RosterProblem) -> Iterator[Problem]:
    known = {shift.shift for shift in problem.shifts}
    for shift in sorted({r.shift for r in problem.requests if r.shift} - known):
        yield _unknown_shift(REQUESTS_FILE, shift, known)
    ordered = sorted(problem.requests, key=lambda r: (r.staff, r.day, r.shift or ""))
    for index, first in enumerate(ordered):
        for second in ordered[index + 1 :]:
            if (first.staff, first.day) != (second.staff, second.day):
                break
            if _contradict(first, second):
                yield _contradiction(first, second)


def _contradict(first: ShiftRequest, second: ShiftRequest) -> bool:
    """Whether no day can grant both wishes of one person for one day."""
    if first.wants_work and second.wants_work:
        return None not in (first.shift, second.shift) and first.shift != second.shift
    if first.wants_work == second.wants_work:
        return False
    off = second if first.wants_work else first
    return off.shift is None or first.shift == second.shift


def _contradiction(first: ShiftRequest, second: ShiftRequest) -> Problem:
    shifts = " / ".join(wish.shift or "*" for wish in (first, second))
    return Problem(
        "contradictory_requests",
        REQUESTS_FILE,
        say(
            "{staff} on {day}: opposite wishes for {shifts}",
            staff=first.staff,
            day=first.day,
            shifts=shifts,
        ),
        say("wishes that can be granted together"),
        say("Ask the person which one holds and remove the other."),
    )


def _rule_problems(problem: RosterProblem) -> Iterator[Problem]:
    known = set(RuleName)
    for rule in problem.rules:
        if rule.rule in known and rule.value < 0:
            yield Problem(
                "rule_out_of_range",
                RULES_FILE,
                say("{rule} = {value}", rule=rule.rule, value=f"{rule.value:g}"),
                say("zero or more"),
                say("Correct the figure, or remove the row if the rule does not apply."),
                column="value",
            )
    names = sorted(rule.rule for rule in problem.rules)
    for name in sorted({a for a, b in pairwise(names) if a == b}):
        yield Problem(
            "rule_twice",
            RULES_FILE,
            say("{name} more than once", name=name),
            say("one figure for each rule"),
            say("Keep the figure that holds."),
            column="rule",
        )
