"""The patients of theatre plans: when they come, and the beds that they pass.

Each has a stream of chance of his own, keyed by his code: a plan with one case more or less leaves
the others as they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time

import numpy as np

from hospital.base import HOURS_PER_DAY
from hospital.streams import stream_key
from twin.arrivals import SECONDS_PER_HOUR, Arrivals
from twin.chance import PatientChance
from twin.laws import Floats, Law
from twin.network import NOWHERE, Care, Choice, Ints, Network, choice_of
from twin.parameters import PlannedAdmission, UnitShare
from twin.paths import Paths, follow
from twin.run_plan import RunPlan, Start

Kind = tuple[tuple[UnitShare, ...], Law, tuple[UnitShare, ...], float, Law]
"""What decides a path: wards, need, intensive-care units, probability, stay there."""


@dataclass(frozen=True, slots=True)
class PlannedAdmissions:
    """The planned patients who come within a run, with their numbers; times in hours of the run."""

    rows: tuple[PlannedAdmission, ...]
    arrive: Floats
    chance: PatientChance

    @classmethod
    def within(
        cls, planned: Sequence[PlannedAdmission], run: RunPlan, replication: int
    ) -> PlannedAdmissions:
        """Those who come before the end and, where the run starts from a census, not before it."""
        opening = datetime.combine(run.opening_day, time())
        first = run.warmup_hours if run.start is Start.CENSUS else 0.0
        times = [(one.arrives_at - opening).total_seconds() / SECONDS_PER_HOUR for one in planned]
        kept = [at for at, hours in enumerate(times) if first <= hours < run.end_hours]
        words = [
            stream_key(run.seed, "planned", planned[at].patient, replication=replication)[:2]
            for at in kept
        ]
        keys = np.array([(high << 32) | low for high, low in words], dtype=np.uint64)
        arrive = np.array([times[at] for at in kept], dtype=np.float64)
        return cls(tuple(planned[at] for at in kept), arrive, PatientChance(keys))

    @property
    def arrivals(self) -> Arrivals:
        """Their days and numbers."""
        return Arrivals((self.arrive // HOURS_PER_DAY).astype(np.int64), self.chance)

    def paths(self, network: Network) -> Paths:
        """Intensive care where it is needed, the ward, and what the ward's shares say after it."""
        kinds: dict[Kind, list[int]] = {}
        for at, one in enumerate(self.rows):
            kind = (
                one.wards,
                one.stay,
                one.intensive_care,
                one.intensive_care_probability,
                one.intensive_care_stay,
            )
            kinds.setdefault(kind, []).append(at)
        found = [
            (np.array(own), self._paths(network, kind, np.array(own)))
            for kind, own in kinds.items()
        ]
        return _together(len(self.rows), found)

    def _paths(self, network: Network, kind: Kind, own: Ints) -> Paths:
        wards, stay, units, probability, critical_stay = kind
        ward, intensive = choice_of(network, wards), choice_of(network, units)
        chance = PatientChance(self.chance.keys[own])
        care = list(network.care)
        first: Ints = np.full(own.size, NOWHERE, dtype=np.int64)
        if ward is not None:
            first = ward.pick(chance.uniform("unit"))
            for unit in ward.units:
                care[unit] = replace(care[unit], stay=stay)
        if intensive is not None:
            critical = chance.uniform("intensive_care_needed") < probability
            first = np.where(critical, intensive.pick(chance.uniform("unit")), first)
            for unit in intensive.units:
                care[unit] = _then_to(care[unit], critical_stay, ward)
        return follow(care, first, chance)


def _then_to(care: Care, stay: Law, ward: Choice | None) -> Care:
    """Who leaves intensive care alive goes to the ward of his operation."""
    share = 0.0 if ward is None else 1 - care.death_share
    return replace(care, stay=stay, onward=ward, move_share=share)


def _together(size: int, found: Sequence[tuple[Ints, Paths]]) -> Paths:
    """One path for each patient, from those of each kind."""
    legs = max((paths.units.shape[1] for _, paths in found), default=1)
    units = np.full((size, legs), NOWHERE, dtype=np.int64)
    hours, dies = np.zeros((size, legs)), np.full(size, NOWHERE, dtype=np.int64)
    for own, paths in found:
        units[own, : paths.units.shape[1]] = paths.units
        hours[own, : paths.hours.shape[1]] = paths.hours
        dies[own] = paths.dies
    return Paths(units, hours, dies)
