"""All chance of a run, drawn before it starts: one row for each patient, one column a purpose.

A patient is known by hospital, stream, day and rank within the day, and every number of his is a
hash of that and of its purpose (``twin.chance``). A day with more visits adds patients and leaves
the others as they were, and a scenario that changes beds, staff or links meets exactly the same
patients.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from hospital.base import HOURS_PER_DAY
from twin.arrivals import ArrivalDraw, Arrivals
from twin.chance import Keys, PatientChance, mixed, purpose_word
from twin.laws import Floats, Law, LogNormal, inverse_of_histogram
from twin.network import NOWHERE, Care, Choice, Ints, Network, Site
from twin.parameters import (
    ArrivalStream,
    ElectiveStream,
    HospitalParameters,
    Inpatient,
    Readmissions,
    SpecialVisits,
    TriageParameters,
)
from twin.paths import Paths, follow
from twin.planned import PlannedAdmissions
from twin.readmissions import Returns, admitted_for_sure, of_earlier_discharges
from twin.run_plan import RunPlan
from twin.start import census_keys, census_rows, group_numbers

ELECTIVE_PRIORITY = 6
INSIDE_PRIORITY = 0
STRAIGHT_PRIORITY = 1
"""Of a readmission where there is no emergency department."""

Flags = npt.NDArray[np.bool_]
Columns = dict[str, Any]
Table = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class PatientTable:
    """Columns of equal length, by hospital and stream; times in hours of the run.

    ``priority`` is the triage level, 6 for electives. ``units`` and ``hours`` hold the planned
    path, shape (patients, legs): the unit (-1: none) and the time of need; ``dies`` is the leg at
    whose end the patient dies (-1: none). ``keys`` give a patient's other numbers, for paths that
    a transfer changes; ``returns`` those of readmissions, whose rows stand at the end and arrive
    never until they are due. ``present`` marks the inpatients of the census, ``elective`` those who
    may not take a bed held for emergencies.
    """

    arrive: Floats
    site: Ints
    stream: Ints
    emergency: Ints
    priority: Ints
    patience: Floats
    consult: Floats
    tests: Floats
    clock: Floats
    person: Ints
    dies: Ints
    present: Flags
    elective: Flags
    units: Ints
    hours: npt.NDArray[np.float64]
    keys: Keys
    returns: Returns | None = None

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
    """The patients of one replication; ``stream`` numbers the streams of all hospitals."""
    blocks: list[Columns] = []
    draws: list[_HospitalDraw] = []
    for at, (site, hospital) in enumerate(zip(network.sites, demand.hospitals, strict=True)):
        comers = ArrivalDraw(hospital.hospital, run, replication)
        draw = _HospitalDraw(network, at, site, hospital, comers)
        draws.append(draw)
        if site.emergency:
            blocks.append(draw.emergencies(demand.levels[at]))
            blocks += [draw.special(own) for own in hospital.special]
            if hospital.returning_share and network.readmissions is not None:
                own = of_earlier_discharges(hospital, network.readmissions, run)
                blocks.append(draw.special(own))
        blocks += [draw.electives(stream) for stream in hospital.electives]
        if hospital.planned:
            blocks.append(draw.planned())
        blocks += [draw.stream(stream) for stream in hospital.streams]
        if demand.inpatients[at]:
            blocks.append(draw.present(demand.inpatients[at]))
    table = _stack(blocks)
    if network.readmissions is None:
        return table
    return _with_returns(table, draws, network.readmissions)


def _with_returns(
    table: PatientTable, draws: list[_HospitalDraw], readmissions: Readmissions
) -> PatientTable:
    """The table with a row for each time that a patient may come back."""
    highest = max((one.weight for one in readmissions.shares), default=0.0)
    blocks, rows = [_columns(table)], dict[int, int]()
    numbers, hours = dict[int, float](), dict[int, float]()
    chosen, size = np.flatnonzero(table.units[:, 0] >= 0), len(table)
    for _ in range(readmissions.at_most):
        chance = PatientChance(_stack([dict(one) for one in blocks]).keys[chosen])
        number = chance.uniform("readmission")
        due = np.flatnonzero(number < highest)
        known = chosen[due].tolist()
        numbers.update(zip(known, number[due].tolist(), strict=True))
        delay = readmissions.hours(chance.uniform("readmission_delay", due))
        hours.update(zip(known, delay.tolist(), strict=True))
        before = _stack([dict(one) for one in blocks])
        chosen, ahead = np.empty(0, dtype=np.int64), []
        for draw in draws:
            own = np.array([row for row in known if before.site[row] == draw.at], dtype=np.int64)
            new = np.arange(size, size + own.size)
            rows.update(zip(own.tolist(), new.tolist(), strict=True))
            ahead.append(draw.returning(before, own))
            chosen, size = np.concatenate([chosen, new]), size + own.size
        blocks += ahead
    return replace(_stack([dict(one) for one in blocks]), returns=Returns(rows, numbers, hours))


def _columns(table: PatientTable) -> Columns:
    return {field.name: getattr(table, field.name) for field in fields(PatientTable)}


@dataclass(frozen=True, slots=True)
class _HospitalDraw:
    network: Network
    at: int
    site: Site
    hospital: HospitalParameters
    comers: ArrivalDraw

    def emergencies(self, level: Floats) -> Columns:
        """Emergency visits, in the columns of ``PatientTable``."""
        rates, seasons = self.hospital.hourly_visits, self.hospital.seasons
        if kept := self.hospital.returning_share and 1 - self.hospital.returning_share:
            rates, level = tuple(kept * rate for rate in rates), kept * level
        who = self.comers.weekly(("visits",), rates, level, seasons)
        return self._visits(who, self.comers.within_week(rates, who, seasons), self.network.care)

    def special(self, visits: SpecialVisits) -> Columns:
        """Visits of a wave or an event, with their own severity and care."""
        who, arrive = self.comers.special(visits)
        own = replace(self, hospital=self.hospital.but(triage=visits.triage))
        care = self.network.own_care.get((self.hospital.hospital, visits.name), self.network.care)
        return own._visits(who, arrive, care)

    def _visits(self, who: Arrivals, arrive: Floats, care: Sequence[Care]) -> Columns:
        chance, rows = who.chance, self.hospital.triage
        triage = _levels(rows, chance.uniform("triage"), arrive)
        admitted = chance.uniform("admission") < _by_level(rows, triage, "admission_probability")
        units = self.site.emergency
        first = self._first_units(chance, triage, admitted)
        return {
            **self._common(who, arrive, self._persons_by_unit(who, first)),
            "clock": self._clock(who, np.flatnonzero(first >= 0)),
            "emergency": _any_of(units, chance) if len(units) > 1 else np.full(who.size, units[0]),
            "priority": np.array([row.triage for row in rows])[triage],
            "patience": self._patience(triage, admitted, chance),
            "consult": _times([row.consult for row in rows], triage, chance, "consult"),
            "tests": _times([row.tests for row in rows], triage, chance, "tests"),
            "elective": np.zeros(who.size, dtype=np.bool_),
            **_path_columns(follow(care, first, chance)),
        }

    def returning(self, table: PatientTable, rows: Ints) -> Columns:
        """The next admission of these patients, in the columns of ``PatientTable``."""
        keys = mixed(table.keys[rows] ^ np.uint64(purpose_word("return")))
        who = Arrivals(np.zeros(rows.size, dtype=np.int64), PatientChance(keys))
        sure, never = admitted_for_sure(self.hospital), np.full(rows.size, np.inf)
        if self.site.emergency and sure.triage:
            columns = replace(self, hospital=sure)._visits(who, never, self.network.care)
        else:
            columns = {
                **self._common(who, never, table.person[rows]),
                "clock": self._clock(who, np.arange(who.size)),
                **_straight(who.size, STRAIGHT_PRIORITY),
                "elective": np.zeros(who.size, dtype=np.bool_),
                **_path_columns(follow(self.network.care, table.units[rows, 0], who.chance)),
            }
        return {**columns, "person": table.person[rows]}

    def electives(self, stream: ElectiveStream) -> Columns:
        """Planned admissions to one unit, in the columns of ``PatientTable``."""
        rates = np.repeat(np.array(stream.per_weekday) / HOURS_PER_DAY, HOURS_PER_DAY)
        who = self.comers.without_lead(self.comers.weekly(("electives", stream.unit), rates))
        who = self.comers.without_days(who, stream.except_days)
        hours = inverse_of_histogram(self.hospital.elective_hours, who.chance.uniform("arrival"))
        return {
            **self._common(
                who, HOURS_PER_DAY * who.day + hours, self._persons(who, self._of_unit(stream.unit))
            ),
            "clock": self._clock(who, np.arange(who.size)),
            **_straight(who.size, ELECTIVE_PRIORITY),
            "elective": np.ones(who.size, dtype=np.bool_),
            **self._path(stream.unit, self.network.care, who),
        }

    def planned(self) -> Columns:
        """The patients whom a theatre plan names, in the columns of ``PatientTable``."""
        comers = self.comers
        admissions = PlannedAdmissions.within(self.hospital.planned, comers.run, comers.replication)
        who, size = admissions.arrivals, len(admissions.rows)
        persons = group_numbers(self.hospital, admissions.rows)
        return {
            **self._common(who, admissions.arrive, persons),
            "clock": self._clock(who, np.arange(size)),
            **_straight(size, ELECTIVE_PRIORITY),
            "elective": np.ones(size, dtype=np.bool_),
            **_path_columns(admissions.paths(self.network)),
        }

    def stream(self, stream: ArrivalStream) -> Columns:
        """Patients of a stream of its own, in the columns of ``PatientTable``."""
        purpose = ("stream", stream.stream)
        if stream.gap is not None:
            who, arrive = self.comers.by_gaps(purpose, stream.gap)
        else:
            who = self.comers.without_lead(self.comers.weekly(purpose, stream.rates))
            arrive = self.comers.within_week(stream.rates, who)
        care = self.network.own_care.get((self.hospital.hospital, stream.stream), self.network.care)
        return {
            **self._common(
                who, arrive, self._persons(who, stream.people or self._of_unit(stream.unit))
            ),
            "clock": self._clock(who, np.arange(who.size)),
            **_straight(who.size, stream.priority),
            "stream": np.full(who.size, 1 + self.hospital.streams.index(stream)),
            "patience": stream.patience.hours(who.chance.uniform("patience")),
            "elective": np.full(who.size, stream.is_elective),
            **self._path(stream.unit, care, who),
        }

    def present(self, inpatients: tuple[Inpatient, ...]) -> Columns:
        """The inpatients of the census, in the columns of ``PatientTable``."""
        run = self.comers.run
        keys = census_keys(run.seed, self.comers.replication, inpatients)
        size = len(inpatients)
        return {
            **_straight(size, INSIDE_PRIORITY),
            "stream": np.zeros(size, dtype=np.int64),
            "elective": np.zeros(size, dtype=np.bool_),
            "present": np.ones(size, dtype=np.bool_),
            "site": np.full(size, self.at),
            "keys": keys,
            **census_rows(self.network, self.hospital, inpatients, keys, run),
        }

    # Attributes

    def _common(self, who: Arrivals, arrive: Floats, persons: Ints) -> Columns:
        return {
            "arrive": arrive,
            "site": np.full(who.size, self.at),
            "stream": np.zeros(who.size, dtype=np.int64),
            "present": np.zeros(who.size, dtype=np.bool_),
            "person": persons,
            "keys": who.chance.keys,
        }

    def _persons(self, who: Arrivals, weights: Sequence[float], chosen: Ints | None = None) -> Ints:
        """The group of each patient, or of each chosen one, by these weights."""
        bounds = np.cumsum(weights)
        if bounds.size == 1:
            return np.zeros(who.size if chosen is None else chosen.size, dtype=np.int64)
        chance = who.chance.uniform("person", chosen)
        return np.searchsorted(bounds[:-1] / bounds[-1], chance, side="right")

    def _persons_by_unit(self, who: Arrivals, first: Ints) -> Ints:
        """The groups of emergencies, by the unit to which they are admitted first."""
        persons = self._persons(who, [group.weight for group in self.hospital.people])
        codes = [unit.unit for unit in self.network.units]
        for own in self.hospital.people_by_unit:
            here = np.flatnonzero(first == codes.index(own.unit)) if own.unit in codes else ()
            if len(here):
                persons[here] = self._persons(who, own.weights, np.asarray(here))
        return persons

    def _of_unit(self, unit: str) -> Sequence[float]:
        """Weights of the groups among those who come to this unit first."""
        own = (one.weights for one in self.hospital.people_by_unit if one.unit == unit)
        return next(own, tuple(group.weight for group in self.hospital.people))

    def _clock(self, who: Arrivals, inpatients: Ints) -> Floats:
        """Discharge hours of those who will lie in a bed."""
        clock = np.zeros(who.size)
        if any(care.waits_for_clock for care in self.network.care):
            chance = who.chance.uniform("clock", inpatients)
            clock[inpatients] = inverse_of_histogram(self.hospital.discharge_hours, chance)
        return clock

    def _patience(self, triage: Ints, admitted: Flags, chance: PatientChance) -> Floats:
        rows = self.hospital.triage
        patience = _times([row.patience for row in rows], triage, chance, "patience")
        waits = _by_level(rows, triage, "admitted_wait").astype(np.bool_)
        return np.where(admitted & waits, np.inf, patience)

    def _first_units(self, chance: PatientChance, triage: Ints, admitted: Flags) -> Ints:
        """The unit to which each visitor is admitted, -1 for those who go home."""
        units = np.full(triage.size, NOWHERE, dtype=np.int64)
        inside = np.flatnonzero(admitted)
        share = _by_level(self.hospital.triage, triage[inside], "intensive_care_probability")
        critical = chance.uniform("intensive_care_needed", inside) < share
        if self.site.intensive_care is None:
            critical = np.zeros_like(critical)
        _choose(chance, units, self.site.ward, inside[~critical])
        _choose(chance, units, self.site.intensive_care, inside[critical])
        return units

    def _path(self, unit: str, care: Sequence[Care], who: Arrivals) -> Columns:
        codes = [one.unit for one in self.network.units]
        first = np.full(who.size, codes.index(unit), dtype=np.int64)
        return _path_columns(follow(care, first, who.chance))


def _path_columns(paths: Paths) -> Columns:
    return {"units": paths.units, "hours": paths.hours, "dies": paths.dies}


def _choose(chance: PatientChance, units: Ints, choice: Choice | None, who: Ints) -> None:
    if choice is not None and who.size:
        units[who] = choice.pick(chance.uniform("unit", who))


def _any_of(units: tuple[int, ...], chance: PatientChance) -> Ints:
    at = (chance.uniform("emergency") * len(units)).astype(np.int64)
    return np.array(units, dtype=np.int64)[at]


def _straight(size: int, priority: int) -> Columns:
    """Columns of patients who do not pass an emergency department."""
    return {
        "emergency": np.full(size, NOWHERE),
        "priority": np.full(size, priority),
        "patience": np.full(size, np.inf),
        "consult": np.zeros(size),
        "tests": np.zeros(size),
    }


def _levels(triage: tuple[TriageParameters, ...], uniform: Floats, arrive: Floats) -> Ints:
    shares = np.array([row.share for row in triage])
    if any(row.clock_hours for row in triage):
        return _levels_by_hour(triage, uniform, arrive)
    return np.searchsorted(np.cumsum(shares)[:-1] / shares.sum(), uniform, side="right")


def _levels_by_hour(triage: tuple[TriageParameters, ...], uniform: Floats, arrive: Floats) -> Ints:
    """Levels whose odds against one another follow the clock hour of arrival."""
    even = (1.0,) * HOURS_PER_DAY
    weights = np.array([row.share * np.array(row.clock_hours or even) for row in triage])
    bounds = np.cumsum(weights, axis=0) / weights.sum(axis=0)
    hour = (arrive % HOURS_PER_DAY).astype(np.int64)
    return np.asarray((bounds[:-1, hour] <= uniform).sum(axis=0), dtype=np.int64)


def _by_level(triage: tuple[TriageParameters, ...], level: Ints, attribute: str) -> Floats:
    return np.array([getattr(row, attribute) for row in triage], dtype=np.float64)[level]


def _times(laws: list[Law], level: Ints, chance: PatientChance, purpose: str) -> Floats:
    """Durations by triage level; one sweep where all levels are log-normal, or all the same."""
    if all(law == laws[0] for law in laws) and laws[0].kind in ("fixed", "endless"):
        return laws[0].hours(np.zeros(level.size))
    uniform = chance.uniform(purpose)
    normal = [law for law in laws if isinstance(law, LogNormal)]
    if len(normal) == len(laws):
        mu, sigma = (np.array(one) for one in zip(*((n.mu, n.sigma) for n in normal), strict=True))
        return np.asarray(np.exp(mu[level] + sigma[level] * ndtri(uniform)))
    hours = np.empty(level.size)
    for at, law in enumerate(laws):
        here = level == at
        hours[here] = law.hours(uniform[here])
    return hours


def _stack(blocks: list[Columns]) -> PatientTable:
    """One table of the blocks, which are emptied column by column: a region is large."""
    legs = max(block["units"].shape[1] for block in blocks)
    size = sum(block["arrive"].size for block in blocks)
    table: Columns = {
        "units": _joined(blocks, "units", np.full((size, legs), NOWHERE, dtype=np.int32)),
        "hours": _joined(blocks, "hours", np.zeros((size, legs))),
    }
    names = [field.name for field in fields(PatientTable) if field.name != "returns"]
    for name in (name for name in names if name not in table):
        parts = [block.pop(name) for block in blocks]
        kind = np.int32 if parts[0].dtype.kind == "i" else parts[0].dtype
        table[name] = np.concatenate(parts, dtype=kind)
    return PatientTable(**table)


def _joined(blocks: list[Columns], name: str, whole: Table) -> Table:
    """Blocks of one table below each other, each with as many legs as it has."""
    row = 0
    for part in (block.pop(name) for block in blocks):
        whole[row : row + len(part), : part.shape[1]] = part
        row += len(part)
    return whole
