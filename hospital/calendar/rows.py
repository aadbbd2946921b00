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

from hospital.errors import InvalidInput, Problem


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a cell must be, and the words for a person who wrote something else."""

    code: str
    expected: str
    remedy: str


DATE = Expectation(
    "not_a_date", "a date such as 2026-03-21", "Write year-month-day, as text if Excel changes it."
)
NUMBER = Expectation("not_a_number", "a whole number", "Write digits only.")
YES_OR_NO = Expectation("not_yes_or_no", "yes or no", "Write yes or no.")
FILLED = Expectation("empty_cell", "a text", "Fill the cell.")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table, and where it stands in its file."""

    file: str
    number: int
    cells: Mapping[str, str]


@dataclass(slots=True)
class Findings:
    """The problems found so far."""

    problems: list[Problem] = field(default_factory=list)

    def report(self, row: Row, column: str, rule: Expectation) -> None:
        """Add what is wrong with one cell."""
        found = row.cells.get(column, "") or "nothing"
        where = {"file": row.file, "row": row.number, "column": column}
        self.problems.append(_problem(rule, found, **where))

    def report_file(self, file: str, found: str, rule: Expectation) -> None:
        """Add what is wrong with a whole file."""
        self.problems.append(_problem(rule, found, file=file))

    def raise_if_any(self) -> None:
        """Raise InvalidInput with all the problems, in the order of the rows."""
        if self.problems:
            raise InvalidInput(sorted(self.problems, key=lambda p: (p.file, p.row or 0)))

    def filled(self, row: Row, column: str) -> str:
        """The text of a cell that may not be empty."""
        if not row.cells[column]:
            self.report(row, column, FILLED)
        return row.cells[column]

    def date(self, row: Row, column: str) -> date | None:
        """The date of a cell, or None once reported."""
        try:
            return date.fromisoformat(row.cells[column])
        except ValueError:
            self.report(row, column, DATE)
            return None

    def number(self, row: Row, column: str) -> int | None:
        """The whole number of a cell, or None once reported."""
        try:
            return int(row.cells[column])
        except ValueError:
            self.report(row, column, NUMBER)
            return None

    def yes(self, row: Row, column: str) -> bool:
        """Whether a cell says yes."""
        answer = row.cells[column].lower()
        if answer not in {"yes", "no"}:
            self.report(row, column, YES_OR_NO)
        return answer == "yes"

    def choice(self, row: Row, column: str, choices: Iterable[str]) -> str | None:
        """The cell when it is one of ``choices``, or None once reported."""
        known = list(choices)
        if row.cells[column] in known:
            return row.cells[column]
        rule = Expectation(
            "unknown_value", "one of " + ", ".join(known), "Copy one of these words exactly."
        )
        self.report(row, column, rule)
        return None


def read_rows(path: Path, columns: Sequence[str], findings: Findings) -> list[Row]:
    """The rows of a CSV table; what cannot be read goes to ``findings``."""
    text = _text(path, findings)
    if text is None:
        return []
    reader = csv.DictReader(StringIO(text), delimiter=_delimiter(text), restval="")
    header = [name.strip() for name in reader.fieldnames or []]
    if header != list(columns):
        _report_header(path.name, header, columns, findings)
        return []
    reader.fieldnames = header
    rows = [_row(path.name, reader.line_num, cells, findings) for cells in reader]
    return [row for row in rows if any(row.cells.values())]


def _row(file: str, number: int, cells: dict[str | None, str | list[str]], findings: Findings) -> Row:
    row = Row(file, number, {k: v.strip() for k, v in cells.items() if k and isinstance(v, str)})
    if None in cells:
        findings.problems.append(
            Problem(
                code="too_many_cells",
                file=file,
                row=number,
                found="more cells than the header has",
                expected="one cell for each column",
                remedy="Put a text that holds a comma between double quotes.",
            )
        )
    return row


def _text(path: Path, findings: Findings) -> str | None:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as failure:
        rule = Expectation("unreadable_file", "a file to read", "Check the path and its rights.")
        findings.report_file(path.name, failure.strerror or "an error", rule)
    except UnicodeDecodeError:
        rule = Expectation("not_utf8", "UTF-8 text", "Save the table as CSV UTF-8.")
        findings.report_file(path.name, "another encoding", rule)
    return None


def _delimiter(text: str) -> str:
    """French spreadsheets write semicolons."""
    header = text.partition("\n")[0]
    return ";" if header.count(";") > header.count(",") else ","


def _report_header(
    file: str, header: list[str], columns: Sequence[str], findings: Findings
) -> None:
    findings.problems.append(
        Problem(
            code="wrong_header",
            file=file,
            row=1,
            found=", ".join(header) or "nothing",
            expected=", ".join(columns),
            remedy="Give the table these columns, in this order.",
        )
    )


def _problem(
    rule: Expectation,
    found: str,
    *,
    file: str,
    row: int | None = None,
    column: str | None = None,
) -> Problem:
    return Problem(
        code=rule.code,
        file=file,
        row=row,
        column=column,
        found=found,
        expected=rule.expected,
        remedy=rule.remedy,
    )
