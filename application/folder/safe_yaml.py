"""Reads YAML written by people, and refuses what only an attacker writes.

Anchors and aliases are refused (they are how a YAML bomb grows), so are repeated keys, deep
nesting and large files. ``lines`` tells on which line each key stands.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from application.folder.findings import shown
from application.folder.sources import refusal
from hospital.errors import Problem, say

MAXIMUM_BYTES = 100_000
MAXIMUM_DEPTH = 20
TIMESTAMP_TAG = "tag:yaml.org,2002:timestamp"


@dataclass(frozen=True)
class YamlFile:
    """The values of a YAML file and the line of each key path (``costs.source``)."""

    values: dict[str, Any]
    lines: dict[str, int]


class _RefusedError(Exception):
    """Stops the reading; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class _Loader(yaml.SafeLoader):
    """The safe loader without anchors, aliases and deep nesting. Dates stay text."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML declares it as a plain class attribute
        letter: [(tag, pattern) for tag, pattern in resolvers if tag != TIMESTAMP_TAG]
        for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def __init__(self, text: str, file_name: str) -> None:
        super().__init__(text)
        self.file_name = file_name
        self.depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs leave it open
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self.refusal("yaml_alias", event.start_mark.line, say("an anchor or an alias"))
        self.depth += 1
        if self.depth > MAXIMUM_DEPTH:
            raise self.refusal("yaml_depth", event.start_mark.line, say("too many levels"))
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep=deep)
        except (ValueError, AttributeError):  # a number of 5,000 digits, a broken !!timestamp
            raise self.refusal(
                "yaml_syntax", node.start_mark.line, shown(str(node.value))
            ) from None

    def refusal(self, code: str, line: int, found: str) -> _RefusedError:
        return _RefusedError(
            Problem(
                code,
                self.file_name,
                found=found,
                expected=say("plain keys and values, each key once"),
                remedy=say("Write the value out where it is needed."),
                row=line + 1,
            )
        )


def read_yaml(file: Path) -> YamlFile | Problem:
    """The content of a YAML file that holds keys and values, or what is wrong with it."""
    try:
        return _empty(file) or refusal(file) or _too_long(file) or _parse(file)
    except _RefusedError as refused:
        return refused.problem
    except OSError as error:
        return _problem(file, "unreadable_file", error.strerror or type(error).__name__, None)
    except UnicodeDecodeError as error:
        row = error.object[: error.start].count(b"\n") + 1
        return _problem(file, "wrong_encoding", say("bytes that are not UTF-8"), row)
    except yaml.reader.ReaderError as error:
        letter = say("the character {code}", code=f"U+{error.character:04X}")
        return _problem(file, "yaml_syntax", letter, None)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        found = shown(error.problem or error.context or "")
        return _problem(file, "yaml_syntax", found, None if mark is None else mark.line + 1)


def _empty(file: Path) -> Problem | None:
    if not file.is_file() or file.stat().st_size:
        return None
    return _problem(file, "empty_file", say("an empty file"), None)


def _too_long(file: Path) -> Problem | None:
    if file.stat().st_size <= MAXIMUM_BYTES:
        return None
    return _problem(
        file, "file_too_large", say("more than {limit} bytes", limit=MAXIMUM_BYTES), None
    )


def _parse(file: Path) -> YamlFile | Problem:
    loader = _Loader(file.read_bytes().decode("utf-8-sig"), file.name)
    try:
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            return _problem(file, "yaml_syntax", say("no keys and values"), 1)
        lines = dict(_key_lines(loader, node, ""))
        return YamlFile(loader.construct_document(node), lines)
    finally:
        loader.dispose()


def _key_lines(loader: _Loader, node: yaml.MappingNode, prefix: str) -> list[tuple[str, int]]:
    lines: list[tuple[str, int]] = []
    seen: set[str] = set()
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.tag != "tag:yaml.org,2002:str":
            raise loader.refusal(
                "yaml_syntax", key.start_mark.line, say("a key that is not a word")
            )
        name = f"{prefix}{key.value}"
        if name in seen:
            raise loader.refusal("repeated_key", key.start_mark.line, shown(name))
        seen.add(name)
        lines.append((name, key.start_mark.line + 1))
        lines += _nested_lines(loader, value, name)
    return lines


def _nested_lines(loader: _Loader, value: yaml.Node, name: str) -> list[tuple[str, int]]:
    if isinstance(value, yaml.MappingNode):
        return _key_lines(loader, value, f"{name}.")
    if isinstance(value, yaml.SequenceNode):
        return [
            line
            for place, item in enumerate(value.value)
            for line in [
                (f"{name}.{place}", item.start_mark.line + 1),
                *_nested_lines(loader, item, f"{name}.{place}"),
            ]
        ]
    return []


def _problem(file: Path, code: str, found: str, row: int | None) -> Problem:
    return Problem(
        code,
        file.name,
        found=found,
        expected=say("a YAML file with keys and values, as in the template"),
        remedy=say("Compare the file with the one that tadbir init writes."),
        row=row,
    )
