"""Library scenarios compared on a demonstration GST, in a process that may be killed.

    python -m benchmarks.scenarios.work HOME --size small --scenarios 8 --replications 20

Every replication that begins adds a line to ``HOME/begun``: two for one replication say that it was
computed twice. Prints one line of JSON: seconds without the import of the GST, CPU seconds with it
and with the workers, and a hash of every byte of result that was stored.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

from application.compute import Backend, one_thread_each
from benchmarks.cpu import cpu_seconds

one_thread_each()

T = TypeVar("T")
R = TypeVar("R")
LIBRARY = Path(__file__).parents[2] / "scenarios" / "library"
BEGUN = "begun"


def library(count: int) -> tuple[Path, ...]:
    """The first scenarios of the library, in the order of their names."""
    return tuple(sorted(LIBRARY.glob("*.yaml"))[:count])


@dataclass(frozen=True)
class Logged:
    """A task that says that it begins, in one write of its own."""

    function: Callable[[Any], Any]
    log: str

    def __call__(self, task: Any) -> Any:
        """Adds a line to the log and does the work."""
        name = getattr(getattr(self.function, "func", self.function), "__name__", "?")
        line = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(line, f"{name}\n".encode())
        os.close(line)
        return self.function(task)


@dataclass(frozen=True)
class Counting:
    """A backend whose tasks say that they begin."""

    backend: Backend
    log: str

    def completed(
        self, function: Callable[[T], R], tasks: Sequence[T], go_on: Callable[[], None]
    ) -> Iterator[tuple[int, R]]:
        """Position and result of every task, as they finish."""
        yield from self.backend.completed(Logged(function, self.log), tasks, go_on)

    def close(self) -> None:
        """Ends what the backend has started."""
        self.backend.close()


def main() -> None:
    """Compare, and say how long it took and what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--size", default="small")
    parser.add_argument("--scenarios", type=int, default=8)
    parser.add_argument("--replications", type=int, default=20)
    parser.add_argument("--horizon", type=int, default=28)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--cluster")
    parser.add_argument("--cost", action="store_true", help="predict, and compare nothing")
    asked = parser.parse_args()
    worked = _worked(asked)
    print(json.dumps(worked | {"cpu_seconds": cpu_seconds()}))


def _worked(asked: argparse.Namespace) -> dict[str, Any]:
    from application.settings import load_settings  # noqa: PLC0415 - after the threads are set
    from application.use_cases.session import open_session  # noqa: PLC0415

    settings = load_settings({"TADBIR_HOME": str(asked.home)})
    settings = replace(settings, processes=asked.processes, cluster=asked.cluster)
    with open_session(settings) as session:
        counting = Counting(session.workers.backend, str(asked.home / BEGUN))
        session.workers = replace(session.workers, backend=counting)
        _imported(session, asked.size)
        return _predicted(session, asked) if asked.cost else _compared(session, asked)


def _imported(session: Any, size: str) -> None:
    from application.folder.reading import GstData  # noqa: PLC0415
    from application.use_cases.folders import import_data  # noqa: PLC0415
    from hospital.errors import GstError  # noqa: PLC0415
    from scenarios.demo import DemoSize, generate  # noqa: PLC0415

    try:
        known = session.snapshot
    except GstError:
        import_data(session, GstData(*generate(DemoSize(size), 1)))
    else:
        del known


def _compared(session: Any, asked: argparse.Namespace) -> dict[str, Any]:
    from application.use_cases.compare_scenario import compare_scenario  # noqa: PLC0415
    from application.use_cases.forecast_demand import forecast_demand  # noqa: PLC0415
    from application.use_cases.read_scenario import read_scenario  # noqa: PLC0415
    from application.use_cases.simulate import TwinDesign  # noqa: PLC0415

    design = TwinDesign(horizon_days=asked.horizon, replications=asked.replications)
    began = perf_counter()
    forecast_demand(session, asked.horizon, design.seed)
    forecast = perf_counter() - began
    for file in library(asked.scenarios):
        compare_scenario(session, read_scenario(file), design)
    return {
        "seconds": perf_counter() - began,
        "forecast_seconds": forecast,
        "digest": _digest(session),
    }


def _predicted(session: Any, asked: argparse.Namespace) -> dict[str, Any]:
    from application.use_cases.read_scenario import read_scenario  # noqa: PLC0415
    from application.use_cases.scenario_cost import CostQuestion, scenario_cost  # noqa: PLC0415

    scenarios = [read_scenario(file) for file in library(asked.scenarios)]
    question = CostQuestion(
        scenarios=asked.scenarios,
        replications=asked.replications,
        horizon_days=asked.horizon,
        stock_scenarios=sum(one.touches_stock for one in scenarios),
        processes=asked.processes,
    )
    began = perf_counter()
    found = scenario_cost(session, question)
    return {
        "seconds": found.wall_seconds,
        "forecast_seconds": found.forecast_seconds,
        "measured_in": perf_counter() - began - found.forecast_seconds,
    }


def _digest(session: Any) -> str:
    """Hash of every stored result: of what run, under what name, which bytes."""
    from sqlalchemy import select  # noqa: PLC0415

    from application.store.schema import run_results as table  # noqa: PLC0415

    found = sha256()
    rows = select(table.c.run, table.c.name, table.c.content).order_by(table.c.run, table.c.name)
    with session.database.reading() as connection:
        for row in connection.execute(rows):
            found.update(f"{row.run}/{row.name}".encode())
            found.update(bytes(row.content))
    return found.hexdigest()


if __name__ == "__main__":
    main()
