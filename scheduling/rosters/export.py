"""A roster as files: CSV for machines, ICS for a person's telephone, XLSX for the ward's wall.

Each function returns bytes and the same roster gives the same bytes: no clock is read. Words
come from the caller, who knows the reader's language.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import datetime
from io import StringIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from hospital.duty import Duty, duties_by_person
from hospital.roster import Roster
from hospital.roster_fairness import SATURDAY
from scheduling.icalendar import Event, icalendar
from scheduling.spreadsheet import plain_text, stable_bytes

COLUMNS = ("staff", "name", "day", "shift", "starts_at", "ends_at", "hours")
NIGHT_FILL = PatternFill("solid", start_color="FFD9E1F2")
WEEKEND_FILL = PatternFill("solid", start_color="FFF2F2F2")
NAME_WIDTH = 26
DAY_WIDTH = 5


def roster_csv(roster: Roster, state: str | None = None) -> bytes:
    """One row for each duty in UTF-8 with a byte order mark; times are UTC instants.

    ``state`` says in a last column, where it is given, whether anybody has published the roster.
    """
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS if state is None else (*COLUMNS, "state"))
    names = {person.staff: person.name for person in roster.problem.staff}
    for staff, duties in _duties(roster).items():
        for duty in duties:
            writer.writerow(
                [
                    staff,
                    plain_text(names.get(staff, "")),
                    duty.day.isoformat(),
                    duty.shift.shift,
                    duty.starts_at.isoformat(),
                    duty.ends_at.isoformat(),
                    f"{duty.hours:g}",
                    *([] if state is None else [state]),
                ]
            )
    return text.getvalue().encode("utf-8-sig")


def roster_ics(roster: Roster, staff: str, stamped_at: datetime) -> bytes:
    """The duties of one person as a calendar (RFC 5545); an unknown person has an empty one.

    ``stamped_at`` is when this version was made, as an aware time. A later version replaces
    the events of an earlier one, for each duty keeps its identifier.
    """
    unit = roster.problem.unit
    events = [
        Event(
            uid=f"{unit}-{staff}-{duty.day.isoformat()}-{duty.shift.shift}@tadbir",
            starts_at=duty.starts_at,
            ends_at=duty.ends_at,
            summary=duty.shift.name,
            location=unit,
        )
        for duty in _duties(roster).get(staff, [])
    ]
    return icalendar("roster", events, stamped_at)


def roster_xlsx(roster: Roster, labels: Mapping[str, str], *, right_to_left: bool = False) -> bytes:
    """The wall chart: people down, days across, nights and weekends shaded, totals at the end.

    ``labels`` gives the words for ``title``, ``name``, ``hours`` and ``nights``.
    """
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise TypeError("a new workbook has one worksheet")
    sheet.title = labels["title"][:31]
    sheet.sheet_view.rightToLeft = right_to_left
    _write_header(sheet, roster, labels)
    for row, person in enumerate(roster.problem.staff, start=2):
        sheet.cell(row, 1, plain_text(person.name))
        _write_duties(sheet, row, roster, _duties(roster).get(person.staff, []))
    sheet.freeze_panes = "B2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    return stable_bytes(book)


def _duties(roster: Roster) -> dict[str, list[Duty]]:
    duties = duties_by_person(roster.assignments, roster.problem.shifts)
    return dict(sorted(duties.items()))


def _write_header(sheet: Worksheet, roster: Roster, labels: Mapping[str, str]) -> None:
    days = roster.problem.calendar()
    heads = [labels["name"], *(f"{day:%d/%m}" for day in days), labels["hours"], labels["nights"]]
    for column, head in enumerate(heads, start=1):
        cell = sheet.cell(1, column, plain_text(head))
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = max(DAY_WIDTH, len(head) + 2)
    sheet.column_dimensions["A"].width = NAME_WIDTH
    for column, day in enumerate(days, start=2):
        if day.weekday() >= SATURDAY or day in roster.problem.holidays:
            for row in range(1, len(roster.problem.staff) + 2):
                sheet.cell(row, column).fill = WEEKEND_FILL


def _write_duties(sheet: Worksheet, row: int, roster: Roster, duties: Iterable[Duty]) -> None:
    worked = list(duties)
    for duty in worked:
        if roster.problem.has_day(duty.day):
            column = 2 + (duty.day - roster.problem.first_day).days
            cell = sheet.cell(row, column, duty.shift.shift)
            cell.alignment = Alignment(horizontal="center")
            if duty.is_night:
                cell.fill = NIGHT_FILL
    sheet.cell(row, roster.problem.days + 2, sum(duty.hours for duty in worked))
    sheet.cell(row, roster.problem.days + 3, sum(duty.is_night for duty in worked))
