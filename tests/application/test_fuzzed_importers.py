"""Whatever a file holds, each importer reads it or refuses it in words.

Files of the field are changed in a few places (bytes flipped, cut, repeated, numbers made absurd,
lines swapped): what is nearly right goes deepest. Hypothesis draws the change, so that a failure is
repeated from its seed. A second of processor time for one file counts as a hang; the guard is on
the processor's clock, which other programs on the machine do not move.

``make test`` tries a small share; ``make test-slow`` more than 200,000 files in all.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from application.adt.hl7 import FILE as HL7_FILE
from application.adt.hl7 import Hl7Reader, UnitPlaces
from application.adt.importing import read_adt
from application.adt.messages import ADT
from application.federated.signed_file import FORMAT, read_key, read_signed
from application.fhir.bundles import read_resources
from application.fhir.code_maps import CodeMaps, read_code_maps
from application.fhir.consumption import IssueReader
from application.fhir.encounters import EncounterReader
from application.fhir.people import SiteKey
from application.fhir.places import places_of
from application.folder.contract import TableCheck
from application.folder.findings import Findings
from application.folder.reading import inspect_folder
from application.folder.safe_yaml import read_yaml
from application.folder.sources import read_as_text
from application.use_cases.audit_head import read_head
from application.use_cases.calendar_events import known_events
from application.use_cases.plan_ihtc import judge_ihtc
from application.use_cases.post_stock import COUNTED, NEEDED
from application.use_cases.post_stock import _rows as posting_rows
from application.use_cases.read_scenario import read_scenario
from governance.model_version import model_from
from hospital.errors import GstError, Problem
from hospital.tables import BY_NAME
from scheduling.theatres.ihtc.instance import read_instance
from tests.application.conftest import settings_in
from tests.application.exchange.test_adt import EMERGENCY as ADT_LINES
from tests.application.exchange.test_adt import GST, HEADER, TABLES
from tests.application.exchange.test_hl7 import EMERGENCY
from tests.application.fhir.test_consumption import MAPS, delivery, dispense
from tests.application.fhir.test_importing import PATIENT, PLACES, at, encounter
from tests.governance.test_model_version import VISITS
from tests.scheduling.theatres.ihtc.conftest import drawn

pytestmark = pytest.mark.integration

LIBRARY = Path(__file__).parents[2] / "scenarios" / "library"
KEY = SiteKey(b"a secret of sixteen bytes or more")
MOST_SECONDS = 1.0
MOST_MORE_MB = 400
AT_ONCE = 20
"""Files for each example of hypothesis: drawing one costs more than reading some."""

ROSTER = {
    "staff": b"staff,name,unit,skill,grade,contract_percent,nights_allowed\n"
    b"S1,A B,U,general_nurse,senior,80,true\n",
    "shifts": b"shift,name,start_hour,length_hours,is_night\nM,Matin,7,8,no\nN,Nuit,21,10,yes\n",
    "coverage": b"unit,shift,skill,weekday,staff_needed\nU,M,general_nurse,0,2\n",
    "leave": b"staff,first_day,last_day,reason\nS1,2026-12-01,2026-12-05,annual\n",
    "requests": b"staff,day,shift,wants_work,weight\nS1,2026-12-02,M,yes,2\n",
    "rules": b"rule,value,source,confirmed\nminimum_rest_hours,11,essai,true\n",
}
EVENTS = b"events:\n  - {name: Moussem, first_day: 2026-08-14, last_day: 2026-08-20}\n"
HEAD = json.dumps({"sequence": 3, "hash": "0" * 64, "exported_at": "2026-11-23"}).encode()
SIGNED = json.dumps({"format": FORMAT, "signature": "0" * 64, "content": {"a": [1.5]}}).encode()


def jsonl(*resources: object) -> bytes:
    return "\n".join(json.dumps(one) for one in resources).encode()


FHIR = jsonl(*PLACES, PATIENT, encounter(location=[at("MED-1", "02T10:00")]), dispense("d"))
BUNDLE = json.dumps(
    {"resourceType": "Bundle", "entry": [{"resource": one} for one in (*PLACES, delivery("s"))]}
).encode()


@dataclass(frozen=True)
class Importer:
    """A file name, files of the field, the reader, and how many changed files are tried."""

    file: str
    good: tuple[bytes, ...]
    read: Callable[[Path], object]
    often: int


def table(name: str) -> Callable[[Path], object]:
    """A table of the GST folder, through its contract."""

    def read(file: Path) -> object:
        findings = Findings()
        text = read_as_text(file, BY_NAME[name], findings)
        return text and TableCheck(BY_NAME[name], file.name, findings).typed(text)

    return read


def fhir(file: Path) -> object:
    resources = read_resources(file)
    places, as_of = places_of(resources, "H"), datetime(2026, 11, 23)  # noqa: DTZ001
    EncounterReader(resources, places, KEY, as_of).read()
    return IssueReader(resources, places, CodeMaps(), as_of).read().rows()


def adt(file: Path) -> object:
    return inspect_folder(file.parent, {ADT.name: read_adt})


def hl7(file: Path) -> object:
    """Bytes that are no text are refused by who asks for the file (``Hl7Feed``)."""
    with suppress(UnicodeDecodeError):
        return Hl7Reader(KEY, UnitPlaces({"A-MED": "A"}, frozenset({"M1"}))).read(file)
    return None


def model(file: Path) -> object:
    source = read_yaml(file)
    values = getattr(source, "values", {})
    return model_from(json.loads(json.dumps(values, default=str)), file.name)


def solution(file: Path) -> object:
    instance = file.with_name("instance.json")
    if not instance.exists():
        instance.write_text(json.dumps(drawn(1)))
    return judge_ihtc(instance, file)


def key(file: Path) -> object:
    return read_key(file)


def signed(file: Path) -> object:
    return read_signed(file, b"0" * 32)


def postings(needed: tuple[str, ...]) -> Callable[[Path], object]:
    return lambda file: list(posting_rows(file, needed))


def scenarios() -> tuple[bytes, ...]:
    files = (file.read_bytes() for file in sorted(LIBRARY.glob("*.yaml")))
    return tuple(content for content in files if b"extends:" not in content)[:6]


def packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


INSTANCE = json.dumps(drawn(1)).encode()
SOLUTION = json.dumps(
    {
        "patients": [{"id": "p0", "admission_day": 1, "room": "r0", "operating_theater": "t0"}],
        "nurses": [{"id": "n0", "assignments": [{"day": 0, "shift": "early", "rooms": ["r0"]}]}],
    }
).encode()
POSTING = (
    b"posting,day,kind,hospital,medicine,lot,expiry_date,units,unit\n"
    b"P1,2026-11-23,issue,A,M,L,2027-05-31,4,MED\n"
)

IMPORTERS: dict[str, Importer] = {
    "FHIR, lines": Importer("all.ndjson", (FHIR,), fhir, 20_000),
    "FHIR, bundle": Importer("all.json", (BUNDLE,), fhir, 20_000),
    "FHIR, gzip": Importer("all.ndjson.gz", (packed(FHIR),), fhir, 10_000),
    "code maps": Importer("code-maps.csv", (MAPS.encode(),), read_code_maps, 25_000),
    "HL7": Importer(HL7_FILE, ("\n".join(EMERGENCY).encode(),), hl7, 6_000),
    "YAML": Importer("gst.yaml", (GST.encode(),), read_yaml, 12_000),
    "events": Importer(
        "events.yaml", (EVENTS,), lambda f: known_events(settings_in(f.parent)), 10_000
    ),
    "scenario": Importer("scenario.yaml", scenarios(), read_scenario, 6_000),
    "model": Importer("model.yaml", (json.dumps(VISITS).encode(),), model, 6_000),
    "IHTC": Importer("i.json", (INSTANCE,), read_instance, 15_000),
    "IHTC, gzip": Importer("i.json.gz", (packed(INSTANCE),), read_instance, 5_000),
    "IHTC, solution": Importer("s.json", (SOLUTION,), solution, 5_000),
    "signed parameters": Importer("p.json", (SIGNED,), signed, 25_000),
    "shared key": Importer("a.key", (b"00" * 32 + b"\n",), key, 10_000),
    "head": Importer("head.json", (HEAD,), read_head, 20_000),
    "postings": Importer("p.csv", (POSTING,), postings(NEEDED), 10_000),
    "stocktake": Importer("c.csv", (POSTING,), postings(COUNTED), 5_000),
    "ADT": Importer(
        "adt.csv",
        ("\n".join([HEADER, *(f"{n},{one}" for n, one in enumerate(ADT_LINES, 1))]).encode(),),
        adt,
        300,
    ),
    **{
        f"roster, {name}": Importer(f"{name}.csv", (content,), table(name), 600)
        for name, content in ROSTER.items()
    },
}
SHARE = 0.002
"""Of the slow test's files, in the ordinary one."""

