"""Codes of other systems (ATC, LOINC, SNOMED CT), which the site brings: none is shipped.

A CSV file of four columns in the folder of the settings or beside the FHIR files::

    kind,code,system,mapped
    medicine,AMOX500,http://www.whocc.no/atc,J01CA04

``kind`` is ``medicine``, ``procedure`` or ``indicator``; ``code`` is Tadbir's own.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from application.fhir.building import coding
from application.fhir.shapes import Json
from application.folder.findings import shown
from hospital.errors import InvalidInput, Problem, say

FILE = "code-maps.csv"
COLUMNS = ("kind", "code", "system", "mapped")
KINDS = ("medicine", "procedure", "indicator")
MOST_BYTES = 5_000_000
LONGEST_CODE = 200

Row = tuple[str, str, str, str]


@dataclass(frozen=True)
class CodeMaps:
    """The rows both ways: from our code to others, and from another to ours."""

    outward: Mapping[tuple[str, str], tuple[tuple[str, str], ...]] = field(default_factory=dict)
    inward: Mapping[tuple[str, str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Sequence[Row]) -> CodeMaps:
        """The maps of these rows."""
        outward: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
        inward: dict[tuple[str, str, str], str] = {}
        for kind, code, system, mapped in rows:
            outward[kind, code] = (*outward.get((kind, code), ()), (system, mapped))
            inward[kind, system, mapped.casefold()] = code
        return cls(outward, inward)

    def codings(self, kind: str, code: str) -> list[Json]:
        """The codings of other systems for one of our codes."""
        return [coding(system, mapped) for system, mapped in self.outward.get((kind, code), ())]

    def own_code(self, kind: str, system: str, mapped: str) -> str | None:
        """Our code for one of another system."""
        return self.inward.get((kind, system, mapped.casefold()))


def read_code_maps(file: Path) -> CodeMaps:
    """The maps of a file; none where there is no file.

    Raises:
        InvalidInput: with every row that cannot be used.
    """
    if not file.is_file():
        return CodeMaps()
    problems: list[Problem] = []
    rows = list(_rows(file, problems))
    problems += _twice(file, rows)
    if problems:
        raise InvalidInput(problems[:100], len(problems))
    return CodeMaps.of([row for _, row in rows])


def _rows(file: Path, problems: list[Problem]) -> Iterator[tuple[int, Row]]:
    try:
        if file.stat().st_size > MOST_BYTES:
            problems.append(_problem(file, say("more than {count} bytes", count=MOST_BYTES), None))
            return
        lines = file.read_text(encoding="utf-8-sig").splitlines()
        table = list(csv.reader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        problems.append(_problem(file, shown(str(error)), None))
        return
    if not table or tuple(cell.strip() for cell in table[0]) != COLUMNS:
        problems.append(_problem(file, shown(",".join(table[0]) if table else ""), 1))
        return
    for number, cells in enumerate(table[1:], start=2):
        row = tuple(cell.strip() for cell in cells)
        if not any(row):
            continue
        if len(row) == len(COLUMNS) and _is_usable(row):
            yield number, (row[0], row[1], row[2], row[3])
        else:
            problems.append(_problem(file, shown(",".join(cells)), number))


def _is_usable(row: tuple[str, ...]) -> bool:
    return row[0] in KINDS and all(
        cell and cell.isprintable() and len(cell) <= LONGEST_CODE for cell in row
    )


def _twice(file: Path, rows: Sequence[tuple[int, Row]]) -> Iterator[Problem]:
    """One code of another system that is said to be two of ours."""
    seen: dict[tuple[str, str, str], str] = {}
    for number, (kind, code, system, mapped) in rows:
        if seen.setdefault((kind, system, mapped.casefold()), code) != code:
            yield _problem(file, shown(f"{mapped} → {code}"), number)


def _problem(file: Path, found: str, row: int | None) -> Problem:
    return Problem(
        "wrong_code_map",
        shown(file.name),
        found=found,
        expected=say("kind,code,system,mapped; each code of another system stands once"),
        remedy=say("Correct this row, or remove it."),
        row=row,
    )
