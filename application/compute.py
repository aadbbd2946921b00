"""Spreads independent work over this machine or a cluster, with progress and a quick stop.

Results come back in the order of the tasks, so one process, many and a cluster give the same
bytes. What is finished is told, and may be kept, the moment it is finished.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, Protocol, TypeVar

BLAS_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")

T = TypeVar("T")
R = TypeVar("R")


def one_thread_each() -> None:
    """Keeps NumPy to one thread in this process and its workers; call it before NumPy loads.

    The work is spread over processes already: threads of a linear-algebra library on top of
    them only wait for each other (forecasts of the demo: 18 CPU s with them, 10 without).
    """
    for variable in BLAS_VARIABLES:
        os.environ.setdefault(variable, "1")


class Progress(Protocol):
    """What is told while work goes on."""

    def begin(self, label: str, total: int) -> None:
        """A piece of work of so many tasks begins."""

    def advance(self) -> None:
        """One task is done."""

    def finish(self) -> None:
        """The piece of work is done."""

    def go_on(self) -> None:
        """Asked several times a second while others work: raises if the person has stopped it."""


class Silent:
    """Tells nobody."""

    def begin(self, label: str, total: int) -> None:
        """Says nothing."""

    def advance(self) -> None:
        """Says nothing."""

    def finish(self) -> None:
        """Says nothing."""

    def go_on(self) -> None:
        """Nobody stops it."""


class Future(Protocol):
    """Work that somebody else does."""

    def add_done_callback(self, told: Callable[[Any], object]) -> Any:
        """Calls ``told`` when the work is finished."""

    def result(self) -> Any:
        """What came out; raises what the work raised."""


class Backend(Protocol):
    """Who does the work."""

    def completed(
        self, function: Callable[[T], R], tasks: Sequence[T], go_on: Callable[[], None]
    ) -> Iterator[tuple[int, R]]:
        """Position and result of every task, as they finish; ``go_on`` may raise to stop."""

    def close(self) -> None:
        """Ends what it has started, at once."""


class Serial:
    """One task after the other in this process."""

    def completed(
        self, function: Callable[[T], R], tasks: Sequence[T], go_on: Callable[[], None]
    ) -> Iterator[tuple[int, R]]:
        """Position and result of every task, in order."""
        for at, task in enumerate(tasks):
            go_on()
            yield at, function(task)

    def close(self) -> None:
        """Nothing was started."""


@dataclass(slots=True)
class Processes:
    """Processes of this machine (loky), which live until ``close``."""

    count: int
    pool: Any = None

    def completed(
        self, function: Callable[[T], R], tasks: Sequence[T], go_on: Callable[[], None]
    ) -> Iterator[tuple[int, R]]:
        """Position and result of every task, as they finish."""
        if len(tasks) <= 1:
            yield from Serial().completed(function, tasks, go_on)
            return
        if self.pool is None:
            self.pool = self._started()
        is_whole = False
        try:
            yield from as_finished([self.pool.submit(function, task) for task in tasks], go_on)
            is_whole = True
        finally:
            if not is_whole:
                self.close()

    def _started(self) -> Any:
        from joblib.externals.loky import ProcessPoolExecutor  # noqa: PLC0415 - not needed before

        threads = {name: os.environ.get(name, "1") for name in BLAS_VARIABLES}
        return ProcessPoolExecutor(max_workers=self.count, timeout=IDLE_SECONDS, env=threads)

    def close(self) -> None:
        """Kills the processes, whatever they are doing.

        The queue goes with them. Nothing is cancelled before: loky's own thread would trip over a
        cancelled future and leave the processes alive, for which the interpreter then waits.
        """
        if self.pool is not None:
            with _threads_that_die_quietly():
                self.pool.shutdown(wait=True, kill_workers=True)
            self.pool = None


@contextmanager
def _threads_that_die_quietly() -> Iterator[None]:
    """The own thread of loky may find its queue gone as it is killed: nobody needs to read it."""
    told = threading.excepthook
    threading.excepthook = lambda _: None
    try:
        yield
    finally:
        threading.excepthook = told


IDLE_SECONDS = 300
LOOK_SECONDS = 0.2
"""How often a wait asks whether to go on: a stop takes effect well within a second."""


def as_finished(futures: Sequence[Future], go_on: Callable[[], None]) -> Iterator[tuple[int, Any]]:
    """Position and result of each future as it finishes."""
    finished: SimpleQueue[int] = SimpleQueue()
    for at, future in enumerate(futures):
        future.add_done_callback(partial(_tell, finished, at))
    for _ in futures:
        at = _next(finished, go_on)
        yield at, futures[at].result()


def _tell(finished: SimpleQueue[int], at: int, _future: Any) -> None:
    finished.put(at)


def _next(finished: SimpleQueue[int], go_on: Callable[[], None]) -> int:
    while True:
        go_on()
        try:
            return finished.get(timeout=LOOK_SECONDS)
        except Empty:
            continue


def in_order(finished: Iterable[tuple[int, R]]) -> Iterator[R]:
    """The results in the order of their positions, each as soon as all before it are there."""
    early: dict[int, R] = {}
    position = 0
    for at, result in finished:
        early[at] = result
        while position in early:
            yield early.pop(position)
            position += 1


@dataclass(frozen=True)
class Workers:
    """A ``TaskMap`` on a backend that tells its progress."""

    backend: Backend
    progress: Progress

    def __call__(self, function: Callable[[T], R], tasks: Sequence[T], label: str) -> Iterator[R]:
        """Applies ``function`` to every task, in order, and tells the progress."""
        self.progress.begin(label, len(tasks))
        yield from in_order(self._finished(function, tasks))
        self.progress.finish()

    def _finished(self, function: Callable[[T], R], tasks: Sequence[T]) -> Iterator[tuple[int, R]]:
        for at, result in self.backend.completed(function, tasks, self.progress.go_on):
            self.progress.advance()
            yield at, result


class Memory(Protocol):
    """Where finished tasks are kept."""

    def recall(self, tasks: Sequence[Any]) -> Mapping[Any, Any]:
        """Results of those of the tasks that were finished before."""

    def keep(self, task: Any, result: Any) -> None:
        """Keeps one result for good."""


@dataclass(frozen=True)
class Remembering:
    """A ``TaskMap`` that keeps each result when it is finished and repeats none that is kept."""

    workers: Workers
    memory: Memory

    def __call__(self, function: Callable[[T], R], tasks: Sequence[T], label: str) -> Iterator[R]:
        """Applies ``function`` to every task that is not known yet; all results, in order."""
        self.workers.progress.begin(label, len(tasks))
        yield from in_order(self._finished(function, tasks))
        self.workers.progress.finish()

    def _finished(self, function: Callable[[T], R], tasks: Sequence[T]) -> Iterator[tuple[int, R]]:
        progress = self.workers.progress
        known = self.memory.recall(tasks)
        missing = [at for at, task in enumerate(tasks) if task not in known]
        for at, task in enumerate(tasks):
            if task in known:
                progress.advance()
                yield at, known[task]
        if not missing:
            return
        left = [tasks[at] for at in missing]
        for number, result in self.workers.backend.completed(function, left, progress.go_on):
            self.memory.keep(left[number], result)
            progress.advance()
            yield missing[number], result


@contextmanager
def workers(
    processes: int, progress: Progress | None = None, cluster: str | None = None
) -> Iterator[Workers]:
    """Workers that are stopped at the end, also when the person interrupts.

    Args:
        processes: of this machine; 1 works in this process.
        progress: what is told while work goes on.
        cluster: address of a Dask scheduler that does the work instead.
    """
    backend = _backend(processes, cluster)
    try:
        yield Workers(backend, progress or Silent())
    finally:
        backend.close()


def _backend(processes: int, cluster: str | None) -> Backend:
    if cluster:
        from application.cluster import Cluster  # noqa: PLC0415 - an extra of the installation

        return Cluster(cluster)
    return Serial() if processes == 1 else Processes(processes)
