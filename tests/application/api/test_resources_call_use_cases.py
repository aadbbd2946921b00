"""A resource calls use cases: no engine, no store behind the gates."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from application.api.application import GUARDED
from application.api.doors import Guarded
from application.use_cases.access import USE_CASES

pytestmark = pytest.mark.unit

RESOURCES = Path(__file__).parents[3] / "application" / "api" / "resources"
FORBIDDEN = ("application.store", "twin", "forecasting", "scheduling", "inventory", "sqlalchemy")
TYPES_ONLY = {
    "application.store.accounts.Account",
    "application.store.jobs.Job",
    "application.store.jobs.JobState",
}


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("file", sorted(RESOURCES.glob("*.py")), ids=lambda f: f.stem)
def test_a_resource_reaches_nothing_behind_the_gates(file: Path) -> None:
    reached = {name for name in imported(file) if name.startswith(FORBIDDEN)}
    assert reached <= TYPES_ONLY


def test_every_resource_stands_behind_the_guarded_door() -> None:
    for router in GUARDED:
        for route in router.routes:
            assert isinstance(route, Guarded), route


def test_every_use_case_of_a_resource_has_a_gate() -> None:
    doors = {
        "tokens.give_token",
        "tokens.end_token",
        "access.require",
        "decide.find_recommendation",
    }
    for file in RESOURCES.glob("*.py"):
        for name in imported(file):
            if not name.startswith("application.use_cases."):
                continue
            module, _, function = name.removeprefix("application.use_cases.").rpartition(".")
            if function[0].islower():
                assert f"{module}.{function}" in set(USE_CASES) | doors, name
