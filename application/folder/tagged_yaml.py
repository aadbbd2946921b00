"""Reads a YAML file that is a head and one list of items, each of a kind that it names.

Every fault is named with its line and what would be right there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar, cast, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from application.folder.cells import expectation
from application.folder.columns import column_of
from application.folder.safe_yaml import YamlFile, read_yaml
from hospital.base import Frozen
from hospital.errors import InvalidInput, Problem, Sentence, say

CODES = {"extra_forbidden": "unknown_key", "missing": "missing_key"}
KIND_FAULTS = frozenset({"union_tag_invalid", "union_tag_not_found"})
SHOWN_CHARACTERS = 80
TAG = 2
"""Where pydantic puts the kind of an item in a path: changes, 0, open_beds, beds."""

F = TypeVar("F", bound=Frozen)


@dataclass(frozen=True)
class Grammar(Generic[F]):
    """What such a file may hold, and how its faults are told.

    ``items`` is the key of the list, ``kinds`` the model of each kind of item; ``together`` says
    what must hold between the fields of an item, or of the whole file.
    """

    model: type[F]
    items: str
    kinds: Mapping[str, type[Frozen]]
    file: Sentence
    kind: Sentence
    at_least_one: Sentence
    together: Sentence
    remedy: Sentence

    def read(self, file: Path) -> F:
        """The value of a file. Raises ``InvalidInput`` with every problem of the file."""
        return self.read_with_lines(file)[0]

    def read_with_lines(self, file: Path) -> tuple[F, dict[str, int]]:
        """The value of a file and the line of each of its keys, for faults found later."""
        if not file.is_file():
            raise InvalidInput([self._missing(file)])
        source = read_yaml(file)
        if not isinstance(source, YamlFile):
            raise InvalidInput([source])
        try:
            return self.model.model_validate(source.values), source.lines
        except ValidationError as error:
            problems = [self._problem(file, dict(fault), source) for fault in _own_faults(error)]
            raise InvalidInput(problems) from None

    def _missing(self, file: Path) -> Problem:
        return Problem(
            "missing_file",
            file.name,
            found=say("no such file"),
            expected=self.file,
            remedy=say("Check the path. {examples}", examples=self.remedy),
        )

    def _problem(self, file: Path, fault: dict[str, Any], source: YamlFile) -> Problem:
        path = [str(part) for part in fault["loc"]] or [self.items]
        keys = [".".join(path[:length]) for length in range(len(path), 0, -1)]
        without_tag = [".".join([*path[:TAG], *path[TAG + 1 :]])]
        missing = fault["type"] == "missing"
        lines = source.lines
        return Problem(
            CODES.get(fault["type"], "wrong_value"),
            file.name,
            found=say("nothing") if missing else _in_short(fault["input"]),
            expected=self._expected(fault["type"], path),
            remedy=say("Correct this line. {examples}", examples=self.remedy),
            row=next((lines[key] for key in without_tag + keys if key in lines), None),
            column=".".join(path) or None,
        )

    def _expected(self, fault_type: str, path: list[str]) -> Sentence:
        """What this place of the file must hold, said as for the cell of a table."""
        if fault_type in KIND_FAULTS or (len(path) == TAG and path[0] == self.items):
            return self.kind
        item = self.kinds.get(path[TAG]) if len(path) > TAG else None
        if fault_type == "value_error":
            return getattr(item, "together", self.together)
        return self._expected_of(_innermost(item or self.model, path), path)

    def _expected_of(self, model: type[Frozen], path: list[str]) -> Sentence:
        """What the field of this model that the path ends in must hold."""
        name = next(part for part in reversed(path) if not part.isdigit())
        if name in (spoken := getattr(model, "spoken", {})):
            return cast("Sentence", spoken[name])
        if name not in model.model_fields:
            return say("keys among: {keys}", keys=", ".join(model.model_fields))
        if name == self.items:
            return self.at_least_one
        if name in {"kind", "schema_version"}:
            return say("the value {value}", value=model.model_fields[name].default)
        return expectation(column_of(name, model.model_fields[name]))


def _innermost(model: type[Frozen], path: list[str]) -> type[Frozen]:
    """The model of the last part of a path: of a list of smaller ones, where the path enters it."""
    for part in path[:-1]:
        field = model.model_fields.get(part)
        for inner in () if field is None else get_args(field.annotation):
            if isinstance(inner, type) and issubclass(inner, Frozen):
                model = inner
    return model


def _own_faults(error: ValidationError) -> list[ErrorDetails]:
    """Without the faults of a list whose items are already named."""
    faults = error.errors(include_url=False)
    named = {fault["loc"][:length] for fault in faults for length in range(len(fault["loc"]))}
    return [fault for fault in faults if fault["loc"] not in named]


def _in_short(value: Any) -> str:
    """The beginning of what stands in the file."""
    try:
        return str(value)[:SHOWN_CHARACTERS]
    except ValueError:  # Python writes no number of more than 4,300 digits
        return say("a number of too many digits")


def by_kind(models: tuple[type[F], ...]) -> dict[str, type[F]]:
    """Each model by the kind that its items name."""
    return {model.model_fields["kind"].default: model for model in models}
