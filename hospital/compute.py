"""How an engine hands out independent pieces of work without knowing who does them.

The application passes a ``TaskMap`` that runs serially, on processes or on a cluster, shows
progress and stops when the person asks. Results come back in the order of the tasks, so the
same inputs give the same bytes whoever did the work.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class TaskMap(Protocol):
    """Applies a picklable function to every task and yields the results in task order."""

    def __call__(self, function: Callable[[T], R], tasks: Sequence[T], label: str) -> Iterator[R]:
        """Yields ``function(task)`` for every task; ``label`` says what is going on."""


def serially(function: Callable[[T], R], tasks: Sequence[T], label: str) -> Iterator[R]:
    """One after the other in this process, without progress."""
    del label
    return map(function, tasks)
