"""From hourly counts to days: which days were counted as a whole, and how long they were.

Rows are clock hours of Morocco without offset. On the day when the clock goes forward one hour
does not exist, and 23 rows are a whole day; when it goes back one hour comes twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.quality import finding
from forecasting.series import Series
from hospital.base import HOURS_PER_DAY
from hospital.calendar.clock import clock_changes, hours_shown_twice
from hospital.tables import Col

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from forecasting.series import Bools
    from hospital.forecast import DataFinding, SeriesKey

SURE_VISITS_PER_HOUR = 7.0
"""Above it an hour without anyone has a probability below 0.001 (Poisson)."""


def daily_visits(key: SeriesKey, rows: pd.DataFrame) -> Series:
    """The days of one hospital from its rows (hour, visits), NaN where a day is not whole.

    An hour given twice counts once, its last figure, unless the clock showed it twice.
    """
    is_again = _given_again(rows)
    days = rows[Col.HOUR].dt.normalize()
    kept = rows[~is_again]
    by_day = kept.groupby(days[~is_again])[Col.VISITS].sum()
    dates = pd.date_range(by_day.index[0], by_day.index[-1], freq="D")
    counts = by_day.reindex(dates).to_numpy(dtype=float)
    changed = _changed_days(dates)
    is_partial = _is_partial(kept, dates, changed)
    is_changed = dates.isin(list(changed)) & ~is_partial & np.isfinite(counts)
    findings = [
        *_of_days("duplicated_hours", days[is_again]),
        *_of_days("partial_day", dates[is_partial]),
        *_of_days("clock_change", dates[is_changed]),
    ]
    values = np.where(is_partial, np.nan, counts)
    return Series(key, dates[0].date(), values, findings=tuple(findings))


def _given_again(rows: pd.DataFrame) -> pd.Series[bool]:
    """Rows of an hour that came before, but for the hour that the clock shows twice."""
    later = rows.groupby(Col.HOUR).cumcount(ascending=False)
    first, last = rows[Col.HOUR].min().date(), rows[Col.HOUR].max().date()
    is_double = rows[Col.HOUR].isin(list(hours_shown_twice(first, last)))
    return later > is_double.astype(int)


def _changed_days(days: pd.DatetimeIndex) -> dict[pd.Timestamp, int]:
    """Length of the days on which the clock changes [hours]."""
    changes = clock_changes(days[0].date(), days[-1].date())
    return {pd.Timestamp(change.date): change.day_hours for change in changes}


def _is_partial(
    rows: pd.DataFrame, days: pd.DatetimeIndex, changed: dict[pd.Timestamp, int]
) -> Bools:
    """Days with fewer hours than they have, where the table gives whole days.

    A table that never writes a zero may leave an hour out because nobody came: then one hour
    may be missing. A table of busy hours only has no whole days to compare with.
    """
    hours = rows.groupby(rows[Col.HOUR].dt.normalize())[Col.HOUR].nunique()
    told = hours.reindex(days).astype(float).to_numpy()
    spare = 0 if _says_every_hour(rows) else 1
    if np.nanmedian(told) < HOURS_PER_DAY - spare:
        return np.zeros(len(days), dtype=bool)
    whole = [min(changed.get(day, HOURS_PER_DAY), HOURS_PER_DAY) for day in days]
    partial: Bools = told < np.array(whole, dtype=float) - spare
    return partial


def _says_every_hour(rows: pd.DataFrame) -> bool:
    """Whether an hour that is not told was not counted, rather than empty."""
    if (rows[Col.VISITS] == 0).any():
        return True
    means = rows.groupby(rows[Col.HOUR].dt.hour)[Col.VISITS].mean()
    return bool(means.min() >= SURE_VISITS_PER_HOUR)


def _of_days(code: str, days: Iterable[pd.Timestamp]) -> Iterator[DataFinding]:
    for day in sorted({moment.date() for moment in days}):
        yield finding(code, day, day, 1)
