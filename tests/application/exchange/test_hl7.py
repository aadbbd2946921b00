"""Messages of HL7 version 2 become stays, without anything that names a patient."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from application.adt.hl7 import Hl7Reader, UnitPlaces, _as_written
from application.adt.importing import Hl7Feed
from application.adt.messages import ADT
from application.fhir.people import SiteKey
from application.folder.reading import FolderReport, inspect_folder
from tests.application.exchange.test_adt import EMERGENCY_STAYS, GST, TABLES, stays

pytest.importorskip("hl7", reason="not in the lock yet")
pytestmark = pytest.mark.integration

KEY = SiteKey(b"a secret of sixteen bytes or more")
PLACES = UnitPlaces({"A-ED": "A", "A-MED": "A", "B-MED": "B"}, frozenset({"E1", "M1", "M2", "B1"}))
PID = "PID|1||IPP77^^^A^PI||BENKIRANE^ZINEB||19700203|F|||12 rue^^Ahfir^P^63050^MA||0600000000"


def message(kind: str, at: str, place: str, more: str = "", *, pid: str = PID) -> str:
    """One message; ``place`` as PV1-3, ``more`` as type of admission / disposition."""
    how, _, disposition = more.partition("/")
    patient_class = "I" if "ED" not in place else "E"
    visit = ["PV1", "1", patient_class, place, how, *[""] * 14, "V1", *[""] * 16, disposition]
    time = f"20261101{at.replace(':', '')}"
    head = f"MSH|^~\\&|HIS|A|TADBIR|GST|{time}||ADT^{kind}|{kind}{time}|P|2.5"
    return "\n".join([head, f"EVN|{kind}|{time}", pid, "|".join(visit)])


EMERGENCY = (
    message("A04", "08:00", "^^^A"),
    message("A02", "08:40", "A-ED^^E1^A"),
    message("A01", "11:00", "A-MED^^M1"),
    message("A02", "11:00:20", "A-MED^R2^M2"),
    message("A02", "15:00", "B-MED^^B1"),
    message("A03", "23:00", "B-MED^^B1", "/20"),
)


def read(folder: Path, *messages: str, end: str = "\n") -> tuple[FolderReport, dict[str, int]]:
    (folder / "gst.yaml").write_text(GST)
    for name, text in TABLES.items():
        (folder / f"{name}.csv").write_text(text)
    (folder / "adt.hl7").write_bytes("\n".join(messages).replace("\n", end).encode())
    feed = Hl7Feed(KEY)
    return inspect_folder(folder, {ADT.name: feed}), dict(feed.left_out)


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_messages_are_the_stays_that_a_csv_of_them_gives(tmp_path: Path, end: str) -> None:
    report, left_out = read(tmp_path, *EMERGENCY, end=end)
    assert stays(report) == EMERGENCY_STAYS
    assert left_out == {}


def test_every_cancel_leaves_no_trace(tmp_path: Path) -> None:
    """A11, A12 and A13 take back the last A01, A02 and A03."""
    report, _ = read(
        tmp_path,
        *EMERGENCY[:2],
        message("A01", "10:00", "A-MED^^M2"),
        message("A11", "10:05", "A-MED^^M2"),
        *EMERGENCY[2:4],
        message("A02", "12:00", "B-MED^^B1"),
        message("A12", "12:30", "A-MED^^M2"),
        EMERGENCY[4],
        message("A03", "16:00", "B-MED^^B1", "/01"),
        message("A13", "16:10", "B-MED^^B1"),
        EMERGENCY[5],
    )
    assert stays(report) == EMERGENCY_STAYS


def test_frames_and_batches_are_taken_off(tmp_path: Path) -> None:
    framed = [f"\x0b{one}\n\x1c" for one in EMERGENCY]
    report, _ = read(tmp_path, "FHS|^~\\&", "BHS|^~\\&", *framed, "BTS|6", "FTS|1")
    assert stays(report) == EMERGENCY_STAYS


def test_a_message_sent_twice_counts_once(tmp_path: Path) -> None:
    report, left_out = read(tmp_path, *EMERGENCY, EMERGENCY[2])
    assert stays(report) == EMERGENCY_STAYS
    assert left_out == {"sent_twice": 1}


def test_what_takes_no_bed_is_left_out_and_counted(tmp_path: Path) -> None:
    _, left_out = read(
        tmp_path,
        *EMERGENCY,
        message("A08", "12:00", "A-MED"),
        message("A01", "12:00", "A-MED", pid=PID.replace("|F|", "|U|").replace("IPP77", "X")),
        message("A01", "12:01", "A-MED", pid=PID.replace("19700203", "").replace("IPP77", "Y")),
        message("A01", "12:02", "A-MED", pid=PID.replace("IPP77^^^A^PI", "")),
        "MSH|",
    )
    assert left_out == {"type_A08": 1, "no_sex": 1, "no_age": 1, "no_patient": 1, "not_hl7": 1}


def test_a_wrong_message_is_told_with_its_line(tmp_path: Path) -> None:
    report, _ = read(tmp_path, *EMERGENCY, message("A02", "23:30", "A-MED^^M1"))
    (problem,) = report.findings.problems
    assert (problem.code, problem.file, problem.row) == ("message_out_of_order", "adt.hl7", 25)


def test_a_unit_that_the_folder_does_not_know_is_told(tmp_path: Path) -> None:
    report, _ = read(tmp_path, message("A01", "12:00", "XYZ^^^A"))
    assert {problem.code for problem in report.findings.problems} == {"unknown_code"}


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"PID|1\n", b"MSH|^~\\&|x\n"])
def test_a_file_without_messages_is_told(tmp_path: Path, content: bytes) -> None:
    read(tmp_path)
    (tmp_path / "adt.hl7").write_bytes(content)
    report = inspect_folder(tmp_path, {ADT.name: Hl7Feed(KEY)})
    assert report.data is None
    assert report.findings.problems


def test_nothing_that_names_a_patient_is_kept(tmp_path: Path) -> None:
    report, _ = read(tmp_path, *EMERGENCY)
    assert report.data is not None
    text = report.data.history.stays.to_csv()
    for secret in ("BENKIRANE", "ZINEB", "IPP77", "19700203", "1970-02-03", "0600000000", "Ahfir"):
        assert secret not in text


LINES = st.lists(
    st.one_of(
        st.text(st.sampled_from("MSHPIDV1|^~\\&0129A\t\x0b\x1c é"), max_size=40),
        st.sampled_from([line for one in EMERGENCY for line in one.split("\n")]),
    ),
    max_size=8,
)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lines=LINES)
def test_any_lines_are_messages_or_counted(lines: list[str], tmp_path: Path) -> None:
    file = tmp_path / "adt.hl7"
    file.write_text("\n".join(lines))
    reading = Hl7Reader(KEY, PLACES).read(file)
    with file.open(newline=None) as text:
        begun = sum(line.strip("\x0b\x1c").startswith("MSH") for line in text)
    assert len(reading.messages) + sum(reading.left_out.values()) == begun


@pytest.mark.parametrize("odd", ["\\\\", "\\X4\\", "\\C2842\\", "\\Zorg\\", "\\"])
def test_an_escape_that_nobody_reads_is_no_loss_and_no_word_in_a_log(
    odd: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The parser's own complaint has the whole field in it, whatever it tells of a patient."""
    written = [one.replace("|A0", f"|{odd}A0") for one in EMERGENCY]
    report, left_out = read(tmp_path, *written)
    assert stays(report) == EMERGENCY_STAYS
    assert left_out == {}
    assert "A0" not in caplog.text


@pytest.mark.parametrize("separators", ["|^^\\&|", "|^&\\|", "|^~\\~|", "|\\|"])
def test_separators_that_are_not_told_apart_make_no_message(
    separators: str, tmp_path: Path
) -> None:
    """The second leaves the last to its usual sign, which is taken."""
    odd = EMERGENCY[0].replace("|^~\\&|", separators)
    report, left_out = read(tmp_path, *EMERGENCY, odd)
    assert stays(report) == EMERGENCY_STAYS
    assert left_out == {"not_hl7": 1}


@pytest.mark.parametrize("begun", ["MSH|^~\\&|", "MSH|^|"])
def test_only_escapes_of_separators_are_left_to_the_parser(begun: str) -> None:
    """Also where a message names fewer signs than usual: its first field begins earlier."""
    asked, known = f"{begun}\\Zorg\\A\\T\\MED", f"{begun}\\E\\Zorg\\E\\A\\T\\MED"
    assert _as_written(asked, "\\") == known
