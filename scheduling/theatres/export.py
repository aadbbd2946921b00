"""A theatre plan as files: CSV for machines, ICS for a surgeon's telephone, XLSX for the suite.

Each function returns bytes and the same plan gives the same bytes. Words come from the caller,
who knows the reader's language.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from io import StringIO

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from hospital.calendar.clock import casablanca
from hospital.theatre_plan import PlannedCase, TheatrePlan
from scheduling.icalendar import Event, icalendar
from scheduling.spreadsheet import plain_text, stable_bytes

COLUMNS = ("room", "start", "end", "minutes", "patient", "procedure", "surgeon", "session")
CSV_COLUMNS = ("day", *COLUMNS)
ROOM_FILL = PatternFill("solid", start_color="FFEEF0F2")
WIDTHS = (14, 8, 8, 9, 16, 34, 24, 16)


def by_room_and_time(plan: TheatrePlan) -> list[PlannedCase]:
    """The cases in the order in which a suite reads them."""
    rooms = {row.session: row.room for row in plan.problem.sessions}
    return sorted(plan.cases, key=lambda c: (c.day, rooms[c.session], c.start_minute, c.patient))


def operating_days(plan: TheatrePlan) -> list[date]:
    """Days of the plan with at least one case."""
    return sorted({case.day for case in plan.cases})


def plan_csv(plan: TheatrePlan, names: Mapping[str, str]) -> bytes:
    """One row for each case in UTF-8 with a byte order mark; times are local, as HH:MM."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for case in by_room_and_time(plan):
        cells = [plain_text(cell) for cell in case_cells(plan, case, names)]
        writer.writerow([case.day.isoformat(), *cells])
    return text.getvalue().encode("utf-8-sig")


def plan_ics(plan: TheatrePlan, surgeon: str, stamped_at: datetime) -> bytes:
    """The operations of one surgeon as a calendar; no name and no procedure leaves with it."""
    rooms = {row.session: row.room for row in plan.problem.sessions}
    events = [
        Event(
            uid=f"{plan.problem.hospital}-{case.patient}-{case.day.isoformat()}@tadbir",
            starts_at=_moment(case.day, case.start_minute),
            ends_at=_moment(case.day, case.end_minute),
            summary=case.patient,
            location=f"{plan.problem.hospital} {short_room(plan, rooms[case.session])}",
        )
        for case in by_room_and_time(plan)
        if case.surgeon == surgeon
    ]
    return icalendar("theatre", events, stamped_at)


def plan_xlsx(
    plan: TheatrePlan,
    names: Mapping[str, str],
    labels: Mapping[str, str],
    *,
    right_to_left: bool = False,
) -> bytes:
    """A sheet for each day with operations, room by room, and one of who has to wait.

    ``labels`` has the words for ``COLUMNS``, ``waiting``, ``why``, and the reason of each patient
    left out under his code; ``notes`` are lines below each sheet, parted by line ends.
    """
    book = Workbook()
    first = book.active
    if not isinstance(first, Worksheet):
        raise TypeError("a new workbook has one worksheet")
    book.remove(first)
    for day in operating_days(plan):
        rows = [case_cells(plan, c, names) for c in by_room_and_time(plan) if c.day == day]
        sheet = book.create_sheet(f"{day:%Y-%m-%d}")
        _fill(sheet, [labels[column] for column in COLUMNS], rows, labels["notes"])
        _shade_rooms(sheet, len(rows))
        sheet.sheet_view.rightToLeft = right_to_left
    waiting = book.create_sheet(labels["waiting"][:31])
    left = [[row.patient, labels[row.patient]] for row in plan.unplanned]
    _fill(waiting, [labels["patient"], labels["why"]], left, labels["notes"])
    waiting.column_dimensions["B"].width = 80
    waiting.sheet_view.rightToLeft = right_to_left
    return stable_bytes(book)


def case_cells(plan: TheatrePlan, case: PlannedCase, names: Mapping[str, str]) -> list[str]:
    """A case in words, as ``COLUMNS``; ``names`` of procedures and surgeons by code."""
    session = next(row for row in plan.problem.sessions if row.session == case.session)
    procedure = {row.patient: row.procedure for row in plan.problem.waiting_list}[case.patient]
    return [
        short_room(plan, session.room),
        clock(case.start_minute),
        clock(case.end_minute),
        str(case.expected_minutes),
        case.patient,
        names.get(procedure, procedure),
        names.get(case.surgeon, case.surgeon),
        case.session,
    ]


def short_room(plan: TheatrePlan, room: str) -> str:
    """The code of a room without that of its hospital, which stands above."""
    return room.removeprefix(f"{plan.problem.hospital}-")


def clock(minute: int) -> str:
    """Minutes after midnight as HH:MM."""
    hours, minutes = divmod(minute, 60)
    return f"{hours % 24:02d}:{minutes:02d}"


def _moment(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(), casablanca()) + timedelta(minutes=minute)


def _fill(
    sheet: Worksheet, heads: Sequence[str], rows: Sequence[Sequence[str]], notes: str
) -> None:
    for column, (head, width) in enumerate(zip(heads, WIDTHS, strict=False), start=1):
        sheet.cell(1, column, plain_text(head)).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    for at, row in enumerate(rows, start=2):
        for column, cell in enumerate(row, start=1):
            sheet.cell(at, column, plain_text(cell))
    for at, note in enumerate(notes.splitlines(), start=len(rows) + 3):
        sheet.cell(at, 1, plain_text(note))
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0


def _shade_rooms(sheet: Worksheet, rows: int) -> None:
    """Every second room is shaded, so that the eye finds its room."""
    for room, at in _room_rows(sheet, rows):
        if room % 2:
            for column in range(1, len(COLUMNS) + 1):
                sheet.cell(at, column).fill = ROOM_FILL


def _room_rows(sheet: Worksheet, rows: int) -> Iterator[tuple[int, int]]:
    room, before = -1, object()
    for at in range(2, rows + 2):
        if (found := sheet.cell(at, 1).value) != before:
            room, before = room + 1, found
        yield room, at
