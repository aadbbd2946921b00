"""Changes of demand."""

from dataclasses import replace
from datetime import date
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from hospital.errors import Sentence, say
from hospital.forecast import DemandForecast, SeriesKind
from hospital.gst import Gst
from hospital.places import Code
from scenarios.changes.base import ScenarioChange


class DemandGrowth(ScenarioChange):
    """Multiplies emergency visits, of one hospital or of all, inside a period."""

    together: ClassVar[Sentence] = say("first_day on or before last_day")

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
