"""Checks a theatre plan in the twin: overtime, operations called off for lack of a bed, equity."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from application.use_cases.access import needs
from application.use_cases.read_results import read_theatre_plan
from application.use_cases.session import Session
from application.use_cases.simulate import TwinDesign, prepare_twin, simulate
from governance.access import Action
from hospital.base import HOURS_PER_DAY
from hospital.gst import Gst
from hospital.places import UnitKind
from hospital.tables import Col
from hospital.theatre_plan import TheatrePlan
from scenarios.changes.place_rules import CallOffElectives
from scenarios.language import Scenario

if TYPE_CHECKING:
    from scheduling.theatres.indicators import SuiteIndicators
    from scheduling.theatres.risk import SessionRisk
    from scheduling.theatres.waiting_equity import GroupOnList
    from twin.planned_outcome import PlannedOutcome

CHECK_REPLICATIONS = 100
CHECK_SEED = 2
"""Not the seed of the planner: a plan is checked on chance that it has not seen."""

NORMAL_95 = 1.959964


@dataclass(frozen=True)
class CalledOff:
    """Operations of the plan that find no bed on arrival, and the half width of its interval.

    ``mean`` of the replications; ``share`` of the ``operations`` that need a bed; ``likeliest``
    are the patients called off most often, with the share of replications.
    """

    operations: int
    mean: float
    half_width: float
    likeliest: tuple[tuple[str, float], ...]

    @property
    def share(self) -> float:
        """Probability that an operation of the plan is called off for lack of a bed."""
        return self.mean / self.operations if self.operations else 0.0


@dataclass(frozen=True)
class WardBand:
    """Occupied beds of a unit over the days of the plan: mean, and the highest hour's 90 %."""

    unit: str
    beds: int
    mean: float
    lowest_p10: float
    highest_p90: float


@dataclass(frozen=True)
class TheatreCheck:
    """What the twin and the simulated lengths say of a plan."""

    run: str
    replications: int
    indicators: SuiteIndicators
    sessions: tuple[SessionRisk, ...]
    called_off: CalledOff
    wards: tuple[WardBand, ...]
    equity: tuple[GroupOnList, ...]


@needs(Action.SIMULATE)
def check_theatre(session: Session, run: str, design: TwinDesign) -> TheatreCheck:
    """Replays the GST with the patients of a plan; who finds no bed on arrival is called off.

    ``design.rosters`` are the rosters that staff the beds; the seed of the check is its own.
    """
    from scheduling.theatres.indicators import suite_indicators  # noqa: PLC0415 - heavy
    from scheduling.theatres.risk import overtime_risk  # noqa: PLC0415
    from scheduling.theatres.waiting_equity import waiting_equity  # noqa: PLC0415
    from twin.planned_outcome import planned_outcome  # noqa: PLC0415 - loads SimPy

    plan = read_theatre_plan(session, run)
    hospital = plan.problem.hospital
    asked = design.but(theatre_plans=(run,), theatre_days=None)
    rule = calling_off(session.gst, hospital)
    twin = simulate(session, asked, rule)
    prepared = prepare_twin(session, asked, rule)
    return TheatreCheck(
        run=run,
        replications=design.replications,
        indicators=suite_indicators(plan, CHECK_SEED),
        sessions=overtime_risk(plan, CHECK_SEED),
        called_off=called_off_of(planned_outcome(prepared, hospital, session.workers)),
        wards=_bands(session.gst, plan, twin.result.occupancy),
        equity=waiting_equity(plan),
    )


def calling_off(gst: Gst, hospital: str) -> Scenario:
    """Whoever finds no bed on arrival in the wards and intensive care is called off."""
    beds = gst.beds_by_unit()
    units = (
        unit.unit
        for kind in (UnitKind.WARD, UnitKind.INTENSIVE_CARE)
        for unit in gst.units_of(hospital, kind)
        if beds[unit.unit]
    )
    changes = tuple(CallOffElectives(unit=unit, wait_hours=0.0) for unit in units)
    return Scenario(name=f"theatre-check-{hospital}", changes=changes)


def called_off_of(outcome: PlannedOutcome) -> CalledOff:
    """How many operations of the plan are called off, and who most often."""
    by_replication = outcome.called_off.sum(axis=1)
    replications = len(by_replication)
    spread = float(by_replication.std(ddof=1)) if replications > 1 else 0.0
    shares = outcome.called_off.mean(axis=0) if replications else []
    ranked = sorted(zip(outcome.patients, shares, strict=True), key=lambda row: (-row[1], row[0]))
    return CalledOff(
        operations=len(outcome.patients),
        mean=outcome.mean,
        half_width=NORMAL_95 * spread / sqrt(replications) if replications else 0.0,
        likeliest=tuple((patient, float(share)) for patient, share in ranked[:5] if share > 0),
    )


def _bands(gst: Gst, plan: TheatrePlan, occupancy: object) -> tuple[WardBand, ...]:
    import pandas as pd  # noqa: PLC0415 - with the twin

    assert isinstance(occupancy, pd.DataFrame)
    first = (plan.problem.first_day - gst.identity.as_of).days * HOURS_PER_DAY
    hours = occupancy[Col.HOUR].between(first, first + plan.problem.days * HOURS_PER_DAY - 1)
    beds = gst.beds_by_unit()
    bands = []
    for kind in (UnitKind.WARD, UnitKind.INTENSIVE_CARE):
        for unit in gst.units_of(plan.problem.hospital, kind):
            own = occupancy[hours & (occupancy[Col.UNIT] == unit.unit)]
            if own.empty:
                continue
            bands.append(
                WardBand(
                    unit=unit.unit,
                    beds=beds[unit.unit],
                    mean=float(own[Col.MEAN].mean()),
                    lowest_p10=float(own[Col.P10].min()),
                    highest_p90=float(own[Col.P90].max()),
                )
            )
    return tuple(bands)
