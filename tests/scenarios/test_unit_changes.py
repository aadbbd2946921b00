"""New units, closed units and departments, pooled intensive care, and the twin under them."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from hospital.errors import GstError, UnknownPlace
from hospital.places import UnitKind
from scenarios.language import Scenario, apply
from tests.scenarios.changing import Demo, with_changes
from twin.checks import check_run
from twin.event_log import Milestones
from twin.indicators import indicator_rows
from twin.run_plan import RunPlan, Start
from twin.simulation import Prepared, prepare

pytestmark = pytest.mark.integration

DOOR, WARD, CRITICAL = "HP-SEA-URG", "CHR-KEN-PNEU", "CHR-KEN-REA"
FIRST, LAST = date(2026, 11, 30), date(2026, 12, 6)
DAYS = {"first_day": FIRST, "last_day": LAST}
NEW = {"kind": "open_unit", "new_unit": "HP-SEA-REA", "like": CRITICAL, "hospital": "HP-SEA"}


def prepared(demo: Demo, days: int = 21) -> Prepared:
    plan = RunPlan(first_day=demo[0].identity.as_of, horizon_days=days, start=Start.CENSUS)
    check_run(*demo, plan, {})
    return prepare(*demo, plan)


def replay(demo: Demo) -> tuple[Milestones, dict[tuple[str, str], float]]:
    ready = prepared(demo)
    one = ready.replay(0)
    rows = indicator_rows(ready.measure, one)
    return one, {(str(name), place): value for name, place, group, value in rows if not group}


def hours_of(demo: Demo, day: date) -> float:
    return 24.0 * (1 + (day - demo[0].identity.as_of).days)


def test_nobody_enters_a_closed_department_and_everybody_is_seen_elsewhere(demo: Demo) -> None:
    case = with_changes(demo, {"kind": "close_unit", "unit": DOOR, **DAYS})
    assert case[0] == demo[0]
    before, after = replay(demo)[0], replay(case)[0]
    codes = [unit.unit for unit in prepared(case).network.units]
    arrive, start = after.table.arrive, hours_of(demo, FIRST)
    shut = (arrive >= start) & (arrive < start + 7 * 24)
    own = before.table.emergency == codes.index(DOOR)
    assert np.array_equal(before.table.arrive, arrive)
    assert (own & shut).sum() > 200
    assert set(after.table.emergency[own & shut].tolist()) == {codes.index("CHR-KEN-URG")}
    opened = own & ~shut
    assert np.array_equal(after.table.emergency[opened], before.table.emergency[opened])


def test_the_hospital_that_takes_them_waits_longer_and_the_visits_are_the_same(demo: Demo) -> None:
    case = with_changes(demo, {"kind": "close_unit", "unit": DOOR, "to": ["CHR-KEN"], **DAYS})
    before, after = replay(demo)[1], replay(case)[1]
    assert after["visits_per_day", ""] == before["visits_per_day", ""]
    wait = "cubicle_wait_minutes", "CHR-KEN"
    assert after[wait] > 1.5 * before[wait]
    assert after["diversions_per_day", "HP-SEA"] > 10


def test_days_before_a_closure_are_exactly_as_they_were(demo: Demo) -> None:
    late = {"first_day": date(2026, 12, 20), "last_day": None}
    before = replay(demo)[0]
    after = replay(with_changes(demo, {"kind": "close_unit", "unit": DOOR, **late}))[0]
    assert np.array_equal(before.out, after.out, equal_nan=True)
    assert np.array_equal(before.starts, after.starts, equal_nan=True)


def test_a_department_that_two_closures_leave_no_neighbour_lets_its_patients_in(
    demo: Demo,
) -> None:
    both = [{"kind": "close_unit", "unit": unit, **DAYS} for unit in (DOOR, "CHR-KEN-URG")]
    assert replay(with_changes(demo, *both))[1]["diversions_per_day", ""] == 0


def test_a_closed_ward_empties_and_others_take_its_patients(demo: Demo) -> None:
    case = with_changes(demo, {"kind": "close_unit", "unit": WARD, **DAYS})
    one, _ = replay(case)
    codes = [unit.unit for unit in prepared(case).network.units]
    since = hours_of(demo, FIRST)
    enters = one.starts[one.units == codes.index(WARD)]
    assert not ((enters >= since) & (enters < since + 7 * 24)).any()
    assert (enters >= since + 7 * 24).any()
    planned = one.table.units[:, 0] == codes.index(WARD)
    elsewhere = planned & ~np.isnan(one.starts[:, 0]) & (one.units[:, 0] != codes.index(WARD))
    assert elsewhere.sum() > 5
    units = prepared(case).network.units
    kinds = {units[at].kind for at in set(one.units[elsewhere, 0].tolist())}
    assert kinds == {UnitKind.WARD}


def test_a_new_unit_takes_its_share_and_the_wait_falls(demo: Demo) -> None:
    few = {"kind": "close_beds", "unit": CRITICAL, "beds": 4}
    case = with_changes(demo, few, NEW | {"beds": 4, "takes_percent": 100})
    mix = next(one for one in case[1].hospitals if one.hospital == "HP-SEA").intensive_care_mix
    assert [one.unit for one in mix] == ["HP-SEA-REA"]
    assert case[0].beds_by_unit()["HP-SEA-REA"] == 4
    before, after = replay(with_changes(demo, few))[1], replay(case)[1]
    assert after["admissions_per_day", "HP-SEA-REA"] > 0
    assert after["intensive_care_wait_hours", ""] < before["intensive_care_wait_hours", ""]


@pytest.mark.parametrize("percent", [5, 40])
def test_a_new_ward_gets_its_part_of_the_mix_and_leaves_the_rest_in_proportion(
    demo: Demo, percent: float
) -> None:
    new = {"kind": "open_unit", "new_unit": "CHR-KEN-PNEU-B", "like": WARD, "beds": 10}
    _, parameters = with_changes(demo, new | {"takes_percent": percent})
    usual, mixed = (
        next(one for one in found.hospitals if one.hospital == "CHR-KEN").ward_mix
        for found in (demo[1], parameters)
    )
    assert mixed[:-1] == usual
    total = sum(one.weight for one in mixed)
    assert mixed[-1].weight / total == pytest.approx(percent / 100)
    others = zip(parameters.hospitals, demo[1].hospitals, strict=True)
    assert all(now == old for now, old in others if now.hospital != "CHR-KEN")


def test_one_intensive_care_unit_is_no_pool_and_two_are(demo: Demo) -> None:
    pool = {"kind": "pool_intensive_care"}
    assert with_changes(demo, pool)[1] == demo[1]
    _, parameters = with_changes(demo, NEW | {"beds": 2, "takes_percent": 50}, pool)
    assert parameters.transfer_policy is not None
    (rule,) = parameters.transfer_policy.rules
    assert set(rule.to) == {"CHR-KEN", "HP-SEA"}
    assert rule.limit_hours == demo[1].intensive_care_limit_hours


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "close_unit", "unit": "CHR-KEN-PHAR"}, "takes_no_patients"),
        ({"kind": "close_unit", "unit": DOOR, "to": ["HP-SEA"]}, "nobody_takes_its_patients"),
        ({"kind": "close_unit", "unit": WARD, "to": ["HP-SEA-MED"]}, "helper_elsewhere"),
        ({"kind": "close_unit", "unit": WARD, "to": [WARD]}, "helper_elsewhere"),
        (NEW | {"beds": 2, "takes_percent": 9, "new_unit": WARD}, "unit_exists"),
        (NEW | {"beds": 2, "takes_percent": 9, "like": DOOR}, "not_a_ward"),
    ],
    ids=str,
)
def test_a_place_that_does_not_fit_is_refused(demo: Demo, change: Any, code: str) -> None:
    with pytest.raises(GstError, match=code):
        with_changes(demo, change)


def test_a_department_without_any_road_cannot_close(demo: Demo) -> None:
    alone = demo[0].but(links=())
    with pytest.raises(GstError, match="nobody_takes_its_patients"):
        apply(alone, Scenario.model_validate({"name": "t", "changes": [CLOSED]}))


CLOSED: dict[str, Any] = {"kind": "close_unit", "unit": DOOR}


def test_unknown_places_and_periods_that_end_first_are_refused(demo: Demo) -> None:
    with pytest.raises(UnknownPlace, match="NOWHERE"):
        with_changes(demo, {"kind": "close_unit", "unit": DOOR, "to": ["NOWHERE"]})
    with pytest.raises(UnknownPlace, match="NOWHERE"):
        with_changes(demo, {"kind": "pool_intensive_care", "hospitals": ["NOWHERE"]})
    with pytest.raises(ValidationError):
        with_changes(demo, CLOSED | {"first_day": LAST, "last_day": FIRST})
