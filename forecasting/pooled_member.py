"""Under a year of days, with what other hospitals have learnt of the calendar.

The shared effects start from a pooled prior and move as far as the own months ask for (the mode
of a normal posterior, Gelman et al. 2013, Bayesian Data Analysis, section 14.8). What is left is
forecast as without a prior: weekday means of eight weeks and the memory of errors.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import solve_triangular

from forecasting.arma import fit_arma
from forecasting.futures import (
    SIMULATED_PATHS,
    Futures,
    Window,
    mirrored_normals,
    mirrored_uniforms,
)
from forecasting.parts import RECENT, TREND, multiplicative_parts
from forecasting.shared_effects import LEAST_NOISE, WIDE_PRIOR, own_columns, shared_columns
from forecasting.weekday_mean import RECENT_DAYS, weekday_means
from forecasting.whitening import whitened
from hospital.base import DAYS_PER_WEEK

if TYPE_CHECKING:
    from forecasting.calendar_design import CalendarDesign
    from forecasting.series import Floats, Series
    from forecasting.shared_parameters import Prior

MODEL = "weekday-mean-8w+arma11+pooled-calendar"
EPOCH = date(1970, 1, 1)  # of waves that begin with a series: they need no date
PARTS = ("yearly", "holiday", "ramadan", "school")


@dataclass(frozen=True, slots=True)
class Posterior:
    """Effects (k,) after the own months, and the factor (k, k) of their precision (lower)."""

    effects: Floats
    factor: Floats

    def departures(self, columns: Floats, normals: Floats) -> Floats:
        """Draws (paths, n) of what is not known of the effects on columns (n, k)."""
        rotation = solve_triangular(self.factor, columns.T, lower=True)
        drawn: Floats = np.einsum("pk,kn->pn", normals, rotation)
        return drawn


def pooled_futures(
    series: Series, window: Window, design: CalendarDesign, prior: Prior, rng: np.random.Generator
) -> Futures:
    """Futures of daily counts from few months and a pooled calendar."""
    past, days = len(series), len(series) + window.steps
    names, shared = shared_columns(series.first_day, days, design)
    values = np.log1p(series.counts)
    found = posterior_of(values, shared[:past], names, prior)
    calendar = np.einsum("nk,k->n", shared, found.effects)
    recent = values[-RECENT_DAYS:] - calendar[past - len(values[-RECENT_DAYS:]) : past]
    means = weekday_means(recent)
    usual = means[np.arange(len(recent) + window.steps) % DAYS_PER_WEEK]
    memory = fit_arma(recent - usual[: len(recent)])
    chance = memory.paths(mirrored_uniforms(rng, (SIMULATED_PATHS, window.steps)))
    # The level was read off the last weeks: only what differs from them can be wrong.
    unlike = shared[past:] - shared[past - len(recent) : past].mean(axis=0)
    normals = mirrored_normals(rng, (SIMULATED_PATHS, len(names)))
    logs = usual[len(recent) :] + calendar[past:] + chance + found.departures(unlike, normals)
    paths = np.maximum(np.expm1(logs), 0.0)[:, window.skip :]
    mean = paths.mean(axis=0)
    level = np.full(window.steps, means.mean())
    parts = {
        TREND: level,
        "weekly": usual[len(recent) :] - level,
        **_calendar_parts(names, shared[past:] * found.effects),
        RECENT: memory.expected(window.steps),
    }
    wanted = {name: part[window.skip :] for name, part in parts.items()}
    return Futures(paths, mean, MODEL, multiplicative_parts(wanted, mean))


def posterior_of(values: Floats, shared: Floats, names: tuple[str, ...], prior: Prior) -> Posterior:
    """The effects that the prior and the own past together make most likely.

    ``values`` (n,) are log(1 + count), NaN where unknown, and ``shared`` (n, k) their columns. The
    trend of so few months is not asked for: it could not be told from the season.
    """
    known = np.isfinite(values)
    expected, deviation = prior.mean(names), prior.deviation(names)
    own = np.delete(own_columns(EPOCH, len(values)), 1, axis=1)
    left = values - shared @ expected
    plain = np.linalg.lstsq(own[known], left[known], rcond=None)[0]
    residuals = left - own @ plain
    memory = fit_arma(residuals)
    columns = np.hstack([shared, own])
    rows = whitened(columns.T, memory.phi, memory.theta).T[known]
    news = whitened(np.where(known, residuals, 0.0), memory.phi, memory.theta)[known]
    noise = max(memory.sigma, LEAST_NOISE)
    scales = np.concatenate([deviation, np.full(own.shape[1], WIDE_PRIOR)])
    precision = np.einsum("nk,nl->kl", rows, rows) / noise**2 + np.diag(1.0 / scales**2)
    change = np.linalg.solve(precision, np.einsum("nk,n->k", rows, news) / noise**2)
    count = len(names)
    between = precision[:count, count:]
    rest = np.linalg.solve(precision[count:, count:], between.T)
    marginal = precision[:count, :count] - between @ rest
    return Posterior(expected + change[:count], np.linalg.cholesky((marginal + marginal.T) / 2))


def _calendar_parts(names: tuple[str, ...], effects: Floats) -> dict[str, Floats]:
    """The parts of the calendar, (n,) each; those that never act are left out."""
    owner = np.array([name.partition(":")[0].partition("_")[0] for name in names])
    sums = {part: effects[:, owner == part].sum(axis=1) for part in PARTS}
    renamed = {"holidays" if part == "holiday" else part: one for part, one in sums.items()}
    return {part: one for part, one in renamed.items() if one.any()}
