"""Why a day is expected to depart from an ordinary one of its weekday, part by part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from forecasting.parts import TREND
from hospital.base import DAYS_PER_WEEK
from hospital.forecast import Period

if TYPE_CHECKING:
    from forecasting.calendar_design import CalendarDesign
    from forecasting.series import Bools, Series
    from hospital.forecast import DemandForecast

WEEKLY = "weekly"
ORDINARY_DAYS = 364
LEAST_ORDINARY_PERIODS = 4  # fewer have no mean to compare with: named days are let in
PERCENT = 100


@dataclass(frozen=True, slots=True)
class Explanation:
    """One period of a forecast beside an ordinary one [counts per period].

    ``ordinary`` is the mean of the periods of the last year without a name and outside Ramadan,
    of the same weekday where periods are days. ``parts`` add up to ``mean - ordinary``: each
    part of the forecast but the week's own, and under ``trend`` how far the level of now lies
    from the last year's. ``names`` are the keys of the period's named days; the period ends
    before ``end_day``.
    """

    day: date
    end_day: date
    mean: float
    low: float
    high: float
    ordinary: float
    parts: Mapping[str, float] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    is_end_of_ramadan: bool = False

    @property
    def percents(self) -> dict[str, int]:
        """Each part as a share of an ordinary period [%], whole numbers that add up exactly.

        The largest remainders are rounded up (Hamilton), so that a reader can check the sum.
        Empty where an ordinary period has nothing to compare with.
        """
        if self.ordinary <= 0 or not self.parts:
            return {}
        shares = {name: PERCENT * part / self.ordinary for name, part in self.parts.items()}
        whole = {name: int(np.floor(share)) for name, share in shares.items()}
        missing = round(sum(shares.values())) - sum(whole.values())
        by_remainder = sorted(shares, key=lambda name: whole[name] - shares[name])
        return {name: whole[name] + (name in by_remainder[:missing]) for name in shares}

    @property
    def percent(self) -> int:
        """The whole departure from an ordinary period [%]."""
        return sum(self.percents.values())


def explain(
    series: Series, forecast: DemandForecast, design: CalendarDesign
) -> tuple[Explanation, ...]:
    """Every period of a forecast, explained against its prepared series.

    ``design`` covers the series and the forecast, as the one that the forecast was made with.
    """
    is_plain = _plain_periods(series, design)
    return tuple(
        _explanation(at, _ordinary(series, is_plain, day), forecast, design)
        for at, day in enumerate(forecast.days())
    )


def _plain_periods(series: Series, design: CalendarDesign) -> Bools:
    """Known periods of the last year in which no day has a name, nobody fasts and schools work."""
    first, periods, period = series.first_day, len(series), series.period
    named = design.holiday_share(first, periods, period) > 0
    fasting = design.ramadan_columns(first, periods, period)[:, 0] > 0
    is_recent = np.arange(periods) >= periods - round(ORDINARY_DAYS / period.days)
    school = design.school_share(first, periods, period) > 0
    plain: Bools = series.known & is_recent & ~named & ~fasting & ~school
    return plain


def _ordinary(series: Series, is_plain: Bools, day: date) -> float:
    is_alike = np.ones(len(series), dtype=bool)
    if series.period is Period.DAY:
        offset = (day - series.first_day).days
        is_alike = (np.arange(len(series)) - offset) % DAYS_PER_WEEK == 0
    chosen = is_alike & is_plain
    if chosen.sum() < LEAST_ORDINARY_PERIODS:
        chosen = is_alike & series.known
    return float(series.counts[chosen].mean()) if chosen.any() else float("nan")


def _explanation(
    at: int, ordinary: float, forecast: DemandForecast, design: CalendarDesign
) -> Explanation:
    first = forecast.days()[at]
    end = forecast.period.day(first, 1)
    fasting = design.ramadan_columns(first, 1, forecast.period)[0]
    return Explanation(
        day=first,
        end_day=end,
        mean=float(forecast.mean[at]),
        low=float(forecast.quantile(0.1)[at]),
        high=float(forecast.quantile(0.9)[at]),
        ordinary=ordinary,
        parts=_parts(at, ordinary, forecast),
        names=tuple(key for key, day in design.named_days if first <= day < end),
        is_end_of_ramadan=bool(fasting[2] > 0),
    )


def _parts(at: int, ordinary: float, forecast: DemandForecast) -> dict[str, float]:
    """The effects, and what is left of the departure: the level of now against the last year's."""
    effects = {
        name: float(part[at])
        for name, part in forecast.components.items()
        if name not in {TREND, WEEKLY}
    }
    rest = float(forecast.mean[at]) - ordinary - sum(effects.values())
    return {TREND: rest, **effects}
