"""Speed of the twin on REF-H1 beside idiomatic SimPy, Ciw, a plain heap loop and compiled code.

    python -m benchmarks.twin.run --reference ../shared/benchmarks/ref-h1 [--rounds 9]
        [--only race region variance warm-start]

All engines run interleaved in one process; CPU seconds of a whole replication (sampling, run and
results). A factor is the median over the rounds of the ratio within a round, which noise of the
machine moves least; the slow peers run in the first three rounds only. The twin is configured by
``ref_h1.yaml`` beside this file.
Then a region of 1 to 20 hospitals, common random numbers and beds from the census; ``--only`` runs
a part. Prints a table and exits with 1 where a bar falls short; a whole run writes
``results.json`` (each bar: name, value, bar, holds). Runs in ``.venv-bench`` (``make bench-twin``),
which has the peers; ``make bench-twin BENCH="--only race"`` runs a part.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.twin import region, variance, warm_start
from twin.flow import Flow
from twin.simulation import Prepared, replication_outcome
from twin.study_file import read_study
from twin.study_model import study_model

HERE = Path(__file__).parent
STUDY = HERE / "ref_h1.yaml"
SPREAD_REPLICATIONS = 40
TWIN_REPLICATIONS = 10
STANDARD_ERRORS = 3.3
SLOW_ROUNDS = 3
SLOW = ("idiomatic SimPy", "Ciw, easier variant")
"""Engines whose factors are so large that three rounds tell them apart from their bars."""
PARTS = ("race", "region", "variance", "warm-start")


@dataclass(frozen=True)
class Bar:
    """One thing that must hold: ``at_least`` or at most ``bar``."""

    name: str
    value: float
    bar: float
    at_least: bool

    @property
    def holds(self) -> bool:
        """Whether it does."""
        return bool(self.value >= self.bar if self.at_least else self.value <= self.bar)


def main() -> int:
    """Measures, prints, writes; 1 where a bar falls short."""
    options = _options()
    sys.path.insert(0, str(options.reference))
    seconds: dict[str, list[float]] = {}
    bars: list[Bar] = []
    if "race" in options.only:
        prepared = study_model(read_study(STUDY)).prepared()
        seconds = _race(prepared, options.rounds)
        bars += [*_speed_bars(seconds), _events(prepared), _memory(), *_spread(prepared)]
    parts = {
        "region": region.measure,
        "variance": partial(variance.measure, STUDY),
        "warm-start": warm_start.measure,
    }
    for name, measure in parts.items():
        if name in options.only:
            bars += [Bar(*row) for row in measure()]
    _print(seconds, bars)
    if set(options.only) == set(PARTS):
        _write(seconds, bars)
    return 0 if all(bar.holds for bar in bars) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reference", type=Path, required=True, help="the folder ref-h1")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="parts to run")
    return parser.parse_args()


def _race(prepared: Prepared, rounds: int) -> dict[str, list[float]]:
    """CPU seconds of every engine and round; what compiles has compiled before."""
    engines = _engines(prepared)
    engines["compiled limit"](0)
    engines["twin"](0)
    seconds: dict[str, list[float]] = {name: [] for name in engines}
    for at in range(rounds):
        for name, run in engines.items():
            if at >= SLOW_ROUNDS and name in SLOW:
                continue
            start = time.process_time()
            run(at)
            seconds[name].append(time.process_time() - start)
    return seconds


def _engines(prepared: Prepared) -> dict[str, Callable[[int], Any]]:
    idiomatic, ciw, heap, numba, reference = (
        importlib.import_module(name)
        for name in (
            *("idiomatic_simpy", "ciw_peer", "heap_loop", "numba_limit", "reference_hospital"),
        )
    )

    def plain(at: int) -> Any:
        table = reference.sample(7, at)
        area, *rest = heap.run_f(heap.tolists(table))
        return numba.summarise(table, (area, *(np.array(one) for one in rest)))

    return {
        "idiomatic SimPy": lambda at: idiomatic.Model(7, at).run().results(),
        "twin": lambda at: replication_outcome(prepared, at),
        "plain heap loop": plain,
        "compiled limit": lambda at: numba.rep(7, at),
        "Ciw, easier variant": ciw.one,
    }


def _speed_bars(seconds: dict[str, list[float]]) -> list[Bar]:
    twin = seconds["twin"]
    simpy, ciw = (_factor(seconds[name], twin) for name in SLOW)
    return [
        Bar("times faster than idiomatic SimPy", simpy, 8.0, True),
        Bar("times faster than Ciw", ciw, 12.0, True),
        Bar("times a plain heap loop", _factor(twin, seconds["plain heap loop"]), 1.8, False),
        Bar("times the compiled limit", _factor(twin, seconds["compiled limit"]), 16.0, False),
    ]


def _factor(these: list[float], those: list[float]) -> float:
    """Median of the ratios of rounds that both have run."""
    return median(one / two for one, two in zip(these, those, strict=False))


def _events(prepared: Prepared) -> Bar:
    table = prepared.patients(0)
    flow = Flow(prepared.network, table).run(prepared.run.end_hours)
    return Bar("SimPy events per patient", next(flow.env._eid) / len(table), 3.5, False)


def _memory() -> Bar:
    """Peak of a fresh worker that does one replication [MB]."""
    code = (
        "import sys; from pathlib import Path; from twin.study_file import read_study;"
        "from twin.study_model import study_model; from twin.simulation import replication_outcome;"
        "replication_outcome(study_model(read_study(Path(sys.argv[1]))).prepared(), 0);"
        "print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(STUDY)], capture_output=True, text=True, check=True
    )
    return Bar("peak memory of a worker [MB]", int(done.stdout) / 1024, 200.0, False)


def _spread(prepared: Prepared) -> list[Bar]:
    """Distance of the twin's means from the reference's [standard errors]."""
    numba, reference = (importlib.import_module(n) for n in ("numba_limit", "reference_hospital"))
    theirs = np.array([numba.rep(11, at) for at in range(SPREAD_REPLICATIONS)])
    ours = [_figures(prepared, at) for at in range(TWIN_REPLICATIONS)]
    bars = []
    for name in ours[0]:
        one = np.array([row[name] for row in ours])
        two = theirs[:, reference.OUT.index(name)]
        error = math.sqrt(one.var(ddof=1) / one.size + two.var(ddof=1) / two.size)
        distance = abs(one.mean() - two.mean()) / error
        bars.append(
            Bar(f"{name}: standard errors from the reference", distance, STANDARD_ERRORS, False)
        )
    return bars


def _figures(prepared: Prepared, replication: int) -> dict[str, float]:
    rows = replication_outcome(prepared, replication).rows
    found = {(str(name), place): value for name, place, group, value in rows if not group}
    units = ("CUB", "ICU", "SDU", "MED", "SUR", "CAR", "PED", "GYN")
    figures = {f"occ_{unit}": found["occupied_beds", unit] for unit in units}
    figures["doc_wait"] = found["physician_wait_minutes", "STUDY"]
    figures["board"] = 60 * found["boarding_hours", "STUDY"]
    return figures


def _print(seconds: dict[str, list[float]], bars: list[Bar]) -> None:
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")
    print("Factors are medians of the ratios within each round.")
    for name, values in seconds.items():
        shown = " ".join(f"{value:.3f}" for value in values)
        print(f"{name:22} median {median(values):7.3f} CPU s   ({shown})")
    for bar in bars:
        sign = "≥" if bar.at_least else "≤"
        verdict = "holds" if bar.holds else "FALLS SHORT"
        print(f"{bar.name:52} {bar.value:9.2f}  {sign} {bar.bar:6.1f}  {verdict}")


def _write(seconds: dict[str, list[float]], bars: list[Bar]) -> None:
    content = {
        "machine": platform.machine(),
        "python": platform.python_version(),
        "cpu_seconds": seconds,
        "bars": [asdict(bar) | {"value": float(bar.value), "holds": bar.holds} for bar in bars],
    }
    (HERE / "results.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
