"""When a patient who is ready goes home: at a discharge hour, after a delay that some have."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING

from hospital.base import HOURS_PER_DAY
from twin.actors import Pool
from twin.chance import PatientChance
from twin.place_rules import DischargeDelay

if TYPE_CHECKING:
    from twin.flow import Flow


@dataclass(frozen=True, slots=True)
class Delay:
    """A patient could have left his bed, and stayed in it until later [hours of the run]."""

    patient: int
    unit: int
    fit_at_hours: float
    until_hours: float


def until_clock(ready: float, clock: float) -> float:
    """The first discharge hour from the moment when the patient is ready."""
    discharge = floor(ready / HOURS_PER_DAY) * HOURS_PER_DAY + clock
    return discharge if discharge >= ready else discharge + HOURS_PER_DAY


def goes_home(flow: Flow, index: int, pool: Pool, ready: float) -> float:
    """When this patient, ready at that time, leaves his bed for home [hours of the run]."""
    clock = flow._clock[index]
    leaves = until_clock(ready, clock) if pool.waits_for_clock else ready
    delay = None if pool.rules is None else pool.rules.discharge_delay
    hours = 0.0 if delay is None else delay_hours(flow, index, delay)
    if not hours:
        return leaves
    later = until_clock(ready + hours, clock) if pool.waits_for_clock else ready + hours
    flow.delays.append(Delay(index, pool.index, leaves, later))
    return later


def delay_hours(flow: Flow, index: int, delay: DischargeDelay) -> float:
    """How long this patient is kept after he is ready, from numbers of his own."""
    chance = PatientChance(flow.table.keys[index : index + 1])
    if chance.uniform("delayed")[0] >= delay.share:
        return 0.0
    return float(delay.delay.hours(chance.uniform("delay"))[0])
