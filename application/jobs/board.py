"""The board of a home: every page, browser and server sees the same jobs on it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass

from application.jobs.lock import lock_of
from application.jobs.work import Work
from application.settings import Settings
from application.store.database import Database
from application.store.jobs import (
    Job,
    Starter,
    add_job,
    anything_waits,
    ask_to_stop,
    find_job,
    jobs_of_the_api,
)
from hospital.errors import Sentence

WORKS_MODULE = "application.jobs.works"
LOG_FILE = "jobs.log"

_woken: list[subprocess.Popen[bytes]] = []
"""The workers that this process has started; asked now and then, so that none stays a zombie."""


@dataclass(frozen=True)
class JobBoard:
    """Takes jobs, finds them again, stops them, and sees to it that somebody does them."""

    settings: Settings
    database: Database
    works: str = WORKS_MODULE

    def submit(self, title: Sentence, asked: Work, starter: Starter | None = None) -> Job:
        """Puts work in the line. Raises ``GstError`` when too much waits already."""
        job = add_job(self.database, title, asked.name, asked.arguments, starter)
        self.wake()
        return job

    def find(self, job: str | None) -> Job | None:
        """The job of this name as it stands; one that is not over has somebody who does it."""
        found = None if job is None else find_job(self.database, job)
        if found is not None and not found.is_over:
            self.wake()
        return found

    def of_the_api(self, limit: int) -> tuple[Job, ...]:
        """The newest that were asked for through the API."""
        return jobs_of_the_api(self.database, limit)

    def cancel(self, job: str) -> None:
        """Stops a job; nothing unfinished is stored."""
        ask_to_stop(self.database, job)

    def resume(self) -> None:
        """Somebody does what an earlier server left waiting."""
        if anything_waits(self.database):
            self.wake()

    def wake(self) -> None:
        """Starts the worker of this home unless there is one; it lives on without this process.

        The lock is taken here and handed over, so that no two workers are ever started.
        """
        _woken[:] = [worker for worker in _woken if worker.poll() is None]
        lock = lock_of(self.settings)
        if lock is None:
            return
        try:
            with (self.settings.folder / LOG_FILE).open("ab") as log:
                _woken.append(self._started(lock, log.fileno()))
        finally:
            os.close(lock)

    def _started(self, lock: int, log: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "application.jobs.worker"]
        return subprocess.Popen(  # noqa: S603 - our own module
            [*command, "--works", self.works, "--lock", str(lock)],
            env={**os.environ, **variables_of(self.settings)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(lock,),
            start_new_session=True,
        )


def variables_of(settings: Settings) -> dict[str, str]:
    """The environment from which ``load_settings`` makes the same settings."""
    return {
        "TADBIR_HOME": str(settings.folder),
        "TADBIR_DATABASE_URL": settings.database_url,
        "TADBIR_LANG": settings.language.value,
        "TADBIR_PROCESSES": str(settings.processes),
        "TADBIR_CLUSTER": settings.cluster or "",
    }
