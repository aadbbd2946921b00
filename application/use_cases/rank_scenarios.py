"""Ranks scenarios and the GST as it is, on the same random numbers: the best, and how surely."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from application.compute import Remembering
from application.identity import run_identity
from application.store.frames import json_result
from application.store.runs import Run, find_run, load_result, save_run
from application.store.unfinished import UnfinishedRun
from application.use_cases.access import needs
from application.use_cases.forecast_demand import forecast_demand
from application.use_cases.session import Session
from application.use_cases.simulate import TwinDesign, starting_point
from governance.access import Action
from hospital.base import Frozen
from hospital.compute import TaskMap
from hospital.errors import GstError, UnknownPlace, say
from hospital.gst import Gst
from hospital.tables import Col
from hospital.twin_result import Indicator
from scenarios.consequences import CONSEQUENCES, with_consequences
from scenarios.language import Scenario, apply
from scenarios.ranking import Contest, Ranking, check_contest, rank

if TYPE_CHECKING:
    import pandas as pd

    from twin.simulation import Prepared

KIND = "ranking"
BASELINE = "baseline"
"""The candidate that changes nothing."""

START = 20
"""Replications of every candidate before the first is left out: their spread is trusted then."""


class RankingDesign(Frozen):
    """What is best, and how surely and with how many replications it is to be found.

    ``place`` is a hospital, a unit or, empty, the whole GST. A difference below ``delta`` [unit
    of the indicator] does not matter. The least is the best, unless ``highest``.
    """

    indicator: str
    place: str = ""
    highest: bool = False
    delta: float
    confidence: float = 0.95
    at_most: int = Field(default=200, ge=2, le=10_000)
    horizon_days: int = Field(default=28, gt=0, le=366)
    seed: int = Field(default=1, ge=0)

    def contest(self) -> Contest:
        """The rules of the ranking."""
        return Contest(
            indifference=self.delta,
            confidence=self.confidence,
            minimise=not self.highest,
            start=min(START, self.at_most),
            at_most=self.at_most,
        )

    def twin(self) -> TwinDesign:
        """How the twin runs for every candidate; more replications follow its first."""
        return TwinDesign(
            horizon_days=self.horizon_days, replications=min(START, self.at_most), seed=self.seed
        )


@dataclass(frozen=True, slots=True)
class ScenarioRanking:
    """A ranking of the twin, under the identity of its run."""

    run: str
    design: RankingDesign
    ranking: Ranking


@needs(Action.SIMULATE)
def rank_scenarios(
    session: Session, scenarios: Sequence[Scenario], design: RankingDesign
) -> ScenarioRanking:
    """Replays baseline and scenarios until one is left; a ranking done before is read.

    Replication ``r`` is the same for all. What was finished before a stop is not repeated.

    Raises:
        GstError: what cannot be ranked, or an indicator or place that is not known.
    """
    check_contest([BASELINE, *(one.name for one in scenarios)], design.contest())
    _check_question(session.gst, design)
    candidates = {BASELINE: session.gst}
    candidates |= {one.name: apply(session.gst, one) for one in scenarios}
    forecasts = forecast_demand(session, design.horizon_days, design.seed)
    inputs = {
        "design": design.model_dump(mode="json"),
        "twin": design.twin().model_dump(mode="json"),
        "forecast": forecasts.run,
        "scenarios": [one.model_dump(mode="json") for one in scenarios],
    }
    run = run_identity(KIND, session.snapshot.snapshot, design.seed, inputs)
    if find_run(session.database, run):
        return ScenarioRanking(run, design, _ranking_from(session, run))
    start = starting_point(session, design.twin())
    systems: dict[str, _System] = {}
    for at, (name, scenario) in enumerate(zip(candidates, [None, *scenarios], strict=True)):
        gst = candidates[name]
        prepared = _prepared(gst, start.plan, *start.under(gst, scenario, forecasts))
        memory = UnfinishedRun(session.database, f"{run}/{at}")
        systems[name] = _System(gst, prepared, Remembering(session.workers, memory))
    ranking = rank(
        tuple(systems),
        lambda name, replications: systems[name].observed(design, replications),
        design.contest(),
    )
    save_run(
        session.database,
        Run(run, KIND, session.snapshot.snapshot, design.seed, inputs),
        [json_result(KIND, asdict(ranking))],
    )
    return ScenarioRanking(run, design, ranking)


def _prepared(gst: Gst, plan: Any, parameters: Any, demand: dict[str, Any]) -> Prepared:
    from twin import simulation  # noqa: PLC0415 - loads SimPy and SciPy
    from twin.checks import check_run  # noqa: PLC0415

    check_run(gst, parameters, plan, demand)
    return simulation.prepare(gst, parameters, plan, demand)


@dataclass(frozen=True, slots=True)
class _System:
    """One candidate, ready to be replayed."""

    gst: Gst
    prepared: Prepared
    task_map: TaskMap

    def observed(self, design: RankingDesign, replications: range) -> npt.NDArray[np.float64]:
        """The indicator in these replications; nan where it is a mean over nobody."""
        from twin import simulation  # noqa: PLC0415 - loads SimPy and SciPy

        outcomes = simulation.replicate(self.prepared, replications, self.task_map)
        result = with_consequences(self.gst, simulation.result_of(self.prepared, outcomes))
        values = _values(result.indicators, design)
        return np.asarray(values.reindex(range(len(replications))), dtype=np.float64)


def _values(frame: pd.DataFrame, design: RankingDesign) -> pd.Series[float]:
    of_all = frame[frame[Col.GROUP] == ""]
    here = of_all[of_all[Col.PLACE] == design.place]
    own = here[here[Col.INDICATOR] == design.indicator]
    if own.empty:
        known = ", ".join(sorted(set(here[Col.INDICATOR])))
        raise GstError(
            "indicator_not_here",
            say(
                "{indicator} is not measured at {place}; measured there: {known}.",
                indicator=design.indicator,
                place=design.place or "GST",
                known=known,
            ),
        )
    return own.set_index(Col.REPLICATION)[Col.VALUE]


def _check_question(gst: Gst, design: RankingDesign) -> None:
    indicators = (*(str(one) for one in Indicator), *CONSEQUENCES)
    if design.indicator not in indicators:
        raise GstError(
            "unknown_indicator",
            say(
                "The twin has no indicator {found}; it knows: {known}.",
                found=design.indicator,
                known=", ".join(sorted(indicators)),
            ),
        )
    places = [one.hospital for one in gst.hospitals] + [one.unit for one in gst.units]
    if design.place and design.place not in places:
        raise UnknownPlace(
            "unknown_place",
            say(
                "This GST has no place {found}; it has: {known}.",
                found=design.place,
                known=", ".join(places),
            ),
        )


def _ranking_from(session: Session, run: str) -> Ranking:
    values = json.loads(load_result(session.database, run, KIND))
    return Ranking(**values | {"survivors": tuple(values["survivors"])})
