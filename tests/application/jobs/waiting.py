"""Waiting for processes that work beside a test, and ending their workers after it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

PATIENCE_SECONDS = 180
JOBS_PROCESSES = (b"application.jobs.worker", b"application.jobs.doing")


def until(is_so: Callable[[], bool]) -> None:
    """Until something is so; fails the test if it never is."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < give_up, "it never came to that"
        time.sleep(0.02)


def workers_of(home: Path, module: bytes = JOBS_PROCESSES[0]) -> list[int]:
    """The processes that run this module on this home."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if module not in (process / "cmdline").read_bytes():
                continue
            if f"TADBIR_HOME={home}\0".encode() in (process / "environ").read_bytes():
                found.append(int(process.name))
    return found


def end_workers(home: Path) -> None:
    """A worker outlives who has woken it; after a test nothing of its home goes on."""
    for module in JOBS_PROCESSES:
        for process in workers_of(home, module):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
    until(lambda: not any(workers_of(home, module) for module in JOBS_PROCESSES))
