"""A shift on a given day, in real time: how long it lasts and how much rest lies before the next.

Clock hours are not durations in Morocco: on the night the clock goes back for Ramadan a shift
from 20:00 to 8:00 lasts thirteen hours, and eleven on the night it goes forward.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from typing import TYPE_CHECKING

from hospital.base import HOURS_PER_DAY
from hospital.calendar.clock import casablanca
from hospital.staff import Shift

if TYPE_CHECKING:
    from hospital.roster_problem import Assignment

ONE_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Duty:
    """One shift that starts on one day, with its instants in universal time."""

    shift: Shift
    day: date
    starts_at: datetime
    ends_at: datetime

    @property
    def hours(self) -> float:
        """Time really worked [hours]; 11 or 13 for a 12-hour night of a clock change."""
        return (self.ends_at - self.starts_at) / ONE_HOUR

    @property
    def is_night(self) -> bool:
        """Whether it counts as a night."""
        return self.shift.is_night

    def rest_hours_until(self, later: Duty) -> float:
        """Rest between this duty and a later one [hours], negative where they overlap."""
        return (later.starts_at - self.ends_at) / ONE_HOUR

    def days_touched(self) -> tuple[date, ...]:
        """The calendar days on which some of it is worked, first to last."""
        days = max(1, ceil(self.shift.end_hour / HOURS_PER_DAY))
        return tuple(self.day + timedelta(days=k) for k in range(days))


def duty_on(shift: Shift, day: date) -> Duty:
    """This shift started on this day, by the clock of Morocco."""
    midnight = datetime.combine(day, time(), casablanca())
    start = midnight + timedelta(hours=shift.start_hour)
    end = midnight + timedelta(hours=shift.end_hour)
    return Duty(shift, day, start.astimezone(UTC), end.astimezone(UTC))


def duties_by_person(
    assignments: Iterable[Assignment], shifts: Sequence[Shift]
) -> dict[str, list[Duty]]:
    """The duties of each person in order of time; assignments to unknown shifts are left out."""
    by_code = {shift.shift: shift for shift in shifts}
    duties: dict[str, list[Duty]] = {}
    for assignment in assignments:
        if assignment.shift in by_code:
            duty = duty_on(by_code[assignment.shift], assignment.day)
            duties.setdefault(assignment.staff, []).append(duty)
    for worked in duties.values():
        worked.sort(key=lambda duty: (duty.starts_at, duty.shift.shift))
    return duties
