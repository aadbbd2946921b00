"""The days that the demo covers, and what each of them does to demand.

The effects of Ramadan and of the two Aïds are *planted*: their size is written here by name,
so that a test, and a forecaster, can be asked to find them again.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from hospital.base import DAYS_PER_WEEK, HOURS_PER_DAY
from hospital.calendar import MoroccanCalendar

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]

AS_OF = date(2026, 11, 23)
HISTORY_START = date(2023, 11, 20)
HISTORY_DAYS = (AS_OF - HISTORY_START).days
WARMUP_DAYS = 63
"""Days simulated before the history starts, so that its first beds are not all empty."""

RAMADAN_DAILY_FACTOR = 0.95
"""Visits in Ramadan over visits of the same days outside it (prior −5 % ± 5)."""

RAMADAN_HOUR_FACTORS = (1.25,) * 3 + (1.15,) * 3 + (1.0,) * 12 + (0.70,) * 3 + (1.05,) * 3
"""Each clock hour in Ramadan before the day is scaled to its total: fewer around the ftour
(18–21 h), more from midnight to 6 h. The signs are those of Marseille AP-HM 2010–17; the
sizes are a hypothesis for a country where nearly everybody fasts."""

AID_FACTORS = (0.82, 1.06, 1.04)
"""Visits on the day of an Aïd, the day after and the day after that [hypothesis]."""

HOLIDAY_FACTOR = 0.97
"""Visits on any other public holiday [hypothesis]."""

WEEKDAY_FACTORS = (1.08, 1.02, 1.00, 0.99, 0.93, 0.98, 1.00)
"""Visits from Monday to Sunday; Friday is the quietest day [hypothesis]."""

YEARLY_AMPLITUDE = 0.06
YEARLY_PEAK_DAY = 20
"""Winter season of the visits: the peak is in the third week of January [hypothesis]."""

GROWTH_PER_YEAR = 0.02

ELECTIVE_WEEKDAY_FACTORS = (1.35, 1.45, 1.45, 1.35, 0.85, 0.10, 0.45)
"""Planned admissions from Monday to Sunday; Sunday's are operated on Monday [hypothesis]."""
ELECTIVE_HOLIDAY_FACTOR = 0.15
ELECTIVE_RAMADAN_FACTOR = 0.75
ELECTIVE_AUGUST_FACTOR = 0.70

AUGUST = 8
DAYS_PER_YEAR = 365.25
CHANGED_CLOCK_HOUR = 2
"""At 3 h the clock goes back to 2 h, and at 2 h it goes forward to 3 h."""


def winter(day_of_year: npt.NDArray[np.float64] | Ints) -> Floats:
    """The yearly season: 1 in the middle of winter, −1 in the middle of summer."""
    return np.cos(2 * np.pi * (day_of_year - YEARLY_PEAK_DAY) / DAYS_PER_YEAR)


@dataclass(frozen=True, slots=True)
class Period:
    """Every day from the start of the warm-up to the day before ``AS_OF``; one value each.

    ``visit_factor`` multiplies the mean visits of a day, ``elective_factor`` the planned
    admissions; ``hours_in_clock_hour`` (days, 24) is 1 but for the hours that the clock
    repeats (2) or leaves out (0).
    """

    first_day: date
    weekday: Ints
    winter: Floats
    is_ramadan: Bools
    visit_factor: Floats
    elective_factor: Floats
    hours_in_clock_hour: Floats

    @property
    def days(self) -> int:
        """Number of days, warm-up included."""
        return len(self.weekday)


def demo_period() -> Period:
    """The period of the demo with the effects of its calendar."""
    first_day = HISTORY_START - timedelta(days=WARMUP_DAYS)
    days = [first_day + timedelta(days=n) for n in range(WARMUP_DAYS + HISTORY_DAYS)]
    calendar = MoroccanCalendar.load()
    season = winter(np.array([day.timetuple().tm_yday for day in days]))
    is_ramadan = np.array([calendar.ramadan(day) is not None for day in days])
    weekday = np.array([day.weekday() for day in days])
    return Period(
        first_day=first_day,
        weekday=weekday,
        winter=season,
        is_ramadan=is_ramadan,
        visit_factor=_visit_factors(days, calendar, season),
        elective_factor=_elective_factors(days, calendar),
        hours_in_clock_hour=_clock_hours(days, calendar),
    )


def _visit_factors(days: list[date], calendar: MoroccanCalendar, season: Floats) -> Floats:
    """Mean 1 over the period, the planted effects apart."""
    years = (np.arange(len(days)) - len(days) / 2) / DAYS_PER_YEAR
    smooth = (1 + GROWTH_PER_YEAR) ** years * (1 + YEARLY_AMPLITUDE * season)
    events = event_factors(calendar, days[0], days[-1])
    planted = [
        events.get(day, 1.0) * (RAMADAN_DAILY_FACTOR if calendar.ramadan(day) else 1.0)
        for day in days
    ]
    weekdays = [WEEKDAY_FACTORS[day.weekday()] for day in days]
    factors: Floats = smooth * np.array(planted) * np.array(weekdays)
    return factors


def event_factors(calendar: MoroccanCalendar, first: date, last: date) -> dict[date, float]:
    """What public holidays and the days after each Aïd do to the visits of their day."""
    holidays = calendar.holidays(first, last)
    factors = {holiday.date: HOLIDAY_FACTOR for holiday in holidays}
    for holiday in holidays:
        if holiday.key in {"aid_al_fitr", "aid_al_adha"}:
            for offset, factor in enumerate(AID_FACTORS):
                factors[holiday.date + timedelta(days=offset)] = factor
    return factors


def _elective_factors(days: list[date], calendar: MoroccanCalendar) -> Floats:
    weekly_mean = sum(ELECTIVE_WEEKDAY_FACTORS) / DAYS_PER_WEEK
    factors = np.array([ELECTIVE_WEEKDAY_FACTORS[day.weekday()] for day in days]) / weekly_mean
    factors[[calendar.ramadan(day) is not None for day in days]] *= ELECTIVE_RAMADAN_FACTOR
    factors[[day.month == AUGUST for day in days]] *= ELECTIVE_AUGUST_FACTOR
    factors[[calendar.is_public_holiday(day) for day in days]] *= ELECTIVE_HOLIDAY_FACTOR
    centred: Floats = factors / factors.mean()
    return centred


def _clock_hours(days: list[date], calendar: MoroccanCalendar) -> Floats:
    hours = np.ones((len(days), HOURS_PER_DAY))
    for change in calendar.clock_changes(days[0], days[-1]):
        row = (change.date - days[0]).days
        hours[row, CHANGED_CLOCK_HOUR] += change.day_hours - HOURS_PER_DAY
    return hours
