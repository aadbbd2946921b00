"""Reads a study from YAML; every fault is named with its line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from hospital.errors import InvalidInput, Problem, say
from twin.study import Study
from twin.study_model import study_model
from twin.territory_checks import Fault, territory_faults


def read_study(path: Path) -> Study:
    """The study of this file.

    Raises:
        InvalidInput: every fault at once, each with its line; code ``not_yaml`` or the type of
            the fault as pydantic names it.
    """
    return parse_study(path.read_text(encoding="utf-8"), path.name)


def parse_study(text: str, name: str = "study") -> Study:
    """The study of this text; ``name`` is what the faults call it."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        given = yaml.safe_load(text)
    except yaml.YAMLError as fault:
        raise InvalidInput([_not_yaml(fault, name)]) from fault
    try:
        study = Study.model_validate(given)
    except ValidationError as fault:
        problems = [_problem(one, root, name) for one in fault.errors(include_url=False)]
        raise InvalidInput(problems) from fault
    model = study_model(study)
    if faults := territory_faults(model.gst, model.parameters):
        raise InvalidInput([_of_territory(one, study, root, name) for one in faults])
    return study


def _of_territory(fault: Fault, study: Study, root: yaml.Node | None, name: str) -> Problem:
    """The fault at its line; rules of units and streams are found by code."""
    first, *rest = fault.where
    if first == "units":
        codes = [unit.unit for unit in study.units]
        where = ("units", codes.index(str(rest[0])), *(rest[1:] or ["then"]))
    elif first == "streams":
        streams = [stream.stream for stream in study.arrivals]
        where = ("arrivals", streams.index(str(rest[0])), "then", rest[1])
    else:
        where = fault.where
    line, path = _line(root, where)
    return replace(fault.problem, file=name, row=line, column=path)


def _not_yaml(fault: yaml.YAMLError, name: str) -> Problem:
    mark = getattr(fault, "problem_mark", None)
    return Problem(
        "not_yaml",
        name,
        say("{fault}", fault=str(fault).split("\n", maxsplit=1)[0]),
        say("a YAML file"),
        say("Correct the line; indentation and colons are the usual cause."),
        row=None if mark is None else mark.line + 1,
    )


def _problem(fault: Any, root: yaml.Node | None, name: str) -> Problem:
    line, path = _line(root, fault["loc"])
    shown = repr(fault["input"]) if not isinstance(fault["input"], dict | list) else "this"
    return Problem(
        str(fault["type"]),
        name,
        say("{value} ({fault})", value=shown[:80], fault=fault["msg"]),
        say("a value that fits"),
        say("See docs/twin-study.md for every field."),
        row=line,
        column=path,
    )


def _line(node: yaml.Node | None, where: tuple[str | int, ...]) -> tuple[int, str]:
    """The line of the deepest part of the path that the file has, and that path."""
    line, path = 1, list[str]()
    for step in where:
        found = _step(node, step)
        if found is None:
            continue
        key, node = found
        line, path = key.start_mark.line + 1, [*path, str(step)]
    return line, ".".join(path)


def _step(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return key, value
    return None
