"""Reads a scenario file; an error names its line and what would be right."""

from __future__ import annotations

from pathlib import Path

from application.folder.tagged_yaml import Grammar, by_kind
from hospital.errors import say
from scenarios.changes.base import ScenarioChange
from scenarios.language import CHANGES as KINDS
from scenarios.language import Scenario

CHANGES: dict[str, type[ScenarioChange]] = by_kind(KINDS)
GRAMMAR = Grammar(
    model=Scenario,
    items="changes",
    kinds=CHANGES,
    file=say("a scenario in YAML"),
    kind=say("a kind of change among: {choices}", choices=", ".join(CHANGES)),
    at_least_one=say("a list of at least one change"),
    together=ScenarioChange.together,
    remedy=say("scenarios/library holds examples."),
)


def read_scenario(file: Path) -> Scenario:
    """The scenario of a YAML file. Raises ``InvalidInput`` with every problem of the file."""
    return GRAMMAR.read(file)
