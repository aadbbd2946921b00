"""The places of a GST and the ways between them, resolved to numbers for the flow.

``build_network`` joins what a scenario may change (units, beds, physicians, links) with what it
must not (parameters): a unit that closed is left out of the mixes, a unit that is new takes the
hypothesis of its own row.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from hospital.base import MINUTES_PER_HOUR
from hospital.gst import Gst
from hospital.places import Unit, UnitKind
from twin.laws import Floats, Law
from twin.parameters import HospitalParameters, TwinParameters, UnitShare
from twin.stays import hypothesis_of

Ints = npt.NDArray[np.int64]

INPATIENT = (UnitKind.INTENSIVE_CARE, UnitKind.STEP_DOWN, UnitKind.WARD)
"""Kinds with beds for a stay, in the order of a patient's path; the index is the stage."""

SIMULATED = (UnitKind.EMERGENCY, *INPATIENT)
INTENSIVE_CARE, STEP_DOWN, WARD = range(3)
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
    """One hospital as the flow sees it; ``stages`` are the choices for ``INPATIENT`` kinds.

    ``other_intensive_care`` are the units of directly linked hospitals, nearest first.
    """

    code: str
    emergency: tuple[int, ...]
    stages: tuple[Choice | None, Choice | None, Choice | None]
    step_down_share: float
    other_intensive_care: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Network:
    """All simulated units, indexed in the order of the GST's tables."""

    units: tuple[Unit, ...]
    beds: tuple[int, ...]
    site_of: tuple[int, ...]
    laws: tuple[Law, ...]
    death_shares: tuple[float, ...]
    waits_for_clock: tuple[bool, ...]
    sites: tuple[Site, ...]
    roads: dict[tuple[int, int], Road]
    transfer_after_hours: float


def build_network(gst: Gst, parameters: TwinParameters) -> Network:
    """Resolve the units, choices and roads of this GST under these parameters."""
    units = tuple(unit for unit in gst.units if unit.kind in SIMULATED)
    beds = gst.beds_by_unit()
    known = {unit.unit: unit for unit in parameters.units}
    care = [known.get(unit.unit) or hypothesis_of(unit) for unit in units]
    index = {hospital.hospital: at for at, hospital in enumerate(gst.hospitals)}
    roads = shortest_roads(gst)
    return Network(
        units=units,
        beds=tuple(beds[unit.unit] for unit in units),
        site_of=tuple(index[unit.hospital] for unit in units),
        laws=tuple(unit.stay for unit in care),
        death_shares=tuple(unit.death_share for unit in care),
        waits_for_clock=tuple(unit.waits_for_clock for unit in care),
        sites=_sites(gst, parameters, units),
        roads=roads,
        transfer_after_hours=parameters.transfer_after_hours,
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


def _sites(gst: Gst, parameters: TwinParameters, units: tuple[Unit, ...]) -> tuple[Site, ...]:
    routes = {hospital.hospital: hospital for hospital in parameters.hospitals}
    choices = _Choices(gst, units, routes)
    return tuple(
        Site(
            code=hospital.hospital,
            emergency=choices.own(hospital.hospital, UnitKind.EMERGENCY),
            stages=(
                choices.near(hospital.hospital, UnitKind.INTENSIVE_CARE),
                choices.here(hospital.hospital, UnitKind.STEP_DOWN),
                choices.near(hospital.hospital, UnitKind.WARD),
            ),
            step_down_share=routes[hospital.hospital].step_down_share,
            other_intensive_care=tuple(
                unit
                for other in neighbours(gst, hospital.hospital)
                for unit in choices.own(other, UnitKind.INTENSIVE_CARE)
            ),
        )
        for hospital in gst.hospitals
    )


@dataclass(frozen=True, slots=True)
class _Choices:
    """Finds where the patients of a hospital go for each kind of care."""

    gst: Gst
    units: tuple[Unit, ...]
    routes: dict[str, HospitalParameters]

    def own(self, hospital: str, kind: UnitKind) -> tuple[int, ...]:
        return tuple(
            at
            for at, unit in enumerate(self.units)
            if unit.hospital == hospital and unit.kind is kind
        )

    def here(self, hospital: str, kind: UnitKind) -> Choice | None:
        """By the stated mix, else evenly over the hospital's own units, else nothing."""
        index = {unit.unit: at for at, unit in enumerate(self.units) if unit.kind is kind}
        weights = {
            index[share.unit]: share.weight
            for share in _mix(self.routes[hospital], kind)
            if share.unit in index and share.weight > 0
        }
        return _choice(weights or dict.fromkeys(self.own(hospital, kind), 1.0))

    def near(self, hospital: str, kind: UnitKind) -> Choice | None:
        """As ``here``, else as the nearest linked hospital that has such a unit."""
        for place in (hospital, *neighbours(self.gst, hospital)):
            if (choice := self.here(place, kind)) is not None:
                return choice
        return None


def _mix(routes: HospitalParameters, kind: UnitKind) -> tuple[UnitShare, ...]:
    mixes = {
        UnitKind.INTENSIVE_CARE: routes.intensive_care_mix,
        UnitKind.STEP_DOWN: routes.step_down_mix,
        UnitKind.WARD: routes.ward_mix,
    }
    return mixes[kind]


def _choice(weights: dict[int, float]) -> Choice | None:
    if not weights:
        return None
    total = sum(weights.values())
    bounds = accumulate(weight / total for weight in list(weights.values())[:-1])
    return Choice(tuple(weights), tuple(bounds))
