"""Reads FHIR resources from bundles and NDJSON files, or says what is wrong with them."""

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from application.fhir.shapes import Json, last_part, objects_in, text_in
from application.folder.findings import shown
from hospital.errors import InvalidInput, Problem, say

ENDS = (".json", ".ndjson", ".json.gz", ".ndjson.gz")
USED_TYPES = (
    "Encounter",
    "Location",
    "Patient",
    "MedicationDispense",
    "SupplyDelivery",
    "Medication",
)
LONGEST_TEXT = 500_000_000
"""Characters of one bundle or line; a compressed file may hold any number of lines."""
BUNDLE = "Bundle"
DUPLICATE, UNUSED = "duplicate", "type_not_used"


@dataclass
class Resources:
    """The resources that are used, by type and id, and what was left out."""

    by_type: dict[str, dict[str, Json]] = field(
        default_factory=lambda: {name: {} for name in USED_TYPES}
    )
    aliases: dict[str, str] = field(default_factory=dict)
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)

    def find(self, kind: str, reference: str) -> Json | None:
        """The resource that a reference names by id or by the full URL of its bundle."""
        known = self.by_type[kind]
        return known.get(reference) or known.get(self.aliases.get(reference, ""))

    def add(self, resource: Json, full_url: str) -> None:
        """Keeps a resource that is used, once."""
        kind = text_in(resource, "resourceType")
        if kind not in USED_TYPES:
            self.left_out[shown(kind), UNUSED] += 1
            return
        key = text_in(resource, "id") or last_part(full_url)
        if not key:
            self.left_out[kind, "no_id"] += 1
        elif key in self.by_type[kind]:
            self.left_out[kind, DUPLICATE] += 1
        else:
            self.by_type[kind][key] = resource
            if alias := last_part(full_url):
                self.aliases[alias] = key


def read_resources(source: Path) -> Resources:
    """Every resource of a file, or of the files of a folder.

    Raises:
        InvalidInput: with every file and line that is not FHIR JSON.
    """
    resources, problems = Resources(), list[Problem]()
    files = _files(source)
    if not files:
        problems.append(_problem(source, say("no such file"), None))
    for file in files:
        problems += _read_file(file, resources)
    if problems:
        raise InvalidInput(problems[:100], len(problems))
    return resources


def _files(source: Path) -> list[Path]:
    try:
        if source.is_dir():
            return sorted(file for file in source.iterdir() if file.name.endswith(ENDS))
        return [source] if source.exists() else []
    except OSError:
        return []


def _read_file(file: Path, resources: Resources) -> list[Problem]:
    problems: list[Problem] = []
    try:
        with _opened(file) as text:
            for row, document in _documents(file, text):
                found = _add_document(document, resources)
                if found is not None:
                    problems.append(_problem(file, found, row))
    except _NotJsonError as error:
        problems.append(_problem(file, error.found, error.row))
    except UnicodeDecodeError:
        problems.append(_problem(file, say("bytes that are not UTF-8"), None))
    except (OSError, EOFError, zlib.error) as error:
        problems.append(_problem(file, shown(str(error) or type(error).__name__), None))
    return problems


def _opened(file: Path) -> IO[str]:
    if not file.is_file():
        raise OSError(say("a folder or a device"))
    if file.name.endswith(".gz"):
        return gzip.open(file, "rt", encoding="utf-8-sig")
    return file.open(encoding="utf-8-sig")


class _NotJsonError(Exception):
    def __init__(self, found: str, row: int) -> None:
        super().__init__(found)
        self.found = found
        self.row = row


def _documents(file: Path, text: IO[str]) -> Iterator[tuple[int, object]]:
    """JSON documents with the line on which each begins."""
    if ".ndjson" not in file.name:
        yield 1, _parsed(text.read(LONGEST_TEXT + 1), 1)
        return
    row = 0
    while line := text.readline(LONGEST_TEXT + 1):
        row += 1
        if line.strip():
            yield row, _parsed(line, row)


def _parsed(text: str, row: int) -> object:
    if len(text) > LONGEST_TEXT:
        raise _NotJsonError(say("more than {limit} characters", limit=LONGEST_TEXT), row)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise _NotJsonError(shown(error.msg), row + error.lineno - 1) from None
    except (ValueError, RecursionError):
        raise _NotJsonError(say("a number or a nesting without end"), row) from None


def _add_document(document: object, resources: Resources) -> str | None:
    """Keeps what a document holds, or says what it is instead of a resource."""
    if not isinstance(document, dict) or not text_in(document, "resourceType"):
        return say("JSON that is not a FHIR resource")
    if text_in(document, "resourceType") != BUNDLE:
        resources.add(document, "")
        return None
    for entry in objects_in(document, "entry"):
        resource = entry.get("resource")
        if not isinstance(resource, dict):
            resources.left_out[BUNDLE, "entry_without_resource"] += 1
            continue
        resources.add(resource, text_in(entry, "fullUrl"))
    return None


def _problem(file: Path, found: str, row: int | None) -> Problem:
    return Problem(
        "not_fhir",
        shown(file.name),
        found=found,
        expected=say("FHIR R4 as a JSON bundle or as NDJSON, one resource a line"),
        remedy=say("Export it again from the hospital's system."),
        row=row,
    )
