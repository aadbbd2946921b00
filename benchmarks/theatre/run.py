"""Plans of IHTC-2024 instances: ours beside greedy and plain CP-SAT, then the bars.

    python -m benchmarks.theatre.run [--shared ../shared] [--only i01,i02] [--seconds 60]
        [--peer-seconds 60] [--seed 1] [--folder OTHER_INSTANCES] [--no-peers] [--no-week]

Every plan is judged by ``scheduling.theatres.ihtc.score``, which shares no code with the search;
one with a violation counts as none. Each method has its wall seconds on two cores, after one
warm-up for compiled kernels. A run rewrites the rows of its instances in results.json, those of
more than a minute apart; the exit status is 1 where a bar falls short. ``--folder`` takes any
folder of instances with a ``best_known.csv`` beside them or in the folder above.
"""

from __future__ import annotations

import argparse
import csv
import json
import platform
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

from benchmarks.bars import Bar, conclude
from benchmarks.cpu import cpu_seconds
from benchmarks.theatre import week
from benchmarks.theatre.bars import MEAN_OF, SHORT_SECONDS, Row, bars_of
from benchmarks.theatre.peers import by_cp_sat, by_greedy
from scheduling.theatres.ihtc.instance import Instance, read_instance
from scheduling.theatres.ihtc.score import score
from scheduling.theatres.ihtc.solution import Solution
from scheduling.theatres.ihtc.solve import Effort, solve

RESULTS = Path(__file__).with_name("results.json")
OURS = "Tadbir"
PEERS: dict[str, Callable[[Instance, float], Solution | None]] = {
    "greedy": by_greedy,
    "CP-SAT": by_cp_sat,
}
COLUMNS = ("instance", "best", "method", "cost", "above %", "bound", "wall s", "CPU s", "moves M")
LAYOUT = "{:>8} {:>6} {:<7} {:>7} {:>8} {:>7} {:>7} {:>7} {:>8}"
MILLION = 1_000_000


def measured(asked: argparse.Namespace) -> Iterator[Row]:
    """Each method on each instance asked for, in the order of the file of best costs."""
    folder = asked.folder or asked.shared / "benchmarks" / "ihtc2024" / "instances"
    for name, best in best_known(folder).items():
        paths = sorted(folder.glob(f"{name}.json*"))
        if not paths or (asked.only and name not in asked.only):
            continue
        instance = read_instance(paths[0])
        yield ours(instance, name, best, asked)
        for method in PEERS if not asked.no_peers else ():
            yield peer(instance, name, best, method, asked)


def ours(instance: Instance, name: str, best: int, asked: argparse.Namespace) -> Row:
    """Our plan of one instance, timed and scored."""
    cpu, wall = cpu_seconds(), perf_counter()
    plan = solve(instance, Effort(asked.seed, None, asked.seconds))
    wall, cpu = perf_counter() - wall, cpu_seconds() - cpu
    cost = None if plan.score.violations else plan.score.cost
    seconds = (asked.seconds, round(wall, 1), round(cpu, 1))
    return Row(name, OURS, best, cost, plan.bound, *seconds, asked.seed, plan.moves)


def peer(instance: Instance, name: str, best: int, method: str, asked: argparse.Namespace) -> Row:
    """A plain method on one instance, timed and scored."""
    cpu, wall = cpu_seconds(), perf_counter()
    solution = PEERS[method](instance, asked.peer_seconds)
    wall, cpu = perf_counter() - wall, cpu_seconds() - cpu
    judged = None if solution is None else score(instance, solution)
    cost = None if judged is None or judged.violations else judged.cost
    seconds = (asked.peer_seconds, round(wall, 1), round(cpu, 1))
    return Row(name, method, best, cost, 0, *seconds, asked.seed, 0)


def best_known(folder: Path) -> dict[str, int]:
    """The published best cost of each instance of a folder."""
    path = next(p for p in (folder, folder.parent) if (p / "best_known.csv").exists())
    with (path / "best_known.csv").open(encoding="utf-8", newline="") as file:
        return {row["instance"]: int(row["best_known"]) for row in csv.DictReader(file)}


def printed(row: Row) -> str:
    """One line of the table."""
    return LAYOUT.format(
        row.instance,
        row.best_known,
        row.method,
        "none" if row.cost is None else row.cost,
        "-" if row.cost is None else f"{row.above_percent:.2f}",
        row.bound or "-",
        f"{row.wall_seconds:.1f}",
        f"{row.cpu_seconds:.1f}",
        f"{row.moves / MILLION:.0f}" if row.moves else "-",
    )


def keep(rows: Sequence[Row], bars: Sequence[Bar], seconds: float) -> None:
    """Put these rows and bars in the place of the earlier ones of the same instances."""
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    kept = known.setdefault(f"{seconds:g} seconds", {})
    for name in {row.instance for row in rows}:
        kept[name] = {
            "rows": [asdict(row) for row in rows if row.instance == name],
            "bars": [asdict(bar) for bar in bars if bar.name.startswith(f"{name},")],
        }
    means = [asdict(bar) for bar in bars if bar.name.startswith("mean")]
    if means:
        kept["mean"] = {"bars": means}
    known[f"{seconds:g} seconds"] = dict(sorted(kept.items()))
    RESULTS.write_text(json.dumps(known, indent=1) + "\n")


def keep_week(bars: Sequence[Bar]) -> None:
    """Put the bars of the demo week in the place of the earlier ones."""
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    known["week"] = {"bars": [asdict(bar) for bar in bars]}
    RESULTS.write_text(json.dumps(known, indent=1) + "\n")


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--only", type=lambda text: text.split(","))
    parser.add_argument("--seconds", type=float, default=SHORT_SECONDS)
    parser.add_argument("--peer-seconds", type=float, default=SHORT_SECONDS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--no-week", action="store_true")
    asked = parser.parse_args()
    if asked.seconds > SHORT_SECONDS and not asked.only:
        asked.only = list(MEAN_OF)
    return asked


def main() -> None:
    """Print the table and the verdicts."""
    asked = arguments()
    print(f"python {platform.python_version()}, ortools {version('ortools')}, 2 cores\n")
    print(LAYOUT.format(*COLUMNS))
    rows = []
    for row in measured(asked):
        rows.append(row)
        print(printed(row), flush=True)
    bars = list(bars_of([row for row in rows if row.method == OURS]))
    if not asked.folder:
        keep(rows, bars, asked.seconds)
    if not (asked.only or asked.folder or asked.no_week):
        demo = week.bars()
        keep_week(demo)
        bars += demo
    conclude(bars)


if __name__ == "__main__":
    main()
