"""What is uncovered, and who carries how much against a personal entitlement."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hospital.roster import Assignment, Burden, Missing, Roster, RosterProblem
from hospital.roster_burden import EVERYDAY
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


def nurse(staff: str, percent: float = 100, *, nights: bool = True) -> StaffMember:
    return StaffMember(
        staff=staff,
        name=staff,
        unit="W",
        skill=Skill.GENERAL_NURSE,
        grade=Grade.JUNIOR,
        contract_percent=percent,
        nights_allowed=nights,
    )


def question(*people: StaffMember, need: int = 2) -> RosterProblem:
    return RosterProblem(
        unit="W",
        first_day=MONDAY,
        days=7,
        staff=people,
        shifts=(
            Shift(shift="D", name="day", start_hour=8, length_hours=12, is_night=False),
            Shift(shift="N", name="night", start_hour=20, length_hours=12, is_night=True),
        ),
        coverage=tuple(
            CoverageNeed(unit="W", shift=s, skill=Skill.GENERAL_NURSE, weekday=d, staff_needed=need)
            for s in "DN"
            for d in range(7)
        ),
        holidays=(MONDAY + timedelta(2),),
    )


def roster(problem: RosterProblem, *assignments: Assignment) -> Roster:
    return Roster(problem=problem, assignments=assignments, cost=0, bound=0)


def on(staff: str, day: int, shift: str) -> Assignment:
    return Assignment(staff=staff, day=MONDAY + timedelta(day), shift=shift)


def test_an_empty_roster_misses_every_need() -> None:
    gaps = roster(question(nurse("a"))).shortfall()
    assert sum(gap.missing for gap in gaps) == 2 * 2 * 7


def test_only_the_people_who_are_missing_are_named() -> None:
    problem = question(nurse("a"), nurse("b"))
    gaps = roster(problem, on("a", 0, "D"), on("b", 0, "N")).shortfall()
    assert gaps[:2] == (
        Missing(MONDAY, "D", Skill.GENERAL_NURSE, 1),
        Missing(MONDAY, "N", Skill.GENERAL_NURSE, 1),
    )


def test_one_person_counted_twice_covers_one_need() -> None:
    gaps = roster(question(nurse("a")), on("a", 0, "D"), on("a", 0, "D")).shortfall()
    assert gaps[0].missing == 1


def test_entitlements_share_out_exactly_what_is_needed() -> None:
    people = (nurse("a"), nurse("b", 50), nurse("c", 80, nights=False))
    fairness = roster(question(*people)).fairness()
    needed = {Burden.HOURS: 336, Burden.NIGHTS: 14, Burden.WEEKEND_DAYS: 8, Burden.HOLIDAYS: 4}
    for burden, total in needed.items():
        shares = [person.shares[burden].entitled for person in fairness.people]
        assert sum(shares) == pytest.approx(total)


def test_a_half_timer_is_entitled_to_half() -> None:
    fairness = roster(question(nurse("a"), nurse("b", 50))).fairness()
    for burden in Burden:
        full = fairness.person("a").shares[burden].entitled
        assert fairness.person("b").shares[burden].entitled == pytest.approx(full / 2)


def test_who_is_exempt_is_entitled_to_no_night_but_to_all_hours() -> None:
    fairness = roster(question(nurse("a"), nurse("b", nights=False))).fairness()
    assert fairness.person("b").shares[Burden.NIGHTS].entitled == 0
    assert fairness.person("b").shares[Burden.HOURS].entitled == pytest.approx(168)


def test_days_on_leave_entitle_to_nothing() -> None:
    away = Leave(staff="b", first_day=MONDAY, last_day=MONDAY + timedelta(6), reason="x")
    fairness = roster(question(nurse("a"), nurse("b")).but(leave=(away,))).fairness()
    assert all(share.entitled == 0 for share in fairness.person("b").shares.values())
    assert fairness.person("a").shares[Burden.NIGHTS].entitled == pytest.approx(14)


def test_one_night_of_a_holiday_weekend_counts_in_every_burden() -> None:
    problem = question(nurse("a")).but(holidays=(MONDAY + timedelta(5),))
    shares = roster(problem, on("a", 5, "N")).fairness().person("a").shares
    assert [shares[burden].worked for burden in EVERYDAY] == [12, 1, 1, 1]
    assert not any(shares[burden].worked for burden in set(Burden) - set(EVERYDAY))


def test_even_work_has_no_gini_and_a_jain_of_one() -> None:
    problem = question(nurse("a"), nurse("b"))
    even = roster(problem, on("a", 0, "N"), on("b", 2, "N")).fairness()
    assert even.gini(Burden.NIGHTS) == pytest.approx(0)
    assert even.jain(Burden.NIGHTS) == pytest.approx(1)


def test_when_one_of_four_carries_all_gini_is_three_quarters() -> None:
    """For n equal shares and one carrier, Gini is 1 - 1/n and Jain 1/n."""
    people = [nurse(name) for name in "abcd"]
    one = roster(question(*people), on("a", 0, "N"), on("a", 1, "N")).fairness()
    assert one.gini(Burden.NIGHTS) == pytest.approx(0.75)
    assert one.jain(Burden.NIGHTS) == pytest.approx(0.25)


def test_a_part_timer_with_half_the_nights_is_even() -> None:
    problem = question(nurse("a"), nurse("b", 50))
    nights = [on("a", 0, "N"), on("a", 1, "N"), on("b", 4, "N")]
    assert roster(problem, *nights).fairness().gini(Burden.NIGHTS) == pytest.approx(0)


def test_nobody_working_is_not_unfair() -> None:
    fairness = roster(question(nurse("a"))).fairness()
    assert (fairness.gini(Burden.NIGHTS), fairness.jain(Burden.NIGHTS)) == (0, 1)


def test_overtime_is_what_exceeds_the_contract_of_the_days_present() -> None:
    away = Leave(
        staff="a", first_day=MONDAY + timedelta(5), last_day=MONDAY + timedelta(8), reason="x"
    )
    full_time = WorkingRule(
        rule=RuleName.FULL_TIME_WEEKLY_HOURS, value=42, source="x", confirmed=True
    )
    problem = question(nurse("a", 50)).but(leave=(away,), rules=(full_time,))
    person = roster(problem, on("a", 0, "D"), on("a", 2, "D")).fairness().person("a")
    assert person.contract_hours == pytest.approx(42 * 0.5 * 5 / 7)
    assert person.overtime_hours == pytest.approx(24 - 15)
