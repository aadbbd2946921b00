"""Admissions, lengths of stay, deaths and refusals."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hospital.base import HOURS_PER_DAY
from hospital.twin_result import Indicator
from twin.event_log import Milestones
from twin.indicators.measure import EVERYBODY, Measure, Row, by_site, mean_of


def flow_rows(measure: Measure, milestones: Milestones) -> Iterator[Row]:
    """Who enters and leaves beds in the measured time, by unit, hospital and GST."""
    yield from _unit_flow_rows(measure, milestones)
    first_bed = milestones.first_bed
    admitted = ~np.isnan(first_bed)
    site = np.array(measure.network.site_of)[milestones.units[:, 0]]
    stay_days = (milestones.out - first_bed) / HOURS_PER_DAY
    enters, leaves = measure.is_inside(first_bed), measure.is_inside(milestones.out)
    for code, belongs in by_site(measure.network, site):
        here = belongs & admitted
        yield (Indicator.ADMISSIONS, code, EVERYBODY, (here & enters).sum() / measure.days)
        deaths = here & leaves & milestones.died
        yield (Indicator.DEATHS, code, EVERYBODY, deaths.sum() / measure.days)
        yield from mean_of(Indicator.LENGTH_OF_STAY, code, EVERYBODY, stay_days[here & leaves])
    refused = milestones.refused & leaves
    for code, here in by_site(measure.network, milestones.table.site):
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
