"""Changes of the rules of places: what they set in the twin, and what they refuse."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from hospital.errors import GstError, UnknownPlace
from hospital.gst import Gst
from hospital.places import UnitKind
from scenarios.demo import DemoSize, generate
from scenarios.language import Scenario, apply, apply_to_parameters
from twin.calibration import calibrate
from twin.event_log import Milestones
from twin.indicators import indicator_rows
from twin.parameters import TwinParameters
from twin.run_plan import RunPlan, Start
from twin.simulation import prepare

pytestmark = pytest.mark.integration

WARD = "CHR-KEN-CHIR"


@pytest.fixture(scope="module")
def demo() -> tuple[Gst, TwinParameters]:
    """The small demo with a surgical ward that is too small for its patients."""
    gst, history = generate(DemoSize.SMALL, 1)[:2]
    parameters = calibrate(gst, history)
    beds = gst.beds_by_unit()[WARD]
    return apply(gst, scenario(kind="close_beds", unit=WARD, beds=beds // 3)), parameters


def scenario(**change: Any) -> Scenario:
    return Scenario.model_validate({"name": "try", "changes": [change]})


def changed(demo: tuple[Gst, TwinParameters], **change: Any) -> tuple[Gst, TwinParameters]:
    one = scenario(**change)
    gst = apply(demo[0], one)
    return gst, apply_to_parameters(demo[1], one, gst)


def replay(demo: tuple[Gst, TwinParameters]) -> tuple[Milestones, dict[tuple[str, str], float]]:
    plan = RunPlan(
        first_day=demo[0].identity.as_of, horizon_days=21, start=Start.CENSUS, replications=1
    )
    prepared = prepare(*demo, plan)
    one = prepared.replay(0)
    rows = indicator_rows(prepared.measure, one)
    return one, {(str(row[0]), row[1]): row[3] for row in rows if not row[2]}


CHANGES: list[dict[str, Any]] = [
    {"kind": "surge_beds", "unit": WARD, "beds": 4, "open_at_percent": 90},
    {"kind": "hold_beds", "unit": WARD, "beds": 3},
    {"kind": "call_off_electives", "unit": WARD, "wait_hours": 0, "rebookings": 1},
    {"kind": "discharge_delay", "unit": WARD, "share": 0.3, "mean_days": 2},
    {"kind": "discharge_hours", "from_hour": 8, "to_hour": 11},
    {"kind": "close_beds", "unit": WARD, "beds": 5, "first_day": date(2026, 11, 25)},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change["kind"])
def test_a_rule_changes_the_twin_and_neither_places_nor_patients(
    demo: tuple[Gst, TwinParameters], change: dict[str, Any]
) -> None:
    gst, parameters = changed(demo, **change)
    assert gst == demo[0]
    assert parameters != demo[1]
    before, after = replay(demo)[0], replay((gst, parameters))[0]
    assert np.array_equal(before.table.arrive, after.table.arrive)
    assert np.array_equal(before.table.hours, after.table.hours)
    assert not np.array_equal(before.out, after.out, equal_nan=True)


def test_delays_fill_beds_and_are_counted(demo: tuple[Gst, TwinParameters]) -> None:
    delayed = changed(demo, kind="discharge_delay", share=0.4, mean_days=2)
    before, after = replay(demo)[1], replay(delayed)[1]
    assert after["delayed_bed_days_per_day", ""] > 3
    assert after["occupied_beds", ""] > before["occupied_beds", ""]
    wards = [unit for unit in delayed[0].units if unit.kind is UnitKind.WARD]
    assert sum(one.discharge_delay is not None for one in delayed[1].units) == len(wards)
    ended = changed(delayed, kind="discharge_delay", share=0, mean_days=2)
    assert replay(ended)[1]["occupied_beds", ""] == before["occupied_beds", ""]


def test_earlier_discharges_empty_beds(demo: tuple[Gst, TwinParameters]) -> None:
    early = changed(demo, kind="discharge_hours", from_hour=6, to_hour=9)
    late = changed(demo, kind="discharge_hours", from_hour=20, to_hour=23)
    for gst, parameters in (early, late):
        assert all(sum(one.discharge_hours) == 3 for one in parameters.hospitals)
        del gst
    one, _ = replay(early)
    home = one.out[~np.isnan(one.out) & ~one.died & ~np.isnan(one.starts[:, 0])]
    assert ((home % 24 >= 6) & (home % 24 < 9)).mean() > 0.5


def test_beds_closed_for_a_time_open_again(demo: tuple[Gst, TwinParameters]) -> None:
    days = {"first_day": date(2026, 11, 30), "last_day": date(2026, 12, 6)}
    gst, parameters = changed(demo, kind="close_beds", unit=WARD, beds=6, **days)
    plan = RunPlan(first_day=gst.identity.as_of, horizon_days=28, warmup_days=0, replications=1)
    (timetable,) = prepare(gst, parameters, plan).network.timetables
    beds = gst.beds_by_unit()[WARD]
    assert timetable.places == (beds, beds - 6, beds)
    assert timetable.at_hours[2] - timetable.at_hours[1] == 7 * 24
    closed = apply(demo[0], scenario(kind="close_beds", unit=WARD, beds=6))
    assert closed.beds_by_unit()[WARD] == beds - 6


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "surge_beds", "unit": WARD, "beds": 4},
        {"kind": "surge_beds", "unit": WARD, "beds": 4, "open_at_percent": 80},
        {"kind": "call_off_electives", "unit": WARD},
        {"kind": "discharge_hours", "from_hour": 12, "to_hour": 9},
        {"kind": "discharge_delay", "share": 1.2, "mean_days": 2},
        {
            "kind": "close_beds",
            "unit": WARD,
            "beds": 1,
            "first_day": date(2026, 12, 2),
            "last_day": date(2026, 12, 1),
        },
    ],
    ids=str,
)
def test_a_rule_that_cannot_hold_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        scenario(**change)


def test_places_that_do_not_fit_are_refused(demo: tuple[Gst, TwinParameters]) -> None:
    beds = demo[0].beds_by_unit()[WARD]
    with pytest.raises(GstError, match="holds_too_many_beds"):
        apply(demo[0], scenario(kind="hold_beds", unit=WARD, beds=beds + 1))
    with pytest.raises(GstError, match="not_inpatient"):
        apply(demo[0], scenario(kind="hold_beds", unit="CHR-KEN-URG", beds=1))
    for wrong in (
        {"kind": "hold_beds", "unit": "NOWHERE", "beds": 1},
        {"kind": "discharge_delay", "unit": "NOWHERE", "share": 0.1, "mean_days": 1},
        {"kind": "discharge_hours", "hospital": "NOWHERE", "from_hour": 8, "to_hour": 12},
    ):
        with pytest.raises(UnknownPlace):
            apply(demo[0], scenario(**wrong))
