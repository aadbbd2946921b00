"""The watch over a series: is demand still the one that the forecast learnt?

Two signs are read period by period, the past alone: a CUSUM of one-step errors, which finds a
small shift that lasts as well as a collapse, and the share of errors inside the 80 % interval.
The states have hysteresis: it takes more to enter one than to stay, so that a series at the
limit does not flicker. After an alarm the sums start again from zero while the level follows the
series: what was a break becomes the new normal once nothing new has happened for some weeks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from forecasting.calendar_columns import YEAR_DAYS
from forecasting.cusum import cusum, limit_for
from forecasting.surprises import Rhythm, scaled_errors, seasonal_columns
from hospital.drift import DriftReport, DriftState
from hospital.forecast import Period

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from forecasting.calendar_design import CalendarDesign
    from forecasting.series import Floats, Series

YEARS_BETWEEN_FALSE_ALARMS = 25.0  # were errors normal and the deviation known
WATCH_SHARE, CALM_SHARE = 0.5, 0.25  # of the limit: enter and leave the watch
LOW_COVERAGE, FAIR_COVERAGE = 0.5, 0.65  # of an 80 % interval: enter and leave the watch
ODD_DAY = 4.0  # deviations: half of what an alarm takes, so that one day alone raises none
NORMAL_80 = 1.2816  # deviations of a normal 80 % interval


@dataclass(frozen=True, slots=True)
class Watch:
    """How one length of period is watched, in periods and deviations.

    ``window`` is how far back coverage looks, and how long a break must be quiet to be over.
    """

    rhythm: Rhythm
    window: int
    limit: float


@cache
def watch_of(period: Period) -> Watch:
    """How days, weeks or months are watched: the same principle, whatever the series."""
    limit = limit_for(YEARS_BETWEEN_FALSE_ALARMS * YEAR_DAYS / period.days)
    if period is Period.DAY:
        return Watch(Rhythm(0.1, ODD_DAY, block=28, warm_up=56, memory=365), 28, limit)
    if period is Period.WEEK:
        return Watch(Rhythm(0.2, inf, block=8, warm_up=8, memory=52), 8, limit)
    return Watch(Rhythm(0.3, inf, block=1, warm_up=12, memory=24), 6, limit)


def drift_report(series: Series, design: CalendarDesign) -> DriftReport:
    """How the watch went over a series; the calendar's days are expected, not surprises.

    The states up to a period depend on the counts up to it alone: later counts never change
    them. An unknown period leaves everything as it was.
    """
    watch = watch_of(series.period)
    errors, summed = scaled_errors(series.counts, _columns(series, design), watch.rhythm)
    judged = np.isfinite(errors)
    ups, downs = cusum(summed[judged].tolist(), watch.limit)
    coverage = _rolling_coverage(errors[judged], watch.window)
    shares = (max(up, down) / watch.limit for up, down in zip(ups, downs, strict=True))
    states = [DriftState.NORMAL, *_states(shares, coverage, watch.window)]
    latest = np.cumsum(judged)  # 0 before the first judged period
    return DriftReport(
        key=series.key,
        first_day=series.first_day,
        period=series.period,
        states=tuple(states[period] for period in latest.tolist()),
        surprises=errors,
        up=np.array([0.0, *ups])[latest],
        down=np.array([0.0, *downs])[latest],
        coverage=np.array([np.nan, *coverage])[latest],
        limit=watch.limit,
    )


def _columns(series: Series, design: CalendarDesign) -> Floats:
    span = (series.first_day, len(series), series.period)
    return np.column_stack(
        [
            seasonal_columns(*span),
            design.holiday_share(*span),
            design.ramadan_columns(*span),
            design.school_share(*span),
        ]
    )


def _states(shares: Iterable[float], coverage: Floats, window: int) -> Iterator[DriftState]:
    """The state after each error, from the CUSUM's share of its limit and the recent coverage."""
    state, quiet = DriftState.NORMAL, 0
    for share, inside in zip(shares, coverage.tolist(), strict=True):
        quiet = quiet + 1 if share <= WATCH_SHARE else 0
        state = _next_state(state, share, inside, has_settled=quiet >= window)
        yield state


def _rolling_coverage(errors: Floats, window: int) -> Floats:
    """Share inside the 80 % interval over the last ``window`` errors; NaN until there are so many.

    Until then nothing is held against the series.
    """
    inside = np.cumsum(np.concatenate([[0], np.abs(errors) <= NORMAL_80]))
    coverage = np.full(len(errors), np.nan)
    if len(errors) >= window:
        coverage[window - 1 :] = (inside[window:] - inside[:-window]) / window
    return coverage


def _next_state(state: DriftState, share: float, coverage: float, has_settled: bool) -> DriftState:
    """From the CUSUM's share of its limit and the recent coverage (NaN: not known yet)."""
    if share > 1.0:
        return DriftState.BREAK
    if state is DriftState.BREAK and not (has_settled and coverage >= LOW_COVERAGE):
        return DriftState.BREAK
    if share > WATCH_SHARE or coverage < LOW_COVERAGE:
        return DriftState.WATCH
    is_calm = share <= CALM_SHARE and not coverage < FAIR_COVERAGE
    return state if state is DriftState.WATCH and not is_calm else DriftState.NORMAL
