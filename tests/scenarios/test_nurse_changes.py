"""Nurses recruited and other rules of work: in the roster, in the beds, and nowhere else."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from hospital.errors import GstError, UnknownPlace
from hospital.gst import Gst
from hospital.roster_limits import DayNeed
from hospital.staff import RuleName, Skill
from scheduling.rosters.build import build_roster
from scheduling.rosters.problem import roster_problem
from tests.scenarios.changing import Demo, with_changes
from twin.place_rules import DatedPlaces, OpeningHours

pytestmark = pytest.mark.integration

WARD = "CHR-KEN-CARD"
DAYS = {"first_day": date(2026, 12, 1), "last_day": date(2026, 12, 7)}
RECRUITS = {"kind": "add_nurses", "unit": WARD, "nurses": 3}
SHORTER = {"kind": "roster_rule", "rule": "full_time_weekly_hours", "value": 30}


@pytest.fixture(scope="module")
def rostered(demo: Demo) -> Demo:
    """A roster says that ten beds are staffed, until nobody knows."""
    hours = OpeningHours(
        unit=WARD,
        dated=(
            DatedPlaces(since=datetime.fromisoformat("2026-11-23T08"), places=10),
            DatedPlaces(since=datetime.fromisoformat("2026-12-20T08")),
        ),
    )
    return demo[0], demo[1].but(staffed_beds=(hours,))


def changed(demo: Demo, *changes: dict[str, Any]) -> Demo:
    return with_changes(demo, *changes)


def nurses(gst: Gst) -> list[str]:
    return [one.staff for one in gst.staff if one.unit == WARD and one.skill is not Skill.PHYSICIAN]


def test_recruits_join_the_team_in_what_most_of_it_is_and_change_nothing_else(demo: Demo) -> None:
    gst, parameters = changed(demo, RECRUITS)
    added = gst.staff[len(demo[0].staff) :]
    assert [one.staff for one in added] == [f"{WARD}-recruited-{n:03d}" for n in (1, 2, 3)]
    assert {(one.unit, one.skill) for one in added} == {(WARD, Skill.GENERAL_NURSE)}
    assert gst.but(staff=demo[0].staff) == demo[0]
    assert parameters == demo[1]


def test_recruits_cover_shifts_that_were_open(demo: Demo) -> None:
    """Worst case: a ward that needs twice the nurses that it has."""

    def uncovered(gst: Gst) -> int:
        problem = roster_problem(gst, WARD, date(2026, 11, 30), 7)
        needs = tuple(
            DayNeed(day=day, shift=need.shift, skill=need.skill, staff_needed=2 * need.staff_needed)
            for day in problem.calendar()
            for need in problem.coverage
            if need.weekday == day.weekday()
        )
        roster = build_roster(problem.but(demand=needs), 1, 1.0)
        return sum(gap.missing for gap in roster.shortfall())

    after = changed(demo, RECRUITS | {"nurses": 10})[0]
    assert uncovered(after) < uncovered(demo[0])


def test_beds_that_a_roster_staffs_grow_with_the_team(rostered: Demo) -> None:
    team = len(nurses(rostered[0]))
    (after,) = changed(rostered, RECRUITS | {"nurses": team})[1].staffed_beds
    full_time = sum(
        one.contract_percent for one in rostered[0].staff if one.staff in nurses(rostered[0])
    )
    first, last = (one.places for one in after.dated)
    assert first == int(10 * (1 + 100 * team / full_time))
    assert last is None


def test_recruits_stand_in_for_nurses_who_are_away(demo: Demo) -> None:
    away = {"kind": "nurses_absent", "unit": WARD, "percent": 50} | DAYS
    alone = changed(demo, away)[1].closures
    helped = changed(demo, RECRUITS, away)[1].closures
    assert helped[0].beds < alone[0].beds
    enough = changed(demo, RECRUITS | {"nurses": 2 * len(nurses(demo[0]))}, away)[1]
    assert enough == demo[1]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (RECRUITS | {"unit": "NOWHERE"}, UnknownPlace),
        (RECRUITS | {"unit": "CHR-KEN-PHAR"}, GstError),
        (RECRUITS | {"nurses": 0}, ValidationError),
        (RECRUITS | {"skill": "physician"}, ValidationError),
        (SHORTER | {"value": 0}, ValidationError),
        (SHORTER | {"value": 37.5}, GstError),
        (SHORTER | {"rule": "hours_of_sleep"}, ValidationError),
    ],
    ids=["nowhere", "no-nurses", "nobody", "physician", "no-hours", "as-it-is", "unknown-rule"],
)
def test_what_would_mean_nothing_is_refused(
    demo: Demo, change: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        changed(demo, change)


def test_a_shorter_week_closes_the_share_of_beds_whose_hours_are_lost(demo: Demo) -> None:
    gst, parameters = changed(demo, SHORTER)
    rules = {one.rule: one.value for one in gst.rules}
    assert rules[RuleName.FULL_TIME_WEEKLY_HOURS] == 30
    shut = {one.unit: one.beds for one in parameters.closures}
    beds = demo[0].beds_by_unit()[WARD]
    assert shut[WARD] == beds - int(beds * 30 / 37.5 + 1e-9)
    assert all(one.first_day is None for one in parameters.closures)


def test_a_longer_week_staffs_more_where_a_roster_limits_beds_and_else_changes_nothing(
    demo: Demo, rostered: Demo
) -> None:
    longer = SHORTER | {"value": 45}
    assert changed(demo, longer)[1] == demo[1]
    (after,) = changed(rostered, longer)[1].staffed_beds
    assert after.dated[0].places == 12


def test_another_rule_changes_rosters_only(demo: Demo) -> None:
    one_night = {"kind": "roster_rule", "rule": "maximum_consecutive_nights", "value": 1}
    gst, parameters = changed(demo, one_night)
    assert parameters == demo[1]
    problem = roster_problem(gst, WARD, date(2026, 11, 30), 7)
    roster = build_roster(problem, 1, 1.0)
    nights = {(one.staff, one.day) for one in roster.assignments if one.shift == "N"}
    in_a_row = [
        who for who, day in nights if (who, date.fromordinal(day.toordinal() + 1)) in nights
    ]
    assert nights
    assert not in_a_row


def test_the_last_of_two_figures_holds_against_the_first_that_was(demo: Demo) -> None:
    twice = changed(demo, SHORTER | {"value": 20}, SHORTER)[1]
    assert max(one.beds for one in twice.closures) > 0
    rules = {
        one.rule: one.value for one in changed(demo, SHORTER | {"value": 20}, SHORTER)[0].rules
    }
    assert rules["full_time_weekly_hours_before"] == 37.5
    assert rules["full_time_weekly_hours"] == 30
