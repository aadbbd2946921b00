"""Admissions, lengths of stay, deaths, refusals and electives who were not taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hospital.base import HOURS_PER_DAY
from hospital.twin_result import Indicator
from twin.event_log import Flags, Milestones
from twin.indicators.measure import EVERYBODY, Measure, Occupations, Row, by_site, mean_of
from twin.indicators.place_rules import called_off_for_good
from twin.laws import Floats
from twin.network import Ints
from twin.readmissions import Returns


@dataclass(frozen=True, slots=True)
class InpatientStays:
    """Stays that end in the measured time, from the first bed to leaving; nan for the others.

    ``site`` is the hospital of the first unit; ``enters`` marks who gets a first bed in the
    measured time, ``ends`` whose stay ends in it.
    """

    site: Ints
    enters: Flags
    ends: Flags
    days: Floats


def inpatient_stays(measure: Measure, milestones: Milestones) -> InpatientStays:
    """Who was admitted, and how long who has left has stayed."""
    first_bed = milestones.first_bed
    ends = ~np.isnan(first_bed) & measure.is_inside(milestones.out)
    stay_days = (milestones.out - first_bed) / HOURS_PER_DAY
    return InpatientStays(
        site=np.array(measure.network.site_of)[milestones.units[:, 0]],
        enters=measure.is_inside(first_bed),
        ends=ends,
        days=np.where(ends, stay_days, np.nan),
    )


def flow_rows(
    measure: Measure, milestones: Milestones, held: Occupations, stays: InpatientStays
) -> Iterator[Row]:
    """Who enters and leaves beds in the measured time, by unit, hospital and GST."""
    yield from _unit_flow_rows(measure, milestones, held)
    for code, here in by_site(measure.network, stays.site):
        entered = (here & stays.enters).sum() / measure.days
        yield (Indicator.ADMISSIONS, code, EVERYBODY, entered)
        deaths = here & stays.ends & milestones.died
        yield (Indicator.DEATHS, code, EVERYBODY, deaths.sum() / measure.days)
        yield from mean_of(Indicator.LENGTH_OF_STAY, code, EVERYBODY, stays.days[here & stays.ends])
    yield from _lost_rows(measure, milestones)
    if (returns := milestones.table.returns) is not None:
        back = _is_back(milestones, returns)
        home = stays.ends & ~milestones.died & ~milestones.refused
        for code, here in by_site(measure.network, stays.site):
            percent = np.where(home & here, 100.0 * back, np.nan)
            yield from mean_of(Indicator.READMISSIONS, code, EVERYBODY, percent)


def _is_back(milestones: Milestones, returns: Returns) -> Flags:
    """Who comes back within thirty days, be it after the end of the run."""
    back = np.zeros(len(milestones.table), dtype=np.bool_)
    rows = list(returns.rows)
    back[rows] = np.isfinite(milestones.table.arrive[list(returns.rows.values())])
    return back


def _lost_rows(measure: Measure, milestones: Milestones) -> Iterator[Row]:
    """Refused for want of intensive care; electives who found no bed in time."""
    table = milestones.table
    leaves = measure.is_inside(milestones.out)
    refused = milestones.refused & leaves
    may_be_lost = bool(np.isfinite(table.patience[table.elective]).any()) or any(
        rule is not None and rule.calling_off is not None for rule in measure.network.rules
    )
    cancelled = (milestones.left_unseen | called_off_for_good(milestones)) & table.elective & leaves
    for code, here in by_site(measure.network, table.site):
        refusals = (here & refused).sum() / measure.days
        yield (Indicator.INTENSIVE_CARE_REFUSALS, code, EVERYBODY, refusals)
        if may_be_lost:
            lost = (here & cancelled).sum() / measure.days
            yield (Indicator.ELECTIVES_CANCELLED, code, EVERYBODY, lost)


def _unit_flow_rows(measure: Measure, milestones: Milestones, held: Occupations) -> Iterator[Row]:
    size = len(measure.network.units)
    enters, leaves = measure.is_inside(held.starts), measure.is_inside(held.untils)
    entries = np.bincount(held.units[enters], minlength=size) / measure.days
    is_last = held.untils == milestones.out[held.patients]
    dying = leaves & milestones.died[held.patients] & is_last
    deaths = np.bincount(held.units[dying], minlength=size) / measure.days
    ended = np.bincount(held.units[leaves], minlength=size)
    hours = (held.untils - held.starts)[leaves]
    time = np.bincount(held.units[leaves], weights=hours, minlength=size)
    for at, unit in enumerate(measure.network.units):
        yield (Indicator.ADMISSIONS, unit.unit, EVERYBODY, float(entries[at]))
        yield (Indicator.DEATHS, unit.unit, EVERYBODY, float(deaths[at]))
        if ended[at]:
            stay = float(time[at] / ended[at] / HOURS_PER_DAY)
            yield (Indicator.LENGTH_OF_STAY, unit.unit, EVERYBODY, stay)
