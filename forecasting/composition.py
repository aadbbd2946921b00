"""Prophet for calendar and season, ARMA(1,1) for the memory of what it leaves over.

One fixed composition for each family of series, never a choice made series by series on a
handful of origins: that choice was measured to lose (forecasting evidence, 3a).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecasting.calendar_columns import ProphetSpec, Timeline
from forecasting.coefficients import coefficient_paths
from forecasting.futures import (
    SIMULATED_PATHS,
    Futures,
    Window,
    mirrored_normals,
    mirrored_uniforms,
)
from forecasting.memory import Memory, fit_memory
from forecasting.parts import additive_parts, multiplicative_parts
from forecasting.prophet_engine import Decomposition, decompose, trend_paths
from forecasting.series import DAYS_PER_YEAR, Bools, Floats
from hospital.forecast import Period

if TYPE_CHECKING:
    from forecasting.calendar_design import CalendarDesign
    from forecasting.series import Series

RECENT = "recent"  # what the last weeks add to the calendar's answer


@dataclass(frozen=True, slots=True)
class Composition:
    """One family's fixed model: scale, seasons, flexibility. See ``ProphetSpec``.

    ``short_yearly_order`` holds under two years of history, when a year has been seen once.
    """

    name: str
    forward: Callable[[Floats], Floats]
    backward: Callable[[Floats], Floats]
    parts: Callable[[dict[str, Floats], Floats], dict[str, Floats]]
    changepoint_prior_scale: float | None
    weekly_order: int
    yearly_order: int
    short_yearly_order: int
    yearly_prior_scale: float

    def spec(self, span_days: int) -> ProphetSpec:
        """Prophet's part, for a history of this length [days]."""
        is_short = span_days < 2 * DAYS_PER_YEAR
        return ProphetSpec(
            changepoint_prior_scale=self.changepoint_prior_scale,
            weekly_order=self.weekly_order,
            yearly_order=self.short_yearly_order if is_short else self.yearly_order,
            yearly_prior_scale=self.yearly_prior_scale,
        )


def _unchanged(values: Floats) -> Floats:
    return values


# Effects on people multiply, and log(1 + count) keeps counts positive. The changepoint prior is
# Prophet's own: relative to a logarithm it is as loose as 0.3 is on counts (evidence 3a).
DAILY = Composition(
    name="prophet-log+arma11",
    forward=np.log1p,
    backward=np.expm1,
    parts=multiplicative_parts,
    changepoint_prior_scale=0.05,
    weekly_order=3,
    yearly_order=10,
    short_yearly_order=2,
    yearly_prior_scale=10.0,
)
# Stock needs the mean of totals: logs bias them low by 5 to 10 % (forecasting evidence 3c).
WEEKLY = Composition(
    name="prophet-flat+arma11",
    forward=_unchanged,
    backward=_unchanged,
    parts=additive_parts,
    changepoint_prior_scale=None,
    weekly_order=0,
    yearly_order=5,
    short_yearly_order=0,
    yearly_prior_scale=0.1,
)


def composed_futures(
    series: Series, window: Window, design: CalendarDesign, rng: np.random.Generator
) -> Futures:
    """Futures of a series that ends with a known period, by its family's composition.

    The mean is the mean of the simulated paths, on every scale: never a back-transformed
    median.
    """
    family = DAILY if series.period is Period.DAY else WEEKLY
    past, steps = len(series), window.steps
    values = np.concatenate([family.forward(series.counts), np.full(steps, np.nan)])
    timeline = Timeline(series.first_day, series.period, values)
    fit = decompose(timeline, family.spec(series.span_days), design)
    memory = fit_memory(values[:past] - fit.total[:past], fit.columns[:past], fit.prior_scales)
    departures = _departures(fit, memory, series.known, rng)
    paths = np.maximum(family.backward(fit.total[past:] + departures), 0.0)[:, window.skip :]
    parts = fit.parts(slice(past + window.skip, None))
    parts[RECENT] = memory.centre.expected(steps)[window.skip :]
    mean = paths.mean(axis=0)
    return Futures(paths, mean, family.name, family.parts(parts, mean))


def _departures(
    fit: Decomposition, memory: Memory, known: Bools, rng: np.random.Generator
) -> Floats:
    """How futures may leave what Prophet expects: chance, a turning trend, what a fit ignores."""
    periods, columns = fit.columns.shape
    shape = (SIMULATED_PATHS, periods - len(known))
    chance = memory.paths(mirrored_uniforms(rng, shape), rng)
    turns = trend_paths(fit, shape, rng)
    normals = mirrored_normals(rng, (SIMULATED_PATHS, columns))
    return chance + turns + coefficient_paths(fit, known, memory.centre, normals)
