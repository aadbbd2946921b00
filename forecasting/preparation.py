"""What a series needs before anything is asked of it: the gate, and its part of the calendar."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from forecasting.calendar_design import Calendar, CalendarDesign
from forecasting.censoring import uncensored
from forecasting.quality import gate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from forecasting.plan import ForecastPlan
    from forecasting.series import Series
    from hospital.forecast import Period

ONE_DAY = timedelta(days=1)


def prepared(series: Series, first_period: date) -> Series:
    """What was known before a day, through the gate, and ending with a known period."""
    past = gate(uncensored(series.before(first_period)), first_period)
    last_known = int(np.flatnonzero(past.known)[-1])
    return past.before(past.day(last_known + 1))


def design_for(series: Sequence[Series], plan: ForecastPlan, calendar: Calendar) -> CalendarDesign:
    """The calendar's columns for these series, from their first day to the longest horizon."""
    first = min((one.first_day for one in series), default=plan.first_day)
    ends = [_last_day(plan, one.period) for one in series] or [plan.first_day]
    return CalendarDesign.of(calendar, first, max(ends))


def _last_day(plan: ForecastPlan, period: Period) -> date:
    return period.day(plan.first_period(period), plan.periods(period)) - ONE_DAY
