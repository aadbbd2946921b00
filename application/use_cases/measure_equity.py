"""Equity of performance from a CSV of cases: one row for each, with its error and its groups."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from application.use_cases.access import needs
from application.use_cases.session import Session
from governance.access import Action
from governance.equity import Cases, EquityReport, equity_report
from hospital.errors import GstError, InvalidInput, Problem, say

MOST_PROBLEMS = 50
FIRST_ROW = 2


@needs(Action.READ)
def measure_equity(
    session: Session, file: Path, by: Sequence[str], error: str = "error", weight: str | None = None
) -> EquityReport:
    """The deviation of every group of these columns, with intervals and verdicts.

    Raises:
        InvalidInput: a column is missing or a cell is no figure, with every row.
        GstError: the file cannot be read.
    """
    del session
    return equity_report(_cases(file, by, error, weight))


def _cases(file: Path, by: Sequence[str], error: str, weight: str | None) -> Cases:
    rows = _rows(file)
    needed = [error, *by, *([] if weight is None else [weight])]
    missing = [name for name in needed if not rows or name not in rows[0]]
    if missing or not by:
        raise InvalidInput(
            [
                Problem(
                    "missing_columns",
                    file.name,
                    ", ".join(rows[0] if rows else ()) or say("nothing"),
                    ", ".join(missing) or say("a column of groups"),
                    say("Add these columns to the first row."),
                    1,
                )
            ]
        )
    problems: list[Problem] = []
    errors = [_figure(row, error, at, (file, problems)) for at, row in enumerate(rows, FIRST_ROW)]
    weights = [
        1.0 if weight is None else _figure(row, weight, at, (file, problems))
        for at, row in enumerate(rows, FIRST_ROW)
    ]
    if problems:
        raise InvalidInput(problems[:MOST_PROBLEMS], len(problems))
    return Cases(
        metric=error,
        errors=tuple(errors),
        weights=tuple(weights),
        groups={name: tuple((row[name] or "").strip() or "?" for row in rows) for name in by},
    )


def _figure(row: dict[str, str], name: str, at: int, where: tuple[Path, list[Problem]]) -> float:
    file, problems = where
    try:
        return float(row[name] or "")
    except ValueError:
        expected = say("a figure")
        remedy = say("Write a figure with a point, or leave the case out.")
        problems.append(
            Problem("not_a_number", file.name, row[name] or "", expected, remedy, at, name)
        )
        return 0.0


def _rows(file: Path) -> list[dict[str, str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            return list(csv.DictReader(opened))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        hint = say("{file} cannot be read as CSV in UTF-8.", file=str(file))
        raise GstError("unreadable_file", hint) from error
