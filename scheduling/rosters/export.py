"""A roster as files: CSV for machines, ICS for a person's telephone, XLSX for the ward's wall.

Each function returns bytes and the same roster gives the same bytes: no clock is read. Words
come from the caller, who knows the reader's language.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from io import BytesIO, StringIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from hospital.duty import Duty, duties_by_person
from hospital.roster import Roster
from hospital.roster_fairness import SATURDAY

COLUMNS = ("staff", "name", "day", "shift", "starts_at", "ends_at", "hours")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
ICS_LINE_BYTES = 75  # RFC 5545, section 3.1
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip entry can carry
FIXED_TIME = b"2000-01-01T00:00:00Z"
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
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tadbir//roster//EN"]
    for duty in _duties(roster).get(staff, []):
        lines += [
            "BEGIN:VEVENT",
            f"UID:{roster.problem.unit}-{staff}-{duty.day.isoformat()}-{duty.shift.shift}@tadbir",
            f"DTSTAMP:{_utc(stamped_at)}",
            f"DTSTART:{_utc(duty.starts_at)}",
            f"DTEND:{_utc(duty.ends_at)}",
            f"SUMMARY:{_ics_text(duty.shift.name)}",
            f"LOCATION:{_ics_text(roster.problem.unit)}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(_folded(line) for line in lines).encode()


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
    return _stable_bytes(book)


def plain_text(text: str) -> str:
    """Text that a spreadsheet cannot take for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


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


def _stable_bytes(book: Workbook) -> bytes:
    """The workbook with its own times and those of its zip entries fixed."""
    written = BytesIO()
    book.save(written)
    stable = BytesIO()
    with ZipFile(written) as source, ZipFile(stable, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _without_times(content)
            entry = ZipInfo(name, EPOCH)
            entry.compress_type = ZIP_DEFLATED
            target.writestr(entry, content)
    return stable.getvalue()


def _without_times(core: bytes) -> bytes:
    """Set the times that openpyxl stamps on saving to a fixed one."""
    parts = core.split(b"</dcterms:")
    heads = [part[: part.rindex(b">") + 1] + FIXED_TIME for part in parts[:-1]]
    return b"</dcterms:".join([*heads, parts[-1]])


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _ics_text(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, escaped)
    return text.replace("\r", "")


def _folded(line: str) -> str:
    """One content line, folded after 75 bytes without cutting a letter in two."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > ICS_LINE_BYTES:
            pieces.append(piece)
            piece = " "
        piece += letter
    return "\r\n".join([*pieces, piece]) + "\r\n"
