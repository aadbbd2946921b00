"""The Moroccan calendar: ``MoroccanCalendar.load()`` answers every question about a day.

Data beside the code, each row with its source: ``official_dates.csv`` (lunar events: official
where announced, else "Umm al-Qura + 1 day", right 6 times in 7), ``fixed_holidays.csv``,
``movable_days.csv``, ``school_breaks.csv`` and ``labels.csv`` (French, English, Arabic).
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
