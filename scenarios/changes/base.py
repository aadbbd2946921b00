"""What every change of a scenario can touch: the hospitals, the demand, the twin's parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from hospital.base import Frozen
from hospital.errors import Sentence, say
from hospital.forecast import DemandForecast
from hospital.gst import Gst

if TYPE_CHECKING:
    from twin.parameters import TwinParameters


class ScenarioChange(Frozen):
    """One change. Each kind says what it does to what it names; the rest stays the same object.

    ``together`` tells a person what must hold between the fields of this kind.
    """

    together: ClassVar[Sentence] = say("values that fit together")

    def on_gst(self, gst: Gst) -> Gst:
        """The GST as this change would have it."""
        return gst

    def on_demand(self, forecast: DemandForecast) -> DemandForecast:
        """The forecast as this change would have it."""
        return forecast

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """What the twin believes as this change would have it; ``gst`` is already changed."""
        del gst
        return parameters
