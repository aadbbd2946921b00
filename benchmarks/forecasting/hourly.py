"""Hours: emergency arrivals of the University of Iowa, a week ahead."""

from __future__ import annotations

import gzip
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from pathlib import Path

import joblib
import numpy as np
import pandas as pd

from benchmarks.bars import at_most, below
from benchmarks.forecasting.bars import Section
from benchmarks.forecasting.chance import chance_scores, dispersion
from benchmarks.forecasting.real_series import IOWA
from forecasting.forecast import forecast_series
from forecasting.hour_shares import learn_shares
from forecasting.hourly import count_quantiles, day_kinds, hourly_forecast
from forecasting.hourly_history import HourlyHistory
from forecasting.metrics import coverage, crps, mean_absolute_error, naive_quantiles, naive_scale
from forecasting.plan import ForecastPlan
from forecasting.series import Floats, Series
from hospital.forecast import QUANTILE_LEVELS, SeriesKey, SeriesKind
from hospital.hourly_forecast import HourlyForecast

WEEK, HOURS, DAYS = 168, 24, 7
ORIGINS, SPACING_DAYS = 12, 28
OTHER_OFFSET_DAYS = 500
TRAINING_DAYS = 4 * 365
SEED = 1
MEDIAN, LOW, HIGH = (QUANTILE_LEVELS.index(level) for level in (0.5, 0.1, 0.9))
OURS, PROPHET = "tadbir", "prophet hourly, 1 year"
KNOWN = "rates known: what chance costs"
WEEKS_AROUND = 4  # on both sides: the rate of an hour, seen afterwards
NEAR_CHANCE = 1.02
POISSON_WITHIN = 1.05  # 1 is chance alone


@dataclass(frozen=True)
class Case:
    """The hours (days, 24) up to an origin, and those of the week after it (168,)."""

    first_day: date
    past: Floats
    actual: Floats


def ours(case: Case) -> Floats:
    """The daily forecast over the hours of its days; quantiles (168, levels)."""
    return _hours(case).quantiles


def _rates(case: Case) -> Floats:
    """The mean of each of our hours, (168,)."""
    return _hours(case).mean


def _hours(case: Case) -> HourlyForecast:
    key = SeriesKey(SeriesKind.VISITS, "UIHC")
    series = Series(key, case.first_day, case.past.sum(axis=1))
    plan = ForecastPlan(series.end_day, DAYS, seed=SEED)
    daily = forecast_series(series, plan, IOWA)
    # Hours are given as 24 a day, so no clock changes here.
    history = HourlyHistory(case.first_day, case.past)
    return hourly_forecast(daily, history, IOWA, SEED, UTC)


def prophet_hourly(case: Case) -> Floats:
    """Default Prophet on the hours of the last year; its sampler is seeded."""
    from prophet import Prophet  # noqa: PLC0415 - heavy, and only in the workers

    logging.getLogger("cmdstanpy").disabled = True
    np.random.seed(SEED)  # noqa: NPY002 - Prophet samples from the global state
    counts = case.past[-365:].ravel()
    end = case.first_day + timedelta(days=len(case.past))
    hours = pd.date_range(end - timedelta(days=365), periods=len(counts) + WEEK, freq="h")
    model = Prophet().fit(pd.DataFrame({"ds": hours[: len(counts)], "y": counts}))
    draws = model.predictive_samples(pd.DataFrame({"ds": hours[len(counts) :]}))["yhat"]
    return np.quantile(draws, QUANTILE_LEVELS, axis=1).T


def hour_of_week(case: Case) -> Floats:
    """Mean of each hour of the week over eight weeks, with Poisson's quantiles."""
    means = case.past[-8 * DAYS :].reshape(8, WEEK).mean(axis=0)
    return count_quantiles(means, means)


def last_week(case: Case) -> Floats:
    """Last week again."""
    return naive_quantiles(case.past.ravel(), WEEK, WEEK)


