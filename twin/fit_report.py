"""How the twin reproduces its own history: calibrated on the past, compared with what came after.

The days after ``first_day`` are held back: parameters and census know nothing of them. The twin
gets their true numbers of visits, so that the report judges the twin and not a forecast.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from hospital.base import DAYS_PER_WEEK, HOURS_PER_DAY
from hospital.compute import TaskMap, serially
from hospital.errors import NotEnoughHistory, say
from hospital.forecast import QUANTILE_LEVELS, DemandForecast, SeriesKey, SeriesKind
from hospital.gst import Gst
from hospital.history import History, StayOutcome
from hospital.tables import Col
from twin.calibration import calibrate
from twin.census_history import census_counts
from twin.network import INPATIENT
from twin.run_plan import RunPlan, Start
from twin.simulation import simulate
from twin.visit_rates import daily_table

HELD_BACK_DAYS = 28
MEASURE = "measure"
OBSERVED = "observed"
SIMULATED = "simulated"
LOW, HIGH = "low", "high"
DIFFERENCE = "difference_percent"
BAND = (5, 95)
Numbers = npt.NDArray[np.float64]


def fit_report(
    gst: Gst,
    history: History,
    plan: RunPlan | None = None,
    task_map: TaskMap = serially,
) -> pd.DataFrame:
    """Observed and simulated occupied beds of every unit over a held-back period.

    Columns: unit, measure, observed, simulated (mean over replications), low and high (5 % and
    95 % of the replications' own means; nan for shapes), difference_percent. Measures: ``mean``
    [beds], ``hour:0`` to ``hour:23`` and ``weekday:0`` (Monday) to ``weekday:6`` [beds].

    Args:
        gst: the unchanged GST.
        history: all of it; what lies after the first day is held back by this function.
        plan: days and replications; the last four weeks, 20 replications, where it is None.
        task_map: who does the replications.

    Raises:
        NotEnoughHistory: no stay begins before the period.
        InvalidInput: as ``twin.calibration.calibrate`` and ``twin.simulation.simulate``.
    """
    plan = plan or last_weeks(gst.identity.as_of)
    past = before(history, plan.first_day)
    if past.stays.empty:
        raise NotEnoughHistory(
            "no_stays_before", say("Give stays before {day}.", day=plan.first_day)
        )
    then = gst.but(identity=gst.identity.but(as_of=plan.first_day))
    result = simulate(then, calibrate(then, past), plan, known_visits(gst, history, plan), task_map)
    rows = []
    for unit in (one.unit for one in gst.units if one.kind in INPATIENT):
        observed = observed_census(history.stays, unit, plan)
        own = result.occupancy[result.occupancy[Col.UNIT] == unit]
        simulated = own.sort_values(Col.HOUR)[Col.MEAN].to_numpy(dtype=np.float64)
        means = _means(result.indicators, unit)
        rows += _rows((unit, plan.first_day), observed, simulated, means)
    return pd.DataFrame(
        rows, columns=[Col.UNIT, MEASURE, OBSERVED, SIMULATED, LOW, HIGH, DIFFERENCE]
    )


def last_weeks(as_of: date, days: int = HELD_BACK_DAYS) -> RunPlan:
    """The last days before ``as_of``, from their own census."""
    return RunPlan(first_day=as_of - timedelta(days=days), horizon_days=days, start=Start.CENSUS)


def before(history: History, day: date) -> History:
    """What was known at midnight before ``day``: later stays are gone, later ends unknown."""
    midnight = pd.Timestamp(day)
    stays = history.stays[pd.to_datetime(history.stays[Col.ADMITTED_AT]) < midnight].copy()
    left = pd.to_datetime(stays[Col.LEFT_AT])
    is_known = (left <= midnight).to_numpy()
    stays[Col.LEFT_AT] = left.where(is_known)
    outcome = stays[Col.OUTCOME].astype(str)
    stays[Col.OUTCOME] = outcome.where(is_known, StayOutcome.PRESENT.value)
    visits = history.visits[pd.to_datetime(history.visits[Col.HOUR]) < midnight]
    return replace(history, stays=stays, visits=visits)


def known_visits(gst: Gst, history: History, plan: RunPlan) -> dict[str, DemandForecast]:
    """The visits that came, as a forecast without doubt, by hospital that has them all."""
    days = [plan.first_day + timedelta(days=day) for day in range(plan.horizon_days)]
    end = days[-1] + timedelta(days=1)
    known: dict[str, DemandForecast] = {}
    for hospital in (one.hospital for one in gst.hospitals):
        own = history.visits[history.visits[Col.HOSPITAL].astype(str) == hospital]
        if own.empty:
            continue
        daily = daily_table(own, end).sum(axis=1).reindex(pd.to_datetime(days))
        if daily.notna().all():
            known[hospital] = _certain(hospital, plan.first_day, daily.to_numpy(dtype=np.float64))
    return known


def _certain(hospital: str, first_day: date, visits: Numbers) -> DemandForecast:
    return DemandForecast(
        key=SeriesKey(SeriesKind.VISITS, hospital),
        first_day=first_day,
        period_days=1,
        mean=visits,
        quantiles=np.tile(visits[:, np.newaxis], len(QUANTILE_LEVELS)),
        sample_paths=visits[np.newaxis],
        model="observed",
    )


def observed_census(stays: pd.DataFrame, unit: str, plan: RunPlan) -> Numbers:
    """Patients in the unit at the start of each hour of the plan, shape (hours,)."""
    moments = pd.date_range(plan.first_day, periods=plan.horizon_days * HOURS_PER_DAY, freq="h")
    return census_counts(stays, (unit,), moments)[:, 0].astype(np.float64)


def _means(indicators: pd.DataFrame, unit: str) -> Numbers:
    own = (indicators[Col.PLACE] == unit) & (indicators[Col.INDICATOR] == "occupied_beds")
    return indicators.loc[own, Col.VALUE].to_numpy(dtype=np.float64)


def _rows(
    place: tuple[str, date], observed: Numbers, simulated: Numbers, means: Numbers
) -> list[tuple[str, str, float, float, float, float, float]]:
    unit, first_day = place
    hours = np.arange(observed.size)
    weekday = (first_day.weekday() + hours // HOURS_PER_DAY) % DAYS_PER_WEEK
    cells = {f"hour:{at}": hours % HOURS_PER_DAY == at for at in range(HOURS_PER_DAY)}
    cells |= {f"weekday:{at}": weekday == at for at in np.unique(weekday).tolist()}
    low, high = np.percentile(means, BAND)
    rows = [_row(unit, "mean", float(observed.mean()), float(means.mean()), (low, high))]
    for name, cell in cells.items():
        pair = float(observed[cell].mean()), float(simulated[cell].mean())
        rows.append(_row(unit, name, *pair, (np.nan, np.nan)))
    return rows


def _row(
    unit: str, measure: str, observed: float, simulated: float, band: tuple[float, float]
) -> tuple[str, str, float, float, float, float, float]:
    difference = 100 * (simulated / observed - 1) if observed else np.nan
    return (unit, measure, observed, simulated, float(band[0]), float(band[1]), difference)
