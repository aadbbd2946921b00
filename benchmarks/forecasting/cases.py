"""Rolling origins of a series, and what ours and default Prophet say at each of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from tempfile import TemporaryDirectory
from typing import TypeVar

import joblib
import numpy as np
import pandas as pd

from forecasting.calendar_design import Calendar
from forecasting.forecast import forecast_series
from forecasting.plan import ForecastPlan
from forecasting.series import DAYS_PER_YEAR, Floats, Series
from hospital.forecast import QUANTILE_LEVELS

SEED = 1
PATHS = 1000
PROCESSES = 2
TOTAL_BOUNDS = (0.1, 0.9)

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")


@dataclass(frozen=True)
class Case:
    """One series up to one origin, and what came."""

    past: Series
    actual: Floats
    calendar: Calendar


@dataclass(frozen=True)
class Prediction:
    """Point forecast (horizon,), quantiles (horizon, levels), 80 % interval of the total."""

    point: Floats
    quantiles: Floats
    total: tuple[float, float] = (np.nan, np.nan)

    def quantile(self, level: float) -> Floats:
        """The quantile of each period at one of ``QUANTILE_LEVELS``."""
        return self.quantiles[:, QUANTILE_LEVELS.index(level)]


@dataclass(frozen=True)
class Origins:
    """``count`` origins, ``spacing`` apart; the last is a horizon and ``offset`` before the end.

    All in periods; each origin knows at most ``training`` periods.
    """

    horizon: int
    count: int
    spacing: int
    offset: int = 0
    training: int = 4 * DAYS_PER_YEAR


def rolling_cases(series: Series, calendar: Calendar, origins: Origins) -> list[Case]:
    """The last origin first."""
    made = []
    for back in range(origins.count):
        at = len(series) - origins.horizon - origins.offset - back * origins.spacing
        start = max(0, at - origins.training)
        past = replace(series, first_day=series.day(start), counts=series.counts[start:at])
        made.append(Case(past, series.counts[at : at + origins.horizon], calendar))
    return made


def ours(case: Case) -> Prediction:
    """Our forecast as anyone gets it, with more paths for the interval of the total."""
    first, end = case.past.end_day, case.past.day(len(case.past) + len(case.actual))
    plan = ForecastPlan(first, (end - first).days, seed=SEED, paths=PATHS, stock_weeks=1)
    forecast = forecast_series(case.past, plan, case.calendar)
    low, high = np.quantile(forecast.sample_paths.sum(axis=1), TOTAL_BOUNDS)
    return Prediction(forecast.quantile(0.5), forecast.quantiles, (float(low), float(high)))


def default_prophet(case: Case) -> Prediction:
    """Prophet as it comes, without holidays; its sampler is seeded."""
    from prophet import Prophet  # noqa: PLC0415 - heavy, and only in the workers

    logging.getLogger("cmdstanpy").disabled = True
    np.random.seed(SEED)  # noqa: NPY002 - Prophet samples from the global state
    past, periods = case.past, len(case.past) + len(case.actual)
    days = pd.to_datetime([past.day(period) for period in range(periods)])
    known = pd.DataFrame({"ds": days[: len(past)], "y": past.counts})
    with TemporaryDirectory() as folder:
        model = Prophet().fit(known, output_dir=folder)
        ahead = pd.DataFrame({"ds": days[len(past) :]})
        point = model.predict(ahead)["yhat"].to_numpy()
        paths = model.predictive_samples(ahead)["yhat"]
    quantiles = np.quantile(paths, QUANTILE_LEVELS, axis=1).T
    low, high = np.quantile(paths.sum(axis=0), TOTAL_BOUNDS)
    return Prediction(point, quantiles, (float(low), float(high)))


def everyone(method: Callable[[Asked], Answered], asked: Sequence[Asked]) -> list[Answered]:
    """A method on each case, by two processes, in the order asked."""
    answered: list[Answered] = joblib.Parallel(n_jobs=PROCESSES)(
        joblib.delayed(method)(one) for one in asked
    )
    return answered
