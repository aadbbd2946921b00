"""Turns checked rows into domain types; what a type itself refuses becomes a problem with a row."""

from collections.abc import Iterator
from typing import Any, TypeVar

import pandas as pd
from pydantic import BaseModel, ValidationError

from application.folder.columns import Kind, columns_of
from application.folder.findings import SHOWN_PER_KIND, Findings, file_row
from application.folder.safe_yaml import YamlFile
from hospital.base import Frozen
from hospital.errors import Problem, say
from hospital.gst import GstIdentity
from hospital.tables import IDENTITY_FILE, Table

M = TypeVar("M", bound=BaseModel)


def rows_of(
    table: Table, frame: pd.DataFrame, file_name: str, findings: Findings
) -> tuple[Frozen, ...]:
    """One domain object for each row, in the order of the frame."""
    built: list[Frozen] = []
    refused: list[Problem] = []
    for position, values in zip(frame.index, _records(table, frame), strict=True):
        try:
            built.append(table.row_type.model_validate(values))
        except ValidationError as error:
            refused += _problems(error, file_name, file_row(position))
            findings.rejected.setdefault(file_name, {})[int(position)] = "impossible_row"
    findings.extend(refused[:SHOWN_PER_KIND], len(refused))
    return tuple(built)


def _records(table: Table, frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Rows as plain Python values: dates for day columns, None for empty cells."""
    columns = {}
    for column in columns_of(table):
        cells = frame[column.name]
        if column.kind is Kind.DATE:
            cells = cells.dt.date
        columns[column.name] = [None if _empty(cell) else cell for cell in cells.tolist()]
    names = list(columns)
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(names, values, strict=True))


def _empty(cell: Any) -> bool:
    return cell is None or cell is pd.NA or cell is pd.NaT or cell != cell  # noqa: PLR0124


def identity_of(source: YamlFile, findings: Findings) -> GstIdentity | None:
    """The identity of the GST, or None with every problem of the file noted."""
    try:
        return GstIdentity.model_validate(source.values)
    except ValidationError as error:
        for fault in error.errors():
            path = ".".join(str(part) for part in fault["loc"])
            findings.add(_yaml_problem(dict(fault), path, source))
        return None


def _yaml_problem(fault: dict[str, Any], path: str, source: YamlFile) -> Problem:
    unknown = fault["type"] == "extra_forbidden"
    missing = fault["type"] == "missing"
    known = ", ".join(GstIdentity.model_fields)
    return Problem(
        "unknown_key" if unknown else "missing_key" if missing else "wrong_value",
        IDENTITY_FILE,
        found=say("nothing") if missing else path if unknown else str(fault["input"])[:80],
        expected=say("keys among: {keys}", keys=known) if unknown else _expected(fault),
        remedy=say("Compare the file with the one that tadbir init writes."),
        row=source.lines.get(path),
        column=path,
    )


def _problems(error: ValidationError, file_name: str, row: int) -> list[Problem]:
    return [
        Problem(
            "impossible_row",
            file_name,
            found=str(fault["input"])[:80] if fault["loc"] else say("this row"),
            expected=_expected(dict(fault)),
            remedy=say("Correct this row."),
            row=row,
            column=".".join(str(part) for part in fault["loc"]) or None,
        )
        for fault in error.errors()
    ]


def _expected(fault: dict[str, Any]) -> str:
    return str(fault["msg"]).removeprefix("Value error, ")
