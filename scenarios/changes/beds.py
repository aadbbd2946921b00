"""Changes of beds."""

from typing import Literal

from pydantic import Field

from hospital.errors import GstError, say
from hospital.gst import Gst
from hospital.places import Bed, Code
from scenarios.changes.base import ScenarioChange

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
