"""The main indicators by province, sex and age group, and the gap between groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from hospital.twin_result import GAP_PREFIX, SMALLEST_GROUP_PATIENTS, Indicator
from twin.event_log import Milestones
from twin.indicators.measure import WHOLE_GST, Measure, Row
from twin.laws import Floats
from twin.network import Ints
from twin.parameters import PersonGroup

ATTRIBUTES = ("province", "sex", "age")

Table = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Valued:
    """An indicator with one value for each patient it counts (nan: none), and where he counts."""

    indicator: Indicator
    values: Floats
    place: Ints


def group_rows(measure: Measure, milestones: Milestones, valued: Sequence[Valued]) -> Iterator[Row]:
    """Mean of each group, and the largest minus the smallest mean, by hospital and GST.

    Groups of fewer than ``SMALLEST_GROUP_PATIENTS`` have a mean but take no part in a gap;
    ``groups_left_out`` counts those that some gap leaves out.
    """
    groups = _Groups(measure, milestones)
    small = np.zeros((len(groups.places), len(groups.names)), dtype=np.bool_)
    for one in valued:
        means, counts = groups.means(one)
        small |= (counts > 0) & (counts < SMALLEST_GROUP_PATIENTS)
        for at, group in np.argwhere(counts > 0).tolist():
            yield one.indicator, groups.places[at], groups.names[group], float(means[at, group])
        yield from groups.gaps(one.indicator, means, counts)
    for attribute, members in groups.attributes.items():
        for at, left_out in enumerate(small[:, members].sum(axis=1).tolist()):
            if left_out:
                gap = GAP_PREFIX + attribute
                yield Indicator.GROUPS_LEFT_OUT, groups.places[at], gap, float(left_out)


class _Groups:
    """Sums first by place and kind of person, of which there are few, then by group."""

    def __init__(self, measure: Measure, milestones: Milestones) -> None:
        self.places = [*(site.code for site in measure.network.sites), WHOLE_GST]
        self.names, self.group_of = _group_index(measure.people)
        self._persons = self.group_of.shape[1]
        self._kind = milestones.table.site * self._persons + milestones.table.person
        self._kinds = self.group_of.reshape(-1, len(ATTRIBUTES))

    @cached_property
    def attributes(self) -> dict[str, list[int]]:
        """The groups of each attribute."""
        return {
            attribute: [at for at, name in enumerate(self.names) if name.startswith(attribute)]
            for attribute in ATTRIBUTES
        }

    def means(self, valued: Valued) -> tuple[Table, Table]:
        """Mean and number of patients by place and group, nan for the mean of nobody."""
        known = np.flatnonzero(~np.isnan(valued.values))
        cell = valued.place[known] * len(self._kinds) + self._kind[known]
        sums = self._by_group(cell, valued.values[known])
        counts = self._by_group(cell, None)
        nobody = np.full(counts.shape, np.nan)
        return np.divide(sums, counts, out=nobody, where=counts > 0), counts

    def _by_group(self, cell: Ints, weights: Floats | None) -> Table:
        sites = len(self.places) - 1
        flat = np.bincount(cell, weights=weights, minlength=sites * len(self._kinds))
        by_kind = flat.reshape(sites, len(self._kinds))
        table = np.zeros((sites + 1, len(self.names)))
        for kinds in self._kinds.T:
            for kind, group in enumerate(kinds.tolist()):
                table[:-1, group] += by_kind[:, kind]
        table[-1] = table[:-1].sum(axis=0)
        return table

    def gaps(self, indicator: Indicator, means: Table, counts: Table) -> Iterator[Row]:
        """Largest minus smallest mean of the groups of an attribute that are large enough."""
        large = np.where(counts >= SMALLEST_GROUP_PATIENTS, means, np.nan)
        for attribute, members in self.attributes.items():
            for place, row in zip(self.places, large[:, members], strict=True):
                known = row[~np.isnan(row)]
                if known.size > 1:
                    yield indicator, place, GAP_PREFIX + attribute, float(np.ptp(known))


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
    group_of = np.zeros((len(people), max(map(len, people)), len(ATTRIBUTES)), dtype=np.int64)
    for at, site in enumerate(labels):
        group_of[at, : len(site)] = [[index[label] for label in triple] for triple in site]
    return names, group_of
