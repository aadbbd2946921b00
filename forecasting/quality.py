"""The gate before a forecast: what is wrong with a series, mended where it can be.

Every check is a function from a series to a series with findings; what cannot be trusted
becomes unknown (NaN), never a guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

import numpy as np

from forecasting.series import Bools, Floats, Series
from hospital.base import DAYS_PER_WEEK
from hospital.errors import NotEnoughHistory, say
from hospital.forecast import DataFinding, Period, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

LEAST_HISTORY_DAYS = 8 * DAYS_PER_WEEK  # forecasting evidence 7.4
SHORTEST_ZERO_RUN = 3
USUAL_COUNT = 5.0  # below it, zeros are ordinary
LEAST_KNOWN_DAYS = LEAST_HISTORY_DAYS // 2
STALE_PERIODS = 2
NEIGHBOURS = 4  # weeks on each side that an outlier is compared with
OUTLIER_DEVIATIONS = 6.0
TYPING_ERROR_RATIO = 3.0
LEAST_SPREAD = 0.01  # of logs: a constant series has no deviation to compare with
NORMAL_MAD = 0.6745  # median absolute deviation of a standard normal law
JUMP_WINDOWS = {Period.DAY: 56, Period.WEEK: 8, Period.MONTH: 6}
JUMP_RATIO = 3.0
JUMP_TAIL = 0.1
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """How much a kind of finding weighs, and the code of what mends it."""

    severity: Severity
    remedy: str


RULES = {
    "missing_periods": Rule(Severity.WARNING, "import_missing_periods"),
    "partial_day": Rule(Severity.WARNING, "import_whole_days"),
    "clock_change": Rule(Severity.NOTE, "none_needed"),
    "duplicated_hours": Rule(Severity.WARNING, "keep_one_row"),
    "duplicated_weeks": Rule(Severity.WARNING, "keep_one_row"),
    "negative_value": Rule(Severity.ERROR, "correct_entry"),
    "zero_run": Rule(Severity.WARNING, "confirm_no_activity"),
    "outlier": Rule(Severity.WARNING, "confirm_or_correct"),
    "unusual_value": Rule(Severity.NOTE, "declare_event"),
    "unit_jump": Rule(Severity.ERROR, "confirm_unit_of_count"),
    "stale_end": Rule(Severity.WARNING, "import_recent_periods"),
    "stockout": Rule(Severity.NOTE, "none_needed"),
    "short_stockout": Rule(Severity.NOTE, "none_needed"),
}
"""Every kind of finding, by its code."""


def finding(code: str, first_day: date, last_day: date, periods: int) -> DataFinding:
    """A finding of this kind at a place, both days included."""
    rule = RULES[code]
    return DataFinding(code, rule.severity, first_day, last_day, periods, rule.remedy)


def gate(series: Series, first_period: date) -> Series:
    """The series as it may be used for a forecast from ``first_period`` on.

    Raises:
        NotEnoughHistory: ``not_enough_history`` under eight weeks, or when fewer than half of
            eight weeks are known.
    """
    for check in (negative_values, zero_runs, outliers, missing_periods, unit_jumps):
        series = check(series)
    series = stale_end(series.trimmed(), first_period)
    _require_history(series)
    return series


def _require_history(series: Series) -> None:
    known_days = int(series.lengths_days[series.known].sum())
    if series.span_days >= LEAST_HISTORY_DAYS and known_days >= LEAST_KNOWN_DAYS:
        return
    raise NotEnoughHistory(
        "not_enough_history",
        say(
            "{series} has {known} known days within {span}; a forecast needs {least_known} within "
            "{least}. Import an older period, or wait.",
            series=str(series.key),
            known=known_days,
            span=series.span_days,
            least_known=LEAST_KNOWN_DAYS,
            least=LEAST_HISTORY_DAYS,
        ),
        series=str(series.key),
        found_days=series.span_days,
        known_days=known_days,
        needed_days=LEAST_HISTORY_DAYS,
    )


def negative_values(series: Series) -> Series:
    """A count below zero is a mistake of entry: unknown."""
    return unknown_where(series, series.counts < 0, "negative_value")


def zero_runs(series: Series) -> Series:
    """Three days or more without anyone, where days have many: the system was silent.

    In consumption by week or month a run of zeros may be a real end of use: it is told, and kept.
    """
    known = series.counts[series.known]
    if not len(known) or np.median(known) < USUAL_COUNT:
        return series
    runs = [run for run in _runs(series.counts == 0) if len(run) >= SHORTEST_ZERO_RUN]
    marked = np.zeros(len(series), dtype=bool)
    marked[[period for run in runs for period in run]] = True
    if series.period is Period.DAY:
        return unknown_where(series, marked, "zero_run")
    return series.but_counts(series.counts, runs_of(series, marked, "zero_run"))


def outliers(series: Series) -> Series:
    """A value far from its neighbours: told; three times too high or low: unknown.

    Neighbours of a day are the same weekday of the four weeks on each side, so that a weekly
    cycle is not taken for an error. Robust z-score on logs as in Iglewicz and Hoaglin 1993.
    """
    usual = _neighbour_median(series)
    departure = np.log1p(np.maximum(series.counts, 0.0)) - np.log1p(usual)
    if not np.isfinite(departure).any():
        return series
    spread = max(np.nanmedian(np.abs(departure)) / NORMAL_MAD, LEAST_SPREAD)
    is_far = np.abs(departure) > OUTLIER_DEVIATIONS * spread
    may_err = (series.counts > 0) | (series.period is Period.DAY)  # a week of zero is for zero_runs
    is_error = (
        may_err & is_far & (np.abs(departure) > np.log(TYPING_ERROR_RATIO)) & (usual >= USUAL_COUNT)
    )
    told = runs_of(series, is_far & ~is_error, "unusual_value")
    marked = unknown_where(series, is_error, "outlier")
    return marked.but_counts(marked.counts, told)


def missing_periods(series: Series) -> Series:
    """Periods between the first and the last known one that nobody counted."""
    known = np.flatnonzero(series.known)
    missing = ~series.known
    if len(known):
        missing[: known[0]] = missing[known[-1] + 1 :] = False
    for told in series.findings:
        missing[series.period_of(told.first_day) : series.period_of(told.last_day) + 1] = False
    return series.but_counts(series.counts, runs_of(series, missing, "missing_periods"))


def unit_jumps(series: Series) -> Series:
    """The level of eight weeks (six months) is three times that before, or a third of it.

    The bulk of both must lie apart: an uneven demand changes its median, not its unit.
    """
    width = JUMP_WINDOWS[series.period]
    marked = np.zeros(len(series), dtype=bool)
    windows = series.counts[: len(series) // width * width].reshape(-1, width)
    bulks = [_bulk(window[np.isfinite(window)]) for window in windows]
    for at, (before, after) in enumerate(pairwise(bulks), start=1):
        marked[at * width] = _is_jump(before, after)
    return series.but_counts(series.counts, runs_of(series, marked, "unit_jump"))


def stale_end(series: Series, first_period: date) -> Series:
    """The last known period lies more than two periods before the forecast."""
    where = np.flatnonzero(series.known)
    if not len(where):
        return series
    last = int(where[-1])
    missing = series.period_of(first_period) - last - 1
    if missing <= STALE_PERIODS:
        return series
    told = finding("stale_end", series.day(last + 1), first_period - DAY, missing)
    return series.but_counts(series.counts, [told])


def unknown_where(series: Series, marked: Bools, code: str) -> Series:
    """The series with these periods unknown, and a finding for each run of them."""
    if not marked.any():
        return series
    values = np.where(marked, np.nan, series.counts)
    return series.but_counts(values, runs_of(series, marked, code))


def runs_of(series: Series, marked: Bools, code: str) -> list[DataFinding]:
    """One finding for each unbroken run of marked periods."""
    return [
        finding(code, series.day(run[0]), series.day(run[-1] + 1) - DAY, len(run))
        for run in _runs(marked)
    ]


def _runs(marked: Bools) -> Iterator[list[int]]:
    for is_marked, run in groupby(range(len(marked)), key=lambda period: bool(marked[period])):
        if is_marked:
            yield list(run)


def _neighbour_median(series: Series) -> Floats:
    step = DAYS_PER_WEEK if series.period is Period.DAY else 1
    padded = np.pad(series.counts, NEIGHBOURS * step, constant_values=np.nan)
    shifts = [n * step for n in range(2 * NEIGHBOURS + 1) if n != NEIGHBOURS]
    stacked = np.stack([padded[shift : shift + len(series)] for shift in shifts])
    usual = np.full(len(series), np.nan)
    has_any = np.isfinite(stacked).any(axis=0)
    usual[has_any] = np.nanmedian(stacked[:, has_any], axis=0)
    return usual


def _bulk(counts: Floats) -> Floats:
    """The low end, the median and the high end of what is known; NaN where nothing is."""
    if not len(counts):
        return np.full(3, np.nan)
    bulk: Floats = np.quantile(counts, [JUMP_TAIL, 0.5, 1 - JUMP_TAIL])
    return bulk


def _is_jump(before: Floats, after: Floats) -> bool:
    low, high = sorted((before, after), key=lambda bulk: float(bulk[1]))
    if not high[1] >= USUAL_COUNT:
        return False
    return bool(high[0] > low[2] and high[1] >= JUMP_RATIO * max(low[1], 1.0))
