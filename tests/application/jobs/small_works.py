"""Works for tests: they count, wait, refuse, fail and die as real ones do, only sooner."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from application.jobs.work import work
from application.use_cases.session import Session
from hospital.errors import GstError, RunInterrupted, say


def doubled(number: int) -> int:
    return 2 * number


@work
def count(session: Session, numbers: tuple[int, ...]) -> str:
    return str(sum(session.workers(doubled, list(numbers), "twin")))


@work
def wait_for(session: Session, file: Path) -> str:
    """Says that it has begun, and goes on once the file ``goes-on`` lies beside."""
    with file.open("a") as told:
        told.write("begun\n")
    for _ in session.workers(doubled, [1, 2], "forecast"):
        while not file.with_name("goes-on").exists():
            time.sleep(0.02)
    return file.name


@work
def compute_without_a_pause(_: Session, file: Path) -> str:
    """One task that asks nobody whether to go on, as a solver does."""
    file.touch()
    while True:
        sum(range(10**7))


@work
def refuse(_: Session) -> str:
    raise GstError("closes_whole_unit", say("row {row}", row=7))


@work
def interrupt(_: Session) -> str:
    raise RunInterrupted("stopped", say("Stopped; what was not finished was not stored."))


@work
def fail(_: Session) -> str:
    raise ZeroDivisionError("secret")


@work
def die(_: Session, file: Path) -> str:
    with file.open("a") as told:
        told.write("begun\n")
    os.kill(os.getpid(), signal.SIGKILL)
    return "never"
