"""How the twin reproduces its own history: calibrated on the past, compared with what came after.

The days after ``first_day`` are held back: parameters and census know nothing of them. The twin
gets their true numbers of visits, so that the report judges the twin and not a forecast.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from hospital.base import DAYS_PER_WEEK, HOURS_PER_DAY
from hospital.compute import TaskMap, serially
from hospital.errors import NotEnoughHistory, say
from hospital.forecast import QUANTILE_LEVELS, DemandForecast, Period, SeriesKey, SeriesKind
from hospital.gst import Gst
from hospital.history import History, StayOutcome
from hospital.tables import Col
from hospital.twin_result import Indicator, TwinResult
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
WAITS = (
    Indicator.CUBICLE_WAIT_MEDIAN,
    Indicator.PHYSICIAN_WAIT,
    Indicator.BOARDING,
    Indicator.INTENSIVE_CARE_WAIT,
)
"""Simulated only: the history records none of them."""

Numbers = npt.NDArray[np.float64]
Row = tuple[str, str, float, float, float, float, float]


def fit_report(
    gst: Gst,
    history: History,
    plan: RunPlan | None = None,
    task_map: TaskMap = serially,
) -> pd.DataFrame:
    """Observed and simulated beds, stays, admissions and waits over a held-back period.

    Columns: place, measure, observed, simulated (mean over replications), low and high (5 % and
    95 % of the replications' own means; nan for shapes), difference_percent. Measures of each
    unit: ``mean``, ``hour:0`` to ``hour:23`` and ``weekday:0`` (Monday) to ``weekday:6`` [beds],
    ``admissions_per_day`` (moves and transfers in included) and ``length_of_stay_days`` of the
    stays that ended. Measures of each hospital: the ``WAITS`` of its patients, whose observed
    value is nan: a GST's history has no hour of triage, of the physician or of the request for
    a bed.

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
    rows = [*_unit_rows(gst, history.stays, plan, result), *_wait_rows(gst, result)]
    columns = [Col.PLACE, MEASURE, OBSERVED, SIMULATED, LOW, HIGH, DIFFERENCE]
    return pd.DataFrame(rows, columns=columns)


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
        period=Period.DAY,
        mean=visits,
        quantiles=np.tile(visits[:, np.newaxis], len(QUANTILE_LEVELS)),
        sample_paths=visits[np.newaxis],
        model="observed",
    )


def observed_census(stays: pd.DataFrame, unit: str, plan: RunPlan) -> Numbers:
    """Patients in the unit at the start of each hour of the plan, shape (hours,)."""
    moments = pd.date_range(plan.first_day, periods=plan.horizon_days * HOURS_PER_DAY, freq="h")
    return census_counts(stays, (unit,), moments)[:, 0].astype(np.float64)


def _unit_rows(gst: Gst, stays: pd.DataFrame, plan: RunPlan, result: TwinResult) -> Iterator[Row]:
    flows = _observed_flows(stays, plan)
    for unit in (one.unit for one in gst.units if one.kind in INPATIENT):
        yield from _bed_rows(unit, stays, plan, result)
        for measure, observed in flows.items():
            yield _simulated_row(unit, measure, observed.get(unit, np.nan), result)


def _wait_rows(gst: Gst, result: TwinResult) -> Iterator[Row]:
    for hospital in (one.hospital for one in gst.hospitals):
        for wait in WAITS:
            if _means(result, hospital, wait).size:
                yield _simulated_row(hospital, wait, np.nan, result)


def _observed_flows(stays: pd.DataFrame, plan: RunPlan) -> dict[str, dict[str, float]]:
    """Admissions a day and mean length of the stays that ended, by measure and unit."""
    opening = pd.Timestamp(plan.first_day)
    end = opening + pd.Timedelta(days=plan.horizon_days)
    units = stays[Col.UNIT].astype(str)
    admitted, left = (pd.to_datetime(stays[name]) for name in (Col.ADMITTED_AT, Col.LEFT_AT))
    entries = units[(admitted >= opening) & (admitted < end)].value_counts() / plan.horizon_days
    over = (left >= opening) & (left < end)
    days = (left - admitted)[over] / pd.Timedelta(days=1)
    lengths = days.groupby(units[over]).mean()
    return {
        Indicator.ADMISSIONS: {str(unit): float(value) for unit, value in entries.items()},
        Indicator.LENGTH_OF_STAY: {str(unit): float(value) for unit, value in lengths.items()},
    }


def _means(result: TwinResult, place: str, indicator: str) -> Numbers:
    """One value for each replication that has one."""
    rows = result.indicators
    own = (rows[Col.PLACE] == place) & (rows[Col.INDICATOR] == indicator) & (rows[Col.GROUP] == "")
    return rows.loc[own, Col.VALUE].to_numpy(dtype=np.float64)


def _simulated_row(place: str, measure: str, observed: float, result: TwinResult) -> Row:
    means = _means(result, place, measure)
    if not means.size:
        return _row(place, str(measure), (observed, np.nan), (np.nan, np.nan))
    low, high = np.percentile(means, BAND)
    return _row(place, str(measure), (observed, float(means.mean())), (low, high))


def _bed_rows(unit: str, stays: pd.DataFrame, plan: RunPlan, result: TwinResult) -> list[Row]:
    observed = observed_census(stays, unit, plan)
    own = result.occupancy[result.occupancy[Col.UNIT] == unit]
    simulated = own.sort_values(Col.HOUR)[Col.MEAN].to_numpy(dtype=np.float64)
    hours = np.arange(observed.size)
    weekday = (plan.first_day.weekday() + hours // HOURS_PER_DAY) % DAYS_PER_WEEK
    cells = {f"hour:{at}": hours % HOURS_PER_DAY == at for at in range(HOURS_PER_DAY)}
    cells |= {f"weekday:{at}": weekday == at for at in np.unique(weekday).tolist()}
    means = _means(result, unit, Indicator.OCCUPIED_BEDS)
    low, high = np.percentile(means, BAND)
    rows = [_row(unit, "mean", (float(observed.mean()), float(means.mean())), (low, high))]
    for name, cell in cells.items():
        pair = float(observed[cell].mean()), float(simulated[cell].mean())
        rows.append(_row(unit, name, pair, (np.nan, np.nan)))
    return rows


def _row(place: str, measure: str, pair: tuple[float, float], band: tuple[float, float]) -> Row:
    observed, simulated = pair
    difference = 100 * (simulated / observed - 1) if observed else np.nan
    return (place, measure, observed, simulated, float(band[0]), float(band[1]), difference)
