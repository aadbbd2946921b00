"""Months: antibiotics bought by 14 Danish hospitals, 687 items, beside the classical levels.

Every item with four months of use and two years of history counts, at every third month from the
fortieth on; nothing is left out by how it turned out. Scores are means over (item, origin).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from scipy.stats import norm

from benchmarks.bars import Bar, at_most, below, between
from benchmarks.forecasting.bars import Section
from benchmarks.forecasting.peers import COUNT_METHODS, forecasts
from benchmarks.forecasting.real_series import danish_monthly
from forecasting.count_levels import adida_level, imapa_level, sba_level, tsb_level
from forecasting.demand_class import demand_class
from forecasting.forecast import forecast_series
from forecasting.plan import ForecastPlan
from forecasting.series import Floats, Series
from hospital.calendar import MoroccanCalendar

HORIZON, QUARTER, YEAR = 6, 3, 12
FIRST_ORIGIN, SPACING = 40, 3
LEAST_MONTHS, LEAST_USED = 24, 4
SERVICE = 0.95
ERRORS_SEEN = 24  # past quarters behind a rival's interval
PATHS, SEED = 1000, 1
OURS, YEAR_MEAN = "tadbir", "mean of 12 months"
CLASSES = ("smooth", "erratic", "intermittent", "lumpy")
CALENDAR = MoroccanCalendar.load()  # levels ask it nothing
LEVELS: dict[str, Callable[[Floats], float]] = {
    "SBA": sba_level,
    "TSB": tsb_level,
    "ADIDA": adida_level,
    "IMAPA": imapa_level,
    YEAR_MEAN: lambda demand: float(demand[-YEAR:].mean()),
}


@dataclass(frozen=True)
class Month:
    """An item up to an origin, and the months that came."""

    past: Series
    actual: Floats
    origin: int

    @property
    def scale(self) -> float:
        """Root mean square of changes from month to month, which errors are divided by."""
        return float(np.sqrt(np.mean(np.square(np.diff(self.past.counts)))))


def run(shared: Path) -> Section:
    """Ours and the levels that stock systems use, on the same origins."""
    cases = _cases(danish_monthly(shared))
    own = joblib.Parallel(n_jobs=2, batch_size=64)(joblib.delayed(_ours)(case) for case in cases)
    peers = forecasts([case.past.counts for case in cases], COUNT_METHODS, 1, YEAR)
    rivals = {name: [float(one.point[0]) for one in of_peer] for name, of_peer in peers.items()}
    rivals[YEAR_MEAN] = [LEVELS[YEAR_MEAN](case.past.counts) for case in cases]
    rows = [row | {"method": OURS} for row in own]
    for name, levels in rivals.items():
        scored = joblib.Parallel(n_jobs=2, batch_size=64)(
            joblib.delayed(_rival)(name, case, level)
            for case, level in zip(cases, levels, strict=True)
        )
        rows += [row | {"method": name} for row in scored]
    every = pd.DataFrame(rows)
    table = pd.concat(
        [
            every.groupby(["class", "method"], sort=False).mean(numeric_only=True),
            every.assign(**{"class": "all"})
            .groupby(["class", "method"], sort=False)
            .mean(numeric_only=True),
        ]
    )
    return Section(
        f"Medicines by the month, 6 months ahead, {len(cases)} item-origins",
        table.drop(columns="origin"),
        _bars(table),
    )


def _cases(series: list[Series]) -> list[Month]:
    cases = []
    for at in range(FIRST_ORIGIN, len(series[0]) - HORIZON + 1, SPACING):
        for one in series:
            past = one.before(one.day(at))
            first = int(np.argmax(past.counts > 0))
            if at - first < LEAST_MONTHS or (past.counts > 0).sum() < LEAST_USED:
                continue
            used = replace(past, first_day=past.day(first), counts=past.counts[first:])
            case = Month(used, one.counts[at : at + HORIZON], at)
            if case.scale > 0:
                cases.append(case)
    return cases


def _ours(case: Month) -> dict[str, float | str]:
    """The forecast as anyone gets it; its mean is the point, as stock wants."""
    end = case.past.day(len(case.past) + HORIZON)
    plan = ForecastPlan(
        case.past.end_day, (end - case.past.end_day).days, seed=SEED, paths=PATHS, stock_weeks=1
    )
    forecast = forecast_series(case.past, plan, CALENDAR)
    paths = forecast.sample_paths
    quarters = paths[:, :QUARTER].sum(axis=1)
    return _scores(case, forecast.mean, float(np.quantile(quarters, SERVICE))) | {
        "cover month": _covered(paths[:, 0], case.actual[0]),
        "cover quarter": _covered(quarters, case.actual[:QUARTER].sum()),
    }


def _covered(totals: Floats, actual: float) -> float:
    low, high = np.quantile(totals, [0.1, 0.9])
    return float(low <= actual <= high)


def _rival(name: str, case: Month, level: float) -> dict[str, float | str]:
    """A level, and the better of two quantiles of a quarter's total: it has none of its own.

    From its errors over the past quarters: as they were, or as normal errors of the same size.
    """
    past = case.past.counts
    first = max(YEAR, len(past) - QUARTER - ERRORS_SEEN)
    errors = np.array(
        [
            past[at : at + QUARTER].sum() - QUARTER * LEVELS[name](past[:at])
            for at in range(first, len(past) - QUARTER + 1)
        ]
    )
    as_seen = QUARTER * level + float(np.quantile(errors, SERVICE))
    spread = float(np.sqrt(np.mean(np.square(errors))))
    as_normal = QUARTER * level + float(norm.ppf(SERVICE)) * spread
    point = np.full(HORIZON, level)
    return _scores(case, point, max(0.0, as_seen)) | {
        "pinball, normal": _scores(case, point, max(0.0, as_normal))["pinball"]
    }


def _scores(case: Month, point: Floats, at_service: float) -> dict[str, float | str]:
    total = float(case.actual[:QUARTER].sum())
    short = total - at_service
    return {
        "class": demand_class(case.past.counts).value,
        "origin": case.origin,
        "RMSSE": float(np.sqrt(np.mean(np.square(case.actual - point)))) / case.scale,
        "bias": float((point - case.actual).mean()) / case.scale,
        "pinball": max(SERVICE * short, (SERVICE - 1) * short) / case.scale,
    }


def _bars(table: pd.DataFrame) -> list[Bar]:
    def figure(kind: str, method: str, measure: str = "RMSSE") -> float:
        return float(table.loc[(kind, method), measure])

    best = {
        kind: min(figure(kind, rival) for rival in ("SBA", "TSB", YEAR_MEAN)) for kind in CLASSES
    }
    best["intermittent"] = figure("intermittent", "ADIDA")
    return [
        *(
            at_most(f"medicines, {kind}: RMSSE over the rival's", figure(kind, OURS) / rival, 1.0)
            for kind, rival in best.items()
        ),
        *(
            below(
                f"medicines, pinball 0.95 of 3 months below {rival}",
                figure("all", OURS, "pinball"),
                min(figure("all", rival, "pinball"), figure("all", rival, "pinball, normal")),
            )
            for rival in LEVELS
        ),
        between("medicines, month covered", figure("all", OURS, "cover month"), 0.74, 0.86),
        between(
            "medicines, 3-month totals covered", figure("all", OURS, "cover quarter"), 0.74, 0.86
        ),
    ]
