"""Occupied beds as time integrals, by unit, by hospital (inpatient beds only) and by GST."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hospital.base import HOURS_PER_DAY
from hospital.twin_result import Indicator
from twin.event_log import Milestones
from twin.indicators.flow import InpatientStays
from twin.indicators.measure import EVERYBODY, Measure, Occupations, Row, places
from twin.laws import Floats
from twin.network import Ints

Census = npt.NDArray[np.int64]
"""Places taken by unit and hour."""

DAYS_PER_MONTH = 30.4
"""Of the ministry's indicators: DMS = TOM x 30.4 / patients per bed and month."""

THRESHOLDS_PERCENT = {Indicator.TIME_OVER_85: 85, Indicator.TIME_OVER_95: 95}
"""Above 85 % refusals and outliers begin; above 95 % nearly everybody waits for a bed."""


def bed_rows(
    measure: Measure, held: Occupations, stays: InpatientStays, census: Census
) -> Iterator[Row]:
    """Beds taken on average over the measured time, and how often nearly all of them are.

    Who moves from unit to unit leaves each of them, and the hospital of the first one once: so
    rotation, occupancy and length of stay agree at every place (Little).
    """
    network = measure.network
    untils = np.where(np.isnan(held.untils), measure.end_hours, held.untils)
    overlap = np.minimum(untils, measure.end_hours) - np.maximum(held.starts, measure.start_hours)
    hours = np.bincount(held.units, weights=overlap.clip(min=0), minlength=len(network.units))
    left = np.bincount(held.units[measure.is_inside(held.untils)], minlength=len(network.units))
    beds = np.array(network.beds)
    figures = _Figures(measure, hours / (measure.end_hours - measure.start_hours), census)
    for at, unit in enumerate(network.units):
        counts = int(beds[at]), int(left[at])
        yield from figures.of_place(unit.unit, np.array([at]), counts)
    gone = np.bincount(stays.site[stays.ends], minlength=len(network.sites)).tolist()
    for (code, members), patients in zip(
        places(network, inpatient_only=True), [*gone, sum(gone)], strict=True
    ):
        counts = int(beds[members].sum()), patients
        yield from figures.of_place(code, np.flatnonzero(members), counts)


@dataclass(frozen=True, slots=True)
class _Figures:
    """By unit: mean beds taken, and beds taken by hour."""

    measure: Measure
    occupied: Floats
    census: Census

    def of_place(self, place: str, units: Ints, counts: tuple[int, int]) -> Iterator[Row]:
        """``counts`` are the beds, and the patients who left."""
        beds, left = counts
        occupied = float(self.occupied[units].sum())
        yield (Indicator.OCCUPIED_BEDS, place, EVERYBODY, occupied)
        yield (Indicator.BED_DAYS, place, EVERYBODY, occupied)
        if beds <= 0:
            return
        yield (Indicator.OCCUPANCY, place, EVERYBODY, 100 * occupied / beds)
        patients_per_month = left / self.measure.days * DAYS_PER_MONTH
        yield (Indicator.ROTATION, place, EVERYBODY, patients_per_month / beds)
        by_hour = self.census[units].sum(axis=0)
        for indicator, percent in THRESHOLDS_PERCENT.items():
            crossed = 100 * by_hour > percent * beds
            yield (indicator, place, EVERYBODY, 100 * float(crossed.mean()))
        yield (Indicator.TIME_FULL, place, EVERYBODY, 100 * float((by_hour >= beds).mean()))


def hourly_census(
    measure: Measure, milestones: Milestones, held: Occupations | None = None
) -> Census:
    """Places taken at the start of each measured hour, shape (units, hours)."""
    held = held or Occupations.of(milestones)
    hours = round(measure.end_hours - measure.start_hours)
    places = len(measure.network.units)

    def passed(times: Floats, units: Ints) -> npt.NDArray[np.int64]:
        hour = np.ceil(times - measure.start_hours).clip(0, hours).astype(np.int64)
        counts = np.bincount(units * (hours + 1) + hour, minlength=places * (hours + 1))
        return counts.reshape(places, hours + 1)[:, :hours].cumsum(axis=1)

    ended = ~np.isnan(held.untils)
    return passed(held.starts, held.units) - passed(held.untils[ended], held.units[ended])


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
