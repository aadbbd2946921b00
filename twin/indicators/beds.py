"""Occupied beds as time integrals, by unit, by hospital (inpatient beds only) and by GST."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from hospital.base import HOURS_PER_DAY
from hospital.twin_result import Indicator
from twin.event_log import Milestones
from twin.indicators.measure import EVERYBODY, Measure, Row, places
from twin.laws import Floats
from twin.network import Ints


def bed_rows(measure: Measure, milestones: Milestones) -> Iterator[Row]:
    """Beds taken on average over the measured time: the overlap of each stay with it."""
    network = measure.network
    _, units, starts, untils = milestones.occupations()
    untils = np.where(np.isnan(untils), measure.end_hours, untils)
    overlap = np.minimum(untils, measure.end_hours) - np.maximum(starts, measure.start_hours)
    hours = np.bincount(units, weights=overlap.clip(min=0), minlength=len(network.units))
    occupied = hours / (measure.end_hours - measure.start_hours)
    beds = np.array(network.beds, dtype=np.float64)
    for at, unit in enumerate(network.units):
        yield from _beds_of_place(unit.unit, float(occupied[at]), float(beds[at]))
    for code, members in places(network, inpatient_only=True):
        yield from _beds_of_place(code, float(occupied[members].sum()), float(beds[members].sum()))


def _beds_of_place(place: str, occupied: float, beds: float) -> Iterator[Row]:
    yield (Indicator.OCCUPIED_BEDS, place, EVERYBODY, occupied)
    yield (Indicator.BED_DAYS, place, EVERYBODY, occupied)
    if beds > 0:
        yield (Indicator.OCCUPANCY, place, EVERYBODY, 100 * occupied / beds)


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
