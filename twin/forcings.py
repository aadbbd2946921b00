"""What may come on top of usual demand: an epidemic wave, a mass-casualty event, Ramadan.

A forcing adds patients with streams of their own, or moves the same patients along the same
chance; all others stay as they were, to the last digit.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

import numpy as np
from pydantic import Field, model_validator

from hospital.base import DAYS_PER_WEEK, HOURS_PER_DAY, HOURS_PER_WEEK, MINUTES_PER_HOUR, Frozen
from hospital.calendar.ramadan_hours import DayShape, ramadan_prior
from hospital.gst import Gst
from hospital.places import Code, UnitKind
from twin.laws import Exponential, Floats, Law
from twin.parameters import (
    Casualties,
    ExtraVisits,
    HospitalParameters,
    Share,
    TriageParameters,
    TwinParameters,
    UnitParameters,
    VisitSeason,
)

EDGE_SHARE = 0.05
"""A wave begins, and ends, at this share of its peak."""

FIRST_INFECTED = 1e-9
"""Share of people infected at the start of an SIR curve, so early that it leaves no trace."""

LONGEST_EPIDEMIC_DAYS = 5_000
INFLUENZA_REPRODUCTION_NUMBER = 1.28
"""Median of seasonal influenza (Biggerstaff et al. 2014, BMC Infectious Diseases 14:480)."""

INFLUENZA_INFECTIOUS_DAYS = 4.8
"""Mean duration of shedding (Carrat et al. 2008, American Journal of Epidemiology 167:775)."""

HALF_ARRIVED_MINUTES = 60.0
"""Half of the casualties of an event come within an hour (CDC Mass Casualties Predictor)."""


class WaveShape(StrEnum):
    """The curve of an epidemic wave."""

    LOGISTIC = "logistic"  # cases grow logistically (Verhulst): the wave is symmetric
    SIR = "sir"  # Kermack and McKendrick 1927 in daily steps: the wave is slower to go


class Severity(Frozen):
    """How ill the patients of a forcing are.

    ``admission_probability`` is of all visits and ``intensive_care_probability`` of those
    admitted; triage levels keep their order of odds. Stays are the usual ones where not given
    [hours of need].
    """

    admission_probability: Share
    intensive_care_probability: Share = 0.0
    ward_stay: Law | None = None
    intensive_care_stay: Law | None = None


class EpidemicWave(Frozen):
    """Extra visits in a smooth wave from ``first_day`` over its peak to its end.

    One of ``total_visits`` and ``peak_visits_per_day`` (expected on the peak day), both of all
    hospitals concerned.
    """

    first_day: date
    peak_day: date
    total_visits: float | None = Field(default=None, gt=0, le=1e7)
    peak_visits_per_day: float | None = Field(default=None, gt=0, le=1e5)
    shape: WaveShape = WaveShape.LOGISTIC
    reproduction_number: float = Field(default=INFLUENZA_REPRODUCTION_NUMBER, gt=1, le=20)
    infectious_days: float = Field(default=INFLUENZA_INFECTIOUS_DAYS, ge=1, le=60)
    severity: Severity

    @model_validator(mode="after")
    def _fits_together(self) -> EpidemicWave:
        if self.peak_day <= self.first_day:
            raise ValueError(f"peak_day ({self.peak_day}) must come after {self.first_day}")
        if (self.total_visits is None) == (self.peak_visits_per_day is None):
            raise ValueError("state one of total_visits and peak_visits_per_day")
        return self

    def visits_by_day(self) -> Floats:
        """Expected visits on each day from ``first_day`` on, shape (days,)."""
        to_peak = (self.peak_day - self.first_day).days
        if self.shape is WaveShape.LOGISTIC:
            shape = logistic_wave(to_peak)
        else:
            shape = sir_wave(to_peak, self.reproduction_number, self.infectious_days)
        if self.total_visits is not None:
            return np.asarray(shape * (self.total_visits / shape.sum()))
        return np.asarray(shape * ((self.peak_visits_per_day or 0.0) / shape[to_peak]))


def half_within(minutes: float = HALF_ARRIVED_MINUTES) -> Exponential:
    """A time to the hospital of which half are shorter."""
    return Exponential(mean_hours=minutes / MINUTES_PER_HOUR / math.log(2))


class MassCasualty(Frozen):
    """An event whose casualties come to one hospital within hours.

    ``immediate_share`` take the most urgent triage level of the hospital, ``delayed_share`` the
    second, the rest the others in their usual mix.
    """

    hospital: Code
    starts_at: datetime
    casualties: int = Field(gt=0, le=10_000)
    immediate_share: Share
    delayed_share: Share
    severity: Severity
    delay: Law = Field(default_factory=half_within)

    @model_validator(mode="after")
    def _shares_leave_room(self) -> MassCasualty:
        if self.immediate_share + self.delayed_share > 1:
            raise ValueError("immediate_share and delayed_share exceed 1 together")
        return self


# Curves


def logistic_wave(days_to_peak: int) -> Floats:
    """Share of the cases on each day of a symmetric wave, peak in the middle; sums to 1.

    New cases of logistic growth C(t) = 1 / (1 + exp(-r (t - p))), day by day exactly; their rate
    r C (1 - C) is ``EDGE_SHARE`` of its peak at both ends.
    """
    middle = days_to_peak + 0.5
    growth = 2 * math.acosh(1 / math.sqrt(EDGE_SHARE)) / middle
    bounds = np.arange(2 * days_to_peak + 2) - middle
    new = np.diff(1 / (1 + np.exp(-growth * bounds)))
    return np.asarray(new / new.sum())


def sir_step(
    people: tuple[float, float, float], rates: tuple[float, float], total: float
) -> tuple[float, float, float]:
    """Susceptible, infected and recovered one day later, scaled so that they add up to ``total``.

    ``rates`` are infections per contact of susceptible and infected, and recoveries [per day]:
    the step of CHIME (Weissman et al. 2020, Annals of Internal Medicine 173:21).
    """
    susceptible, infected, recovered = people
    beta, gamma = rates
    new = beta * susceptible * infected
    following = (
        max(susceptible - new, 0.0),
        max(infected + new - gamma * infected, 0.0),
        max(recovered + gamma * infected, 0.0),
    )
    scale = total / sum(following)
    return following[0] * scale, following[1] * scale, following[2] * scale


def daily_growth(doubling_days: float) -> float:
    """Growth of cases a day that doubles them in so many days."""
    return float(2 ** (1 / doubling_days) - 1)


def sir_wave(days_to_peak: int, reproduction_number: float, infectious_days: float) -> Floats:
    """Share of the new infections on each day of an SIR epidemic; sums to 1.

    The curve is cut ``days_to_peak`` days before its peak, and where it falls below
    ``EDGE_SHARE`` of it afterwards.
    """
    rates = reproduction_number / infectious_days, 1 / infectious_days
    people, new = (1 - FIRST_INFECTED, FIRST_INFECTED, 0.0), [0.0] * days_to_peak
    for _ in range(LONGEST_EPIDEMIC_DAYS):
        following = sir_step(people, rates, 1.0)
        new.append(people[0] - following[0])
        people = following
        if new[-1] < EDGE_SHARE * max(new) and new[-1] < new[-2]:
            break
    peak = int(np.argmax(new))
    wave = np.array(new[peak - days_to_peak :])
    return np.asarray(wave / wave.sum())


# From forcings to parameters


def with_wave(
    parameters: TwinParameters, gst: Gst, wave: EpidemicWave, hospitals: Iterable[str] = ()
) -> TwinParameters:
    """The parameters with a wave, shared among these hospitals (all) as their visits are."""
    named = set(hospitals)
    usual = {
        one.hospital: sum(one.hourly_visits)
        for one in parameters.hospitals
        if not named or one.hospital in named
    }
    total = sum(usual.values())
    care, by_day = care_of(parameters, gst, wave.severity), wave.visits_by_day()

    def hit(hospital: HospitalParameters) -> HospitalParameters:
        if not usual.get(hospital.hospital):
            return hospital
        own = ExtraVisits(
            name=name_of(hospital, "wave", wave.first_day),
            first_day=wave.first_day,
            hourly=at_usual_hours(
                hospital, wave.first_day, by_day * usual[hospital.hospital] / total
            ),
            triage=as_ill_as(hospital, wave.severity),
            care=care,
        )
        return hospital.but(extra=(*hospital.extra, own))

    return parameters.but(hospitals=tuple(map(hit, parameters.hospitals)))


def with_casualties(parameters: TwinParameters, gst: Gst, event: MassCasualty) -> TwinParameters:
    """The parameters with the casualties of an event."""

    def hit(hospital: HospitalParameters) -> HospitalParameters:
        if hospital.hospital != event.hospital:
            return hospital
        mixed = hospital.but(triage=_mixed(hospital.triage, event))
        own = Casualties(
            name=name_of(hospital, "event", event.starts_at.date()),
            starts_at=event.starts_at,
            number=event.casualties,
            delay=event.delay,
            triage=as_ill_as(mixed, event.severity),
            care=care_of(parameters, gst, event.severity),
        )
        return hospital.but(casualties=(*hospital.casualties, own))

    return parameters.but(hospitals=tuple(map(hit, parameters.hospitals)))


def with_season(parameters: TwinParameters, season: VisitSeason) -> TwinParameters:
    """The parameters with these days of other hours in every hospital."""
    return parameters.but(
        hospitals=tuple(one.but(seasons=(*one.seasons, season)) for one in parameters.hospitals)
    )


def ramadan(first_day: date, last_day: date, shape: DayShape | None = None) -> VisitSeason:
    """The season of one month of Ramadan; the shape is ``ramadan_prior`` where not given."""
    shape = shape or ramadan_prior()
    return VisitSeason(
        first_day=first_day,
        last_day=last_day,
        hour_factors=shape.hour_factors,
        daily_factor=shape.daily_factor,
    )


def name_of(hospital: HospitalParameters, kind: str, day: date) -> str:
    """A name of its own for every forcing of a hospital: its kind, day and number."""
    start = f"{kind}-{day.isoformat()}"
    taken = [one.name for one in hospital.special]
    return f"{start}-{1 + sum(name.startswith(start) for name in taken)}"


def at_usual_hours(
    hospital: HospitalParameters, first_day: date, by_day: Floats
) -> tuple[float, ...]:
    """These daily visits at the hours of the usual visits [visits/hour]."""
    week = np.reshape(hospital.hourly_visits, (DAYS_PER_WEEK, HOURS_PER_DAY))
    usual = week + 1e-12
    profile = usual / usual.sum(axis=1, keepdims=True)
    weekday = (first_day.weekday() + np.arange(by_day.size)) % DAYS_PER_WEEK
    return tuple((by_day[:, np.newaxis] * profile[weekday]).ravel().tolist())


def as_ill_as(hospital: HospitalParameters, severity: Severity) -> tuple[TriageParameters, ...]:
    """The triage whose expected admissions are those of the severity, by a shift of the odds."""
    from twin.admissions import Admitted, follow_stays  # noqa: PLC0415 - 90 MB of SciPy and pandas

    admitted = HOURS_PER_WEEK * severity.admission_probability
    if not admitted:
        return tuple(row.but(admission_probability=0.0) for row in hospital.triage)
    critical = admitted * severity.intensive_care_probability
    once_an_hour = hospital.but(hourly_visits=(1.0,) * HOURS_PER_WEEK)
    return follow_stays(once_an_hour, Admitted(admitted - critical, critical)).triage


def _mixed(
    triage: tuple[TriageParameters, ...], event: MassCasualty
) -> tuple[TriageParameters, ...]:
    """The levels with the shares of the casualties; the last of two levels takes the rest."""
    rows = sorted(triage, key=lambda row: row.triage)
    first = [event.immediate_share, event.delayed_share][: max(len(rows) - 1, 0)]
    rest, others = 1 - sum(first), rows[len(first) :]
    usual = sum(row.share for row in others)
    last = [rest * (row.share / usual if usual else 1 / len(others)) for row in others]
    return tuple(row.but(share=share) for row, share in zip(rows, [*first, *last], strict=True))


def care_of(parameters: TwinParameters, gst: Gst, severity: Severity) -> tuple[UnitParameters, ...]:
    """Own stays in the wards and intensive-care units of the GST, where the severity has them."""
    own = {UnitKind.WARD: severity.ward_stay, UnitKind.INTENSIVE_CARE: severity.intensive_care_stay}
    kinds = {unit.unit: unit.kind for unit in gst.units}
    return tuple(
        unit.but(stay=stay)
        for unit in parameters.units
        if (stay := own.get(kinds.get(unit.unit, UnitKind.PHARMACY))) is not None
    )
