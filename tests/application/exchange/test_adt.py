"""Messages of a hospital's system become stays; cancels take back; what cannot be is told."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from application.folder.reading import FolderReport
from application.use_cases.exchange import read_adt_folder

pytestmark = pytest.mark.integration

GST = """\
schema_version: 1
gst: GST-X
name: Essai
region: Oriental
synthetic: true
as_of: 2026-11-23
medicine_budget_mad: 0
costs:
  nurse_hour_mad: 1
  agency_nurse_hour_mad: 1
  physician_hour_mad: 1
  transfer_km_mad: 1
  holding_percent_per_year: 1
  source: essai
"""
TABLES = {
    "hospitals": "hospital,name,level,province,population\nA,A,chp,P,10\nB,B,chp,P,10\n",
    "units": "unit,hospital,kind,specialty,name,physicians,beds_per_nurse,mean_stay_hours,"
    "stay_cv,cost_per_bed_day_mad\n"
    "A-ED,A,emergency,g,n,2,6,5,1,1\nA-MED,A,ward,g,n,2,6,90,1,1\nB-MED,B,ward,g,n,2,6,90,1,1\n",
    "beds": "bed,unit\nE1,A-ED\nM1,A-MED\nM2,A-MED\nB1,B-MED\n",
}
HEADER = (
    "message,type,event_at,visit,patient,patient_class,hospital,unit,bed,kind,sex,age_group,"
    "province,disposition"
)
Read = Callable[..., FolderReport]


def line(kind: str, at: str, place: str = "A//", more: str = "", visit: str = "V1") -> str:
    """A message without its number; ``place`` is hospital/unit/bed, ``more`` kind/disposition."""
    hospital, unit, bed = place.split("/")
    how, _, disposition = more.partition("/")
    patient = visit.replace("V", "P")
    who = f"{visit},{patient},I,{hospital},{unit},{bed},{how},female,15-64,P,{disposition}"
    return f"{kind},2026-11-01T{at},{who}"


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def of(*lines: str, **tables: str) -> FolderReport:
        (tmp_path / "gst.yaml").write_text(GST)
        numbered = [f"{number},{text}" for number, text in enumerate(lines, start=1)]
        texts = {**TABLES, "adt": "\n".join([HEADER, *numbered, ""]), **tables}
        for name, text in texts.items():
            (tmp_path / f"{name}.csv").write_text(text)
        return read_adt_folder(tmp_path)

    return of


def stays(report: FolderReport) -> list[tuple[str, ...]]:
    assert [str(problem) for problem in report.findings.problems] == []
    assert report.data is not None
    frame = report.data.history.stays
    names = ["unit", "bed", "admitted_at", "left_at", "kind", "outcome"]
    text = frame[names].assign(
        admitted_at=frame["admitted_at"].dt.strftime("%H:%M:%S"),
        left_at=frame["left_at"].dt.strftime("%H:%M:%S"),
    )
    return [
        tuple("" if pd.isna(cell) else str(cell) for cell in row)
        for row in text.itertuples(index=False)
    ]


EMERGENCY = (
    line("A04", "08:00"),
    line("A02", "08:40", "A/A-ED/E1"),
    line("A01", "11:00", "A/A-MED/M1"),
    line("A02", "11:00:20", "A/A-MED/M2"),
    line("A02", "15:00", "B/B-MED/B1"),
    line("A03", "23:00", "B//", "/died"),
)
EMERGENCY_STAYS = [
    ("A-ED", "E1", "08:40:00", "11:00:00", "emergency", "moved"),
    ("A-MED", "M1", "11:00:00", "11:00:20", "emergency", "moved"),
    ("A-MED", "M2", "11:00:20", "15:00:00", "emergency", "transferred"),
    ("B-MED", "B1", "15:00:00", "23:00:00", "transfer", "died"),
]


def test_an_emergency_is_registered_admitted_moved_and_transferred(read: Read) -> None:
    report = read(*EMERGENCY)
    assert stays(report) == EMERGENCY_STAYS
    assert report.data is not None
    visits = report.data.history.visits
    assert visits.loc[visits["visits"] > 0, "hour"].dt.hour.tolist() == [8]


def test_messages_that_arrive_late_count_at_their_time(read: Read) -> None:
    assert stays(read(*reversed(EMERGENCY))) == EMERGENCY_STAYS


def test_cancels_leave_no_trace_of_what_they_cancel(read: Read) -> None:
    cancelled = (
        *EMERGENCY[:4],
        line("A02", "12:00", "A/A-ED/E1"),
        line("A12", "12:30"),
        line("A02", "15:00", "B/B-MED/B1"),
        line("A03", "16:00", "B//", "/home"),
        line("A13", "16:10"),
        line("A03", "23:00", "B//", "/died"),
    )
    assert stays(read(*cancelled)) == EMERGENCY_STAYS


def test_a_cancelled_admission_leaves_the_patient_where_he_was_registered(read: Read) -> None:
    one = (*EMERGENCY[:3], line("A11", "11:30"), line("A03", "12:00", "A//", "/home"))
    assert stays(read(*one)) == [("A-ED", "E1", "08:40:00", "12:00:00", "emergency", "home")]
    both = (line("A04", "08:00"), line("A11", "08:05"), line("A01", "09:00", "A/A-MED/M1"))
    assert [row[:3] for row in stays(read(*both))] == [("A-MED", "M1", "09:00:00")]


def test_a_patient_between_two_units_is_in_neither(read: Read) -> None:
    report = read(
        line("A01", "08:00", "A/A-MED/M1", "elective/"),
        line("A02", "09:00"),
        line("A02", "10:00", "A/A-MED/M2"),
    )
    assert stays(report) == [
        ("A-MED", "M1", "08:00:00", "09:00:00", "elective", "moved"),
        ("A-MED", "M2", "10:00:00", "", "elective", "present"),
    ]


def test_who_left_without_being_seen_counts_as_a_visit_without_a_stay(read: Read) -> None:
    report = read(line("A04", "08:59:59"), line("A03", "09:30", "A//", "/left_unseen"))
    assert stays(report) == []
    assert report.data is not None
    assert report.data.history.visits["visits"].sum() == 1


WRONG = [
    ((line("A02", "08:00", "A/A-MED/M1"),), "message_out_of_order", 2),
    ((line("A03", "08:00"),), "message_out_of_order", 2),
    ((line("A12", "08:00"),), "message_out_of_order", 2),
    ((line("A01", "08:00"),), "message_out_of_order", 2),
    ((*EMERGENCY, line("A02", "23:30", "A/A-MED/M1")), "message_out_of_order", 8),
    ((*EMERGENCY[:3], line("A01", "12:00", "A/A-MED/M2")), "message_out_of_order", 5),
    ((*EMERGENCY[:1], line("A04", "12:00")), "message_out_of_order", 3),
    ((line("A01", "08:00", "A/A-MED/M1"), line("A13", "09:00")), "message_out_of_order", 3),
    ((line("A99", "08:00"),), "unreadable_value", 2),
    ((line("A01", "08:00", "A/NOWHERE/"),), "unknown_code", 2),
    ((line("A01", "08:00", "A/A-MED/B1"),), "bed_of_another_unit", 2),
    (
        (
            line("A01", "08:00", "A/A-MED/M1"),
            line("A01", "09:00", "A/A-MED/M1", visit="V2"),
        ),
        "bed_taken_twice",
        2,
    ),
    ((line("A01", "08:00", "A/A-MED/M1").replace("2026", "2027"),), "history_after_as_of", None),
]


@pytest.mark.parametrize(("lines", "code", "row"), WRONG)
def test_what_cannot_be_is_told_with_its_row(
    lines: tuple[str, ...], code: str, row: int | None, read: Read
) -> None:
    report = read(*lines)
    problems = [(problem.code, problem.row) for problem in report.findings.problems]
    assert (code, row) in problems
    assert report.data is None


def test_two_patients_in_one_visit_are_told_apart(read: Read) -> None:
    other = line("A03", "09:00").replace("P1", "P2")
    report = read(line("A01", "08:00", "A/A-MED/M1"), other)
    assert [problem.code for problem in report.findings.problems] == ["message_out_of_order"]


def test_stays_come_from_messages_or_from_a_table_but_not_from_both(read: Read) -> None:
    table = (
        "patient,unit,admitted_at,left_at,kind,sex,age_group,province,outcome\n"
        "X,A-MED,2026-11-01T08:00,,emergency,male,65+,P,present\n"
    )
    report = read(*EMERGENCY, stays=table)
    assert "two_files" in [problem.code for problem in report.findings.problems]


def test_a_folder_without_messages_is_told_what_is_missing(read: Read, tmp_path: Path) -> None:
    read(*EMERGENCY)
    (tmp_path / "adt.csv").unlink()
    report = read_adt_folder(tmp_path)
    assert [problem.code for problem in report.findings.problems] == ["missing_file"]
