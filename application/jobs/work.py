"""A piece of work as one process writes it down and another does it: a name and its arguments."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from typing import Any, Concatenate, ParamSpec, get_type_hints

from pydantic import TypeAdapter

from application.use_cases.session import Session

P = ParamSpec("P")

WORKS: dict[str, Callable[..., str]] = {}
"""What a worker can do, by name: nothing that a row of the database says is done besides."""


@dataclass(frozen=True)
class Work:
    """What is to be done; ``arguments`` is a JSON object."""

    name: str
    arguments: str


def work(function: Callable[Concatenate[Session, P], str]) -> Callable[P, Work]:
    """Lets a function be asked for here and done by a worker.

    It returns the run that shows its result, or an empty text. Called without its session, it
    gives the ``Work`` that a board takes. Its arguments travel as JSON by their types.
    """
    WORKS[function.__name__] = function

    @wraps(function)
    def asked(*given: P.args, **named: P.kwargs) -> Work:
        bound = signature(function).bind(None, *given, **named)
        bound.apply_defaults()
        values, types = bound.arguments, _types_of(function)
        plain = {name: types[name].dump_python(values[name], mode="json") for name in types}
        return Work(function.__name__, json.dumps(plain, sort_keys=True))

    return asked


def do(session: Session, asked: Work) -> str:
    """Does it, and returns the run that shows its result."""
    return WORKS[asked.name](session, **arguments_of(asked))


def arguments_of(asked: Work) -> dict[str, Any]:
    """The arguments as they were given."""
    types, plain = _types_of(WORKS[asked.name]), json.loads(asked.arguments)
    return {name: types[name].validate_python(plain[name]) for name in types}


def _types_of(function: Callable[..., str]) -> dict[str, TypeAdapter[Any]]:
    """Every argument but the session."""
    names = list(signature(function).parameters)[1:]
    hints = get_type_hints(function)
    return {name: TypeAdapter(hints[name]) for name in names}
