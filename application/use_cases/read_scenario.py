"""Reads a scenario file; an error names its line and what would be right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from application.folder.cells import expectation
from application.folder.columns import column_of
from application.folder.safe_yaml import YamlFile, read_yaml
from hospital.base import Frozen
from hospital.errors import InvalidInput, Problem, Sentence, say
from scenarios.changes.base import ScenarioChange
from scenarios.language import CHANGES as KINDS
from scenarios.language import Scenario

CODES = {"extra_forbidden": "unknown_key", "missing": "missing_key"}
KIND_FAULTS = frozenset({"union_tag_invalid", "union_tag_not_found"})
CHANGES: dict[str, type[ScenarioChange]] = {
    change.model_fields["kind"].default: change for change in KINDS
}
SHOWN_CHARACTERS = 80
TAG = 2
"""Where pydantic puts the kind of a change in a path: changes, 0, open_beds, beds."""


def read_scenario(file: Path) -> Scenario:
    """The scenario of a YAML file. Raises ``InvalidInput`` with every problem of the file."""
    if not file.is_file():
        raise InvalidInput([_missing(file)])
    source = read_yaml(file)
    if not isinstance(source, YamlFile):
        raise InvalidInput([source])
    try:
        return Scenario.model_validate(source.values)
    except ValidationError as error:
        problems = [_problem(file, dict(fault), source) for fault in _own_faults(error)]
        raise InvalidInput(problems) from None


def _own_faults(error: ValidationError) -> list[ErrorDetails]:
    """Without the faults of a list whose items are already named."""
    faults = error.errors(include_url=False)
    return [
        fault
        for fault in faults
        if not any(
            fault is not other and other["loc"][: len(fault["loc"])] == fault["loc"]
            for other in faults
        )
    ]


def _missing(file: Path) -> Problem:
    return Problem(
        "missing_file",
        file.name,
        found=say("no such file"),
        expected=say("a scenario in YAML"),
        remedy=say("Check the path; scenarios/library holds examples."),
    )


def _problem(file: Path, fault: dict[str, Any], source: YamlFile) -> Problem:
    path = [str(part) for part in fault["loc"]]
    keys = [".".join(path[:length]) for length in range(len(path), 0, -1)]
    without_tag = [".".join([*path[:TAG], *path[TAG + 1 :]])]
    missing = fault["type"] == "missing"
    return Problem(
        CODES.get(fault["type"], "wrong_value"),
        file.name,
        found=say("nothing") if missing else str(fault["input"])[:SHOWN_CHARACTERS],
        expected=_expected(fault["type"], path),
        remedy=say("Correct this line; scenarios/library holds examples."),
        row=next((source.lines[key] for key in without_tag + keys if key in source.lines), None),
        column=".".join(path),
    )


def _expected(fault_type: str, path: list[str]) -> Sentence:
    """What this place of the file must hold, said as for the cell of a table."""
    if fault_type in KIND_FAULTS:
        return say("a kind of change among: {choices}", choices=", ".join(CHANGES))
    change = CHANGES.get(path[TAG]) if len(path) > TAG else None
    model: type[Frozen] = change or Scenario
    name = next(part for part in reversed(path) if not part.isdigit())
    if fault_type == "value_error":
        return (change or ScenarioChange).together
    if name not in model.model_fields:
        return say("keys among: {keys}", keys=", ".join(model.model_fields))
    if name == "changes":
        return say("a list of at least one change")
    if name in {"kind", "schema_version"}:
        return say("the value {value}", value=model.model_fields[name].default)
    return expectation(column_of(name, model.model_fields[name]))
