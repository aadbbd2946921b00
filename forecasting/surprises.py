"""What each period brought beyond what its past and the calendar led to expect.

A cheap baseline that watches a series, not the forecast itself: a level that follows the series
(exponential smoothing) and effects of the seasons and the calendar learnt from the past alone,

    log(1 + count[t]) = level[t] + columns[t] . effects + error[t],   level: ARIMA(0,1,1)

The filter (1 - B) / (1 - (1 - a) B) takes the level out of counts and columns alike, so that the
effects are an ordinary regression on what is left (Box, Jenkins, Reinsel and Ljung 2016, section
9.5). It is fitted again every block on the periods before the block, with errors cut at
``CUT`` deviations (Huber 1964), so that a collapse teaches no season.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

import numpy as np

from forecasting.calendar_columns import YEAR_DAYS, waves
from forecasting.quality import NORMAL_MAD
from forecasting.series import Floats, edge_days
from forecasting.whitening import whitened
from hospital.base import DAYS_PER_WEEK
from hospital.forecast import Period

if TYPE_CHECKING:
    from datetime import date

WAVES = 3  # of each season: all that a week of days can have
CUT = 2.5  # deviations
EFFECT_SCALE = 0.2  # beforehand, an effect of a season or of a holiday is some 20 %
LEAST_DEVIATION = 1e-3  # of logs: a constant series is known to one in a thousand
CUT_VARIANCE = 0.93  # of a normal error cut at 2.5 deviations
STRONGEST_ECHO = 0.8  # the most that errors may resemble the ones before them


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How one length of period is watched, in periods.

    ``smoothing`` is the share of an error that the level follows, of ``most`` deviations at
    most: one day alone may be a strike or a storm, where a week or a month is already a total
    of many. The baseline is fitted again every ``block``; nothing is judged in the first
    ``warm_up``; a deviation is remembered for about ``memory``.
    """

    smoothing: float
    most: float
    block: int
    warm_up: int
    memory: int


class _Learnt:
    """Sums over the past from which effects and deviations are estimated."""

    def __init__(self, columns: int, rhythm: Rhythm) -> None:
        self.gram: Floats = np.zeros((columns, columns))
        self.cross: Floats = np.zeros(columns)
        self.squares = self.echoes = self.weight = 0.0
        self.rhythm = rhythm

    def add(self, rows: Floats, values: Floats, errors: Floats) -> None:
        """Learn from rows (n, k), values (n,) and their errors (n,), NaN where unknown."""
        known = np.isfinite(errors)
        kept = errors[known]
        most = CUT * (np.sqrt(self.variance) if self.weight else _robust_deviation(kept))
        cut = np.minimum(np.maximum(kept, -most), most)
        trust = most / np.maximum(np.abs(kept), most)
        stacked = np.column_stack([rows, values])[known]
        products = np.einsum("nk,nl->kl", trust[:, None] * stacked, stacked)
        self.gram += products[:-1, :-1]
        self.cross += products[:-1, -1]
        fading = np.exp(-len(errors) / self.rhythm.memory)
        self.squares = fading * self.squares + float(np.square(cut).sum())
        self.echoes = fading * self.echoes + float((cut[1:] * cut[:-1]).sum())
        self.weight = fading * self.weight + len(kept)

    @property
    def variance(self) -> float:
        """Of one error."""
        mean = self.squares / max(self.weight, 1.0) / CUT_VARIANCE
        return max(mean, LEAST_DEVIATION**2)

    @property
    def resonance(self) -> float:
        """Deviation of a sum of errors over what it would be if they were independent, from 1."""
        echo = self.echoes / self.squares if self.squares else 0.0
        echo = min(max(echo, 0.0), STRONGEST_ECHO)
        return float(np.sqrt((1 + echo) / (1 - echo)))

    def solved(self) -> tuple[Floats, Floats]:
        """Effects (k,) and what is not known of them (k, k), in squares of a log."""
        ridge = self.variance / EFFECT_SCALE**2
        inverse = np.linalg.inv(self.gram + ridge * np.eye(len(self.cross))).astype(np.float64)
        doubt: Floats = self.variance * inverse
        return np.einsum("kl,l->k", inverse, self.cross), doubt


