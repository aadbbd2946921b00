"""The pharmacy measured: simulator, real demand, tight budgets, transfers, scale.

    python -m benchmarks.inventory.run [--shared ../shared] [--only simulator,real_demand]

Each topic prints its table and its bars and takes the place of its earlier figures in
results.json; the exit status is 1 where a bar falls short. Times are CPU seconds, so that what
else the machine does counts little.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from benchmarks.inventory.bars import Bar, Measured, keep, printed, verdict

TOPICS = ("simulator", "real_demand", "tight_budget", "transfers", "scale")
NEEDS_SHARED = ("real_demand",)


def topic_of(name: str, shared: Path) -> Callable[[], Measured]:
    """What measures a topic: ``measured()`` of the module of its name."""
    module = import_module(f"benchmarks.inventory.{name}")
    if name in NEEDS_SHARED:
        return lambda: module.measured(shared)  # type: ignore[no-any-return]
    return module.measured  # type: ignore[no-any-return]


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--only", type=lambda text: text.split(","), default=TOPICS)
    return parser.parse_args()


def machine() -> list[str]:
    """What the figures were measured with."""
    packages = ("numpy", "scipy", "ortools")
    return [
        f"python {platform.python_version()}",
        *(f"{name} {version(name)}" for name in packages),
        f"{os.cpu_count()} cores",
    ]


def main() -> None:
    """Print tables and verdicts, topic by topic."""
    asked = arguments()
    print(", ".join(machine()))
    bars: list[Bar] = []
    for name in asked.only:
        found = topic_of(name, asked.shared)()
        print(f"\n{name}", printed(found), *map(verdict, found.bars), sep="\n", flush=True)
        keep(name, found, machine())
        bars += found.bars
    sys.exit(not all(bar.holds for bar in bars))


if __name__ == "__main__":
    main()
