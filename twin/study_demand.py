"""What a study says may come on top of usual demand: waves, mass casualties, Ramadan, returns.

Days are numbered from the first measured day, which is 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Self

from pydantic import Field, model_validator

from hospital.base import HOURS_PER_DAY, Frozen
from hospital.gst import Gst
from hospital.places import Code
from twin.forcings import (
    INFLUENZA_INFECTIOUS_DAYS,
    INFLUENZA_REPRODUCTION_NUMBER,
    EpidemicWave,
    MassCasualty,
    Severity,
    WaveShape,
    half_within,
    ramadan,
    with_casualties,
    with_season,
    with_wave,
)
from twin.parameters import Readmissions, Share, TwinParameters, UnitShare, VisitSeason
from twin.study_law import Stated
from twin.study_territory import HOSPITAL

LAST_DAY = 36_600


class StudySeverity(Frozen):
    """How ill they are: shares admitted and, of those, to intensive care; own stays if stated."""

    admitted: Share
    intensive_care: Share = 0.0
    ward_stay: Stated | None = None
    intensive_care_stay: Stated | None = None

    @property
    def severity(self) -> Severity:
        """In the twin's own words."""
        ward, intensive = self.ward_stay, self.intensive_care_stay
        return Severity(
            admission_probability=self.admitted,
            intensive_care_probability=self.intensive_care,
            ward_stay=None if ward is None else ward.law,
            intensive_care_stay=None if intensive is None else intensive.law,
        )


class StudyWave(StudySeverity):
    """An epidemic wave, shared among ``hospitals`` (all) as their visits are."""

    first_day: int = Field(ge=1, le=LAST_DAY)
    peak_day: int = Field(ge=2, le=LAST_DAY)
    total_visits: float | None = Field(default=None, gt=0, le=1e7)
    peak_visits_per_day: float | None = Field(default=None, gt=0, le=1e5)
    shape: WaveShape = WaveShape.LOGISTIC
    reproduction_number: float = Field(default=INFLUENZA_REPRODUCTION_NUMBER, gt=1, le=20)
    infectious_days: float = Field(default=INFLUENZA_INFECTIOUS_DAYS, ge=1, le=60)
    hospitals: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.peak_day <= self.first_day:
            raise ValueError(f"peak_day ({self.peak_day}) must come after {self.first_day}")
        if (self.total_visits is None) == (self.peak_visits_per_day is None):
            raise ValueError("state one of total_visits and peak_visits_per_day")
        return self

    def wave(self, day_one: date) -> EpidemicWave:
        """The wave on its dates."""
        return EpidemicWave(
            first_day=_date(day_one, self.first_day),
            peak_day=_date(day_one, self.peak_day),
            total_visits=self.total_visits,
            peak_visits_per_day=self.peak_visits_per_day,
            shape=self.shape,
            reproduction_number=self.reproduction_number,
            infectious_days=self.infectious_days,
            severity=self.severity,
        )


class StudyCasualties(StudySeverity):
    """A known number of casualties after one event; half come within an hour unless stated."""

    hospital: Code = HOSPITAL
    day: int = Field(ge=1, le=LAST_DAY)
    at_hour: float = Field(ge=0, lt=HOURS_PER_DAY)
    casualties: int = Field(gt=0, le=10_000)
    immediate: Share
    delayed: Share
    delay: Stated | None = None

    @model_validator(mode="after")
    def _leaves_room(self) -> Self:
        if self.immediate + self.delayed > 1:
            raise ValueError("immediate and delayed exceed 1 together")
        return self

    def event(self, day_one: date) -> MassCasualty:
        """The event at its hour."""
        return MassCasualty(
            hospital=self.hospital,
            starts_at=datetime.combine(_date(day_one, self.day), time())
            + timedelta(hours=self.at_hour),
            casualties=self.casualties,
            immediate_share=self.immediate,
            delayed_share=self.delayed,
            severity=self.severity,
            delay=half_within() if self.delay is None else self.delay.law,
        )


class StudyRamadan(Frozen):
    """The days of the month of fasting, both included."""

    first_day: int = Field(ge=1, le=LAST_DAY)
    last_day: int = Field(ge=1, le=LAST_DAY)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last_day < self.first_day:
            raise ValueError(f"last_day ({self.last_day}) comes before {self.first_day}")
        return self

    def season(self, day_one: date) -> VisitSeason:
        """The month on its dates, with the published shape of its days."""
        return ramadan(_date(day_one, self.first_day), _date(day_one, self.last_day))


class StudyReadmissions(Frozen):
    """The share of those going home from each unit who are back within thirty days."""

    shares: dict[Code, Share] = Field(min_length=1)
    delay: Stated
    at_most: int = Field(default=1, ge=1, le=20)

    def rule(self) -> Readmissions:
        """In the twin's own words."""
        shares = tuple(UnitShare(unit=unit, weight=share) for unit, share in self.shares.items())
        return Readmissions(shares=shares, delay=self.delay.law, at_most=self.at_most)


class StudyDemand(Frozen):
    """All that comes on top; nothing unless stated."""

    waves: tuple[StudyWave, ...] = ()
    casualties: tuple[StudyCasualties, ...] = ()
    ramadan: StudyRamadan | None = None
    readmissions: StudyReadmissions | None = None

    def on_top(self, parameters: TwinParameters, gst: Gst, day_one: date) -> TwinParameters:
        """The parameters with it."""
        for wave in self.waves:
            parameters = with_wave(parameters, gst, wave.wave(day_one), wave.hospitals)
        for event in self.casualties:
            parameters = with_casualties(parameters, gst, event.event(day_one))
        if self.ramadan is not None:
            parameters = with_season(parameters, self.ramadan.season(day_one))
        if self.readmissions is not None:
            parameters = parameters.but(readmissions=self.readmissions.rule())
        return parameters

    def without_department(self, units: dict[str, str], departments: Sequence[str]) -> list[str]:
        """What would come to a hospital that has no emergency department, or does not exist.

        ``units`` give the hospital of each unit, ``departments`` the hospitals that have one.
        """
        asked = [
            (f"waves.{at}", code) for at, one in enumerate(self.waves) for code in one.hospitals
        ]
        asked += [(f"casualties.{at}", one.hospital) for at, one in enumerate(self.casualties)]
        wrong = []
        if self.readmissions is not None:
            known = [unit for unit in self.readmissions.shares if unit in units]
            asked += [(f"readmissions to {unit}", units[unit]) for unit in known]
            unknown = sorted(set(self.readmissions.shares) - set(known))
            wrong += [f"{unit} of readmissions is no unit of this study" for unit in unknown]
        if (self.waves or self.ramadan) and not departments:
            wrong.append("a wave or Ramadan is of emergency visits: state an emergency department")
        return wrong + [
            f"{what}: {code} has no emergency department"
            for what, code in asked
            if code not in departments
        ]


def _date(day_one: date, number: int) -> date:
    """The date of a day by its number."""
    return day_one + timedelta(days=number - 1)
