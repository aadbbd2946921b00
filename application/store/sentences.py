"""Sentences and errors as JSON, so that what one process says another can translate."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from hospital.errors import GstError, InvalidInput, Problem, Sentence


def sentence_json(said: Sentence) -> str:
    """A sentence with its template and values."""
    return json.dumps(_plain(said), ensure_ascii=False)


def sentence_from(text: str) -> Sentence:
    """The same sentence again."""
    said: Sentence = _spoken(json.loads(text))
    return said


def error_json(error: GstError) -> str:
    """An error with its code and what it says; input with every problem."""
    told: dict[str, Any] = {"code": error.code, "hint": _plain(error.hint)}
    if isinstance(error, InvalidInput):
        told["problems"] = [
            {name: _plain(value) for name, value in asdict(problem).items()}
            for problem in error.problems
        ]
        told["total"] = error.total
    return json.dumps(told, ensure_ascii=False)


def error_from(text: str) -> GstError:
    """The same error again, as far as a person can see."""
    told = json.loads(text)
    if "problems" in told:
        problems = [
            Problem(**{name: _spoken(value) for name, value in row.items()})
            for row in told["problems"]
        ]
        return InvalidInput(problems, told["total"])
    return GstError(told["code"], _spoken(told["hint"]))


def _plain(value: Any) -> Any:
    if isinstance(value, Sentence):
        values = {name: _plain(one) for name, one in value.values.items()}
        return {"template": value.template, "values": values}
    return value if isinstance(value, int | float) or value is None else str(value)


def _spoken(value: Any) -> Any:
    if isinstance(value, dict):
        values = {name: _spoken(one) for name, one in value["values"].items()}
        return Sentence(value["template"], values)
    return value
