"""One series, one forecast: gate, route by kind of demand, futures, record of the past."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasting.calendar_design import Calendar, CalendarDesign
from forecasting.composition import composed_futures, family_of
from forecasting.demand_class import DemandClass, demand_class
from forecasting.drift import drift_report
from forecasting.futures import Futures, Window
from forecasting.intermittent import intermittent_futures
from forecasting.pooled_member import pooled_futures
from forecasting.preparation import design_for, prepared
from forecasting.series import DAYS_PER_YEAR, Floats
from forecasting.times import Times, times_of
from forecasting.weekday_mean import weekday_futures
from hospital.drift import DriftState
from hospital.forecast import (
    QUANTILE_LEVELS,
    DemandForecast,
    Period,
    SeriesKind,
    Severity,
)
from hospital.streams import stream_key

if TYPE_CHECKING:
    from forecasting.plan import ForecastPlan
    from forecasting.series import Series
    from hospital.drift import DriftReport

SHORT_HISTORY = "short_history"
CALENDAR_UNKNOWN = "calendar_not_covered"
RAMADAN_UNSEEN = "ramadan_not_in_history"
MUCH_MISSING = "data_needs_attention"
DRIFT_WARNINGS = {DriftState.WATCH: "demand_watch", DriftState.BREAK: "demand_break"}
RETURN_WARNING = "demand_returns"


def forecast_series(series: Series, plan: ForecastPlan, calendar: Calendar) -> DemandForecast:
    """The forecast of one series under a plan.

    Nothing from ``plan.first_day`` on is read, whatever the series holds.

    Raises:
        NotEnoughHistory: ``not_enough_history`` under eight weeks of history.
    """
    return forecast_with(series, plan, design_for([series], plan, calendar))


def forecast_with(series: Series, plan: ForecastPlan, design: CalendarDesign) -> DemandForecast:
    """As ``forecast_series``, with a calendar design that several series share."""
    first = plan.first_period(series.period)
    usable = prepared(series, first)
    watch = watch_over(usable, design)
    times = times_of(watch) if watch else Times.ORDINARY
    futures = futures_of(usable, plan, design, times)
    return DemandForecast(
        key=series.key,
        first_day=first,
        period=series.period,
        mean=futures.mean,
        quantiles=quantiles_of(futures.paths),
        sample_paths=futures.paths[: plan.paths].copy(),
        model=futures.model,
        components=futures.parts,
        warnings=(*_warnings(usable, plan, design), *_drift_warnings(watch)),
        findings=usable.findings,
    )


def watch_over(series: Series, design: CalendarDesign) -> DriftReport | None:
    """Whether the people who come are still those that the past has taught, as of its end.

    The watch speaks of visits and admissions with a year of history; of others it says nothing.
    """
    is_watched = series.key.kind is not SeriesKind.CONSUMPTION
    is_watched &= series.span_days >= DAYS_PER_YEAR
    is_watched &= demand_class(series.counts) is DemandClass.SMOOTH
    return drift_report(series, design) if is_watched else None


def futures_of(series: Series, plan: ForecastPlan, design: CalendarDesign, times: Times) -> Futures:
    """The futures of a prepared series, by the one route of its kind of demand.

    Rare or uneven demand, and medicines by the month: levels at a learnt pace. Less than a
    year: weekday mean by the day (with a pooled calendar, where others have told of theirs),
    learnt levels by the week. Everything else: Prophet with a
    memory of its residuals, in the composition that the times ask for.
    """
    first = plan.first_period(series.period)
    window = Window(series.period_of(first) - len(series), plan.periods(series.period))
    key = stream_key(plan.seed, "forecast", str(series.key), first.isoformat())
    rng = np.random.default_rng(key)
    is_of_stock = series.key.kind is SeriesKind.CONSUMPTION and series.period is Period.MONTH
    if is_of_stock or demand_class(series.counts) is not DemandClass.SMOOTH:
        return intermittent_futures(series, window, rng)
    if series.span_days < DAYS_PER_YEAR:
        prior = plan.priors.get(series.key.kind) if series.key.level is None else None
        if prior is not None and series.period is Period.DAY:
            return pooled_futures(series, window, design, prior, rng)
        short = weekday_futures if series.period is Period.DAY else intermittent_futures
        return short(series, window, rng)
    family = family_of(series, times)
    return composed_futures(series, window, design, rng, family)


def quantiles_of(paths: Floats) -> Floats:
    """Quantiles of each period at ``QUANTILE_LEVELS``, (horizon, levels)."""
    return np.quantile(paths, QUANTILE_LEVELS, axis=0).T.copy()


def _drift_warnings(watch: DriftReport | None) -> tuple[str, ...]:
    if watch is None:
        return ()
    returns = (RETURN_WARNING,) if times_of(watch) is Times.RETURN else ()
    return (*returns, *((DRIFT_WARNINGS[watch.state],) if watch.state in DRIFT_WARNINGS else ()))


def _warnings(series: Series, plan: ForecastPlan, design: CalendarDesign) -> tuple[str, ...]:
    kind = demand_class(series.counts)
    conditions = {
        SHORT_HISTORY: series.span_days < DAYS_PER_YEAR,
        CALENDAR_UNKNOWN: not design.is_known,
        RAMADAN_UNSEEN: _ramadan_unseen(series, plan, design),
        MUCH_MISSING: any(found.severity is Severity.ERROR for found in series.findings),
        f"demand_{kind.value}": kind is not DemandClass.SMOOTH,
    }
    return tuple(code for code, holds in conditions.items() if holds)


def _ramadan_unseen(series: Series, plan: ForecastPlan, design: CalendarDesign) -> bool:
    period = series.period
    past = design.ramadan_columns(series.first_day, len(series), period)
    ahead = design.ramadan_columns(plan.first_period(period), plan.periods(period), period)
    return bool(ahead[:, 0].any() and not past[:, 0].any())