ABSURD = (b"-1", b"1e999", b"NaN", b"99999999999999999999", b"", b"null", b"\x00", b"=1+1")


def changed(good: bytes, chance: random.Random) -> bytes:
    """A file of the field, changed in one to four places."""
    content = bytearray(good)
    for _ in range(chance.randint(1, 4)):
        where = chance.randrange(len(content) + 1)
        match chance.randrange(7):
            case 0:
                content[where : where + 1] = bytes([chance.randrange(256)])
            case 1:
                del content[where : where + chance.randint(1, 30)]
            case 2:
                content[where:where] = content[where : where + chance.randint(1, 60)]
            case 3:
                content[where : where + chance.randint(0, 4)] = chance.choice(ABSURD)
            case 4:
                content = content[:where]
            case 5:
                lines = bytes(content).split(b"\n")
                chance.shuffle(lines)
                content = bytearray(b"\n".join(lines))
            case 6:
                sign = chance.choice(b'{}[]",:|^~&\r\n\t-*!>%@`\\')
                content[where:where] = bytes([sign]) * chance.choice([1, 1, 2, 50])
    return bytes(content)


class HangError(BaseException):
    """More than a second of processor time for one small file."""


def _stop(number: int, frame: FrameType | None) -> None:
    raise HangError


@contextmanager
def guarded() -> Iterator[None]:
    before = signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, MOST_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def read_or_refused(importer: Importer, folder: Path, content: bytes) -> None:
    """A refusal in words is the only exception that may reach a person."""
    file = folder / importer.file
    file.write_bytes(content)
    with guarded(), suppress(GstError):
        importer.read(file)


