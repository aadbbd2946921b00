"""The dashboard on the default demo and on a region: what a person waits at each click.

    python -m benchmarks.dashboard.run [--demo HOME] [--region HOME] [--no-region]

Builds both homes with the whole loop done where none is given (a region takes some minutes).
Wall time, for that is what a person waits: run it on a machine that does nothing else. Rewrites
results.json beside this file; the exit status is 1 where a bar falls short.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles

from benchmarks.bars import Bar, at_most, conclude
from benchmarks.dashboard.browser import Seen, look
from benchmarks.dashboard.server import serving
from benchmarks.dashboard.sessions import SESSIONS, Crowd, crowd

RESULTS = Path(__file__).with_name("results.json")
RERUN_MS, REGION_RERUN_MS = 150, 300


def built(home: Path, size: str) -> Path:
    """A home with the whole loop done on a demo of this size."""
    environment = {**os.environ, "TADBIR_HOME": str(home)}
    command = [sys.executable, "-m", "benchmarks.dashboard.homes", size]
    subprocess.run(command, env=environment, check=True)
    return home


def reruns(home: Path) -> dict[str, float]:
    """Median milliseconds of the script of every page of a home."""
    command = [sys.executable, "-m", "benchmarks.dashboard.reruns"]
    environment = {**os.environ, "TADBIR_HOME": str(home)}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def rerun_bars(pages: dict[str, float], where: str, most_ms: float) -> list[Bar]:
    """A bar for each page."""
    return [at_most(f"rerun of {page}, {where} [ms]", ms, most_ms) for page, ms in pages.items()]


def browser_bars(seen: Seen) -> list[Bar]:
    """Medians over all loads and clicks, and the heaviest page."""
    every = {
        name: [value for values in by_page.values() for value in values]
        for name, by_page in asdict(seen).items()
    }
    return [
        at_most("cold page to content, median [s]", median(every["loads"]), 2.5),
        at_most("click to updated, median [ms]", median(every["clicks"]), 400),
        at_most("transferred cold, heaviest page [MB]", max(every["megabytes"]), 2.5),
    ]


def crowd_bars(found: Crowd) -> list[Bar]:
    """Errors, the slow clicks and the memory of many people at once."""
    slow = quantiles(found.clicks, n=20)[-1]
    who = f"{SESSIONS} sessions at once"
    return [
        at_most(f"{who}, errors", len(found.errors), 0),
        at_most(f"{who}, p95 of a click [s]", slow, 2.0),
        at_most(f"{who}, memory of the server [MB]", found.most_mb, 1_500),
    ]


def measured(demo: Path, region: Path | None) -> tuple[list[Bar], dict[str, object]]:
    """Every bar, and the figures behind them."""
    bars = rerun_bars(reruns(demo), "demo", RERUN_MS)
    if region is not None:
        bars += rerun_bars(reruns(region), "region", REGION_RERUN_MS)
    with serving(demo) as served:
        seen = look(served)
        found = crowd(served)
    print(*found.errors, sep="\n", end="\n" if found.errors else "")
    detail: dict[str, object] = {"browser": asdict(seen), "errors": found.errors}
    return bars + browser_bars(seen) + crowd_bars(found), detail


def main() -> None:
    """Print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--demo", type=Path)
    parser.add_argument("--region", type=Path)
    parser.add_argument("--no-region", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tadbir-bench-") as place:
        demo = asked.demo or built(Path(place) / "demo", "default")
        region = None
        if not asked.no_region:
            region = asked.region or built(Path(place) / "region", "region")
        bars, detail = measured(demo, region)
    machine = [f"python {platform.python_version()}", f"{os.cpu_count()} cores"]
    machine += [f"{name} {version(name)}" for name in ("streamlit", "playwright")]
    kept = {"machine": machine, "bars": [asdict(bar) for bar in bars], **detail}
    RESULTS.write_text(json.dumps(kept, indent=1) + "\n")
    conclude(bars)


if __name__ == "__main__":
    main()
