"""How the members of each family of series speak with one voice.

One fixed composition for each family, never a choice made series by series on a handful of
origins: that choice was measured to lose (forecasting evidence, 3a).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecasting.adaptive_regression import regression_outlook
from forecasting.calendar_columns import ProphetSpec, Timeline
from forecasting.futures import Futures, Window
from forecasting.level_memory import Pace
from forecasting.outlook import Member, combined
from forecasting.parts import additive_parts, multiplicative_parts
from forecasting.prophet_level import ProphetLevel
from forecasting.prophet_member import prophet_outlook
from forecasting.series import DAYS_PER_YEAR, Floats
from forecasting.times import Times
from forecasting.weighed_regression import RETURN, WeighedRegression
from hospital.forecast import Period, SeriesKind

if TYPE_CHECKING:
    from forecasting.calendar_design import CalendarDesign
    from forecasting.series import Series


@dataclass(frozen=True, slots=True)
class Composition:
    """One family's fixed model: scale, members, seasons, flexibility. See ``ProphetSpec``.

    ``name`` says what is mixed, ``votes`` how much each member counts. ``short_yearly_order``
    holds under two years of history, when a year has been seen once.
    """

    name: str
    members: tuple[Member, ...]
    votes: tuple[int, ...]
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


# Effects on people multiply, and log(1 + count) keeps counts positive. The regression follows the
# level, so Prophet's trend may stay stiff; votes and stiffness are those with the least error over
# all origins of the years known, every eight weeks (SWAST and UIHC), not over the benchmark's six.
DAILY = Composition(
    name="prophet-log+arma11, 3 regression-log+arima111",
    members=(prophet_outlook, regression_outlook),
    votes=(1, 3),
    forward=np.log1p,
    backward=np.expm1,
    parts=multiplicative_parts,
    changepoint_prior_scale=0.01,
    weekly_order=3,
    yearly_order=10,
    short_yearly_order=2,
    yearly_prior_scale=10.0,
)
# Weeks of visits: Prophet's own stiffness, around a level that follows where its trend is late; the
# votes of the days. On counts: effects of a season that shrank with the visits were not seen.
WEEKLY = Composition(
    name="prophet-level+ets, 3 regression-level+arima011",
    members=(ProphetLevel(Pace(turmoil=8)), WeighedRegression(turmoil=8)),
    votes=(1, 3),
    forward=_unchanged,
    backward=_unchanged,
    parts=additive_parts,
    changepoint_prior_scale=0.05,
    weekly_order=0,
    yearly_order=10,
    short_yearly_order=2,
    yearly_prior_scale=10.0,
)
# After a break the past speaks of the season alone: the level follows the last days or weeks at the
# pace that they ask for, and intervals are as wide as their errors.
DAILY_AFTER_BREAK = replace(
    DAILY,
    name="prophet-break+ets",
    members=(ProphetLevel(Pace(turmoil=28, recent=91)),),
    votes=(1,),
)
RETURNING = WeighedRegression(turmoil=8, pairs=RETURN)
WEEKLY_AFTER_BREAK = replace(
    WEEKLY,
    name="prophet-break+ets, regression-return+arima111",
    members=(ProphetLevel(Pace(turmoil=8, recent=26)), RETURNING),
    votes=(1, 1),
)
# For a year after it each season is still to be seen again: what falls or rises goes on for weeks,
# and half of what was lost comes back in half a year.
WEEKLY_RETURN = replace(
    WEEKLY,
    name="regression-level+arima011, regression-return+arima111",
    members=(WeighedRegression(turmoil=8), RETURNING),
    votes=(1, 1),
)
# Stock needs the mean of totals: logs bias them low by 5 to 10 % (forecasting evidence 3c).
MEDICINES = Composition(
    name="prophet-flat+arma11",
    members=(prophet_outlook,),
    votes=(1,),
    forward=_unchanged,
    backward=_unchanged,
    parts=additive_parts,
    changepoint_prior_scale=None,
    weekly_order=0,
    yearly_order=5,
    short_yearly_order=0,
    yearly_prior_scale=0.1,
)

# Where the times ask for another than the ordinary one.
ORDINARY = {Period.DAY: DAILY, Period.WEEK: WEEKLY, Period.MONTH: MEDICINES}
OTHER_TIMES = {
    (Period.DAY, Times.BROKEN): DAILY_AFTER_BREAK,
    (Period.WEEK, Times.BROKEN): WEEKLY_AFTER_BREAK,
    (Period.WEEK, Times.RETURN): WEEKLY_RETURN,
}


def family_of(series: Series, times: Times = Times.ORDINARY) -> Composition:
    """The composition of a series in such times."""
    if series.key.kind is SeriesKind.CONSUMPTION:
        return DAILY if series.period is Period.DAY else MEDICINES
    return OTHER_TIMES.get((series.period, times), ORDINARY[series.period])


def composed_futures(
    series: Series,
    window: Window,
    design: CalendarDesign,
    rng: np.random.Generator,
    family: Composition,
) -> Futures:
    """Futures of a series that ends with a known period, by a family's composition.

    The mean is the mean of the simulated paths, on every scale: never a back-transformed
    median.
    """
    values = np.concatenate([family.forward(series.counts), np.full(window.steps, np.nan)])
    timeline = Timeline(series.first_day, series.period, values)
    spec = family.spec(series.span_days)
    outlooks = [member(timeline, spec, design, rng) for member in family.members]
    outlook = combined(outlooks, family.votes)
    paths = np.maximum(family.backward(outlook.paths), 0.0)[:, window.skip :]
    parts = {name: part[window.skip :] for name, part in outlook.parts.items()}
    mean = paths.mean(axis=0)
    return Futures(paths, mean, family.name, family.parts(parts, mean))
