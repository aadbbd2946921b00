"""Waves, events and Ramadan in the scenario language reach the twin, and nothing else."""

from datetime import date
from typing import Any

import pandas as pd
import pytest
from pydantic import ValidationError

from hospital.errors import UnknownPlace
from hospital.gst import Gst
from hospital.history import History, Stay, VisitCount
from scenarios.demo import DemoSize, generate
from scenarios.language import Scenario, apply, apply_to_parameters
from twin.calibration import calibrate
from twin.parameters import HospitalParameters, TwinParameters

pytestmark = pytest.mark.unit

WAVE: dict[str, Any] = {
    "kind": "epidemic_wave",
    "first_day": "2026-12-01",
    "peak_day": "2026-12-10",
    "total_visits": 100,
    "admission_probability": 0.4,
}
EVENT: dict[str, Any] = {
    "kind": "mass_casualty",
    "hospital": "CHR-KEN",
    "starts_at": "2026-12-01T10:00:00",
    "casualties": 30,
    "immediate_share": 0.2,
    "delayed_share": 0.3,
    "admission_probability": 0.5,
}
NOTHING = History(
    visits=pd.DataFrame(columns=list(VisitCount.model_fields)),
    stays=pd.DataFrame(columns=list(Stay.model_fields)),
    consumption=pd.DataFrame(),
    referrals=pd.DataFrame(),
)


@pytest.fixture(scope="module")
def gst() -> Gst:
    return generate(DemoSize.SMALL, 1)[0]


@pytest.fixture(scope="module")
def usual(gst: Gst) -> TwinParameters:
    return calibrate(gst, NOTHING)


def scenario(**change: Any) -> Scenario:
    return Scenario.model_validate({"name": "try", "changes": [change]})


def forced(usual: TwinParameters, gst: Gst, **change: Any) -> TwinParameters:
    assert apply(gst, scenario(**change)) == gst
    return apply_to_parameters(usual, scenario(**change), gst)


def test_a_wave_reaches_the_hospitals_of_its_province_only(gst: Gst, usual: TwinParameters) -> None:
    province = gst.hospitals[0].province
    after = forced(usual, gst, **WAVE, province=province)
    own = {one.hospital for one in gst.hospitals if one.province == province}
    assert {one.hospital for one in after.hospitals if one.extra} == own
    assert after.units == usual.units
    total = sum(sum(extra.hourly) for one in after.hospitals for extra in one.extra)
    assert total == pytest.approx(100)


def test_a_province_without_hospital_is_named(gst: Gst) -> None:
    with pytest.raises(UnknownPlace, match="Atlantis"):
        apply(gst, scenario(**WAVE, province="Atlantis"))
    with pytest.raises(UnknownPlace):
        apply(gst, scenario(**{**EVENT, "hospital": "NOWHERE"}))


def test_an_event_reaches_its_hospital_only(gst: Gst, usual: TwinParameters) -> None:
    after = forced(usual, gst, **EVENT)
    hit = [one for one in after.hospitals if one.casualties]
    assert [one.hospital for one in hit] == ["CHR-KEN"]
    assert hit[0].casualties[0].number == 30


def seasons(parameters: TwinParameters) -> list[HospitalParameters]:
    return [one for one in parameters.hospitals if one.seasons]


def test_ramadan_comes_from_the_calendar_or_from_stated_days(
    gst: Gst, usual: TwinParameters
) -> None:
    """The demo's day is 2026-11-23; the next Ramadan begins in February 2027."""
    after = forced(usual, gst, kind="ramadan_hours")
    assert len(seasons(after)) == len(usual.hospitals)
    month = after.hospitals[0].seasons[0]
    assert (month.first_day.year, month.first_day.month) == (2027, 2)
    assert (month.last_day - month.first_day).days in (28, 29)
    stated = forced(usual, gst, kind="ramadan_hours", first_day="2026-12-01", last_day="2026-12-05")
    assert stated.hospitals[0].seasons[0].last_day == date(2026, 12, 5)


@pytest.mark.parametrize(
    "wrong",
    [
        {**WAVE, "peak_day": "2026-11-01"},
        {**WAVE, "peak_visits_per_day": 5},
        {**WAVE, "hospital": "CHR-KEN", "province": "Rabat"},
        {**WAVE, "admission_probability": 1.2},
        {**EVENT, "delayed_share": 0.9},
        {**EVENT, "casualties": 0},
        {"kind": "ramadan_hours", "first_day": "2026-12-01"},
        {"kind": "ramadan_hours", "first_day": "2026-12-05", "last_day": "2026-12-01"},
    ],
)
def test_a_forcing_that_means_nothing_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        scenario(**wrong)
