"""A Dask cluster that does the work: the same code, the same bytes, on more machines.

Needs the extra ``cluster`` of the installation. Whoever can reach the scheduler can run code on
its workers, so it belongs on a network of its own (docs/decisions/0009).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from application.compute import as_finished
from application.identity import code_hash, library_versions
from hospital.errors import GstError, say

CONNECT_SECONDS = 10
CLOSE_SECONDS = 0.5

T = TypeVar("T")
R = TypeVar("R")


def what_makes_numbers() -> tuple[str, dict[str, str]]:
    """Code and libraries of this machine; a worker must have the same."""
    return code_hash(), library_versions()


class Cluster:
    """A backend on the Dask scheduler at ``address``, such as ``tcp://host:8786``.

    Raises:
        GstError: the extra is missing, nobody answers, there are no workers, or their code or
            libraries are not those of this machine.
    """

    def __init__(self, address: str) -> None:
        self._client = _connected(address)
        try:
            self._refuse_other_code(address)
        except BaseException:
            self.close()
            raise

    def completed(
        self, function: Callable[[T], R], tasks: Sequence[T], go_on: Callable[[], None]
    ) -> Iterator[tuple[int, R]]:
        """Position and result of every task, as they finish."""
        futures = self._client.map(function, list(tasks), pure=False)
        try:
            yield from as_finished(futures, go_on)
        finally:
            for future in futures:  # what has not begun is taken back
                future.cancel()

    def close(self) -> None:
        """Leaves the cluster; a task that a worker has begun is thrown away when it ends."""
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        self._client.close(timeout=CLOSE_SECONDS)

    def _refuse_other_code(self, address: str) -> None:
        found = self._client.run(what_makes_numbers)
        if not found:
            raise GstError(
                "cluster_without_workers",
                say("The cluster at {address} has no workers. Start some.", address=address),
            )
        if any(other != what_makes_numbers() for other in found.values()):
            raise GstError(
                "cluster_with_other_code",
                say(
                    "The workers at {address} have another Tadbir or other libraries, so their "
                    "numbers could differ. Install the same on all of them.",
                    address=address,
                ),
            )


def _connected(address: str) -> Any:
    try:
        from distributed import Client  # noqa: PLC0415 - an extra of the installation
    except ModuleNotFoundError:
        raise GstError(
            "cluster_not_installed",
            say("Working on a cluster needs Dask: run make cluster, or install tadbir[cluster]."),
        ) from None
    try:
        return Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise GstError(
            "cluster_unreachable",
            say("No Dask scheduler answers at {address}. Check the address.", address=address),
        ) from error
