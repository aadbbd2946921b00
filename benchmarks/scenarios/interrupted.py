"""A run that is killed again and again, and one whose worker is killed: what is computed twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import Any

from benchmarks.scenarios.work import BEGUN

REPLICATION = "replication_outcome"
LOOK_SECONDS, LONGEST_SECONDS = 0.05, 3_600
KILLED_AT = (0.3, 0.55, 0.8)
"""Shares of the replications after which the run is killed: three times in all."""

SERVE = """
from distributed import LocalCluster
import sys
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1",
                      dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


@dataclass(frozen=True)
class Job:
    """What ``benchmarks.scenarios.work`` is asked to do."""

    size: str
    scenarios: int
    replications: int
    horizon: int = 28
    processes: int = 2

    def command(self, home: Path, *more: str) -> list[str]:
        """The words of its process."""
        words = [sys.executable, "-m", "benchmarks.scenarios.work", str(home)]
        for name in ("size", "scenarios", "replications", "horizon", "processes"):
            words += [f"--{name}", str(getattr(self, name))]
        return [*words, *more]


def done(job: Job, home: Path, *more: str) -> dict[str, Any]:
    """Runs a job to its end and returns what it says."""
    ended = subprocess.run(
        job.command(home, *more), stdout=subprocess.PIPE, text=True, check=True, cwd=_root()
    )
    found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return found


def begun(home: Path) -> int:
    """Replications that have begun in this home."""
    log = home / BEGUN
    return log.read_text().split().count(REPLICATION) if log.exists() else 0


def killed_and_resumed(job: Job, home: Path, whole: int) -> tuple[str, int]:
    """The digest of a run that was killed three times, and how many replications it has begun.

    ``whole`` is how many a run needs that nobody kills. The process goes with all its workers, by
    SIGKILL: none of them can tidy up.
    """
    for share in KILLED_AT:
        process = subprocess.Popen(
            job.command(home), stdout=subprocess.DEVNULL, start_new_session=True, cwd=_root()
        )
        _wait_until(home, round(share * whole), process)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return done(job, home)["digest"], begun(home)


def worker_killed(job: Job, home: Path, whole: int) -> tuple[str, int]:
    """The digest of a run on a cluster whose worker is killed in the middle, and what it began."""
    with cluster() as address:
        process = subprocess.Popen(
            job.command(home, "--cluster", address), stdout=subprocess.PIPE, text=True, cwd=_root()
        )
        _wait_until(home, whole // 2, process)
        os.kill(worker_processes(address)[0], signal.SIGKILL)
        said, _ = process.communicate(timeout=LONGEST_SECONDS)
    if process.returncode:
        raise RuntimeError("the run did not outlive its worker")
    return json.loads(said.splitlines()[-1])["digest"], begun(home)


@contextmanager
def cluster() -> Iterator[str]:
    """A Dask cluster of two workers on this machine, by its address."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=_root(),
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.communicate("", timeout=60)


def worker_processes(address: str) -> list[int]:
    """Identities of the processes of the workers."""
    from distributed import Client  # noqa: PLC0415 - an extra of the installation

    with Client(address, set_as_default=False) as client:
        return sorted(client.run(os.getpid).values())


def _wait_until(home: Path, count: int, process: subprocess.Popen[Any]) -> None:
    """Waits until so many replications have begun.

    Raises:
        RuntimeError: the process ended before.
    """
    while begun(home) < count:
        if process.poll() is not None:
            raise RuntimeError(f"it ended after {begun(home)} replications, before {count}")
        sleep(LOOK_SECONDS)


def _root() -> Path:
    return Path(__file__).parents[2]
