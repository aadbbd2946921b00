"""Theatre sessions more or fewer: in the plan's week, and in the electives that they admit."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from hospital.errors import GstError, UnknownPlace
from hospital.gst import Gst
from hospital.theatre import TheatreSession
from hospital.theatre_plan import FreeBeds
from scheduling.theatres.problem import theatre_problem
from tests.scenarios.changing import Demo, with_changes
from twin.parameters import TwinParameters

pytestmark = pytest.mark.integration

SURGERY = {"hospital": "CHR-KEN", "specialty": "general_surgery"}


def changed(demo: Demo, *changes: dict[str, Any]) -> Demo:
    return with_changes(demo, *({"kind": "theatre_sessions"} | one for one in changes))


def sessions(gst: Gst) -> list[TheatreSession]:
    suites = {unit.unit for unit in gst.units if unit.hospital == "CHR-KEN"}
    return [
        one for one in gst.sessions if one.unit in suites and one.specialty == "general_surgery"
    ]


def electives(parameters: TwinParameters) -> dict[str, float]:
    return {
        stream.unit: sum(stream.per_weekday)
        for hospital in parameters.hospitals
        for stream in hospital.electives
    }


@pytest.mark.parametrize("more", [2, 7, -1, -4])
def test_electives_of_the_specialty_follow_the_minutes_and_no_other_does(
    demo: Demo, more: int
) -> None:
    usual = len(sessions(demo[0]))
    gst, parameters = changed(demo, SURGERY | {"sessions": more})
    assert len(sessions(gst)) == usual + more
    before, after = electives(demo[1]), electives(parameters)
    own = "CHR-KEN-CHIR"
    assert after[own] == pytest.approx(before[own] * (usual + more) / usual)
    assert {unit: mean for unit, mean in after.items() if unit != own} == {
        unit: mean for unit, mean in before.items() if unit != own
    }


def test_the_theatre_plan_finds_the_sessions_added_and_none_overlaps(demo: Demo) -> None:
    gst, _ = changed(demo, SURGERY | {"sessions": 3})
    beds = FreeBeds(ward=(20.0,) * 7, intensive_care=(3.0,) * 7)
    days = date(2026, 11, 30), 7
    before = theatre_problem(demo[0], "CHR-KEN", *days, beds)
    after = theatre_problem(gst, "CHR-KEN", *days, beds)
    assert len(after.sessions) == len(before.sessions) + 3
    assert set(before.sessions) < set(after.sessions)


def test_sessions_are_taken_away_down_to_none(demo: Demo) -> None:
    usual = len(sessions(demo[0]))
    gst, parameters = changed(demo, SURGERY | {"sessions": -usual})
    assert sessions(gst) == []
    assert electives(parameters)["CHR-KEN-CHIR"] == 0
    with pytest.raises(GstError, match="too_few_sessions"):
        changed(demo, SURGERY | {"sessions": -usual - 1})


def test_what_no_room_can_hold_is_refused_with_how_many_it_can(demo: Demo) -> None:
    with pytest.raises(GstError, match="has room for 10 sessions more"):
        changed(demo, SURGERY | {"sessions": 11})


def test_a_specialty_without_sessions_is_answered_with_those_that_have_some(demo: Demo) -> None:
    with pytest.raises(GstError, match="it has: ent, eye"):
        changed(demo, {"hospital": "CHR-KEN", "specialty": "neurosurgery", "sessions": 1})
    with pytest.raises(UnknownPlace, match="NOWHERE"):
        changed(demo, {"hospital": "NOWHERE", "specialty": "ent", "sessions": 1})


def test_no_change_and_two_changes_of_the_same_sessions_are_refused(demo: Demo) -> None:
    with pytest.raises(ValidationError):
        changed(demo, SURGERY | {"sessions": 0})
    with pytest.raises(ValidationError, match="one theatre_sessions change"):
        changed(demo, SURGERY | {"sessions": 1}, SURGERY | {"sessions": -1})
