"""A new hospital, a closed one, and policies of cancellation and transfer, in the twin."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from hospital.errors import GstError, UnknownPlace
from hospital.forecast import QUANTILE_LEVELS, DemandForecast, Period, SeriesKey, SeriesKind
from hospital.places import UnitKind
from scenarios.language import Scenario, apply_to_demand
from tests.scenarios.changing import Demo, with_changes
from twin.checks import check_run
from twin.indicators import indicator_rows
from twin.run_plan import RunPlan, Start
from twin.simulation import prepare

pytestmark = pytest.mark.integration

NEW: dict[str, Any] = {
    "kind": "open_hospital",
    "new_hospital": "HP-NEW",
    "like": "HP-SEA",
    "near": "CHR-KEN",
    "distance_km": 20,
    "travel_minutes": 25,
    "takes_percent": 25,
}
CLOSED = {"kind": "close_hospital", "hospital": "HP-SEA"}
OFF = {"kind": "cancellation_policy", "wait_hours": 2}
LIMITS = {"kind": "transfer_limits", "after_hours": 2, "limit_hours": 6}
WEEK = {"first_day": date(2026, 11, 30), "last_day": date(2026, 12, 6)}


def replay(demo: Demo, days: int = 14) -> dict[tuple[str, str], float]:
    plan = RunPlan(first_day=demo[0].identity.as_of, horizon_days=days, start=Start.CENSUS)
    check_run(*demo, plan, {})
    ready = prepare(*demo, plan)
    rows = indicator_rows(ready.measure, ready.replay(0))
    return {(str(name), place): value for name, place, group, value in rows if not group}


def forecast(hospital: str, mean: float) -> DemandForecast:
    paths = np.random.default_rng(1).poisson(mean, (20, 7)).astype(float)
    return DemandForecast(
        key=SeriesKey(SeriesKind.VISITS, hospital),
        first_day=date(2026, 11, 23),
        period=Period.DAY,
        mean=paths.mean(axis=0),
        quantiles=np.quantile(paths, QUANTILE_LEVELS, axis=0).T,
        sample_paths=paths,
        model="try",
    )


def test_a_new_hospital_is_like_another_with_its_own_road_beds_and_triage(demo: Demo) -> None:
    gst, parameters = with_changes(demo, NEW | {"beds_percent": 200})
    like = {one.unit.removeprefix("HP-SEA"): one for one in gst.units_of("HP-SEA")}
    beds = gst.beds_by_unit()
    for unit in gst.units_of("HP-NEW"):
        old = like[unit.unit.removeprefix("HP-NEW")]
        assert (unit.kind, unit.specialty) == (old.kind, old.specialty)
        assert beds[unit.unit] == 2 * beds[old.unit]
    assert {one.kind for one in gst.units_of("HP-NEW")} >= {UnitKind.EMERGENCY, UnitKind.WARD}
    assert sum(one.hospital == "HP-NEW" for one in gst.triage) == 5
    assert (
        gst.but(
            hospitals=demo[0].hospitals,
            units=demo[0].units,
            beds=demo[0].beds,
            links=demo[0].links,
            triage=demo[0].triage,
        )
        == demo[0]
    )
    assert {one.hospital for one in parameters.hospitals} == {"CHR-KEN", "HP-SEA", "HP-NEW"}


def test_the_visits_of_a_new_hospital_are_those_that_the_other_loses(demo: Demo) -> None:
    _, parameters = with_changes(demo, NEW)
    before = {one.hospital: one.hourly_visits for one in demo[1].hospitals}
    after = {one.hospital: one.hourly_visits for one in parameters.hospitals}
    assert np.add(after["CHR-KEN"], after["HP-NEW"]) == pytest.approx(before["CHR-KEN"])
    assert sum(after["HP-NEW"]) == pytest.approx(0.25 * sum(before["CHR-KEN"]))
    assert after["HP-SEA"] == before["HP-SEA"]


def test_forecasts_are_shared_out_path_by_path_and_totals_stay(demo: Demo) -> None:
    scenario = Scenario.model_validate({"name": "try", "changes": [NEW]})
    told = (forecast("CHR-KEN", 200), forecast("HP-SEA", 60))
    found = {one.key.hospital: one for one in apply_to_demand(told, scenario)}
    both = found["CHR-KEN"].sample_paths + found["HP-NEW"].sample_paths
    assert both == pytest.approx(told[0].sample_paths)
    assert found["HP-NEW"].mean == pytest.approx(0.25 * told[0].mean)
    assert found["HP-SEA"] is told[1]


def test_patients_come_to_a_new_hospital_and_lie_in_its_wards(demo: Demo) -> None:
    before, after = replay(demo), replay(with_changes(demo, NEW))
    assert after["visits_per_day", "HP-NEW"] > 0
    assert after["bed_days_per_day", "HP-NEW"] > 0
    assert after["visits_per_day", "CHR-KEN"] < before["visits_per_day", "CHR-KEN"]
    assert after["visits_per_day", "HP-SEA"] == before["visits_per_day", "HP-SEA"]


def test_a_closed_hospital_empties_and_its_patients_go_elsewhere(demo: Demo) -> None:
    before, after = replay(demo, 28), replay(with_changes(demo, CLOSED), 28)
    assert after["bed_days_per_day", "HP-SEA"] < 0.4 * before["bed_days_per_day", "HP-SEA"]
    assert after["diversions_per_day", ""] > 0
    assert after["physician_wait_minutes", "CHR-KEN"] > before["physician_wait_minutes", "CHR-KEN"]


def test_a_hospital_closed_for_a_week_loses_the_electives_of_that_week_only(demo: Demo) -> None:
    _, parameters = with_changes(demo, CLOSED | WEEK)
    own = next(one for one in parameters.hospitals if one.hospital == "HP-SEA")
    assert all(len(stream.except_days) == 7 for stream in own.electives)
    assert {(one.first_day, one.last_day) for one in parameters.closures} == {
        (WEEK["first_day"], WEEK["last_day"])
    }
    assert [door.hospital for door in parameters.closed_doors] == ["HP-SEA"]


def test_one_rule_of_calling_off_holds_in_every_ward_or_in_those_of_one_hospital(
    demo: Demo,
) -> None:
    wards = {one.unit for one in demo[0].units if one.kind is UnitKind.WARD}
    ruled = {one.unit for one in with_changes(demo, OFF)[1].units if one.calling_off is not None}
    assert ruled == wards
    here = with_changes(demo, OFF | {"hospital": "HP-SEA"})[1]
    assert {one.unit for one in here.units if one.calling_off is not None} == {
        one for one in wards if one.startswith("HP-SEA")
    }


def test_limits_of_transfers_are_those_stated_and_never_refuse_before_asking(demo: Demo) -> None:
    def limits(change: dict[str, Any]) -> tuple[float, float | None]:
        found = with_changes(demo, {"kind": "transfer_limits"} | change)[1]
        return found.transfer_after_hours, found.intensive_care_limit_hours

    assert limits({"after_hours": 2, "limit_hours": 6}) == (2, 6)
    assert limits({"limit_hours": 1}) == (1, 1)
    assert limits({"after_hours": 50}) == (50, 50)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (NEW | {"new_hospital": "CHR-KEN"}, GstError),
        (NEW | {"near": "NOWHERE"}, UnknownPlace),
        (NEW | {"of": ["NOWHERE"]}, UnknownPlace),
        (NEW | {"takes_percent": 100}, ValidationError),
        (NEW | {"beds_percent": 0}, ValidationError),
        (CLOSED | {"hospital": "NOWHERE"}, UnknownPlace),
        (CLOSED | {"to": ["HP-SEA"]}, GstError),
        (CLOSED | {"first_day": "2026-12-02", "last_day": "2026-12-01"}, ValidationError),
        (OFF | {"hospital": "NOWHERE"}, UnknownPlace),
        ({"kind": "cancellation_policy"}, ValidationError),
        ({"kind": "transfer_limits"}, ValidationError),
        (LIMITS | {"limit_hours": 1}, ValidationError),
    ],
)
def test_what_cannot_be_is_refused(
    demo: Demo, change: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        with_changes(demo, change)


def test_a_hospital_that_no_road_joins_cannot_close(demo: Demo) -> None:
    """Worst case: its patients would have nowhere to go."""
    alone = demo[0].model_copy(update={"links": ()}), demo[1]
    with pytest.raises(GstError, match="nobody_takes_its_patients"):
        with_changes(alone, CLOSED)
