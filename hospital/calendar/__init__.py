"""The Moroccan calendar: ``MoroccanCalendar.load()`` answers every question about a day.

Data beside the code, each row with its source: ``official_dates.csv`` (lunar events: official
where announced, else "Umm al-Qura + 1 day": right for 15 of the 21 announced dates of 2020-2026,
one day late for the six others), ``fixed_holidays.csv``, ``movable_days.csv``,
``school_breaks.csv`` and ``labels.csv`` (French, English, Arabic).
"""

from hospital.calendar.clock import ClockChange, casablanca, clock_changes, day_hours, shift_hours
from hospital.calendar.days import (
    DateStatus,
    Holiday,
    Labels,
    Language,
    Occurrence,
    Ramadan,
    RamadanDay,
    SchoolBreak,
    UserEvent,
)
from hospital.calendar.moroccan import MoroccanCalendar

__all__ = [
    "ClockChange",
    "DateStatus",
    "Holiday",
    "Labels",
    "Language",
    "MoroccanCalendar",
    "Occurrence",
    "Ramadan",
    "RamadanDay",
    "SchoolBreak",
    "UserEvent",
    "casablanca",
    "clock_changes",
    "day_hours",
    "shift_hours",
]
