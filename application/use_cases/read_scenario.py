"""Reads a scenario file and those it extends; an error names its line and what would be right."""

from __future__ import annotations

from pathlib import Path

from application.folder.tagged_yaml import Grammar, by_kind
from hospital.errors import InvalidInput, Problem, Sentence, say
from scenarios.changes.base import ScenarioChange
from scenarios.language import CHANGES as KINDS
from scenarios.language import TOGETHER, Scenario, ScenarioFile

CHANGES: dict[str, type[ScenarioChange]] = by_kind(KINDS)
MOST_PARENTS = 8
GRAMMAR = Grammar(
    model=ScenarioFile,
    items="changes",
    kinds=CHANGES,
    file=say("a scenario in YAML"),
    kind=say("a kind of change among: {choices}", choices=", ".join(CHANGES)),
    at_least_one=say("a list of at least one change"),
    together=TOGETHER,
    remedy=say("scenarios/library holds examples."),
)


def read_scenario(file: Path) -> Scenario:
    """The scenario of a YAML file, with the changes of the files that it extends before its own.

    Raises:
        InvalidInput: every problem of the file, or of one that it extends.
    """
    return _read(file, ())


def _read(file: Path, children: tuple[Path, ...]) -> Scenario:
    own, lines = GRAMMAR.read_with_lines(file)
    if own.extends is None:
        return own.after(None)
    parent, chain = file.parent / own.extends, (*children, file)
    if fault := _fault(parent, chain):
        found, expected = fault
        raise InvalidInput(
            [
                Problem(
                    "extends",
                    file.name,
                    found=found,
                    expected=expected,
                    remedy=say("Correct the line extends, or leave it out."),
                    row=lines.get("extends"),
                    column="extends",
                )
            ]
        )
    return own.after(_read(parent, chain))


def _fault(parent: Path, chain: tuple[Path, ...]) -> tuple[Sentence, Sentence] | None:
    """What is wrong with the file that a scenario extends, and what would be right."""
    if not parent.is_file():
        return (
            say("{file}, which is not there", file=parent.name),
            say("the name of a scenario file of the same folder"),
        )
    if parent.resolve() in {one.resolve() for one in chain}:
        ring = " → ".join(one.name for one in (*chain, parent))
        return (
            say("scenarios that extend each other: {ring}", ring=ring),
            say("a scenario that does not lead back here"),
        )
    if len(chain) > MOST_PARENTS:
        return (
            say("more than {count} scenarios one on the other", count=MOST_PARENTS),
            say("fewer scenarios that extend each other"),
        )
    return None
