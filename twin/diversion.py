"""Ambulances that a full emergency department sends on, and everybody whom a shut one does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from simpy.events import NORMAL

from hospital.places import UnitKind
from twin.actors import Callbacks, Patient, Pool
from twin.chance import PatientChance
from twin.network import NOWHERE
from twin.territory import TRIAGE_LEVELS, DiversionRule
from twin.territory_network import Territory
from twin.territory_record import Diverted

if TYPE_CHECKING:
    from twin.territory_flow import TerritoryFlow


class DiversionDesk:
    """Decides for each ambulance whether the own emergency department lets it in.

    A patient who is sent on is treated there, for the patient's own times, and admitted from
    there. Waiting counts from the moment of being turned away: the road is part of the wait.
    """

    def __init__(self, flow: TerritoryFlow, territory: Territory) -> None:
        self.flow = flow
        self.rules = territory.diversions
        self.on_road = 0
        self._boarding: dict[int, list[Patient]] = {}
        self.shut = territory.shut_doors
        self._others = {site: self._nearest_first(site) for site in (*self.rules, *self.shut)}
        self._by_ambulance = self._who_comes_by_ambulance() if self.rules else frozenset()
        self._on_door: Callbacks = [self._at_the_door]

    def _nearest_first(self, site: int) -> tuple[int, ...]:
        network = self.flow.network
        others = [
            other
            for other, place in enumerate(network.sites)
            if place.emergency and (site, other) in network.roads
        ]
        return tuple(sorted(others, key=lambda other: (network.roads[site, other].hours, other)))

    def _who_comes_by_ambulance(self) -> frozenset[int]:
        """Rows of the patients for whom an ambulance would ask, by the patients' own numbers."""
        table = self.flow.table
        rows = np.flatnonzero((table.emergency != NOWHERE) & np.isin(table.site, [*self.rules]))
        shares = np.zeros((len(self.flow.network.sites), 1 + TRIAGE_LEVELS))
        for site, rule in self.rules.items():
            shares[site, 1:] = rule.by_ambulance
        uniform = PatientChance(table.keys).uniform("ambulance", rows)
        comes = uniform < shares[table.site[rows], table.priority[rows]]
        return frozenset(rows[comes].tolist())

    def boards(self, patient: Patient, cubicle: Pool) -> None:
        """This patient keeps a cubicle until a bed is free."""
        self._boarding.setdefault(cubicle.index, []).append(patient)

    def sends_on(self, patient: Patient, now: float) -> bool:
        """Whether this arrival is turned away; it is then on the road to another department."""
        index = patient.index
        own_unit = self.flow.emergency[index] if self.shut else NOWHERE
        if own_unit != NOWHERE and self._is_shut(self.flow.pools[own_unit].site, now):
            return self._sends_everybody_on(patient, self.flow.pools[own_unit], now)
        if index not in self._by_ambulance:
            return False
        own = self.flow.pools[self.flow.emergency[index]]
        if self._is_open(own):
            return False
        for site in self._others[own.site]:
            for unit in self.flow.network.sites[site].emergency:
                if self._is_open(self.flow.pools[unit]) and not self._is_shut(site, now):
                    self._send_on(patient, own, self.flow.pools[unit], now)
                    return True
        return False

    def _sends_everybody_on(self, patient: Patient, own: Pool, now: float) -> bool:
        """To the first open door among those named, else to the nearest; none: it lets in."""
        named = tuple(site for door in self.shut[own.site] if door.is_shut(now) for site in door.to)
        reachable = self._others[own.site]
        for site in (*(one for one in named if one in reachable), *reachable):
            if not self._is_shut(site, now):
                unit = self.flow.network.sites[site].emergency[0]
                self._send_on(patient, own, self.flow.pools[unit], now)
                return True
        return False

    def _is_shut(self, site: int, now: float) -> bool:
        return any(door.is_shut(now) for door in self.shut.get(site, ()))

    def _is_open(self, pool: Pool) -> bool:
        rule = self.rules.get(pool.site)
        return rule is None or not (self._has_queue(pool, rule) or self._has_boarders(pool, rule))

    def _has_queue(self, pool: Pool, rule: DiversionRule) -> bool:
        self.flow.bring_up_to_date(pool)
        if rule.queue_from is None or pool.free > 0:
            return False
        waiting = sum(patient.ticket == ticket for _, ticket, patient in pool.queue)
        return waiting >= rule.queue_from

    def _has_boarders(self, pool: Pool, rule: DiversionRule) -> bool:
        if rule.boarders_from is None:
            return False
        boarding = self._boarding.get(pool.index, [])
        boarding[:] = [patient for patient in boarding if patient.holds is pool]
        return len(boarding) >= rule.boarders_from

    def _send_on(self, patient: Patient, own: Pool, other: Pool, now: float) -> None:
        index, flow = patient.index, self.flow
        road = flow.network.roads[own.site, other.site]
        flow.record.diverted.append(
            Diverted(index, now, own.site, other.site, other.index, road.hours, road.km)
        )
        flow.rehome(patient, other)
        self._admit_from(patient, other.site)
        patient.callbacks = self._on_door
        self.on_road += 1
        flow.schedule(patient, NORMAL, road.hours)

    def _at_the_door(self, patient: Patient) -> None:
        self.on_road -= 1
        self.flow.arrives_here(patient)

    def _admit_from(self, patient: Patient, other: int) -> None:
        """Who will need a bed gets it where the department that took him sends such patients."""
        flow, index = self.flow, patient.index
        planned = flow.units[0][index]
        if planned == NOWHERE:
            return
        needs = flow.network.units[planned].kind
        place = flow.network.sites[other]
        is_critical = needs is UnitKind.INTENSIVE_CARE
        choice = place.intensive_care if is_critical else place.ward
        if choice is not None:
            chance = PatientChance(flow.table.keys[index : index + 1])
            flow.plan_from(patient, choice.pick_one(float(chance.uniform("unit")[0])))
