"""What many scenarios will cost in time, from a few short runs of the twin measured here and now.

A replication takes a time that grows with its days in a straight line, and a scenario has a part
that does not depend on replications: laws are resolved, results added up and stored. So

    wall time = start + scenarios x (fixed + replications x (per replication + days x per day))

whose three figures are fitted by least squares to the runs measured. They hold for these hospitals,
on this machine or cluster, with these workers, as busy as they are now.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from application.compute import Remembering
from application.identity import run_identity
from application.store.frames import json_result, twin_results
from application.store.runs import Run, save_run
from application.store.unfinished import UnfinishedRun
from application.use_cases.access import needs
from application.use_cases.forecast_demand import ForecastSet, forecast_demand
from application.use_cases.propose_order import pharmacy_under
from application.use_cases.session import Session
from application.use_cases.simulate import TwinDesign, starting_point
from governance.access import Action
from hospital.base import Frozen

if TYPE_CHECKING:
    from hospital.twin_result import TwinResult
    from twin.outcomes import Outcome

KIND = "scenario_cost"
SHORT_DAYS, LONG_DAYS = 7, 14
FEW, MANY = 2, 6
"""Replications of a measured run, for each process that works."""

LEAST_SECONDS = 15.0
"""Of measuring: in one round of 4.5 s the same work was seen to take 0.6 to 1.0 of its time."""

SECONDS_PER_HOUR = 3600


class CostQuestion(Frozen):
    """So many scenarios beside the hospitals as they are, each replayed so often over these days.

    ``stock_scenarios`` of them also make an order of medicines. ``processes`` is how many work at a
    time: measured runs have some replications for each.
    """

    scenarios: int = Field(gt=0, le=10_000)
    replications: int = Field(default=20, gt=0, le=10_000)
    horizon_days: int = Field(default=28, gt=0, le=366)
    stock_scenarios: int = Field(default=0, ge=0, le=10_000)
    processes: int = Field(default=1, gt=0, le=10_000)
    seed: int = Field(default=1, ge=0)


@dataclass(frozen=True, slots=True)
class CostPoint:
    """One measured run of the twin: its days, its replications, and how long it took [s]."""

    horizon_days: int
    replications: int
    seconds: float


@dataclass(frozen=True, slots=True)
class CostModel:
    """The figures of the straight line [s]; ``fixed`` is for each scenario."""

    fixed: float
    per_replication: float
    per_replication_day: float

    def seconds(self, replications: int, horizon_days: int) -> float:
        """Of one scenario [s]."""
        each = self.per_replication + horizon_days * self.per_replication_day
        return self.fixed + replications * each


@dataclass(frozen=True, slots=True)
class ScenarioCost:
    """What was measured, the model, and the wall time that it predicts [s].

    ``start_seconds`` begin the work once: workers load, the history is read. ``forecast_seconds``
    are what the forecast took: none where it was known, as it is for the run that is planned.
    ``order_seconds`` are for each order of medicines.
    """

    run: str
    question: CostQuestion
    points: tuple[CostPoint, ...]
    model: CostModel
    start_seconds: float
    forecast_seconds: float
    order_seconds: float

    @property
    def wall_seconds(self) -> float:
        """From the start to the last comparison, the forecast known [s]."""
        asked = self.question
        runs = 1 + asked.scenarios
        each = self.model.seconds(asked.replications, asked.horizon_days)
        return self.start_seconds + runs * each + asked.stock_scenarios * self.order_seconds

    def as_json(self) -> dict[str, Any]:
        """All of it for a machine, the prediction included."""
        return {
            "run": self.run,
            "question": self.question.model_dump(mode="json"),
            "points": [asdict(one) for one in self.points],
            "model": asdict(self.model),
            "start_seconds": self.start_seconds,
            "forecast_seconds": self.forecast_seconds,
            "order_seconds": self.order_seconds,
            "wall_seconds": self.wall_seconds,
        }


@needs(Action.SIMULATE)
def scenario_cost(session: Session, question: CostQuestion) -> ScenarioCost:
    """Measures short runs of the hospitals as they are, and predicts the long one.

    The forecast of the days asked for is made, so that the run planned finds it.
    """
    began = perf_counter()
    forecasts = forecast_demand(session, question.horizon_days, question.seed)
    forecast_seconds = perf_counter() - began
    inputs = {"question": question.model_dump(mode="json"), "forecast": forecasts.run}
    run = run_identity(KIND, session.snapshot.snapshot, question.seed, inputs)
    trial = _Trial(session, run, forecasts, question)
    start_seconds = trial.warmed_up()
    points = tuple(trial.rounds())
    order_seconds = trial.order() if question.stock_scenarios else 0.0
    found = ScenarioCost(
        run, question, points, fitted(points), start_seconds, forecast_seconds, order_seconds
    )
    save_run(
        session.database,
        Run(run, KIND, session.snapshot.snapshot, question.seed, inputs),
        [json_result(KIND, found.as_json())],
    )
    return found


def fitted(points: Sequence[CostPoint]) -> CostModel:
    """The line through the points by least squares, no figure of which is below zero.

    Raises:
        ValueError: fewer than three points.
    """
    from scipy.optimize import nnls  # noqa: PLC0415 - SciPy takes a moment

    if len(points) < 3:  # noqa: PLR2004 - three figures
        raise ValueError(f"{len(points)} points cannot tell three figures; three are needed")
    rows = [(1.0, one.replications, one.replications * one.horizon_days) for one in points]
    figures, _ = nnls(np.array(rows, dtype=np.float64), np.array([one.seconds for one in points]))
    return CostModel(*(float(one) for one in figures))


def _points(question: CostQuestion) -> tuple[tuple[int, int], ...]:
    """Days and replications of the runs to measure; no more days than are asked for."""
    short = min(SHORT_DAYS, question.horizon_days)
    long = min(max(LONG_DAYS, question.horizon_days // 2), question.horizon_days)
    few, many = FEW * question.processes, MANY * question.processes
    return (short, few), (short, many), (long, few), (long, many)


class _Keeping(UnfinishedRun):
    """Keeps each replication, as a run does, and knows none before: what is read is no measure."""

    def recall(self, tasks: Sequence[int]) -> dict[int, Outcome]:
        """Nothing."""
        del tasks
        return {}


@dataclass(frozen=True)
class _Trial:
    """Short runs as ``simulate`` makes them, with all that it does for one scenario."""

    session: Session
    run: str
    forecasts: ForecastSet
    question: CostQuestion

    def warmed_up(self) -> float:
        """Starts the workers on one day, and says how long that took [s]."""
        began = perf_counter()
        self._replayed(1, self.question.processes, "start")
        return perf_counter() - began

    def rounds(self) -> Iterator[CostPoint]:
        """The runs to measure, again until a noisy machine has had time to even out."""
        taken = 0.0
        for turn in count():
            for days, replications in _points(self.question):
                point = self.measured(days, replications, turn)
                taken += point.seconds
                yield point
            if taken >= LEAST_SECONDS:
                return

    def measured(self, days: int, replications: int, turn: int) -> CostPoint:
        """One run and its comparison, timed."""
        from scenarios.comparison import compare  # noqa: PLC0415 - loads SciPy

        began = perf_counter()
        result = self._replayed(days, replications, f"{days}x{replications}/{turn}")
        compare(KIND, result, result)
        twin_results("twin", result)
        return CostPoint(days, replications, perf_counter() - began)

    def order(self) -> float:
        """How long one order of medicines takes, and its comparison [s]."""
        from scenarios.stock_effects import compare_orders  # noqa: PLC0415 - OR-Tools is heavy

        began = perf_counter()
        pharmacy = pharmacy_under(self.session, self.forecasts, self.question.seed, None)
        compare_orders(KIND, pharmacy, pharmacy)
        return perf_counter() - began

    def _replayed(self, days: int, replications: int, part: str) -> TwinResult:
        from scenarios.consequences import with_consequences  # noqa: PLC0415 - loads pandas
        from twin import simulation  # noqa: PLC0415 - loads SimPy and SciPy

        session = self.session
        design = TwinDesign(horizon_days=days, replications=replications, seed=self.question.seed)
        start = starting_point(session, design)
        parameters, demand = start.under(session.gst, None, self.forecasts)
        memory = _Keeping(session.database, f"{self.run}/{part}")
        workers = Remembering(session.workers, memory)
        result = simulation.simulate(session.gst, parameters, start.plan, demand, workers)
        return with_consequences(session.gst, result)
