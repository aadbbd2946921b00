"""What comes on top of usual demand: an epidemic wave, a mass-casualty event, Ramadan's hours."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, model_validator

from hospital.base import HOURS_PER_DAY
from hospital.calendar import MoroccanCalendar
from hospital.errors import Sentence, say
from hospital.gst import Gst
from hospital.places import Code
from scenarios.changes.base import ScenarioChange, hospitals_of

if TYPE_CHECKING:
    from twin.forcings import Severity
    from twin.parameters import TwinParameters

STAY_CV = 1.0
"""Variation of a stay of which only the mean is stated: as of most wards [hypothesis]."""

LOOKS_AHEAD_DAYS = 366
"""How far after the day of the GST a month of Ramadan is looked for."""


class WaveCurve(StrEnum):
    """The curve of an epidemic wave, as ``twin.forcings.WaveShape``."""

    LOGISTIC = "logistic"
    SIR = "sir"


class SevereChange(ScenarioChange):
    """Patients of a severity of their own; stays are means, the usual ones where not stated."""

    admission_probability: float = Field(ge=0, le=1)
    intensive_care_probability: float = Field(default=0, ge=0, le=1)
    ward_stay_days: float | None = Field(default=None, gt=0, le=365)
    intensive_care_stay_days: float | None = Field(default=None, gt=0, le=365)

    def severity(self) -> Severity:
        """The same as the twin takes it."""
        from twin.forcings import Severity  # noqa: PLC0415 - loads SciPy
        from twin.laws import LogNormal  # noqa: PLC0415

        def law(days: float | None) -> LogNormal | None:
            return None if days is None else LogNormal(mean_hours=HOURS_PER_DAY * days, cv=STAY_CV)

        return Severity(
            admission_probability=self.admission_probability,
            intensive_care_probability=self.intensive_care_probability,
            ward_stay=law(self.ward_stay_days),
            intensive_care_stay=law(self.intensive_care_stay_days),
        )


class EpidemicWave(SevereChange):
    """Extra emergency visits in a smooth wave, in one hospital, one province or everywhere."""

    together: ClassVar[Sentence] = say(
        "first_day before peak_day, one of total_visits and peak_visits_per_day, at most one of "
        "hospital and province"
    )
    at_most_one: ClassVar[tuple[str, ...]] = ("hospital", "province")

    kind: Literal["epidemic_wave"] = "epidemic_wave"
    first_day: date
    peak_day: date
    total_visits: float | None = Field(default=None, gt=0, le=1e7)
    peak_visits_per_day: float | None = Field(default=None, gt=0, le=1e5)
    hospital: Code | None = None
    province: str | None = None
    shape: WaveCurve = WaveCurve.LOGISTIC
    reproduction_number: float | None = Field(default=None, gt=1, le=20)
    infectious_days: float | None = Field(default=None, ge=1, le=60)

    @model_validator(mode="after")
    def _fits_together(self) -> EpidemicWave:
        if self.peak_day <= self.first_day or (self.total_visits is None) == (
            self.peak_visits_per_day is None
        ):
            raise ValueError(str(self.together))
        return self

    def on_gst(self, gst: Gst) -> Gst:
        """A wave is not part of the GST; only the names are checked."""
        self._hospitals(gst)
        return gst

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """With the visits of the wave."""
        from twin import forcings  # noqa: PLC0415 - loads SciPy

        names = (
            "first_day",
            "peak_day",
            "total_visits",
            "peak_visits_per_day",
            "reproduction_number",
            "infectious_days",
        )
        stated: dict[str, Any] = {
            name: value for name in names if (value := getattr(self, name)) is not None
        }
        wave = forcings.EpidemicWave(
            **stated, shape=forcings.WaveShape(self.shape), severity=self.severity()
        )
        return forcings.with_wave(parameters, gst, wave, self._hospitals(gst))

    def _hospitals(self, gst: Gst) -> tuple[str, ...]:
        return hospitals_of(gst, self.hospital, self.province)


class MassCasualty(SevereChange):
    """Casualties of one event who come to a hospital within hours; one change a hospital."""

    together: ClassVar[Sentence] = say("immediate_share and delayed_share of at most 1 together")

    kind: Literal["mass_casualty"] = "mass_casualty"
    hospital: Code
    starts_at: datetime
    casualties: int = Field(gt=0, le=10_000)
    immediate_share: float = Field(ge=0, le=1)
    delayed_share: float = Field(ge=0, le=1)
    half_arrived_minutes: float = Field(default=60, gt=0, le=1440)

    @model_validator(mode="after")
    def _shares_leave_room(self) -> MassCasualty:
        if self.immediate_share + self.delayed_share > 1:
            raise ValueError(str(self.together))
        return self

    def on_gst(self, gst: Gst) -> Gst:
        """An event is not part of the GST; only the hospital's name is checked."""
        gst.hospital(self.hospital)
        return gst

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """With the casualties."""
        from twin import forcings  # noqa: PLC0415 - loads SciPy

        event = forcings.MassCasualty(
            hospital=self.hospital,
            starts_at=self.starts_at.replace(tzinfo=None),
            casualties=self.casualties,
            immediate_share=self.immediate_share,
            delayed_share=self.delayed_share,
            severity=self.severity(),
            delay=forcings.half_within(self.half_arrived_minutes),
        )
        return forcings.with_casualties(parameters, gst, event)


class RamadanHours(ScenarioChange):
    """Visits at the hours of Ramadan: in the next month of the calendar, or in stated days.

    A forecast that carries the days of Ramadan keeps its numbers; only the hours move.
    """

    together: ClassVar[Sentence] = say("first_day and last_day, both or none, in this order")

    kind: Literal["ramadan_hours"] = "ramadan_hours"
    first_day: date | None = None
    last_day: date | None = None

    @model_validator(mode="after")
    def _both_or_none(self) -> RamadanHours:
        first, last = self.first_day, self.last_day
        if (first is None) != (last is None) or (first and last and last < first):
            raise ValueError(str(self.together))
        return self

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """With other hours on these days."""
        from twin import forcings  # noqa: PLC0415 - loads SciPy

        for first, last in self._months(gst.identity.as_of):
            parameters = forcings.with_season(parameters, forcings.ramadan(first, last))
        return parameters

    def _months(self, as_of: date) -> list[tuple[date, date]]:
        if self.first_day is not None and self.last_day is not None:
            return [(self.first_day, self.last_day)]
        end = as_of + timedelta(days=LOOKS_AHEAD_DAYS)
        months = MoroccanCalendar.load().ramadans(as_of, end)
        return [(month.first_day, month.last_day) for month in months]
