"""What a scenario says of a territory: each rule reaches the twin, and a wrong one is named."""

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from hospital.errors import InvalidInput, UnknownPlace
from hospital.gst import Gst
from scenarios.demo import DemoSize, generate
from scenarios.language import Scenario, apply, apply_to_parameters
from twin.calibration import calibrate
from twin.checks import check_run
from twin.indicators import indicator_rows
from twin.parameters import TwinParameters
from twin.run_plan import RunPlan, Start
from twin.simulation import Prepared, prepare

pytestmark = pytest.mark.integration

Demo = tuple[Gst, TwinParameters]


@pytest.fixture(scope="module")
def demo() -> Demo:
    """The small demo with far too few intensive-care beds in its regional hospital."""
    gst, history = generate(DemoSize.SMALL, 1)[:2]
    parameters = calibrate(gst, history)
    units = [unit.unit for unit in gst.units if unit.kind.value == "intensive_care"]
    beds = gst.beds_by_unit()
    for unit in units:
        if beds[unit] > 2:
            gst = apply(gst, scenario(kind="close_beds", unit=unit, beds=beds[unit] - 2))
    return gst, parameters


def scenario(**change: Any) -> Scenario:
    return Scenario.model_validate({"name": "try", "changes": [change]})


def changed(demo: Demo, *changes: dict[str, Any]) -> Demo:
    gst, parameters = demo
    for change in changes:
        one = scenario(**change)
        gst = apply(gst, one)
        parameters = apply_to_parameters(parameters, one, gst)
    return gst, parameters


def prepared(case: Demo, days: int = 28) -> Prepared:
    first_day = case[0].identity.as_of
    plan = RunPlan(first_day=first_day, horizon_days=days, start=Start.CENSUS, replications=1)
    check_run(*case, plan, {})
    return prepare(*case, plan)


def figures(case: Demo) -> dict[str, float]:
    """Indicators of the whole GST in one replication."""
    ready = prepared(case)
    rows = indicator_rows(ready.measure, ready.replay(0))
    return {str(name): value for name, place, group, value in rows if not place and not group}


def hospitals(demo: Demo) -> list[str]:
    return [one.hospital for one in demo[0].hospitals]


WARDS = {"kind": "send_to", "unit_kind": "ward", "after_hours": 0.5, "order": "least_occupied"}


def test_one_slow_ambulance_makes_transfers_wait(demo: Demo) -> None:
    """Of two hundred the wait is the drive to the patient."""
    base = hospitals(demo)[0]
    fleet = {"kind": "ambulances", "hospital": base, "serves": hospitals(demo)}
    few = figures(changed(demo, WARDS, fleet | {"ambulances": 1, "handover_minutes": 600}))
    many = figures(changed(demo, WARDS, fleet | {"ambulances": 200, "handover_minutes": 600}))
    drive = many["ambulance_wait_minutes"]
    assert few["ambulance_wait_minutes"] > drive + 60
    assert drive < 120
    assert "ambulance_wait_minutes" not in figures(changed(demo, WARDS))


def test_wards_that_help_each_other_move_patients(demo: Demo) -> None:
    wards = [unit.unit for unit in demo[0].units if unit.kind.value == "ward"]
    beds = demo[0].beds_by_unit()
    crowded = {"kind": "close_beds", "unit": wards[0], "beds": beds[wards[0]] - 3}
    alone, helped = figures(changed(demo, crowded)), figures(changed(demo, crowded, WARDS))
    assert helped["transfers_per_day"] > alone["transfers_per_day"]
    assert helped["boarding_hours"] < alone["boarding_hours"]


def test_a_full_department_turns_ambulances_away(demo: Demo) -> None:
    rule = {"kind": "divert_ambulances", "queue_from": 0, "by_ambulance": [1, 1, 1, 1, 1]}
    fewest = next(unit for unit in demo[0].units if unit.kind.value == "emergency")
    cubicles = demo[0].beds_by_unit()[fewest.unit]
    small = {"kind": "close_beds", "unit": fewest.unit, "beds": cubicles - 2}
    assert figures(changed(demo, small, rule))["diversions_per_day"] > 0
    never = rule | {"by_ambulance": [0, 0, 0, 0, 0]}
    assert figures(changed(demo, small, never))["diversions_per_day"] == 0


