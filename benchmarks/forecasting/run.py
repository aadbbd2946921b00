"""Ours beside default Prophet and the seasonal naive, on the same origins of real daily series.

    python -m benchmarks.forecasting.run [--shared ../shared] [--origins 6]

Nothing is tuned to a series: one composition for all. Scores are averages over (series, origin).
"""

from __future__ import annotations

import argparse
import json
import logging
import platform
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import joblib
import numpy as np
import pandas as pd

from benchmarks.forecasting.real_series import IOWA, UNITED_KINGDOM, swast_daily, uihc_daily
from forecasting.calendar_design import Calendar
from forecasting.forecast import forecast_series
from forecasting.metrics import coverage, mean_absolute_error, naive_scale, seasonal_naive
from forecasting.plan import ForecastPlan
from forecasting.series import DAYS_PER_YEAR, Floats, Series

SEED = 1
HORIZON_DAYS = 28
SHORT_DAYS = 7
ORIGIN_SPACING_DAYS = 56
TRAINING_DAYS = 4 * DAYS_PER_YEAR
RESULTS = Path(__file__).with_name("results.json")
WEEK_BAR, MONTH_BAR, LEAST, MOST = 0.61, 0.665, 0.77, 0.85


@dataclass(frozen=True)
class Case:
    """One series up to one origin, and what came."""

    past: Series
    actual: Floats
    calendar: Calendar


@dataclass(frozen=True)
class Prediction:
    """Point forecast, 80 % interval of each day, 80 % interval of the total."""

    point: Floats
    low: Floats
    high: Floats
    total: tuple[float, float] = (np.nan, np.nan)


def ours(case: Case) -> Prediction:
    """The median of our composition."""
    plan = ForecastPlan(case.past.end_day, HORIZON_DAYS, seed=SEED, paths=1000)
    forecast = forecast_series(case.past, plan, case.calendar)
    low, high = np.quantile(forecast.sample_paths.sum(axis=1), [0.1, 0.9])
    return Prediction(
        forecast.quantile(0.5), forecast.quantile(0.1), forecast.quantile(0.9), (low, high)
    )


def default_prophet(case: Case) -> Prediction:
    """Prophet as it comes, without holidays; its sampler is seeded."""
    from prophet import Prophet  # noqa: PLC0415 - heavy, and only in the workers

    logging.getLogger("cmdstanpy").disabled = True
    np.random.seed(SEED)  # noqa: NPY002 - Prophet samples from the global state
    days = pd.date_range(case.past.first_day, periods=len(case.past) + HORIZON_DAYS)
    known = pd.DataFrame({"ds": days[: len(case.past)], "y": case.past.counts})
    with TemporaryDirectory() as folder:
        model = Prophet().fit(known, output_dir=folder)
        ahead = pd.DataFrame({"ds": days[len(case.past) :]})
        predicted = model.predict(ahead)
        totals = model.predictive_samples(ahead)["yhat"].sum(axis=0)
    low, high = np.quantile(totals, [0.1, 0.9])
    columns = (predicted[name].to_numpy() for name in ("yhat", "yhat_lower", "yhat_upper"))
    return Prediction(*columns, total=(low, high))


