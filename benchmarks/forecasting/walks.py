"""How well a walk could do whose parameters are chosen once the outcome is known.

    season(t) is the mean of the weeks of that time of year before a day, x(t) = count / season - 1
    x(t) = level + e,  level' = kept level + slope + share e,  slope' = fading slope + trend share e

Exponential smoothing with a damped trend (Gardner and McKenzie 1985, Management Science 31) and a
level that fades towards the usual one. No forecast: the best of the grid is read off the errors
themselves, so that whoever must choose beforehand, by whatever rule, is measured against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import product

import numpy as np

from forecasting.series import Floats, Series

SHARES, KEPT = (0.3, 0.5, 0.8, 1.0), (1.0, 0.98, 0.96, 0.94)
TRENDS, FADINGS = (0.1, 0.2, 0.3, 0.5), (0.5, 0.7, 0.8, 0.9)
WEEKS_OF_YEAR = 52
SMOOTHED = 5  # weeks, centred


def grid() -> Floats:
    """Share, kept, trend and fading of every walk that is tried, (walks, 4)."""
    still = [(share, kept, 0.0, 0.0) for share, kept in product(SHARES, KEPT)]
    return np.array([*still, *product(SHARES, KEPT, TRENDS, FADINGS)])


def errors_of_walks(series: Series, before: date, origins: Sequence[int], ahead: int) -> Floats:
    """Mean absolute error of each walk over the weeks ahead of each origin, (origins, walks).

    An origin is how many weeks are known; the season is that of the weeks before a day.
    """
    season = _season(series, before)
    share, kept, trend, fading = grid().T
    level, slope = np.zeros(len(share)), np.zeros(len(share))
    errors = np.empty((len(origins), len(share)))
    place = {origin: row for row, origin in enumerate(origins)}
    for week, count in enumerate(series.counts.tolist()):
        surprise = count / season[week] - 1 - (kept * level + fading * slope)
        level = kept * level + fading * slope + share * surprise
        slope = fading * slope + trend * share * surprise
        if week + 1 in place:
            window = slice(week + 1, week + 1 + ahead)
            said = season[window, None] * (1 + _ahead(level, slope, ahead))
            errors[place[week + 1]] = np.abs(said - series.counts[window, None]).mean(axis=0)
    return errors


def _ahead(level: Floats, slope: Floats, steps: int) -> Floats:
    """Where each walk goes without another surprise, (steps, walks)."""
    _, kept, _, fading = grid().T
    rows = []
    for _ in range(steps):
        slope = fading * slope
        level = kept * level + slope
        rows.append(level)
    return np.array(rows)


def _season(series: Series, before: date) -> Floats:
    """The usual count of each week of a series, (n,), from those before a day."""
    weeks = np.array([series.day(n).timetuple().tm_yday // 7 for n in range(len(series))])
    weeks = np.minimum(weeks, WEEKS_OF_YEAR - 1)
    known = series.before(before).counts
    usual = np.array([known[weeks[: len(known)] == week].mean() for week in range(WEEKS_OF_YEAR)])
    half = SMOOTHED // 2
    wrapped = np.concatenate([usual[-half:], usual, usual[:half]])
    smooth = np.convolve(wrapped, np.full(SMOOTHED, 1 / SMOOTHED), mode="valid")
    season: Floats = smooth[weeks]
    return season
