"""The roster problem of a unit: what concerns it, and every refusal in a clear code."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hospital.errors import InvalidInput, UnknownPlace
from hospital.gst import Gst, GstIdentity, UnitCosts
from hospital.places import Hospital, HospitalLevel, Unit, UnitKind
from hospital.roster import Assignment
from hospital.staff import (
    CoverageNeed,
    Grade,
    Leave,
    RuleName,
    Shift,
    ShiftRequest,
    Skill,
    StaffMember,
    WorkingRule,
)
from hospital.working_rules import moroccan_rules
from scheduling.rosters.problem import Known, roster_problem

pytestmark = pytest.mark.unit

MONDAY = date(2026, 11, 23)


def unit(code: str) -> Unit:
    return Unit(
        unit=code,
        hospital="H",
        kind=UnitKind.WARD,
        specialty="medicine",
        name=code,
        physicians=1,
        beds_per_nurse=8,
        mean_stay_hours=100,
        stay_cv=1,
        cost_per_bed_day_mad=100,
    )


def nurse(staff: str, ward: str = "W") -> StaffMember:
    return StaffMember(
        staff=staff,
        name=staff,
        unit=ward,
        skill=Skill.GENERAL_NURSE,
        grade=Grade.JUNIOR,
        contract_percent=100,
    )


def need(shift: str = "D", ward: str = "W", skill: Skill = Skill.GENERAL_NURSE) -> CoverageNeed:
    return CoverageNeed(unit=ward, shift=shift, skill=skill, weekday=0, staff_needed=1)


def wish(shift: str | None, *, wants: bool, day: date = MONDAY) -> ShiftRequest:
    return ShiftRequest(staff="a", day=day, shift=shift, wants_work=wants, weight=5)


def away(staff: str, first: int = 0, last: int = 13) -> Leave:
    return Leave(
        staff=staff,
        first_day=MONDAY + timedelta(first),
        last_day=MONDAY + timedelta(last),
        reason="annual",
    )


@pytest.fixture
def gst() -> Gst:
    costs = UnitCosts(
        nurse_hour_mad=60,
        agency_nurse_hour_mad=120,
        physician_hour_mad=150,
        transfer_km_mad=10,
        holding_percent_per_year=20,
        source="test",
    )
    return Gst(
        identity=GstIdentity(
            schema_version=1,
            gst="G",
            name="G",
            region="R",
            synthetic=True,
            as_of=MONDAY,
            medicine_budget_mad=0,
            costs=costs,
        ),
        hospitals=(
            Hospital(hospital="H", name="H", level=HospitalLevel.LOCAL, province="P", population=1),
        ),
        units=(unit("W"), unit("V"), unit("EMPTY")),
        staff=(nurse("a"), nurse("b"), nurse("c", "V")),
        shifts=(
            Shift(shift="D", name="day", start_hour=8, length_hours=12, is_night=False),
            Shift(shift="N", name="night", start_hour=20, length_hours=12, is_night=True),
        ),
        coverage=(need(), need("N"), need(ward="V")),
    )


def codes(gst: Gst, ward: str = "W", days: int = 14) -> list[str]:
    with pytest.raises(InvalidInput) as refusal:
        roster_problem(gst, ward, MONDAY, days)
    return [problem.code for problem in refusal.value.problems]


def test_only_what_concerns_the_unit_and_the_period_is_taken(gst: Gst) -> None:
    leave = (away("a", -5, 0), away("a", 20, 30), away("b", 14, 20), away("c"))
    wishes = (wish("D", wants=True), wish("D", wants=True, day=MONDAY + timedelta(14)))
    full = gst.but(leave=leave, requests=wishes)
    problem = roster_problem(
        full, "W", MONDAY, 14, Known(holidays=[MONDAY, MONDAY, MONDAY + timedelta(99)])
    )
    assert [person.staff for person in problem.staff] == ["a", "b"]
    assert {row.unit for row in problem.coverage} == {"W"}
    assert problem.leave == (leave[0], leave[2])  # the last night may end on the 14th day
    assert problem.requests == wishes[:1]
    assert problem.holidays == (MONDAY,)


def test_an_unknown_unit_is_an_unknown_place(gst: Gst) -> None:
    with pytest.raises(UnknownPlace, match="unknown_unit"):
        roster_problem(gst, "X", MONDAY, 14)


@pytest.mark.parametrize("days", [-1, 0, 367])
def test_a_period_of_no_days_or_years_is_refused(gst: Gst, days: int) -> None:
    assert codes(gst, days=days) == ["roster_days_out_of_range"]


def test_a_unit_without_staff_and_needs_says_both(gst: Gst) -> None:
    assert codes(gst, "EMPTY") == ["unit_without_staff", "unit_without_coverage"]


def test_a_need_for_a_skill_that_nobody_has_is_refused(gst: Gst) -> None:
    midwife = need("N", skill=Skill.MIDWIFE)
    assert codes(gst.but(coverage=(need(), midwife))) == ["unknown_skill_in_coverage"]
    nobody_needed = midwife.but(staff_needed=0)
    assert roster_problem(gst.but(coverage=(need(), nobody_needed)), "W", MONDAY, 14)


def test_a_need_given_twice_or_for_an_unknown_shift_is_refused(gst: Gst) -> None:
    assert codes(gst.but(coverage=(need(), need()))) == ["need_twice"]
    assert codes(gst.but(coverage=(need(), need("X")))) == ["unknown_shift"]


def test_a_person_with_two_contracts_is_refused(gst: Gst) -> None:
    twice = (nurse("a"), nurse("a").but(contract_percent=50))
    assert codes(gst.but(staff=twice)) == ["person_twice"]


@pytest.mark.parametrize(
    ("wishes", "contradict"),
    [
        ((wish("D", wants=True), wish("D", wants=False)), True),
        ((wish("D", wants=True), wish(None, wants=False)), True),
        ((wish(None, wants=True), wish(None, wants=False)), True),
        ((wish("D", wants=True), wish("N", wants=True)), True),
        ((wish("D", wants=True), wish("N", wants=False)), False),
        ((wish(None, wants=True), wish("N", wants=False)), False),
        ((wish(None, wants=True), wish("D", wants=True)), False),
        ((wish("D", wants=False), wish("N", wants=False)), False),
    ],
)
def test_wishes_contradict_only_where_no_day_can_grant_both(
    gst: Gst, wishes: tuple[ShiftRequest, ...], contradict: bool
) -> None:
    both = gst.but(requests=wishes)
    if contradict:
        assert codes(both) == ["contradictory_requests"]
    else:
        assert roster_problem(both, "W", MONDAY, 14).requests == wishes


def test_a_wish_for_a_shift_that_does_not_exist_is_refused(gst: Gst) -> None:
    assert codes(gst.but(requests=(wish("X", wants=True),))) == ["unknown_shift"]


def test_leave_of_everybody_on_every_day_is_refused_but_of_one_is_not(gst: Gst) -> None:
    everybody = gst.but(leave=(away("a"), away("b", 0, 6), away("b", 7, 13)))
    assert codes(everybody) == ["everybody_on_leave"]
    assert roster_problem(gst.but(leave=(away("a"),)), "W", MONDAY, 14)


def test_rules_below_zero_or_given_twice_are_refused(gst: Gst) -> None:
    rest = WorkingRule(rule="minimum_rest_hours", value=-1, source="x", confirmed=False)
    assert codes(gst.but(rules=(rest,))) == ["rule_out_of_range"]
    assert codes(gst.but(rules=(rest.but(value=11), rest.but(value=12)))) == ["rule_twice"]


def test_everything_that_is_wrong_is_said_at_once(gst: Gst) -> None:
    bad = gst.but(
        staff=(nurse("a"), nurse("a")),
        coverage=(need("X"), need(skill=Skill.MIDWIFE)),
        requests=(wish("D", wants=True), wish("D", wants=False)),
    )
    assert codes(bad) == [
        "person_twice",
        "unknown_skill_in_coverage",
        "unknown_shift",
        "contradictory_requests",
    ]


def lock(staff: str, day: int, shift: str) -> Assignment:
    return Assignment(staff=staff, day=MONDAY + timedelta(day), shift=shift)


def test_locks_that_contradict_each_other_or_a_rule_are_refused(gst: Gst) -> None:
    rest = WorkingRule(rule="minimum_rest_hours", value=11, source="test", confirmed=True)
    full = gst.but(rules=(rest,), leave=(away("b", 0, 0),))
    for locks in (
        (lock("a", 0, "D"), lock("a", 0, "N")),
        (lock("a", 0, "N"), lock("a", 1, "D")),
        (lock("b", 0, "D"),),
        (lock("zoe", 0, "D"),),
        (lock("a", 0, "X"),),
        (lock("a", 99, "D"),),
    ):
        with pytest.raises(InvalidInput) as refusal:
            roster_problem(full, "W", MONDAY, 14, Known(locked=locks))
        assert {problem.code for problem in refusal.value.problems} == {"contradictory_locks"}
    kept = (lock("a", 0, "D"), lock("a", 1, "D"))
    assert roster_problem(full, "W", MONDAY, 14, Known(locked=kept)).locked == kept


def test_locks_may_leave_to_others_what_a_whole_roster_will_keep(gst: Gst) -> None:
    """Owed hours and a junior alone are no contradiction yet."""
    rules = tuple(
        WorkingRule(rule=rule, value=value, source="test", confirmed=True)
        for rule, value in (("minimum_period_hours", 24), ("juniors_per_senior", 0))
    )
    full = gst.but(rules=rules)
    assert roster_problem(full, "W", MONDAY, 14, Known(locked=(lock("a", 0, "D"),)))


def test_a_shift_that_needs_more_people_than_there_are_is_refused(gst: Gst) -> None:
    assert codes(gst.but(coverage=(need().but(staff_needed=3),))) == ["need_beyond_staff"]
    assert roster_problem(gst.but(coverage=(need().but(staff_needed=2),)), "W", MONDAY, 14)


def test_rules_are_added_only_where_the_hospital_is_silent(gst: Gst) -> None:
    own = WorkingRule(rule="minimum_rest_hours", value=9, source="ours", confirmed=True)
    known = Known(rules=moroccan_rules())
    problem = roster_problem(gst.but(rules=(own,)), "W", MONDAY, 14, known)
    assert problem.figure(RuleName.MINIMUM_REST_HOURS) == 9
    assert problem.figure(RuleName.MAXIMUM_CONSECUTIVE_NIGHTS) == 3
    assert len(problem.rules) == len(moroccan_rules())
