"""The pharmacy measured: simulator, real demand, tight budgets, transfers, scale.

    python -m benchmarks.inventory.run [--shared ../shared] [--only simulator,real_demand]

Each topic prints its table and takes the place of its earlier figures in
results.json; the exit status is 1 where a bar falls short. Times are CPU seconds, so that what
else the machine does counts little.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from benchmarks.bars import Bar, conclude
from benchmarks.inventory import real_demand, scale, simulator, tight_budget, transfers
from benchmarks.inventory.topic import Measured, keep, printed

TOPICS: dict[str, Callable[[Path], Measured]] = {
    "simulator": simulator.measured,
    "real_demand": real_demand.measured,
    "tight_budget": tight_budget.measured,
    "transfers": transfers.measured,
    "scale": scale.measured,
}


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(TOPICS))
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
        found = TOPICS[name](asked.shared)
        print(f"\n{name}", printed(found), sep="\n", flush=True)
        keep(name, found, machine())
        bars += found.bars
    conclude(bars)


if __name__ == "__main__":
    main()
