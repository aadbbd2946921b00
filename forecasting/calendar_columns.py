"""The columns that Prophet regresses on besides its trend: seasons, named days, Ramadan.

They are Prophet's own columns, laid out once for past and future in numpy: Prophet builds them
twice with pandas, which costs more than its fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.calendar_design import CalendarDesign
from hospital.base import DAYS_PER_WEEK
from hospital.forecast import Period

if TYPE_CHECKING:
    from forecasting.covariate import Covariate
    from forecasting.series import Bools, Floats

WEEKLY_PRIOR_SCALE = 10.0  # Prophet's own
CALENDAR_PRIOR_SCALE = 0.1  # of the largest value: an effect of a third of the level is possible
SCHOOL_PRIOR_SCALE = 0.05  # schools empty, hospitals do not
YEAR_DAYS = 365.25
FREQUENCIES = {Period.DAY: "D", Period.WEEK: "7D", Period.MONTH: "MS"}


@dataclass(frozen=True, slots=True)
class ProphetSpec:
    """Which parts Prophet may use. An order of 0 leaves the season out.

    ``changepoint_prior_scale`` None means a flat trend: level only.
    """

    changepoint_prior_scale: float | None
    weekly_order: int
    yearly_order: int
    yearly_prior_scale: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """Counts (n,), on whatever scale, NaN where unknown: the periods to forecast come last."""

    first_day: date
    period: Period
    counts: Floats

    @property
    def dates(self) -> pd.DatetimeIndex:
        """First day of each period."""
        frequency = FREQUENCIES[self.period]
        return pd.date_range(self.first_day, periods=len(self.counts), freq=frequency)

    @property
    def known(self) -> Bools:
        """Which periods have a count."""
        return np.isfinite(self.counts)


@dataclass(frozen=True, slots=True)
class Block:
    """Columns (n, k) of one part of the forecast, with the prior scale of their effects."""

    part: str
    columns: Floats
    prior_scale: float


def calendar_blocks(timeline: Timeline, spec: ProphetSpec, design: CalendarDesign) -> list[Block]:
    """The blocks of a timeline, without columns of which the known past teaches nothing."""
    blocks = [
        Block("weekly", _fourier(timeline, DAYS_PER_WEEK, spec.weekly_order), WEEKLY_PRIOR_SCALE),
        Block("yearly", _fourier(timeline, YEAR_DAYS, spec.yearly_order), spec.yearly_prior_scale),
        Block("holidays", _holidays(timeline, design), CALENDAR_PRIOR_SCALE),
        Block("ramadan", _ramadan(timeline, design), CALENDAR_PRIOR_SCALE),
        Block("school", _school(timeline, design), SCHOOL_PRIOR_SCALE),
        *(
            Block(one.part, _covariate(timeline, one), CALENDAR_PRIOR_SCALE)
            for one in design.covariates
        ),
    ]
    return [block for block in blocks if block.columns.shape[1]]


def _fourier(timeline: Timeline, season_days: float, order: int) -> Floats:
    days = timeline.dates.to_numpy().astype("datetime64[D]").astype(int)
    return waves(days, season_days, order)


def waves(days: npt.NDArray[np.int64] | Floats, season_days: float, order: int) -> Floats:
    """Sine and cosine of 1 to ``order`` waves a season, in Prophet's order, (n, 2 order).

    ``days`` (n,) are counted from any day; Prophet counts from 1970.
    """
    angles = 2 * np.pi * np.outer(days, np.arange(1, order + 1)) / season_days
    pairs = np.stack([np.sin(angles), np.cos(angles)], axis=2)
    return pairs.reshape(len(days), 2 * order)


def _holidays(timeline: Timeline, design: CalendarDesign) -> Floats:
    """By the day, one column for each named day; by week or month, the share of named days."""
    periods = len(timeline.counts)
    if timeline.period is not Period.DAY:
        share = design.holiday_share(timeline.first_day, periods, timeline.period)
        return _learnable(share[:, None], timeline)
    last = timeline.first_day + timedelta(days=periods - 1)
    named = [(key, day) for key, day in design.named_days if timeline.first_day <= day <= last]
    keys = sorted({key for key, _ in named})
    columns = np.zeros((periods, len(keys)))
    for key, day in named:
        columns[(day - timeline.first_day).days, keys.index(key)] = 1.0
    return _learnable(columns, timeline)


def _ramadan(timeline: Timeline, design: CalendarDesign) -> Floats:
    columns = design.ramadan_columns(timeline.first_day, len(timeline.counts), timeline.period)
    return _learnable(columns, timeline)


def _school(timeline: Timeline, design: CalendarDesign) -> Floats:
    share = design.school_share(timeline.first_day, len(timeline.counts), timeline.period)
    return _learnable(share[:, None], timeline)


def _covariate(timeline: Timeline, covariate: Covariate) -> Floats:
    column = covariate.column(timeline.first_day, len(timeline.counts), timeline.period)
    return _learnable(column[:, None], timeline)


def _learnable(columns: Floats, timeline: Timeline) -> Floats:
    """Only the columns that vary over the known periods."""
    return columns[:, np.ptp(columns[timeline.known], axis=0) > 0]