def prepared(folder: Path, name: str) -> Importer:
    if name == "HL7" and find_spec("hl7") is None:
        pytest.skip("hl7 is not in the lock yet")
    if name == "ADT":
        (folder / "gst.yaml").write_text(GST)
        for one, text in TABLES.items():
            (folder / f"{one}.csv").write_text(text)
    importer = IMPORTERS[name]
    for good in importer.good:  # modules load, and what is compiled once is compiled
        (folder / importer.file).write_bytes(good)
        with suppress(GstError):
            importer.read(folder / importer.file)
    return importer


def try_often(name: str, folder: Path, files: int) -> int:
    """Reads so many changed files; returns how many it really were."""
    importer, tried = prepared(folder, name), 0

    @settings(
        max_examples=max(1, files // AT_ONCE),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(seed=st.integers(0, 2**63))
    def some(seed: int) -> None:
        nonlocal tried
        chance = random.Random(seed)
        for _ in range(AT_ONCE):
            read_or_refused(importer, folder, changed(chance.choice(importer.good), chance))
            tried += 1

    some()
    return tried


SIGNATURES = {"signed parameters", "IHTC, solution"}
"""Files whose signature or plan is not one: they are refused, as they should be."""


@pytest.mark.parametrize("name", sorted(IMPORTERS.keys() - SIGNATURES))
def test_the_files_of_the_field_are_read(name: str, tmp_path: Path) -> None:
    """What is changed later is right before: else every change would be refused at once."""
    importer = prepared(tmp_path, name)
    for good in importer.good:
        (tmp_path / importer.file).write_bytes(good)
        found = importer.read(tmp_path / importer.file)
        assert found is not None
        assert not isinstance(found, Problem)


@pytest.mark.parametrize("name", IMPORTERS)
def test_a_changed_file_is_read_or_refused(name: str, tmp_path: Path) -> None:
    files = max(AT_ONCE, int(SHARE * IMPORTERS[name].often))
    assert try_often(name, tmp_path, files) >= AT_ONCE


def test_the_slow_test_tries_two_hundred_thousand_files() -> None:
    assert sum(importer.often for importer in IMPORTERS.values()) >= 200_000


@pytest.mark.slow
@pytest.mark.parametrize("name", IMPORTERS)
def test_many_changed_files_are_read_or_refused_in_bounded_memory(
    name: str, tmp_path: Path
) -> None:
    prepared(tmp_path, name)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tried = try_often(name, tmp_path, IMPORTERS[name].often)
    more_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert tried >= 0.95 * IMPORTERS[name].often
    assert more_mb < MOST_MORE_MB


@pytest.mark.parametrize("name", IMPORTERS)
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    content=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace")),
    )
)
def test_any_bytes_are_read_or_refused(name: str, tmp_path: Path, content: bytes) -> None:
    read_or_refused(prepared(tmp_path, name), tmp_path, content)


