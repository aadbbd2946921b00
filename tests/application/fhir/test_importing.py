"""FHIR R4 becomes a GST folder that is right, without anything that names a patient."""

import gzip
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from application.fhir.importing import FhirReport, import_fhir
from application.fhir.site_key import site_key
from application.folder.reading import inspect_folder
from application.folder.writing import write_folder
from hospital.errors import GstError, InvalidInput
from hospital.gst import GstIdentity, UnitCosts
from tests.cases import quick_first

pytestmark = pytest.mark.integration

KEY = b"a secret of sixteen bytes or more"
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
Import = Callable[..., FhirReport]


def place(key: str, kind: str, above: str = "", **more: Any) -> Json:
    part = {"partOf": {"reference": f"Location/{above}"}} if above else {}
    return {
        "resourceType": "Location",
        "id": key,
        "name": f"Name of {key}",
        **part,
        "physicalType": {"coding": [{"code": kind}]},
        **more,
    }


PLACES = [
    place("CHR", "si"),
    place("B1", "bu", "CHR"),
    place("MED", "wa", "B1"),
    place("R1", "ro", "MED"),
    place("MED-1", "bd", "R1"),
    place("MED-2", "bd", "MED", operationalStatus={"code": "I"}),
    place("REA", "wa", "CHR", type=[{"coding": [{"code": "ICU"}]}]),
    place("REA-1", "bd", "REA"),
    place("CHP", "si"),
    place("CHIR", "wa", "CHP"),
    place("CHIR-1", "bd", "CHIR"),
]
PATIENT = {
    "resourceType": "Patient",
    "id": "pat-1",
    "gender": "female",
    "birthDate": "1950-02-03",
    "identifier": [{"system": "urn:cin", "value": "AB123456"}],
    "name": [{"family": "Benkirane", "given": ["Zineb"]}],
    "telecom": [{"value": "+212600000000"}],
    "address": [
        {
            "line": ["12 rue des Orangers"],
            "city": "Ahfir",
            "postalCode": "63050",
            "district": "Berkane",
            "state": "Oriental",
        }
    ],
}


def encounter(key: str = "enc-1", kind: str = "IMP", **more: Any) -> Json:
    return {
        "resourceType": "Encounter",
        "id": key,
        "status": "finished",
        "class": {"system": "v3-ActCode", "code": kind},
        "subject": {"reference": "Patient/pat-1", "display": "Zineb Benkirane"},
        "period": {"start": "2026-03-01T10:00:00+01:00", "end": "2026-03-09T12:00:00+01:00"},
        **more,
    }


def at(location: str, start: str = "", end: str = "") -> Json:
    period = {"start": f"2026-03-{start}:00Z"} if start else {}
    if end:
        period["end"] = f"2026-03-{end}:00Z"
    return {
        "location": {"reference": f"Location/{location}"},
        **({"period": period} if period else {}),
    }


@pytest.fixture
def imported(tmp_path: Path) -> Import:
    """The report of an import; the GST that came of it can be written and read back."""

    def run(*resources: Json, **options: Any) -> FhirReport:
        file = tmp_path / "bundle.json"
        entries = [
            {"fullUrl": f"urn:uuid:{each.get('id')}", "resource": each} for each in resources
        ]
        file.write_text(json.dumps({"resourceType": "Bundle", "entry": entries}))
        report = import_fhir(file, IDENTITY, KEY, **options)
        assert_right(report, tmp_path / f"gst-{len(list(tmp_path.iterdir()))}")
        return report

    return run


def assert_right(report: FhirReport, folder: Path) -> None:
    write_folder(report.data, folder)
    findings = inspect_folder(folder).findings
    assert [str(problem) for problem in findings.problems] == []


def stays(report: FhirReport) -> list[tuple[str, ...]]:
    names = ["unit", "bed", "admitted_at", "left_at", "kind", "outcome"]
    frame = report.data.history.stays[names].sort_values("admitted_at")
    return [
        tuple(str(cell).removesuffix(":00") for cell in row)
        for row in frame.itertuples(index=False)
    ]


