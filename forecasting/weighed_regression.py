"""Regression on the calendar around a level that walks, each period trusted by its turmoil.

    z[t] = x[t] b + u[t],   (1 - B) u[t] = (1 + theta B) e[t],   e[t] ~ (0, v[t])

The regression of ``adaptive_regression`` with two differences that weeks of years with a break ask
for: surprises have the variance of their own time (generalised least squares; Harvey 1990, section
2.3), so that the weeks of a break teach the season next to nothing, and the level may follow at
once. Variances and fit take turns (Harvey 1976, Econometrica 44).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecasting.adaptive_regression import (
    Pairs,
    filled,
    outlook_of,
    plausible,
    regressors_of,
    walks_over,
)
from forecasting.calendar_columns import calendar_blocks
from forecasting.level_memory import surprises_today
from forecasting.outlook import Outlook
from forecasting.parts import TREND
from forecasting.quality import NORMAL_MAD
from forecasting.turmoil import ROUNDS, deviations_around, trust_of
from forecasting.whitening import whitened

if TYPE_CHECKING:
    from forecasting.adaptive_regression import Fit, Regressors
    from forecasting.calendar_columns import ProphetSpec, Timeline
    from forecasting.calendar_design import CalendarDesign
    from forecasting.series import Bools, Floats

SHARES = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
WEEKS = Pairs(SHARES, (0.0,))
# After a break: a movement goes on, four fifths of it the week after, and half of the distance from
# the usual level is gone in 23 weeks. Slower or faster ones were tried (ADR 14).
RETURN = Pairs((0.2, 0.3, 0.4, 0.5, 0.6, 0.7), (0.8,), kept=0.97, goes_on=True)
BASE_SCALE = 1.0  # of the usual level
FIRST_GUESS = 0.5  # of the share, to see how turbulent each time was


@dataclass(frozen=True, slots=True)
class WeighedRegression:
    """The member; ``turmoil`` [periods] is how long a surprise counts in its time's variance."""

    turmoil: float
    pairs: Pairs = WEEKS

    def __call__(
        self,
        timeline: Timeline,
        spec: ProphetSpec,
        design: CalendarDesign,
        rng: np.random.Generator,
    ) -> Outlook:
        """What it expects of the unknown end of a timeline of counts."""
        past = int(np.flatnonzero(timeline.known)[-1]) + 1
        regressors = regressors_of(timeline, calendar_blocks(timeline, spec, design))
        if self.pairs.kept < 1.0:
            regressors = _with_base(regressors)
        unit = float(np.nanmedian(timeline.counts)) or 1.0
        counts = filled(timeline.counts[:past], timeline.period.season) / unit
        stacked = np.vstack([regressors.columns[:, :past], counts])
        known = timeline.known[1:past]
        fits = self._fits(stacked, known, regressors)
        surprises = surprises_today(fits[0].surprises(stacked), known, self.turmoil)
        return outlook_of(fits, regressors, past, surprises, rng).times(unit)

    def _fits(self, stacked: Floats, known: Bools, regressors: Regressors) -> list[Fit]:
        ahead = len(regressors.columns[0]) - len(stacked[0])
        trust = np.ones(len(known))
        surprises = _without_effects(stacked)
        fits: list[Fit] = []
        for _ in range(ROUNDS):
            size = float(np.median(np.abs(surprises * np.sqrt(trust))[known]))
            noise = max((size / NORMAL_MAD) ** 2, np.finfo(float).tiny)
            walks = list(walks_over(stacked, known, ahead, self.pairs, trust))
            fits = plausible(walks, noise / regressors.prior_scales**2, int(known.sum()))
            surprises = fits[0].surprises(stacked)
            trust = trust_of(deviations_around(surprises, known, self.turmoil))
        return fits


def _with_base(regressors: Regressors) -> Regressors:
    """The same with what the level fades towards."""
    base = np.ones((1, regressors.columns.shape[1]))
    return replace(
        regressors,
        columns=np.vstack([base, regressors.columns]),
        part_of=(TREND, *regressors.part_of),
        prior_scales=np.concatenate([[BASE_SCALE], regressors.prior_scales]),
    )


def _without_effects(stacked: Floats) -> Floats:
    """Surprises (n - 1,) of the counts at a middling pace, before anything is learnt."""
    theta = FIRST_GUESS - 1.0
    surprises: Floats = whitened(np.diff(stacked[-1]), 0.0, theta)
    return surprises
