"""Prophet, quiet and reproducible: it learns trend, season, named days and Ramadan.

What Prophet leaves to its user is settled here once. It runs L-BFGS (five times faster than
its Newton on short series, forecasting evidence 5). Its files go to a folder that disappears
with the fit. It draws no sample: its sampler uses numpy's global state, so the uncertainty
of the trend is drawn in ``trend_paths`` from the caller's stream.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.calendar_design import RAMADAN, CalendarDesign

# Said at the import of prophet or at each fit, and no concern of the person who forecasts.
# cmdstanpy adds its own handler, and resets its level, unless it already has one.
for _noisy in ("prophet.plot", "prophet.models", "prophet", "cmdstanpy"):
    logging.getLogger(_noisy).addHandler(logging.NullHandler())
    logging.getLogger(_noisy).setLevel(logging.CRITICAL)

from prophet import Prophet  # noqa: E402 - after its loggers have been told to be quiet

if TYPE_CHECKING:
    from forecasting.series import Floats

HOLIDAY_SHARE = "holiday_share"
EXTRA = (*RAMADAN, HOLIDAY_SHARE)
CALENDAR_PRIOR_SCALE = 0.1  # of the largest value: an effect of a third of the level is possible
YEAR_DAYS = 365.25
TREND_PRIOR_SCALE = 5.0  # prophet.stan: k, m ~ normal(0, 5)
CHANGEPOINTS = 25  # Prophet's own default
PERIODS_PER_CHANGE = 15
STAN_SEED = 1  # L-BFGS starts from given values; fixed so that nothing depends on the clock


@dataclass(frozen=True, slots=True)
class ProphetSpec:
    """Which parts Prophet may use. An order of 0 leaves the season out.

    ``changepoint_prior_scale`` None means a flat trend: level only.
    """

    changepoint_prior_scale: float | None
    weekly_order: int
    yearly_order: int
    yearly_prior_scale: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """Counts (n,), on whatever scale, NaN where unknown: the periods to forecast come last."""

    first_day: date
    period_days: int
    counts: Floats

    @property
    def dates(self) -> pd.DatetimeIndex:
        """First day of each period."""
        return pd.date_range(self.first_day, periods=len(self.counts), freq=f"{self.period_days}D")


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
        total: Floats = self.columns @ self.coefficients
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
    frame = _frame(timeline, design)
    model = _model(frame, spec, _holidays(timeline, design))
    for name in _used_columns(frame):
        model.add_regressor(name, prior_scale=CALENDAR_PRIOR_SCALE, standardize=False)
    with _old_pandas_habits(), TemporaryDirectory(prefix="tadbir-prophet-") as folder:
        model.fit(frame, algorithm="LBFGS", output_dir=folder, seed=STAN_SEED)
        features, prior_scales, _, _ = model.make_all_seasonality_features(
            model.setup_dataframe(frame.copy())
        )
    time_axis = _time_axis(timeline)
    trend, trend_scales = _trend_columns(model, spec, time_axis)
    unit = float(model.y_scale or 1.0)
    return Decomposition(
        columns=np.column_stack([trend, features.to_numpy(dtype=float)]),
        part_of=("trend",) * len(trend_scales) + tuple(_part(str(name)) for name in features),
        coefficients=unit * _coefficients(model, spec),
        prior_scales=unit * np.array([*trend_scales, *prior_scales]),
        trend_changes=unit * _trend_changes(model, spec),
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


def _frame(timeline: Timeline, design: CalendarDesign) -> pd.DataFrame:
    first, periods, days = timeline.first_day, len(timeline.counts), timeline.period_days
    frame = pd.DataFrame({"ds": timeline.dates, "y": timeline.counts})
    frame[list(RAMADAN)] = design.ramadan_columns(first, periods, days)
    frame[HOLIDAY_SHARE] = design.holiday_share(first, periods, days) if days > 1 else 0.0
    return frame


def _holidays(timeline: Timeline, design: CalendarDesign) -> pd.DataFrame | None:
    """Named days that fell on a known day at least once: of the others nothing can be learnt."""
    if timeline.period_days > 1:
        return None
    last = timeline.first_day + timedelta(days=len(timeline.counts) - 1)
    named = design.holiday_frame(timeline.first_day, last)
    known_days = timeline.dates[np.isfinite(timeline.counts)]
    seen = named[named["ds"].isin(known_days)]["holiday"].unique()
    learnable = named[named["holiday"].isin(seen)]
    return None if learnable.empty else learnable


def _model(frame: pd.DataFrame, spec: ProphetSpec, holidays: pd.DataFrame | None) -> Prophet:
    is_flat = spec.changepoint_prior_scale is None
    known = int(frame["y"].notna().sum())
    model = Prophet(
        growth="flat" if is_flat else "linear",
        n_changepoints=0 if is_flat else min(CHANGEPOINTS, max(1, known // PERIODS_PER_CHANGE)),
        changepoint_prior_scale=spec.changepoint_prior_scale or 1.0,
        weekly_seasonality=False,
        yearly_seasonality=False,
        daily_seasonality=False,
        holidays=holidays,
        holidays_prior_scale=CALENDAR_PRIOR_SCALE,
        uncertainty_samples=0,
    )
    if spec.weekly_order:
        model.add_seasonality("weekly", 7, spec.weekly_order)
    if spec.yearly_order:
        model.add_seasonality(
            "yearly", YEAR_DAYS, spec.yearly_order, prior_scale=spec.yearly_prior_scale
        )
    return model


def _used_columns(frame: pd.DataFrame) -> list[str]:
    """Columns that vary in the known past: of the others nothing can be learnt."""
    past = frame[frame["y"].notna()]
    return [name for name in EXTRA if np.ptp(past[name].to_numpy()) > 0]


def _part(feature: str) -> str:
    """The part that a column of Prophet's, ``name_delim_n``, belongs to.

    ``zeros`` is the column that Prophet makes up when it has no other.
    """
    name = feature.partition("_delim_")[0]
    if name in {"weekly", "yearly"}:
        return name
    if name in RAMADAN:
        return "ramadan"
    return "trend" if name == "zeros" else "holidays"


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
