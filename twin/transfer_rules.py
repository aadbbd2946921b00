"""Follows transfer rules from hospital to hospital: which units may receive whom, in which order.

A hospital that a rule names and that has no suitable unit passes the patient on by its own rule;
where that only leads round in a ring, nobody ever receives the patient.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from hospital.base import MINUTES_PER_HOUR
from hospital.places import Hospital, HospitalLevel, Unit, UnitKind
from twin.territory import ReceiverOrder, TransferPolicy, TransferRule

LEVELS = tuple(HospitalLevel)
"""From the local hospital up."""


class Way(Protocol):
    """A road between two hospitals."""

    @property
    def hours(self) -> float:
        """How long it takes [hours]."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a patient who is sent needs: the kind and specialty of the unit waited for."""

    kind: UnitKind
    specialty: str


@dataclass(frozen=True, slots=True)
class Reach:
    """The units that may receive, in order, and the rings of hospitals met on the way."""

    units: tuple[int, ...]
    rings: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules of a policy among these hospitals; roads by index of the hospitals."""

    policy: TransferPolicy
    hospitals: tuple[Hospital, ...]
    units: tuple[Unit, ...]
    roads: Mapping[tuple[int, int], Way]

    def fitting(self, need: Need, hospital: Hospital) -> tuple[TransferRule, ...]:
        """The rules for patients in this hospital who have this need, the first ones first."""
        return tuple(
            rule
            for rule in self.policy.rules
            if rule.kind is need.kind
            and rule.specialty in (None, need.specialty)
            and self.applies(rule, hospital)
        )

    @staticmethod
    def applies(rule: TransferRule, hospital: Hospital) -> bool:
        """Whether patients in this hospital may be sent by the rule."""
        at_level = rule.level in (None, hospital.level)
        return at_level and (not rule.hospitals or hospital.hospital in rule.hospitals)

    def reach(self, rule: TransferRule, sender: Hospital, need: Need) -> Reach:
        """Where the rule leads for a patient in ``sender``."""
        units: list[int] = []
        rings: list[tuple[str, ...]] = []
        self._follow(rule, need, (sender.hospital,), (units, rings))
        found = [unit for unit in dict.fromkeys(units) if self._may_receive(rule, sender, unit)]
        if rule.order is not ReceiverOrder.AS_LISTED:
            found.sort(key=lambda unit: (self._hours(sender, unit), unit))
        return Reach(tuple(found), tuple(dict.fromkeys(rings)))

    def _follow(
        self,
        rule: TransferRule,
        need: Need,
        path: tuple[str, ...],
        found: tuple[list[int], list[tuple[str, ...]]],
    ) -> None:
        units, rings = found
        for code in rule.to or tuple(one.hospital for one in self.hospitals):
            if code in path:
                if rule.to and code != path[-1]:
                    rings.append((*path[path.index(code) :], code))
                continue
            own = self._suitable(rule, need, code)
            units += own
            if not own and rule.to:
                hospital = next((one for one in self.hospitals if one.hospital == code), None)
                onward = () if hospital is None else self.fitting(need, hospital)
                if onward:
                    self._follow(onward[0], need, (*path, code), found)

    def _suitable(self, rule: TransferRule, need: Need, hospital: str) -> list[int]:
        allowed = (need.specialty, *rule.to_specialties)
        return [
            at
            for at, unit in enumerate(self.units)
            if unit.hospital == hospital and unit.kind is need.kind and unit.specialty in allowed
        ]

    def _may_receive(self, rule: TransferRule, sender: Hospital, unit: int) -> bool:
        receiver = next(one for one in self.hospitals if one.hospital == self.units[unit].hospital)
        hours = self._hours(sender, unit)
        near = rule.within_minutes is None or hours * MINUTES_PER_HOUR <= rule.within_minutes
        is_higher = LEVELS.index(receiver.level) > LEVELS.index(sender.level)
        needs_higher = rule.order is ReceiverOrder.NEAREST_HIGHER
        return hours < float("inf") and near and (is_higher or not needs_higher)

    def _hours(self, sender: Hospital, unit: int) -> float:
        """By road; infinite where none leads there."""
        codes = [one.hospital for one in self.hospitals]
        ends = codes.index(sender.hospital), codes.index(self.units[unit].hospital)
        return self.roads[ends].hours if ends in self.roads else float("inf")