def test_a_wait_kills_only_where_a_hazard_is_stated(demo: Demo) -> None:
    hazard = {"kind": "deaths_while_waiting", "waits_for": "intensive_care"}
    deadly = figures(changed(demo, hazard | {"mean_hours_to_death": 2}))
    mild = figures(changed(demo, hazard | {"mean_hours_to_death": 90_000}))
    assert deadly["deaths_while_waiting_per_day"] > mild["deaths_while_waiting_per_day"]
    assert "deaths_while_waiting_per_day" not in figures(demo)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "ambulances", "ambulances": 2},
        WARDS,
        {"kind": "divert_ambulances", "boarders_from": 3},
        {"kind": "deaths_while_waiting", "waits_for": "cubicle", "mean_hours_to_death": 50},
    ],
    ids=lambda change: str(change["kind"]),
)
def test_the_same_patients_come_whatever_the_territory_agrees_on(
    demo: Demo, change: dict[str, Any]
) -> None:
    if change["kind"] == "ambulances":
        change = change | {"hospital": hospitals(demo)[0]}
    after = changed(demo, change)
    assert after[0] == demo[0]
    assert after[1] != demo[1]
    before, now = prepared(demo, 7).patients(0), prepared(after, 7).patients(0)
    assert np.array_equal(before.arrive, now.arrive)
    assert np.array_equal(before.units, now.units)


def test_the_later_of_two_rules_of_the_same_place_holds(demo: Demo) -> None:
    base = hospitals(demo)[0]
    fleet = {"kind": "ambulances", "hospital": base}
    twice = changed(demo, fleet | {"ambulances": 1}, fleet | {"ambulances": 5})[1]
    assert [one.ambulances for one in twice.ambulances] == [5]
    policy = changed(demo, WARDS, WARDS | {"after_hours": 9})[1].transfer_policy
    assert policy is not None
    assert policy.rules[0].after_hours == 9


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "ambulances", "hospital": "H", "ambulances": 0},
        {"kind": "send_to", "unit_kind": "theatre", "after_hours": 1},
        {"kind": "send_to", "unit_kind": "ward", "after_hours": 8, "limit_hours": 4},
        {"kind": "divert_ambulances"},
        {"kind": "divert_ambulances", "queue_from": 1, "by_ambulance": [0.5, 0.5]},
        {"kind": "divert_ambulances", "queue_from": 1, "by_ambulance": [2, 0, 0, 0, 0]},
        {"kind": "deaths_while_waiting", "waits_for": "ward", "mean_hours_to_death": 5},
        {
            "kind": "deaths_while_waiting",
            "waits_for": "intensive_care",
            "triage": 2,
            "mean_hours_to_death": 5,
        },
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        scenario(**wrong)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "ambulances", "hospital": "NOWHERE", "ambulances": 2},
        {"kind": "send_to", "unit_kind": "ward", "to": ["NOWHERE"], "after_hours": 1},
        {"kind": "divert_ambulances", "hospital": "NOWHERE", "queue_from": 1},
    ],
    ids=lambda change: str(change["kind"]),
)
def test_a_hospital_that_is_not_here_is_named(demo: Demo, change: dict[str, Any]) -> None:
    with pytest.raises(UnknownPlace, match="NOWHERE"):
        apply(demo[0], scenario(**change))


def test_hospitals_that_send_patients_round_are_refused_before_the_run(demo: Demo) -> None:
    """Two hospitals without step-down that name each other: nobody could ever receive."""
    gst, parameters = demo
    closed = {unit.unit for unit in gst.units if unit.kind.value == "step_down"}
    without = gst.but(
        units=tuple(unit for unit in gst.units if unit.unit not in closed),
        beds=tuple(bed for bed in gst.beds if bed.unit not in closed),
    )
    present = parameters.census
    assert present is not None
    others = tuple(one for one in present.inpatients if one.unit not in closed)
    believed = parameters.but(census=present.but(inpatients=others))
    first, second = hospitals(demo)[:2]
    rule = {"kind": "send_to", "unit_kind": "step_down", "after_hours": 1}
    case = changed(
        (without, believed),
        rule | {"hospitals": [first], "to": [second]},
        rule | {"hospitals": [second], "to": [first]},
    )
    with pytest.raises(InvalidInput) as refused:
        prepared(case)
    assert first in str(refused.value)
    assert second in str(refused.value)
