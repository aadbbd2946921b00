"""What is known of a hospital's visits by the hour, day by day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Self, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from hospital.base import DAYS_PER_WEEK, HOURS_PER_DAY
from hospital.calendar.clock import day_hours
from hospital.tables import Col

if TYPE_CHECKING:
    from forecasting.series import Bools, Floats

Ints: TypeAlias = npt.NDArray[np.int64]

REMEMBERED_DAYS = 4 * 365
WHOLE_DAY_ROWS = HOURS_PER_DAY - 1  # 23 when the clock goes forward


@dataclass(frozen=True, slots=True)
class HourlyHistory:
    """Visits by day and clock hour, (days, 24), NaN on days that are not known as a whole.

    A day without the visits of one hour tells nothing of shares; nor does a day on which the
    clock changes, whose hours have other lengths.
    """

    first_day: date
    counts: Floats

    def before(self, day: date) -> Self:
        """What was known on the eve of a day, four years at most."""
        end = max(0, (day - self.first_day).days)
        start = max(0, min(end, len(self.counts)) - REMEMBERED_DAYS)
        first = self.first_day + timedelta(days=start)
        return replace(self, first_day=first, counts=self.counts[start:end])

    @property
    def known(self) -> Bools:
        """Which days are known hour by hour."""
        known: Bools = np.asarray(np.isfinite(self.counts).all(axis=1))
        return known

    def weekdays(self) -> Ints:
        """The weekday of each row, 0 for Monday."""
        return (self.first_day.weekday() + np.arange(len(self.counts))) % DAYS_PER_WEEK

    def days(self) -> list[date]:
        """The day of each row."""
        return [self.first_day + timedelta(days=n) for n in range(len(self.counts))]


def hourly_history(visits: pd.DataFrame, hospital: str, first_day: date) -> HourlyHistory:
    """The visits of one hospital before a day, from the table of visits by clock hour.

    An hour given twice counts once, its last figure; a day with too few rows is unknown where
    days are whole, as in the daily series.
    """
    hours = pd.to_datetime(visits[Col.HOUR])
    own = (visits[Col.HOSPITAL] == hospital) & (hours < pd.Timestamp(first_day))
    rows = pd.DataFrame({"day": hours.dt.normalize(), "hour": hours.dt.hour})[own]
    rows = rows.assign(visits=visits.loc[own, Col.VISITS]).drop_duplicates(
        ["day", "hour"], keep="last"
    )
    if rows.empty:
        return HourlyHistory(first_day, np.zeros((0, HOURS_PER_DAY)))
    table = rows.pivot_table(index="day", columns="hour", values="visits", aggfunc="sum")
    table = table.reindex(columns=range(HOURS_PER_DAY))
    told = table.notna().sum(axis=1)
    if told.median() >= WHOLE_DAY_ROWS:
        table = table[told >= WHOLE_DAY_ROWS]
    table = table.fillna(0).asfreq("D")
    return _without_clock_changes(HourlyHistory(table.index[0].date(), table.to_numpy(float)))


def _without_clock_changes(history: HourlyHistory) -> HourlyHistory:
    is_whole = np.array([day_hours(day) == HOURS_PER_DAY for day in history.days()])
    return replace(history, counts=np.where(is_whole[:, None], history.counts, np.nan))
