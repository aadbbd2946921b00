"""Prophet, quiet and reproducible: it learns trend, season, named days and Ramadan.

What Prophet leaves to its user is settled here once. Its posterior mode is found by
``PosteriorMode`` in the place of Stan, which writes files and starts a program for each fit. It
draws no sample: its sampler uses numpy's global state, so the uncertainty of the trend is drawn
in ``trend_paths`` from the caller's stream. It draws no picture, so it needs no matplotlib.
"""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from forecasting.calendar_columns import Block, ProphetSpec, Timeline, calendar_blocks
from forecasting.calendar_design import CalendarDesign

# Said at the import of prophet or at each fit, and no concern of the person who forecasts.
for _noisy in ("prophet.plot", "prophet.models", "prophet"):
    logging.getLogger(_noisy).addHandler(logging.NullHandler())
    logging.getLogger(_noisy).setLevel(logging.CRITICAL)


@contextmanager
def _without_pictures() -> Iterator[None]:
    """Hide matplotlib and plotly while Prophet is imported: 50 MB that no forecast needs."""
    hidden = [name for name in ("matplotlib", "plotly") if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: not there
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


with _without_pictures():
    from prophet import Prophet

from forecasting.posterior_mode import TREND_PRIOR_SCALE, PosteriorMode  # noqa: E402

if TYPE_CHECKING:
    from forecasting.series import Floats

Mode = Literal["additive", "multiplicative"]
CHANGEPOINTS = 25  # Prophet's own default
PERIODS_PER_CHANGE = 15


class _LaidOutProphet(Prophet):
    """Prophet on columns that were laid out beforehand, one row for each known period."""

    def _load_stan_backend(self, stan_backend: str | None) -> None:
        del stan_backend
        self.stan_backend = PosteriorMode()

    def lay_out(self, columns: Floats, prior_scales: Floats) -> None:
        """Give the columns (known periods, k) and the prior scale of each effect."""
        self._columns, self._prior_scales = columns, prior_scales

    def make_all_seasonality_features(
        self, df: pd.DataFrame
    ) -> tuple[pd.DataFrame, list[float], pd.DataFrame, dict[Mode, list[str]]]:
        """What Prophet would build with pandas, in the same shape."""
        del df
        count = self._columns.shape[1]
        terms = pd.DataFrame(
            {"additive_terms": np.ones(count, int), "multiplicative_terms": np.zeros(count, int)}
        )
        modes: dict[Mode, list[str]] = {"additive": [], "multiplicative": []}
        return pd.DataFrame(self._columns), self._prior_scales.tolist(), terms, modes


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


def decompose(timeline: Timeline, spec: ProphetSpec, design: CalendarDesign) -> Decomposition:
    """Fit Prophet on the known periods and lay out its regression over all periods."""
    blocks = calendar_blocks(timeline, spec, design) or [_no_block(timeline)]
    columns = np.hstack([block.columns for block in blocks])
    scales = np.concatenate([[block.prior_scale] * block.columns.shape[1] for block in blocks])
    model = _model(spec, int(timeline.known.sum()))
    model.lay_out(columns[timeline.known], scales)
    known = pd.DataFrame({"ds": timeline.dates, "y": timeline.counts})[timeline.known]
    with _old_pandas_habits():
        model.fit(known)
    time_axis = _time_axis(timeline)
    trend, trend_scales = _trend_columns(model, spec, time_axis)
    unit = float(model.y_scale or 1.0)
    owners = [block.part for block in blocks for _ in range(block.columns.shape[1])]
    return Decomposition(
        columns=np.hstack([trend, columns]),
        part_of=("trend",) * len(trend_scales) + tuple(owners),
        coefficients=unit * _coefficients(model, spec),
        prior_scales=unit * np.array([*trend_scales, *scales]),
        trend_changes=unit * _trend_changes(model, spec),
        time_axis=time_axis,
    )


def _no_block(timeline: Timeline) -> Block:
    """Prophet's model wants one column at least: one that says nothing."""
    return Block("trend", np.zeros((len(timeline.counts), 1)), 1.0)


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


def _model(spec: ProphetSpec, known: int) -> _LaidOutProphet:
    is_flat = spec.changepoint_prior_scale is None
    return _LaidOutProphet(
        growth="flat" if is_flat else "linear",
        n_changepoints=0 if is_flat else min(CHANGEPOINTS, max(1, known // PERIODS_PER_CHANGE)),
        changepoint_prior_scale=spec.changepoint_prior_scale or 1.0,
        weekly_seasonality=False,
        yearly_seasonality=False,
        daily_seasonality=False,
        uncertainty_samples=0,
    )


def _trend_columns(
    model: Prophet, spec: ProphetSpec, time_axis: Floats
) -> tuple[Floats, list[float]]:
    """Level, slope and slope changes, (n, columns), and the prior scale of each.

    The Laplace prior of the changes counts as a normal law of the same variance.
    """
    level = np.ones(len(time_axis))
    if spec.changepoint_prior_scale is None:
        return level[:, None], [TREND_PRIOR_SCALE]
    changes = np.asarray(model.changepoints_t, dtype=float)
    ramps = np.maximum(time_axis[:, None] - changes, 0.0)
    change_scale = np.sqrt(2) * spec.changepoint_prior_scale
    scales = [TREND_PRIOR_SCALE, TREND_PRIOR_SCALE, *[change_scale] * len(changes)]
    return np.column_stack([level, time_axis, ramps]), scales


def _coefficients(model: Prophet, spec: ProphetSpec) -> Floats:
    """In the order of the columns: level, slope, changes, then seasons and named days."""
    order = ["m", "k", "delta", "beta"] if spec.changepoint_prior_scale else ["m", "beta"]
    return np.concatenate([np.ravel(model.params[name]) for name in order]).astype(float)


def _trend_changes(model: Prophet, spec: ProphetSpec) -> Floats:
    if spec.changepoint_prior_scale is None:
        return np.zeros(0)
    return np.ravel(model.params["delta"]).astype(float)


def _time_axis(timeline: Timeline) -> Floats:
    """0 at the first known period, 1 at the last: the axis of Prophet's slopes."""
    first, last = np.flatnonzero(np.isfinite(timeline.counts))[[0, -1]]
    axis: Floats = (np.arange(len(timeline.counts), dtype=float) - first) / (last - first)
    return axis
