"""What 500 daily series of three years cost, with intervals and components, on two processes."""

from __future__ import annotations

import os
import resource
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import joblib
import numpy as np
import pandas as pd
from joblib.externals.loky import get_reusable_executor

from benchmarks.bars import at_most
from benchmarks.forecasting.bars import Section
from forecasting.forecast import forecast_with
from forecasting.plan import ForecastPlan
from forecasting.preparation import design_for
from forecasting.series import Series
from hospital.calendar import MoroccanCalendar
from hospital.forecast import SeriesKey, SeriesKind

if TYPE_CHECKING:
    from forecasting.calendar_design import CalendarDesign

SERIES, YEARS = 500, 3
FIRST_DAY, DAYS = date(2023, 1, 2), 365 * YEARS
PROCESSES, PROGRESS_EVERY = 2, 50
MEGABYTE_KB = 1024
SEED = 1


@dataclass(frozen=True)
class Cost:
    """One forecast: CPU of its worker and of the programs it started [s], peak of the worker."""

    cpu_s: float
    peak_mb: float
    has_parts: bool


def run(shared: Path) -> Section:
    """Synthetic emergency departments of 20 to 300 visits a day; nothing of ``shared`` is read."""
    del shared
    series = [_series(number) for number in range(SERIES)]
    plan = ForecastPlan(series[0].end_day)
    design = design_for(series, plan, MoroccanCalendar.load())
    costs, left = _measured(series, plan, design)
    cpu = np.array([cost.cpu_s for cost in costs])
    peak = max(cost.peak_mb for cost in costs)
    table = pd.DataFrame(
        {
            "series": [len(costs)],
            "mean CPU s": [cpu.mean()],
            "median": [np.median(cpu)],
            "90 %": [np.quantile(cpu, 0.9)],
            "peak MB a worker": [peak],
            "files left": [left],
            "with parts": [sum(cost.has_parts for cost in costs)],
        }
    )
    bars = [
        at_most("500 series, CPU s a series", float(cpu.mean()), 0.15),
        at_most("500 series, peak MB a worker", peak, 200),
        at_most("500 series, files left in the temporary folder", left, 0),
        at_most("500 series, without intervals or parts", sum(not c.has_parts for c in costs), 0),
    ]
    return Section("500 daily series of three years, 2 processes, synthetic", table, bars)


def _series(number: int) -> Series:
    rng = np.random.default_rng([SEED, number])
    days = np.arange(DAYS)
    season = 1 + 0.1 * np.sin(2 * np.pi * (days + rng.integers(365)) / 365.25)
    week = 1 + 0.15 * (days % 7 == rng.integers(7))
    visits = rng.poisson(rng.uniform(20, 300) * season * week).astype(float)
    return Series(SeriesKey(SeriesKind.VISITS, f"HP-{number:03d}"), FIRST_DAY, visits)


def _measured(
    series: list[Series], plan: ForecastPlan, design: CalendarDesign
) -> tuple[list[Cost], int]:
    """The costs, in workers whose temporary folder is watched, and the files left in it."""
    get_reusable_executor().shutdown(wait=True)
    with TemporaryDirectory(prefix="tadbir-scale-") as folder:
        before, os.environ["TMPDIR"] = os.environ.get("TMPDIR"), folder
        try:
            jobs = (joblib.delayed(_cost)(one, plan, design) for one in series)
            work = joblib.Parallel(
                PROCESSES, return_as="generator", mmap_mode=None, max_nbytes=None
            )
            costs = []
            for cost in work(jobs):
                costs.append(cost)
                if len(costs) % PROGRESS_EVERY == 0:
                    print(f"{len(costs)} of {len(series)}", flush=True)
            get_reusable_executor().shutdown(wait=True)
        finally:
            os.environ.pop("TMPDIR")
            os.environ.update({} if before is None else {"TMPDIR": before})
        return costs, sum(1 for file in Path(folder).rglob("*") if file.is_file())


def _cost(series: Series, plan: ForecastPlan, design: CalendarDesign) -> Cost:
    assert Path(tempfile.gettempdir()) == Path(os.environ["TMPDIR"])
    start = _cpu_s()
    forecast = forecast_with(series, plan, design)
    spent = _cpu_s() - start
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE_KB
    return Cost(spent, peak_mb, bool(forecast.components) and forecast.quantiles.size > 0)


def _cpu_s() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
