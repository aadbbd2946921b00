"""Rosters as files: read back they say the same, and the same roster gives the same bytes."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from hospital.roster import Assignment, Roster, RosterProblem
from scheduling.rosters.export import roster_csv, roster_ics, roster_xlsx
from scheduling.spreadsheet import plain_text

pytestmark = pytest.mark.unit

AssignmentMaker = Callable[[str, int, str], Assignment]
LABELS = {"title": "Médecine", "name": "Nom", "hours": "Heures", "nights": "Nuits"}
STAMP = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def roster(ward: Callable[..., RosterProblem], on: AssignmentMaker) -> Roster:
    problem = ward()
    odd = problem.staff[1].but(name="=HYPERLINK(évil)")
    problem = problem.but(staff=(problem.staff[0], odd, *problem.staff[2:]))
    duties = (on("N02", 1, "N"), on("N01", 0, "M"), on("N02", 0, "E"))
    return Roster(problem=problem, assignments=duties, cost=0, bound=0)


def test_csv_reads_back_duty_for_duty(roster: Roster) -> None:
    rows = list(csv.DictReader(StringIO(roster_csv(roster).decode("utf-8-sig"))))
    read = {(r["staff"], date.fromisoformat(r["day"]), r["shift"]) for r in rows}
    assert read == {(a.staff, a.day, a.shift) for a in roster.assignments}
    night = next(r for r in rows if r["shift"] == "N")
    assert night["starts_at"] == "2026-11-24T20:00:00+00:00"  # 21:00 in Morocco
    assert night["hours"] == "10"


def test_a_name_never_becomes_a_formula(roster: Roster) -> None:
    assert ",'=HYPERLINK" in roster_csv(roster).decode("utf-8-sig")
    sheet = load_workbook(BytesIO(roster_xlsx(roster, LABELS))).active
    assert sheet is not None
    assert sheet["A3"].value == "'=HYPERLINK(évil)"
    assert plain_text("Amina") == "Amina"


def test_ics_holds_the_duties_of_one_person_in_utc(roster: Roster) -> None:
    text = roster_ics(roster, "N02", STAMP).decode()
    assert text.count("BEGIN:VEVENT") == 2
    assert "DTSTART:20261123T130000Z\r\nDTEND:20261123T200000Z" in text
    assert roster_ics(roster, "N07", STAMP).decode().count("VEVENT") == 0


def test_ics_lines_are_short_and_whole_letters(roster: Roster) -> None:
    long = roster.problem.shifts[0].but(name="صباح, " * 30)
    renamed = roster.but(problem=roster.problem.but(shifts=(long, *roster.problem.shifts[1:])))
    raw = roster_ics(renamed, "N01", STAMP)
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    assert "SUMMARY:" + "صباح\\, " * 30 in raw.decode().replace("\r\n ", "")


@pytest.mark.parametrize("right_to_left", [False, True])
def test_the_wall_chart_shows_each_duty_in_its_cell(roster: Roster, right_to_left: bool) -> None:
    raw = roster_xlsx(roster, LABELS, right_to_left=right_to_left)
    sheet = load_workbook(BytesIO(raw)).active
    assert sheet is not None
    assert sheet.sheet_view.rightToLeft is right_to_left
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert rows[2][1:4] == ("E", "N", None)
    assert rows[2][-2:] == (17, 1)
    assert len(rows) == len(roster.problem.staff)


def test_no_clock_is_written_into_the_wall_chart(roster: Roster) -> None:
    """So the same roster gives the same bytes, today and tomorrow."""
    raw = roster_xlsx(roster, LABELS)
    assert raw == roster_xlsx(roster, LABELS)
    with ZipFile(BytesIO(raw)) as chart:
        assert {entry.date_time[0] for entry in chart.infolist()} == {1980}
        assert chart.read("docProps/core.xml").count(b">2000-01-01T00:00:00Z<") == 2
