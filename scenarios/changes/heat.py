"""A heat wave: more visits, of people who are more often admitted."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from hospital.errors import Sentence, say
from hospital.gst import Gst
from hospital.places import Code
from scenarios.changes.base import DatedChange, hospitals_of
from scenarios.changes.forcings import SevereChange

if TYPE_CHECKING:
    from twin.parameters import TwinParameters

PERCENT = 100


class HeatWave(DatedChange, SevereChange):
    """Extra emergency visits on hot days and the days after, in a hospital, a province or all."""

    together: ClassVar[Sentence] = say(
        "first_day on or before last_day, at most one of hospital and province"
    )
    at_most_one: ClassVar[tuple[str, ...]] = ("hospital", "province")

    kind: Literal["heat_wave"] = "heat_wave"
    excess_percent: float = Field(gt=0, le=1000)
    """Visits on a hot day beyond the usual ones of its weekday [%]."""
    fades_in_days: int = Field(default=0, ge=0, le=60)
    """Days after the last hot day over which the excess falls to nothing."""
    hospital: Code | None = None
    """Only this hospital."""
    province: str | None = None
    """Only the hospitals of this province."""

    def on_gst(self, gst: Gst) -> Gst:
        """Heat is not part of the GST; only the names are checked."""
        hospitals_of(gst, self.hospital, self.province)
        return gst

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """With the visits of the heat wave."""
        from twin import heat  # noqa: PLC0415 - loads SciPy

        wave = heat.HeatWave(
            first_day=self.first_day,
            last_day=self.last_day,
            excess_share=self.excess_percent / PERCENT,
            fades_in_days=self.fades_in_days,
            severity=self.severity(),
        )
        hospitals = hospitals_of(gst, self.hospital, self.province)
        return heat.with_heat(parameters, gst, wave, hospitals)
