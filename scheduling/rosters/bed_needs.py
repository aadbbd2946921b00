"""How many nurses each shift needs for the patients whom the twin foresees.

Patients at the middle of the shift, at a chosen quantile of the forecast, over the beds that one
nurse looks after, rounded up. A ward keeps one nurse as long as the weekly table asks for any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from hospital.base import HOURS_PER_DAY
from hospital.bed_forecast import BedForecast
from hospital.places import Unit
from hospital.roster import Roster, RosterProblem
from hospital.roster_limits import DayNeed
from hospital.staff import CoverageNeed, Shift, Skill


@dataclass(frozen=True, slots=True)
class Moment:
    """The clock hour (1 to 24) at which patients are counted, and on which day after the start."""

    hour: int
    days_later: int


def middle(shift: Shift) -> Moment:
    """The full hour at, or next before, the middle of a shift; midnight ends its day."""
    hour = int(shift.start_hour + shift.length_hours / 2)
    days_later = (hour - 1) // HOURS_PER_DAY
    return Moment(hour - days_later * HOURS_PER_DAY, days_later)


def nursed_shifts(problem: RosterProblem) -> tuple[Shift, ...]:
    """The shifts of the unit on which the weekly table asks for nurses."""
    asked = {need.shift for need in _nursing(problem).values()}
    return tuple(shift for shift in problem.shifts if shift.shift in asked)


def bed_needs(
    problem: RosterProblem, unit: Unit, beds: Mapping[int, BedForecast], level: float
) -> tuple[DayNeed, ...]:
    """Needs of the days that the forecasts know, at this quantile (0 to 1).

    ``beds`` has a forecast by clock hour. Days that no forecast knows keep the weekly table, and
    so do physicians and shifts without nurses.
    """
    occupied = {
        hour: dict(zip(one.days, one.of_units((unit.unit,)).quantile(level)[0], strict=True))
        for hour, one in beds.items()
    }
    return tuple(_needs(problem, unit, occupied))


def patient_needs(
    problem: RosterProblem, unit: Unit, occupied: Mapping[int, Mapping[date, float]]
) -> tuple[DayNeed, ...]:
    """Needs for so many patients by clock hour and day; a unit of several skills keeps its table.

    Midwives and nurses of one ward look after the same patients on shifts that overlap: how they
    share them is not known.
    """
    skills = {need.skill for need in _nursing(problem).values()}
    return tuple(_needs(problem, unit, occupied)) if len(skills) == 1 else ()


def never_below_table(problem: RosterProblem, needs: tuple[DayNeed, ...]) -> tuple[DayNeed, ...]:
    """These needs, or what the weekly table asks for where it asks for more."""
    table = _nursing(problem)
    return tuple(
        need.but(
            staff_needed=max(need.staff_needed, table[need.day.weekday(), need.shift].staff_needed)
        )
        for need in needs
    )


def nurses_short(roster: Roster, needs: tuple[DayNeed, ...]) -> int:
    """How many nurses the roster would lack over all shifts if these were the needs."""
    asked = roster.problem.but(demand=needs)
    kept = {(need.day, need.shift, need.skill) for need in needs}
    gaps = roster.but(problem=asked).shortfall()
    return sum(gap.missing for gap in gaps if (gap.day, gap.shift, gap.skill) in kept)


def _needs(
    problem: RosterProblem, unit: Unit, occupied: Mapping[int, Mapping[date, float]]
) -> Iterator[DayNeed]:
    shifts = {shift.shift: shift for shift in problem.shifts}
    nursing = _nursing(problem)
    for day in problem.calendar():
        for (weekday, code), weekly in nursing.items():
            moment = middle(shifts[code])
            patients = occupied[moment.hour].get(day + timedelta(days=moment.days_later))
            if weekday == day.weekday() and patients is not None:
                nurses = max(1, ceil(patients / unit.beds_per_nurse))
                yield DayNeed(day=day, shift=code, skill=weekly.skill, staff_needed=nurses)


def _nursing(problem: RosterProblem) -> dict[tuple[int, str], CoverageNeed]:
    """By weekday and shift the nurses' row of the table; of several skills the most needed."""
    rows = [
        need
        for need in problem.coverage
        if need.unit == problem.unit and need.skill is not Skill.PHYSICIAN and need.staff_needed
    ]
    rows.sort(key=lambda need: (need.staff_needed, need.skill))
    return {(need.weekday, need.shift): need for need in rows}