NESTED = b"[" * 200_000
BOMBS = {
    "all.json": NESTED,
    "all.ndjson": b'{"resourceType":' * 100_000,
    "all.json.gz": packed(b'{"resourceType": "' + b"x" * 30_000_000),
    "i.json": NESTED,
    "i.json.gz": packed(b" " * 200_000_000),
    "s.json": NESTED,
    "p.json": b'{"format": "' + FORMAT.encode() + b'", "content": ' + NESTED,
    "head.json": NESTED,
    "gst.yaml": b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
    "scenario.yaml": b"a: &a [x, x]\nb: [*a, *a]\n",
    "model.yaml": b"[" * 50_000,
    "events.yaml": b"events: " + b"[" * 50_000,
    "code-maps.csv": b"kind,code,system,mapped\n" + b'"' + b"x" * 4_000_000,
}


@pytest.mark.parametrize("file", BOMBS)
def test_bombs_are_refused_before_they_grow(file: str, tmp_path: Path) -> None:
    name = next(name for name, one in IMPORTERS.items() if one.file.startswith(file[:8]))
    importer = prepared(tmp_path, name)
    bomb = tmp_path / file
    bomb.write_bytes(BOMBS[file])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found: object = Problem  # what reads YAML hands its problem back
    with suppress(GstError):
        found = importer.read(bomb)
    assert found is Problem or isinstance(found, Problem)
    more_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert more_mb < MOST_MORE_MB


def test_a_zip_bomb_in_a_workbook_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "leave.xlsx"
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<a/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)
    findings = Findings()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert read_as_text(file, BY_NAME["leave"], findings) is None
    assert findings.problems
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < MOST_MORE_MB


@pytest.mark.parametrize("code", ["../../../etc/passwd", "a/b", "..", "C:\\x", "/tmp/x"])
def test_a_code_is_never_a_path(code: str, tmp_path: Path) -> None:
    """Parameters of a GST are kept under its code: only a code may be one."""
    from pydantic import ValidationError  # noqa: PLC0415

    from forecasting.shared_parameters import SharedParameters  # noqa: PLC0415

    with pytest.raises(ValidationError):
        SharedParameters.model_validate({"gst": code, "as_of": "2026-11-01", "kinds": []})


@pytest.mark.parametrize("sign", "=+-@\t")
def test_formulas_in_a_file_stay_text(sign: str, tmp_path: Path) -> None:
    """What begins like a formula is read as text, and refused where a code is asked for."""
    text = io.StringIO()
    csv.writer(text).writerows(
        [["kind", "code", "system", "mapped"], ["medicine", f"{sign}HYPERLINK(1)", "s", "x"]]
    )
    file = tmp_path / "code-maps.csv"
    file.write_text(text.getvalue())
    with suppress(GstError):
        maps = read_code_maps(file)
        assert all(isinstance(code, str) for code in maps.inward.values())
