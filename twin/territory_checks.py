"""What is wrong with the rules of a territory: hospitals unknown, roads missing, rings of rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from hospital.errors import Problem, say
from hospital.gst import Gst
from twin.network import shortest_roads
from twin.parameters import TwinParameters
from twin.rings import PathRing, TransferRing, path_rings, transfer_rings

ARROW = " → "


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem and the rule that has it, as a path into the parameters."""

    where: tuple[str | int, ...]
    problem: Problem


def territory_faults(gst: Gst, parameters: TwinParameters) -> list[Fault]:
    """Everything that makes these rules impossible, at once.

    Codes ``unknown_hospital``, ``hospital_in_two_fleets``, ``fleet_without_road``,
    ``stated_twice``, ``when_full_elsewhere``, ``transfer_ring``, ``transfer_without_receiver``
    and ``stay_without_end``.
    """
    unknown = [*_unknown_hospitals(gst, parameters)]
    faults = [*unknown, *_twice(parameters), *_helpers_elsewhere(gst, parameters)]
    if not unknown:
        faults += [*_fleets_without_road(gst, parameters)]
        faults += [_of_transfers(ring) for ring in transfer_rings(gst, parameters)]
    return [*faults, *(_of_path(gst, ring) for ring in path_rings(parameters))]


def _unknown_hospitals(gst: Gst, parameters: TwinParameters) -> Iterator[Fault]:
    known = {hospital.hospital for hospital in gst.hospitals}
    for where, code in _named_hospitals(parameters):
        if code not in known:
            yield _fault(
                where,
                "unknown_hospital",
                say("{place}, which is no hospital of this territory", place=code),
                say("one of its hospitals: {places}", places=", ".join(sorted(known))),
            )


def _named_hospitals(
    parameters: TwinParameters,
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    policy = parameters.transfer_policy
    for at, rule in enumerate(() if policy is None else policy.rules):
        for code in (*rule.hospitals, *rule.to):
            yield ("transfer_policy", "rules", at), code
    for at, fleet in enumerate(parameters.ambulances):
        for code in dict.fromkeys((fleet.base, *fleet.serves)):
            yield ("ambulances", at), code
    for at, one in enumerate(parameters.diversions):
        if one.hospital is not None:
            yield ("diversions", at), one.hospital
    for at, door in enumerate(parameters.closed_doors):
        for code in (door.hospital, *door.to):
            yield ("closed_doors", at), code


def _twice(parameters: TwinParameters) -> Iterator[Fault]:
    """Rules of which only one could hold."""
    served = Counter(code for fleet in parameters.ambulances for code in fleet.served)
    for at, fleet in enumerate(parameters.ambulances):
        for code in fleet.served:
            if served[code] > 1:
                yield _fault(
                    ("ambulances", at),
                    "hospital_in_two_fleets",
                    say("{place} is served by {count} fleets", place=code, count=served[code]),
                    say("one fleet for each hospital"),
                )
    waits = [(one.waits_for, one.triage) for one in parameters.waiting_deaths]
    doors = [(str(one.hospital or ""), None) for one in parameters.diversions]
    for name, keys in (("waiting_deaths", waits), ("diversions", doors)):
        for at, key in enumerate(keys):
            if key in keys[:at]:
                yield _fault(
                    (name, at),
                    "stated_twice",
                    say("a second rule for the same ({rule})", rule=key[0] or "*"),
                    say("one rule for each"),
                )


def _fleets_without_road(gst: Gst, parameters: TwinParameters) -> Iterator[Fault]:
    index = {hospital.hospital: at for at, hospital in enumerate(gst.hospitals)}
    roads = shortest_roads(gst)
    for at, fleet in enumerate(parameters.ambulances):
        for code in fleet.served:
            if code != fleet.base and (index[fleet.base], index[code]) not in roads:
                yield _fault(
                    ("ambulances", at),
                    "fleet_without_road",
                    say("no road from {base} to {place}", base=fleet.base, place=code),
                    say("a base that is linked with every hospital it serves"),
                )


def _helpers_elsewhere(gst: Gst, parameters: TwinParameters) -> Iterator[Fault]:
    """``when_full`` is about outliers in the same hospital; roads need a transfer rule."""
    place = {unit.unit: unit.hospital for unit in gst.units}
    for unit in parameters.units:
        for other in unit.when_full:
            here, there = place.get(unit.unit), place.get(other)
            if here is not None and there is not None and here != there:
                yield _fault(
                    ("units", unit.unit, "when_full"),
                    "when_full_elsewhere",
                    say("{unit} sends its patients to {other}", unit=unit.unit, other=other),
                    say("units of the same hospital; for others state a transfer rule"),
                )


def _of_transfers(ring: TransferRing) -> Fault:
    where = ("transfer_policy", "rules", ring.rule)
    need = " ".join((ring.need.kind.value, ring.need.specialty)).strip()
    if not ring.hospitals:
        return _fault(
            where,
            "transfer_without_receiver",
            say("no hospital by road has a unit that may receive for {need}", need=need),
            say("a rule that leads to a hospital with such a unit"),
        )
    return Fault(
        where,
        Problem(
            "transfer_ring",
            "parameters",
            say(
                "patients for {need} are sent round {ring} and nobody there can receive them",
                need=need,
                ring=ARROW.join(ring.hospitals),
            ),
            say("rules that lead to a hospital with such a unit"),
            say(
                "Name a hospital that has such a unit in the rule of {place}, or open one there.",
                place=ring.hospitals[0],
            ),
        ),
    )


def _of_path(gst: Gst, ring: PathRing) -> Fault:
    place = {unit.unit: unit.hospital for unit in gst.units}
    named = [f"{unit} ({place.get(unit, '?')})" for unit in ring.units]
    return Fault(
        ("streams", ring.stream, ring.units[0]) if ring.stream else ("units", ring.units[0]),
        Problem(
            "stay_without_end",
            "parameters",
            say("all patients go round {ring} and none goes home", ring=ARROW.join(named)),
            say("a share who go home or die in at least one of these units"),
            say("Lower the share that goes on from {unit} below 1.", unit=ring.units[0]),
        ),
    )


def _fault(where: tuple[str | int, ...], code: str, found: str, expected: str) -> Fault:
    remedy = say("Correct this rule of the territory, and repeat.")
    return Fault(where, Problem(code, "parameters", found, expected, remedy, column=_path(where)))


def _path(where: tuple[str | int, ...]) -> str:
    return ".".join(map(str, where))
