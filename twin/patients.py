"""All chance of a run, drawn before it starts: one row for each patient, one stream a column.

A patient is known by hospital, day and rank within the day. Uniform numbers are drawn for
(rank, day), so that a day with more visits adds patients and leaves the others as they were, and
a scenario that changes beds, staff or links meets exactly the same patients.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import pdtr, pdtrik

from hospital.base import DAYS_PER_WEEK, HOURS_PER_DAY
from hospital.streams import stream_key
from twin.laws import Floats, Law, inverse_of_histogram
from twin.network import NOWHERE, Choice, Ints, Network, Site
from twin.parameters import ElectiveStream, HospitalParameters, Inpatient, TriageParameters
from twin.paths import CHANCES, LEGS, follow
from twin.run_plan import RunPlan, Start
from twin.start import census_chance, census_rows

ELECTIVE_PRIORITY = 6
INSIDE_PRIORITY = 0
Flags = npt.NDArray[np.bool_]
ROWS = "chance_row"
CHANCE = "chance"


@dataclass(frozen=True, slots=True)
class PatientTable:
    """Columns of equal length, by hospital and then by arrival; times in hours of the run.

    ``priority`` is the triage level, 6 for electives. ``units`` and ``hours`` hold the planned
    path, shape (patients, legs): the unit (-1: none) and the time of need; ``dies`` is the leg at
    whose end the patient dies (-1: none). ``chance`` keeps the numbers behind the paths, shape
    (inpatients, legs, 3), for patients whom a transfer sends elsewhere; ``chance_row`` says which
    row is a patient's (-1: not an inpatient). ``present`` marks the inpatients of the census, who
    come before the others of their hospital.
    """

    arrive: Floats
    site: Ints
    emergency: Ints
    priority: Ints
    patience: Floats
    consult: Floats
    tests: Floats
    clock: Floats
    person: Ints
    dies: Ints
    present: Flags
    units: npt.NDArray[np.int64]
    hours: npt.NDArray[np.float64]
    chance_row: Ints
    chance: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.arrive)


@dataclass(frozen=True, slots=True)
class Demand:
    """Who comes and who is there already, by hospital in the order of the network.

    ``levels`` are daily visits of one replication, nan where only the rates are known;
    ``inpatients`` the census to start from.
    """

    hospitals: tuple[HospitalParameters, ...]
    levels: tuple[Floats, ...]
    inpatients: tuple[tuple[Inpatient, ...], ...]


def draw_patients(network: Network, demand: Demand, run: RunPlan, replication: int) -> PatientTable:
    """The patients of one replication."""
    blocks = []
    for at, (site, hospital) in enumerate(zip(network.sites, demand.hospitals, strict=True)):
        draw = _HospitalDraw(network, at, site, hospital, run, replication)
        parts = [draw.emergencies(demand.levels[at])] if site.emergency else []
        parts += [draw.electives(stream) for stream in hospital.electives]
        if demand.inpatients[at]:
            parts.append(draw.present(demand.inpatients[at]))
        if parts:
            blocks.append(_in_order(parts))
    return _stack(blocks)


@dataclass(frozen=True, slots=True)
class _Cells:
    """The patients of one stream of arrivals as cells (rank, day), and their uniform numbers."""

    seed: int
    replication: int
    purpose: tuple[str, ...]
    days: int
    rank: Ints
    day: Ints

    def uniform(self, attribute: str, chosen: Flags | None = None) -> Floats:
        """One number for each patient, or for each chosen patient."""
        ranks, days = (self.rank, self.day)
        if chosen is not None:
            ranks, days = ranks[chosen], days[chosen]
        layers = int(ranks.max()) + 1 if ranks.size else 0
        generator = _generator(self.seed, self.replication, *self.purpose, attribute)
        return generator.random((layers, self.days))[ranks, days]


def _generator(seed: int, replication: int, *purpose: str) -> np.random.Generator:
    return np.random.default_rng(stream_key(seed, *purpose, replication=replication))


def poisson_counts(means: Floats, uniform: Floats) -> Ints:
    """Poisson numbers by inversion: a larger mean never gives a smaller number."""
    positive = np.maximum(means, 1e-12)
    above = np.ceil(pdtrik(uniform, positive))
    below = np.maximum(above - 1, 0)
    counts = np.where(pdtr(below, positive) >= uniform, below, above)
    return np.where(means > 0, counts, 0).astype(np.int64)


@dataclass(frozen=True, slots=True)
class _HospitalDraw:
    network: Network
    at: int
    site: Site
    hospital: HospitalParameters
    run: RunPlan
    replication: int

    def emergencies(self, level: Floats) -> dict[str, Any]:
        """Emergency visits, in the columns of ``PatientTable``."""
        means = self._weekdays(np.reshape(self.hospital.hourly_visits, (7, 24)).sum(axis=1))
        cells = self._cells(("visits",), means, level)
        triage = _levels(self.hospital.triage, cells.uniform("triage"))
        admitted = cells.uniform("admission") < _by_level(
            self.hospital.triage, triage, "admission_probability"
        )
        block = self._arrivals(cells, self._hours_of_visits(cells))
        block |= {
            "emergency": np.array(self.site.emergency)[
                (cells.uniform("emergency") * len(self.site.emergency)).astype(np.int64)
            ],
            "priority": np.array([row.triage for row in self.hospital.triage])[triage],
            "patience": np.where(
                admitted & _by_level(self.hospital.triage, triage, "admitted_wait").astype(bool),
                np.inf,
                _times(self.hospital.triage, triage, "patience", cells),
            ),
            "consult": _times(self.hospital.triage, triage, "consult", cells),
            "tests": _times(self.hospital.triage, triage, "tests", cells),
        }
        return block | self._paths(cells, self._first_units(cells, triage, admitted))

    def electives(self, stream: ElectiveStream) -> dict[str, Any]:
        """Planned admissions to one unit, in the columns of ``PatientTable``."""
        means = self._weekdays(np.array(stream.per_weekday))
        cells = self._cells(("electives", stream.unit), means, None)
        codes = [unit.unit for unit in self.network.units]
        first = codes.index(stream.unit)
        hours = inverse_of_histogram(self.hospital.elective_hours, cells.uniform("arrival"))
        zeros = np.zeros(cells.rank.size)
        block = self._arrivals(cells, hours)
        block |= {
            "emergency": np.full(zeros.size, NOWHERE),
            "priority": np.full(zeros.size, ELECTIVE_PRIORITY),
            "patience": np.full(zeros.size, np.inf),
            "consult": zeros,
            "tests": zeros,
        }
        return block | self._paths(cells, np.full(zeros.size, first))

    def present(self, inpatients: tuple[Inpatient, ...]) -> dict[str, Any]:
        """The inpatients of the census, in the columns of ``PatientTable``."""
        chance = census_chance(self.run.seed, self.replication, inpatients)
        rows = census_rows((self.network, self.at), self.hospital, inpatients, chance, self.run)
        zeros = np.zeros(len(inpatients))
        return rows | {
            "emergency": np.full(zeros.size, NOWHERE),
            "priority": np.full(zeros.size, INSIDE_PRIORITY),
            "patience": np.full(zeros.size, np.inf),
            "consult": zeros,
            "tests": zeros,
            "present": np.ones(zeros.size, dtype=np.bool_),
        }

    def _weekdays(self, per_weekday: Floats) -> Floats:
        first = self.run.opening_day.weekday()
        return per_weekday[(first + np.arange(self.run.days)) % DAYS_PER_WEEK]

    def _cells(self, purpose: tuple[str, ...], means: Floats, level: Floats | None) -> _Cells:
        who = (*purpose, self.hospital.hospital)
        chance = _generator(self.run.seed, self.replication, *who, "count").random(self.run.days)
        counts = poisson_counts(means, chance)
        if level is not None:
            given = np.floor(np.nan_to_num(level) + chance).astype(np.int64)
            counts = np.where(np.isnan(level), counts, given)
        if level is None and self.run.start is Start.CENSUS:
            counts[: self.run.lead_days] = 0
        day = np.repeat(np.arange(self.run.days), counts)
        rank = np.arange(day.size) - np.repeat(np.cumsum(counts) - counts, counts)
        return _Cells(self.run.seed, self.replication, who, self.run.days, rank, day)

    def _hours_of_visits(self, cells: _Cells) -> Floats:
        chance = cells.uniform("arrival")
        weekday = (self.run.opening_day.weekday() + cells.day) % DAYS_PER_WEEK
        profiles = np.reshape(self.hospital.hourly_visits, (DAYS_PER_WEEK, HOURS_PER_DAY))
        hours = np.empty(chance.size)
        for at, profile in enumerate(profiles):
            of_day = weekday == at
            shape = tuple(profile) if profile.sum() > 0 else tuple(profiles.sum(axis=0) + 1e-12)
            hours[of_day] = inverse_of_histogram(shape, chance[of_day])
        return hours

    def _arrivals(self, cells: _Cells, hours: Floats) -> dict[str, Any]:
        weights = np.array([group.weight for group in self.hospital.people])
        bounds = np.cumsum(weights)[:-1] / weights.sum()
        return {
            "arrive": HOURS_PER_DAY * cells.day + hours,
            "site": np.full(cells.rank.size, self.at),
            "present": np.zeros(cells.rank.size, dtype=np.bool_),
            "person": np.searchsorted(bounds, cells.uniform("person"), side="right"),
            "clock": inverse_of_histogram(self.hospital.discharge_hours, cells.uniform("clock")),
        }

    def _first_units(self, cells: _Cells, triage: Ints, admitted: Flags) -> Ints:
        """The unit to which each visitor is admitted, -1 for those who go home."""
        share = _by_level(self.hospital.triage, triage, "intensive_care_probability")
        critical: Flags = admitted & (cells.uniform("intensive_care_needed") < share)
        if self.site.intensive_care is None:
            critical = np.zeros_like(critical)
        units = np.full(triage.size, NOWHERE, dtype=np.int64)
        self._choose(cells, units, self.site.ward, admitted & ~critical)
        self._choose(cells, units, self.site.intensive_care, critical)
        return units

    def _choose(self, cells: _Cells, units: Ints, choice: Choice | None, who: Flags) -> None:
        if choice is not None and who.any():
            units[who] = choice.pick(cells.uniform("unit", who))

    def _paths(self, cells: _Cells, first: Ints) -> dict[str, Any]:
        inpatient = first >= 0
        chance = np.empty((int(inpatient.sum()), LEGS, len(CHANCES)))
        for leg in range(LEGS):
            for at, name in enumerate(CHANCES):
                chance[:, leg, at] = cells.uniform(f"{name}_{leg}", inpatient)
        paths = follow(self.network.care, first[inpatient], chance)
        rows = np.full(first.size, NOWHERE, dtype=np.int64)
        rows[inpatient] = np.arange(len(chance))
        units = np.full((first.size, LEGS), NOWHERE, dtype=np.int64)
        hours = np.zeros((first.size, LEGS))
        dies = np.full(first.size, NOWHERE, dtype=np.int64)
        units[inpatient], hours[inpatient], dies[inpatient] = paths.units, paths.hours, paths.dies
        return {"units": units, "hours": hours, "dies": dies, ROWS: rows, CHANCE: chance}


def _levels(triage: tuple[TriageParameters, ...], uniform: Floats) -> Ints:
    shares = np.array([row.share for row in triage])
    return np.searchsorted(np.cumsum(shares)[:-1] / shares.sum(), uniform, side="right")


def _by_level(triage: tuple[TriageParameters, ...], level: Ints, attribute: str) -> Floats:
    return np.array([getattr(row, attribute) for row in triage], dtype=np.float64)[level]


def _times(
    triage: tuple[TriageParameters, ...], level: Ints, attribute: str, cells: _Cells
) -> Floats:
    chance = cells.uniform(attribute)
    hours = np.empty(level.size)
    for at, row in enumerate(triage):
        law: Law = getattr(row, attribute)
        hours[level == at] = law.hours(chance[level == at])
    return hours


def _joined(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Columns one after the other; rows of ``chance`` are counted on."""
    counted, before = [], 0
    for part in parts:
        counted.append(part | {ROWS: np.where(part[ROWS] < 0, NOWHERE, part[ROWS] + before)})
        before += len(part[CHANCE])
    return {name: np.concatenate([part[name] for part in counted]) for name in parts[0]}


def _in_order(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """One hospital's patients by arrival, after those of the census."""
    joined = _joined(parts)
    order = np.lexsort((joined["arrive"], ~joined["present"]))
    return {name: col if name == CHANCE else col[order] for name, col in joined.items()}


def _stack(blocks: list[dict[str, Any]]) -> PatientTable:
    joined = _joined(blocks)
    return PatientTable(**{field.name: joined[field.name] for field in fields(PatientTable)})
