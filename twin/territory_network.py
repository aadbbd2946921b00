"""The rules of a territory resolved to numbers for the flow; nothing where there are no rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from hospital.base import MINUTES_PER_HOUR
from hospital.gst import Gst
from hospital.places import Hospital, Unit, UnitKind
from twin.door_closures import ShutDoor
from twin.laws import Fixed, Gamma, Law
from twin.parameters import TwinParameters
from twin.territory import SENT_KINDS, AmbulanceFleet, DiversionRule, ReceiverOrder
from twin.transfer_rules import Need, RuleBook

if TYPE_CHECKING:
    from twin.network import Road


@dataclass(frozen=True, slots=True)
class Search:
    """One transfer rule for one unit and the hospital where the patient waits.

    ``receivers`` are units, the first to ask first.
    """

    after_hours: float
    limit_hours: float | None
    receivers: tuple[int, ...]
    by_occupancy: bool
    electives: bool
    sent_from: tuple[UnitKind, ...]

    def without(self, wanted: int) -> Search:
        """The same, where the unit waited for is not asked again."""
        return replace(self, receivers=tuple(one for one in self.receivers if one != wanted))


@dataclass(frozen=True, slots=True)
class Fleet:
    """Ambulances of one base; hospitals by index."""

    code: str
    base: int
    ambulances: int
    handover: Law


@dataclass(frozen=True, slots=True)
class Homes:
    """Where patients who were sent away come home to, by first hospital and present unit."""

    after_hours: float
    units: dict[tuple[int, int], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Territory:
    """What a run follows beyond the plain rule.

    ``searches`` by hospital where the patient waits and unit waited for; ``fleet_of`` the fleet
    that serves a hospital; ``diversions`` by hospital; ``cubicle_deaths`` by triage level;
    ``shut_doors`` by hospital, on the clock of a run.
    """

    searches: dict[tuple[int, int], tuple[Search, ...]]
    homes: Homes | None
    fleets: tuple[Fleet, ...]
    fleet_of: dict[int, int]
    diversions: dict[int, DiversionRule]
    intensive_care_deaths: Law | None
    cubicle_deaths: dict[int, Law]
    shut_doors: dict[int, tuple[ShutDoor, ...]] = field(default_factory=dict)


def build_territory(
    gst: Gst,
    parameters: TwinParameters,
    units: tuple[Unit, ...],
    roads: Mapping[tuple[int, int], Road],
) -> Territory | None:
    """The territory of these parameters, none where they have no rule for one."""
    fleets, deaths = parameters.ambulances, parameters.waiting_deaths
    policy = parameters.transfer_policy
    doors = parameters.diversions or parameters.closed_doors
    if not (policy or fleets or deaths or doors):
        return None
    index = {hospital.hospital: at for at, hospital in enumerate(gst.hospitals)}
    book = None if policy is None else RuleBook(policy, gst.hospitals, units, roads)
    return Territory(
        searches={} if book is None else _searches(book),
        homes=None if book is None else _homes(book),
        fleets=tuple(_fleet(one, index) for one in fleets),
        fleet_of={index[code]: at for at, one in enumerate(fleets) for code in one.served},
        diversions=_diversions(parameters.diversions, index),
        intensive_care_deaths=next(
            (one.time_to_death for one in deaths if one.waits_for == "intensive_care"), None
        ),
        cubicle_deaths=_cubicle_deaths(parameters),
    )


def _searches(book: RuleBook) -> dict[tuple[int, int], tuple[Search, ...]]:
    found = {}
    needs = [Need(unit.kind, unit.specialty) for unit in book.units]
    for site, hospital in enumerate(book.hospitals):
        known = {need: _of_need(book, hospital, need) for need in dict.fromkeys(needs)}
        for wanted, need in enumerate(needs):
            if known[need]:
                found[site, wanted] = tuple(one.without(wanted) for one in known[need])
    return found


def _of_need(book: RuleBook, sender: Hospital, need: Need) -> tuple[Search, ...]:
    return tuple(
        Search(
            after_hours=rule.after_hours,
            limit_hours=rule.limit_hours,
            receivers=book.reach(rule, sender, need).units,
            by_occupancy=rule.order is ReceiverOrder.LEAST_OCCUPIED,
            electives=rule.electives,
            sent_from=rule.sent_from,
        )
        for rule in book.fitting(need, sender)
    )


def _homes(book: RuleBook) -> Homes | None:
    """Units of the same kind and specialty in the hospital of arrival, where a road leads back."""
    back = book.policy.back
    if back is None:
        return None
    index = {hospital.hospital: at for at, hospital in enumerate(book.hospitals)}
    units: dict[tuple[int, int], tuple[int, ...]] = {}
    for at, away in enumerate(book.units):
        if away.kind not in back.kinds or away.kind not in SENT_KINDS:
            continue
        for home, unit in enumerate(book.units):
            ends = index[away.hospital], index[unit.hospital]
            if (unit.kind, unit.specialty) == (away.kind, away.specialty) and ends in book.roads:
                units[ends[1], at] = (*units.get((ends[1], at), ()), home)
    return Homes(back.after_hours, units)


def _fleet(fleet: AmbulanceFleet, index: dict[str, int]) -> Fleet:
    mean_hours = fleet.handover_minutes / MINUTES_PER_HOUR
    is_fixed = not (mean_hours and fleet.handover_cv)
    law = Fixed(mean_hours=mean_hours) if is_fixed else None
    return Fleet(
        code=fleet.fleet,
        base=index[fleet.base],
        ambulances=fleet.ambulances,
        handover=law or Gamma(mean_hours=mean_hours, cv=fleet.handover_cv),
    )


def _diversions(
    rules: tuple[DiversionRule, ...], index: dict[str, int]
) -> dict[int, DiversionRule]:
    """By hospital; the rule of one hospital goes before that of every one."""
    found: dict[int, DiversionRule] = {}
    for rule in sorted(rules, key=lambda one: one.hospital is not None):
        for code in index if rule.hospital is None else (rule.hospital,):
            found[index[code]] = rule
    return found


def _cubicle_deaths(parameters: TwinParameters) -> dict[int, Law]:
    """By triage level; the law of one level goes before that of all."""
    rules = [one for one in parameters.waiting_deaths if one.waits_for == "cubicle"]
    found: dict[int, Law] = {}
    for rule in sorted(rules, key=lambda one: one.triage is not None):
        for level in range(1, 6) if rule.triage is None else (rule.triage,):
            found[level] = rule.time_to_death
    return found
