"""What rules of places did: open and surge beds, electives called off, delays, moves inside."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from hospital.base import HOURS_PER_DAY
from hospital.twin_result import Indicator
from twin.event_log import Flags, Milestones
from twin.indicators.measure import EVERYBODY, Measure, Row, places
from twin.laws import Floats
from twin.network import Ints
from twin.unit_rules import BedRules

ByUnit = npt.NDArray[np.float64]


def place_rows(measure: Measure, milestones: Milestones) -> Iterator[Row]:
    """One row for each unit that has the rule, and their sum by hospital and GST.

    All per day of the measured time; bed-days are time integrals over it.
    """
    rules = [rule or BedRules() for rule in measure.network.rules]
    events = milestones.places
    calling = [rule.calling_off is not None for rule in rules]
    off = events.called_off[measure.is_inside(events.called_off[:, 2])]
    yield from _rows(measure, Indicator.CALLED_OFF, _count(measure, off[:, 1]), calling)
    delays = events.delays
    held = _bed_days(measure, delays[:, 1], (delays[:, 2], delays[:, 3]))
    delaying = [rule.discharge_delay is not None for rule in rules]
    yield from _rows(measure, Indicator.DELAYED_BED_DAYS, held, delaying)
    moves = events.bed_moves[measure.is_inside(events.bed_moves[:, 2])]
    moving = [bool(rule.layout) and rule.moves_inside for rule in rules]
    yield from _rows(measure, Indicator.BED_MOVES, _count(measure, moves[:, 1]), moving)
    yield from _surge_rows(measure, milestones, rules)
    yield from _opening_rows(measure)


def called_off_for_good(milestones: Milestones) -> Flags:
    """Patients who were called off and have no other date."""
    events = milestones.places.called_off
    found = np.zeros(len(milestones.table), dtype=np.bool_)
    found[events[events[:, 3] > 0, 0].astype(np.int64)] = True
    return found


def _surge_rows(measure: Measure, milestones: Milestones, rules: list[BedRules]) -> Iterator[Row]:
    steps = milestones.places.surge
    until = np.full(len(steps), measure.end_hours)
    same = steps[1:, 0] == steps[:-1, 0]
    until[:-1][same] = steps[1:, 1][same]
    standing = _bed_days(measure, steps[:, 0], (steps[:, 1], until), steps[:, 2])
    surging = [rule.surge is not None for rule in rules]
    prices = [rule.surge.cost_per_bed_day_mad if rule.surge else 0.0 for rule in rules]
    yield from _rows(measure, Indicator.SURGE_BED_DAYS, standing, surging)
    yield from _rows(measure, Indicator.SURGE_COST, standing * np.array(prices), surging)


def _opening_rows(measure: Measure) -> Iterator[Row]:
    for timetable in measure.network.timetables:
        if not timetable.of_physicians:
            code = measure.network.units[timetable.unit].unit
            mean = timetable.mean(measure.start_hours, measure.end_hours)
            yield (Indicator.OPEN_BEDS, code, EVERYBODY, mean)


def _count(measure: Measure, units: Floats) -> ByUnit:
    """Events of each unit [per day]."""
    size = len(measure.network.units)
    return np.bincount(units.astype(np.int64), minlength=size) / measure.days


def _bed_days(
    measure: Measure, units: Floats, period: tuple[Floats, Floats], beds: Floats | None = None
) -> ByUnit:
    """Bed-days of each unit inside the measured time [bed-days per day]."""
    since, until = (times.clip(measure.start_hours, measure.end_hours) for times in period)
    hours = (until - since) * (1.0 if beds is None else beds)
    which: Ints = units.astype(np.int64)
    total = np.bincount(which, weights=hours, minlength=len(measure.network.units))
    return np.asarray(total / HOURS_PER_DAY / measure.days, dtype=np.float64)


def _rows(
    measure: Measure, indicator: Indicator, values: ByUnit, has_rule: list[bool]
) -> Iterator[Row]:
    """Values of the units that have the rule, and the sums; nothing where no unit has it."""
    if not any(has_rule):
        return
    for unit, value, counted in zip(measure.network.units, values, has_rule, strict=True):
        if counted:
            yield (indicator, unit.unit, EVERYBODY, float(value))
    for code, members in places(measure.network, inpatient_only=True):
        yield (indicator, code, EVERYBODY, float(values[members].sum()))
