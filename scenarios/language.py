"""What a scenario can say: a name, a purpose, and changes to the hospital.

Changes (``scenarios.changes``) are a tagged union: ``kind`` chooses the type, so a typo is refused
with its place. Each change knows what it does to the GST, to the demand and to what the twin
believes; none of them is ever altered in place.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from hospital.base import Frozen
from hospital.errors import GstError, Sentence, say
from hospital.forecast import DemandForecast
from hospital.gst import Gst
from hospital.places import Code
from scenarios.changes.absence import NursesAbsent, Strike
from scenarios.changes.ai_tools import AiForecast, AiTool
from scenarios.changes.base import ScenarioChange
from scenarios.changes.beds import MAXIMUM_BEDS, CloseBeds, OpenBeds
from scenarios.changes.demand import DemandGrowth
from scenarios.changes.forcings import EpidemicWave, MassCasualty, RamadanHours
from scenarios.changes.heat import HeatWave
from scenarios.changes.hospitals import CloseHospital, OpenHospital
from scenarios.changes.nurses import AddNurses, RosterRuleChange
from scenarios.changes.pharmacy import (
    LeadTime,
    MedicineBudget,
    MedicinePrice,
    StockPolicy,
    SupplierDisruption,
)
from scenarios.changes.place_rules import (
    CallOffElectives,
    CancellationPolicy,
    DischargeDelay,
    DischargeHours,
    HoldBeds,
    SurgeBeds,
)
from scenarios.changes.pooling import PoolIntensiveCare
from scenarios.changes.staff import AddPhysicians
from scenarios.changes.stays import DischargeCoordination, LengthOfStay
from scenarios.changes.territory import (
    Ambulances,
    DeathsWhileWaiting,
    DivertAmbulances,
    SendTo,
    TransferLimits,
)
from scenarios.changes.theatre import TheatreSessions
from scenarios.changes.units import CloseUnit, OpenUnit

if TYPE_CHECKING:
    from inventory.order_plan import OrderPlan
    from twin.parameters import TwinParameters

__all__ = [
    "MAXIMUM_BEDS",
    "AddNurses",
    "AddPhysicians",
    "AiForecast",
    "AiTool",
    "Ambulances",
    "CallOffElectives",
    "CancellationPolicy",
    "Change",
    "CloseBeds",
    "CloseHospital",
    "CloseUnit",
    "DeathsWhileWaiting",
    "DemandGrowth",
    "DischargeCoordination",
    "DischargeDelay",
    "DischargeHours",
    "DivertAmbulances",
    "EpidemicWave",
    "Expectation",
    "HeatWave",
    "HoldBeds",
    "LeadTime",
    "LengthOfStay",
    "MassCasualty",
    "MedicineBudget",
    "MedicinePrice",
    "NursesAbsent",
    "OpenBeds",
    "OpenHospital",
    "OpenUnit",
    "PoolIntensiveCare",
    "RamadanHours",
    "RosterRuleChange",
    "Scenario",
    "ScenarioFile",
    "SendTo",
    "StockPolicy",
    "Strike",
    "SupplierDisruption",
    "SurgeBeds",
    "TheatreSessions",
    "TransferLimits",
    "apply",
    "apply_to_demand",
    "apply_to_orders",
    "apply_to_parameters",
    "check_period",
    "lasts_beyond",
]

CHANGES = (
    OpenBeds,
    CloseBeds,
    AddPhysicians,
    AddNurses,
    DemandGrowth,
    EpidemicWave,
    MassCasualty,
    RamadanHours,
    SurgeBeds,
    HoldBeds,
    CallOffElectives,
    CancellationPolicy,
    DischargeDelay,
    DischargeHours,
    Ambulances,
    SendTo,
    TransferLimits,
    DivertAmbulances,
    DeathsWhileWaiting,
    HeatWave,
    LengthOfStay,
    DischargeCoordination,
    NursesAbsent,
    Strike,
    RosterRuleChange,
    TheatreSessions,
    OpenUnit,
    CloseUnit,
    OpenHospital,
    CloseHospital,
    PoolIntensiveCare,
    MedicinePrice,
    MedicineBudget,
    LeadTime,
    SupplierDisruption,
    StockPolicy,
    AiTool,
    AiForecast,
)
"""Every kind of change, in the order of the guide."""

Change = Annotated[
    OpenBeds
    | CloseBeds
    | AddPhysicians
    | AddNurses
    | DemandGrowth
    | EpidemicWave
    | MassCasualty
    | RamadanHours
    | SurgeBeds
    | HoldBeds
    | CallOffElectives
    | CancellationPolicy
    | DischargeDelay
    | DischargeHours
    | Ambulances
    | SendTo
    | TransferLimits
    | DivertAmbulances
    | DeathsWhileWaiting
    | HeatWave
    | LengthOfStay
    | DischargeCoordination
    | NursesAbsent
    | Strike
    | RosterRuleChange
    | TheatreSessions
    | OpenUnit
    | CloseUnit
    | OpenHospital
    | CloseHospital
    | PoolIntensiveCare
    | MedicinePrice
    | MedicineBudget
    | LeadTime
    | SupplierDisruption
    | StockPolicy
    | AiTool
    | AiForecast,
    Field(discriminator="kind"),
]


FILE_NAME = r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}\.yaml$"
"""A scenario extends a file of its own folder: a name and no path, so nothing else is read."""

TOGETHER = say("changes, or extends; and one theatre_sessions change for a specialty of a hospital")


class Expectation(Frozen):
    """Which way an indicator is expected to move, so that a run can say whether it did.

    ``up`` and ``down`` mean an interval of the paired difference that excludes zero; ``same`` means
    a difference of exactly zero in every pair.
    """

    spoken: ClassVar[dict[str, Sentence]] = {
        "indicator": say("the code of an indicator, such as boarding_hours")
    }

    indicator: str = Field(pattern=r"^[a-z0-9_]{1,64}$")
    """Code of the indicator, such as boarding_hours."""
    direction: Literal["up", "down", "same"]
    """Which way it moves."""
    place: Code | None = None
    """Code of a hospital or unit; none: the whole GST."""


class Scenario(Frozen):
    """One sentence about the hospital: what is changed, and why it is tried.

    ``source`` says where its figures come from, ``expected`` which way indicators are to move.
    """

    schema_version: Literal[1] = 1
    name: Code
    purpose: str = ""
    source: str = ""
    expected: tuple[Expectation, ...] = ()
    changes: tuple[Change, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _sessions_once(self) -> Scenario:
        suites = [
            (one.hospital, one.specialty)
            for one in self.changes
            if isinstance(one, TheatreSessions)
        ]
        if len(suites) != len(set(suites)):
            raise ValueError(str(TOGETHER))
        return self

    @property
    def touches_stock(self) -> bool:
        """Whether it changes what the pharmacy orders."""
        return any(change.touches_stock for change in self.changes)


class ScenarioFile(Scenario):
    """What a scenario file may say: a scenario, or what it adds to the one that it extends."""

    spoken: ClassVar[dict[str, Sentence]] = {
        "extends": say("the name of a file of the same folder, such as epidemic_wave.yaml")
    }

    extends: str | None = Field(default=None, pattern=FILE_NAME)
    """File of the scenario that this one adds to, beside this file: its changes come first."""
    changes: tuple[Change, ...] = Field(default=(), min_length=1)

    @model_validator(mode="after")
    def _changes_something(self) -> ScenarioFile:
        if not self.changes and self.extends is None:
            raise ValueError(str(TOGETHER))
        return self

    def after(self, parent: Scenario | None) -> Scenario:
        """The whole scenario: the changes of the one it extends, then its own.

        Purpose and source are the parent's where this file has none; what is expected is never
        taken over, since a further change may turn it.
        """
        known: dict[str, str] = {}
        if parent is not None:
            known = {"purpose": parent.purpose, "source": parent.source}
        before = () if parent is None else parent.changes
        return Scenario(
            name=self.name,
            purpose=self.purpose or known.get("purpose", ""),
            source=self.source or known.get("source", ""),
            expected=self.expected,
            changes=before + self.changes,
        )


def check_period(scenario: Scenario, first_day: date, last_day: date) -> None:
    """Refuses a change that holds on no day of a run, and would change nothing unseen.

    What touches the pharmacy looks further than the run, and is left alone.

    Raises:
        GstError: ``outside_the_run``.
    """
    for change in scenario.changes:
        begins, ends = _period(change)
        if change.touches_stock or (begins <= last_day and ends >= first_day):
            continue
        raise GstError(
            "outside_the_run",
            say(
                "{kind} holds on no day of the run, which goes from {first} to {last}: it would "
                "change nothing. Choose other days or a longer horizon.",
                kind=change.kind,
                first=first_day,
                last=last_day,
            ),
        )


def lasts_beyond(scenario: Scenario, last_day: date) -> bool:
    """Whether any of its changes still holds after this day."""
    return any(_period(change)[1] > last_day for change in scenario.changes)


def _period(change: ScenarioChange) -> tuple[date, date]:
    """From which day to which day a change holds; for ever where it does not say."""
    starts_at = getattr(change, "starts_at", None)
    first = getattr(change, "first_day", None) or (starts_at and starts_at.date())
    return first or date.min, getattr(change, "last_day", None) or date.max


def apply(gst: Gst, scenario: Scenario) -> Gst:
    """The GST as the scenario would have it. Pure: the GST given stays as it is.

    Raises:
        UnknownPlace: a change names a unit or hospital that the GST does not have.
        GstError: a change cannot be made, such as closing more beds than there are.
    """
    for change in scenario.changes:
        gst = change.on_gst(gst)
    return gst


def apply_to_demand(
    forecasts: tuple[DemandForecast, ...], scenario: Scenario
) -> tuple[DemandForecast, ...]:
    """The forecasts as the scenario would have them; untouched ones are the same objects.

    Totals of the GST are those of the hospitals as changed.
    """
    changed = forecasts
    for change in scenario.changes:
        changed = change.on_forecasts(changed)
    known = {one.key: one for one in forecasts}
    moved = {one.key.of_the_gst for one in changed if known.get(one.key) is not one}
    if not any(one.key in moved for one in changed):
        return changed
    from forecasting.totals import added_up_again  # noqa: PLC0415 - the language needs no arrays

    return added_up_again(changed, moved)


def apply_to_parameters(parameters: TwinParameters, scenario: Scenario, gst: Gst) -> TwinParameters:
    """What the twin believes as the scenario would have it; ``gst`` is that of ``apply``."""
    for change in scenario.changes:
        parameters = change.on_parameters(parameters, gst)
    return parameters


def apply_to_orders(plan: OrderPlan, scenario: Scenario) -> OrderPlan:
    """How the pharmacy orders as the scenario would have it."""
    for change in scenario.changes:
        plan = change.on_orders(plan)
    return plan
