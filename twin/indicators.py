"""From milestones to the indicators of one replication; every census is a time integral."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hospital.base import HOURS_PER_DAY, MINUTES_PER_HOUR
from hospital.places import UnitKind
from hospital.twin_result import Indicator
from twin.event_log import Flags, Milestones
from twin.laws import Floats
from twin.network import Ints, Network
from twin.parameters import PersonGroup

Row = tuple[str, str, str, float]
"""Indicator, place, group, value."""

WHOLE_GST = ""
EVERYBODY = ""
MOVED_PATIENT, MOVED_AT, MOVED_FROM, _, MOVED_KM = range(5)


@dataclass(frozen=True, slots=True)
class Measure:
    """What to measure: the places, who the patients are, and from when to when [hours].

    ``people`` has one tuple of groups for each hospital.
    """

    network: Network
    people: tuple[tuple[PersonGroup, ...], ...]
    start_hours: float
    end_hours: float

    @property
    def days(self) -> float:
        """Measured time [days]."""
        return (self.end_hours - self.start_hours) / HOURS_PER_DAY

    def is_inside(self, times: Floats) -> Flags:
        """Whether something happened in the measured time (never for nan)."""
        return (times >= self.start_hours) & (times < self.end_hours)


def indicator_rows(measure: Measure, milestones: Milestones) -> list[Row]:
    """All indicators of one replication.

    A mean over nobody has no row. Waits that still last at the end, or end in a refusal, count as
    long as they have lasted; those who left unseen have no wait but are counted as such.
    """
    rows: list[Row] = []
    rows += _bed_rows(measure, milestones)
    rows += _flow_rows(measure, milestones)
    rows += _emergency_rows(measure, milestones)
    rows += _transfer_rows(measure, milestones)
    return rows


def hourly_census(measure: Measure, milestones: Milestones) -> npt.NDArray[np.int64]:
    """Places taken at the start of each measured hour, shape (units, hours)."""
    _, units, starts, untils = milestones.occupations()
    hours = round(measure.end_hours - measure.start_hours)
    places = len(measure.network.units)

    def passed(times: Floats, units: Ints) -> npt.NDArray[np.int64]:
        hour = np.ceil(times - measure.start_hours).clip(0, hours).astype(np.int64)
        counts = np.bincount(units * (hours + 1) + hour, minlength=places * (hours + 1))
        return counts.reshape(places, hours + 1)[:, :hours].cumsum(axis=1)

    ended = ~np.isnan(untils)
    return passed(starts, units) - passed(untils[ended], units[ended])


def offered_load(measure: Measure, milestones: Milestones) -> npt.NDArray[np.float64]:
    """Places and physicians that the patients of this period would need if nobody waited.

    Shape (2, units): beds, then physicians (emergency units only). Cubicles carry consultation
    and tests; a ward that waits for the clock carries that wait too.
    """
    table = milestones.table
    inside = measure.is_inside(table.arrive)
    hours = np.zeros((2, len(measure.network.units)))
    visits = inside & (table.emergency >= 0)
    np.add.at(hours[0], table.emergency[visits], (table.consult + table.tests)[visits])
    np.add.at(hours[1], table.emergency[visits], table.consult[visits])
    waits = np.array([care.waits_for_clock for care in measure.network.care])
    clock = np.where(waits, HOURS_PER_DAY / 2, 0.0)
    for leg in range(table.units.shape[1]):
        needed = inside & (table.units[:, leg] >= 0)
        units = table.units[needed, leg]
        np.add.at(hours[0], units, table.hours[needed, leg] + clock[units])
    return hours / (measure.end_hours - measure.start_hours)


# Beds: by unit, by hospital (inpatient beds only), by GST


def _bed_rows(measure: Measure, milestones: Milestones) -> Iterator[Row]:
    network = measure.network
    _, units, starts, untils = milestones.occupations()
    untils = np.where(np.isnan(untils), measure.end_hours, untils)
    overlap = np.minimum(untils, measure.end_hours) - np.maximum(starts, measure.start_hours)
    hours = np.bincount(units, weights=overlap.clip(min=0), minlength=len(network.units))
    occupied = hours / (measure.end_hours - measure.start_hours)
    beds = np.array(network.beds, dtype=np.float64)
    for at, unit in enumerate(network.units):
        yield from _beds_of_place(unit.unit, float(occupied[at]), float(beds[at]))
    for code, members in _places(network, inpatient_only=True):
        yield from _beds_of_place(code, float(occupied[members].sum()), float(beds[members].sum()))


def _beds_of_place(place: str, occupied: float, beds: float) -> Iterator[Row]:
    yield (Indicator.OCCUPIED_BEDS, place, EVERYBODY, occupied)
    yield (Indicator.BED_DAYS, place, EVERYBODY, occupied)
    if beds > 0:
        yield (Indicator.OCCUPANCY, place, EVERYBODY, 100 * occupied / beds)


def _places(network: Network, *, inpatient_only: bool) -> list[tuple[str, Flags]]:
    """Hospitals and the whole GST, each with the flags of its units."""
    site_of = np.array(network.site_of)
    counted = np.array(
        [not inpatient_only or unit.kind is not UnitKind.EMERGENCY for unit in network.units]
    )
    places = [(site.code, counted & (site_of == at)) for at, site in enumerate(network.sites)]
    return [*places, (WHOLE_GST, counted)]


# Flow: admissions, stays and deaths


def _flow_rows(measure: Measure, milestones: Milestones) -> Iterator[Row]:
    yield from _unit_flow_rows(measure, milestones)
    first_bed = milestones.first_bed
    admitted = ~np.isnan(first_bed)
    site = np.array(measure.network.site_of)[milestones.units[:, 0]]
    stay_days = (milestones.out - first_bed) / HOURS_PER_DAY
    enters, leaves = measure.is_inside(first_bed), measure.is_inside(milestones.out)
    for code, belongs in _by_site(measure.network, site):
        here = belongs & admitted
        yield (Indicator.ADMISSIONS, code, EVERYBODY, (here & enters).sum() / measure.days)
        deaths = here & leaves & milestones.died
        yield (Indicator.DEATHS, code, EVERYBODY, deaths.sum() / measure.days)
        yield from _mean(Indicator.LENGTH_OF_STAY, code, EVERYBODY, stay_days[here & leaves])
    refused = milestones.refused & leaves
    for code, here in _by_site(measure.network, milestones.table.site):
        refusals = (here & refused).sum() / measure.days
        yield (Indicator.INTENSIVE_CARE_REFUSALS, code, EVERYBODY, refusals)


def _unit_flow_rows(measure: Measure, milestones: Milestones) -> Iterator[Row]:
    patients, units, starts, untils = milestones.occupations()
    size = len(measure.network.units)
    enters, leaves = measure.is_inside(starts), measure.is_inside(untils)
    entries = np.bincount(units[enters], minlength=size) / measure.days
    dying = leaves & milestones.died[patients] & (untils == milestones.out[patients])
    deaths = np.bincount(units[dying], minlength=size) / measure.days
    ended = np.bincount(units[leaves], minlength=size)
    time = np.bincount(units[leaves], weights=(untils - starts)[leaves], minlength=size)
    for at, unit in enumerate(measure.network.units):
        yield (Indicator.ADMISSIONS, unit.unit, EVERYBODY, float(entries[at]))
        yield (Indicator.DEATHS, unit.unit, EVERYBODY, float(deaths[at]))
        if ended[at]:
            stay = float(time[at] / ended[at] / HOURS_PER_DAY)
            yield (Indicator.LENGTH_OF_STAY, unit.unit, EVERYBODY, stay)


def _by_site(network: Network, site: Ints) -> list[tuple[str, Flags]]:
    places = [(one.code, site == at) for at, one in enumerate(network.sites)]
    return [*places, (WHOLE_GST, np.ones(site.size, dtype=np.bool_))]


# Emergency departments: visits, waits and equity


def _emergency_rows(measure: Measure, milestones: Milestones) -> Iterator[Row]:
    table = milestones.table
    visits = measure.is_inside(table.arrive) & (table.emergency >= 0)
    cubicle = _waits(table.arrive, milestones.cubicle, milestones, visits)
    cubicle[milestones.left_unseen] = np.nan
    boarding = _waits(milestones.disposition, milestones.first_bed, milestones, visits)
    boarding[(table.units < 0).all(axis=1)] = np.nan
    physician = _waits(milestones.cubicle, milestones.physician, milestones, visits)
    physician[milestones.left_unseen] = np.nan
    kinds = np.array([unit.kind is UnitKind.INTENSIVE_CARE for unit in measure.network.units])
    first = table.units[:, 0]
    intensive = np.where((first >= 0) & kinds[first], boarding, np.nan)
    for code, here in _by_site(measure.network, table.site):
        seen = here & visits
        if not seen.any():
            continue
        yield (Indicator.VISITS, code, EVERYBODY, seen.sum() / measure.days)
        left = 100 * milestones.left_unseen[seen].mean()
        yield (Indicator.LEFT_UNSEEN, code, EVERYBODY, float(left))
        minutes = cubicle[seen] * MINUTES_PER_HOUR
        yield from _mean(Indicator.CUBICLE_WAIT, code, EVERYBODY, minutes)
        yield from _median(Indicator.CUBICLE_WAIT_MEDIAN, code, minutes)
        waits = physician[seen] * MINUTES_PER_HOUR
        yield from _mean(Indicator.PHYSICIAN_WAIT, code, EVERYBODY, waits)
        yield from _mean(Indicator.BOARDING, code, EVERYBODY, boarding[seen])
        yield from _mean(Indicator.INTENSIVE_CARE_WAIT, code, EVERYBODY, intensive[seen])
    waits_by_indicator = (
        (Indicator.CUBICLE_WAIT, cubicle * MINUTES_PER_HOUR),
        (Indicator.BOARDING, boarding),
    )
    yield from _group_rows(measure, milestones, waits_by_indicator)


def _waits(since: Floats, until: Floats, milestones: Milestones, who: Flags) -> Floats:
    """Hours between two milestones; until leaving, or the end, without the second."""
    stopped = np.where(np.isnan(milestones.out), milestones.end_hours, milestones.out)
    waiting = np.where(np.isnan(until), stopped, until)
    hours = np.where(since < milestones.end_hours, waiting - since, np.nan)
    return np.where(who, hours, np.nan)


def _group_rows(
    measure: Measure,
    milestones: Milestones,
    waits_by_indicator: Iterable[tuple[Indicator, Floats]],
) -> Iterator[Row]:
    """Means by province, sex and age group, for each hospital and the GST."""
    table = milestones.table
    names, group_of = _group_index(measure.people)
    places = [*(site.code for site in measure.network.sites), WHOLE_GST]
    for indicator, values in waits_by_indicator:
        known = np.flatnonzero(~np.isnan(values))
        site, value = table.site[known], values[known]
        for attribute in range(group_of.shape[2]):
            group = group_of[site, table.person[known], attribute]
            cell = site * len(names) + group
            sums = _table(cell, value, len(places), len(names))
            counts = _table(cell, np.ones(value.size), len(places), len(names))
            for at, g in np.argwhere(counts > 0).tolist():
                yield (indicator, places[at], names[g], float(sums[at, g] / counts[at, g]))


def _table(cell: Ints, weights: Floats, places: int, groups: int) -> npt.NDArray[np.float64]:
    """Sums by hospital and group, with the GST in the last row."""
    flat = np.bincount(cell, weights=weights, minlength=(places - 1) * groups)
    table = flat.reshape(places - 1, groups)
    return np.vstack([table, table.sum(axis=0)])


def _group_index(
    people: tuple[tuple[PersonGroup, ...], ...],
) -> tuple[list[str], npt.NDArray[np.int64]]:
    """Names of the groups, and the three groups of each person, shape (sites, persons, 3)."""
    labels = [
        [(f"province:{one.province}", f"sex:{one.sex}", f"age:{one.age_group}") for one in site]
        for site in people
    ]
    names = sorted({label for site in labels for triple in site for label in triple})
    index = {name: at for at, name in enumerate(names)}
    group_of = np.zeros((len(people), max(map(len, people)), 3), dtype=np.int64)
    for at, site in enumerate(labels):
        group_of[at, : len(site)] = [[index[label] for label in triple] for triple in site]
    return names, group_of


# Transfers


def _transfer_rows(measure: Measure, milestones: Milestones) -> Iterator[Row]:
    moves = milestones.moves[measure.is_inside(milestones.moves[:, MOVED_AT])]
    origin = moves[:, MOVED_FROM].astype(np.int64)
    for code, here in _by_site(measure.network, origin):
        km = float(moves[here, MOVED_KM].sum())
        yield (Indicator.TRANSFERS, code, EVERYBODY, here.sum() / measure.days)
        yield (Indicator.TRANSFER_DISTANCE, code, EVERYBODY, km / measure.days)


def _mean(indicator: Indicator, place: str, group: str, values: Floats) -> Iterator[Row]:
    known = values[~np.isnan(values)]
    if known.size:
        yield (indicator, place, group, float(known.mean()))


def _median(indicator: Indicator, place: str, values: Floats) -> Iterator[Row]:
    known = values[~np.isnan(values)]
    if known.size:
        yield (indicator, place, EVERYBODY, float(np.median(known)))
