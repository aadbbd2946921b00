"""What a territory with rules of its own did: diversions, ambulances, deaths and refusals."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from hospital.base import MINUTES_PER_HOUR
from hospital.twin_result import Indicator
from twin.event_log import Milestones
from twin.indicators.measure import EVERYBODY, Measure, Row, by_site

Table = npt.NDArray[np.float64]
SITE_OF_LOST, SITE_OF_DIVERTED, ORIGIN_OF_TRIP = 3, 2, 5


def territory_rows(measure: Measure, milestones: Milestones) -> Iterator[Row]:
    """Rows by hospital and GST where the run has such rules; none otherwise.

    A wait for an ambulance counts where the transfer was decided in the measured time, until it
    left, or as long as it has lasted at the end.
    """
    record = milestones.record
    if record is None:
        return
    diverted = _inside(measure, record.diversion_table())
    yield from _per_day(measure, Indicator.DIVERSIONS, diverted, SITE_OF_DIVERTED)
    yield from _per_day(
        measure, Indicator.DIVERSION_DISTANCE, diverted, SITE_OF_DIVERTED, diverted[:, 5]
    )
    deaths = _inside(measure, record.lost_table(record.deaths))
    yield from _per_day(measure, Indicator.DEATHS_WAITING, deaths, SITE_OF_LOST)
    refusals = _inside(measure, record.lost_table(record.refusals))
    yield from _per_day(measure, Indicator.BED_REFUSALS, refusals, SITE_OF_LOST)
    yield from _ambulance_rows(measure, record.trip_table())


def _inside(measure: Measure, table: Table) -> Table:
    return table[measure.is_inside(table[:, 1])]


def _per_day(
    measure: Measure, indicator: Indicator, table: Table, site: int, amounts: Table | None = None
) -> Iterator[Row]:
    amount = np.ones(len(table)) if amounts is None else amounts
    for code, here in by_site(measure.network, table[:, site].astype(np.int64)):
        yield (indicator, code, EVERYBODY, float(amount[here].sum() / measure.days))


def _ambulance_rows(measure: Measure, trips: Table) -> Iterator[Row]:
    territory = measure.network.territory
    if territory is None or not territory.fleets:
        return
    own = trips[trips[:, 8] == 0]
    asked = _inside(measure, own)
    minutes = MINUTES_PER_HOUR * (np.nan_to_num(asked[:, 3], nan=measure.end_hours) - asked[:, 1])
    for code, here in by_site(measure.network, asked[:, ORIGIN_OF_TRIP].astype(np.int64)):
        if here.any():
            yield (Indicator.AMBULANCE_WAIT, code, EVERYBODY, float(minutes[here].mean()))
    base = np.array([fleet.base for fleet in territory.fleets], dtype=np.int64)
    count = np.array([fleet.ambulances for fleet in territory.fleets], dtype=np.float64)
    called = np.nan_to_num(own[:, 2], nan=measure.end_hours).clip(measure.start_hours)
    free = np.nan_to_num(own[:, 4], nan=measure.end_hours).clip(max=measure.end_hours)
    hours = np.bincount(
        own[:, 7].astype(np.int64), weights=(free - called).clip(min=0), minlength=base.size
    )
    measured = measure.end_hours - measure.start_hours
    for code, here in by_site(measure.network, base):
        if here.any():
            busy = 100 * hours[here].sum() / (count[here].sum() * measured)
            yield (Indicator.AMBULANCES_BUSY, code, EVERYBODY, float(busy))
