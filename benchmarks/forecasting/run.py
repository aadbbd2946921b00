"""Forecasts of real series beside their peers, on the same origins: tables, then bars.

    python -m benchmarks.forecasting.run [--shared ../shared] [--only daily]

Nothing is tuned to a series: one configuration for each family. Each section rewrites its bars
in results.json; the exit status is 1 where a bar falls short.
"""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Callable, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

from benchmarks.bars import Bar, conclude
from benchmarks.forecasting import daily, hierarchy, hourly, monthly, scale, weekly
from benchmarks.forecasting.bars import Section

RESULTS = Path(__file__).with_name("results.json")
SECTIONS: dict[str, Callable[[Path], Section]] = {
    "daily": daily.run,
    "hourly": hourly.run,
    "weekly": weekly.run,
    "monthly": monthly.run,
    "hierarchy": hierarchy.run,
    "scale": scale.run,
}


def measured(names: Sequence[str], shared: Path) -> dict[str, list[Bar]]:
    """The bars of each section, run in their order; each table is printed."""
    bars: dict[str, list[Bar]] = {}
    for name in names:
        start = perf_counter()
        section = SECTIONS[name](shared)
        print(f"## {section.title}  ({perf_counter() - start:.0f} s)\n")
        print(section.table.round(3).to_string(), "\n", flush=True)
        bars[name] = section.bars
        _keep(name, section.bars)
    return bars


def _keep(name: str, bars: Sequence[Bar]) -> None:
    """Put the bars of a section in the place of its earlier ones."""
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    known[name] = [asdict(bar) for bar in bars]
    ordered = {one: known[one] for one in SECTIONS if one in known}
    RESULTS.write_text(json.dumps(ordered, indent=1) + "\n")


def main() -> None:
    """Print the tables and the verdicts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--only", choices=list(SECTIONS), action="append")
    given = parser.parse_args()
    print(f"python {platform.python_version()}, prophet {version('prophet')}, 2 processes\n")
    by_section = measured(given.only or list(SECTIONS), given.shared)
    bars = [bar for of_section in by_section.values() for bar in of_section]
    conclude(bars)


if __name__ == "__main__":
    main()
