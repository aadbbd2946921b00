"""A heat wave: extra visits in proportion to the usual ones, that fade in the days after it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np
from pydantic import Field, model_validator

from hospital.base import DAYS_PER_WEEK, HOURS_PER_DAY, Frozen
from hospital.gst import Gst
from twin.forcings import Severity, as_ill_as, at_usual_hours, care_of, name_of
from twin.laws import Floats
from twin.parameters import ExtraVisits, HospitalParameters, TwinParameters


class HeatWave(Frozen):
    """Hot days from ``first_day`` to ``last_day``, both included.

    Each has ``excess_share`` of the usual visits of its weekday on top of them; the excess falls
    in equal steps over the ``fades_in_days`` that follow, to nothing.
    """

    first_day: date
    last_day: date
    excess_share: float = Field(gt=0, le=10)
    fades_in_days: int = Field(default=0, ge=0, le=60)
    severity: Severity

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> HeatWave:
        if self.last_day < self.first_day:
            raise ValueError(f"last_day ({self.last_day}) is before first_day ({self.first_day})")
        return self

    def excess_by_day(self) -> Floats:
        """Extra visits over usual ones, day by day from ``first_day`` on."""
        hot = np.ones((self.last_day - self.first_day).days + 1)
        steps = np.arange(self.fades_in_days, 0, -1) / (self.fades_in_days + 1)
        return np.asarray(self.excess_share * np.concatenate([hot, steps]))


def with_heat(
    parameters: TwinParameters, gst: Gst, heat: HeatWave, hospitals: Iterable[str] = ()
) -> TwinParameters:
    """The parameters with the visits of a heat wave in these hospitals (all)."""
    named, care = set(hospitals), care_of(parameters, gst, heat.severity)

    def hit(hospital: HospitalParameters) -> HospitalParameters:
        if (named and hospital.hospital not in named) or not sum(hospital.hourly_visits):
            return hospital
        own = ExtraVisits(
            name=name_of(hospital, "heat", heat.first_day),
            first_day=heat.first_day,
            hourly=at_usual_hours(hospital, heat.first_day, _visits(hospital, heat)),
            triage=as_ill_as(hospital, heat.severity),
            care=care,
        )
        return hospital.but(extra=(*hospital.extra, own))

    return parameters.but(hospitals=tuple(map(hit, parameters.hospitals)))


def _visits(hospital: HospitalParameters, heat: HeatWave) -> Floats:
    """Extra visits of each day: the excess of the usual visits of its weekday."""
    by_weekday = np.reshape(hospital.hourly_visits, (DAYS_PER_WEEK, HOURS_PER_DAY)).sum(axis=1)
    excess = heat.excess_by_day()
    days = [heat.first_day + timedelta(days=day) for day in range(excess.size)]
    return np.asarray(excess * by_weekday[[day.weekday() for day in days]])