def test_the_tree_of_locations_becomes_hospitals_units_and_beds(imported: Import) -> None:
    gst = imported(*PLACES).data.gst
    assert [hospital.hospital for hospital in gst.hospitals] == ["CHP", "CHR"]
    assert [(u.unit, u.hospital, u.kind.value) for u in gst.units] == [
        ("CHIR", "CHP", "ward"),
        ("MED", "CHR", "ward"),
        ("REA", "CHR", "intensive_care"),
    ]
    assert [(b.bed, b.unit, b.isolation) for b in gst.beds] == [
        ("CHIR-1", "CHIR", False),
        ("MED-1", "MED", False),
        ("MED-2", "MED", True),
        ("REA-1", "REA", False),
    ]


def test_a_stay_is_cut_at_every_move_and_no_hour_is_lost(imported: Import) -> None:
    """Moves are in UTC; Morocco is at UTC+0 in Ramadan, from 15 February to 22 March 2026."""
    moves = [
        at("MED-1", "01T09:00", "03T08:00"),
        at("REA-1", "03T08:00", "05T08:00"),
        at("CHIR", "05T08:00", "05T09:00"),
        at("CHIR-1", "05T09:00"),
    ]
    report = imported(
        *PLACES,
        PATIENT,
        encounter(
            location=moves,
            priority={"coding": [{"code": "EM"}]},
            hospitalization={"dischargeDisposition": {"coding": [{"code": "exp"}]}},
        ),
    )
    assert stays(report) == [
        ("MED", "MED-1", "2026-03-01 09:00", "2026-03-03 08:00", "emergency", "moved"),
        ("REA", "REA-1", "2026-03-03 08:00", "2026-03-05 08:00", "emergency", "transferred"),
        ("CHIR", "nan", "2026-03-05 08:00", "2026-03-05 09:00", "transfer", "moved"),
        ("CHIR", "CHIR-1", "2026-03-05 09:00", "2026-03-09 11:00", "transfer", "died"),
    ]


def test_a_ward_and_a_bed_without_periods_are_one_stay_in_the_bed(imported: Import) -> None:
    report = imported(*PLACES, PATIENT, encounter(location=[at("MED"), at("MED-1")]))
    assert [row[:2] for row in stays(report)] == [("MED", "MED-1")]


def test_nothing_that_names_the_patient_survives(imported: Import, tmp_path: Path) -> None:
    imported(*PLACES, PATIENT, encounter(location=[at("MED-1")]))
    written = "".join(
        file.read_text(encoding="utf-8") for file in tmp_path.rglob("*.*") if file.suffix != ".json"
    )
    assert "Berkane" in written
    for secret in (
        "pat-1",
        "enc-1",
        "AB123456",
        "Benkirane",
        "Zineb",
        "212600",
        "1950",
        "Orangers",
        "Ahfir",
        "63050",
    ):
        assert secret not in written


def test_a_pseudonym_is_the_same_for_one_key_and_another_for_another(
    imported: Import, tmp_path: Path
) -> None:
    report = imported(*PLACES, PATIENT, encounter())
    again = imported(*PLACES, PATIENT, encounter("enc-2"))
    other = import_fhir(tmp_path / "bundle.json", IDENTITY, b"another secret of this site")
    patients = [set(each.data.history.stays["patient"]) for each in (report, again, other)]
    assert patients[0] == patients[1] != patients[2]


def test_emergency_encounters_are_counted_by_hour(imported: Import) -> None:
    times = ["2026-07-01T10:10:00+01:00", "2026-07-01T09:59:59Z", "2026-07-03T00:00:00+01:00"]
    report = imported(
        *[
            encounter(f"e{number}", "EMER", period={"start": start})
            for number, start in enumerate(times)
        ],
        default_hospital="CHP-X",
    )
    visits = report.data.history.visits
    assert len(visits) == 72
    busy = visits[visits["visits"] > 0]
    assert [
        (str(hour), count) for hour, count in zip(busy["hour"], busy["visits"], strict=True)
    ] == [("2026-07-01 10:00:00", 2), ("2026-07-03 00:00:00", 1)]
    assert [(u.hospital, u.kind.value) for u in report.data.gst.units] == [("CHP-X", "emergency")]


