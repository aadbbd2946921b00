"""Effects of the calendar that hospitals have in common, and how surely one series tells them.

Season of the year, holidays, Ramadan and school breaks act on log(1 + count); trend and weekday
are a hospital's own. What an effect is measured with (generalised least squares under the ARMA
of the residuals, as in ``coefficients``) is never shrunk here: pooling needs what was seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from forecasting.arma import fit_arma
from forecasting.calendar_columns import YEAR_DAYS, waves
from forecasting.calendar_design import RAMADAN
from forecasting.whitening import whitened
from hospital.base import DAYS_PER_WEEK
from hospital.forecast import Period

if TYPE_CHECKING:
    from forecasting.calendar_design import CalendarDesign
    from forecasting.series import Floats, Series

YEARLY_ORDER = 2
WEEKLY_ORDER = 3
LEAST_DAYS = 730
"""A year that was seen once cannot be told from a trend: two are asked for."""
WIDE_PRIOR = 2.0
"""Standard deviation allowed to any effect of log(1 + count): all but none at all."""
LEAST_NOISE = 1e-6
EVENT_PREFIX = "event "
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Measured:
    """One effect on log(1 + count), with its standard error."""

    name: str
    effect: float
    standard_error: float


def shared_columns(
    first_day: date, days: int, design: CalendarDesign
) -> tuple[tuple[str, ...], Floats]:
    """The columns (days, k) that hospitals share, each with a name that never changes.

    What only a hospital knows (its events) is not among them.
    """
    numbers = np.arange(days) + (first_day - EPOCH).days
    yearly = waves(numbers, YEAR_DAYS, YEARLY_ORDER)
    names = [f"yearly:{wave}:{side}" for wave in range(1, YEARLY_ORDER + 1) for side in "sc"]
    keys = sorted({key for key, _ in design.named_days if not key.startswith(EVENT_PREFIX)})
    holidays = np.zeros((days, len(keys)))
    for key, day in design.named_days:
        at = (day - first_day).days
        if key in keys and 0 <= at < days:
            holidays[at, keys.index(key)] = 1.0
    ramadan = design.ramadan_columns(first_day, days, Period.DAY)
    school = design.school_share(first_day, days, Period.DAY)[:, None]
    names += [*(f"holiday:{key}" for key in keys), *RAMADAN, "school"]
    return tuple(names), np.hstack([yearly, holidays, ramadan, school])


def own_columns(first_day: date, days: int) -> Floats:
    """Level, trend (per year) and weekday of a hospital, (days, 2 + 2 waves)."""
    numbers = np.arange(days) + (first_day - EPOCH).days
    weekly = waves(numbers, DAYS_PER_WEEK, WEEKLY_ORDER)
    years = (np.arange(days) - days / 2) / YEAR_DAYS
    return np.column_stack([np.ones(days), years, weekly])


def measured_effects(series: Series, design: CalendarDesign) -> tuple[Measured, ...]:
    """What a daily series of two years or more tells of each shared effect that it has seen."""
    if series.period is not Period.DAY or series.span_days < LEAST_DAYS:
        return ()
    names, shared = shared_columns(series.first_day, len(series), design)
    varies = np.ptp(shared[series.known], axis=0) > 0
    columns = np.hstack([shared[:, varies], own_columns(series.first_day, len(series))])
    effects, errors = generalised(columns, np.log1p(series.counts))
    kept = [name for name, seen in zip(names, varies, strict=True) if seen]
    return tuple(
        Measured(name, float(effects[at]), float(errors[at])) for at, name in enumerate(kept)
    )


def generalised(columns: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Coefficients (k,) and their standard errors, for values (n,) that are NaN where unknown."""
    known = np.isfinite(values)
    ridge = np.eye(columns.shape[1]) / WIDE_PRIOR**2
    first = _solved(columns[known], values[known], LEAST_NOISE * ridge)
    residuals = values - columns @ first
    memory = fit_arma(residuals)
    filled = np.where(known, residuals, 0.0)
    rows = whitened(columns.T, memory.phi, memory.theta).T[known]
    news = whitened(filled, memory.phi, memory.theta)[known]
    noise = max(memory.sigma, LEAST_NOISE)
    precision = np.einsum("nk,nl->kl", rows, rows) / noise**2 + ridge
    covariance = np.linalg.inv(precision)
    change = covariance @ (np.einsum("nk,n->k", rows, news) / noise**2 - ridge @ first)
    return first + change, np.sqrt(np.diag(covariance))


def _solved(rows: Floats, values: Floats, ridge: Floats) -> Floats:
    found: Floats = np.linalg.solve(
        np.einsum("nk,nl->kl", rows, rows) + ridge, np.einsum("nk,n->k", rows, values)
    )
    return found
