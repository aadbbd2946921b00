"""Reads a what-if and the tables of its early warnings; every fault is named with its line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from application.folder.contract import TableCheck
from application.folder.findings import Findings
from application.folder.sources import read_as_text
from application.folder.tagged_yaml import Grammar, by_kind
from forecasting.effects import Effect
from forecasting.what_if import KINDS, WhatIf
from hospital.base import Frozen
from hospital.errors import Problem, Sentence, say
from hospital.tables import Table

if TYPE_CHECKING:
    from forecasting.covariate import EarlyWarning

EFFECTS: dict[str, type[Effect]] = by_kind(KINDS)
GRAMMAR = Grammar(
    model=WhatIf,
    items="effects",
    kinds=EFFECTS,
    file=say("a what-if in YAML"),
    kind=say("a kind of effect among: {choices}", choices=", ".join(EFFECTS)),
    at_least_one=say("a list of at least one effect"),
    together=WhatIf.together,
    remedy=say("docs/forecasting.md holds examples."),
)


class Reading(Frozen):
    """A row of an early warning: what was measured on a day, or is assumed for it."""

    day: date
    value: float


READINGS = Table("early_warning", Reading, ("day",), is_history=True)


@dataclass(frozen=True)
class StatedWhatIf:
    """A what-if, and the readings of each of its early warnings by name."""

    what_if: WhatIf
    readings: dict[str, dict[date, float]]


def read_what_if(file: Path) -> StatedWhatIf:
    """The what-if of a YAML file, with the tables beside it that it names.

    Raises:
        InvalidInput: with every problem of the file, or of all its tables.
    """
    what_if = GRAMMAR.read(file)
    findings = Findings()
    readings = {one.name: _readings(file.parent, one, findings) for one in what_if.warnings}
    findings.raise_if_any()
    return StatedWhatIf(what_if, readings)


def _readings(folder: Path, warning: EarlyWarning, findings: Findings) -> dict[date, float]:
    """The rows of one table; none where something is wrong with it, which is then told."""
    file = folder / warning.file
    if not file.is_file():
        findings.add(_missing(warning.file, say("no such file")))
        return {}
    text = read_as_text(file, READINGS, findings)
    frame = None if text is None else TableCheck(READINGS, file.name, findings).typed(text)
    if frame is None:
        return {}
    if frame.empty and not findings.problems:
        findings.add(_missing(warning.file, say("no row")))
    return {
        day.date(): float(value) for day, value in zip(frame["day"], frame["value"], strict=True)
    }


def _missing(name: str, found: Sentence) -> Problem:
    return Problem(
        "missing_file",
        name,
        found=found,
        expected=say("a table with the columns day and value, and at least one row"),
        remedy=say("Put it beside the what-if, which names it under file."),
    )
