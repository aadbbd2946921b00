"""AI tools beside patients and heat waves: who is helped, what alerts cost, who comes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from hospital.errors import GstError
from hospital.places import UnitKind
from scenarios.language import AiTool
from tests.scenarios.changing import Demo, with_changes
from twin.patients import PatientTable
from twin.run_plan import RunPlan, Start
from twin.simulation import Prepared, prepare

pytestmark = pytest.mark.integration

SEPSIS: dict[str, Any] = {
    "kind": "ai_tool",
    "target": "inpatients",
    "condition_share": 0.4,
    "sensitivity": 0.8,
    "specificity": 0.9,
    "adoption": 0.9,
    "override_rate": 0.2,
    "hours_gained": 5,
    "stay_percent_per_hour": 4,
    "transfers_avoided": 0.5,
}
TRIAGE = SEPSIS | {
    "target": "emergency_visits",
    "hours_gained": 0.5,
    "stay_percent_per_hour": 0,
    "transfers_avoided": 0,
}
HEAT: dict[str, Any] = {
    "kind": "heat_wave",
    "first_day": "2026-11-26",
    "last_day": "2026-11-29",
    "excess_percent": 50,
    "admission_probability": 0.2,
}


def changed(demo: Demo, **change: Any) -> Demo:
    return with_changes(demo, change)


def prepared(demo: Demo) -> Prepared:
    plan = RunPlan(first_day=demo[0].identity.as_of, horizon_days=28, start=Start.CENSUS)
    return prepare(*demo, plan)


def patients(demo: Demo) -> PatientTable:
    return prepared(demo).patients(0)


def test_the_shares_of_a_tool_multiply() -> None:
    tool = AiTool.model_validate(SEPSIS)
    assert tool.helped_share == pytest.approx(0.4 * 0.8 * 0.9 * 0.8)
    assert tool.alerts_per_patient == pytest.approx(0.9 * (0.4 * 0.8 + 0.6 * 0.1))


def test_helped_patients_need_the_bed_for_less_long_and_the_others_as_long(demo: Demo) -> None:
    before, after = patients(demo), patients(changed(demo, **SEPSIS))
    kinds = np.array([unit.kind is UnitKind.WARD for unit in prepared(demo).network.units])
    first = (before.units[:, 0] >= 0) & ~before.present
    in_ward = first & kinds[before.units[:, 0]]
    ratio = after.hours[in_ward, 0] / before.hours[in_ward, 0]
    helped = np.isclose(ratio, 0.8)
    assert (helped | np.isclose(ratio, 1)).all()
    share = 0.4 * 0.8 * 0.9 * 0.8
    assert abs(helped.mean() - share) < 4 * np.sqrt(share * (1 - share) / helped.size)
    elsewhere = first & ~kinds[before.units[:, 0]]
    assert (after.hours[elsewhere, 0] == before.hours[elsewhere, 0]).all()
    assert np.array_equal(after.arrive, before.arrive)


def test_transfers_to_intensive_care_are_spared_and_none_is_added(demo: Demo) -> None:
    surely = SEPSIS | {
        "condition_share": 1,
        "sensitivity": 1,
        "adoption": 1,
        "override_rate": 0,
        "transfers_avoided": 1,
    }
    critical = np.array(
        [unit.kind is UnitKind.INTENSIVE_CARE for unit in prepared(demo).network.units]
    )

    def from_wards(case: Demo) -> int:
        tables = [prepared(case).patients(replication) for replication in range(3)]
        moves = [(one.units[:, 1:], one.units[:, :-1]) for one in tables]
        return sum(
            int(((later >= 0) & critical[later] & ~critical[earlier]).sum())
            for later, earlier in moves
        )

    assert from_wards(demo) > 5
    assert from_wards(changed(demo, **surely)) == 0


def test_minutes_of_alerts_take_nurses_from_beds(demo: Demo) -> None:
    gst, _ = changed(demo, **SEPSIS, staff_minutes_per_alert=30)
    tool = AiTool.model_validate(SEPSIS)
    for before, now in zip(demo[0].units, gst.units, strict=True):
        if before.kind is not UnitKind.WARD:
            assert now == before
            continue
        minutes = 1440 / now.beds_per_nurse - 1440 / before.beds_per_nurse
        stays_a_day = 24 / before.mean_stay_hours
        assert minutes == pytest.approx(30 * tool.alerts_per_patient * stays_a_day)


def test_triage_support_shortens_tests_and_its_alerts_lengthen_consultations(demo: Demo) -> None:
    _, parameters = changed(demo, **TRIAGE, staff_minutes_per_alert=2, units=("CHR-KEN-URG",))
    tool = AiTool.model_validate(TRIAGE)
    for before, now in zip(demo[1].hospitals, parameters.hospitals, strict=True):
        if before.hospital != "CHR-KEN":
            assert now == before
            continue
        for old, new in zip(before.triage, now.triage, strict=True):
            longer = new.consult.mean_hours - old.consult.mean_hours
            assert longer == pytest.approx(2 / 60 * tool.alerts_per_patient)
            saved = old.tests.mean_hours - new.tests.mean_hours
            most = 0.9 * old.tests.mean_hours
            assert saved == pytest.approx(min(0.5 * tool.helped_share, most))


@pytest.mark.parametrize(
    "wrong",
    [
        TRIAGE | {"transfers_avoided": 0.5},
        TRIAGE | {"stay_percent_per_hour": 1},
        SEPSIS | {"hours_gained": 0, "transfers_avoided": 0},
        SEPSIS | {"hours_gained": 50, "stay_percent_per_hour": 4},
        SEPSIS | {"sensitivity": 1.1},
        SEPSIS | {"target": "everybody"},
    ],
    ids=str,
)
def test_a_tool_that_makes_no_sense_is_refused(demo: Demo, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        changed(demo, **wrong)


def test_a_unit_of_another_kind_is_refused(demo: Demo) -> None:
    with pytest.raises(GstError, match="wrong_kind_of_unit"):
        changed(demo, **SEPSIS, units=("CHR-KEN-URG",))


def test_heat_adds_visits_on_its_days_in_its_province_and_moves_nobody_else(demo: Demo) -> None:
    before, after = patients(demo), patients(changed(demo, **HEAT, hospital="HP-SEA"))
    known = set(before.keys.tolist())
    is_new = np.array([key not in known for key in after.keys.tolist()])
    assert np.array_equal(np.sort(after.arrive[~is_new]), np.sort(before.arrive))
    day = after.arrive[is_new] // 24 - 1
    assert set(day.tolist()) <= {3, 4, 5, 6}
    sites = [one.hospital for one in demo[0].hospitals]
    assert {sites[at] for at in set(after.site[is_new].tolist())} == {"HP-SEA"}


def test_the_excess_of_heat_is_of_the_usual_visits_and_fades_in_steps(demo: Demo) -> None:
    _, parameters = changed(demo, **HEAT, fades_in_days=1)
    for before, now in zip(demo[1].hospitals, parameters.hospitals, strict=True):
        (extra,) = now.extra
        by_day = np.reshape(extra.hourly, (-1, 24)).sum(axis=1)
        usual = np.reshape(before.hourly_visits, (7, 24)).sum(axis=1)
        weekdays = [3, 4, 5, 6, 0]
        assert by_day == pytest.approx(usual[weekdays] * [0.5, 0.5, 0.5, 0.5, 0.25])


@pytest.mark.parametrize(
    "wrong",
    [
        HEAT | {"last_day": "2026-11-20"},
        HEAT | {"hospital": "HP-SEA", "province": "Kénitra"},
        HEAT | {"excess_percent": 0},
    ],
    ids=str,
)
def test_heat_that_cannot_be_is_refused(demo: Demo, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        changed(demo, **wrong)
