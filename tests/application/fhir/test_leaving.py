"""What leaves as FHIR R4 is valid, is in force, and names nobody."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from application.fhir.code_maps import read_code_maps
from application.use_cases import export_fhir as leaving
from application.use_cases.decide import Opinion, decide
from application.use_cases.export_fhir import Content
from application.use_cases.observed_indicators import last_month, observed_figures
from application.use_cases.session import Session, open_session
from governance.decision import ReasonCode, Role, Verdict
from hospital.errors import GstError, InvalidInput
from tests.application.conftest import settings_in
from tests.application.fhir.r4_shapes import SHAPES, faults
from tests.homes import copy_database

if TYPE_CHECKING:
    from application.use_cases.loop import FinishedLoop

pytestmark = [pytest.mark.integration, pytest.mark.slow]

NAMES = ("Nadia Tazi", "Youssef Alaoui", "Salma Idrissi")
SECRET_REASON = "Madame Zineb Benkirane a appelé"


@pytest.fixture(scope="module")
def home(demo: FinishedLoop, demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo in a folder of its own, with an order and a theatre plan that were accepted."""
    folder = tmp_path_factory.mktemp("fhir-home")
    copy_database(demo_home, folder)
    loop = demo.loop
    with open_session(settings_in(folder)) as session:
        pharmacist = Opinion(Verdict.ACCEPTED, NAMES[0], Role.PHARMACIST)
        decide(session, loop.order.run, pharmacist)
        decide(session, loop.theatre.run, Opinion(Verdict.ACCEPTED, NAMES[1], Role.SCHEDULER))
        refusal = Opinion(
            Verdict.REJECTED,
            NAMES[2],
            Role.MANAGER,
            reason=SECRET_REASON,
            reason_code=ReasonCode.UNFAIR,
        )
        decide(session, loop.roster.run, refusal)
    return folder


@pytest.fixture
def opened(home: Path) -> Any:
    with open_session(settings_in(home)) as session:
        yield session


def written(session: Session, content: Content, file: Path, run: str | None = None) -> str:
    leaving.export_fhir(session, content, file, run)
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize("content", Content)
def test_all_that_leaves_has_the_published_shape(
    opened: Session, tmp_path: Path, content: Content
) -> None:
    bundle = json.loads(written(opened, content, tmp_path / "out.json"))
    assert faults(bundle) == []
    assert bundle["entry"]
    lines = written(opened, content, tmp_path / "out.ndjson").splitlines()
    assert [json.loads(line) for line in lines] == [e["resource"] for e in bundle["entry"]]


@pytest.mark.parametrize("content", Content)
def test_a_library_of_others_reads_it_too(
    opened: Session, tmp_path: Path, content: Content
) -> None:
    """R4B is R4 for these resources (http://hl7.org/fhir/R4B/diff.html names none of them)."""
    library = pytest.importorskip("fhir.resources.R4B", reason="not in the lock")
    for line in written(opened, content, tmp_path / "out.ndjson").splitlines():
        resource = json.loads(line)
        kind = resource["resourceType"]
        module = import_module(f"{library.__name__}.{kind.lower()}")
        getattr(module, kind).model_validate(resource)


def test_every_kind_of_resource_leaves(opened: Session, tmp_path: Path) -> None:
    texts = [written(opened, one, tmp_path / f"{one}.ndjson") for one in Content]
    kinds = {json.loads(line)["resourceType"] for text in texts for line in text.splitlines()}
    assert kinds == SHAPES.keys()


def test_persons_and_free_text_stay_at_home(opened: Session, tmp_path: Path) -> None:
    for content in Content:
        text = written(opened, content, tmp_path / "out.ndjson")
        for secret in (*NAMES, *(surgeon.name for surgeon in opened.gst.surgeons), SECRET_REASON):
            assert secret not in text
    record = written(opened, Content.RECORD, tmp_path / "out.ndjson")
    assert '"human-override"' in record
    assert '"unfair"' in record