def test_a_long_silence_is_not_taken_for_days_without_visits(imported: Import) -> None:
    report = imported(
        *[
            encounter(f"e{day}", "EMER", period={"start": f"{day}T10:00:00"})
            for day in ("2026-01-01", "2026-01-08", "2026-03-01")
        ]
    )
    days = report.data.history.visits["hour"].dt.normalize().unique()
    assert len(days) == 9


LEFT_OUT = [
    ({"class": {"code": "AMB"}}, "class_AMB"),
    ({"class": {}}, "no_class"),
    ({"class": "IMP"}, "no_class"),
    ({"status": "cancelled"}, "status_cancelled"),
    ({"status": "planned"}, "status_planned"),
    ({"status": 3}, "no_status"),
    ({"period": {}}, "no_start_time"),
    ({"period": {"start": "2026-03-01"}}, "no_start_time"),
    ({"period": {"start": "yesterday at noon"}}, "no_start_time"),
    ({"period": {"start": "0001-01-01T00:00:00+14:00"}}, "no_start_time"),
    ({"period": {"start": "2026-11-23T00:00:00"}}, "after_as_of"),
    ({"period": {"start": "2026-03-01T10:00:00"}}, "finished_without_end_time"),
    (
        {"period": {"start": "2026-03-02T10:00:00", "end": "2026-03-01T10:00:00"}},
        "ends_before_it_starts",
    ),
    ({"subject": {}}, "no_subject"),
    ({"subject": {"reference": "Patient/nobody"}}, "patient_not_found"),
    ({"subject": {"reference": "Patient?identifier=1"}}, "no_subject"),
]


@pytest.mark.parametrize(("change", "reason"), LEFT_OUT)
def test_an_encounter_that_cannot_be_used_is_counted_with_its_reason(
    change: Json, reason: str, imported: Import
) -> None:
    report = imported(*PLACES, PATIENT, encounter(**change))
    assert report.left_out["Encounter", reason] == 1
    assert report.data.history.stays.empty


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"gender": "unknown"}, "no_sex"),
        ({"birthDate": "19xx"}, "no_age"),
        ({"birthDate": "2030-01-01"}, "no_age"),
        ({"gender": None}, "no_sex"),
    ],
)
def test_a_patient_without_sex_or_age_has_no_stay(
    change: Json, reason: str, imported: Import
) -> None:
    report = imported(*PLACES, {**PATIENT, **change}, encounter())
    assert report.left_out["Encounter", reason] == 1


@pytest.mark.parametrize(
    ("born", "group"),
    quick_first(
        [
            ("2011-03-02", "0-14"),
            ("2011-03-01", "15-64"),
            ("1961-03-02", "15-64"),
            ("1961-03-01", "65+"),
            ("2011", "15-64"),
            ("2012-05", "0-14"),
        ],
        3,
    ),
)
def test_age_is_that_of_the_day_of_admission(born: str, group: str, imported: Import) -> None:
    report = imported(*PLACES, {**PATIENT, "birthDate": born}, encounter())
    assert list(report.data.history.stays["age_group"]) == [group]


def test_who_is_still_there_is_present_and_the_future_is_not_known(imported: Import) -> None:
    here = encounter("a", status="in-progress", period={"start": "2026-11-20T08:00:00"})
    assert stays(imported(*PLACES, PATIENT, here))[0][3:] == ("NaT", "elective", "present")
    later = {"start": "2026-11-20T08:00:00", "end": "2026-12-01T08:00:00"}
    report = imported(*PLACES, PATIENT, encounter(period=later))
    assert stays(report)[0][3:] == ("NaT", "elective", "present")


