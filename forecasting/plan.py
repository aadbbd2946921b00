"""What a person asks of a forecast: from which day, how far, with which seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from hospital.base import DAYS_PER_WEEK
from hospital.errors import GstError
from hospital.forecast import SeriesKind

LONGEST_HORIZON_DAYS = 366


@dataclass(frozen=True, slots=True)
class ForecastPlan:
    """The request. ``first_day`` is the first day that is not known: nothing from it on is read.

    Medicines are forecast by the week, from the week of ``first_day`` on, over
    ``stock_weeks`` or the weeks that ``horizon_days`` touches, whichever is longer: stock is
    ordered further ahead than beds are staffed. Only series of ``backtest_kinds`` are tested
    on their past, at ``backtest_origins`` origins.
    """

    first_day: date
    horizon_days: int = 28
    seed: int = 1
    paths: int = 200
    stock_weeks: int = 13
    backtest_origins: int = 4
    backtest_kinds: frozenset[SeriesKind] = frozenset({SeriesKind.VISITS})

    def __post_init__(self) -> None:
        if not 1 <= self.horizon_days <= LONGEST_HORIZON_DAYS:
            raise GstError(
                "horizon_out_of_range",
                f"horizon_days is {self.horizon_days}; choose 1 to {LONGEST_HORIZON_DAYS}.",
                found=self.horizon_days,
                longest=LONGEST_HORIZON_DAYS,
            )
        if min(self.paths, self.stock_weeks) < 1 or self.backtest_origins < 0:
            raise GstError(
                "plan_out_of_range",
                "paths and stock_weeks are at least 1, backtest_origins at least 0.",
            )

    @property
    def first_week(self) -> date:
        """The Monday of the week that holds ``first_day``."""
        return self.first_day - timedelta(days=self.first_day.weekday())

    def first_period(self, period_days: int) -> date:
        """First day of the first period that is forecast."""
        return self.first_week if period_days == DAYS_PER_WEEK else self.first_day

    def periods(self, period_days: int) -> int:
        """How many periods of this length are forecast."""
        if period_days == 1:
            return self.horizon_days
        days = self.horizon_days + (self.first_day - self.first_week).days
        return max(self.stock_weeks, ceil(days / period_days))
