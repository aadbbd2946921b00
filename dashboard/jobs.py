"""Long work beside the pages: one job after the other, with its real progress, and a stop.

A job runs in a thread of the server and hands its tasks to worker processes. It stores its
results itself, so a page that is closed or reloaded loses nothing but the view of the bar.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from threading import Event

from application.disk_trouble import told_of_disk
from application.settings import Settings
from application.use_cases.session import Session as GstSession
from application.use_cases.session import open_session
from hospital.errors import GstError, RunInterrupted, Sentence, say

LOG = logging.getLogger(__name__)
MOST_WAITING = 5

Work = Callable[[GstSession], str]
"""Does the job and returns the run that shows its result, or an empty text."""


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass
class Job:
    """One piece of long work; it is also the progress that its workers tell."""

    job: str
    title: Sentence
    state: JobState = JobState.WAITING
    step: str = ""
    steps_begun: int = 0
    tasks: int = 0
    tasks_done: int = 0
    run: str = ""
    error: GstError | None = None
    stop: Event = field(default_factory=Event)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state not in {JobState.WAITING, JobState.RUNNING}

    @property
    def share_done(self) -> float:
        """Tasks done of the step that runs now, 0 to 1."""
        return self.tasks_done / self.tasks if self.tasks else 0.0

    def begin(self, label: str, total: int) -> None:
        """A step of so many tasks begins."""
        self._refuse_if_stopped()
        self.step, self.tasks, self.tasks_done = label, total, 0
        self.steps_begun += 1

    def advance(self) -> None:
        """One task is done."""
        self._refuse_if_stopped()
        self.tasks_done += 1

    def finish(self) -> None:
        """The step is done."""
        self.tasks_done = self.tasks

    def go_on(self) -> None:
        """Asked while workers work: a stop does not wait for the end of a task."""
        self._refuse_if_stopped()

    def _refuse_if_stopped(self) -> None:
        if self.stop.is_set():
            raise RunInterrupted("stopped", say("Stopped; what was not finished was not stored."))


class JobBoard:
    """Every job of this server. One runs at a time: the cores are shared by all."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._numbers = count(1)
        self._line = ThreadPoolExecutor(max_workers=1, thread_name_prefix="tadbir-job")

    def submit(self, title: Sentence, settings: Settings, work: Work) -> Job:
        """Puts work in the line. Raises ``GstError`` when too much waits already."""
        if sum(not job.is_over for job in self._jobs.values()) > MOST_WAITING:
            raise GstError(
                "too_many_jobs",
                say("{count} pieces of work wait already. Try again later.", count=MOST_WAITING),
            )
        job = Job(f"job-{next(self._numbers)}", title)
        self._jobs[job.job] = job
        future = self._line.submit(_run, job, settings, work)
        future.add_done_callback(_log_fault)
        return job

    def find(self, job: str | None) -> Job | None:
        """The job of this name, if this server knows it."""
        return None if job is None else self._jobs.get(job)

    def cancel(self, job: Job) -> None:
        """Stops a job at its next task; nothing unfinished is stored."""
        job.stop.set()


def _run(job: Job, settings: Settings, work: Work) -> None:
    if job.stop.is_set():
        job.state = JobState.STOPPED
        return
    job.state = JobState.RUNNING
    try:
        with open_session(settings, job) as session:
            job.run = work(session)
        job.state = JobState.DONE
    except RunInterrupted:
        job.state = JobState.STOPPED
    except GstError as error:
        job.error, job.state = error, JobState.FAILED
    except OSError as error:
        job.error = told_of_disk(error)
        if job.error is None:
            raise
        job.state = JobState.FAILED
    finally:
        if not job.is_over:  # a fault of ours: the log has it, the page says so
            job.error = our_fault()
            job.state = JobState.FAILED


def _log_fault(future: Future[None]) -> None:
    fault = future.exception()
    if fault is not None:
        LOG.error("A job failed.", exc_info=fault)


def our_fault() -> GstError:
    """What a person is told of a fault of ours."""
    return GstError(
        "internal_fault",
        say("Something went wrong on our side. The log of the server says what."),
    )