def test_a_patient_in_two_places_and_a_bed_with_two_patients_are_resolved_and_counted(
    imported: Import,
) -> None:
    second = {**PATIENT, "id": "pat-2"}
    report = imported(
        *PLACES,
        PATIENT,
        second,
        encounter("a", location=[at("MED-1")]),
        encounter(
            "b",
            location=[at("REA-1")],
            period={"start": "2026-03-05T10:00:00", "end": "2026-03-20T10:00:00"},
        ),
        encounter(
            "c",
            location=[at("MED-1")],
            subject={"reference": "urn:uuid:pat-2"},
            period={"start": "2026-03-06T10:00:00", "end": "2026-03-07T10:00:00"},
        ),
    )
    assert report.left_out["Stay", "overlaps_another_of_the_patient"] == 1
    assert report.used["beds_unknown_taken_twice"] == 1
    assert [row[:2] for row in stays(report)] == [("MED", "MED-1"), ("MED", "nan")]


def test_a_unit_without_beds_gets_as_many_as_were_needed_at_once(imported: Import) -> None:
    patients = [{**PATIENT, "id": f"p{number}"} for number in range(3)]
    encounters = [
        encounter(f"e{number}", subject={"reference": f"Patient/p{number}"}) for number in range(3)
    ]
    gst = imported(*patients, *encounters, default_hospital="HP").data.gst
    assert gst.beds_by_unit() == {"HP-ward": 3}


def test_a_closed_bed_is_no_bed_but_its_stays_keep_their_unit(imported: Import) -> None:
    closed = [
        place("MED-3", "bd", "MED", operationalStatus={"code": "C"}),
        place("MED-4", "bd", "MED", status="inactive"),
    ]
    report = imported(*PLACES, *closed, PATIENT, encounter(location=[at("MED-3")]))
    assert stays(report)[0][:2] == ("MED", "nan")
    assert report.left_out["Location", "closed"] == 1
    assert report.left_out["Location", "status_inactive"] == 1


def test_locations_that_are_part_of_each_other_do_not_turn_for_ever(imported: Import) -> None:
    ring = [place("A", "wa", "B"), place("B", "ro", "A"), place("S", "bd", "S")]
    gst = imported(*ring, default_hospital="HP").data.gst
    assert [unit.unit for unit in gst.units] == ["A"]


@pytest.mark.parametrize(
    ("name", "content", "row"),
    [
        ("a.json", b"{", 1),
        ("a.json", b'{"resourceType": "Bundle",\n"entry": [}', 2),
        ("a.json", b"[1, 2]", 1),
        ("a.json", b'{"a": 1}', 1),
        ("a.json", b'{"resourceType": 7}', 1),
        ("a.json", b"\xff\xfe", None),
        ("a.json", b"", 1),
        ("a.json", b"[" * 200_000, 1),
        ("a.json", b'{"resourceType": "Patient", "x": ' + b"9" * 5000 + b"}", 1),
        ("a.ndjson", b'{"resourceType": "Patient", "id": "1"}\n\nnot json\n', 3),
        ("a.ndjson.gz", b"not gzip", None),
        ("a.ndjson.gz", gzip.compress(b'{"resourceType": "Patient"}\n', mtime=0)[:-9], None),
        ("notes.txt", b"{}", None),
    ],
)
def test_a_file_that_is_not_fhir_is_told_with_its_line(
    name: str, content: bytes, row: int | None, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InvalidInput) as refused:
        import_fhir(tmp_path, IDENTITY, KEY)
    (problem,) = refused.value.problems
    assert (problem.code, problem.row) == ("not_fhir", row)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(
        [
            "IMP",
            "EMER",
            "Patient/pat-1",
            "Location/MED",
            "finished",
            "bd",
            "wa",
            "2026-03-01T10:00:00Z",
            "2026-03-02T10:00:00Z",
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["start", "end", "code", "coding", "reference", "location", "period"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    [
        "class",
        "status",
        "period",
        "location",
        "subject",
        "partOf",
        "id",
        "physicalType",
        "gender",
        "birthDate",
        "address",
        "hospitalization",
        "priority",
        "serviceType",
        "name",
        "type",
        "operationalStatus",
    ]
)


@pytest.mark.slow
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=st.lists(st.tuples(st.integers(0, 12), FIELDS, ANYTHING), max_size=6))
def test_any_json_anywhere_gives_a_right_gst(
    changes: list[tuple[int, str, Any]], imported: Import
) -> None:
    resources = [dict(each) for each in [*PLACES, PATIENT, encounter(location=[at("MED-1")])]]
    for number, name, value in changes:
        resources[number][name] = value
    imported(*resources)


@pytest.mark.parametrize("hospital", ["", "two words", "é", "x" * 65])
def test_the_default_hospital_is_a_code(hospital: str, imported: Import) -> None:
    with pytest.raises(GstError, match="wrong_code"):
        imported(PATIENT, default_hospital=hospital)


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GstError, match="short_site_key"):
        import_fhir(tmp_path, IDENTITY, b"short")