def scaled_errors(counts: Floats, columns: Floats, rhythm: Rhythm) -> tuple[Floats, Floats]:
    """One-step errors, (n,) [deviations], and the same for sums of them, (n,).

    NaN where unknown or in the warm-up. An effect never seen before (a first Ramadan) widens
    what is expected instead of surprising. Errors that resemble their neighbours have sums that
    spread more; the second array is divided by the deviation of a sum (Johnson and Bagshaw
    1974, Technometrics 16), so that a CUSUM of it behaves as one of independent errors. Each
    value depends on the periods up to its own alone.
    """
    errors: Floats = np.full(len(counts), np.nan)
    summed = errors.copy()
    if len(counts) <= rhythm.warm_up:
        return errors, summed
    values = _without_level(_filled(np.log1p(np.maximum(counts, 0.0))), rhythm)
    values[~np.isfinite(counts)] = np.nan
    rows = _without_level(columns, rhythm)
    learnt, level = _Learnt(columns.shape[1], rhythm), _Level(rhythm)
    learnt.add(rows[: rhythm.warm_up], values[: rhythm.warm_up], values[: rhythm.warm_up])
    for start in range(rhythm.warm_up, len(counts), rhythm.block):
        block = slice(start, start + rhythm.block)
        effects, doubt = learnt.solved()
        expected = np.einsum("nk,k->n", rows[block], effects)
        doubts = (np.einsum("nk,kl->nl", rows[block], doubt) * rows[block]).sum(axis=1)
        deviation = np.sqrt(learnt.variance + doubts)
        error = level.spared(values[block] - expected, deviation)
        errors[block] = error / deviation
        summed[block] = np.clip(errors[block], -rhythm.most, rhythm.most) / learnt.resonance
        learnt.add(rows[block], error + expected, error)
    return errors, summed


class _Level:
    """How far the level would be had it not followed odd periods all the way.

    Exponential smoothing of errors cut at ``most`` deviations (Gelper, Fried and Croux 2010,
    Journal of Forecasting 29); without it, what follows one odd day would look odd as well.
    """

    def __init__(self, rhythm: Rhythm) -> None:
        self.rhythm = rhythm
        self.spared_so_far = 0.0

    def spared(self, errors: Floats, deviations: Floats) -> Floats:
        """The errors against that level, (n,); NaN where unknown."""
        corrected = []
        share = self.rhythm.smoothing
        most = (self.rhythm.most * deviations).tolist()
        for raw, limit in zip(errors.tolist(), most, strict=True):
            error = raw + self.spared_so_far
            corrected.append(error)
            excess = max(error - limit, 0.0) + min(error + limit, 0.0)
            known = 0.0 if isnan(error) else excess
            self.spared_so_far += share * (known - self.spared_so_far)
        return np.array(corrected)


def seasonal_columns(first: date, periods: int, period: Period) -> Floats:
    """Waves of the week (by the day) and of the year, (periods, k)."""
    days = first.toordinal() + edge_days(first, periods, period)[:-1]
    seasons = (YEAR_DAYS, DAYS_PER_WEEK) if period is Period.DAY else (YEAR_DAYS,)
    return np.hstack([waves(days, season, WAVES) for season in seasons])


def _without_level(values: Floats, rhythm: Rhythm) -> Floats:
    return whitened((values - values[0]).T, 1.0, rhythm.smoothing - 1.0).T


def _filled(values: Floats) -> Floats:
    """Unknown periods take the last known value; those before the first take the first."""
    where = np.flatnonzero(np.isfinite(values))
    if not len(where):
        return np.zeros_like(values)
    last = np.searchsorted(where, np.arange(len(values)), side="right") - 1
    filled: Floats = values[where[np.maximum(last, 0)]]
    return filled


def _robust_deviation(errors: Floats) -> float:
    """Deviation of errors from their median size."""
    size = float(np.median(np.abs(errors))) / NORMAL_MAD if len(errors) else 0.0
    return max(size, LEAST_DEVIATION)
