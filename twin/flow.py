"""Patients walk through the places of the GST: a callback state machine on a SimPy environment.

A patient *is* a SimPy event that is scheduled again for each next step, through the public
``Environment.schedule``; a free place is taken without an event, an end for which nobody waits
needs none (``twin.bells``), nor does what nobody outside an emergency department can see
(``twin.emergency``). That makes about one event for a patient, which is what the speed follows.
Rare things (shifts, closures, policies) can run as ordinary SimPy processes on the same
``Flow.env``.

Rules of the flow: the place held is kept until the next one is free (boarding, blocking); a freed
place goes at once to the waiting patient of best priority, first come first served among equals;
patients who hold what the others wait for change places at once, so that no ring of waiting can
lock. The clock is in hours since midnight of the first simulated day.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from heapq import heappush
from math import inf, nextafter

import numpy as np
from simpy.events import NORMAL

from twin.actors import (
    Callbacks,
    Deadline,
    Patient,
    Pool,
    Transfer,
    ring_through,
)
from twin.bed_rules import BedDesk
from twin.chance import PatientChance
from twin.discharges import goes_home
from twin.emergency import EmergencyFlow
from twin.flow_state import Later
from twin.network import NOWHERE, Network
from twin.paths import follow
from twin.patients import INSIDE_PRIORITY, PatientTable
from twin.readmissions import ReturnDesk


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """A run makes many objects and no cycles; looking for cycles would cost and find nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Flow(EmergencyFlow):
    """One replication in motion. ``run`` leaves a time for each milestone of each patient."""

    __slots__ = (
        "_blocked",
        "_desk",
        "_discharge",
        "_on_arrival",
        "_on_leg_end",
        "_on_limit",
        "_on_patience_end",
        "_on_search",
    )

    def __init__(self, network: Network, table: PatientTable) -> None:
        super().__init__(network, table)
        self._desk = BedDesk(self)
        self._blocked: dict[Patient, Pool] = {}
        self._discharge = self._leave
        if table.returns is not None and network.readmissions is not None:
            self._discharge = ReturnDesk(self, table.returns, network.readmissions).go_home
        self._on_arrival: Callbacks = [self._arrived]
        self._on_leg_end: Callbacks = [self._leg_ended]
        self._on_patience_end: Callbacks = [self._patience_ended]
        self._on_search: Callbacks = [self._search_elsewhere]
        self._on_limit: Callbacks = [self._refuse]

    def run(self, end_hours: float, census_hours: float | None = None) -> Flow:
        """Let everybody walk until the end.

        With a census, the emergency departments walk alone until ``census_hours``; who is
        admitted before then is one of the census, whose patients are then in their beds.
        """
        self.open_doors()
        with without_garbage_collection():
            self._walk(end_hours, census_hours)
        return self

    def open_doors(self) -> None:
        """Places keep their hours, and the first patient is on the way."""
        self._desk.start()
        self._schedule_arrival(0.0)
        self._schedule_look(0.0)

    def _walk(self, end_hours: float, census_hours: float | None) -> None:
        if census_hours is not None:
            self.census_hours = census_hours
            self._on_tests_end[0] = self._tests_ended_before_census
            self.env.run(until=census_hours)
            self._on_tests_end[0] = self._tests_ended
            self._lay_census()
        self.env.run(until=end_hours)
        for pool in self.pools:
            self._close(pool, nextafter(end_hours, 0.0))

    def _lay_census(self) -> None:
        """Everybody of the census in bed, if need be in places beyond the beds."""
        for index in np.flatnonzero(self.table.present).tolist():
            pool = self.pools[self.units[0][index]]
            arrive_hours = float(self.table.arrive[index])
            patient = Patient(index, pool.site, arrive_hours)
            patient.wants = 0
            self._desk.take(patient, pool, self.env.now)
            self._move(patient, pool, self.env.now)
            self._first_start[index] = arrive_hours

    def _schedule_arrival(self, now: float) -> None:
        """Only the next arrival is in SimPy's queue, which stays short."""
        patient = next(self._arrivals, None)
        if patient is not None:
            patient.callbacks = self._on_arrival
            self._schedule(patient, NORMAL, patient.arrive_hours - now)

    def _arrived(self, patient: Patient) -> None:
        now = patient.arrive_hours
        self._schedule_arrival(now)
        self._walk_in(patient, now)

    def _tests_ended_before_census(self, patient: Patient) -> None:
        self._leave(patient, self.env.now)

    def _tests_ended(self, patient: Patient) -> None:
        """To a bed; those who go home have no such event."""
        patient.wants, index = 0, patient.index
        unit = self._first_unit[index]
        self._ask_bed(patient, self.pools[unit], self._priority[index], self.env.now)

    def _set_deadline(self, patient: Patient, now: float) -> None:
        """Patience counts from arrival; there is one deadline, whatever is waited for."""
        patience = self._patience[patient.index]
        if patience < inf and not patient.has_deadline:
            patient.has_deadline = True
            late = patient.arrive_hours + patience - now
            self._remind(patient, self._on_patience_end, max(late, 0.0))

    def _patience_ended(self, deadline: Deadline) -> None:
        patient = deadline.patient
        if patient.wants < 0:
            self.bring_up_to_date(self.pools[self._emergency[patient.index]])
        is_unseen = patient.wants < 0 or (patient.wants == 0 and patient.holds is None)
        if patient.ticket and is_unseen:
            patient.ticket = 0
            self.left_unseen.append(patient.index)
            self._leave(patient, self.env.now)
            if patient.wants == 0:
                self._desk.stopped_waiting(patient, self.env.now)

    def _ask_next_leg(self, patient: Patient, leg: int, priority: int, now: float) -> None:
        """Ask for the next unit of the path, or leave when there is none."""
        following = leg + 1
        unit = self.units[following][patient.index] if following < self._legs else NOWHERE
        if unit == NOWHERE:
            self._discharge(patient, now)
        else:
            patient.wants = following
            patient.home = None
            self._ask_bed(patient, self.pools[unit], priority, now)

    def _ask_bed(self, patient: Patient, pool: Pool, priority: int, now: float) -> None:
        if pool.ends and pool.ends[0] <= now:
            pool.settle(now)
        if pool.rules is not None:
            self._desk.ask(patient, pool, priority, now)
        elif pool.free > 0:
            pool.free -= 1
            self._enter_bed(patient, pool, now)
        else:
            self._wait_for_bed(patient, pool, priority, now)

    def _wait_for_bed(self, patient: Patient, pool: Pool, priority: int, now: float) -> None:
        is_outside = patient.holds is None and patient.wants == 0
        impatient = self.table.patience[patient.index] <= 0 and not patient.has_deadline
        if is_outside and impatient:
            self.left_unseen.append(patient.index)
            self._leave(patient, now)
            return
        self._wait(patient, pool, priority)
        if pool.rules is not None:
            self._desk.wait_by_rules(patient, pool, priority)
        if priority == INSIDE_PRIORITY and patient.holds is not None:
            self._blocked[patient] = pool
            ring = ring_through(self._blocked, patient)
            if ring and self._desk.fits(ring, self._blocked):
                self._change_places(ring, now)
                return
        if is_outside:
            self._set_deadline(patient, now)
        if pool.seeks_elsewhere:
            self._seek_elsewhere(patient, pool)

    def _seek_elsewhere(self, patient: Patient, pool: Pool) -> None:
        """Ask elsewhere after some hours (at once if there is none here), then leave the GST."""
        limit_hours = self.network.intensive_care_limit_hours
        if self._elsewhere[patient.site]:
            is_home = pool.site == patient.site
            search_hours = self.network.transfer_after_hours if is_home else 0.0
            self._remind(patient, self._on_search, search_hours)
        if limit_hours is not None:
            self._remind(patient, self._on_limit, limit_hours)

    def _remind(self, patient: Patient, callbacks: Callbacks, hours: float) -> None:
        deadline = Deadline(patient)
        deadline.callbacks = callbacks
        self._schedule(deadline, NORMAL, hours)

    def _refuse(self, limit: Deadline) -> None:
        """No intensive care was found in the GST in time."""
        patient = limit.patient
        if patient.ticket == limit.ticket:
            patient.ticket = 0
            self._blocked.pop(patient, None)
            self.refused.append(patient.index)
            self._leave(patient, self.env.now)
            self._desk.stopped_waiting(patient, self.env.now)

    def _search_elsewhere(self, search: Deadline) -> None:
        """Take intensive care in a linked hospital, or wait for the first that frees."""
        patient = search.patient
        if patient.ticket != search.ticket:
            return
        asked = self.pools[self.units[patient.wants][patient.index]]
        for pool in self._elsewhere[patient.site]:
            if self._desk.may_enter(patient, pool):
                patient.ticket = 0
                self._desk.take(patient, pool, self.env.now)
                self._enter_bed(patient, pool, self.env.now)
                self._desk.watch(asked, self.env.now)
                return
        for pool in self._elsewhere[patient.site]:
            heappush(pool.overflow, (self._priority[patient.index], search.ticket, patient))

    def _enter_bed(self, patient: Patient, pool: Pool, now: float) -> None:
        before = self._move(patient, pool, now)
        if before is not None:
            self._release(before, now)

    def _move(self, patient: Patient, pool: Pool, now: float) -> Pool | None:
        """Lay the patient in a place already taken for this; returns the place held so far."""
        leg, index, before = patient.wants, patient.index, patient.holds
        if leg:
            self._blocked.pop(patient, None)
        self.starts[leg][index] = now
        if self.units[leg][index] != pool.index:
            self.replanned.add(index)
            if patient.home is None:
                self._plan_anew(patient, pool.index)
            else:
                self.units[leg][index] = pool.index
        hours = self.hours[leg][index]
        if pool.site != patient.site:
            hours += self._transfer(patient, pool)
        is_last = self._dies[index] != leg and not self._moves_on(index, leg)
        if is_last and pool.leaves_late:
            hours = goes_home(self, index, pool, now + hours) - now
        patient.holds = pool
        if is_last and pool.lets_go:
            clock = self.env.now
            self.out[index] = clock + hours
            self._frees_at(pool, self.out[index], clock)
        else:
            patient.callbacks = self._on_leg_end
            self._schedule(patient, NORMAL, hours)
        return before

    def _moves_on(self, index: int, leg: int) -> bool:
        return leg + 1 < self._legs and self.units[leg + 1][index] != NOWHERE

    def _leg_ended(self, patient: Patient) -> None:
        index, held, now = patient.index, patient.holds, self.env.now
        assert held is not None
        if self._dies[index] == patient.wants:
            self.died.append(index)
            self._leave(patient, now)
        elif held.rules is not None and held.rules.waits_outside:
            self._desk.go_on_outside(patient, now)
        else:
            self._ask_next_leg(patient, patient.wants, INSIDE_PRIORITY, now)

    def _change_places(self, ring: list[Patient], now: float) -> None:
        """Everybody in the ring moves on; each unit gives one place and gets one."""
        wanted = [self._blocked[patient] for patient in ring]
        for patient, pool in zip(ring, wanted, strict=True):
            patient.ticket = 0
            self._move(patient, pool, now)
        for patient, pool in zip(ring, wanted, strict=True):
            if pool.separate is not None:
                pool.separate.change(patient, now)

    def _leave(self, patient: Patient, now: float) -> None:
        self.out[patient.index] = now
        if (held := patient.holds) is not None:
            patient.holds = None
            self._release(held, now)

    def _release(self, pool: Pool, now: float) -> None:
        if pool.rules is not None:
            self._desk.release(pool, pool.rules, now)
            return
        if pool.physicians is not pool:
            self._live_until(pool, now)
        self._give(pool, now)

    def _transfer(self, patient: Patient, pool: Pool) -> float:
        """Move the patient to the hospital of this place; the time on the road [hours]."""
        road = self.network.roads[patient.site, pool.site]
        self.transfers.append(
            Transfer(patient.index, self.env.now, patient.site, pool.site, road.hours, road.km)
        )
        patient.site = pool.site
        return road.hours

    def _plan_anew(self, patient: Patient, unit: int) -> None:
        """Follow the path from another unit than planned, with the patient's own numbers."""
        index, leg = patient.index, patient.wants
        chance = PatientChance(self.table.keys[index : index + 1])
        paths = follow(self.network.care, np.array([unit]), chance, leg)
        while self._legs < leg + paths.units.shape[1]:
            self._add_leg()
        for ahead in range(self._legs - leg):
            known = ahead < paths.units.shape[1]
            self.units[leg + ahead][index] = int(paths.units[0, ahead]) if known else NOWHERE
            self.hours[leg + ahead][index] = float(paths.hours[0, ahead]) if known else 0.0
        dies = int(paths.dies[0])
        self._dies[index] = dies if dies == NOWHERE else leg + dies

    def _add_leg(self) -> None:
        """Room for a path that is longer than all that were planned."""
        self.units.append(Later())
        self.hours.append({})
        self.starts.append({})
        self._legs += 1
