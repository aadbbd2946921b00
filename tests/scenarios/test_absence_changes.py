"""Nurses who are away: on leave in the roster, beds that close in the twin, nowhere else."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from hospital.errors import GstError
from hospital.gst import Gst
from hospital.places import UnitKind
from hospital.staff import Skill
from scheduling.rosters.build import build_roster
from scheduling.rosters.problem import roster_problem
from tests.scenarios.changing import Demo, with_changes
from twin.place_rules import DatedPlaces, OpeningHours
from twin.run_plan import RunPlan, Start
from twin.simulation import prepare

pytestmark = pytest.mark.integration

WARD = "CHR-KEN-CARD"
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 7)
DAYS = {"first_day": FIRST, "last_day": LAST}


def changed(demo: Demo, **change: Any) -> Demo:
    return with_changes(demo, change | DAYS)


def at(hour: str) -> datetime:
    """A local hour, without a zone as the twin's clock has none."""
    return datetime.fromisoformat(hour)


def open_beds(demo: Demo, unit: str) -> list[tuple[float, int]]:
    """From which hour of the run on how many beds of a unit are open; none: all of them."""
    plan = RunPlan(first_day=demo[0].identity.as_of, horizon_days=28, start=Start.CENSUS)
    network = prepare(*demo, plan).network
    index = [one.unit for one in network.units].index(unit)
    return [
        pair
        for one in network.timetables
        if one.unit == index
        for pair in zip(one.at_hours, one.places, strict=True)
    ]


def test_a_share_of_the_nurses_closes_that_share_of_the_beds_for_the_days(demo: Demo) -> None:
    beds = demo[0].beds_by_unit()[WARD]
    after = changed(demo, kind="nurses_absent", unit=WARD, percent=20)
    since = 24 * (1 + (FIRST - demo[0].identity.as_of).days)
    assert open_beds(after, WARD) == [(0, beds), (since, int(0.8 * beds)), (since + 7 * 24, beds)]
    assert after[1].but(closures=()) == demo[1]


def test_absent_nurses_are_on_leave_and_physicians_are_not(demo: Demo) -> None:
    after = changed(demo, kind="nurses_absent", unit=WARD, percent=50)[0]
    added = after.leave[len(demo[0].leave) :]
    team = [one for one in demo[0].staff if one.unit == WARD and one.skill is not Skill.PHYSICIAN]
    assert len({one.staff for one in added}) == len(added) == round(len(team) / 2)
    assert {one.staff for one in added} <= {one.staff for one in team}
    assert {(one.first_day, one.last_day) for one in added} == {(FIRST, LAST)}
    assert after.but(leave=demo[0].leave) == demo[0]


def test_a_roster_of_those_who_are_left_covers_less(demo: Demo) -> None:
    def uncovered(gst: Gst) -> int:
        problem = roster_problem(gst, WARD, date(2026, 11, 30), 7)
        return sum(gap.missing for gap in build_roster(problem, 1, 1.0).shortfall())

    after = changed(demo, kind="nurses_absent", unit=WARD, percent=60)[0]
    assert uncovered(after) > uncovered(demo[0])


def test_where_a_roster_says_how_many_beds_are_staffed_its_figures_fall(demo: Demo) -> None:
    gst, parameters = demo
    roster = OpeningHours(
        unit=WARD,
        dated=(
            DatedPlaces(since=at("2026-11-23T08"), places=14),
            DatedPlaces(since=at("2026-12-03T20"), places=10),
            DatedPlaces(since=at("2026-12-20T08")),
        ),
    )
    rostered = gst, parameters.but(staffed_beds=(roster,))
    (after,) = changed(rostered, kind="nurses_absent", unit=WARD, percent=25)[1].staffed_beds
    assert [(one.since, one.places) for one in after.dated] == [
        (at("2026-11-23T08"), 14),
        (at("2026-12-01T00"), 10),
        (at("2026-12-03T20"), 7),
        (at("2026-12-08T00"), 10),
        (at("2026-12-20T08"), None),
    ]


def test_a_strike_keeps_emergencies_and_intensive_care(demo: Demo) -> None:
    gst, parameters = changed(demo, kind="strike", nurses_percent=40)
    kinds = {one.unit: one.kind for one in gst.units}
    assert {kinds[one.unit] for one in parameters.closures} == {UnitKind.WARD}
    members = {one.staff: one.unit for one in gst.staff}
    added = gst.leave[len(demo[0].leave) :]
    assert added
    assert {kinds[members[one.staff]] for one in added} == {UnitKind.WARD}


def test_no_elective_comes_on_the_days_of_a_strike_of_that_hospital(demo: Demo) -> None:
    _, parameters = changed(demo, kind="strike", nurses_percent=40, hospital="HP-SEA")
    for before, now in zip(demo[1].hospitals, parameters.hospitals, strict=True):
        if before.hospital != "HP-SEA":
            assert now == before
            continue
        assert now.electives
        assert all(len(stream.except_days) == 7 for stream in now.electives)


def test_a_place_without_nurses_and_beds_is_refused(demo: Demo) -> None:
    with pytest.raises(GstError, match="changes_nothing"):
        changed(demo, kind="nurses_absent", unit="CHR-KEN-PHAR", percent=20)
