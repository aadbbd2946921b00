"""What a scenario can say: a name, a purpose, and changes to the hospital.

Changes are a tagged union: ``kind`` chooses the type, so a typo is refused with its place.
Each change knows what it does to the GST and to the demand; neither is ever altered in place.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from hospital.base import Frozen
from hospital.errors import GstError, say
from hospital.forecast import DemandForecast, SeriesKind
from hospital.gst import Gst
from hospital.places import Bed, Code

MAXIMUM_BEDS = 500
OPENED = "-opened-"


class OpenBeds(Frozen):
    """Adds beds to a unit."""

    kind: Literal["open_beds"] = "open_beds"
    unit: Code
    beds: int = Field(gt=0, le=MAXIMUM_BEDS)

    def on_gst(self, gst: Gst) -> Gst:
        """The GST with these beds more in the unit."""
        gst.unit(self.unit)
        opened = sum(bed.bed.startswith(f"{self.unit}{OPENED}") for bed in gst.beds)
        added = tuple(
            Bed(bed=f"{self.unit}{OPENED}{opened + number:03d}", unit=self.unit)
            for number in range(1, self.beds + 1)
        )
        return gst.model_copy(update={"beds": gst.beds + added})

    def on_demand(self, forecast: DemandForecast) -> DemandForecast:
        """Beds change no demand."""
        return forecast


class CloseBeds(Frozen):
    """Closes beds of a unit, the last ones first; at least one bed stays."""

    kind: Literal["close_beds"] = "close_beds"
    unit: Code
    beds: int = Field(gt=0, le=MAXIMUM_BEDS)

    def on_gst(self, gst: Gst) -> Gst:
        """The GST with these beds fewer in the unit."""
        own = [bed for bed in gst.beds if bed.unit == gst.unit(self.unit).unit]
        if len(own) <= self.beds:
            raise GstError(
                "closes_whole_unit",
                say(
                    "{unit} has {beds} beds; close fewer of them, or close the unit.",
                    unit=self.unit,
                    beds=len(own),
                ),
            )
        closed = {bed.bed for bed in own[-self.beds :]}
        kept = tuple(bed for bed in gst.beds if bed.bed not in closed)
        return gst.model_copy(update={"beds": kept})

    def on_demand(self, forecast: DemandForecast) -> DemandForecast:
        """Beds change no demand."""
        return forecast


class AddPhysicians(Frozen):
    """More physicians (or fewer, below zero) see patients at once in a unit."""

    kind: Literal["add_physicians"] = "add_physicians"
    unit: Code
    physicians: int = Field(ge=-50, le=50)

    def on_gst(self, gst: Gst) -> Gst:
        """The GST with this many more physicians in the unit."""
        unit = gst.unit(self.unit)
        if unit.physicians + self.physicians < 0:
            raise GstError(
                "too_few_physicians",
                say(
                    "{unit} has {physicians} physicians; take away fewer of them.",
                    unit=self.unit,
                    physicians=unit.physicians,
                ),
            )
        changed = unit.but(physicians=unit.physicians + self.physicians)
        units = tuple(changed if other.unit == unit.unit else other for other in gst.units)
        return gst.model_copy(update={"units": units})

    def on_demand(self, forecast: DemandForecast) -> DemandForecast:
        """Staff changes no demand."""
        return forecast


class DemandGrowth(Frozen):
    """Multiplies emergency visits, of one hospital or of all, inside a period."""

    kind: Literal["demand_growth"] = "demand_growth"
    factor: float = Field(gt=0, le=5)
    hospital: Code | None = None
    first_day: date | None = None
    last_day: date | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> "DemandGrowth":
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValueError(f"last_day ({self.last_day}) is before first_day ({self.first_day})")
        return self

    def on_gst(self, gst: Gst) -> Gst:
        """Demand is not part of the GST; only the hospital's name is checked."""
        if self.hospital is not None:
            gst.hospital(self.hospital)
        return gst

    def on_demand(self, forecast: DemandForecast) -> DemandForecast:
        """The forecast of visits with each day of the period multiplied."""
        if forecast.key.kind is not SeriesKind.VISITS:
            return forecast
        if self.hospital not in (None, forecast.key.hospital):
            return forecast
        import numpy as np  # noqa: PLC0415 - the scenario language itself needs no arrays

        factors = np.array([self.factor if self._holds(day) else 1.0 for day in forecast.days()])
        return replace(
            forecast,
            mean=forecast.mean * factors,
            quantiles=forecast.quantiles * factors[:, None],
            sample_paths=forecast.sample_paths * factors,
        )

    def _holds(self, day: date) -> bool:
        return (self.first_day or day) <= day <= (self.last_day or day)


Change = Annotated[OpenBeds | CloseBeds | AddPhysicians | DemandGrowth, Field(discriminator="kind")]


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
    """The forecasts as the scenario would have them; untouched ones are the same objects."""
    changes: list[Callable[[DemandForecast], DemandForecast]]
    changes = [change.on_demand for change in scenario.changes]
    changed = []
    for forecast in forecasts:
        for change in changes:
            forecast = change(forecast)  # noqa: PLW2901 - each change takes the last one's result
        changed.append(forecast)
    return tuple(changed)
