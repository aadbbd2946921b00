"""The same bytes whoever works; a stop takes effect at once and loses nothing that is finished."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from application.compute import Remembering, Serial, Silent, Workers, in_order, workers
from application.store.database import Database, sqlite_url
from application.store.unfinished import UnfinishedRun
from hospital.errors import GstError, InvalidInput, Problem, RunInterrupted, say
from tests.cases import quick_first
from twin.outcomes import Outcome, outcome_bytes
from twin.simulation import Prepared, replicate
from twin.study_file import parse_study
from twin.study_model import study_model

pytestmark = pytest.mark.integration

STUDY = """
study: A ward
units: [{unit: W, beds: 12, stay: {law: exponential, mean_days: 2}}]
arrivals: [{stream: all, to: W, per_day: 5}]
run: {days: DAYS, warmup_days: 10, replications: 4, seed: 7}
"""


def prepared(days: int = 30) -> Prepared:
    return study_model(parse_study(STUDY.replace("DAYS", str(days)))).prepared()


def as_bytes(outcomes: list[Outcome]) -> list[bytes]:
    return [outcome_bytes(one) for one in outcomes]


def refuse(task: int) -> int:
    raise GstError("refused", say("Task {task} cannot be done.", task=task), task=task)


def test_results_of_two_processes_are_those_of_one_to_the_last_bit() -> None:
    run = prepared()
    with workers(1) as alone, workers(2) as together:
        one = as_bytes(replicate(run, range(4), alone))
        assert as_bytes(replicate(run, range(4), together)) == one
    assert len(set(one)) == 4


def test_what_finishes_early_waits_for_its_turn() -> None:
    given = [(2, "c"), (0, "a"), (3, "d"), (1, "b")]
    assert list(in_order(iter(given))) == ["a", "b", "c", "d"]


@pytest.mark.parametrize("processes", [1, 2])
def test_what_a_worker_refuses_is_told_as_it_was_said(processes: int) -> None:
    with workers(processes) as pool, pytest.raises(GstError) as told:
        list(pool(refuse, [1, 2], "twin"))
    task = told.value.details["task"]
    assert task in {1, 2}
    assert told.value.hint == f"Task {task} cannot be done."


def test_an_error_with_its_problems_survives_the_way_from_a_worker() -> None:
    error = InvalidInput([Problem("a", "file", "x", "y", "z", row=3)], total=9)
    again = pickle.loads(pickle.dumps(error))
    assert (again.problems, again.total, str(again)) == (error.problems, 9, str(error))


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[UnfinishedRun]:
    database = Database(sqlite_url(tmp_path / "kept.sqlite"))
    yield UnfinishedRun(database, "a-run")
    database.close()


class StopsAfter(Silent):
    """A person who stops the work after some tasks."""

    def __init__(self, tasks: int) -> None:
        self.left = tasks

    def advance(self) -> None:
        self.left -= 1

    def go_on(self) -> None:
        if self.left <= 0:
            raise RunInterrupted("stopped", say("Stopped."))


def test_a_stopped_run_goes_on_where_it_was(memory: UnfinishedRun) -> None:
    """Each replication is done once, and the result is that of a run that nobody stopped."""
    run = prepared()
    with workers(1, StopsAfter(2)) as pool, pytest.raises(RunInterrupted):
        replicate(run, range(4), Remembering(pool, memory))
    assert sorted(memory.recall(range(4))) == [0, 1]
    with workers(1, counting := Counting()) as pool:
        again = replicate(run, range(4), Remembering(pool, memory))
    assert counting.asked == 2
    assert as_bytes(again) == as_bytes(replicate(run, range(4)))


class Counting(Silent):
    """Counts the tasks that are really begun."""

    def __init__(self) -> None:
        self.asked = 0

    def go_on(self) -> None:
        self.asked += 1


def test_another_run_finds_nothing(memory: UnfinishedRun) -> None:
    run = prepared()
    replicate(run, range(1), Remembering(Workers(Serial(), Silent()), memory))
    assert UnfinishedRun(memory.database, "another").recall(range(4)) == {}


LONG = """
import signal, sys, time
from application.compute import Remembering, workers
from application.store.database import Database, sqlite_url
from application.store.unfinished import UnfinishedRun
from hospital.errors import RunInterrupted, say
from tests_long import slow
from pathlib import Path

def stop(number, frame):
    raise RunInterrupted("interrupted", say("Stopped."))

signal.signal(signal.SIGINT, stop)
signal.signal(signal.SIGTERM, stop)
memory = UnfinishedRun(Database(sqlite_url(Path(sys.argv[1]))), "a-run")
try:
    with workers(int(sys.argv[2])) as pool:
        for outcome in Remembering(pool, memory)(slow, range(400), "twin"):
            pass
except RunInterrupted:
    print(time.monotonic(), flush=True)
    sys.exit(130)
"""

SLOW = """
import os, sys, time
from pathlib import Path
from twin.outcomes import Outcome
import numpy as np

def slow(task):
    Path(f"pid-{os.getpid()}").touch()
    if task:
        Path(f"long-{task}").touch()
        until = time.monotonic() + 120
        while time.monotonic() < until:
            sum(range(1000))
    return Outcome([("visits", "", "", 1.5)], np.zeros((1, 1), np.int16), np.zeros((2, 1)))
"""


@pytest.mark.parametrize("stop", quick_first([signal.SIGINT, signal.SIGTERM]))
@pytest.mark.parametrize("processes", [1, 2])
def test_a_signal_ends_long_replications_and_keeps_the_finished_ones(
    tmp_path: Path, stop: signal.Signals, processes: int
) -> None:
    """Hundreds of two minutes each: the command ends before one can, and no traceback is shown."""
    (tmp_path / "tests_long.py").write_text(SLOW, encoding="utf-8")
    (tmp_path / "main.py").write_text(LONG, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "main.py", "kept.sqlite", str(processes)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    _wait_for(lambda: any(tmp_path.glob("long-*")) and _kept(tmp_path / "kept.sqlite") == [0])
    asked = time.monotonic()
    process.send_signal(stop)
    said, complaint = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in complaint
    assert float(said) - asked < 60
    workers_left = [int(file.name[4:]) for file in tmp_path.glob("pid-*")]
    assert workers_left
    _wait_for(lambda: not any(_is_alive(pid) for pid in workers_left))
    assert _kept(tmp_path / "kept.sqlite") == [0]


def _kept(file: Path) -> list[int]:
    if not file.exists():
        return []
    database = Database(sqlite_url(file))
    try:
        return sorted(UnfinishedRun(database, "a-run").recall(range(4)))
    finally:
        database.close()


def _is_alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").split(")")[1][:3]
    except OSError:
        return False


def _wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.1)


def test_a_stop_of_the_page_does_not_wait_for_the_end_of_a_task() -> None:
    """The page stops a job from another thread, while a worker sleeps for minutes."""
    stop = threading.Event()

    class Page(Silent):
        def go_on(self) -> None:
            if stop.is_set():
                raise RunInterrupted("stopped", say("Stopped."))

    threading.Timer(1.0, stop.set).start()
    with pytest.raises(RunInterrupted), workers(2, Page()) as pool:
        list(pool(time.sleep, [300, 300], "twin"))
