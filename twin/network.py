"""The places of a GST and the ways between them, resolved to numbers for the flow.

``build_network`` joins what a scenario may change (units, beds, physicians, links) with what it
must not (parameters): a unit that closed is left out of the mixes, a unit that is new takes the
hypothesis of its own row.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt

from hospital.base import MINUTES_PER_HOUR
from hospital.gst import Gst
from hospital.places import Unit, UnitKind
from twin.laws import Floats, Law
from twin.opening import Timetable
from twin.parameters import (
    HospitalParameters,
    PersonGroup,
    Readmissions,
    TwinParameters,
    UnitParameters,
    UnitShare,
)
from twin.place_rules import EarlyWarning
from twin.stays import hypothesis_of
from twin.territory_network import Territory, build_territory
from twin.unit_rules import BedRules, unit_rules

Ints = npt.NDArray[np.integer[Any]]

INPATIENT = (UnitKind.INTENSIVE_CARE, UnitKind.STEP_DOWN, UnitKind.WARD)
"""Kinds with beds for a stay."""

SIMULATED = (UnitKind.EMERGENCY, *INPATIENT)
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Choice:
    """Units to choose from by weight; ``cumulated`` are the bounds between them."""

    units: tuple[int, ...]
    cumulated: tuple[float, ...]

    def pick(self, uniform: Floats) -> Ints:
        """The unit of each patient."""
        at = np.searchsorted(np.array(self.cumulated), uniform, side="right")
        return np.array(self.units, dtype=np.int64)[at]

    def pick_one(self, uniform: float) -> int:
        """The unit of one patient."""
        return self.units[bisect_right(self.cumulated, uniform)]


@dataclass(frozen=True, slots=True)
class Road:
    """The shortest way between two hospitals."""

    hours: float
    km: float


@dataclass(frozen=True, slots=True)
class Site:
    """One hospital as the flow sees it: where its emergencies go first.

    ``other_intensive_care`` are the units of directly linked hospitals, nearest first.
    """

    code: str
    emergency: tuple[int, ...]
    intensive_care: Choice | None
    ward: Choice | None
    other_intensive_care: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Care:
    """A unit as the flow sees it: how long, how it ends, where to; ``critical`` of those units.

    ``warning`` is there where some patients are seen to worsen earlier.
    """

    stay: Law
    death_share: float
    move_share: float
    onward: Choice | None
    waits_for_clock: bool
    warning: EarlyWarning | None = None
    critical: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Network:
    """All simulated units, indexed in the order of the GST's tables.

    ``own_care`` is the care of the streams that have their own, by hospital and stream;
    ``people`` are the groups of each hospital; ``timetables`` belong to the days of a run;
    ``territory`` is what hospitals agree on beyond the plain rule of transfer.
    """

    units: tuple[Unit, ...]
    beds: tuple[int, ...]
    site_of: tuple[int, ...]
    care: tuple[Care, ...]
    sites: tuple[Site, ...]
    own_care: dict[tuple[str, str], tuple[Care, ...]]
    roads: dict[tuple[int, int], Road]
    transfer_after_hours: float
    intensive_care_limit_hours: float | None
    rules: tuple[BedRules | None, ...] = ()
    people: tuple[tuple[PersonGroup, ...], ...] = ()
    timetables: tuple[Timetable, ...] = ()
    territory: Territory | None = None
    readmissions: Readmissions | None = None


def build_network(gst: Gst, parameters: TwinParameters) -> Network:
    """Resolve the units, choices and roads of this GST under these parameters."""
    beds = gst.beds_by_unit()
    index = {hospital.hospital: at for at, hospital in enumerate(gst.hospitals)}
    finder = _Choices(
        gst=gst,
        units=tuple(unit for unit in gst.units if unit.kind in SIMULATED),
        routes={hospital.hospital: hospital for hospital in parameters.hospitals},
        roads=shortest_roads(gst),
    )
    known = {unit.unit: unit for unit in parameters.units}
    own = [known.get(unit.unit) or hypothesis_of(unit) for unit in finder.units]
    care = tuple(finder.care(unit, one) for unit, one in zip(finder.units, own, strict=True))
    return Network(
        units=finder.units,
        beds=tuple(beds[unit.unit] for unit in finder.units),
        site_of=tuple(index[unit.hospital] for unit in finder.units),
        care=care,
        own_care=finder.own_care(care),
        sites=tuple(finder.site(hospital.hospital) for hospital in gst.hospitals),
        roads=finder.roads,
        transfer_after_hours=parameters.transfer_after_hours,
        intensive_care_limit_hours=parameters.intensive_care_limit_hours,
        readmissions=parameters.readmissions,
        rules=unit_rules(gst, finder.units, own),
        people=tuple(
            finder.routes[hospital.hospital].people if hospital.hospital in finder.routes else ()
            for hospital in gst.hospitals
        ),
        territory=build_territory(gst, parameters, finder.units, finder.roads),
    )


def shortest_roads(gst: Gst) -> dict[tuple[int, int], Road]:
    """Shortest time between every two hospitals that links connect (Floyd and Warshall)."""
    index = {hospital.hospital: at for at, hospital in enumerate(gst.hospitals)}
    roads: dict[tuple[int, int], Road] = {}
    for link in gst.links:
        road = Road(link.travel_minutes / MINUTES_PER_HOUR, link.distance_km)
        ends = index[link.origin], index[link.destination]
        for way in (ends, ends[::-1]):
            if way not in roads or road.hours < roads[way].hours:
                roads[way] = road
    everywhere = range(len(gst.hospitals))
    for middle in everywhere:
        for start in everywhere:
            for end in everywhere:
                _try_detour(roads, start, middle, end)
    return roads


def _try_detour(roads: dict[tuple[int, int], Road], start: int, middle: int, end: int) -> None:
    first, second = roads.get((start, middle)), roads.get((middle, end))
    if start == end or first is None or second is None:
        return
    hours = first.hours + second.hours
    if (start, end) not in roads or hours < roads[start, end].hours:
        roads[start, end] = Road(hours, first.km + second.km)


def neighbours(gst: Gst, hospital: str) -> tuple[str, ...]:
    """Hospitals with a direct link to this one, nearest by time first."""
    minutes = {
        link.destination if link.origin == hospital else link.origin: link.travel_minutes
        for link in gst.links
        if hospital in (link.origin, link.destination)
    }
    return tuple(sorted(minutes, key=lambda other: (minutes[other], other)))


@dataclass(frozen=True, slots=True)
class _Choices:
    """Finds where the patients of a hospital or unit go for each kind of care."""

    gst: Gst
    units: tuple[Unit, ...]
    routes: dict[str, HospitalParameters]
    roads: dict[tuple[int, int], Road]

    def site(self, hospital: str) -> Site:
        return Site(
            code=hospital,
            emergency=self._own(hospital, UnitKind.EMERGENCY),
            intensive_care=self._near(hospital, UnitKind.INTENSIVE_CARE),
            ward=self._near(hospital, UnitKind.WARD),
            other_intensive_care=tuple(
                unit
                for other in neighbours(self.gst, hospital)
                for unit in self._own(other, UnitKind.INTENSIVE_CARE)
            ),
        )

    def care(self, unit: Unit, parameters: UnitParameters) -> Care:
        reachable = [share for share in parameters.onward if self._is_reachable(unit, share.unit)]
        onward = choice_between(self._weights(tuple(reachable)))
        if onward is None and parameters.move_share > 0:
            onward = self._after(unit)
        return Care(
            stay=parameters.stay,
            death_share=parameters.death_share,
            move_share=0.0 if onward is None else parameters.move_share,
            onward=onward,
            waits_for_clock=parameters.waits_for_clock,
            warning=parameters.warning,
            critical=() if parameters.warning is None else self._critical(),
        )

    def own_care(self, usual: tuple[Care, ...]) -> dict[tuple[str, str], tuple[Care, ...]]:
        """The care of each stream, wave or event that has its own in some units."""
        return {
            (hospital.hospital, name): self._replaced(usual, care)
            for hospital in self.routes.values()
            for name, care in _own_cares(hospital)
            if care
        }

    def _replaced(
        self, usual: tuple[Care, ...], own: tuple[UnitParameters, ...]
    ) -> tuple[Care, ...]:
        changed = {parameters.unit: parameters for parameters in own}
        return tuple(
            self.care(unit, changed[unit.unit]) if unit.unit in changed else care
            for unit, care in zip(self.units, usual, strict=True)
        )

    def _after(self, unit: Unit) -> Choice | None:
        """The usual way down: intensive care, step-down where there is one, ward."""
        step_down = self._own(unit.hospital, UnitKind.STEP_DOWN)
        if unit.kind is UnitKind.INTENSIVE_CARE and step_down:
            return choice_between(dict.fromkeys(step_down, 1.0))
        return None if unit.kind is UnitKind.WARD else self._near(unit.hospital, UnitKind.WARD)

    def _critical(self) -> tuple[int, ...]:
        """Every intensive-care unit."""
        return tuple(
            at for at, unit in enumerate(self.units) if unit.kind is UnitKind.INTENSIVE_CARE
        )

    def _is_reachable(self, unit: Unit, target: str) -> bool:
        place = {one.unit: one.hospital for one in self.units}
        if target not in place:
            return False
        index = {hospital.hospital: at for at, hospital in enumerate(self.gst.hospitals)}
        ends = index[unit.hospital], index[place[target]]
        return ends[0] == ends[1] or ends in self.roads

    def _own(self, hospital: str, kind: UnitKind) -> tuple[int, ...]:
        return tuple(
            at
            for at, unit in enumerate(self.units)
            if unit.hospital == hospital and unit.kind is kind
        )

    def _weights(self, shares: tuple[UnitShare, ...]) -> dict[int, float]:
        index = {unit.unit: at for at, unit in enumerate(self.units)}
        return {
            index[share.unit]: share.weight
            for share in shares
            if share.unit in index and share.weight > 0
        }

    def _here(self, hospital: str, kind: UnitKind) -> Choice | None:
        """By the stated mix, else evenly over the hospital's own units, else nothing."""
        routes = self.routes[hospital]
        mix = routes.ward_mix if kind is UnitKind.WARD else routes.intensive_care_mix
        return choice_between(self._weights(mix) or dict.fromkeys(self._own(hospital, kind), 1.0))

    def _near(self, hospital: str, kind: UnitKind) -> Choice | None:
        """As ``_here``, else as the nearest linked hospital that has such a unit."""
        for place in (hospital, *neighbours(self.gst, hospital)):
            if (choice := self._here(place, kind)) is not None:
                return choice
        return None


def _own_cares(
    hospital: HospitalParameters,
) -> list[tuple[str, tuple[UnitParameters, ...]]]:
    extra = [(one.name, one.care) for one in hospital.special]
    return [(stream.stream, stream.care) for stream in hospital.streams] + extra


def choice_of(network: Network, shares: tuple[UnitShare, ...]) -> Choice | None:
    """These units by weight, without those that have closed; None where none is left."""
    index = {unit.unit: at for at, unit in enumerate(network.units)}
    return choice_between(
        {index[one.unit]: one.weight for one in shares if one.unit in index and one.weight > 0}
    )


def choice_between(weights: dict[int, float]) -> Choice | None:
    """The units of these weights, None where there is none."""
    if not weights:
        return None
    total = sum(weights.values())
    bounds = accumulate(weight / total for weight in list(weights.values())[:-1])
    return Choice(tuple(weights), tuple(bounds))
