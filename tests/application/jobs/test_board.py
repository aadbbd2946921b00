"""Long work: one job after the other, real progress, a stop that is obeyed, nothing lost."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from application.jobs.board import LOG_FILE, JobBoard
from application.jobs.work import Work
from application.settings import Settings, load_settings
from application.store.database import Database
from application.store.jobs import MOST_BEGUN, MOST_WAITING, Job, JobState
from hospital.errors import GstError, Sentence, say
from tests.application.jobs import small_works
from tests.application.jobs.waiting import end_workers, until, workers_of

pytestmark = [pytest.mark.integration, pytest.mark.slow]

TITLE = say("Building a roster")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"TADBIR_HOME": str(tmp_path), "TADBIR_PROCESSES": "1"})


@pytest.fixture
def board(settings: Settings) -> Iterator[JobBoard]:
    database = Database(settings.database_url)
    yield JobBoard(settings, database, small_works.__name__)
    end_workers(settings.folder)
    database.close()


def ended(board: JobBoard, job: Job) -> Job:
    """The job when it is over."""
    until(lambda: seen(board, job).is_over)
    return seen(board, job)


def seen(board: JobBoard, job: Job) -> Job:
    found = board.find(job.job)
    assert found is not None
    return found


def done(board: JobBoard, asked: Work) -> Job:
    return ended(board, board.submit(TITLE, asked))


def test_a_job_ends_with_its_run_and_its_progress(board: JobBoard) -> None:
    job = done(board, small_works.count((1, 2, 3)))
    assert (job.state, job.run, job.error) == (JobState.DONE, "12", None)
    now = job.progress
    assert (now.step, now.steps_begun, now.tasks, now.tasks_done) == ("twin", 1, 3, 3)
    assert job.share_done == 1.0
    assert (job.title, job.title.template) == (TITLE, TITLE.template)


def test_a_refusal_is_kept_for_the_page_and_can_be_said_in_any_language(board: JobBoard) -> None:
    job = done(board, small_works.refuse())
    assert job.state is JobState.FAILED
    assert job.error is not None
    assert job.error.code == "closes_whole_unit"
    assert isinstance(job.error.hint, Sentence)
    assert job.error.hint.template == "row {row}"


def test_a_fault_of_ours_is_told_without_its_trace_and_the_board_goes_on(
    board: JobBoard, settings: Settings
) -> None:
    job = done(board, small_works.fail())
    assert job.error is not None
    assert (job.state, job.error.code) == (JobState.FAILED, "internal_fault")
    assert "secret" not in job.error.hint
    assert "secret" in (settings.folder / LOG_FILE).read_text()
    assert done(board, small_works.count((4,))).run == "8"


def test_what_stops_itself_is_stopped(board: JobBoard) -> None:
    assert done(board, small_works.interrupt()).state is JobState.STOPPED


def test_a_stop_is_obeyed_whatever_the_work_is_doing(board: JobBoard, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    job = board.submit(TITLE, small_works.compute_without_a_pause(begun))
    until(begun.exists)
    board.cancel(job.job)
    assert seen(board, job).stop_asked
    assert ended(board, job).state is JobState.STOPPED
    assert not workers_of(tmp_path, b"application.jobs.doing")


def test_a_job_that_waits_is_stopped_before_it_begins(board: JobBoard, tmp_path: Path) -> None:
    first = board.submit(TITLE, small_works.wait_for(tmp_path / "first"))
    second = board.submit(TITLE, small_works.wait_for(tmp_path / "second"))
    until((tmp_path / "first").exists)
    assert seen(board, second).state is JobState.WAITING
    board.cancel(second.job)
    assert seen(board, second).state is JobState.STOPPED
    (tmp_path / "goes-on").touch()
    assert ended(board, first).state is JobState.DONE
    assert not (tmp_path / "second").exists()


def test_too_much_waiting_work_is_refused(board: JobBoard, tmp_path: Path) -> None:
    running = board.submit(TITLE, small_works.wait_for(tmp_path / "first"))
    until((tmp_path / "first").exists)
    jobs = [board.submit(TITLE, small_works.count((1,))) for _ in range(MOST_WAITING)]
    with pytest.raises(GstError, match="too_many_jobs"):
        board.submit(TITLE, small_works.count((1,)))
    (tmp_path / "goes-on").touch()
    assert {ended(board, job).state for job in (running, *jobs)} == {JobState.DONE}


def test_another_server_sees_the_same_job_and_only_one_worker_is_ever_awake(
    board: JobBoard, settings: Settings, tmp_path: Path
) -> None:
    job = board.submit(TITLE, small_works.wait_for(tmp_path / "first"))
    until((tmp_path / "first").exists)
    database = Database(settings.database_url)
    other = JobBoard(settings, database, small_works.__name__)
    assert seen(other, job).state is JobState.RUNNING
    assert len(workers_of(tmp_path)) == 1
    (tmp_path / "goes-on").touch()
    assert ended(other, job).run == "first"
    database.close()


@pytest.mark.parametrize("victim", [b"application.jobs.worker", b"application.jobs.doing"])
def test_work_whose_process_is_killed_begins_again(
    board: JobBoard, tmp_path: Path, victim: bytes
) -> None:
    begun = tmp_path / "begun"
    job = board.submit(TITLE, small_works.wait_for(begun))
    until(begun.exists)
    (killed,) = workers_of(tmp_path, victim)
    os.kill(killed, signal.SIGKILL)
    until(lambda: seen(board, job).times_begun == MOST_BEGUN and len(lines(begun)) == MOST_BEGUN)
    assert seen(board, job).state is JobState.RUNNING
    (tmp_path / "goes-on").touch()
    assert (ended(board, job).state, seen(board, job).run) == (JobState.DONE, "begun")


def lines(file: Path) -> list[str]:
    return file.read_text().splitlines()


def test_work_that_always_dies_is_given_up(board: JobBoard, tmp_path: Path) -> None:
    job = done(board, small_works.die(tmp_path / "begun"))
    assert job.error is not None
    assert (job.state, job.error.code) == (JobState.FAILED, "job_lost")
    assert len(lines(tmp_path / "begun")) == MOST_BEGUN
    assert done(board, small_works.count((4,))).run == "8"


def test_what_waited_when_everything_was_off_is_done_when_a_server_starts(
    board: JobBoard, settings: Settings, tmp_path: Path
) -> None:
    job = board.submit(TITLE, small_works.wait_for(tmp_path / "first"))
    until((tmp_path / "first").exists)
    end_workers(settings.folder)
    (tmp_path / "goes-on").touch()
    database = Database(settings.database_url)
    later = JobBoard(settings, database, small_works.__name__)
    later.resume()
    assert ended(later, job).state is JobState.DONE
    database.close()


def test_an_unknown_job_is_no_job(board: JobBoard) -> None:
    assert board.find("job-7") is None
    assert board.find(None) is None
