"""Spreads independent work over the cores of this machine, with progress.

Results come back in the order of the tasks, so one process and many give the same bytes.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
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


class Silent:
    """Tells nobody."""

    def begin(self, label: str, total: int) -> None:
        """Says nothing."""

    def advance(self) -> None:
        """Says nothing."""

    def finish(self) -> None:
        """Says nothing."""


@dataclass
class Workers:
    """A ``TaskMap`` on a number of processes. The processes live until ``close``."""

    processes: int
    progress: Progress

    def __call__(self, function: Callable[[T], R], tasks: Sequence[T], label: str) -> Iterator[R]:
        """Applies ``function`` to every task, in order, and tells the progress."""
        self.progress.begin(label, len(tasks))
        for result in self._results(function, tasks):
            self.progress.advance()
            yield result
        self.progress.finish()

    def _results(self, function: Callable[[T], R], tasks: Sequence[T]) -> Iterator[Any]:
        if self.processes == 1 or len(tasks) <= 1:
            return map(function, tasks)
        from joblib import Parallel, delayed  # noqa: PLC0415 - not needed for small work

        parallel = Parallel(n_jobs=self.processes, return_as="generator", pre_dispatch="2*n_jobs")
        results: Iterator[Any] = parallel(delayed(function)(task) for task in tasks)
        return results


@contextmanager
def workers(processes: int, progress: Progress | None = None) -> Iterator[Workers]:
    """Workers that are stopped at the end, also when the person interrupts."""
    pool = Workers(processes, progress or Silent())
    try:
        yield pool
    finally:
        if processes > 1:
            from joblib.externals.loky import get_reusable_executor  # noqa: PLC0415

            get_reusable_executor().shutdown(wait=True, kill_workers=True)
