"""Reads an XLSX sheet as text: dates as dates, whole numbers without a point."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from application.folder.text_table import Record, TextTable, plain_number, table_of_records
from hospital.errors import GstError, say

MAXIMUM_UNPACKED_MB = 2_000
BYTES_PER_MB = 1_000_000
HALF_SECOND = timedelta(milliseconds=500)


def read_xlsx(file: Path, sheet: str) -> TextTable:
    """The cells of the only sheet with rows, or of the one that has the name of the table.

    Raises:
        GstError: several sheets hold rows and none has this name, or the file would unpack
            into more than a computer can hold.
    """
    from openpyxl import load_workbook  # noqa: PLC0415 - slow, and CSV does not need it

    _refuse_bomb(file)
    workbook = load_workbook(file, read_only=True, data_only=True)
    try:
        rows = _rows(_sheet(workbook.worksheets, sheet))
        return table_of_records(next(rows, []), rows)
    finally:
        workbook.close()


def _refuse_bomb(file: Path) -> None:
    with ZipFile(file) as archive:
        megabytes = sum(part.file_size for part in archive.infolist()) / BYTES_PER_MB
    if megabytes > MAXIMUM_UNPACKED_MB:
        raise GstError(
            "file_too_large",
            say("{size} MB once it is unpacked", size=f"{megabytes:.0f}"),
        )


def _sheet(sheets: list[Any], name: str) -> Any:
    named = [sheet for sheet in sheets if sheet.title.strip().lower() == name]
    used = named or [sheet for sheet in sheets if _has_rows(sheet)] or sheets[:1]
    if len(used) != 1:
        titles = ", ".join(sheet.title for sheet in used)
        raise GstError("several_sheets", say("several sheets: {sheets}", sheets=titles))
    return used[0]


def _has_rows(sheet: Any) -> bool:
    return any(any(cell is not None for cell in row) for row in sheet.iter_rows(values_only=True))


def _rows(sheet: Any) -> Iterator[Record]:
    """Rows without the empty cells at their end, which a spreadsheet adds as it likes."""
    sheet.reset_dimensions()
    width = 0
    for row in sheet.iter_rows(values_only=True):
        cells = [_text(cell) for cell in row]
        while cells and cells[-1] is None:
            cells.pop()
        width = width or len(cells)
        yield cells + [None] * (width - len(cells))


def _text(cell: Any) -> str | None:
    match cell:
        case None:
            return None
        case bool():
            return "true" if cell else "false"
        case float():
            return plain_number(cell)
        case datetime():
            rounded = (cell + HALF_SECOND).replace(microsecond=0)
            return rounded.isoformat().removesuffix("T00:00:00")
        case date() | time():
            return cell.isoformat()
    return str(cell)
