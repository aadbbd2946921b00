"""An early warning as a regressor: what was measured some days before the demand it announces."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
from pydantic import Field

from forecasting.calendar_design import period_means
from forecasting.effects import PART_PREFIX, Effect
from forecasting.series import edge_days
from hospital.errors import InvalidInput, Problem, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecasting.plan import ForecastPlan
    from forecasting.series import Bools, Floats, Series
    from hospital.forecast import Period, SeriesKey


class EarlyWarning(Effect):
    """What moves before the demand does, such as calls for influenza a week before visits.

    ``file`` is a table of ``day`` and ``value`` beside the what-if: measured before the first
    day of the forecast, assumed from it on.
    """

    kind: Literal["early_warning"] = "early_warning"
    file: str = Field(min_length=1, max_length=200)
    lead_days: int = Field(ge=1, le=60)
    """How many days before the demand it speaks."""
    every_days: int = Field(default=1, ge=1, le=31)
    """How long each value stands: 7 where one comes a week."""


@dataclass(frozen=True, slots=True)
class Covariate:
    """An early warning by the day of the demand that it speaks of.

    ``values`` (days,) begin at ``first_day``, NaN where nothing was measured or assumed.
    """

    name: str
    first_day: date
    values: Floats
    lead_days: int

    @property
    def part(self) -> str:
        """The name of its component in a forecast."""
        return f"{PART_PREFIX}{self.name}"

    @classmethod
    def of(cls, warning: EarlyWarning, readings: Mapping[date, float]) -> Self:
        """From readings by the day on which they were taken; there is at least one."""
        first, last = min(readings), max(readings)
        values = np.full((last - first).days + warning.every_days, np.nan)
        for day, value in readings.items():
            at = (day - first).days
            values[at : at + warning.every_days] = value
        lead = timedelta(days=warning.lead_days)
        return cls(warning.name, first + lead, values, warning.lead_days)

    def between(self, first: date, end: date) -> Floats:
        """The values of the days from ``first`` to the eve of ``end``, NaN where there is none."""
        at = (first - self.first_day).days
        places = np.arange(at, at + (end - first).days)
        is_inside = (places >= 0) & (places < len(self.values))
        found = np.full(len(places), np.nan)
        found[is_inside] = self.values[places[is_inside]]
        return found

    def scaled(self, first: date, end: date) -> Self:
        """In standard deviations from the mean of these days, so that one prior fits all."""
        past = self.between(first, end)
        return replace(self, values=(self.values - np.nanmean(past)) / np.nanstd(past))

    def as_known(self, day: date) -> Self:
        """As it stood on the eve of a day: what was measured later is the last value again."""
        known = max(1, (day - self.first_day).days + self.lead_days)
        if known >= len(self.values):
            return self
        values = self.values.copy()
        values[known:] = values[known - 1]
        return replace(self, values=values)

    def goes_beyond_its_past(self, first: date, end: date) -> bool:
        """Whether it is assumed higher or lower between these days than it ever was before."""
        past, ahead = self.between(self.first_day, first), self.between(first, end)
        return bool(np.nanmax(ahead) > np.nanmax(past) or np.nanmin(ahead) < np.nanmin(past))

    def column(self, first: date, periods: int, period: Period) -> Floats:
        """Its mean over each period, (periods,); nothing (the mean) where it has no value."""
        edges = edge_days(first, periods, period)
        daily = self.between(first, first + timedelta(days=int(edges[-1])))
        return period_means(np.where(np.isnan(daily), 0.0, daily), edges)


def covariates_of(
    warnings: Sequence[EarlyWarning],
    readings: Mapping[str, Mapping[date, float]],
    series: Sequence[Series],
    plan: ForecastPlan,
) -> dict[SeriesKey, tuple[Covariate, ...]]:
    """The regressors of each series, from the readings of each warning by its name.

    Raises:
        InvalidInput: for every warning that leaves out days of the past or of the days ahead,
            or that never changed in the past.
    """
    found: dict[SeriesKey, list[Covariate]] = {}
    problems: list[Problem] = []
    for warning in warnings:
        touched = [one for one in series if warning.touches(one.key)]
        if not touched:
            continue
        first = min(one.first_day for one in touched)
        end = max(_end_day(plan, one) for one in touched)
        covariate = Covariate.of(warning, readings[warning.name])
        faults = _faults(warning, covariate, (first, plan.first_day, end))
        problems += faults
        for one in touched if not faults else ():
            found.setdefault(one.key, []).append(covariate.scaled(first, plan.first_day))
    if problems:
        raise InvalidInput(problems)
    return {key: tuple(own) for key, own in found.items()}


def _end_day(plan: ForecastPlan, series: Series) -> date:
    first = plan.first_period(series.period)
    return series.period.day(first, plan.periods(series.period))


def _faults(
    warning: EarlyWarning, covariate: Covariate, days: tuple[date, date, date]
) -> list[Problem]:
    """What is missing in the past, from the first day to the second, and ahead, to the third."""
    first, today, end = days
    past, ahead = covariate.between(first, today), covariate.between(today, end)
    faults = [
        _missing(warning, start, np.isnan(values), code)
        for start, values, code in (
            (first, past, "warning_without_past"),
            (today, ahead, "warning_without_future"),
        )
        if np.isnan(values).any()
    ]
    if not faults and np.ptp(past) == 0:
        faults.append(
            Problem(
                "warning_without_change",
                warning.file,
                found=say("the same value on every day of the past"),
                expected=say("values that changed: from others nothing is learnt"),
                remedy=say("Give what was measured, or leave this effect out."),
                column="value",
            )
        )
    return faults


def _missing(warning: EarlyWarning, start: date, is_missing: Bools, code: str) -> Problem:
    """Which days of measurement are not there: those of the demand, less the lead."""
    lead = timedelta(days=warning.lead_days)
    first, last = np.flatnonzero(is_missing)[[0, -1]].tolist()
    return Problem(
        code,
        warning.file,
        found=say(
            "{count} days without a value, the first {first}, the last {last}",
            count=int(is_missing.sum()),
            first=(start + timedelta(days=first) - lead).isoformat(),
            last=(start + timedelta(days=last) - lead).isoformat(),
        ),
        expected=say(
            "a value for each day from {first} to {last}: what was measured, then what is assumed",
            first=(start - lead).isoformat(),
            last=(start + timedelta(days=len(is_missing) - 1) - lead).isoformat(),
        ),
        remedy=say("Add these days; every_days says how long a value stands."),
        column="day",
    )
