"""Rings of rules in which patients go round and nobody ever receives them or lets them home.

Found before a run, from the rules alone, by search in the graph of hospitals or of units.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hospital.gst import Gst
from twin.network import SIMULATED, shortest_roads
from twin.parameters import ROUNDING, ArrivalStream, TwinParameters, UnitParameters
from twin.territory import TransferRule
from twin.transfer_rules import Need, RuleBook

Units = Mapping[str, UnitParameters]


@dataclass(frozen=True, slots=True)
class TransferRing:
    """Hospitals that send patients of this need round, the first one again at the end.

    ``rule`` is the place of the rule in its policy; without ``hospitals``, it leads nowhere.
    """

    rule: int
    need: Need
    hospitals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PathRing:
    """Units that pass every patient on to each other, the first one again at the end.

    ``stream`` is the stream whose own routes these are, empty for the usual ones.
    """

    units: tuple[str, ...]
    stream: str


def transfer_rings(gst: Gst, parameters: TwinParameters) -> Iterator[TransferRing]:
    """Transfer rules by which nobody is ever received, each told once."""
    policy = parameters.transfer_policy
    if policy is None:
        return
    units = tuple(unit for unit in gst.units if unit.kind in SIMULATED)
    book = RuleBook(policy, gst.hospitals, units, shortest_roads(gst))
    told: set[frozenset[str]] = set()
    for at, rule in enumerate(policy.rules):
        found = [*_of_rule(book, at, rule)]
        rings = [ring for ring in found if ring is not None and ring.hospitals]
        for ring in rings:
            if frozenset(ring.hospitals) not in told:
                told.add(frozenset(ring.hospitals))
                yield ring
        if None not in found and not rings:
            yield TransferRing(at, Need(rule.kind, rule.specialty or ""), ())


def _of_rule(book: RuleBook, at: int, rule: TransferRule) -> Iterator[TransferRing | None]:
    """For each sender and need: none where somebody receives, else the ring or dead end."""
    known = [
        unit.specialty
        for unit in book.units
        if unit.kind is rule.kind and rule.specialty in (None, unit.specialty)
    ]
    for specialty in dict.fromkeys(known or [rule.specialty or ""]):
        need = Need(rule.kind, specialty)
        for sender in book.hospitals:
            if not book.applies(rule, sender):
                continue
            reach = book.reach(rule, sender, need)
            ring = reach.rings[0] if reach.rings else ()
            yield None if reach.units else TransferRing(at, need, ring)


def path_rings(parameters: TwinParameters) -> Iterator[PathRing]:
    """Units that never let anybody home, for each stream with routes of its own and for all."""
    usual = {unit.unit: unit for unit in parameters.units}
    plain: list[str] = []
    told: set[frozenset[str]] = set()
    for hospital in parameters.hospitals:
        for stream in hospital.streams:
            if not stream.care:
                plain.append(stream.unit)
                continue
            own = usual | {care.unit: care for care in stream.care}
            yield from _told_once(told, _ring_from(own, [stream.unit], stream))
    plain += _usual_starts(parameters, usual)
    yield from _told_once(told, _ring_from(usual, plain, None))


def _usual_starts(parameters: TwinParameters, usual: Units) -> list[str]:
    """Every unit, unless only streams bring patients."""
    others = any(sum(one.hourly_visits) or one.electives for one in parameters.hospitals)
    return [*usual] if others or parameters.census else []


def _told_once(told: set[frozenset[str]], ring: PathRing | None) -> Iterator[PathRing]:
    if ring is not None and frozenset(ring.units) not in told:
        told.add(frozenset(ring.units))
        yield ring


def _ring_from(units: Units, starts: list[str], stream: ArrivalStream | None) -> PathRing | None:
    """The first ring without a way home that patients from these units come to."""
    reached = _reached(units, starts)
    homeward = _lets_home(units, reached)
    for start in reached:
        if start not in homeward:
            path = [start]
            while (following := _onward(units, path[-1])[0]) not in path:
                path.append(following)
            ring = (*path[path.index(following) :], following)
            return PathRing(ring, "" if stream is None else stream.stream)
    return None


def _reached(units: Units, starts: list[str]) -> list[str]:
    reached: list[str] = []
    ahead = list(dict.fromkeys(starts))
    while ahead:
        unit = ahead.pop(0)
        if unit not in reached:
            reached.append(unit)
            ahead += _onward(units, unit)
    return reached


def _onward(units: Units, unit: str) -> list[str]:
    if unit not in units or units[unit].move_share <= 0:
        return []
    return [share.unit for share in units[unit].onward if share.weight > 0 and share.unit in units]


def _lets_home(units: Units, reached: list[str]) -> set[str]:
    """Units from which some patients leave for good, sooner or later."""

    def ends_here(unit: str) -> bool:
        return not _onward(units, unit) or units[unit].move_share < 1 - ROUNDING

    homeward = {unit for unit in reached if ends_here(unit)}
    grown = True
    while grown:
        more = {
            unit
            for unit in reached
            if unit not in homeward and homeward.intersection(_onward(units, unit))
        }
        homeward |= more
        grown = bool(more)
    return homeward
