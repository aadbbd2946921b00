"""Changes of staff."""

from typing import Literal

from pydantic import Field

from hospital.errors import GstError, say
from hospital.gst import Gst
from hospital.places import Code
from scenarios.changes.base import ScenarioChange


class AddPhysicians(ScenarioChange):
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
