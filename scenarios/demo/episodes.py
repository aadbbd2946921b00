"""Who is admitted when, through which units, and for how long if a bed is free.

An episode is a chain of at most three legs: ward; intensive care, step-down, ward; ward,
intensive care, ward; or ward, then a ward of the hospital of reference. Emergencies are drawn
out of the emergency visits, so that admissions carry the season, the calendar and the noise
of the visits.
"""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from hospital.history import AdmissionKind
from hospital.streams import stream_key
from hospital.theatre import AgeGroup
from scenarios.demo.care_map import CareMap
from scenarios.demo.flows import MINUTES_PER_DAY, HospitalFlows
from scenarios.demo.period import Bools, Floats, Ints, Period
from scenarios.demo.specialties import INTENSIVE_CARE, STEP_DOWN, WARDS
from scenarios.demo.visits import HospitalVisits

KINDS = (AdmissionKind.EMERGENCY, AdmissionKind.ELECTIVE, AdmissionKind.TRANSFER)
EMERGENCY, ELECTIVE, TRANSFER = range(3)
AGES = (AgeGroup.CHILD, AgeGroup.ADULT, AgeGroup.OLDER)
CHILD, ADULT, OLDER = range(3)
LEGS = 3
NO_UNIT = -1

DEPARTMENT_STAY_MINUTES = 240.0
"""Mean time from the visit to the bed when one is free [hypothesis]."""
DEPARTMENT_STAY_CV = 0.6
ELECTIVE_EARLIEST, ELECTIVE_USUAL, ELECTIVE_LATEST = 7 * 60, 9 * 60, 14 * 60
DISCHARGE_EARLIEST, DISCHARGE_USUAL, DISCHARGE_LATEST = 9 * 60, 11 * 60, 18 * 60
STEP_DOWN_SHARE = 0.75
"""Survivors of intensive care who pass by the step-down unit, where there is one."""
BEFORE_MOVE_FACTOR = 0.35
"""Stay before a move up, over the usual stay of the ward."""
FEMALE_SHARE = 0.49
AGE_SHARES = {
    "paediatrics": (1.0, 0.0, 0.0),
    "gynaecology": (0.0, 0.96, 0.04),
    "general_surgery": (0.07, 0.65, 0.28),
    "orthopaedics": (0.12, 0.58, 0.30),
}
OTHER_AGE_SHARES = (0.0, 0.60, 0.40)
OLDER_DEATH_FACTOR = 2.5
MINIMUM_STAY_MINUTES = 60
MAXIMUM_STAY_MINUTES = 120 * MINUTES_PER_DAY
"""Whoever needs longer care than this is cared for elsewhere [hypothesis]."""


@dataclass(frozen=True, slots=True)
class Episodes:
    """One row for each episode; ``leg_unit`` and ``leg_minutes`` have shape (episodes, 3).

    ``arrival_minute`` counts from the start of the warm-up; ``discharge_minute`` is the minute
    of the day at which the patient goes home; ``home`` the index of the hospital.
    """

    home: Ints
    arrival_minute: Ints
    kind: Ints
    is_female: Bools
    age: Ints
    dies: Bools
    discharge_minute: Ints
    leg_unit: Ints
    leg_minutes: Ints

    def __len__(self) -> int:
        return len(self.home)

    @classmethod
    def joined(cls, parts: list[Self]) -> Self:
        """All episodes in the order of their arrival."""
        columns = {
            each.name: np.concatenate([getattr(part, each.name) for part in parts])
            for each in fields(cls)
        }
        order = np.argsort(columns["arrival_minute"], kind="stable")
        return cls(**{name: column[order] for name, column in columns.items()})


def draw_episodes(
    hospital: int, visits: HospitalVisits, period: Period, care: CareMap, seed: int
) -> Episodes:
    """Every episode that starts at one hospital."""
    code = visits.flows.site.code
    rng = np.random.default_rng(stream_key(seed, "admissions", code))
    specialties = list(visits.flows.ward_emergency)
    emergency = _emergency_arrivals(rng, visits, period, specialties)
    elective = _elective_arrivals(rng, visits.flows, period, specialties)
    arrival, specialty, is_intensive, kind = (
        np.concatenate(pair) for pair in zip(emergency, elective, strict=True)
    )
    path = _Paths(rng, visits.flows, care, specialties)
    specialty = np.where(is_intensive, path.critical_specialties(len(specialty)), specialty)
    units, minutes, dies_early = path.legs(specialty, is_intensive)
    age, is_female = _people(rng, np.array(specialties)[specialty])
    is_sent = is_intensive & (not visits.flows.has_intensive_care)
    return Episodes(
        home=np.full(len(arrival), hospital),
        arrival_minute=arrival,
        kind=np.where(is_sent, TRANSFER, kind),
        is_female=is_female,
        age=age,
        dies=dies_early | _dies_in_ward(rng, specialties, specialty, age),
        discharge_minute=rng.triangular(
            DISCHARGE_EARLIEST, DISCHARGE_USUAL, DISCHARGE_LATEST, len(arrival)
        ).astype(np.int64),
        leg_unit=units,
        leg_minutes=minutes,
    )


