"""Prophet, quiet and reproducible: it learns trend, season, named days and Ramadan.

What Prophet leaves to its user is settled here once. Prophet scales the counts and places the
changes of the trend; the mode of its posterior is then found by ``posterior_mode``, where Stan
would write files and start a program for each fit. It draws no sample: its sampler uses numpy's
global state, so the uncertainty of the trend is drawn in ``trend_paths`` from the caller's stream.
It draws no picture, so it needs no matplotlib.
"""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

import numpy as np
import pandas as pd

from forecasting.calendar_columns import ProphetSpec, Timeline, calendar_blocks
from forecasting.calendar_design import CalendarDesign
from forecasting.posterior_mode import Priors, Sums, mode_of

# Said at the import of prophet or at each fit, and no concern of the person who forecasts.
for _noisy in ("prophet.plot", "prophet.models", "prophet"):
    logging.getLogger(_noisy).addHandler(logging.NullHandler())
    logging.getLogger(_noisy).setLevel(logging.CRITICAL)


@contextmanager
def _without_pictures() -> Iterator[None]:
    """Hide matplotlib and plotly while Prophet is imported: 28 MB a worker, and no forecast draws.

    A module that is None cannot be imported (Python reference, 5.3.1); Prophet allows for that.
    """
    modules = cast("dict[str, ModuleType | None]", sys.modules)
    hidden = [name for name in ("matplotlib", "plotly") if name not in modules]
    modules.update(dict.fromkeys(hidden))
    try:
        yield
    finally:
        for name in hidden:
            del modules[name]


with _without_pictures():
    from prophet import Prophet


if TYPE_CHECKING:
    from types import ModuleType

    from forecasting.series import Floats

TREND_PRIOR_SCALE = 5.0  # prophet.stan: k, m ~ normal(0, 5)
LEVEL_AND_SLOPE = 2  # the first columns of a trend, before its changes
CHANGEPOINTS = 25  # Prophet's own default
PERIODS_PER_CHANGE = 15


Modes = dict[Literal["additive", "multiplicative"], list[str]]


class _ProphetWithoutStan(Prophet):
    """Prophet up to the point where it would ask Stan."""

    def _load_stan_backend(self, stan_backend: str | None) -> None:
        """Stan is asked nothing, so it is not loaded."""

    def regressor_column_matrix(
        self, seasonal_features: pd.DataFrame, modes: Modes
    ) -> tuple[pd.DataFrame, Modes]:
        """All columns add up; which season each belongs to is known here without a cross table."""
        columns = pd.DataFrame(index=range(seasonal_features.shape[1]))
        return columns.assign(additive_terms=1, multiplicative_terms=0), modes


@dataclass(frozen=True, slots=True)
class Decomposition:
    """What Prophet learnt, as a regression on all n periods of a timeline.

    ``columns`` (n, k) is what it regressed on: trend, seasons, named days, Ramadan.
    ``part_of`` (k,) names the part that each column belongs to. ``coefficients`` (k,) and
    ``prior_scales`` (k,), the standard deviations allowed beforehand, are in the unit of the
    counts. ``trend_changes`` are the slope changes found, per unit of ``time_axis`` (n,),
    which is 0 at the first and 1 at the last known period.
    """

    columns: Floats
    part_of: tuple[str, ...]
    coefficients: Floats
    prior_scales: Floats
    trend_changes: Floats
    time_axis: Floats

    @property
    def total(self) -> Floats:
        """What Prophet expects of each period, (n,)."""
        # By einsum: a BLAS with other threads may add in another order, and change bits.
        total: Floats = np.einsum("nk,k->n", self.columns, self.coefficients)
        return total

    def parts(self, periods: slice) -> dict[str, Floats]:
        """The parts of these periods, which add up to ``total``."""
        owners = np.array(self.part_of)
        return {
            part: self.columns[periods, owners == part] @ self.coefficients[owners == part]
            for part in dict.fromkeys(self.part_of)
        }


