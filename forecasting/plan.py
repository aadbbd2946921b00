"""What a person asks of a forecast: from which day, how far, with which seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from hospital.errors import GstError
from hospital.forecast import Level, Period, SeriesKey, SeriesKind

if TYPE_CHECKING:
    from forecasting.covariate import Covariate
    from forecasting.shared_parameters import Prior

LONGEST_HORIZON_DAYS = 366
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ForecastPlan:
    """The request. ``first_day`` is the first day that is not known: nothing from it on is read.

    Medicines are forecast by the week or month, from the one of ``first_day`` on, over those
    that ``stock_weeks`` or ``horizon_days`` touch, whichever is longer: stock is ordered
    further ahead than beds are staffed. Only series of ``backtest_kinds`` are tested
    on their past, at ``backtest_origins`` origins. A what-if gives some series ``covariates``, of
    which past origins see what was known then. Admissions are divided into ``levels``.
    ``priors`` are what other hospitals have learnt of the calendar: they help where less than a
    year is known.
    """

    first_day: date
    horizon_days: int = 28
    seed: int = 1
    paths: int = 200
    stock_weeks: int = 13
    backtest_origins: int = 6
    backtest_kinds: frozenset[SeriesKind] = frozenset({SeriesKind.VISITS})
    covariates: Mapping[SeriesKey, tuple[Covariate, ...]] = field(default_factory=dict, hash=False)
    levels: frozenset[Level] = frozenset()
    priors: Mapping[SeriesKind, Prior] = field(default_factory=dict, hash=False)

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

    def first_period(self, period: Period) -> date:
        """First day of the first period that is forecast."""
        return period.start(self.first_day)

    def periods(self, period: Period) -> int:
        """How many periods are forecast."""
        first, end = self.first_period(period), self.first_day + timedelta(days=self.horizon_days)
        if period is not Period.DAY:
            end = max(end, first + timedelta(weeks=self.stock_weeks))
        return period.position(first, end - ONE_DAY) + 1
