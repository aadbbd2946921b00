"""What pharmacies handed out becomes weekly consumption, of nobody in particular."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from application.fhir.importing import FhirReport, import_fhir
from application.folder.reading import inspect_folder
from application.folder.writing import write_folder
from hospital.errors import InvalidInput
from tests.application.fhir.test_importing import IDENTITY, KEY, PATIENT, PLACES, at, encounter

pytestmark = pytest.mark.integration

Json = dict[str, Any]
ATC = "http://www.whocc.no/atc"
MAPS = f"kind,code,system,mapped\nmedicine,AMOX500,{ATC},J01CA04\n"


def dispense(key: str, day: str = "2026-03-04", units: Any = 10, **more: Any) -> Json:
    return {
        "resourceType": "MedicationDispense",
        "id": key,
        "status": "completed",
        "medicationCodeableConcept": {
            "coding": [{"system": ATC, "code": "j01ca04", "display": "Amoxicilline"}]
        },
        "subject": {"reference": "Patient/pat-1", "display": "Zineb Benkirane"},
        "quantity": {"value": units},
        "whenHandedOver": f"{day}T10:00:00Z",
        "location": {"reference": "Location/CHIR-1"},
        **more,
    }


def delivery(key: str, **more: Any) -> Json:
    return {
        "resourceType": "SupplyDelivery",
        "id": key,
        "status": "completed",
        "suppliedItem": {
            "quantity": {"value": 2.5},
            "itemCodeableConcept": {"coding": [{"system": "urn:tadbir:medicine", "code": "SERUM"}]},
        },
        "occurrenceDateTime": "2026-03-05T09:00:00+01:00",
        "destination": {"reference": "Location/MED"},
        **more,
    }


def run(tmp_path: Path, *resources: Json, maps: str = MAPS) -> FhirReport:
    source = tmp_path / "source"
    source.mkdir()
    (source / "code-maps.csv").write_text(maps)
    lines = [json.dumps(one) for one in (*PLACES, PATIENT, *resources)]
    (source / "all.ndjson").write_text("\n".join(lines))
    report = import_fhir(source, IDENTITY, KEY)
    write_folder(report.data, tmp_path / "gst")
    assert [str(one) for one in inspect_folder(tmp_path / "gst").findings.problems] == []
    return report


def rows(report: FhirReport) -> list[tuple[str, str, str, int]]:
    frame = report.data.history.consumption
    return [
        (row.hospital, row.medicine, str(row.week)[:10], row.units) for row in frame.itertuples()
    ]


def test_dispenses_of_a_week_are_one_row_and_a_quiet_week_is_zero(tmp_path: Path) -> None:
    report = run(
        tmp_path,
        dispense("d1"),
        dispense("d2", "2026-03-08"),  # a Sunday, of the same week
        dispense("d3", "2026-03-16", 4),
    )
    assert rows(report) == [
        ("CHP", "AMOX500", "2026-03-02", 20),
        ("CHP", "AMOX500", "2026-03-09", 0),
        ("CHP", "AMOX500", "2026-03-16", 4),
    ]
    assert report.used["dispenses"] == 3
    (medicine,) = report.data.gst.medicines
    assert (medicine.medicine, medicine.inn) == ("AMOX500", "Amoxicilline")


def test_deliveries_to_a_ward_count_in_whole_units(tmp_path: Path) -> None:
    assert rows(run(tmp_path, delivery("s1"))) == [("CHR", "SERUM", "2026-03-02", 3)]


def test_without_a_place_the_encounter_tells_the_hospital(tmp_path: Path) -> None:
    stay = encounter(location=[at("MED-1")])
    one = dispense("d1", location=None, context={"reference": "Encounter/enc-1"})
    assert rows(run(tmp_path, stay, one))[0][0] == "CHR"


def test_a_medication_beside_or_inside_is_found(tmp_path: Path) -> None:
    code = {"coding": [{"system": ATC, "code": "J01CA04"}]}
    beside = {"resourceType": "Medication", "id": "m1", "code": code}
    inside = [{"resourceType": "Medication", "id": "x", "code": code}]
    own = {"medicationCodeableConcept": None}
    report = run(
        tmp_path,
        beside,
        dispense("d1", medicationReference={"reference": "Medication/m1"}, **own),
        dispense("d2", medicationReference={"reference": "#x"}, contained=inside, **own),
    )
    assert rows(report) == [("CHP", "AMOX500", "2026-03-02", 20)]


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (dispense("d", status="entered-in-error"), "not_completed"),
        (dispense("d", whenHandedOver="2026-03-04"), "no_time"),
        (dispense("d", "2026-11-23"), "week_not_over"),
        (dispense("d", units=-3), "no_quantity"),
        (dispense("d", units=True), "no_quantity"),
        (dispense("d", units="10"), "no_quantity"),
        (dispense("d", units=1e300), "no_quantity"),
        (dispense("d", medicationCodeableConcept={"text": "x"}), "medicine_not_mapped"),
        (delivery("s", suppliedItem={"quantity": {"value": 1}}), "medicine_not_mapped"),
    ],
)
def test_what_cannot_be_counted_is_left_out_for_one_reason(
    tmp_path: Path, one: Json, reason: str
) -> None:
    report = run(tmp_path, one)
    assert report.left_out[one["resourceType"], reason] == 1
    assert rows(report) == []


def test_whom_it_was_for_does_not_enter(tmp_path: Path) -> None:
    run(tmp_path, dispense("d1"))
    text = "".join(file.read_text() for file in (tmp_path / "gst").glob("*.*"))
    assert "Benkirane" not in text
    assert "pat-1" not in text


def test_a_wrong_code_map_beside_the_files_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        run(tmp_path, dispense("d1"), maps="medicine,AMOX500\n")
