"""What to measure, and the parts of a row that every subject needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hospital.base import HOURS_PER_DAY
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
QUANTILES_PERCENT = (50, 90)


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


@dataclass(frozen=True, slots=True)
class Occupations:
    """Every place ever held, as ``Milestones.occupations`` gives them: read once a replication."""

    patients: Ints
    units: Ints
    starts: Floats
    untils: Floats

    @classmethod
    def of(cls, milestones: Milestones) -> Occupations:
        """The places held in one replication."""
        return cls(*milestones.occupations())


def places(network: Network, *, inpatient_only: bool) -> list[tuple[str, Flags]]:
    """Hospitals and the whole GST, each with the flags of its units."""
    site_of = np.array(network.site_of)
    counted = np.array(
        [not inpatient_only or unit.kind is not UnitKind.EMERGENCY for unit in network.units]
    )
    places = [(site.code, counted & (site_of == at)) for at, site in enumerate(network.sites)]
    return [*places, (WHOLE_GST, counted)]


def by_site(network: Network, site: Ints) -> list[tuple[str, Flags]]:
    """Hospitals and the whole GST, each with the flags of its patients."""
    places = [(one.code, site == at) for at, one in enumerate(network.sites)]
    return [*places, (WHOLE_GST, np.ones(site.size, dtype=np.bool_))]


def mean_of(indicator: Indicator, place: str, group: str, values: Floats) -> Iterator[Row]:
    """A row with the mean of the known values, if any."""
    known = values[~np.isnan(values)]
    if known.size:
        yield (indicator, place, group, float(known.mean()))


def quantiles_of(
    indicators: tuple[Indicator, Indicator], place: str, group: str, values: Floats
) -> Iterator[Row]:
    """Rows with the median and the 90th percentile of values that are all known, if any."""
    if values.size:
        found = np.percentile(values, QUANTILES_PERCENT)
        for indicator, value in zip(indicators, found.tolist(), strict=True):
            yield (indicator, place, group, value)
