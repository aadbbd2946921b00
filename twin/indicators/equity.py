"""The same waits by province, sex and age group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from hospital.twin_result import Indicator
from twin.event_log import Milestones
from twin.indicators.measure import WHOLE_GST, Measure, Row
from twin.laws import Floats
from twin.network import Ints
from twin.parameters import PersonGroup


def group_rows(
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
