"""One series of counts by day, week or month without holes, with what was odd in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt

from hospital.forecast import DataFinding, Period, SeriesKey

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

DAYS_PER_YEAR = 365


def edge_days(first: date, periods: int, period: Period) -> Floats:
    """Days from ``first`` to the start of each period and the end of the last, (periods + 1,)."""
    counts = range(periods + 1)
    if period is not Period.MONTH:
        return period.days * np.array(counts, dtype=float)
    return np.array([(period.day(first, count) - first).days for count in counts], dtype=float)


@dataclass(frozen=True, slots=True)
class Series:
    """Counts per ``period``, from ``first_day`` on, without holes in time.

    ``counts`` is (n,), NaN where the count is not known. ``stockout_days`` is (n,) or None:
    the days of each period on which the shelf was empty, so that the count is a lower bound.
    """

    key: SeriesKey
    first_day: date
    counts: Floats
    period: Period = Period.DAY
    stockout_days: Floats | None = None
    findings: tuple[DataFinding, ...] = ()

    def __post_init__(self) -> None:
        if self.first_day != self.day(0):
            raise ValueError(f"first_day is {self.first_day}; a month begins on its first day.")

    def __len__(self) -> int:
        return len(self.counts)

    @property
    def end_day(self) -> date:
        """The day after the last period."""
        return self.day(len(self))

    @property
    def known(self) -> Bools:
        """Which periods have a count."""
        return np.isfinite(self.counts)

    @property
    def span_days(self) -> int:
        """Days from the first to the last known period, both included."""
        where = np.flatnonzero(self.known).tolist()
        return (self.day(where[-1] + 1) - self.day(where[0])).days if len(where) else 0

    @property
    def season(self) -> int:
        """Periods in the cycle that a seasonal naive forecast repeats: a week or a year.

        A series shorter than two cycles has none to repeat: 1, the plain naive.
        """
        return self.period.season if len(self) >= 2 * self.period.season else 1

    @property
    def lengths_days(self) -> Floats:
        """Days in each period, (n,)."""
        return np.diff(edge_days(self.first_day, len(self), self.period))

    def day(self, period: int) -> date:
        """First day of a period, counted from 0; periods after the end are allowed."""
        return self.period.day(self.first_day, period)

    def period_of(self, day: date) -> int:
        """The period that holds a day, counted from 0; may lie before or after the series."""
        return self.period.position(self.first_day, day)

    def before(self, day: date) -> Self:
        """The periods that ended before this day began: what was known on its eve."""
        length = max(0, self.period_of(day))
        stockouts = None if self.stockout_days is None else self.stockout_days[:length]
        return replace(self, counts=self.counts[:length], stockout_days=stockouts)

    def but_counts(self, counts: Floats, findings: Sequence[DataFinding] = ()) -> Self:
        """A copy with other counts and these findings more."""
        return replace(self, counts=counts, findings=(*self.findings, *findings))

    def trimmed(self) -> Self:
        """Without the unknown periods before the first known one."""
        where = np.flatnonzero(self.known)
        start = int(where[0]) if len(where) else 0
        stockouts = None if self.stockout_days is None else self.stockout_days[start:]
        return replace(
            self,
            first_day=self.day(start),
            counts=self.counts[start:],
            stockout_days=stockouts,
        )
