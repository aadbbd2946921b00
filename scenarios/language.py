"""What a scenario can say: a name, a purpose, and changes to the hospital.

Changes (``scenarios.changes``) are a tagged union: ``kind`` chooses the type, so a typo is refused
with its place. Each change knows what it does to the GST, to the demand and to what the twin
believes; none of them is ever altered in place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from hospital.base import Frozen
from hospital.forecast import DemandForecast
from hospital.gst import Gst
from hospital.places import Code
from scenarios.changes.beds import MAXIMUM_BEDS, CloseBeds, OpenBeds
from scenarios.changes.demand import DemandGrowth
from scenarios.changes.forcings import EpidemicWave, MassCasualty, RamadanHours
from scenarios.changes.place_rules import (
    CallOffElectives,
    DischargeDelay,
    DischargeHours,
    HoldBeds,
    SurgeBeds,
)
from scenarios.changes.staff import AddPhysicians
from scenarios.changes.territory import Ambulances, DeathsWhileWaiting, DivertAmbulances, SendTo

if TYPE_CHECKING:
    from twin.parameters import TwinParameters

__all__ = [
    "MAXIMUM_BEDS",
    "AddPhysicians",
    "Ambulances",
    "CallOffElectives",
    "Change",
    "CloseBeds",
    "DeathsWhileWaiting",
    "DemandGrowth",
    "DischargeDelay",
    "DischargeHours",
    "DivertAmbulances",
    "EpidemicWave",
    "HoldBeds",
    "MassCasualty",
    "OpenBeds",
    "RamadanHours",
    "Scenario",
    "SendTo",
    "SurgeBeds",
    "apply",
    "apply_to_demand",
    "apply_to_parameters",
]

CHANGES = (
    OpenBeds,
    CloseBeds,
    AddPhysicians,
    DemandGrowth,
    EpidemicWave,
    MassCasualty,
    RamadanHours,
    SurgeBeds,
    HoldBeds,
    CallOffElectives,
    DischargeDelay,
    DischargeHours,
    Ambulances,
    SendTo,
    DivertAmbulances,
    DeathsWhileWaiting,
)
"""Every kind of change, in the order of the guide."""

Change = Annotated[
    OpenBeds
    | CloseBeds
    | AddPhysicians
    | DemandGrowth
    | EpidemicWave
    | MassCasualty
    | RamadanHours
    | SurgeBeds
    | HoldBeds
    | CallOffElectives
    | DischargeDelay
    | DischargeHours
    | Ambulances
    | SendTo
    | DivertAmbulances
    | DeathsWhileWaiting,
    Field(discriminator="kind"),
]


class Scenario(Frozen):
    """One sentence about the hospital: what is changed, and why it is tried."""

    schema_version: Literal[1] = 1
    name: Code
    purpose: str = ""
    changes: tuple[Change, ...] = Field(min_length=1)


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
        changed = tuple(one if one.key.is_total else change.on_demand(one) for one in changed)
    moved = {
        after.key.of_the_gst
        for before, after in zip(forecasts, changed, strict=True)
        if after is not before
    }
    if not any(one.key in moved for one in changed):
        return changed
    from forecasting.totals import added_up_again  # noqa: PLC0415 - the language needs no arrays

    return added_up_again(changed, moved)


def apply_to_parameters(parameters: TwinParameters, scenario: Scenario, gst: Gst) -> TwinParameters:
    """What the twin believes as the scenario would have it; ``gst`` is that of ``apply``."""
    for change in scenario.changes:
        parameters = change.on_parameters(parameters, gst)
    return parameters
