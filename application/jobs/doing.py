"""One job, done: ``python -m application.jobs.doing JOB``, which its worker starts and may end."""

from __future__ import annotations

import argparse
import importlib
import os
import signal
import threading
import time

from application.compute import one_thread_each
from application.settings import Settings, load_settings
from application.store.database import Database
from application.store.jobs import Job, JobState, Progress, end_job, find_job, tell_progress
from hospital.errors import GstError, RunInterrupted

STANDARD_INPUT = 0
TELL_SECONDS = 0.3
"""Progress is kept no more often than this: a page looks once a second."""


class KeptProgress:
    """Progress as the pages see it: kept in the database."""

    def __init__(self, database: Database, job: str) -> None:
        self._database, self._job = database, job
        self._now = Progress()
        self._told_at = 0.0

    def begin(self, label: str, total: int) -> None:
        """A step of so many tasks begins."""
        self._now = Progress(label, self._now.steps_begun + 1, total, 0)
        self._tell()

    def advance(self) -> None:
        """One task is done."""
        now = self._now
        self._now = Progress(now.step, now.steps_begun, now.tasks, now.tasks_done + 1)
        if time.monotonic() - self._told_at >= TELL_SECONDS:
            self._tell()

    def finish(self) -> None:
        """The step is done."""
        now = self._now
        self._now = Progress(now.step, now.steps_begun, now.tasks, now.tasks)
        self._tell()

    def go_on(self) -> None:
        """A stop ends the process: nobody has to ask."""

    def _tell(self) -> None:
        tell_progress(self._database, self._job, self._now)
        self._told_at = time.monotonic()


def main() -> None:
    """Does the job that is named and keeps how it ended."""
    parser = argparse.ArgumentParser(prog="python -m application.jobs.doing", description=__doc__)
    parser.add_argument("job")
    parser.add_argument("--works", required=True, help="module of what can be done")
    asked = parser.parse_args()
    threading.Thread(target=end_with_the_worker, daemon=True).start()
    one_thread_each()
    importlib.import_module(asked.works)
    settings = load_settings()
    database = Database(settings.database_url)
    job = find_job(database, asked.job)
    if job is not None:
        keep_the_end(settings, database, job)
    database.close()


def end_with_the_worker() -> None:
    """Waits until the worker is gone, then ends this process and its helpers.

    It reads the file itself: Python cannot end while a thread waits inside its own reader.
    """
    os.read(STANDARD_INPUT, 1)
    os.killpg(os.getpgrp(), signal.SIGTERM)


def keep_the_end(settings: Settings, database: Database, job: Job) -> None:
    """Does the work; a refusal is kept for the page, a fault of ours goes to the log too."""
    from application.disk_trouble import told_of_disk  # noqa: PLC0415
    from application.faults import our_fault  # noqa: PLC0415
    from application.jobs.work import Work, do  # noqa: PLC0415 - NumPy, after one_thread_each
    from application.use_cases.session import open_session  # noqa: PLC0415

    state, run, error = JobState.FAILED, "", our_fault()
    try:
        with open_session(settings, KeptProgress(database, job.job)) as session:
            if job.starter is not None:
                session.person = job.starter.person
            run = do(session, Work(job.work, job.arguments))
        state = JobState.DONE
    except RunInterrupted:
        state = JobState.STOPPED
    except GstError as refusal:
        error = refusal
    except OSError as trouble:
        known = told_of_disk(trouble)
        if known is None:
            raise
        error = known
    finally:
        kept = error if state is JobState.FAILED else None
        end_job(database, job.job, state, run, kept)


if __name__ == "__main__":
    main()
