"""Reads CSV as spreadsheets write it: comma, semicolon or tab, quotes, any end of line."""

import csv
from collections.abc import Iterator
from pathlib import Path

from application.folder.text_table import TextTable, table_of_records
from hospital.errors import Problem, say

SEPARATORS = (",", ";", "\t")
LONGEST_HEADER = 100_000


class CsvFileError(Exception):
    """The file stops being CSV at some row; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def read_csv(file: Path) -> TextTable:
    """The cells of a CSV file.

    Raises:
        CsvFileError: the bytes are not UTF-8, or a quote is not closed.
        OSError: the file cannot be read.
    """
    separator = ","
    counter = _Rows()
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            separator = _separator(lines.readline(LONGEST_HEADER))
            lines.seek(0)
            records = counter.of(csv.reader(lines, delimiter=separator, strict=True))
            table = table_of_records(next(records, []), records)
    except UnicodeDecodeError:
        raise CsvFileError(_wrong_encoding(file)) from None
    except csv.Error as error:
        raise CsvFileError(_broken(file, counter.done + 1, error)) from None
    decimal_comma = separator == ";"
    return TextTable(
        table.cells, decimal_comma, table.too_long, table.too_short, table.repeated_columns
    )


class _Rows:
    """Counts the rows that were read, so that an error can name the next one."""

    def __init__(self) -> None:
        self.done = 0

    def of(self, records: Iterator[list[str]]) -> Iterator[list[str]]:
        for record in records:
            self.done += 1
            yield record


def _separator(header: str) -> str:
    return max(SEPARATORS, key=header.count)


def _wrong_encoding(file: Path) -> Problem:
    """The first line that is not UTF-8, and the byte that shows it."""
    row, byte = _first_wrong_byte(file)
    return Problem(
        "wrong_encoding",
        file.name,
        row=row,
        found=say("the byte {byte}, which is not UTF-8", byte=f"0x{byte:02X}"),
        expected=say("text in UTF-8"),
        remedy=say("In the spreadsheet, choose Save as, then CSV UTF-8."),
    )


def _first_wrong_byte(file: Path) -> tuple[int, int]:
    with file.open("rb") as lines:
        for row, line in enumerate(lines, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                return row, error.object[error.start]
    return 1, 0


def _broken(file: Path, row: int, error: csv.Error) -> Problem:
    return Problem(
        "broken_csv",
        file.name,
        row=row,
        found=str(error),
        expected=say("text between two quotes, and a quote inside it written twice"),
        remedy=say("Close the quote in this row, or just before it."),
    )
