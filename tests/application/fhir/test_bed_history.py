"""Bed moves with periods: gaps, stays in emergency departments, transfers between hospitals."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from application.fhir.importing import FhirReport, import_fhir
from hospital.gst import GstIdentity, UnitCosts
from hospital.places import UnitKind

pytestmark = pytest.mark.integration

IDENTITY = GstIdentity(
    schema_version=1,
    gst="GST-F",
    name="Essai",
    region="Oriental",
    synthetic=True,
    as_of=date(2026, 11, 23),
    medicine_budget_mad=0,
    costs=UnitCosts(
        nurse_hour_mad=1,
        agency_nurse_hour_mad=1,
        physician_hour_mad=1,
        transfer_km_mad=1,
        holding_percent_per_year=1,
        source="essai",
    ),
)
Json = dict[str, Any]
Read = Callable[..., FhirReport]


def place(key: str, kind: str, above: str = "", **more: Any) -> Json:
    part = {"partOf": {"reference": f"Location/{above}"}} if above else {}
    physical = {"coding": [{"code": kind}]}
    return {"resourceType": "Location", "id": key, **part, "physicalType": physical, **more}


STEP_DOWN = {"coding": [{"system": "urn:tadbir:unit-kind", "code": "step_down"}]}
PLACES = [
    place("A", "si"),
    place("A-ED", "wa", "A", type=[{"coding": [{"code": "ER"}]}]),
    place("E1", "bd", "A-ED"),
    place("A-MED", "wa", "A"),
    place("M1", "bd", "A-MED"),
    place("A-SDU", "wa", "A", type=[STEP_DOWN]),
    place("B", "si"),
    place("B-ED", "wa", "B", type=[{"coding": [{"code": "ER"}]}]),
    place("B-MED", "wa", "B"),
]
PATIENT = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1980"}


def encounter(key: str, kind: str, start: str, end: str, *location: Json, **more: Any) -> Json:
    period = {"start": f"2026-07-01T{start}"} | ({"end": f"2026-07-01T{end}"} if end else {})
    return {
        "resourceType": "Encounter",
        "id": key,
        "status": "finished" if end else "in-progress",
        "class": {"code": kind},
        "subject": {"reference": "Patient/p"},
        "period": period,
        "location": list(location),
        **more,
    }


def at(location: str, start: str = "", end: str = "", status: str = "completed") -> Json:
    period = {"start": f"2026-07-01T{start}"} if start else {}
    period |= {"end": f"2026-07-01T{end}"} if end else {}
    where = {"location": {"reference": f"Location/{location}"}, "status": status}
    return where | ({"period": period} if period else {})


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def of(*encounters: Json) -> FhirReport:
        resources = [*PLACES, PATIENT, *encounters]
        lines = "".join(json.dumps(one) + "\n" for one in resources)
        (tmp_path / "all.ndjson").write_text(lines)
        return import_fhir(tmp_path, IDENTITY, b"a secret of sixteen bytes or more")

    return of


def stays(report: FhirReport) -> list[tuple[str, ...]]:
    frame = report.data.history.stays.sort_values("admitted_at")
    clock = [frame[name].dt.strftime("%H:%M:%S") for name in ("admitted_at", "left_at")]
    columns = [frame["unit"], *clock, frame["kind"], frame["outcome"]]
    return [tuple(str(cell) for cell in row) for row in zip(*columns, strict=True)]


def test_the_time_before_the_cubicle_is_no_stay_and_the_arrival_counts(read: Read) -> None:
    report = read(encounter("e", "EMER", "08:00:00", "10:00:00", at("E1", "08:20:00")))
    assert stays(report) == [("A-ED", "08:20:00", "10:00:00", "emergency", "home")]
    visits = report.data.history.visits
    assert visits.loc[visits["visits"] > 0, "hour"].dt.hour.tolist() == [8]


def test_an_emergency_without_periods_is_an_arrival_only(read: Read) -> None:
    report = read(encounter("e", "EMER", "08:00:00", "10:00:00", at("A-ED")))
    assert stays(report) == []
    assert report.used["visits"] == 1


def test_who_never_got_a_cubicle_counts_in_the_hospital_that_was_planned(read: Read) -> None:
    report = read(encounter("e", "EMER", "08:00:00", "10:00:00", at("B-ED", status="planned")))
    assert set(report.data.history.visits["hospital"]) == {"B"}
    assert stays(report) == []


@pytest.mark.parametrize(
    ("ward", "hospital_outcome", "kind"),
    [("A-MED", "moved", "emergency"), ("B-MED", "transferred", "transfer")],
)
def test_an_admission_follows_its_emergency_visit_here_or_elsewhere(
    ward: str, hospital_outcome: str, kind: str, read: Read
) -> None:
    visit = encounter(
        "e",
        "EMER",
        "08:00:00",
        "10:00:00",
        at("E1", "08:20:00", "10:00:00"),
        hospitalization={"destination": {"reference": f"Location/{ward}"}},
    )
    part = {"partOf": {"reference": "Encounter/e"}}
    stay = encounter("i", "IMP", "10:00:00", "", at(ward, "10:00:00", status="active"), **part)
    assert stays(read(visit, stay)) == [
        ("A-ED", "08:20:00", "10:00:00", "emergency", hospital_outcome),
        (ward, "10:00:00", "nan", kind, "present"),
    ]


def test_an_emergency_stay_that_overlaps_the_admission_is_cut_and_counted(read: Read) -> None:
    visit = encounter("e", "EMER", "08:00:00", "11:00:00", at("E1", "08:20:00", "11:00:00"))
    stay = encounter("i", "IMP", "10:00:00", "12:00:00", at("M1", "10:00:00"))
    report = read(visit, stay)
    assert [row[:3] for row in stays(report)] == [
        ("A-ED", "08:20:00", "10:00:00"),
        ("A-MED", "10:00:00", "12:00:00"),
    ]
    assert report.used["emergency_stays_cut"] == 1


def test_a_gap_between_two_places_is_spent_in_neither(read: Read) -> None:
    moves = at("M1", "08:00:00", "09:00:00"), at("A-SDU", "09:30:00", "11:00:00")
    report = read(encounter("i", "IMP", "08:00:00", "11:00:00", *moves))
    assert [row[:3] for row in stays(report)] == [
        ("A-MED", "08:00:00", "09:00:00"),
        ("A-SDU", "09:30:00", "11:00:00"),
    ]
    kinds = {unit.unit: unit.kind for unit in report.data.gst.units}
    assert kinds["A-SDU"] is UnitKind.STEP_DOWN


def test_a_ward_that_goes_on_covers_the_gap_between_two_beds(read: Read) -> None:
    moves = (
        at("A-MED", "08:00:00", "11:00:00"),
        at("M1", "08:00:00", "09:00:00"),
        at("A-SDU", "09:30:00", "11:00:00"),
    )
    report = read(encounter("i", "IMP", "08:00:00", "11:00:00", *moves))
    assert [row[1:3] for row in stays(report)] == [
        ("08:00:00", "09:30:00"),
        ("09:30:00", "11:00:00"),
    ]


def test_moves_of_one_minute_and_of_seconds_are_kept(read: Read) -> None:
    moves = (
        at("M1", "08:00:00", "08:00:10"),
        at("A-SDU", "08:00:10", "08:00:59"),
        at("A-MED", "08:00:59"),
    )
    report = read(encounter("i", "IMP", "08:00:00", "09:00:00", *moves))
    assert [row[1] for row in stays(report)] == ["08:00:00", "08:00:10", "08:00:59"]