_Arrivals = tuple[Ints, Ints, Bools, Ints]


def _emergency_arrivals(
    rng: np.random.Generator, visits: HospitalVisits, period: Period, specialties: list[str]
) -> _Arrivals:
    """A visit is admitted with the probability of its hospital, to a specialty in season."""
    flows = visits.flows
    admitted = rng.binomial(visits.counts, flows.admission_probability).ravel()
    hour = np.repeat(np.arange(admitted.size), admitted)
    count = len(hour)
    waits = lognormal(rng, np.full(count, DEPARTMENT_STAY_MINUTES), DEPARTMENT_STAY_CV)
    arrival = 60 * hour + rng.integers(0, 60, count) + waits.astype(np.int64)
    weights = np.array([flows.ward_emergency[code] for code in specialties])
    swing = np.array([WARDS[code].winter_swing for code in specialties])
    daily = weights * (1 + swing * period.winter[:, None])
    intensive = flows.intensive_emergency / flows.emergency_admissions
    chosen = _choose(rng, daily, hour // 24)
    return arrival, chosen, rng.random(count) < intensive, np.full(count, EMERGENCY)


def _elective_arrivals(
    rng: np.random.Generator, flows: HospitalFlows, period: Period, specialties: list[str]
) -> _Arrivals:
    rates = np.array([flows.ward_elective[code] for code in specialties])
    counts = rng.poisson(period.elective_factor[:, None] * rates)
    day = np.repeat(np.arange(period.days), counts.sum(axis=1))
    specialty = np.repeat(np.tile(np.arange(len(rates)), period.days), counts.ravel())
    count = len(day)
    minute = rng.triangular(ELECTIVE_EARLIEST, ELECTIVE_USUAL, ELECTIVE_LATEST, count)
    arrival = MINUTES_PER_DAY * day + minute.astype(np.int64)
    return arrival, specialty, np.zeros(count, dtype=bool), np.full(count, ELECTIVE)


def _choose(rng: np.random.Generator, weights: Floats, row: Ints) -> Ints:
    """One column for each element of ``row``, by the weights of that row of ``weights``."""
    cumulated = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    draws = rng.random(len(row))
    columns: Ints = (draws[:, None] > cumulated[row]).sum(axis=1)
    last: int = weights.shape[1] - 1
    return np.minimum(columns, last)


def lognormal(rng: np.random.Generator, mean: Floats, cv: float | Floats) -> Floats:
    """Log-normal draws with these means and coefficients of variation."""
    variance = np.log1p(np.square(cv))
    draws: Floats = np.exp(
        np.log(mean) - variance / 2 + np.sqrt(variance) * rng.standard_normal(len(mean))
    )
    return draws


class _Paths:
    """The units that a patient of a hospital passes, and the time spent in each."""

    def __init__(
        self,
        rng: np.random.Generator,
        flows: HospitalFlows,
        care: CareMap,
        specialties: list[str],
    ) -> None:
        self._rng = rng
        self._flows = flows
        self._care = care
        self._wards = specialties
        self._here = flows.site.code
        self._intensive_at = self._here if flows.has_intensive_care else flows.reference.code

    def legs(self, specialty: Ints, is_intensive: Bools) -> tuple[Ints, Ints, Bools]:
        """Units and minutes of the legs, and who dies in intensive care on the first leg."""
        count = len(specialty)
        units = np.full((count, LEGS), NO_UNIT)
        minutes = np.zeros((count, LEGS), dtype=np.int64)
        ward = self._in_ward(specialty, self._here)
        units[:, 0] = ward
        goes_up = ~is_intensive & (self._rng.random(count) < self._up_probability(specialty))
        is_moved = self._rng.random(count) < self._flows.ward_transfer_share
        is_moved &= ~is_intensive & ~goes_up
        self._move_to_reference(units, specialty, is_moved)
        dies = self._rng.random(count) < INTENSIVE_CARE.death_share
        self._through_intensive_care(units, specialty, is_intensive, dies)
        units[goes_up, 1] = self._pick(self._here, INTENSIVE_CARE.code, goes_up.sum())
        back = goes_up & ~dies
        units[back, 2] = ward[back]
        for leg in range(LEGS):
            minutes[:, leg] = self._minutes(units[:, leg])
        early = goes_up | is_moved
        minutes[early, 0] = (minutes[early, 0] * BEFORE_MOVE_FACTOR).astype(np.int64)
        return (
            units,
            np.clip(minutes, MINIMUM_STAY_MINUTES, MAXIMUM_STAY_MINUTES),
            dies & (is_intensive | goes_up),
        )

    def critical_specialties(self, count: int) -> Ints:
        """Specialties of patients who need intensive care at once, by their weights."""
        weights = np.array([WARDS[code].intensive_care_weight for code in self._wards])
        return self._rng.choice(len(weights), size=count, p=weights / weights.sum())

    def _up_probability(self, specialty: Ints) -> Floats:
        """Of a ward patient: the moves up shared by the weights of the specialties."""
        flows = self._flows
        direct = [flows.ward_emergency[c] + flows.ward_elective[c] for c in self._wards]
        weights = np.array([WARDS[code].intensive_care_weight for code in self._wards])
        scale = flows.intensive_from_wards / float(np.dot(direct, weights))
        probabilities: Floats = (scale * weights)[specialty]
        return probabilities

    def _through_intensive_care(
        self, units: Ints, specialty: Ints, rows: Bools, dies: Bools
    ) -> None:
        count = int(rows.sum())
        units[rows, 0] = self._pick(self._intensive_at, INTENSIVE_CARE.code, count)
        after = self._in_ward(specialty[rows], self._intensive_at)
        steps = self._care.units_of(self._intensive_at, STEP_DOWN.code)
        by_step = (self._rng.random(count) < STEP_DOWN_SHARE) & bool(steps)
        middle = self._pick(self._intensive_at, STEP_DOWN.code, count) if steps else after
        units[rows, 1] = np.where(by_step, middle, after)
        units[rows, 2] = np.where(by_step, after, NO_UNIT)
        units[rows & dies, 1:] = NO_UNIT

    def _move_to_reference(self, units: Ints, specialty: Ints, rows: Bools) -> None:
        if rows.any():
            units[rows, 1] = self._in_ward(specialty[rows], self._flows.reference.code)

    def _in_ward(self, specialty: Ints, hospital: str) -> Ints:
        """A unit of the hospital for each patient, by specialty."""
        units = np.full(len(specialty), NO_UNIT)
        for number, code in enumerate(self._wards):
            rows = specialty == number
            units[rows] = self._pick(hospital, code, int(rows.sum()))
        return units

    def _pick(self, hospital: str, specialty: str, count: int) -> Ints:
        numbers = self._care.units_of(hospital, specialty)
        if not count:
            return np.zeros(0, dtype=np.int64)
        return self._rng.choice(numbers, size=count, p=self._care.shares(numbers))

    def _minutes(self, units: Ints) -> Ints:
        """The stay in each unit; a unit that is not entered gives no meaning to its draw."""
        hours = np.array([unit.mean_stay_hours for unit in self._care.units])[units]
        cvs = np.array([unit.stay_cv for unit in self._care.units])[units]
        return lognormal(self._rng, 60 * hours, cvs).astype(np.int64)


def _people(rng: np.random.Generator, specialty: np.ndarray) -> tuple[Ints, Bools]:
    count = len(specialty)
    age = np.zeros(count, dtype=np.int64)
    draws = rng.random(count)
    for code in np.unique(specialty):
        rows = specialty == code
        shares = np.cumsum(AGE_SHARES.get(code, OTHER_AGE_SHARES))
        age[rows] = np.minimum(np.searchsorted(shares, draws[rows], side="right"), OLDER)
    is_female = (rng.random(count) < FEMALE_SHARE) | (specialty == "gynaecology")
    return age, is_female


def _dies_in_ward(
    rng: np.random.Generator, specialties: list[str], specialty: Ints, age: Ints
) -> Bools:
    shares = np.array([WARDS[code].death_share for code in specialties])[specialty]
    dies: Bools = rng.random(len(age)) < shares * np.where(age == OLDER, OLDER_DEATH_FACTOR, 1.0)
    return dies
