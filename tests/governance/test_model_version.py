"""What a registered model says of itself is asked for, field by field."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from governance.model_version import ModelVersion, key_of, model_from, model_schema
from hospital.errors import GstError, InvalidInput

pytestmark = pytest.mark.unit

VISITS: dict[str, Any] = {
    "schema_version": 1,
    "name": "visits",
    "version": "1.2.0",
    "model_type": "forecast",
    "hyperparameters": {"seasonality_mode": "multiplicative", "paths": 500},
    "random_seed": 7,
    "library_versions": {"prophet": "1.5.0"},
    "code_sha256": "c" * 64,
    "training_data": {
        "sha256": "d" * 64,
        "first_day": "2023-11-23",
        "last_day": "2026-11-22",
        "rows": 1096,
    },
    "metrics": [
        {"name": "mase", "value": 0.81, "cases": 168},
        {"name": "coverage_80", "value": 0.79, "cases": 168},
        {"name": "mase", "value": 0.9, "cases": 84, "subgroup": "level=chr"},
    ],
    "intended_use": "Staffing of emergency departments up to 28 days ahead.",
    "limits": "Not for single patients; weak in the first Ramadan of a hospital.",
    "owner": "Direction du GST",
    "artefact_sha256": "a" * 64,
}
ASKED = sorted(set(VISITS))


def test_a_whole_document_is_taken_and_comes_back_as_it_was() -> None:
    model = model_from(VISITS, "visits.yaml")
    again = ModelVersion.model_validate_json(model.model_dump_json())
    assert again == model
    assert (model.key, model.metric("mase"), model.metric("wape")) == ("visits@1.2.0", 0.81, None)


@pytest.mark.parametrize("field", ASKED)
def test_a_document_that_lacks_a_field_is_refused_and_names_it(field: str) -> None:
    document = {name: value for name, value in VISITS.items() if name != field}
    with pytest.raises(InvalidInput) as refused:
        model_from(document, "visits.yaml")
    (problem,) = refused.value.problems
    assert (problem.code, problem.column) == ("metadata_missing", field)


@pytest.mark.parametrize("field", ASKED)
def test_the_json_schema_refuses_the_same(field: str) -> None:
    schema = model_schema()
    Draft202012Validator.check_schema(schema)
    judge = Draft202012Validator(schema)
    assert judge.is_valid(VISITS)
    assert not judge.is_valid({n: v for n, v in VISITS.items() if n != field})


def test_everything_that_is_wrong_is_told_at_once() -> None:
    wrong = {
        **VISITS,
        "version": "1.2",
        "artefact_sha256": "A" * 64,
        "intended_use": "  ",
        "metrics": [],
        "training_data": {**VISITS["training_data"], "last_day": "2020-01-01"},
        "colour": "blue",
    }
    with pytest.raises(InvalidInput) as refused:
        model_from(wrong, "visits.yaml")
    places = {problem.column for problem in refused.value.problems}
    assert places == {
        "version",
        "artefact_sha256",
        "intended_use",
        "metrics",
        "training_data",
        "colour",
    }


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_figure_that_is_none_is_no_performance(value: float) -> None:
    with pytest.raises(InvalidInput):
        model_from({**VISITS, "metrics": [{"name": "mase", "value": value, "cases": 1}]}, "f")


def test_the_committed_schema_is_the_one_of_the_code() -> None:
    file = Path(__file__).parents[2] / "governance" / "schema" / "model.schema.json"
    assert json.loads(file.read_text(encoding="utf-8")) == model_schema()


@pytest.mark.parametrize("text", ["", "@1.0.0", "Visits", "visits@1", "visits@01.0.0", "a b@1.0.0"])
def test_what_is_no_model_is_told(text: str) -> None:
    with pytest.raises(GstError, match="not_a_model"):
        key_of(text)
    assert key_of("visits@1.0.0-rc.1+x") == ("visits", "1.0.0-rc.1+x")
    assert key_of("visits") == ("visits", None)
