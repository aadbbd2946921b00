"""Rosters leave Tadbir as files; each says whether anybody has published it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from application.files_out import whose_word
from application.folder.reading import GstData
from application.language import Language, Translator
from application.settings import load_settings
from application.use_cases.build_roster import RosterDraft, RosterRequest, build_roster
from application.use_cases.decide import Opinion, decide
from application.use_cases.export_roster import export_roster, roster_file
from application.use_cases.folders import import_data
from application.use_cases.session import Session, open_session
from governance.decision import Role, Verdict
from hospital.errors import GstError
from scenarios.demo import DemoSize, generate
from tests.cases import quick_first

pytestmark = pytest.mark.integration

ASKED = RosterRequest("HP-SEA-PED", date(2026, 11, 23), 14, work_limit=1)
PUBLISH = Opinion(Verdict.ACCEPTED, "Youssef Alaoui", Role.SCHEDULER)
FRENCH, ARABIC, ENGLISH = (Translator(one) for one in Language)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    home = tmp_path_factory.mktemp("walls")
    settings = load_settings({"TADBIR_HOME": str(home), "TADBIR_PROCESSES": "1"})
    with open_session(settings) as session:
        import_data(session, GstData(*generate(DemoSize.SMALL, 1)))
        yield session


@pytest.fixture(scope="module")
def built(work: Session) -> RosterDraft:
    return build_roster(work, ASKED)


def drawn(pdf: bytes) -> str:
    """The instructions of every page, unpacked."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, flags=re.DOTALL)
    unpacked = b""
    for stream in streams:
        try:
            unpacked += zlib.decompress(stream)
        except zlib.error:
            continue
    return unpacked.decode("latin-1")


@pytest.mark.parametrize("t", quick_first([FRENCH, ARABIC, ENGLISH]), ids=list(Language))
def test_the_wall_chart_is_one_sheet_across_the_same_every_time(
    work: Session, built: RosterDraft, t: Translator
) -> None:
    pdf = roster_file(work, built.run, ".pdf", t)
    assert pdf.startswith(b"%PDF")
    assert pdf == roster_file(work, built.run, ".pdf", t)
    assert pdf.count(b"/Type /Page ") == 1
    assert b"/MediaBox [ 0 0 841.68 595.44 ]" in pdf
    shaded = drawn(pdf).count("0.811764")  # the blue of nights, red part
    nights = {shift.shift for shift in built.roster.problem.shifts if shift.is_night}
    assert shaded >= sum(duty.shift in nights for duty in built.roster.assignments) > 0


def test_the_workbook_has_every_duty(work: Session, built: RosterDraft) -> None:
    book = load_workbook(BytesIO(roster_file(work, built.run, ".xlsx", ARABIC)))
    sheet = book.worksheets[0]
    assert sheet.sheet_view.rightToLeft
    days = built.roster.problem.days
    cells = [cell.value for row in sheet.iter_rows(2, None, 2, days + 1) for cell in row]
    assert sum(value is not None for value in cells) == len(built.roster.assignments)


def test_a_draft_says_so_until_a_named_person_publishes_it(
    work: Session, built: RosterDraft
) -> None:
    assert "nobody has published" in ENGLISH(whose_word(work, built.run))
    draft = roster_file(work, built.run, ".pdf", FRENCH)
    assert roster_file(work, built.run, ".csv", FRENCH).splitlines()[1].endswith(b",draft")
    for suffix in (".ics", ".zip"):
        with pytest.raises(GstError, match="not_published"):
            roster_file(work, built.run, suffix, FRENCH, "whoever")
    decide(work, built.run, PUBLISH)
    said = ENGLISH(whose_word(work, built.run))
    assert "Published by Youssef Alaoui (Scheduler)" in said
    assert roster_file(work, built.run, ".pdf", FRENCH) != draft
    assert roster_file(work, built.run, ".csv", FRENCH).splitlines()[1].endswith(b",accepted")


def test_everybody_has_a_calendar_with_all_duties(work: Session, built: RosterDraft) -> None:
    with ZipFile(BytesIO(roster_file(work, built.run, ".zip", FRENCH))) as archive:
        events = {name: archive.read(name).count(b"BEGIN:VEVENT") for name in archive.namelist()}
    staff = [person.staff for person in built.roster.problem.staff]
    assert list(events) == [f"{one}.ics" for one in staff]
    assert sum(events.values()) == len(built.roster.assignments)
    own = roster_file(work, built.run, ".ics", FRENCH, staff[0])
    assert own.count(b"BEGIN:VEVENT") == events[f"{staff[0]}.ics"]


def test_a_wrong_kind_or_person_is_named_and_nothing_is_written(
    work: Session, built: RosterDraft, tmp_path: Path
) -> None:
    for name, staff, code in (
        ("wall.docx", None, "unknown_format"),
        ("one.ics", None, "not_in_roster"),
        ("one.ics", "NOBODY", "not_in_roster"),
    ):
        with pytest.raises(GstError) as wrong:
            export_roster(work, built.run, tmp_path / name, FRENCH, staff)
        assert wrong.value.code == code
    assert list(tmp_path.iterdir()) == []
    export_roster(work, built.run, tmp_path / "new" / "duties.csv", FRENCH)
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["duties.csv"]
