"""Electives that are called off because their unit is full, and called again later."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import simpy

from hospital.base import HOURS_PER_DAY
from twin.actors import Callbacks, Deadline, Patient, Pool
from twin.chance import PatientChance
from twin.network import NOWHERE
from twin.place_rules import CallingOff

if TYPE_CHECKING:
    from twin.flow import Flow


@dataclass(frozen=True, slots=True)
class CalledOff:
    """An elective admission that did not take place; the patient is lost where ``is_last``."""

    patient: int
    unit: int
    at_hours: float
    is_last: bool


class ElectiveDesk:
    """Calls electives off by the rule of their unit, and gives them another date."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self._times: dict[int, int] = {}
        self._morning_calls: dict[Pool, tuple[float, bool]] = {}
        self._on_limit: Callbacks = [self._limit_passed]
        self._on_new_date: Callbacks = [self._comes_again]

    def rule_for(self, patient: Patient, pool: Pool) -> CallingOff | None:
        """The rule under which this patient comes, if he is an elective on the way in."""
        rule = None if pool.rules is None else pool.rules.calling_off
        if rule is None or not self.flow.table.elective[patient.index]:
            return None
        return rule if patient.holds is None and patient.wants == 0 else None

    def is_full(self, rule: CallingOff, pool: Pool, now: float) -> bool:
        """Whether the unit was too full at the call that counts for this hour."""
        called_at, was_full = self._morning_calls.get(pool, (-1.0, False))
        if called_at >= 0 and called_at // HOURS_PER_DAY == now // HOURS_PER_DAY:
            return was_full
        return too_full(rule, pool)

    def keep_calling(self, pool: Pool, rule: CallingOff) -> Generator[simpy.Event]:
        """Each day at the hour of the call, look how full the unit is (a SimPy process)."""
        env, hour = self.flow.env, rule.call_hour
        assert hour is not None
        yield env.timeout((hour - env.now) % HOURS_PER_DAY)
        while True:
            self._morning_calls[pool] = env.now, too_full(rule, pool)
            yield env.timeout(HOURS_PER_DAY)

    def waits_at_most(self, patient: Patient, rule: CallingOff) -> None:
        """The patient waits now; remind when his time is over."""
        if rule.wait_hours is not None:
            self.flow._remind(patient, self._on_limit, rule.wait_hours)

    def _limit_passed(self, limit: Deadline) -> None:
        patient = limit.patient
        if patient.ticket == limit.ticket:
            patient.ticket = 0
            pool = self._unit_of(patient)
            self.call_off(patient, pool, self.flow.env.now)
            if pool.surge is not None:
                pool.surge.watch(self.flow.env.now)

    def _unit_of(self, patient: Patient) -> Pool:
        return self.flow.pools[self.flow.units[0][patient.index]]

    def call_off(self, patient: Patient, pool: Pool, now: float) -> None:
        """Send the patient home, with another date while he has not had too many."""
        assert pool.rules is not None
        rule, index = pool.rules.calling_off, patient.index
        assert rule is not None
        times = self._times[index] = self._times.get(index, 0) + 1
        is_last = times > rule.rebookings
        self.flow.called_off.append(CalledOff(index, pool.index, now, is_last))
        if is_last:
            self.flow._leave(patient, now)
            return
        self.flow.due_again.add(index)
        chance = PatientChance(self.flow.table.keys[index : index + 1])
        hours = rule.rebooked_after.hours(chance.uniform(f"rebooked_{times}"))
        again = Patient(index, patient.site, patient.arrive_hours)
        self.flow._remind(again, self._on_new_date, float(hours[0]))

    def _comes_again(self, date: Deadline) -> None:
        patient, flow = date.patient, self.flow
        flow.due_again.discard(patient.index)
        flow._ask_next_leg(patient, NOWHERE, flow._priority[patient.index], flow.env.now)


def too_full(rule: CallingOff, pool: Pool) -> bool:
    """Whether so many of the open beds are taken that electives are called off."""
    if rule.at_percent is None or not pool.taken:
        return False
    return 100 * pool.taken >= rule.at_percent * pool.capacity
