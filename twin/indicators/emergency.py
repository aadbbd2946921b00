"""Emergency departments: visits, waits by triage level, boarding and who leaves unseen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hospital.base import MINUTES_PER_HOUR
from hospital.places import UnitKind
from hospital.twin_result import TRIAGE_PREFIX, Indicator
from twin.event_log import Flags, Milestones
from twin.indicators.measure import (
    EVERYBODY,
    WHOLE_GST,
    Measure,
    Row,
    by_site,
    mean_of,
    quantiles_of,
)
from twin.laws import Floats
from twin.network import Ints

CUBICLE_QUANTILES = (Indicator.CUBICLE_WAIT_MEDIAN, Indicator.CUBICLE_WAIT_P90)
PHYSICIAN_QUANTILES = (Indicator.PHYSICIAN_WAIT_MEDIAN, Indicator.PHYSICIAN_WAIT_P90)
BOARDING_QUANTILES = (Indicator.BOARDING_MEDIAN, Indicator.BOARDING_P90)


@dataclass(frozen=True, slots=True)
class VisitWaits:
    """Waits of the patients who come in the measured time, nan for the others.

    A wait that still lasts at the end, or ends in a refusal, counts as long as it has lasted;
    those who left unseen have none.
    """

    visits: Flags
    cubicle_minutes: Floats
    physician_minutes: Floats
    boarding_hours: Floats
    intensive_care_hours: Floats


def visit_waits(measure: Measure, milestones: Milestones) -> VisitWaits:
    """Cubicle: arrival to cubicle; physician: from there; boarding: disposition to first bed."""
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
    return VisitWaits(
        visits=visits,
        cubicle_minutes=cubicle * MINUTES_PER_HOUR,
        physician_minutes=physician * MINUTES_PER_HOUR,
        boarding_hours=boarding,
        intensive_care_hours=np.where((first >= 0) & kinds[first], boarding, np.nan),
    )


def emergency_rows(measure: Measure, milestones: Milestones, waits: VisitWaits) -> Iterator[Row]:
    """Of the patients who come in the measured time, by hospital and GST."""
    for code, here in by_site(measure.network, milestones.table.site):
        seen = here & waits.visits
        if not seen.any():
            continue
        yield (Indicator.VISITS, code, EVERYBODY, seen.sum() / measure.days)
        left = 100 * milestones.left_unseen[seen].mean()
        yield (Indicator.LEFT_UNSEEN, code, EVERYBODY, float(left))
        for indicator, values in (
            (Indicator.CUBICLE_WAIT, waits.cubicle_minutes),
            (Indicator.PHYSICIAN_WAIT, waits.physician_minutes),
            (Indicator.BOARDING, waits.boarding_hours),
            (Indicator.INTENSIVE_CARE_WAIT, waits.intensive_care_hours),
        ):
            yield from mean_of(indicator, code, EVERYBODY, values[seen])
    yield from _quantile_rows(measure, milestones, waits)


def _quantile_rows(measure: Measure, milestones: Milestones, waits: VisitWaits) -> Iterator[Row]:
    """Median and 90th percentile, by triage level where a level is a queue of its own.

    Means of a crowded queue hang on its few longest waits; these do not.
    """
    for indicators, values, is_triaged in (
        (CUBICLE_QUANTILES, waits.cubicle_minutes, True),
        (PHYSICIAN_QUANTILES, waits.physician_minutes, True),
        (BOARDING_QUANTILES, waits.boarding_hours, False),
    ):
        known = np.flatnonzero(~np.isnan(values))
        site = milestones.table.site[known]
        level = milestones.table.priority[known] if is_triaged else np.zeros_like(known)
        for place, group, own in _cells(measure, values[known], site, level):
            yield from quantiles_of(indicators, place, group, own)


def _cells(
    measure: Measure, values: Floats, site: Ints, level: Ints
) -> Iterator[tuple[str, str, Floats]]:
    """Values of each hospital and the GST, of all levels and of each: sorted into cells once."""
    levels = int(level.max(initial=0)) + 1
    cell = (site * levels + level).astype(np.int16)
    ends = np.bincount(cell, minlength=len(measure.network.sites) * levels).cumsum()
    cells = np.split(values[np.argsort(cell, kind="stable")], ends[:-1])
    for at, one in enumerate(measure.network.sites):
        yield from _levels(one.code, cells[at * levels : (at + 1) * levels])
    yield from _levels(WHOLE_GST, [np.concatenate(cells[at::levels]) for at in range(levels)])


def _levels(place: str, by_level: list[Floats]) -> Iterator[tuple[str, str, Floats]]:
    yield place, EVERYBODY, np.concatenate(by_level)
    for level, values in enumerate(by_level):
        if level:
            yield place, f"{TRIAGE_PREFIX}{level}", values


def _waits(since: Floats, until: Floats, milestones: Milestones, who: Flags) -> Floats:
    """Hours between two milestones; until leaving, or the end, without the second."""
    stopped = np.where(np.isnan(milestones.out), milestones.end_hours, milestones.out)
    waiting = np.where(np.isnan(until), stopped, until)
    hours = np.where(since < milestones.end_hours, waiting - since, np.nan)
    return np.where(who, hours, np.nan)
