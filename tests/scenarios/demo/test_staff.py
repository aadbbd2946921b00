"""Teams of the demo: enough to cover, hardly more; rules that say where they come from."""

from collections import defaultdict
from datetime import timedelta

import pytest

from hospital.gst import Gst
from hospital.history import History
from hospital.places import UnitKind
from hospital.staff import RuleName, Skill

pytestmark = pytest.mark.unit

Demo = tuple[Gst, History]
WEEKS = 4
FULL_TIME_HOURS = 37.5


def weekly_need(gst: Gst) -> dict[tuple[str, Skill], float]:
    """Hours a week that the coverage of each team takes."""
    lengths = {shift.shift: shift.length_hours for shift in gst.shifts}
    need: dict[tuple[str, Skill], float] = defaultdict(float)
    for row in gst.coverage:
        need[row.unit, row.skill] += row.staff_needed * lengths[row.shift]
    return need


def weekly_offer(gst: Gst) -> dict[tuple[str, Skill], float]:
    """Contract hours a week of each team, the leave of the next weeks taken off."""
    away: dict[str, int] = defaultdict(int)
    end = gst.identity.as_of + timedelta(weeks=WEEKS)
    for row in gst.leave:
        away[row.staff] += max((min(row.last_day + timedelta(days=1), end) - row.first_day).days, 0)
    offer: dict[tuple[str, Skill], float] = defaultdict(float)
    for person in gst.staff:
        present = 1 - away[person.staff] / (7 * WEEKS)
        offer[person.unit, person.skill] += (
            FULL_TIME_HOURS * person.contract_percent / 100 * present
        )
    return offer


def test_every_team_with_a_need_has_people_and_every_person_a_need(demo: Demo) -> None:
    gst, _ = demo
    assert set(weekly_need(gst)) == {(person.unit, person.skill) for person in gst.staff}


def test_nurses_are_enough_and_tight(demo: Demo) -> None:
    gst, _ = demo
    need, offer = weekly_need(gst), weekly_offer(gst)
    nurses = [team for team in need if team[1] is not Skill.PHYSICIAN]
    ratio = sum(offer[team] for team in nurses) / sum(need[team] for team in nurses)
    assert 0.97 <= ratio <= 1.08


def test_no_team_is_hopelessly_short(demo: Demo) -> None:
    """At 48 hours a week, the most that the rules allow, every team covers its shifts."""
    gst, _ = demo
    need, offer = weekly_need(gst), weekly_offer(gst)
    for team, hours in need.items():
        assert offer[team] * 48 / FULL_TIME_HOURS >= hours, team


def test_every_care_unit_is_covered_day_and_night_on_every_day(demo: Demo) -> None:
    gst, _ = demo
    nights = {shift.shift: shift.is_night for shift in gst.shifts}
    covered = {
        (row.unit, row.weekday, nights[row.shift]) for row in gst.coverage if row.staff_needed
    }
    for unit in gst.units:
        if gst.beds_by_unit()[unit.unit]:
            for weekday in range(7):
                assert {(unit.unit, weekday, False), (unit.unit, weekday, True)} <= covered


def test_emergency_physicians_on_duty_are_those_who_see_patients(demo: Demo) -> None:
    gst, _ = demo
    for unit in gst.units:
        if unit.kind is UnitKind.EMERGENCY:
            on_duty = {
                row.staff_needed
                for row in gst.coverage
                if row.unit == unit.unit and row.skill is Skill.PHYSICIAN
            }
            assert on_duty == {unit.physicians}


def test_midwives_work_where_children_are_born(demo: Demo) -> None:
    gst, _ = demo
    maternity = {unit.unit for unit in gst.units if unit.specialty == "gynaecology"}
    midwives = {person.unit for person in gst.staff if person.skill is Skill.MIDWIFE}
    assert midwives == maternity


def test_some_work_part_time_and_some_work_no_nights(default: Demo) -> None:
    gst, _ = default
    assert {person.contract_percent for person in gst.staff} == {50.0, 80.0, 100.0}
    share = sum(not person.nights_allowed for person in gst.staff) / len(gst.staff)
    assert 0.03 < share < 0.10


def test_wishes_to_work_name_a_shift_of_the_persons_own_unit(demo: Demo) -> None:
    gst, _ = demo
    unit = {person.staff: person.unit for person in gst.staff}
    known = {(row.unit, row.shift) for row in gst.coverage}
    for request in gst.requests:
        assert request.shift is not None or not request.wants_work
        if request.shift is not None:
            assert (unit[request.staff], request.shift) in known


def test_every_rule_has_its_source_once_and_what_is_not_confirmed_says_so(small: Demo) -> None:
    gst, _ = small
    given = [rule.rule for rule in gst.rules]
    assert len(given) == len(set(given))
    assert {RuleName.MINIMUM_REST_HOURS, RuleName.MAXIMUM_WEEKLY_HOURS} < set(given)
    for rule in gst.rules:
        assert rule.confirmed == ("à confirmer" not in rule.source)
    assert sum(rule.confirmed for rule in gst.rules) == 1
