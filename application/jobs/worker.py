"""The worker of a home: takes one job after the other and does each in a process of its own.

``python -m application.jobs.worker`` holds the lock of its home while it lives. It outlives the
server that woke it, sees within ``LOOK_SECONDS`` that somebody wants a job stopped, and goes when
nothing was to do for ``IDLE_SECONDS``.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

from application.jobs.lock import lock_of, place_of
from application.settings import Settings, load_settings
from application.store.database import Database
from application.store.jobs import (
    Job,
    anything_waits,
    stop_is_asked,
    take_next,
    take_up_lost,
)

LOOK_SECONDS = 0.2
IDLE_SECONDS = 20.0
PATIENCE_SECONDS = 5.0
"""How long an ended process may take to be gone before it is killed."""


def main() -> None:
    """Reads the lock that was handed over and works until nothing is left to do."""
    parser = argparse.ArgumentParser(prog="python -m application.jobs.worker", description=__doc__)
    parser.add_argument("--works", required=True, help="module of what can be done")
    parser.add_argument("--lock", type=int, required=True, help="open file that is locked")
    asked = parser.parse_args()
    settings = load_settings()
    database = Database(settings.database_url)
    lock: int | None = asked.lock
    while lock is not None:
        work_off(settings, database, asked.works)
        os.close(lock)
        lock = lock_of(settings) if anything_waits(database) else None
    database.close()


def work_off(settings: Settings, database: Database, works: str) -> None:
    """Everything that waits, until nothing has for a while."""
    place = place_of(settings)
    take_up_lost(database, place)
    idle_since = time.monotonic()
    while time.monotonic() - idle_since < IDLE_SECONDS:
        job = take_next(database, place)
        if job is None:
            time.sleep(LOOK_SECONDS)
            continue
        _do(database, job, works)
        take_up_lost(database, place)
        idle_since = time.monotonic()


def _do(database: Database, job: Job, works: str) -> None:
    """One job in a process of its own, which can be ended whatever it is doing.

    Its standard input stays open while the worker lives: the process ends when that closes.
    """
    command = [sys.executable, "-m", "application.jobs.doing", job.job, "--works", works]
    with subprocess.Popen(  # noqa: S603 - our own module on a row of the database
        command, stdin=subprocess.PIPE, start_new_session=True
    ) as process:
        while process.poll() is None:
            if stop_is_asked(database, job.job):
                _end(process)
            with suppress(subprocess.TimeoutExpired):
                process.wait(LOOK_SECONDS)


def _end(process: subprocess.Popen[bytes]) -> None:
    """The process and its helpers: SIGTERM ends each at once, and half a transaction is none.

    The tracker of loky ignores the signal and clears away what they leave.
    """
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


if __name__ == "__main__":
    main()
