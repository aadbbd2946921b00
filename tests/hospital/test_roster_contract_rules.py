"""Rules of contracts, longer periods and teams: what each accepts, rejects, and its worst case."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hospital.roster import Assignment, Roster, RosterProblem, RosterRule
from hospital.roster_limits import (
    DayNeed,
    FreeDay,
    Pairing,
    PersonalRule,
    ShiftLimit,
    Succession,
)
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

pytestmark = pytest.mark.unit

MONDAY = date(2026, 11, 23)
SHIFTS = (
    Shift(shift="D", name="day", start_hour=8, length_hours=12, is_night=False),
    Shift(shift="E", name="evening", start_hour=15, length_hours=8, is_night=False),
    Shift(shift="N", name="night", start_hour=20, length_hours=12, is_night=True),
)


def nurse(staff: str, grade: Grade = Grade.SENIOR) -> StaffMember:
    return StaffMember(
        staff=staff, name=staff, unit="W", skill=Skill.MIDWIFE, grade=grade, contract_percent=100
    )


def problem(*people: StaffMember, days: int = 14, **figures: float) -> RosterProblem:
    return RosterProblem(
        unit="W",
        first_day=MONDAY,
        days=days,
        staff=people or (nurse("ann"),),
        shifts=SHIFTS,
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


def names(question: RosterProblem, *assignments: Assignment) -> list[str]:
    roster = Roster(problem=question, assignments=assignments, cost=0, bound=0)
    return [violation.rule for violation in roster.violations()]


def test_a_succession_is_forbidden_on_the_next_day_only() -> None:
    question = problem().but(successions=(Succession(first="E", then="D"),))
    assert names(question, *works("ED")) == [RosterRule.FORBIDDEN_SUCCESSION]
    assert names(question, *works("E.D")) == names(question, *works("DE")) == []
    after = question.but(previous=works("E", first_day=MONDAY - timedelta(1)))
    assert names(after, *works("D")) == [RosterRule.FORBIDDEN_SUCCESSION]


def test_a_shift_is_started_no_more_often_than_its_limit() -> None:
    question = problem().but(shift_limits=(ShiftLimit(staff="ann", shift="N", most=2),))
    assert names(question, *works("N.N.D")) == []
    assert names(question, *works("N.N.N")) == [RosterRule.MAXIMUM_OF_A_SHIFT]
    never = problem().but(shift_limits=(ShiftLimit(staff="ann", shift="N", most=0),))
    assert names(never, *works("N")) == [RosterRule.MAXIMUM_OF_A_SHIFT]


def test_a_free_day_that_is_locked_stays_free() -> None:
    question = problem().but(free_days=(FreeDay(staff="ann", day=MONDAY),))
    assert names(question, *works("D")) == [RosterRule.LOCK_NOT_KEPT]
    assert names(question, *works(".D")) == []


@pytest.mark.parametrize(
    ("pattern", "limit", "expected"),
    [("D.D", 36, []), ("DD", 36, ["x"]), ("ED", 36, []), ("N.D", 36, ["x"]), ("N..D", 36, [])],
)
def test_twelve_hours_on_are_followed_by_thirty_six_off(
    pattern: str, limit: float, expected: list[str]
) -> None:
    """Only duties of twelve hours ask for the long rest."""
    question = problem(minimum_rest_after_long_shift_hours=limit)
    assert len(names(question, *works(pattern))) == len(expected)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (".D..", [RosterRule.MINIMUM_CONSECUTIVE_DAYS]),
        (".DD.", []),
        ("D...", []),  # cut by the start of what is known
        (".............D", []),  # and by its end
    ],
)
def test_a_run_of_work_is_not_too_short(pattern: str, expected: list[str]) -> None:
    assert names(problem(minimum_consecutive_days=2), *works(pattern)) == expected


def test_a_run_of_rest_is_not_too_short_and_earlier_work_counts() -> None:
    question = problem(minimum_consecutive_days_off=2)
    short = [RosterRule.MINIMUM_CONSECUTIVE_DAYS_OFF]
    assert names(question, *works("D.D")) == short
    assert names(question, *works("D..D")) == names(question, *works(".D")) == []
    yesterday = question.but(previous=works("D", first_day=MONDAY - timedelta(1)))
    assert names(yesterday, *works(".D")) == short
    away = Leave(
        staff="ann", first_day=MONDAY + timedelta(1), last_day=MONDAY + timedelta(1), reason="x"
    )
    assert names(question.but(leave=(away,)), *works("D.D")) == []


@pytest.mark.parametrize(
    ("rule", "most"), [("maximum_hours_in_28_days", 24), ("maximum_nights_in_28_days", 2)]
)
def test_four_weeks_are_counted_as_they_roll(rule: str, most: float) -> None:
    question = problem(days=35, **{rule: most})
    assert names(question, *works("N.N")) == []
    assert names(question, *works("N.N" + 24 * "." + "N")) == [rule]
    assert names(question, *works("N.N" + 25 * "." + "N")) == []  # four weeks later, anew
    before = question.but(previous=works("N.N", first_day=MONDAY - timedelta(4)))
    assert names(before, *works("N")) == [rule]


def test_hours_of_the_period_have_a_least_and_a_most() -> None:
    most, least = problem(maximum_period_hours=24), problem(minimum_period_hours=24)
    assert names(most, *works("D.D")) == names(least, *works("D.D")) == []
    assert names(most, *works("D.D.E")) == [RosterRule.MAXIMUM_PERIOD_HOURS]
    assert names(least, *works("D.E")) == [RosterRule.MINIMUM_PERIOD_HOURS]


def test_leave_lowers_the_hours_that_are_owed() -> None:
    question = problem(minimum_period_hours=70, full_time_weekly_hours=35)
    away = Leave(staff="ann", first_day=MONDAY, last_day=MONDAY + timedelta(6), reason="x")
    assert question.owed_hours("ann") == 70
    assert question.but(leave=(away,)).owed_hours("ann") == 35


def test_weekends_of_the_period_and_weekends_in_a_row() -> None:
    in_all, in_a_row = (
        problem(days=28, maximum_weekends=2),
        problem(days=28, maximum_consecutive_weekends=1),
    )
    sundays = "......D" * 3
    assert names(in_all, *works(sundays)) == [RosterRule.MAXIMUM_WEEKENDS]
    assert names(
        in_a_row, *works("......D"), *works(".....D", first_day=MONDAY + timedelta(7))
    ) == [RosterRule.MAXIMUM_CONSECUTIVE_WEEKENDS]
    assert names(in_a_row, *works("......D......." + ".....D")) == []
    assert names(in_all, *works(".....DD.....DD")) == []
    before = in_a_row.but(previous=works("D", first_day=MONDAY - timedelta(1)))
    assert names(before, *works(".....D")) == [RosterRule.MAXIMUM_CONSECUTIVE_WEEKENDS]


def test_people_kept_apart_and_a_newcomer_with_a_tutor() -> None:
    apart = problem(nurse("ann"), nurse("bob")).but(
        pairings=(Pairing(first="ann", second="bob", together=False),)
    )
    tutor = apart.but(pairings=(Pairing(first="ann", second="bob", together=True),))
    both, alone = (*works("D"), *works("D", "bob")), works("D")
    assert names(apart, *both) == [RosterRule.KEPT_APART]
    assert names(tutor, *alone) == [RosterRule.KEPT_TOGETHER]
    assert names(apart, *alone) == names(tutor, *both) == names(tutor, *works("D", "bob")) == []
    with pytest.raises(ValueError, match="same person"):
        Pairing(first="ann", second="ann", together=True)


def test_juniors_are_supervised() -> None:
    people = (nurse("ann", Grade.JUNIOR), nurse("bob", Grade.JUNIOR), nurse("cat", Grade.CHARGE))
    question = problem(*people, juniors_per_senior=1)
    alone = works("D")
    assert names(question, *alone) == [RosterRule.JUNIORS_PER_SENIOR]
    assert names(question, *alone, *works("D", "cat")) == []
    assert names(question, *alone, *works("D", "bob"), *works("D", "cat")) == [
        RosterRule.JUNIORS_PER_SENIOR
    ]


def test_an_own_contract_goes_before_the_rule_of_the_hospital() -> None:
    own = PersonalRule(staff="ann", rule=RuleName.MAXIMUM_CONSECUTIVE_DAYS, value=1)
    question = problem(nurse("ann"), nurse("bob"), maximum_consecutive_days=3).but(personal=(own,))
    assert names(question, *works("DD")) == [RosterRule.MAXIMUM_CONSECUTIVE_DAYS]
    assert names(question, *works("DD", "bob")) == []


def test_the_need_of_one_day_stands_in_for_the_weekly_table() -> None:
    dated = DayNeed(day=MONDAY, shift="D", skill=Skill.MIDWIFE, staff_needed=3)
    roster = Roster(problem=problem(days=1).but(demand=(dated,)), assignments=(), cost=0, bound=0)
    assert {(gap.shift, gap.missing) for gap in roster.shortfall()} == {
        ("D", 3),
        ("E", 1),
        ("N", 1),
    }