def test_the_site_key_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    first = site_key(tmp_path / "home")
    assert len(first) == 32
    assert site_key(tmp_path / "home") == first
    assert (tmp_path / "home" / "site.key").stat().st_mode & 0o077 == 0
    (tmp_path / "home" / "site.key").write_text("not hexadecimal")
    with pytest.raises(GstError, match="site_key_unreadable"):
        site_key(tmp_path / "home")


def test_synthea_bundles_become_a_right_gst(shared: Path, tmp_path: Path) -> None:
    report = import_fhir(shared / "data" / "synthea_r4", IDENTITY, KEY)
    assert_right(report, tmp_path / "gst")
    assert (report.used["visits"], report.used["stays"]) == (7, 5)
    assert report.left_out["Encounter", "class_AMB"] == 71
    assert_no_secret(shared / "data" / "synthea_r4", tmp_path / "gst")


def test_clinosim_wards_and_beds_become_a_right_gst(shared: Path, tmp_path: Path) -> None:
    report = import_fhir(shared / "data" / "clinosim_r4", IDENTITY, KEY)
    assert_right(report, tmp_path / "gst")
    assert (report.used["beds"], report.used["visits"], report.used["stays"]) == (50, 23, 6)
    assert report.left_out["Encounter", "class_AMB"] == 306
    assert report.data.history.stays["bed"].notna().all()
    assert_no_secret(shared / "data" / "clinosim_r4", tmp_path / "gst")


def assert_no_secret(source: Path, folder: Path) -> None:
    """No id, identifier, name, birth date, street or town of any patient or encounter."""
    written = "".join(file.read_text(encoding="utf-8") for file in folder.iterdir())
    found = [secret for secret in _secrets(source) if secret in written]
    assert found == []


def _secrets(source: Path) -> set[str]:
    secrets: set[str] = set()
    for each in (resource for file in source.iterdir() for resource in _resources(file)):
        if each["resourceType"] in {"Patient", "Encounter"}:
            secrets.add(each["id"])
            secrets.update(str(i["value"]) for i in each.get("identifier", []) if "value" in i)
        if each["resourceType"] == "Patient":
            secrets.add(each["birthDate"])
            secrets.update(name["family"] for name in each["name"])
            secrets.update(given for name in each["name"] for given in name["given"])
            secrets.update(line for address in each["address"] for line in address["line"])
            secrets.update(address["city"] for address in each["address"])
    return {secret for secret in secrets if len(secret) > 3}


def _resources(file: Path) -> list[Json]:
    if file.suffix == ".gz":
        with gzip.open(file, "rt") as lines:
            return [json.loads(line) for line in lines]
    return [entry["resource"] for entry in json.loads(file.read_text())["entry"]]
