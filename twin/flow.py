"""Patients walk through the places of the GST: a callback state machine on a SimPy environment.

A patient *is* a SimPy event that is scheduled again for each next step, through the public
``Environment.schedule``; a free place is taken without an event. That makes about three events
for a patient, which is what the speed follows. Rare things (shifts, closures, policies) can run
as ordinary SimPy processes on the same ``Flow.env``.

Rules of the flow: the place held is kept until the next one is free (boarding, blocking); a freed
place goes at once to the waiting patient of best priority, first come first served among equals;
the clock is in hours since midnight of the first simulated day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush
from math import floor, inf, nan
from typing import Any, TypeAlias

import numpy as np
import simpy

from hospital.base import HOURS_PER_DAY
from hospital.places import UnitKind
from twin.network import INTENSIVE_CARE, NOWHERE, STEP_DOWN, WARD, Choice, Network
from twin.patients import INSIDE_PRIORITY, STAGES, PatientTable

Callbacks: TypeAlias = list[Callable[[Any], None]]

WAITS_FOR_CUBICLE = -2
WAITS_FOR_PHYSICIAN = -1


class Step(simpy.Event):
    """An event that always succeeds and is scheduled anew instead of made anew."""

    __slots__ = ("callbacks",)
    _ok = True


class Patient(Step):
    """One patient on the way; ``index`` is the row of the patient table.

    ``wants`` is the stage in progress or waited for, ``ticket`` the number drawn in the queue
    (0 when not waiting), so that a stale entry of a queue is known by its number.
    """

    __slots__ = ("has_deadline", "holds", "index", "site", "ticket", "wants")

    def __init__(self, index: int, site: int) -> None:
        self.index = index
        self.site = site
        self.holds: Pool | None = None
        self.wants = WAITS_FOR_CUBICLE
        self.ticket = 0
        self.has_deadline = False


class Deadline(Step):
    """The moment at which a patient who still waits with this ticket changes course."""

    __slots__ = ("patient", "ticket")

    def __init__(self, patient: Patient) -> None:
        self.patient = patient
        self.ticket = patient.ticket


class Feed(Step):
    """The next arrival of one hospital."""

    __slots__ = ("next", "site", "stop")

    def __init__(self, site: int, start: int, stop: int) -> None:
        self.site = site
        self.next = start
        self.stop = stop


class Pool:
    """Places of one unit (or its physicians): how many are free, and who waits.

    ``queue`` holds (priority, ticket, patient); ``overflow`` those who may come from other
    hospitals and are served after it.
    """

    __slots__ = ("free", "index", "overflow", "physicians", "queue", "site")

    def __init__(self, index: int, site: int, places: int) -> None:
        self.index = index
        self.site = site
        self.free = places
        self.queue: list[tuple[int, int, Patient]] = []
        self.overflow: list[tuple[int, int, Patient]] = []
        self.physicians: Pool | None = None

    def next_waiting(self) -> Patient | None:
        """Takes the best waiting patient out of the queues."""
        for queue in (self.queue, self.overflow):
            while queue:
                _, ticket, patient = heappop(queue)
                if patient.ticket == ticket:
                    patient.ticket = 0
                    return patient
        return None


@dataclass(frozen=True, slots=True)
class Transfer:
    """One patient moved between hospitals."""

    patient: int
    at_hours: float
    origin: int
    destination: int
    hours: float
    km: float


class Flow:
    """One replication in motion. ``run`` leaves a time for each milestone of each patient.

    Milestones are nan where a patient has not come so far; ``starts`` are the three stages.
    """

    def __init__(self, network: Network, table: PatientTable) -> None:
        self.network = network
        self.table = table
        self.env = simpy.Environment()
        self._read_table(table)
        self._set_milestones(len(table))
        self._open_places(network)
        self._tickets = 0
        self._on_arrival: Callbacks = [self._arrived]
        self._on_consult_end: Callbacks = [self._consult_ended]
        self._on_tests_end: Callbacks = [self._tests_ended]
        self._on_stage_end: Callbacks = [self._stage_ended]
        self._on_patience_end: Callbacks = [self._patience_ended]
        self._on_search: Callbacks = [self._search_elsewhere]

    def run(self, end_hours: float) -> Flow:
        """Let everybody walk until the end."""
        self._start_feeds()
        self.env.run(until=end_hours)
        return self

    def _read_table(self, table: PatientTable) -> None:
        """Lists, because reading one number of an array costs more than the step it serves."""
        self._arrive: list[float] = table.arrive.tolist()
        self._emergency: list[int] = table.emergency.tolist()
        self._priority: list[int] = table.priority.tolist()
        self._patience: list[float] = table.patience.tolist()
        self._consult: list[float] = table.consult.tolist()
        self._tests: list[float] = table.tests.tolist()
        self._clock: list[float] = table.clock.tolist()
        self._dies: list[int] = table.dies.tolist()
        self.units: list[list[int]] = [table.units[:, stage].tolist() for stage in STAGES]
        self._hours: list[list[float]] = [table.hours[:, stage].tolist() for stage in STAGES]

    def _set_milestones(self, patients: int) -> None:
        self.cubicle = [nan] * patients
        self.physician = [nan] * patients
        self.disposition = [nan] * patients
        self.starts = [[nan] * patients for _ in STAGES]
        self.out = [nan] * patients
        self.left_unseen: list[int] = []
        self.died: list[int] = []
        self.transfers: list[Transfer] = []

    def _open_places(self, network: Network) -> None:
        self.pools = [
            Pool(at, network.site_of[at], network.beds[at]) for at in range(len(network.units))
        ]
        for pool, unit in zip(self.pools, network.units, strict=True):
            if unit.kind is UnitKind.EMERGENCY:
                pool.physicians = Pool(pool.index, pool.site, unit.physicians)
        self._elsewhere = [
            tuple(self.pools[unit] for unit in site.other_intensive_care) for site in network.sites
        ]

    # Arrival and emergency department

    def _start_feeds(self) -> None:
        sites = self.table.site.tolist()
        start = 0
        while start < len(sites):
            stop = start + sites[start:].count(sites[start])
            self._schedule_arrival(Feed(sites[start], start, stop))
            start = stop

    def _schedule_arrival(self, feed: Feed) -> None:
        feed.callbacks = self._on_arrival
        self.env.schedule(feed, delay=self._arrive[feed.next] - self.env.now)

    def _arrived(self, feed: Feed) -> None:
        patient = Patient(feed.next, feed.site)
        feed.next += 1
        if feed.next < feed.stop:
            self._schedule_arrival(feed)
        unit = self._emergency[patient.index]
        if unit == NOWHERE:
            self._ask_next_stage(patient, NOWHERE, self._priority[patient.index])
        else:
            self._ask_cubicle(patient, self.pools[unit])

    def _ask_cubicle(self, patient: Patient, pool: Pool) -> None:
        if pool.free:
            pool.free -= 1
            self._enter_cubicle(patient, pool)
        else:
            self._wait(patient, pool, self._priority[patient.index])
            self._set_deadline(patient)

    def _enter_cubicle(self, patient: Patient, pool: Pool) -> None:
        self.cubicle[patient.index] = self.env.now
        patient.holds = pool
        physicians = pool.physicians
        assert physicians is not None
        if physicians.free:
            physicians.free -= 1
            self._start_consult(patient)
        else:
            patient.wants = WAITS_FOR_PHYSICIAN
            self._wait(patient, physicians, self._priority[patient.index])
            self._set_deadline(patient)

    def _start_consult(self, patient: Patient) -> None:
        index = patient.index
        self.physician[index] = self.env.now
        patient.callbacks = self._on_consult_end
        self.env.schedule(patient, delay=self._consult[index])

    def _consult_ended(self, patient: Patient) -> None:
        assert patient.holds is not None
        physicians = patient.holds.physicians
        assert physicians is not None
        patient.callbacks = self._on_tests_end
        self.env.schedule(patient, delay=self._tests[patient.index])
        waiting = physicians.next_waiting()
        if waiting is None:
            physicians.free += 1
        else:
            self._start_consult(waiting)

    def _tests_ended(self, patient: Patient) -> None:
        self.disposition[patient.index] = self.env.now
        self._ask_next_stage(patient, NOWHERE, self._priority[patient.index])

    def _set_deadline(self, patient: Patient) -> None:
        """Patience counts from arrival; there is one deadline, whatever is waited for."""
        patience = self._patience[patient.index]
        if patience < inf and not patient.has_deadline:
            patient.has_deadline = True
            deadline = Deadline(patient)
            deadline.callbacks = self._on_patience_end
            late = self._arrive[patient.index] + patience - self.env.now
            self.env.schedule(deadline, delay=max(late, 0.0))

    def _patience_ended(self, deadline: Deadline) -> None:
        patient = deadline.patient
        if patient.ticket and patient.wants < 0:
            patient.ticket = 0
            self.left_unseen.append(patient.index)
            self._leave(patient)

    # Beds

    def _ask_next_stage(self, patient: Patient, stage: int, priority: int) -> None:
        """Ask for the next unit of the plan, or leave when there is none."""
        index = patient.index
        for following in range(stage + 1, len(STAGES)):
            unit = self.units[following][index]
            if unit != NOWHERE:
                patient.wants = following
                self._ask_bed(patient, self.pools[unit], priority)
                return
        self._leave(patient)

    def _ask_bed(self, patient: Patient, pool: Pool, priority: int) -> None:
        if pool.free:
            pool.free -= 1
            self._enter_bed(patient, pool)
            return
        self._wait(patient, pool, priority)
        if patient.wants == INTENSIVE_CARE and self._elsewhere[patient.site]:
            search = Deadline(patient)
            search.callbacks = self._on_search
            is_home = pool.site == patient.site
            self.env.schedule(search, delay=self.network.transfer_after_hours if is_home else 0)

    def _search_elsewhere(self, search: Deadline) -> None:
        """Take intensive care in a linked hospital, or wait for the first that frees."""
        patient = search.patient
        if not search.ticket or patient.ticket != search.ticket:
            return
        for pool in self._elsewhere[patient.site]:
            if pool.free:
                patient.ticket = 0
                pool.free -= 1
                self._enter_bed(patient, pool)
                return
        for pool in self._elsewhere[patient.site]:
            entry = (self._priority[patient.index], search.ticket, patient)
            heappush(pool.overflow, entry)

    def _enter_bed(self, patient: Patient, pool: Pool) -> None:
        stage, index, before = patient.wants, patient.index, patient.holds
        self.starts[stage][index] = self.env.now
        self.units[stage][index] = pool.index
        travel = self._transfer(patient, pool) if pool.site != patient.site else 0.0
        patient.holds = pool
        patient.callbacks = self._on_stage_end
        self.env.schedule(patient, delay=self._time_in_bed(index, stage, pool.index, travel))
        if before is not None:
            self._release(before)

    def _time_in_bed(self, index: int, stage: int, unit: int, travel: float) -> float:
        """Travel, need and, before going home, the wait for the discharge hour [hours]."""
        time = travel + self._hours[stage][index]
        if stage != WARD or not self.network.waits_for_clock[unit] or self._dies[index] == stage:
            return time
        now = self.env.now
        ready = now + time
        discharge = floor(ready / HOURS_PER_DAY) * HOURS_PER_DAY + self._clock[index]
        return (discharge if discharge >= ready else discharge + HOURS_PER_DAY) - now

    def _stage_ended(self, patient: Patient) -> None:
        index = patient.index
        if self._dies[index] == patient.wants:
            self.died.append(index)
            self._leave(patient)
        else:
            self._ask_next_stage(patient, patient.wants, INSIDE_PRIORITY)

    def _leave(self, patient: Patient) -> None:
        self.out[patient.index] = self.env.now
        held = patient.holds
        if held is not None:
            patient.holds = None
            self._release(held)

    # Places

    def _wait(self, patient: Patient, pool: Pool, priority: int) -> None:
        self._tickets += 1
        patient.ticket = self._tickets
        heappush(pool.queue, (priority, self._tickets, patient))

    def _release(self, pool: Pool) -> None:
        waiting = pool.next_waiting()
        if waiting is None:
            pool.free += 1
        elif waiting.wants < 0:
            self._enter_cubicle(waiting, pool)
        else:
            self._enter_bed(waiting, pool)

    # Transfers

    def _transfer(self, patient: Patient, pool: Pool) -> float:
        """Move the patient to the hospital of this place; the time on the road [hours]."""
        road = self.network.roads[patient.site, pool.site]
        self.transfers.append(
            Transfer(patient.index, self.env.now, patient.site, pool.site, road.hours, road.km)
        )
        patient.site = pool.site
        if patient.wants != WARD:
            self._plan_anew(patient)
        return road.hours

    def _plan_anew(self, patient: Patient) -> None:
        """Later stages happen where the patient now is, if that hospital has them."""
        index = patient.index
        ward, needs, step_down, stay_step_down, stay_ward = self.table.chance[index].tolist()
        site = self.network.sites[patient.site]
        if patient.wants == INTENSIVE_CARE:
            choice = site.stages[STEP_DOWN] if needs < site.step_down_share else None
            self._replace(index, STEP_DOWN, choice, (step_down, stay_step_down))
        if site.stages[WARD] is not None:
            self._replace(index, WARD, site.stages[WARD], (ward, stay_ward))

    def _replace(
        self, index: int, stage: int, choice: Choice | None, chance: tuple[float, float]
    ) -> None:
        if choice is None:
            self.units[stage][index] = NOWHERE
            return
        unit = choice.pick_one(chance[0])
        self.units[stage][index] = unit
        self._hours[stage][index] = float(self.network.laws[unit].hours(np.array(chance[1])))