def days_foreseen(case: Case) -> Floats:
    """Our hours of the day around each day's true total: no forecast.

    Whoever foresees the days perfectly still errs by as much within them.
    """
    history = HourlyHistory(case.first_day, case.past)
    first = case.first_day + timedelta(days=len(case.past))
    ahead = HourlyHistory(first, case.actual.reshape(-1, HOURS))
    shares = learn_shares(history, day_kinds(IOWA, history.days()), ahead.days()[DAYS // 2])
    rows = [
        shares.of(day.weekday(), kind)
        for day, kind in zip(ahead.days(), day_kinds(IOWA, ahead.days()), strict=True)
    ]
    means = (ahead.counts.sum(axis=1, keepdims=True) * np.array(rows)).ravel()
    return count_quantiles(means, means)


METHODS: dict[str, Callable[[Case], Floats]] = {
    OURS: ours,
    PROPHET: prophet_hourly,
    "hour of week, 8 weeks": hour_of_week,
    "seasonal naive 168": last_week,
    "days foreseen": days_foreseen,
}


def run(shared: Path) -> Section:
    """Everyone on the same origins: twelve of the last year, twelve further back."""
    groups = {
        "UIHC": _cases(shared, 0),
        "UIHC, 12 other origins": _cases(shared, OTHER_OFFSET_DAYS),
    }
    work = [
        (data, name, case) for data, cases in groups.items() for case in cases for name in METHODS
    ]
    rows = joblib.Parallel(n_jobs=2)(joblib.delayed(_row)(*one) for one in work)
    rows += [_chance_row(data, case) for data, cases in groups.items() for case in cases]
    table = pd.DataFrame(rows).groupby(["data", "method"], sort=False).mean()
    own, prophet = table.loc[("UIHC", OURS)], table.loc[("UIHC", PROPHET)]
    bars = [
        at_most("UIHC, MASE over 168 hours", float(own["MASE"]), 0.70),
        at_most(
            "UIHC, MASE over what chance alone costs",
            float(own["MASE"] / table.loc[("UIHC", KNOWN), "MASE"]),
            NEAR_CHANCE,
        ),
        at_most(
            "UIHC, dispersion of hours around their neighbours in time",
            _dispersion(groups["UIHC"][0]),
            POISSON_WITHIN,
        ),
        below("UIHC, CRPS below hourly Prophet", float(own["CRPS"]), float(prophet["CRPS"])),
    ]
    return Section("Emergency arrivals by the hour, 168 hours ahead", table, bars)


def _cases(shared: Path, offset_days: int) -> list[Case]:
    with gzip.open(shared / "data" / "uihc_ed_hourly.csv.gz", "rt") as file:
        rows = pd.read_csv(file, parse_dates=["hour"])
    counts = rows["arrivals"].to_numpy(dtype=float).reshape(-1, HOURS)
    first = rows["hour"].iloc[0].date()
    cases = []
    for back in range(ORIGINS):
        at = len(counts) - DAYS - offset_days - SPACING_DAYS * back
        start = max(0, at - TRAINING_DAYS)
        past, actual = counts[start:at], counts[at : at + DAYS].ravel()
        cases.append(Case(first + timedelta(days=start), past, actual))
    return cases


def _row(data: str, method: str, case: Case) -> dict[str, float | str]:
    quantiles = METHODS[method](case)
    scale = naive_scale(case.past.ravel(), WEEK)
    return {
        "data": data,
        "method": method,
        "MASE": mean_absolute_error(case.actual, quantiles[:, MEDIAN]) / scale,
        "CRPS": crps(case.actual, quantiles) / scale,
        "cover 80 %": coverage(case.actual, quantiles[:, LOW], quantiles[:, HIGH]),
    }


def _chance_row(data: str, case: Case) -> dict[str, float | str]:
    """What would be expected of whoever knew the rates, were they those that we forecast."""
    scale = naive_scale(case.past.ravel(), WEEK)
    scores = chance_scores(_rates(case))
    return {
        "data": data,
        "method": KNOWN,
        "MASE": scores["MAE"] / scale,
        "CRPS": scores["CRPS"] / scale,
        "cover 80 %": scores["cover 80 %"],
    }


def _dispersion(case: Case) -> float:
    """Of the hours of all years around the mean of the same hour in the weeks around theirs.

    A mean of eight weeks varies too, by an eighth of an hour's variance.
    """
    weeks = case.past[len(case.past) % DAYS :].reshape(-1, WEEK)
    around = [step for step in range(-WEEKS_AROUND, WEEKS_AROUND + 1) if step]
    inner = weeks[WEEKS_AROUND:-WEEKS_AROUND]
    rates = np.mean([np.roll(weeks, -step, axis=0) for step in around], axis=0)
    rates = rates[WEEKS_AROUND:-WEEKS_AROUND]
    return dispersion(inner, rates) / (1 + 1 / len(around))
