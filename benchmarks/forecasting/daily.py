"""Daily series: ambulance responses of South-West England, emergency arrivals in Iowa.

Scores are means over (series, origin). Nothing is tuned to a series.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.bars import Bar, at_most, below, between
from benchmarks.forecasting.bars import Section
from benchmarks.forecasting.cases import (
    Case,
    Origins,
    Prediction,
    default_prophet,
    everyone,
    ours,
    rolling_cases,
)
from benchmarks.forecasting.peers import CLASSICAL, forecasts
from benchmarks.forecasting.real_series import IOWA, UNITED_KINGDOM, swast_daily, uihc_daily
from forecasting.metrics import coverage, crps, mean_absolute_error, naive_scale
from hospital.base import DAYS_PER_WEEK

HORIZON_DAYS = 28
ORIGINS = Origins(HORIZON_DAYS, count=6, spacing=56)
# Not the origins of the bars: other days, further back.
OTHER_ORIGINS = Origins(HORIZON_DAYS, count=12, spacing=56, offset=33)
OURS, PROPHET = "tadbir", "prophet default"
SWAST, OTHER, IOWAN = "SWAST", "SWAST, 12 other origins", "UIHC"


def run(shared: Path) -> Section:
    """Everyone on the same origins."""
    swast = swast_daily(shared)
    groups = {
        SWAST: [one for s in swast for one in rolling_cases(s, UNITED_KINGDOM, ORIGINS)],
        OTHER: [one for s in swast for one in rolling_cases(s, UNITED_KINGDOM, OTHER_ORIGINS)],
        IOWAN: rolling_cases(uihc_daily(shared), IOWA, ORIGINS),
    }
    cases = [(group, case) for group, of_group in groups.items() for case in of_group]
    rows = [
        {"data": group, "method": method} | scores(case, prediction)
        for method, predictions in _predictions([case for _, case in cases]).items()
        for (group, case), prediction in zip(cases, predictions, strict=True)
    ]
    table = pd.DataFrame(rows).groupby(["data", "method"], sort=False).mean()
    return Section("Daily emergencies, 28 days ahead, training <= 4 years", table, _bars(table))


def scores(case: Case, prediction: Prediction) -> dict[str, float]:
    """One method at one origin."""
    scale = naive_scale(case.past.counts, DAYS_PER_WEEK)
    week, total = slice(0, DAYS_PER_WEEK), float(np.nansum(case.actual))
    low, high = prediction.total
    return {
        "MASE 7 d": mean_absolute_error(case.actual[week], prediction.point[week]) / scale,
        "MASE 28 d": mean_absolute_error(case.actual, prediction.point) / scale,
        "CRPS 28 d": crps(case.actual, prediction.quantiles) / scale,
        "cover 80 %": coverage(case.actual, prediction.quantile(0.1), prediction.quantile(0.9)),
        "total cover 80 %": float(low <= total <= high) if np.isfinite(low) else np.nan,
        "bias %": 100 * float(np.nansum(prediction.point - case.actual)) / total,
    }


def _predictions(cases: list[Case]) -> dict[str, list[Prediction]]:
    histories = [case.past.counts for case in cases]
    peers = forecasts(histories, CLASSICAL, HORIZON_DAYS, DAYS_PER_WEEK)
    return {
        OURS: everyone(ours, cases),
        PROPHET: everyone(default_prophet, cases),
        **{
            name: [Prediction(one.point, one.quantiles) for one in of_peer]
            for name, of_peer in peers.items()
        },
    }


def _bars(table: pd.DataFrame) -> list[Bar]:
    def figure(method: str, measure: str, data: str = SWAST) -> float:
        return float(table.loc[(data, method), measure])

    month, week = "MASE 28 d", "MASE 7 d"
    rivals = (PROPHET, *CLASSICAL)
    return [
        at_most("SWAST, MASE over 28 days", figure(OURS, month), 0.665),
        at_most("SWAST, MASE over 7 days", figure(OURS, week), 0.61),
        between("SWAST, 80 % interval covers", figure(OURS, "cover 80 %"), 0.77, 0.85),
        between("SWAST, 28-day totals covered", figure(OURS, "total cover 80 %"), 0.74, 0.86),
        *(
            below(
                f"{data}, {measure} below {rival}",
                figure(OURS, measure, data),
                figure(rival, measure, data),
            )
            for data in (SWAST, OTHER)
            for measure in (month, week)
            for rival in rivals
        ),
    ]
