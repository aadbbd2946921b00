"""The smallest number of beds of a unit with which it refuses no more than a stated share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from application.identity import run_identity
from application.store.frames import json_result
from application.store.runs import Run, find_run, list_runs, load_result, save_run
from application.use_cases.access import needs
from application.use_cases.forecast_demand import ForecastSet, forecast_demand
from application.use_cases.session import Session
from application.use_cases.simulate import StartingPoint, TwinDesign, starting_point
from governance.access import Action
from hospital.base import Frozen
from hospital.errors import GstError, say
from hospital.gst import Gst
from hospital.places import Code, UnitKind
from scenarios.language import CloseBeds, OpenBeds, Scenario, apply
from scenarios.smallest_beds import BedQuestion, SmallestBeds, Tried, check_question, smallest_beds

if TYPE_CHECKING:
    from twin.simulation import Prepared

KIND = "smallest_beds"
START = 20
PERCENT = 100
BEDDED = (UnitKind.INTENSIVE_CARE, UnitKind.STEP_DOWN, UnitKind.WARD)


class SmallestBedsDesign(Frozen):
    """Which unit, how often it may refuse, and how hard the answer is looked for.

    ``target_percent`` of those who ask for a bed of the unit may be refused: get none there, or,
    with ``within_hours``, not so soon. ``most`` beds are tried (none: twice as many as there are,
    and ten more).
    """

    unit: Code
    target_percent: float = Field(default=5, gt=0, lt=100)
    within_hours: float | None = Field(default=None, ge=0, le=720)
    most: int | None = Field(default=None, ge=1, le=500)
    confidence: float = Field(default=0.95, gt=0, lt=1)
    at_most: int = Field(default=320, ge=2, le=10_000)
    horizon_days: int = Field(default=28, gt=0, le=366)
    seed: int = Field(default=1, ge=0)

    def question(self, beds: int) -> BedQuestion:
        """The search among bed numbers of a unit that has so many now."""
        return BedQuestion(
            target=self.target_percent / PERCENT,
            most=2 * beds + 10 if self.most is None else self.most,
            confidence=self.confidence,
            start=min(START, self.at_most),
            at_most=self.at_most,
        )

    def twin(self) -> TwinDesign:
        """How the twin runs with every number of beds."""
        return TwinDesign(
            horizon_days=self.horizon_days, replications=min(START, self.at_most), seed=self.seed
        )


@dataclass(frozen=True, slots=True)
class BedsFound:
    """The answer under the identity of its run, and how many beds the unit has now."""

    run: str
    design: SmallestBedsDesign
    beds_now: int
    found: SmallestBeds


@needs(Action.SIMULATE)
def find_smallest_beds(
    session: Session, design: SmallestBedsDesign, scenario: Scenario | None = None
) -> BedsFound:
    """Replays the GST, or a scenario of it, with fewer and more beds; an answer found is read.

    Raises:
        UnknownPlace: no such unit.
        GstError: ``not_inpatient``, ``bad_bed_question``, ``nobody_asks``.
    """
    gst = session.gst if scenario is None else apply(session.gst, scenario)
    beds = _beds_now(gst, design.unit)
    check_question(design.question(beds))
    forecasts = forecast_demand(session, design.horizon_days, design.seed)
    inputs = {
        "design": design.model_dump(mode="json"),
        "forecast": forecasts.run,
        "scenario": None if scenario is None else scenario.model_dump(mode="json"),
    }
    run = run_identity(KIND, session.snapshot.snapshot, design.seed, inputs)
    if find_run(session.database, run):
        known = _found_from(json.loads(load_result(session.database, run, KIND)))
        return BedsFound(run, design, beds, known)
    start = starting_point(session, design.twin())
    trials = _Trials(session, design, gst, scenario, start, forecasts)
    found = smallest_beds(trials.observed, design.question(beds))
    save_run(
        session.database,
        Run(run, KIND, session.snapshot.snapshot, design.seed, inputs),
        [json_result(KIND, asdict(found))],
    )
    return BedsFound(run, design, beds, found)


@needs(Action.READ)
def smallest_beds_runs(session: Session) -> tuple[Run, ...]:
    """The searches on the current GST as it is, newest first."""
    runs = list_runs(session.database, KIND, session.snapshot.snapshot)
    return tuple(run for run in runs if run.inputs["scenario"] is None)


@needs(Action.READ)
def read_smallest_beds(session: Session, run: str) -> BedsFound:
    """A stored search on the GST as it is. Raises ``GstError`` if this run is not there."""
    known = find_run(session.database, run)
    if known is None or known.kind != KIND:
        raise GstError("no_bed_search", say("There is no search for beds {run}.", run=run[:12]))
    design = SmallestBedsDesign.model_validate(known.inputs["design"])
    found = _found_from(json.loads(load_result(session.database, run, KIND)))
    return BedsFound(run, design, _beds_now(session.gst, design.unit), found)


def _beds_now(gst: Gst, unit: str) -> int:
    if gst.unit(unit).kind not in BEDDED:
        raise GstError(
            "not_inpatient",
            say("{unit} has no inpatient beds; name a ward or intensive care.", unit=unit),
        )
    return gst.beds_by_unit()[unit]


@dataclass(frozen=True, slots=True)
class _Trials:
    """The GST with any number of beds in the unit, ready to be replayed."""

    session: Session
    design: SmallestBedsDesign
    gst: Gst
    scenario: Scenario | None
    start: StartingPoint
    forecasts: ForecastSet

    def observed(self, beds: int, replications: range) -> npt.NDArray[np.float64]:
        """Refused and asked with so many beds, in these replications."""
        from twin.refusals import refusal_counts  # noqa: PLC0415 - loads SimPy and SciPy

        count = partial(
            refusal_counts, self._prepared(beds), self.design.unit, self.design.within_hours
        )
        counts = list(self.session.workers(count, replications, "twin"))
        return np.array(counts, dtype=np.float64)

    def _prepared(self, beds: int) -> Prepared:
        from twin import simulation  # noqa: PLC0415 - loads SimPy and SciPy
        from twin.checks import check_run  # noqa: PLC0415

        gst = with_beds(self.gst, self.design.unit, beds)
        parameters, demand = self.start.under(gst, self.scenario, self.forecasts)
        check_run(gst, parameters, self.start.plan, demand)
        return simulation.prepare(gst, parameters, self.start.plan, demand)


def with_beds(gst: Gst, unit: str, beds: int) -> Gst:
    """The GST whose unit has exactly so many beds, at least one."""
    now = gst.beds_by_unit()[unit]
    if beds == now:
        return gst
    change = (
        OpenBeds(unit=unit, beds=beds - now)
        if beds > now
        else CloseBeds(unit=unit, beds=now - beds)
    )
    return change.on_gst(gst)


def _found_from(values: Mapping[str, Any]) -> SmallestBeds:
    tried = tuple(Tried(**one) for one in values["tried"])
    return SmallestBeds(values["beds"], tried, values["is_sure"])
