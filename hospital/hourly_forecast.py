"""Emergency visits hour by hour: a daily forecast spread over the hours of its days."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from hospital.forecast import QUANTILE_LEVELS

if TYPE_CHECKING:
    from datetime import date, datetime

    import numpy as np
    import numpy.typing as npt

    from hospital.forecast import SeriesKey

    Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HourlyForecast:
    """Visits of every real hour of the days that a ``DemandForecast`` speaks of.

    ``starts`` are the beginnings of the hours with their time zone: a day on which the clock
    changes has 23 or 25 of them. Shapes: ``mean`` (hours,), ``quantiles`` (hours,
    len(QUANTILE_LEVELS)), ``sample_paths`` (paths, hours), whole visits. The means of a day add
    up to the mean of that day in the daily forecast, and each sample path to the daily sample
    path of the same number, rounded to whole visits. ``model`` names the route, ``warnings``
    are those of the daily forecast.
    """

    key: SeriesKey
    starts: tuple[datetime, ...]
    mean: Floats
    quantiles: Floats
    sample_paths: Floats
    model: str
    warnings: tuple[str, ...] = ()

    @property
    def horizon_hours(self) -> int:
        """Number of hours."""
        return len(self.starts)

    def quantile(self, level: float) -> Floats:
        """The quantile of each hour at one of ``QUANTILE_LEVELS``."""
        return self.quantiles[:, QUANTILE_LEVELS.index(level)]

    def hours_of_days(self) -> dict[date, slice]:
        """Where the hours of each day stand in ``starts``."""
        places, start = {}, 0
        for day, hours in groupby(moment.date() for moment in self.starts):
            end = start + sum(1 for _ in hours)
            places[day] = slice(start, end)
            start = end
        return places
