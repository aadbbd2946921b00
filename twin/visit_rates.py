"""Visits for each hour of the week, from hourly counts."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from hospital.base import DAYS_PER_WEEK, HOURS_PER_DAY
from hospital.tables import Col
from twin.laws import Floats
from twin.parameters import DayVisits

WEEKS = 52
RECENT_DAYS = 90
PRIOR_WEEKS = 8.0
"""Weight of the smooth profile against the observed hour [weeks of observation]."""


def hourly_rates(visits: pd.DataFrame, as_of: date) -> Floats | None:
    """Mean visits for the hours of a week, Monday 0 h first, shape (168,) [visits/hour].

    The last 52 weeks before ``as_of`` (or before the end of the history, if that is earlier)
    count. A day without any row is not observed; an hour without row on an observed day had no
    visit. Each hour is shrunk towards (level of the weekday) x (profile of the day) as a gamma
    prior worth ``PRIOR_WEEKS`` weeks would, which keeps the level of every weekday.

    Returns:
        None when there is no row before ``as_of``.
    """
    by_day = daily_table(visits, as_of)
    if by_day.empty:
        return None
    last = by_day.index.max()
    recent = by_day.loc[last - pd.Timedelta(days=WEEKS * DAYS_PER_WEEK - 1) :]
    counts = recent.to_numpy(dtype=np.float64)
    weekday = pd.DatetimeIndex(recent.index).day_of_week.to_numpy()
    return _shrunk(counts, weekday).ravel()


def recent_days(visits: pd.DataFrame, as_of: date) -> tuple[DayVisits, ...]:
    """Visits of the observed days within ``RECENT_DAYS`` before ``as_of``."""
    by_day = daily_table(visits, as_of).sum(axis=1)
    first = pd.Timestamp(as_of) - pd.Timedelta(days=RECENT_DAYS)
    days = pd.DatetimeIndex(by_day.index)
    return tuple(
        DayVisits(day=day.date(), visits=int(count))
        for day, count in zip(days, by_day.tolist(), strict=True)
        if day >= first
    )


def daily_table(visits: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Visits by observed day (rows) and clock hour (columns 0 to 23) before ``as_of``."""
    hours = pd.to_datetime(visits[Col.HOUR])
    before = (hours < pd.Timestamp(as_of)).to_numpy()
    hours, counts = hours[before], visits.loc[before, Col.VISITS]
    table = counts.to_frame().pivot_table(
        index=hours.dt.normalize(), columns=hours.dt.hour, values=Col.VISITS, aggfunc="sum"
    )
    return table.reindex(columns=range(HOURS_PER_DAY)).fillna(0)


def _shrunk(counts: npt.NDArray[np.float64], weekday: npt.NDArray[np.int32]) -> Floats:
    """Rates by weekday and hour, shape (7, 24); a weekday never seen takes the mean day."""
    profile = counts.sum(axis=0) / max(counts.sum(), 1.0)
    rates = np.tile(counts.mean(axis=0), (DAYS_PER_WEEK, 1))
    for day in np.unique(weekday).tolist():
        of_day = counts[weekday == day]
        prior = of_day.sum(axis=1).mean() * profile
        rates[day] = (of_day.sum(axis=0) + PRIOR_WEEKS * prior) / (len(of_day) + PRIOR_WEEKS)
    return rates
