"""What a topic of the pharmacy measured: its table and bars, and where they are kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.bars import Bar

RESULTS = Path(__file__).with_name("results.json")


@dataclass(frozen=True)
class Measured:
    """What a topic measured: a table to print and keep, and its bars."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    bars: tuple[Bar, ...]


def printed(measured: Measured) -> str:
    """The table, each column as wide as it needs."""
    cells = [measured.columns, *[tuple(map(_cell, row)) for row in measured.rows]]
    widths = [max(len(row[at]) for row in cells) for at in range(len(measured.columns))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def _cell(value: object) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else str(value)


def _plain(value: object) -> object:
    return value if isinstance(value, str) else float(str(value))


def keep(topic: str, measured: Measured, machine: Sequence[str]) -> None:
    """Puts the figures of a topic in the place of its earlier ones."""
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    known[topic] = {
        "machine": list(machine),
        "columns": measured.columns,
        "rows": [[_plain(value) for value in row] for row in measured.rows],
        "bars": [asdict(bar) for bar in measured.bars],
    }
    ordered = {name: known[name] for name in sorted(known)}
    RESULTS.write_text(json.dumps(ordered, indent=1) + "\n")
