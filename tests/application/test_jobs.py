"""Long work: one job after the other, real progress, a stop that stores nothing, faults told."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from application.jobs import MOST_WAITING, Job, JobBoard, JobState
from application.settings import Settings, load_settings
from application.use_cases.session import Session
from hospital.errors import GstError, say

pytestmark = pytest.mark.integration

TITLE = say("Building a roster")
PATIENCE_SECONDS = 30


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"TADBIR_HOME": str(tmp_path), "TADBIR_PROCESSES": "1"})


def wait(job: Job) -> Job:
    """Until the job is over."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not job.is_over and time.monotonic() < give_up:
        time.sleep(0.01)
    assert job.is_over
    return job


def doubled(number: int) -> int:
    return 2 * number


def test_a_job_ends_with_the_run_that_shows_its_result(settings: Settings) -> None:
    job = wait(JobBoard().submit(TITLE, settings, lambda _: "run-1"))
    assert (job.state, job.run, job.error) == (JobState.DONE, "run-1", None)


def test_progress_counts_the_tasks_of_each_step(settings: Settings) -> None:
    def work(session: Session) -> str:
        return str(sum(session.workers(doubled, [1, 2, 3], "twin.replications")))

    job = wait(JobBoard().submit(TITLE, settings, work))
    assert job.run == "12"
    assert (job.step, job.steps_begun, job.tasks, job.tasks_done) == ("twin.replications", 1, 3, 3)
    assert job.share_done == 1.0


def test_a_stopped_job_does_no_further_task(settings: Settings) -> None:
    reached, goes_on, seen = Event(), Event(), []

    def work(session: Session) -> str:
        for number in session.workers(doubled, [1, 2, 3], "forecast"):
            seen.append(number)
            reached.set()
            goes_on.wait(PATIENCE_SECONDS)
        return "never"

    board = JobBoard()
    job = board.submit(TITLE, settings, work)
    assert reached.wait(PATIENCE_SECONDS)
    board.cancel(job)
    goes_on.set()
    assert wait(job).state is JobState.STOPPED
    assert (seen, job.run) == ([2], "")


def test_a_job_that_waits_is_stopped_before_it_begins(settings: Settings) -> None:
    goes_on, begun = Event(), []

    def blocker(_: Session) -> str:
        goes_on.wait(PATIENCE_SECONDS)
        return ""

    board = JobBoard()
    board.submit(TITLE, settings, blocker)
    second = board.submit(TITLE, settings, lambda _: str(begun.append(1)))
    assert second.state is JobState.WAITING
    board.cancel(second)
    goes_on.set()
    assert wait(second).state is JobState.STOPPED
    assert begun == []


def raising(error: Exception) -> Callable[[Session], str]:
    def work(_: Session) -> str:
        raise error

    return work


def test_a_refusal_is_kept_for_the_page(settings: Settings) -> None:
    refused = GstError("closes_whole_unit", say("Close fewer beds."))
    job = wait(JobBoard().submit(TITLE, settings, raising(refused)))
    assert (job.state, job.error) == (JobState.FAILED, refused)


def test_a_fault_of_ours_is_told_without_its_trace(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    job = wait(JobBoard().submit(TITLE, settings, raising(ZeroDivisionError("secret"))))
    assert job.state is JobState.FAILED
    assert job.error is not None
    assert job.error.code == "internal_fault"
    assert "secret" not in job.error.hint
    give_up = time.monotonic() + PATIENCE_SECONDS
    while "A job failed." not in caplog.text and time.monotonic() < give_up:
        time.sleep(0.01)
    assert "secret" in caplog.text


def test_the_board_goes_on_after_a_fault(settings: Settings) -> None:
    board = JobBoard()
    wait(board.submit(TITLE, settings, raising(ZeroDivisionError())))
    assert wait(board.submit(TITLE, settings, lambda _: "run-2")).run == "run-2"


def test_too_much_waiting_work_is_refused(settings: Settings) -> None:
    goes_on = Event()

    def blocker(_: Session) -> str:
        goes_on.wait(PATIENCE_SECONDS)
        return ""

    board = JobBoard()
    jobs = [board.submit(TITLE, settings, blocker) for _ in range(1 + MOST_WAITING)]
    with pytest.raises(GstError, match="too_many_jobs"):
        board.submit(TITLE, settings, blocker)
    goes_on.set()
    for job in jobs:
        wait(job)


def test_an_unknown_job_is_no_job() -> None:
    assert JobBoard().find("job-7") is None
    assert JobBoard().find(None) is None