def decompose(
    timeline: Timeline, spec: ProphetSpec, design: CalendarDesign, trust: Floats | None = None
) -> Decomposition:
    """Fit Prophet on the known periods and lay out its regression over all periods.

    ``trust`` (known periods,) weighs squared errors; without it all count the same.
    """
    known = timeline.known
    past = pd.DataFrame({"ds": timeline.dates, "y": timeline.counts})[known]
    model = _model(spec, len(past))
    with _old_pandas_habits():
        scaled = model.preprocess(past)
    time_axis = _time_axis(timeline)
    blocks = calendar_blocks(timeline, spec, design)
    trend, trend_scales = _trend_columns(spec, np.asarray(scaled.t_change, float), time_axis)
    scales = [block.prior_scale for block in blocks for _ in range(block.columns.shape[1])]
    is_change = np.zeros(len(trend_scales) + len(scales), dtype=bool)
    is_change[LEVEL_AND_SLOPE : len(trend_scales)] = True
    columns = np.hstack([trend, *(block.columns for block in blocks)])
    priors = Priors(np.array([*trend_scales, *scales]), is_change, scaled.tau)
    rows, counts = columns[known], np.asarray(scaled.y, float)
    if trust is not None:
        rows, counts = np.sqrt(trust)[:, None] * rows, np.sqrt(trust) * counts
    mode = mode_of(Sums.of(rows, counts), priors).coefficients
    unit = float(model.y_scale or 1.0)
    owners = (block.part for block in blocks for _ in range(block.columns.shape[1]))
    return Decomposition(
        columns=columns,
        part_of=("trend",) * len(trend_scales) + tuple(owners),
        coefficients=unit * mode,
        prior_scales=unit * priors.scales,
        trend_changes=unit * mode[priors.laplace],
        time_axis=time_axis,
    )


@contextmanager
def _old_pandas_habits() -> Iterator[None]:
    """Prophet 1.5 drops columns in place, which pandas 3 deprecates: its concern, not ours."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The inplace keyword", pd.errors.Pandas4Warning)
        yield


def trend_paths(fit: Decomposition, shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Departures from the last trend, (paths, horizon), if it keeps changing as it did.

    As in Taylor and Letham 2018, section 3.1.4: changes come at the past rate, with Laplace
    sizes of the past mean magnitude. Every path has its mirror, so that their mean is zero.
    """
    paths, horizon = shape
    axis = fit.time_axis[-horizon:]
    length = max(float(axis[-1]) - 1.0, 0.0)
    if not fit.trend_changes.any() or length == 0.0:
        return np.zeros(shape)
    half = (paths + 1) // 2
    counts = rng.poisson(len(fit.trend_changes) * length, half)
    most = max(1, int(counts.max()))
    starts = 1.0 + length * rng.random((half, most))
    sizes = rng.laplace(0.0, np.abs(fit.trend_changes).mean(), (half, most))
    sizes[np.arange(most) >= counts[:, None]] = 0.0
    ramps = np.maximum(axis - starts[:, :, None], 0.0)
    departures = np.einsum("pc,pch->ph", sizes, ramps)
    return np.stack([departures, -departures], axis=1).reshape(2 * half, horizon)[:paths]


def _model(spec: ProphetSpec, known: int) -> Prophet:
    is_flat = spec.changepoint_prior_scale is None
    return _ProphetWithoutStan(
        growth="flat" if is_flat else "linear",
        n_changepoints=0 if is_flat else min(CHANGEPOINTS, max(1, known // PERIODS_PER_CHANGE)),
        changepoint_prior_scale=spec.changepoint_prior_scale or 1.0,
        weekly_seasonality=False,
        yearly_seasonality=False,
        daily_seasonality=False,
        uncertainty_samples=0,
    )


def _trend_columns(
    spec: ProphetSpec, changepoints: Floats, time_axis: Floats
) -> tuple[Floats, list[float]]:
    """Level, slope and slope changes, (n, columns), and the prior scale of each.

    The Laplace prior of the changes counts as a normal law of the same variance where futures
    are drawn.
    """
    level = np.ones(len(time_axis))
    if spec.changepoint_prior_scale is None:
        return level[:, None], [TREND_PRIOR_SCALE]
    ramps = np.maximum(time_axis[:, None] - changepoints, 0.0)
    change_scale = np.sqrt(2) * spec.changepoint_prior_scale
    scales = [TREND_PRIOR_SCALE, TREND_PRIOR_SCALE, *[change_scale] * len(changepoints)]
    return np.column_stack([level, time_axis, ramps]), scales


def _time_axis(timeline: Timeline) -> Floats:
    """0 at the first known period, 1 at the last: the axis of Prophet's slopes."""
    first, last = np.flatnonzero(np.isfinite(timeline.counts))[[0, -1]]
    axis: Floats = (np.arange(len(timeline.counts), dtype=float) - first) / (last - first)
    return axis