def test_one_person_has_one_pseudonym(opened: Session) -> None:
    found = leaving.fhir_record(opened)
    persons = {
        agent["who"]["identifier"]["value"]
        for one in found
        if one["resourceType"] == "Provenance"
        for agent in one["agent"]
        if agent["who"]["type"] == "Practitioner"
    }
    assert len(persons) == len(NAMES)


def test_the_order_leaves_line_by_line(opened: Session, demo: FinishedLoop) -> None:
    found = leaving.fhir_order(opened)
    lines = demo.loop.order.plan.lines
    assert [one["quantity"]["value"] for one in found] == [line.units for line in lines]


def test_a_plan_has_an_appointment_for_each_case_and_no_overlapping_slots(
    opened: Session, demo: FinishedLoop
) -> None:
    found = leaving.fhir_theatre(opened)
    cases = demo.loop.theatre.plan.cases
    assert sum(one["resourceType"] == "Appointment" for one in found) == len(cases)
    by_schedule: dict[str, list[tuple[datetime, datetime]]] = {}
    for one in found:
        if one["resourceType"] == "Slot":
            span = (datetime.fromisoformat(one["start"]), datetime.fromisoformat(one["end"]))
            by_schedule.setdefault(one["schedule"]["reference"], []).append(span)
    for spans in by_schedule.values():
        spans.sort()
        assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_what_nobody_has_accepted_does_not_leave(
    demo: FinishedLoop, session: Session, tmp_path: Path
) -> None:
    for content in (Content.ORDER, Content.THEATRE):
        with pytest.raises(GstError) as refused:
            leaving.export_fhir(session, content, tmp_path / "out.json")
        assert refused.value.code == "not_published"
    assert not (tmp_path / "out.json").exists()


def test_other_kinds_of_files_are_refused(opened: Session, tmp_path: Path) -> None:
    with pytest.raises(GstError) as refused:
        leaving.export_fhir(opened, Content.ORDER, tmp_path / "out.xml")
    assert refused.value.code == "unknown_format"


def test_small_counts_are_hidden(opened: Session) -> None:
    for figure in observed_figures(opened):
        if figure.indicator.endswith("_count"):
            assert figure.value is None or figure.value == 0 or figure.value >= 5
        else:
            assert figure.value is not None
            assert 0 <= figure.value < 200
        assert figure.period == last_month(opened.gst.identity.as_of)


def test_the_codes_of_a_site_are_added(home: Path, demo: FinishedLoop) -> None:
    medicine = demo.loop.order.plan.lines[0].medicine
    rows = f"kind,code,system,mapped\nmedicine,{medicine},http://www.whocc.no/atc,J01CA04\n"
    file = home / "code-maps.csv"
    file.write_text(rows)
    try:
        with open_session(settings_in(home)) as session:
            codings = leaving.fhir_order(session)[0]["itemCodeableConcept"]["coding"]
    finally:
        file.unlink()
    assert {"system": "http://www.whocc.no/atc", "code": "J01CA04"} in codings


@pytest.mark.parametrize(
    "text",
    [
        "code,kind,system,mapped\n",
        "kind,code,system,mapped\nanimal,A,s,b\n",
        "kind,code,system,mapped\nmedicine,A,s\n",
        "kind,code,system,mapped\nmedicine,A,s,x\nmedicine,B,s,X\n",
        "kind,code,system,mapped\nmedicine,A,s," + "x" * 300 + "\n",
    ],
)
def test_a_wrong_code_map_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "code-maps.csv"
    file.write_text(text)
    with pytest.raises(InvalidInput):
        read_code_maps(file)


def test_what_was_erased_leaves_its_place_alone(home: Path, opened: Session) -> None:
    """An entry whose text is gone is still an AuditEvent, and says why it has no time."""
    from application.fhir.record import audit_events  # noqa: PLC0415
    from governance.chain import ChainEntry  # noqa: PLC0415

    entry = ChainEntry(3, "", "0" * 64, "1" * 64, "2" * 64)
    (found,) = audit_events([(entry, None)], str)
    assert faults(found) == []
    assert found["_recorded"]["extension"][0]["valueCode"] == "masked"
    assert str(datetime.now(UTC).year) not in json.dumps(found)
