"""Has demand left what it was on the day a model was made? A CUSUM against a level that stands.

The watch of ``drift`` follows the level, so that a new normal ends its alarm; this one does not:
the model that was approved on a day has learnt the level of that day. Seasons, calendar and trend
are learnt from the days before it, the level from the last of them. Errors after it are divided
by their long-run deviation (Brockwell and Davis 1991, Time Series, section 7.1), so that waves of
illness raise no more alarms than errors without memory would.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecasting.arma import fit_arma
from forecasting.calendar_columns import YEAR_DAYS
from forecasting.cusum import cusum
from forecasting.shared_effects import LEAST_NOISE, generalised
from forecasting.surprises import seasonal_columns
from hospital.errors import NotEnoughHistory, say
from hospital.forecast import Period

if TYPE_CHECKING:
    from datetime import date

    from forecasting.calendar_design import CalendarDesign
    from forecasting.series import Floats, Series
    from hospital.forecast import SeriesKey

LIMIT = 8.0
"""h of the design document, beside k = 0.5."""
LEVEL_DAYS = 180
LEAST_DAYS = 365


@dataclass(frozen=True, slots=True)
class ShiftReport:
    """What came after ``since``, day by day: sums (n,) [deviations] and the first alarm, if any.

    ``shift`` is the mean departure of all days after, as a share: 0.2 is a fifth more.
    """

    key: SeriesKey
    since: date
    up: Floats
    down: Floats
    alarm: date | None
    shift: float
    limit: float = LIMIT


def shift_report(series: Series, design: CalendarDesign, since: date) -> ShiftReport:
    """The watch over a daily series from ``since`` on.

    Raises:
        NotEnoughHistory: ``short_reference``: less than a year lies before that day, no day after.
    """
    before = series.before(since)
    past = len(before)
    if series.period is not Period.DAY or before.span_days < LEAST_DAYS or past >= len(series):
        raise NotEnoughHistory(
            "short_reference",
            say(
                "{series}: a year of days before {day} and a day after it are needed.",
                series=str(series.key),
                day=since.isoformat(),
            ),
        )
    values, columns = np.log1p(series.counts), _columns(series, design)
    effects, _ = generalised(columns[:past], values[:past])
    errors = values - columns @ effects
    level = float(np.nanmean(errors[max(0, past - LEVEL_DAYS) : past]))
    after = errors[past:] - level
    known = np.flatnonzero(np.isfinite(after))
    deviation = _long_run_deviation(errors[:past])
    ups, downs = cusum((after[known] / deviation).tolist(), LIMIT)
    alarms = [at for at, up, down in zip(known, ups, downs, strict=True) if max(up, down) > LIMIT]
    mean = float(after[known].mean()) if len(known) else 0.0
    return ShiftReport(
        key=series.key,
        since=since,
        up=np.array(ups),
        down=np.array(downs),
        alarm=series.day(past + int(alarms[0])) if alarms else None,
        shift=float(np.expm1(mean)),
    )


def _columns(series: Series, design: CalendarDesign) -> Floats:
    span = (series.first_day, len(series), series.period)
    years = np.arange(len(series)) / YEAR_DAYS
    named = design.holiday_share(*span), design.school_share(*span)
    return np.column_stack(
        [
            np.ones(len(series)),
            years,
            seasonal_columns(*span),
            *named,
            design.ramadan_columns(*span),
        ]
    )


def _long_run_deviation(errors: Floats) -> float:
    """What the mean of many errors varies by, times their root: sigma (1 + theta) / (1 - phi)."""
    memory = fit_arma(errors)
    plain = float(np.nanstd(errors))
    long_run = memory.sigma * (1 + memory.theta) / (1 - memory.phi)
    return max(plain, long_run, LEAST_NOISE)
