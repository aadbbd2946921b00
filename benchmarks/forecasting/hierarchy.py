"""Totals of a territory: health boards of Scotland by the week, ambulances of a Trust by the day.

Each part and the total are forecast on their own (base); then the parts are added up, as
``forecasting.totals`` does, or all are brought together by how sure each is
(``forecasting.coherence``). Errors are those of the total.

Whatever the weights of an unbiased reconciliation (bottom-up, by variance, MinT), what it says of
the total is w times the base forecast plus 1 - w times the sum of the parts: that is all that
``S G S = S`` allows in a tree of one total (Wickramasuriya, Athanasopoulos and Hyndman 2019). The
best w between 0 and 1, chosen at each origin once the outcome is known, is therefore a floor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import joblib
import numpy as np
import pandas as pd

from benchmarks.bars import Bar, at_most
from benchmarks.forecasting.bars import Section
from benchmarks.forecasting.cases import Case as SeriesCase
from benchmarks.forecasting.cases import default_prophet
from benchmarks.forecasting.real_series import (
    SCOTLAND,
    UNITED_KINGDOM,
    CountryCalendar,
    scottish_boards,
    swast_daily,
)
from forecasting.coherence import coherent
from forecasting.forecast import forecast_series
from forecasting.metrics import mean_absolute_error, naive_scale
from forecasting.plan import ForecastPlan
from forecasting.series import Floats, Series
from hospital.forecast import DemandForecast, SeriesKey, SeriesKind

TOTAL = SeriesKey(SeriesKind.VISITS, "")
TRUST = "Trust"
GAIN = 0.95  # the total's error over that of the base forecast, at most
NEAR_THE_FLOOR = 1.03
SEED, PATHS = 1, 400
EPIDEMIC = ("2020-01-01", "2021-08-31")
BASE, OURS, VARIANCE, PROPHET = "base", "tadbir, bottom-up", "by variance", "prophet default"
SEEN = "best mixture, seen afterwards"
MIXTURES = np.linspace(0.0, 1.0, 21)  # weights of the base forecast beside the sum of the parts
CALM = "Scotland, without 2020-01 to 2021-08"


@dataclass(frozen=True)
class Tree:
    """Parts that add up to a total, (series, ...), and how they are tried."""

    data: str
    parts: tuple[Series, ...]
    calendar: CountryCalendar
    horizon: int
    origins: tuple[int, ...]
    training: int

    def at(self, origin: int) -> tuple[list[Series], Series, Floats]:
        """The parts up to an origin, their total, and the total that came."""
        start = max(0, origin - self.training)
        parts = [
            replace(one, first_day=one.day(start), counts=one.counts[start:origin])
            for one in self.parts
        ]
        counts = np.sum([one.counts for one in self.parts], axis=0)
        total = replace(parts[0], key=TOTAL, counts=counts[start:origin])
        return parts, total, counts[origin : origin + self.horizon]


def run(shared: Path) -> Section:
    """Base, bottom-up and ours on the same origins, with and without the epidemic."""
    boards, regions = scottish_boards(shared), swast_daily(shared)
    weeks, days = len(boards[0]), len(regions[0])
    trees = (
        Tree("Scotland", tuple(boards), SCOTLAND, 8, tuple(range(104, weeks - 7, 8)), 208),
        Tree(
            "SWAST",
            tuple(one for one in regions if one.key.hospital != TRUST),
            UNITED_KINGDOM,
            28,
            tuple(range(days - 28 - 17 * 56, days - 27, 56)),
            4 * 365,
        ),
    )
    work = [(tree, origin) for tree in trees for origin in tree.origins]
    rows = [
        row
        for rows in joblib.Parallel(n_jobs=2)(joblib.delayed(_rows)(*one) for one in work)
        for row in rows
    ]
    every = pd.DataFrame(rows)
    calm = every[every["data"].eq("Scotland") & ~every["epidemic"]].assign(data=CALM)
    table = (
        pd.concat([every, calm])
        .groupby(["data", "method"], sort=False)
        .mean(numeric_only=True)
        .drop(columns="epidemic")
    )
    return Section("Totals of a territory", table, _bars(table))


def _rows(tree: Tree, origin: int) -> list[dict[str, object]]:
    parts, total, actual = tree.at(origin)
    own = {one.key: _forecast(one, tree) for one in (*parts, total)}
    known = {one.key: one for one in (*parts, total)}
    keys = {TOTAL: [one.key for one in parts]}
    below = {key: own[key] for key in keys[TOTAL]}
    rng = np.random.default_rng(SEED)
    summed, joined = coherent(keys, below, known, rng), coherent(keys, own, known, rng)
    points = {
        BASE: own[TOTAL].mean,
        OURS: summed[TOTAL].mean,
        VARIANCE: joined[TOTAL].mean,
        PROPHET: default_prophet(SeriesCase(total, actual, tree.calendar)).point,
    }
    errors = {name: mean_absolute_error(actual, point) for name, point in points.items()}
    errors[SEEN] = min(
        mean_absolute_error(actual, weight * points[BASE] + (1 - weight) * points[OURS])
        for weight in MIXTURES
    )
    scale = naive_scale(total.counts, total.season)
    first_day = total.end_day
    return [
        {
            "data": tree.data,
            "method": method,
            "epidemic": EPIDEMIC[0] <= first_day.isoformat() <= EPIDEMIC[1],
            "MASE": error / scale,
            "incoherence": _incoherence(summed, keys[TOTAL]) if method == OURS else np.nan,
        }
        for method, error in errors.items()
    ]


def _forecast(series: Series, tree: Tree) -> DemandForecast:
    horizon = (series.day(len(series) + tree.horizon) - series.end_day) // timedelta(days=1)
    plan = ForecastPlan(series.end_day, horizon, seed=SEED, paths=PATHS, stock_weeks=1)
    return forecast_series(series, plan, tree.calendar)


def _incoherence(found: dict[SeriesKey, DemandForecast], parts: Sequence[SeriesKey]) -> float:
    """The largest distance of a total from the sum of its parts, in any path."""
    summed = np.sum([found[key].sample_paths for key in parts], axis=0)
    return float(np.abs(found[TOTAL].sample_paths - summed).max())


def _bars(table: pd.DataFrame) -> list[Bar]:
    def ratio(data: str, method: str, other: str) -> float:
        return float(table.loc[(data, method), "MASE"] / table.loc[(data, other), "MASE"])

    worst = float(table.loc[table.index.get_level_values(1) == OURS, "incoherence"].max())
    return [
        at_most("Scotland, total's error over the base's", ratio("Scotland", OURS, BASE), GAIN),
        at_most(
            "Scotland, total's error over the best mixture's, seen afterwards",
            ratio("Scotland", OURS, SEEN),
            NEAR_THE_FLOOR,
        ),
        at_most(f"{CALM}, the same", ratio(CALM, OURS, BASE), GAIN),
        at_most(
            "Scotland, total's error over default Prophet's",
            ratio("Scotland", OURS, PROPHET),
            GAIN,
        ),
        at_most("totals, incoherence", worst, 0.0),
    ]