def naive(case: Case) -> Prediction:
    """Last week again; its interval from the spread of one-week changes, as hyndman's fpp3 5.5."""
    counts = case.past.counts
    point = seasonal_naive(counts, SHORT_DAYS, HORIZON_DAYS)
    spread = float(np.nanstd(counts[SHORT_DAYS:] - counts[:-SHORT_DAYS]))
    width = 1.2816 * spread * np.sqrt(np.arange(HORIZON_DAYS) // SHORT_DAYS + 1)
    return Prediction(point, point - width, point + width)


METHODS: dict[str, Callable[[Case], Prediction]] = {
    "tadbir": ours,
    "prophet default": default_prophet,
    "seasonal naive": naive,
}


def scores(name: str, case: Case) -> dict[str, float | str]:
    """One row of the long table."""
    prediction = METHODS[name](case)
    scale = naive_scale(case.past.counts, SHORT_DAYS)
    total = float(np.nansum(case.actual))
    low, high = prediction.total
    return {
        "series": case.past.key.hospital,
        "method": name,
        "MASE 7 d": mean_absolute_error(case.actual[:SHORT_DAYS], prediction.point[:SHORT_DAYS])
        / scale,
        "MASE 28 d": mean_absolute_error(case.actual, prediction.point) / scale,
        "cover 80 %": coverage(case.actual, prediction.low, prediction.high),
        "total cover 80 %": float(low <= total <= high) if np.isfinite(low) else np.nan,
        "bias %": 100 * float(np.nansum(prediction.point - case.actual)) / total,
    }


def cases(series: Series, calendar: Calendar, origins: int) -> list[Case]:
    """Rolling origins, eight weeks apart, the last one four weeks before the end."""
    made = []
    for back in range(origins):
        origin = series.end_day - timedelta(days=HORIZON_DAYS + back * ORIGIN_SPACING_DAYS)
        at = series.period_of(origin)
        start = max(0, at - TRAINING_DAYS)
        past = replace(series, first_day=series.day(start), counts=series.counts[start:at])
        made.append(Case(past, series.counts[at : at + HORIZON_DAYS], calendar))
    return made


@dataclass(frozen=True)
class Bar:
    """One thing that has to hold, with the figure measured."""

    name: str
    value: float
    bar: str
    holds: bool


def bars(table: pd.DataFrame) -> list[Bar]:
    """The bars on the daily series of SWAST, and the comparison with default Prophet on all."""
    swast = table[table["series"] != "UIHC"].groupby("method").mean(numeric_only=True)
    everything = table.groupby("method").mean(numeric_only=True)
    week, month = (float(swast.loc["tadbir", f"MASE {days} d"]) for days in (7, 28))
    covered = float(swast.loc["tadbir", "cover 80 %"])
    ratio = float(
        everything.loc["tadbir", "MASE 28 d"] / everything.loc["prophet default", "MASE 28 d"]
    )
    return [
        Bar("SWAST, MASE over 28 days", month, "<= 0.665", month <= MONTH_BAR),
        Bar("SWAST, MASE over 7 days", week, "<= 0.61", week <= WEEK_BAR),
        Bar("SWAST, 80 % interval covers", covered, "0.77 to 0.85", LEAST <= covered <= MOST),
        Bar("MASE over 28 days against default Prophet", ratio, "< 1", ratio < 1),
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--origins", type=int, default=6)
    given = parser.parse_args()
    work = [
        case
        for series in swast_daily(given.shared)
        for case in cases(series, UNITED_KINGDOM, given.origins)
    ] + cases(uihc_daily(given.shared), IOWA, given.origins)
    jobs = [joblib.delayed(partial(scores, name))(case) for name in METHODS for case in work]
    table = pd.DataFrame(joblib.Parallel(n_jobs=2)(jobs))
    print(f"python {platform.python_version()}, prophet {version('prophet')}, seed {SEED}")
    print(f"{given.origins} origins, {ORIGIN_SPACING_DAYS} days apart, training <= 4 years\n")
    measures = table.columns.drop(["series", "method"])
    by_series = table.groupby(["series", "method"])[list(measures)].mean()
    print(by_series.round(3).to_string(), "\n")
    print(table.groupby("method")[list(measures)].mean().round(3).to_string(), "\n")
    verdicts = bars(table)
    RESULTS.write_text(json.dumps([asdict(bar) for bar in verdicts], indent=2) + "\n")
    for bar in verdicts:
        print(
            f"{'holds' if bar.holds else 'FALLS SHORT'}: {bar.name} {bar.value:.3f}, bar {bar.bar}"
        )
    sys.exit(not all(bar.holds for bar in verdicts))


if __name__ == "__main__":
    main()
