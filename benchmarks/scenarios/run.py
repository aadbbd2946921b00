"""Scenarios: the best found as surely as is said; many in time; nothing lost, little done twice.

    python -m benchmarks.scenarios.run [--only ranking,speed,resume,cluster,cost] [--quick]

Times are wall seconds on an idle machine with two processes. Keeps the figures of the parts that
ran in results.json beside this file; the exit status is 1 where a bar falls short. The parts
``cluster`` need Dask (``make cluster`` installs it).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from benchmarks.bars import Bar, at_least, at_most, conclude
from benchmarks.scenarios import known_systems
from benchmarks.scenarios.interrupted import Job, begun, done, killed_and_resumed, worker_killed
from benchmarks.scenarios.interrupted import cluster as local_cluster

RESULTS = Path(__file__).with_name("results.json")
SPEED = Job("default", scenarios=20, replications=20)
INTERRUPTED = Job("small", scenarios=12, replications=20)
HELD_OUT = (
    Job("default", scenarios=6, replications=30),
    Job("small", scenarios=12, replications=40, horizon=56),
    Job("region", scenarios=2, replications=12),
)
"""Configurations of which the model has measured neither days nor replications nor scenarios."""

FOUR_MINUTES = 240
PERCENT = 100


def ranking(folder: Path, *, quick: bool) -> Iterator[Bar]:
    """How often the true best of ten is found."""
    del folder
    macro_runs = 20 if quick else known_systems.MACRO_RUNS
    for case in known_systems.CASES:
        share, used = known_systems.share_found(case, macro_runs)
        print(f"{case.name}: {used:.0f} replications of the {known_systems.SYSTEMS} on average")
        yield at_least(
            f"best of 10 found in {macro_runs}: {case.name} [%]",
            PERCENT * share,
            PERCENT * known_systems.CONFIDENCE,
        )


def speed(folder: Path, *, quick: bool) -> Iterator[Bar]:
    """How long twenty scenarios of the default demo take."""
    job = Job("small", 4, 4) if quick else SPEED
    found = done(job, folder / "speed")
    print(
        f"{found['seconds']:.1f} s, of which {found['forecast_seconds']:.1f} s are the forecast; "
        f"{found['cpu_seconds']:.1f} s of CPU in all"
    )
    name = f"{job.scenarios} scenarios x {job.replications} paired replications, {job.size} demo"
    yield at_most(f"{name} [s]", found["seconds"], FOUR_MINUTES)


def resume(folder: Path, *, quick: bool) -> Iterator[Bar]:
    """What a run that was killed three times computes twice."""
    job = Job("small", 3, 10) if quick else INTERRUPTED
    untouched = done(job, folder / "untouched")
    whole = begun(folder / "untouched")
    (folder / "killed").mkdir()
    digest, count = killed_and_resumed(job, folder / "killed", whole)
    print(f"{whole} replications; killed three times, {count} were begun")
    yield at_most("replications computed twice after three SIGKILL [%]", _extra(count, whole), 5)
    yield at_least("a killed run ends with the same bytes", digest == untouched["digest"], 1)


def cluster(folder: Path, *, quick: bool) -> Iterator[Bar]:
    """Whether two workers of a cluster give the bytes of this machine, also if one is killed."""
    job = Job("small", 3, 10) if quick else INTERRUPTED
    alone = done(job, folder / "alone")
    whole = begun(folder / "alone")
    with local_cluster() as address:
        on_cluster = done(job, folder / "on-cluster", "--cluster", address)
    yield at_least("two Dask workers give the same bytes", _same(on_cluster, alone), 1)
    (folder / "one-killed").mkdir()
    digest, count = worker_killed(job, folder / "one-killed", whole)
    print(f"{whole} replications; with a worker killed, {count} were begun")
    yield at_least("a worker killed in the middle loses nothing", digest == alone["digest"], 1)


def cost(folder: Path, *, quick: bool) -> Iterator[Bar]:
    """How far the cost model is from the wall time of configurations that it has not measured."""
    for at, job in enumerate((Job("small", 3, 12),) if quick else HELD_OUT):
        home = folder / f"cost-{at}"
        predicted = done(job, home, "--cost")
        measured = done(job, home)
        off = PERCENT * (predicted["seconds"] / measured["seconds"] - 1)
        name = f"{job.size}, {job.scenarios} x {job.replications} x {job.horizon} days"
        print(
            f"{name}: {predicted['seconds']:.1f} s predicted from {predicted['measured_in']:.1f} s "
            f"of measuring, {measured['seconds']:.1f} s taken ({off:+.1f} %)"
        )
        yield at_most(f"cost model, error on {name} [%]", abs(off), 25)


PARTS: dict[str, Callable[..., Iterator[Bar]]] = {
    "ranking": ranking,
    "speed": speed,
    "resume": resume,
    "cluster": cluster,
    "cost": cost,
}


def main() -> None:
    """Print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--quick", action="store_true", help="small, to see that it works")
    asked = parser.parse_args()
    parts = asked.only.split(",")
    bars = [bar for part in parts for bar in _measured(part, quick=asked.quick)]
    if not asked.quick:
        machine = [
            f"python {platform.python_version()}",
            *(f"{name} {version(name)}" for name in ("numpy", "simpy", "distributed")),
            f"{os.cpu_count()} cores",
        ]
        measured = {bar.name: asdict(bar) for bar in bars}
        kept = {"machine": machine, "bars": [*(_others(measured)), *measured.values()]}
        RESULTS.write_text(json.dumps(kept, indent=1) + "\n")
    conclude(bars)


def _others(measured: dict[str, dict[str, object]]) -> list[dict[str, object]]:
    """What an earlier run kept of the parts that this one leaves out."""
    known = json.loads(RESULTS.read_text())["bars"] if RESULTS.exists() else []
    return [bar for bar in known if bar["name"] not in measured]


def _measured(part: str, *, quick: bool) -> list[Bar]:
    with tempfile.TemporaryDirectory() as folder:
        return list(PARTS[part](Path(folder), quick=quick))


def _extra(count: int, whole: int) -> float:
    return PERCENT * (count - whole) / whole


def _same(one: dict[str, str], other: dict[str, str]) -> bool:
    return one["digest"] == other["digest"]


if __name__ == "__main__":
    main()
