"""Emergency departments: visits, waits and who leaves unseen."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hospital.base import MINUTES_PER_HOUR
from hospital.places import UnitKind
from hospital.twin_result import Indicator
from twin.event_log import Flags, Milestones
from twin.indicators.equity import group_rows
from twin.indicators.measure import EVERYBODY, Measure, Row, by_site, mean_of, median_of
from twin.laws import Floats


def emergency_rows(measure: Measure, milestones: Milestones) -> Iterator[Row]:
    """Of the patients who come in the measured time, by hospital and GST."""
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
    for code, here in by_site(measure.network, table.site):
        seen = here & visits
        if not seen.any():
            continue
        yield (Indicator.VISITS, code, EVERYBODY, seen.sum() / measure.days)
        left = 100 * milestones.left_unseen[seen].mean()
        yield (Indicator.LEFT_UNSEEN, code, EVERYBODY, float(left))
        minutes = cubicle[seen] * MINUTES_PER_HOUR
        yield from mean_of(Indicator.CUBICLE_WAIT, code, EVERYBODY, minutes)
        yield from median_of(Indicator.CUBICLE_WAIT_MEDIAN, code, minutes)
        waits = physician[seen] * MINUTES_PER_HOUR
        yield from mean_of(Indicator.PHYSICIAN_WAIT, code, EVERYBODY, waits)
        yield from mean_of(Indicator.BOARDING, code, EVERYBODY, boarding[seen])
        yield from mean_of(Indicator.INTENSIVE_CARE_WAIT, code, EVERYBODY, intensive[seen])
    waits_by_indicator = (
        (Indicator.CUBICLE_WAIT, cubicle * MINUTES_PER_HOUR),
        (Indicator.BOARDING, boarding),
    )
    yield from group_rows(measure, milestones, waits_by_indicator)


def _waits(since: Floats, until: Floats, milestones: Milestones, who: Flags) -> Floats:
    """Hours between two milestones; until leaving, or the end, without the second."""
    stopped = np.where(np.isnan(milestones.out), milestones.end_hours, milestones.out)
    waiting = np.where(np.isnan(until), stopped, until)
    hours = np.where(since < milestones.end_hours, waiting - since, np.nan)
    return np.where(who, hours, np.nan)
