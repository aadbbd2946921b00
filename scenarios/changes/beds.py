"""Changes of beds."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from hospital.errors import GstError, Sentence, say
from hospital.gst import Gst
from hospital.places import Bed, Code
from scenarios.changes.base import ScenarioChange

if TYPE_CHECKING:
    from twin.parameters import TwinParameters

MAXIMUM_BEDS = 500
OPENED = "-opened-"


class OpenBeds(ScenarioChange):
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


class CloseBeds(ScenarioChange):
    """Closes beds of a unit, the last ones first; at least one bed stays.

    With a first or last day they are closed on those days only, both included, and close as
    they empty: nobody is put out.
    """

    together: ClassVar[Sentence] = say("first_day on or before last_day")

    kind: Literal["close_beds"] = "close_beds"
    unit: Code
    beds: int = Field(gt=0, le=MAXIMUM_BEDS)
    first_day: date | None = None
    last_day: date | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> CloseBeds:
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValueError(f"last_day ({self.last_day}) is before first_day ({self.first_day})")
        return self

    @property
    def is_for_a_time(self) -> bool:
        """Whether the beds are closed on stated days only."""
        return self.first_day is not None or self.last_day is not None

    def on_gst(self, gst: Gst) -> Gst:
        """The GST with these beds fewer in the unit; unchanged where they close for a time."""
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
        if self.is_for_a_time:
            return gst
        closed = {bed.bed for bed in own[-self.beds :]}
        kept = tuple(bed for bed in gst.beds if bed.bed not in closed)
        return gst.model_copy(update={"beds": kept})

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """The twin in which the beds are closed on the stated days."""
        del gst
        if not self.is_for_a_time:
            return parameters
        from twin.place_rules import BedClosure  # noqa: PLC0415 - loads SciPy

        stated = self.model_dump(exclude={"kind"})
        return parameters.but(closures=(*parameters.closures, BedClosure(**stated)))
