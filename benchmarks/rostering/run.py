"""Rosters of the Curtois–Qu instances: ours beside plain CP-SAT and HiGHS, then the bars.

    python -m benchmarks.rostering.run [--shared ../shared] [--only 2,4] [--seconds 60]
        [--peer-seconds 60] [--folder OTHER_INSTANCES] [--no-peers] [--no-wards]

Every roster is scored by ``scorer.py``, which shares no code with the solver; one that breaks a
rule counts as none. Each method has its wall seconds on two cores, after one warm-up for compiled
kernels; CPU seconds tell how much of the machine it had. Bounds are each method's own proof. A
run rewrites the rows of its instances in results.json; the exit status is 1 where a bar falls
short. ``--folder`` takes any folder of ``Instance<n>.txt`` with a ``best_known.csv`` beside them.
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
from benchmarks.rostering import equity, mending, ward
from benchmarks.rostering.bars import Row, bars_of
from benchmarks.rostering.ours import ours, warm_up
from benchmarks.rostering.peers import Answer, by_cp_sat, by_highs
from benchmarks.rostering.scorer import Scorer
from scheduling.rosters.curtois import Instance, read_instance

RESULTS = Path(__file__).with_name("results.json")
OURS, WARDS = "Tadbir", "wards"
PEERS: dict[str, Callable[[Instance, float], Answer]] = {"CP-SAT": by_cp_sat, "HiGHS": by_highs}
COLUMNS = ("instance", "best", "method", "cost", "above %", "bound", "below %", "proven", "wall s")
LAYOUT = "{:>8} {:>6} {:<7} {:>7} {:>8} {:>10} {:>8} {:>6} {:>7} {:>6}"


def measured(asked: argparse.Namespace) -> Iterator[Row]:
    """Each method on each instance asked for, in the order of the file of best costs."""
    folder = asked.folder or asked.shared / "benchmarks" / "curtois-qu"
    for number, best in best_known(folder).items():
        if asked.only and number not in asked.only:
            continue
        path = folder / f"Instance{number}.txt"
        yield one(path, OURS, best, lambda instance: ours(instance, asked.seconds))
        for name, method in PEERS.items() if not asked.no_peers else ():
            yield one(path, name, best, lambda instance, m=method: m(instance, asked.peer_seconds))


def one(path: Path, name: str, best: int, method: Callable[[Instance], Answer]) -> Row:
    """One method on one instance, timed and scored."""
    instance = read_instance(path)
    cpu, wall = cpu_seconds(), perf_counter()
    answer = method(instance)
    wall, cpu = perf_counter() - wall, cpu_seconds() - cpu
    scorer = Scorer(path)
    lawful = answer.lines is not None and not scorer.faults(answer.lines)
    cost = scorer.cost(answer.lines) if answer.lines is not None and lawful else None
    number = int(path.stem.removeprefix("Instance"))
    return Row(number, name, best, cost, answer.bound, round(wall, 1), round(cpu, 1))


def best_known(folder: Path) -> dict[int, int]:
    """The published best cost of each instance of a folder."""
    with (folder / "best_known.csv").open(encoding="utf-8", newline="") as file:
        return {int(row["instance"]): int(row["best_known"]) for row in csv.DictReader(file)}


def printed(row: Row) -> str:
    """One line of the table."""
    return LAYOUT.format(
        row.instance,
        row.best_known,
        row.method,
        "none" if row.cost is None else row.cost,
        "-" if row.cost is None else f"{row.over_percent:.2f}",
        f"{row.bound:.1f}",
        f"{row.bound_under_percent:.2f}",
        "yes" if row.is_proven else "no",
        f"{row.wall_seconds:.1f}",
        f"{row.cpu_seconds:.1f}",
    )


def keep(rows: Sequence[Row], bars: Sequence[Bar], wards: Sequence[Bar]) -> None:
    """Put these rows and bars in the place of the earlier ones of the same instances."""
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for number in {row.instance for row in rows}:
        known[str(number)] = {
            "rows": [asdict(row) for row in rows if row.instance == number],
            "bars": [asdict(b) for b in bars if b.name.startswith(f"instance {number},")],
        }
    if wards:
        known[WARDS] = {"bars": [asdict(bar) for bar in wards]}
    ordered = {name: known[name] for name in sorted(known, key=_instances_first)}
    RESULTS.write_text(json.dumps(ordered, indent=1) + "\n")


def _instances_first(name: str) -> tuple[bool, int]:
    return (True, 0) if name == WARDS else (False, int(name))


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--only", type=lambda text: [int(one) for one in text.split(",")])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--peer-seconds", type=float, default=60.0)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--no-wards", action="store_true")
    return parser.parse_args()


def main() -> None:
    """Print the table and the verdicts."""
    asked = arguments()
    print(f"python {platform.python_version()}, ortools {version('ortools')}, 2 cores\n")
    warm_up()
    print(LAYOUT.format(*COLUMNS, "CPU s"))
    rows = []
    for row in measured(asked):
        rows.append(row)
        print(printed(row), flush=True)
    bars = [bar for row in rows if row.method == OURS for bar in bars_of(row)]
    wards = [] if asked.only or asked.folder or asked.no_wards else of_wards(asked.shared)
    if not asked.folder:
        keep(rows, bars, wards)
    conclude([*bars, *wards])


def of_wards(shared: Path) -> list[Bar]:
    """Wards under all Moroccan rules, absences mended, and equity over a year."""
    found = ward.bars()
    found += mending.bars(mending.arguments(["--shared", str(shared)]))
    return found + equity.bars(shared, equity.WORK)


if __name__ == "__main__":
    main()
