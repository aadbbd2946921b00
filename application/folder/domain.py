"""Turns checked rows into domain types; what a type itself refuses becomes a problem with a row."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
from pydantic import ValidationError

from application.folder.cells import expectation
from application.folder.columns import Kind, column_of, columns_of
from application.folder.findings import Fault, Findings, shown
from application.folder.safe_yaml import YamlFile
from hospital.base import Frozen
from hospital.errors import Problem, Sentence, say
from hospital.gst import GstIdentity, UnitCosts
from hospital.tables import IDENTITY_FILE, Table

MIDDLE_LEVEL = "costs"


def rows_of(
    table: Table, frame: pd.DataFrame, file_name: str, findings: Findings
) -> tuple[Frozen, ...]:
    """One domain object for each row, in the order of the frame."""
    built: list[Frozen] = []
    refused: dict[int, str] = {}
    for position, values in zip(frame.index, _records(table, frame), strict=True):
        try:
            built.append(table.row_type.model_validate(values))
        except ValidationError as error:
            refused[int(position)] = str(error.errors(include_url=False)[0]["msg"])
    fault = Fault(
        "impossible_row", file_name, say("values that fit together"), say("Correct this row.")
    )
    findings.reject(fault, list(refused), lambda at: refused[at])
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
        findings.add_some(
            _yaml_problem(dict(fault), source) for fault in error.errors(include_url=False)
        )
        return None


def _yaml_problem(fault: dict[str, Any], source: YamlFile) -> Problem:
    path = ".".join(str(part) for part in fault["loc"])
    code = {"extra_forbidden": "unknown_key", "missing": "missing_key"}.get(
        fault["type"], "wrong_value"
    )
    found = {"unknown_key": path, "missing_key": say("nothing")}
    return Problem(
        code,
        IDENTITY_FILE,
        found=shown(found.get(code, str(fault["input"]))) or say("nothing"),
        expected=_known_keys(path) if code == "unknown_key" else _expected(path),
        remedy=say("Compare the file with the one that tadbir init writes."),
        row=source.lines.get(path),
        column=shown(path),
    )


def _known_keys(path: str) -> Sentence:
    model = UnitCosts if path.startswith(f"{MIDDLE_LEVEL}.") else GstIdentity
    return say("keys among: {keys}", keys=", ".join(model.model_fields))


def _expected(path: str) -> Sentence:
    """What the key must hold, said as for the cell of a table."""
    parent, _, name = path.rpartition(".")
    if path == "schema_version":
        return say("one of: {choices}", choices="1")
    if path == MIDDLE_LEVEL:
        return _known_keys(f"{path}.")
    fields = UnitCosts.model_fields if parent == MIDDLE_LEVEL else GstIdentity.model_fields
    if name not in fields:
        return _known_keys(path)
    return expectation(column_of(name, fields[name]))
