"""One version of a model as registered: what it is, what it learnt from, how well it does.

The document is checked against a JSON Schema (2020-12) made from this class
(``governance/schema/model.schema.json``), and is never changed: a new version is a new document.
Headings follow the model card of the UK's Algorithmic Transparency Recording Standard.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from hospital.base import Frozen
from hospital.errors import GstError, InvalidInput, Problem, say

SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"
SEMANTIC_VERSION = (
    r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$"
)
SHA256 = r"^[0-9a-f]{64}$"

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
Hash = Annotated[str, Field(pattern=SHA256)]
Said = Annotated[str, Field(min_length=1, pattern=r"\S")]


class ModelType(StrEnum):
    """What kind of thing recommends: rules and solvers are registered like what has learnt."""

    FORECAST = "forecast"
    TWIN = "twin"
    ROSTER_RULES = "roster_rules"
    STOCK_POLICY = "stock_policy"
    THEATRE = "theatre"


class TrainingData(Frozen):
    """What it was fitted on: the hash of the data, its first and last day, its rows."""

    sha256: Hash
    first_day: date
    last_day: date
    rows: int = Field(ge=1)

    @model_validator(mode="after")
    def _in_order(self) -> TrainingData:
        if self.last_day < self.first_day:
            raise ValueError("the last day lies before the first")
        return self


class Metric(Frozen):
    """One figure of performance, of all or of a subgroup such as ``level=chr``."""

    name: Name
    value: float = Field(allow_inf_nan=False)
    unit: str = ""
    subgroup: str = ""
    cases: int = Field(ge=1)


class ModelVersion(Frozen):
    """A registered version. Every field but the subgroups of metrics is asked for."""

    schema_version: Literal[1]
    name: Name
    version: Annotated[str, Field(pattern=SEMANTIC_VERSION)]
    model_type: ModelType
    hyperparameters: dict[str, Any]
    random_seed: int
    library_versions: dict[str, str] = Field(min_length=1)
    code_sha256: Hash
    training_data: TrainingData
    metrics: tuple[Metric, ...] = Field(min_length=1)
    intended_use: Said
    limits: Said
    owner: Said
    artefact_sha256: Hash

    @property
    def key(self) -> str:
        """Name and version, as ``visits@1.2.0``."""
        return f"{self.name}@{self.version}"

    def metric(self, name: str) -> float | None:
        """The figure of all cases under this name."""
        return next((m.value for m in self.metrics if m.name == name and not m.subgroup), None)


def model_schema() -> dict[str, Any]:
    """The JSON Schema of a registered version."""
    return {"$schema": SCHEMA_DIALECT, **ModelVersion.model_json_schema()}


def model_from(document: Mapping[str, Any], file: str) -> ModelVersion:
    """A version that was read from a file.

    Raises:
        InvalidInput: with every field that is missing or wrong.
    """
    try:
        return ModelVersion.model_validate(document)
    except ValidationError as error:
        raise InvalidInput([_problem(dict(one), file) for one in error.errors()]) from error


def _problem(found: dict[str, Any], file: str) -> Problem:
    place = ".".join(str(part) for part in found["loc"])
    is_missing = found["type"] == "missing"
    return Problem(
        code="metadata_missing" if is_missing else "metadata_wrong",
        file=file,
        found=say("nothing") if is_missing else str(found.get("input"))[:80],
        expected=say("a value for {field}", field=place) if is_missing else found["msg"],
        remedy=say("A model without it is not registered: add it to the file."),
        column=place,
    )


def key_of(text: str) -> tuple[str, str | None]:
    """Name and version of ``visits@1.2.0``; the version is None where none is named.

    Raises:
        GstError: ``not_a_model`` where this is no such name.
    """
    name, at, version = text.partition("@")
    is_named = re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,62}", name)
    if not is_named or (at and not re.fullmatch(SEMANTIC_VERSION, version)):
        raise GstError("not_a_model", say("{found} is not a model; write name@1.2.0.", found=text))
    return name, version or None
