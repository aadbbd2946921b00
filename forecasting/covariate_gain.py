"""What an early warning is worth: errors with and without it over the days that it announces."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from forecasting.backtest import score_origin
from forecasting.preparation import design_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from forecasting.calendar_design import Calendar, CalendarDesign
    from forecasting.covariate import Covariate
    from forecasting.plan import ForecastPlan
    from forecasting.series import Series
    from hospital.compute import TaskMap
    from hospital.forecast import SeriesKey

LABEL = "backtest"
PAST_DAYS = 26
APART_DAYS = 14
"""A fortnight apart over a year: what comes in winter is tested in winter."""


@dataclass(frozen=True, slots=True)
class Gain:
    """Mean errors (MASE) of one series with and without its early warnings.

    Over the ``lead_days`` after each of ``origins`` past days: beyond them nothing was measured.
    """

    key: SeriesKey
    names: tuple[str, ...]
    lead_days: int
    origins: int
    mase_without: float
    mase_with: float

    @property
    def share(self) -> float:
        """By how much the error is smaller, as a share of it; negative where it is larger."""
        return 1 - self.mase_with / self.mase_without


@dataclass(frozen=True, slots=True)
class _Task:
    series: Series
    origin: date
    lead_days: int
    covariates: tuple[Covariate, ...]


def gains_of(
    series: Sequence[Series],
    plan: ForecastPlan,
    calendar: Calendar,
    covariates: Mapping[SeriesKey, tuple[Covariate, ...]],
    task_map: TaskMap,
) -> tuple[Gain, ...]:
    """The gain on each series that has early warnings, where its past can be judged at all."""
    touched = [one for one in series if one.key in covariates]
    design = design_for(touched, plan, calendar)
    tasks = [
        _Task(one, origin, min(each.lead_days for each in covariates[one.key]), own)
        for one in touched
        for origin in _past_days(one, plan)
        for own in ((), covariates[one.key])
    ]
    errors = list(task_map(partial(_error, plan=plan, design=design), tasks, LABEL))
    pairs = list(zip(tasks[1::2], errors[::2], errors[1::2], strict=True))
    found = (
        _gain(one, [pair for pair in pairs if pair[0].series.key == one.key]) for one in touched
    )
    return tuple(gain for gain in found if gain is not None)


def _past_days(series: Series, plan: ForecastPlan) -> list[date]:
    period = series.period
    apart = max(1, round(APART_DAYS / period.days))
    first = period.start(plan.first_day)
    return [period.day(first, -apart * back) for back in range(PAST_DAYS, 0, -1)]


def _error(task: _Task, plan: ForecastPlan, design: CalendarDesign) -> float | None:
    """The error of one past day; None where it cannot be made or judged."""
    near = replace(plan, horizon_days=task.lead_days, stock_weeks=1)
    known = tuple(one.as_known(task.origin) for one in task.covariates)
    score = score_origin(task.series, near, task.origin, design.beside(known))
    return None if score is None else score.mase


def _gain(series: Series, pairs: Sequence[tuple[_Task, float | None, float | None]]) -> Gain | None:
    judged = [
        (before, after) for _, before, after in pairs if before is not None and after is not None
    ]
    if not judged or not sum(before for before, _ in judged):
        return None
    without, with_it = np.mean(judged, axis=0).tolist()
    task = pairs[0][0]
    names = tuple(one.name for one in task.covariates)
    return Gain(series.key, names, task.lead_days, len(judged), without, with_it)
