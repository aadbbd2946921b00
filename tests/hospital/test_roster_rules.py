"""Each hard rule of a roster: what it accepts, what it rejects, and its worst case."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hospital.roster import Assignment, Roster, RosterProblem, RosterRule
from hospital.staff import (
    CoverageNeed,
    Grade,
    Leave,
    RuleName,
    Shift,
    Skill,
    StaffMember,
    WorkingRule,
)
from hospital.violation import Violation

pytestmark = pytest.mark.unit

MONDAY = date(2026, 11, 23)
DAY = Shift(shift="D", name="day", start_hour=8, length_hours=12, is_night=False)
NIGHT = Shift(shift="N", name="night", start_hour=20, length_hours=12, is_night=True)
EVENING = Shift(shift="E", name="evening", start_hour=15, length_hours=8, is_night=False)


def nurse(staff: str = "ann", *, nights: bool = True, skill: Skill = Skill.MIDWIFE) -> StaffMember:
    return StaffMember(
        staff=staff,
        name=staff,
        unit="W",
        skill=skill,
        grade=Grade.SENIOR,
        contract_percent=100,
        nights_allowed=nights,
    )


def problem(*people: StaffMember, first_day: date = MONDAY, **figures: float) -> RosterProblem:
    return RosterProblem(
        unit="W",
        first_day=first_day,
        days=14,
        staff=people or (nurse(),),
        shifts=(DAY, EVENING, NIGHT),
        coverage=tuple(
            CoverageNeed(unit="W", shift=s, skill=Skill.MIDWIFE, weekday=d, staff_needed=1)
            for s in "DEN"
            for d in range(7)
        ),
        rules=tuple(
            WorkingRule(rule=RuleName(name), value=value, source="test", confirmed=False)
            for name, value in figures.items()
        ),
    )


def works(pattern: str, staff: str = "ann", first_day: date = MONDAY) -> tuple[Assignment, ...]:
    """One letter a day from the first day on; a dot is a day off."""
    return tuple(
        Assignment(staff=staff, day=first_day + timedelta(days=k), shift=letter)
        for k, letter in enumerate(pattern)
        if letter != "."
    )


def broken(question: RosterProblem, *assignments: Assignment) -> list[Violation]:
    roster = Roster(problem=question, assignments=assignments, cost=0, bound=0)
    return list(roster.violations())


def names(question: RosterProblem, *assignments: Assignment) -> list[str]:
    return [violation.rule for violation in broken(question, *assignments)]


def test_nobody_working_breaks_nothing() -> None:
    figures = dict.fromkeys(RuleName, 0.0)
    assert broken(problem(**figures)) == []


def test_a_rule_without_a_figure_is_not_enforced() -> None:
    assert broken(problem(), *works("NNNNNNDDDDDDDD")) == []


def test_a_skill_that_the_shift_does_not_ask_for_is_unqualified() -> None:
    physician = problem(nurse(skill=Skill.PHYSICIAN))
    assert names(physician, *works("D")) == [RosterRule.UNQUALIFIED_SKILL]
    assert names(problem(), *works("D")) == []


def test_a_night_is_refused_to_who_is_exempt_and_only_to_them() -> None:
    exempt = problem(nurse(nights=False))
    assert names(exempt, *works("N")) == [RosterRule.NIGHT_NOT_ALLOWED]
    assert names(exempt, *works("E")) == []


def test_two_shifts_on_one_day_are_one_too_many_even_the_same_twice() -> None:
    for second in "DE":
        twice = (*works("D"), *works(second))
        assert names(problem(), *twice) == [RosterRule.TWO_SHIFTS_ON_ONE_DAY]
    assert names(problem(), *works("DE")) == []


@pytest.mark.parametrize(
    ("pattern", "limit", "expected"),
    [
        ("ED", 9, []),  # 23:00 to 8:00 is exactly nine hours
        ("ED", 9.25, [RosterRule.MINIMUM_REST_HOURS]),
        ("ND", 0.5, [RosterRule.MINIMUM_REST_HOURS]),  # ends at 8:00, starts at 8:00
        ("N.D", 24, []),
        ("N.D", 36, [RosterRule.MINIMUM_REST_HOURS]),  # 12/36: rest spans a free day
        ("NN", 12, []),
    ],
)
def test_rest_is_counted_over_midnight(pattern: str, limit: float, expected: list[str]) -> None:
    assert names(problem(minimum_rest_hours=limit), *works(pattern)) == expected


def test_rest_shrinks_when_the_clock_goes_forward() -> None:
    """On 22 March 2026 Morocco jumps from 2:00 to 3:00: nine clock hours are eight."""
    saturday = date(2026, 3, 21)
    question = problem(first_day=saturday, minimum_rest_hours=9)
    found = broken(question, *works("ED", first_day=saturday))
    assert [(v.rule, v.found) for v in found] == [(RosterRule.MINIMUM_REST_HOURS, "8")]


def test_days_in_a_row_are_counted_once_for_each_run() -> None:
    question = problem(maximum_consecutive_days=5)
    assert names(question, *works("DDDDD.DDDDD.DD")) == []
    found = broken(question, *works("DDDDDD.DDDDDDD"))
    assert [(v.when, v.found, v.limit) for v in found] == [
        ("2026-11-28", "6", "5"),
        ("2026-12-05", "7", "5"),
    ]


def test_no_day_may_be_worked_where_the_limit_is_zero() -> None:
    assert names(problem(maximum_consecutive_days=0), *works("D")) == [
        RosterRule.MAXIMUM_CONSECUTIVE_DAYS
    ]


def test_nights_in_a_row_do_not_count_days_between() -> None:
    question = problem(maximum_consecutive_nights=2)
    assert names(question, *works("NN.NN.NN")) == []
    assert names(question, *works("NNN")) == [RosterRule.MAXIMUM_CONSECUTIVE_NIGHTS]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("NN..D", []),
        ("NN.D.", [RosterRule.MINIMUM_DAYS_OFF_AFTER_NIGHTS]),
        ("N.N", [RosterRule.MINIMUM_DAYS_OFF_AFTER_NIGHTS]),  # a new run needs its rest too
        ("NE", [RosterRule.MINIMUM_DAYS_OFF_AFTER_NIGHTS]),
        ("NNNNN", []),
        ("............NN", []),  # the days off lie after the roster
    ],
)
def test_days_off_follow_the_last_night(pattern: str, expected: list[str]) -> None:
    assert names(problem(minimum_days_off_after_nights=2), *works(pattern)) == expected


def test_weekly_hours_roll_over_any_seven_days() -> None:
    question = problem(maximum_weekly_hours=48)
    assert names(question, *works("DDDD...DDDD")) == []
    found = broken(question, *works("...DDDD..D"))  # two calendar weeks, one rolling week
    assert [(v.rule, v.when, v.found) for v in found] == [
        (RosterRule.MAXIMUM_WEEKLY_HOURS, "2026-12-02", "60")
    ]


def test_a_night_of_thirteen_hours_counts_as_thirteen() -> None:
    """The clock goes back on 15 February 2026, so that night is an hour longer."""
    saturday = date(2026, 2, 14)
    question = problem(first_day=saturday, maximum_weekly_hours=24)
    assert [v.found for v in broken(question, *works("NN", first_day=saturday))] == ["25"]
    assert broken(question, *works(".NN", first_day=saturday)) == []


def test_leave_forbids_its_days_and_the_night_that_runs_into_them() -> None:
    away = Leave(
        staff="ann", first_day=MONDAY + timedelta(2), last_day=MONDAY + timedelta(3), reason="x"
    )
    question = problem().but(leave=(away,))
    assert names(question, *works("DE..D")) == []
    assert names(question, *works(".N..D")) == [RosterRule.ON_LEAVE]
    assert names(question, *works("..DDD")) == [RosterRule.ON_LEAVE] * 2
    other = problem(nurse(), nurse("bea")).but(leave=(away,))
    assert names(other, *works("..DD", "bea")) == []


def test_unknown_people_shifts_and_days_are_named() -> None:
    assert names(problem(), *works("D", "zoe")) == [RosterRule.UNKNOWN_PERSON]
    assert names(problem(), *works("X")) == [RosterRule.UNKNOWN_SHIFT]
    before = works("D", first_day=MONDAY - timedelta(1))
    after = works("D", first_day=MONDAY + timedelta(14))
    assert names(problem(), *before) == [RosterRule.OUTSIDE_PERIOD]
    assert names(problem(), *after) == [RosterRule.OUTSIDE_PERIOD]


def test_a_lock_that_is_dropped_is_named() -> None:
    locked = problem().but(locked=works("D"))
    assert names(locked, *works("D")) == []
    assert names(locked, *works("E")) == [RosterRule.LOCK_NOT_KEPT]


def test_what_was_worked_before_counts() -> None:
    """Four days before the roster and two in it are a run of six."""
    before = works("DDDD", first_day=MONDAY - timedelta(4))
    question = problem(maximum_consecutive_days=5).but(previous=before)
    assert names(question, *works("D")) == []
    assert names(question, *works("DD")) == [RosterRule.MAXIMUM_CONSECUTIVE_DAYS]


def test_a_fault_of_the_past_alone_is_not_held_against_the_roster() -> None:
    before = works("NDNDNDNDND", first_day=MONDAY - timedelta(10))
    figures = dict.fromkeys(RuleName, 2.0) | {RuleName.MINIMUM_PERIOD_HOURS: 0.0}
    question = problem(**figures).but(previous=before)
    assert broken(question) == []


def test_two_people_of_one_name_are_told_apart_by_their_code() -> None:
    called = {"A": "F. Alami", "B": "F. Alami", "C": "S. Idrissi"}
    people = (nurse(code).but(name=name) for code, name in called.items())
    assert problem(*people).names() == {
        "A": "A · F. Alami",
        "B": "B · F. Alami",
        "C": "S. Idrissi",
    }
