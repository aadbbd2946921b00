"""Reading an edited table: every wrong cell is reported at once, none stops the reading.

A table comes back from a spreadsheet, so a byte-order mark and semicolons are welcome.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from pathlib import Path

from hospital.errors import InvalidInput, Problem, say


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a cell must be, and the words for a person who wrote something else."""

    code: str
    expected: str
    remedy: str


DATE = Expectation(
    "not_a_date",
    say("a date such as 2026-03-21"),
    say("Write year-month-day, as text if Excel changes it."),
)
NUMBER = Expectation("not_a_number", say("a whole number"), say("Write digits only."))
YES_OR_NO = Expectation("not_yes_or_no", say("yes or no"), say("Write yes or no."))
FILLED = Expectation("empty_cell", say("a text"), say("Fill the cell."))
ONE_CELL_EACH = Expectation(
    "too_many_cells",
    say("one cell for each column"),
    say("Put a text that holds a comma between double quotes."),
)
READABLE = Expectation(
    "unreadable_file", say("a CSV file"), say("Check the path and the rights on it.")
)
UTF8 = Expectation("not_utf8", say("UTF-8 text"), say("Save the table as CSV UTF-8."))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table, and where it stands in its file."""

    file: str
    number: int | None = None
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Findings:
    """The problems found so far; a cell that cannot be read is reported and read as nothing."""

    problems: list[Problem] = field(default_factory=list)

    def report(
        self, row: Row, column: str | None, rule: Expectation, found: str | None = None
    ) -> None:
        """Add one problem; ``found`` is the cell itself unless other words say it better."""
        self.problems.append(
            Problem(
                code=rule.code,
                file=row.file,
                row=row.number,
                column=column,
                found=found or row.cells.get(column or "") or say("nothing"),
                expected=rule.expected,
                remedy=rule.remedy,
            )
        )

    def raise_if_any(self) -> None:
        """Raise InvalidInput with all the problems, in the order of the rows."""
        if self.problems:
            raise InvalidInput(sorted(self.problems, key=lambda p: (p.file, p.row or 0)))

    def read_text(self, row: Row, column: str) -> str:
        """The text of a cell that may not be empty."""
        if not row.cells[column]:
            self.report(row, column, FILLED)
        return row.cells[column]

    def read_date(self, row: Row, column: str) -> date | None:
        """The date of a cell."""
        try:
            return date.fromisoformat(row.cells[column])
        except ValueError:
            self.report(row, column, DATE)
            return None

    def read_number(self, row: Row, column: str) -> int | None:
        """The whole number of a cell."""
        try:
            return int(row.cells[column])
        except ValueError:
            self.report(row, column, NUMBER)
            return None

    def read_yes(self, row: Row, column: str) -> bool:
        """Whether a cell says yes."""
        answer = row.cells[column].lower()
        if answer not in {"yes", "no"}:
            self.report(row, column, YES_OR_NO)
        return answer == "yes"

    def read_choice(self, row: Row, column: str, choices: Iterable[str]) -> str | None:
        """The cell when it is one of ``choices``."""
        known = list(choices)
        if row.cells[column] in known:
            return row.cells[column]
        words = say("one of {choices}", choices=", ".join(known))
        rule = Expectation("unknown_value", words, say("Copy one of these words exactly."))
        self.report(row, column, rule)
        return None


def read_rows(path: Path, columns: Sequence[str], findings: Findings) -> list[Row]:
    """The filled rows of a CSV table; what cannot be read goes to ``findings``."""
    text = _text(path, findings)
    if text is None:
        return []
    reader = csv.DictReader(StringIO(text), delimiter=_delimiter(text), restval="")
    header = [name.strip() for name in reader.fieldnames or []]
    if header != list(columns):
        rule = Expectation(
            "wrong_header", ", ".join(columns), say("Use these columns, in this order.")
        )
        findings.report(Row(path.name, 1), None, rule, ", ".join(header))
        return []
    reader.fieldnames = header
    rows = [_row(Row(path.name, reader.line_num), cells, findings) for cells in reader]
    return [row for row in rows if any(row.cells.values())]


def _row(place: Row, cells: Mapping[str | None, str | list[str]], findings: Findings) -> Row:
    """A row with trimmed cells; the csv module keeps surplus cells under the column None."""
    texts = {k: v.strip() for k, v in cells.items() if k is not None and isinstance(v, str)}
    row = Row(place.file, place.number, texts)
    if None in cells:
        findings.report(
            row, None, ONE_CELL_EACH, say("{count} cells too many", count=len(cells[None]))
        )
    return row


def _text(path: Path, findings: Findings) -> str | None:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as failure:
        findings.report(Row(path.name), None, READABLE, failure.strerror)
    except UnicodeDecodeError:
        findings.report(Row(path.name), None, UTF8, say("another encoding"))
    return None


def _delimiter(text: str) -> str:
    """French spreadsheets write semicolons."""
    header = text.partition("\n")[0]
    return ";" if header.count(";") > header.count(",") else ","
