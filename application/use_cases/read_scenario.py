"""Reads a scenario file; an error names its line and what would be right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from application.folder.safe_yaml import YamlFile, read_yaml
from hospital.errors import InvalidInput, Problem, say
from scenarios.language import Scenario

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
        raise InvalidInput(
            [_problem(file, dict(fault), source) for fault in error.errors()]
        ) from None


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
    return Problem(
        str(fault["type"]),
        file.name,
        found=say("nothing") if fault["type"] == "missing" else str(fault["input"])[:80],
        expected=str(fault["msg"]),
        remedy=say("Correct this line; scenarios/library holds examples."),
        row=next((source.lines[key] for key in without_tag + keys if key in source.lines), None),
        column=".".join(path),
    )
