"""The clock of Morocco: days of 23 and 25 hours, and how long a shift really lasts.

Morocco keeps GMT+1 but goes back to GMT around Ramadan (decree 2.18.855). The change days come
from the tz database; a future year is its prediction and may move by a week.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hospital.base import HOURS_PER_DAY
from hospital.calendar.days import days_between
from hospital.errors import GstError, say

CASABLANCA = "Africa/Casablanca"
ONE_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ClockChange:
    """A day whose length is not 24 hours."""

    date: date
    day_hours: int


@cache
def casablanca() -> ZoneInfo:
    """The time zone, or a GstError that says which package brings it."""
    try:
        return ZoneInfo(CASABLANCA)
    except ZoneInfoNotFoundError as missing:
        raise GstError(
            "time_zone_missing", say("Install the package tzdata: it brings Africa/Casablanca.")
        ) from missing


def day_hours(day: date) -> int:
    """Length of this local day [hours]: 24, or 23 or 25 when the clock changes."""
    zone = casablanca()
    starts = datetime.combine(day, time(), zone).astimezone(UTC)
    ends = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    return round((ends - starts) / ONE_HOUR)


def clock_changes(first: date, last: date) -> tuple[ClockChange, ...]:
    """The days from ``first`` to ``last``, both included, that last 23 or 25 hours."""
    lengths = ((day, day_hours(day)) for day in days_between(first, last))
    return tuple(ClockChange(day, hours) for day, hours in lengths if hours != HOURS_PER_DAY)


def hours_shown_twice(first: date, last: date) -> tuple[datetime, ...]:
    """The clock hours from ``first`` to ``last`` that come twice: the clock goes back after them.

    Clock times without offset, as tables give them.
    """
    return tuple(
        hour
        for change in clock_changes(first, last)
        if change.day_hours > HOURS_PER_DAY
        for hour in (datetime.combine(change.date, time(n)) for n in range(HOURS_PER_DAY))
        if _instant(hour) != _instant(hour.replace(fold=1))
    )


def shift_hours(start: datetime, end: datetime) -> float:
    """Time really worked between two readings of the clock on the wall [hours].

    A moment without a time zone is Moroccan local time. An hour that the clock shows twice means
    its first passage, unless ``fold=1`` says the second (PEP 495).

    Raises:
        GstError: ``shift_ends_before_it_starts``.
    """
    worked_hours = (_instant(end) - _instant(start)) / ONE_HOUR
    if worked_hours < 0:
        raise GstError(
            "shift_ends_before_it_starts",
            say(
                "The shift starts {start} and ends {end}; a night shift ends on the next date.",
                start=start,
                end=end,
            ),
        )
    return worked_hours


def _instant(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=casablanca())
    return moment.astimezone(UTC)
