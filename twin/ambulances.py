"""Ambulances as a resource: a transfer waits for one, and keeps it until it is back at its base.

From the decision on, the bed of destination is reserved: nobody else gets it. Until the ambulance
leaves, the patient keeps the place of origin. Transfers are served by the patient's priority,
first come first served among equals; patients on their way home come last.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

from simpy.events import NORMAL

from twin.actors import Callbacks, Patient, Pool, Step
from twin.chance import PatientChance
from twin.territory_network import Fleet, Territory
from twin.territory_record import Trip

if TYPE_CHECKING:
    from twin.territory_flow import TerritoryFlow

HOMEWARD_PRIORITY = 10
"""After every triage level and stream: who goes home has a bed already."""


class Request(Step):
    """One transfer that needs an ambulance, then that ambulance on its way.

    ``kind`` is that of the bed that is kept, where the unit tells its beds apart.
    """

    __slots__ = ("is_homeward", "kind", "patient", "pool", "trip")

    def __init__(self, patient: Patient, pool: Pool, trip: Trip, *, is_homeward: bool) -> None:
        self.patient = patient
        self.pool = pool
        self.trip = trip
        self.is_homeward = is_homeward
        beds = pool.separate
        self.kind = None if beds is None else beds.lying.pop(patient)

    def lay(self) -> None:
        """The bed that was kept is now the patient's."""
        if self.pool.separate is not None and self.kind is not None:
            self.pool.separate.lying[self.patient] = self.kind


class AmbulanceDesk:
    """Sends patients to beds that are reserved for them, as ambulances come free."""

    def __init__(self, flow: TerritoryFlow, territory: Territory) -> None:
        self.flow = flow
        self.fleets = territory.fleets
        self.fleet_of = territory.fleet_of
        self.pending: dict[int, Request] = {}
        self._free = [fleet.ambulances for fleet in territory.fleets]
        self._queues: list[list[tuple[int, int, Request]]] = [[] for _ in territory.fleets]
        self._requests = 0
        self._on_pick_up: Callbacks = [self._picks_up]
        self._on_return: Callbacks = [self._returns]

    def send(self, patient: Patient, pool: Pool, now: float, *, is_homeward: bool = False) -> None:
        """Move the patient to this place, already taken for this, as soon as one can drive."""
        at = self.fleet_of.get(patient.site)
        if at is None:
            self.flow.depart(patient, pool, now, is_homeward=is_homeward)
            return
        trip = Trip(patient.index, now, patient.site, pool.site, at)
        self.flow.record.trips.append(trip)
        request = Request(patient, pool, trip, is_homeward=is_homeward)
        self.pending[patient.index] = request
        if self._free[at] > 0:
            self._free[at] -= 1
            self._call(request, now)
        else:
            self._requests += 1
            priority = HOMEWARD_PRIORITY if is_homeward else self.flow.priority_of(patient)
            heappush(self._queues[at], (priority, self._requests, request))

    def borrow(self, patient: Patient, pool: Pool, now: float) -> None:
        """An ambulance from outside, for a patient who changes places with others at once."""
        at = self.fleet_of.get(patient.site)
        if at is not None:
            trip = Trip(patient.index, now, patient.site, pool.site, at, now, now)
            trip.is_borrowed = True
            trip.free_hours = now + self._busy_hours(patient, pool, self.fleets[at])
            self.flow.record.trips.append(trip)

    def call_off(self, patient: Patient, now: float) -> None:
        """The patient needs no ambulance any more: the reserved place is free again."""
        request = self.pending.pop(patient.index, None)
        if request is not None:
            request.trip.is_off = True
            self.flow.give_back(request.pool, request.kind, now)

    def reserved(self) -> list[int]:
        """The unit of every place that is kept for a patient who has not left yet."""
        return [request.pool.index for request in self.pending.values()]

    def without_place(self) -> int:
        """Patients who wait for an ambulance and hold no place meanwhile."""
        return sum(request.patient.holds is None for request in self.pending.values())

    def _call(self, request: Request, now: float) -> None:
        trip = request.trip
        trip.called_hours = now
        hours = self._drive(self.fleets[trip.fleet].base, trip.origin)
        if hours:
            request.callbacks = self._on_pick_up
            self.flow.schedule(request, NORMAL, hours)
        else:
            self._leaves(request, now)

    def _picks_up(self, request: Request) -> None:
        now, trip = self.flow.env.now, request.trip
        if trip.is_off:
            hours = self._drive(trip.origin, self.fleets[trip.fleet].base)
            self._drives_back(request, now, hours)
        else:
            self._leaves(request, now)

    def _leaves(self, request: Request, now: float) -> None:
        patient, pool, trip = request.patient, request.pool, request.trip
        trip.leaves_hours = now
        busy = self._busy_hours(patient, pool, self.fleets[trip.fleet])
        self._drives_back(request, now, busy)
        del self.pending[patient.index]
        request.lay()
        self.flow.depart(patient, pool, now, is_homeward=request.is_homeward)

    def _drives_back(self, request: Request, now: float, hours: float) -> None:
        request.trip.free_hours = now + hours
        request.callbacks = self._on_return
        self.flow.schedule(request, NORMAL, hours)

    def _busy_hours(self, patient: Patient, pool: Pool, fleet: Fleet) -> float:
        """From leaving with the patient until the ambulance is back at its base."""
        index = patient.index
        chance = PatientChance(self.flow.table.keys[index : index + 1])
        uniform = chance.uniform(f"handover_{patient.wants}")
        handover = float(fleet.handover.hours(uniform)[0])
        there = self._drive(patient.site, pool.site)
        return there + handover + self._drive(pool.site, fleet.base)

    def _drive(self, origin: int, destination: int) -> float:
        return 0.0 if origin == destination else self.flow.network.roads[origin, destination].hours

    def _returns(self, request: Request) -> None:
        """Back at the base: the next transfer, or none."""
        at = request.trip.fleet
        queue = self._queues[at]
        while queue:
            _, _, waiting = heappop(queue)
            if not waiting.trip.is_off:
                self._call(waiting, self.flow.env.now)
                return
        self._free[at] += 1
