"""The patients of a census as rows of the patient table, with the rest of their stays.

Each inpatient has a stream of chance of his own, keyed by his code: a census with one patient
more or less leaves the others as they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from hospital.base import HOURS_PER_DAY
from hospital.streams import stream_key
from hospital.theatre import AgeGroup, Sex
from twin.chance import Keys, PatientChance
from twin.laws import Floats, inverse_of_histogram, remaining_hours
from twin.network import Care, Ints, Network
from twin.parameters import HospitalParameters, Inpatient
from twin.paths import follow
from twin.run_plan import RunPlan

FIRST_END = "exit_0"
"""Purpose of the number that decides how the first stay ends."""

SECONDS_PER_HOUR = 3600
NEVER = -1e300
"""Logarithm of a probability that is zero."""

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CensusChance:
    """The numbers of inpatients, where the census has already decided how the first stay ends."""

    usual: PatientChance
    first_ends: Floats

    def uniform(self, attribute: str, chosen: npt.NDArray[np.generic] | None = None) -> Floats:
        """One number for each chosen inpatient."""
        if attribute != FIRST_END:
            return self.usual.uniform(attribute, chosen)
        return self.first_ends if chosen is None else self.first_ends[chosen]


def census_rows(
    network: Network,
    hospital: HospitalParameters,
    inpatients: Sequence[Inpatient],
    keys: Keys,
    run: RunPlan,
) -> dict[str, Any]:
    """Columns of the patient table for the inpatients of one hospital of the network.

    ``arrive`` is when the stay began, before the clock of the run for most; ``hours`` of the
    first leg is what remains of it from the first measured day on.
    """
    index = {unit.unit: number for number, unit in enumerate(network.units)}
    units = np.array([index[one.unit] for one in inpatients], dtype=np.int64)
    elapsed = _elapsed_hours(inpatients, run)
    rest, clock, ends = np.empty(units.size), np.empty(units.size), np.empty(units.size)
    so_far = hospital.discharge_hours_so_far or hospital.discharge_hours
    for unit in np.unique(units).tolist():
        here = np.flatnonzero(units == unit)
        rest[here], clock[here], ends[here] = remaining_stay(
            network.care[unit], so_far, elapsed[here], PatientChance(keys[here])
        )
    if so_far is not hospital.discharge_hours:
        clock = inverse_of_histogram(hospital.discharge_hours, PatientChance(keys).uniform("clock"))
    paths = follow(network.care, units, CensusChance(PatientChance(keys), ends))
    paths.hours[:, 0] = rest
    return {
        "arrive": run.warmup_hours - elapsed,
        "person": group_numbers(hospital, inpatients),
        "clock": clock,
        "units": paths.units,
        "hours": paths.hours,
        "dies": paths.dies,
    }


def census_keys(seed: int, replication: int, inpatients: Sequence[Inpatient]) -> Keys:
    """The key of each inpatient's numbers, from his code."""
    words = [
        stream_key(seed, "census", one.patient, replication=replication)[:2] for one in inpatients
    ]
    return np.array([(high << 32) | low for high, low in words], dtype=np.uint64)


def _elapsed_hours(inpatients: Sequence[Inpatient], run: RunPlan) -> Floats:
    midnight = datetime.combine(run.first_day, time())
    gone = [(midnight - one.admitted_at).total_seconds() for one in inpatients]
    return np.array(gone, dtype=np.float64) / SECONDS_PER_HOUR


class Person(Protocol):
    """Somebody whose group is known."""

    @property
    def province(self) -> str:
        """Where he lives."""

    @property
    def sex(self) -> Sex:
        """Administrative sex."""

    @property
    def age_group(self) -> AgeGroup:
        """Coarse age."""


def group_numbers(hospital: HospitalParameters, people: Sequence[Person]) -> Ints:
    """The number of each person's group in ``hospital.people``, shape (people,)."""
    groups = {
        (group.province, group.sex, group.age_group): at for at, group in enumerate(hospital.people)
    }
    return np.array(
        [groups[one.province, one.sex, one.age_group] for one in people], dtype=np.int64
    )


def remaining_stay(
    care: Care, discharge_hours: tuple[float, ...], elapsed: Floats, chance: PatientChance
) -> tuple[Floats, Floats, Floats]:
    """What is left of stays in one unit, given that they still run at midnight.

    Remaining need follows S(e + h) / S(e). A patient of a ward that waits for the clock may be
    ready already, since after yesterday's discharge hour C: his need is only known to exceed
    e - (24 - C), so that hour and end of stay are drawn from their laws given that he is there
    (Bayes, by clock hour). His remaining need may then be negative, by less than a day.

    Returns:
        remaining need [hours], discharge hour, number that decides how the stay ends.
    """
    ends, stay = chance.uniform(FIRST_END), chance.uniform("stay_0")
    hour = chance.uniform("clock")
    clock = inverse_of_histogram(discharge_hours, hour)
    if not care.waits_for_clock:
        return remaining_hours(care.stay, elapsed, stay), clock, ends
    weights = _clock_weights(care, discharge_hours, elapsed)
    ends = _ends_of_the_present(care, elapsed, weights, ends)
    goes_home = ends >= care.death_share + care.move_share
    clock = np.where(goes_home, _from_rows(weights, hour), clock)
    known = np.where(goes_home, np.maximum(elapsed - (HOURS_PER_DAY - clock), 0.0), elapsed)
    rest = known + remaining_hours(care.stay, known, stay) - elapsed
    return rest, clock, ends


def _clock_weights(care: Care, discharge_hours: tuple[float, ...], elapsed: Floats) -> Numbers:
    """Joint weight of discharge hour and presence at midnight, shape (patients, 24).

    Relative to the survival S(e) of those who do not wait for the clock.
    """
    middles = np.arange(HOURS_PER_DAY) + 0.5
    known = np.maximum(elapsed[:, np.newaxis] - (HOURS_PER_DAY - middles), 0.0)
    reached = np.maximum(care.stay.log_survival(known), NEVER)
    tails = reached - np.maximum(care.stay.log_survival(elapsed), NEVER)[:, np.newaxis]
    prior = np.array(discharge_hours) / np.sum(discharge_hours)
    return np.asarray(prior * np.exp(np.minimum(tails, 700.0)))


def _ends_of_the_present(care: Care, elapsed: Floats, weights: Numbers, ends: Floats) -> Floats:
    """Numbers whose comparison with the shares gives ends as likely as presence makes them."""
    home = (1 - care.death_share - care.move_share) * weights.sum(axis=1)
    total = care.death_share + care.move_share + home
    scaled = ends * total
    others = care.death_share + care.move_share
    beyond = others + (scaled - others) / np.maximum(weights.sum(axis=1), 1e-12)
    chosen = np.where(scaled < others, scaled, np.minimum(beyond, np.nextafter(1.0, 0.0)))
    return np.asarray(chosen, dtype=np.float64)


def _from_rows(weights: Numbers, uniform: Floats) -> Floats:
    """One clock hour for each row of weights."""
    bounds = np.cumsum(weights, axis=1)
    target = uniform * bounds[:, -1]
    cell = np.minimum((bounds <= target[:, np.newaxis]).sum(axis=1), HOURS_PER_DAY - 1)
    rows = np.arange(uniform.size)
    inside = 1 - (bounds[rows, cell] - target) / np.maximum(weights[rows, cell], 1e-300)
    return np.asarray(cell + np.clip(inside, 0.0, np.nextafter(1.0, 0.0)))
