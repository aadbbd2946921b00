"""The watch over demand by simulation: how often it cries wolf, how often and how soon it finds.

As in the design (``shared/design/governance.md``): 200 series of 60 visits a day, negative
binomial,
60 days watched. The design's figures are those of a CUSUM with k = 0.5 and h = 8: false alarms in
2 % of 60 days, shifts of ±20 % found in 97 to 98 % within a median of 18 to 21 days, +10 % in 59 %.
Each series has two quiet years before, with the weekdays and the winter of the demo.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np
import numpy.typing as npt

from benchmarks.bars import Bar, at_least, at_most
from forecasting.calendar_design import CalendarDesign
from forecasting.series import Series
from forecasting.shift_watch import shift_report
from hospital.calendar import MoroccanCalendar
from hospital.forecast import SeriesKey, SeriesKind
from scenarios.demo.period import WEEKDAY_FACTORS, YEARLY_AMPLITUDE, winter
from scenarios.demo.visits import DAY_NOISE_CV

RUNS, MEAN_VISITS = 200, 60.0
QUIET_DAYS, WATCHED_DAYS = 730, 60
FIRST_DAY = date(2024, 1, 1)


@dataclass(frozen=True)
class Watched:
    """Over all runs: the share with an alarm, and the median delay of those [days]."""

    share: float
    median_days: float


@cache
def _design() -> CalendarDesign:
    end = FIRST_DAY + timedelta(days=QUIET_DAYS + WATCHED_DAYS)
    return CalendarDesign.of(MoroccanCalendar.load(), FIRST_DAY, end)


def delay_days(seed: int, shift: float) -> int | None:
    """Days from the shift to the first alarm of one series; None without any in 60 days."""
    start = FIRST_DAY + timedelta(days=QUIET_DAYS)
    series = Series(SeriesKey(SeriesKind.VISITS, "H"), FIRST_DAY, counts(seed, shift))
    alarm = shift_report(series, _design(), start).alarm
    return None if alarm is None else (alarm - start).days + 1


def counts(seed: int, shift: float) -> npt.NDArray[np.float64]:
    """Visits of one hospital, with a shift after the quiet years."""
    rng = np.random.default_rng([seed, 60])
    days = np.arange(QUIET_DAYS + WATCHED_DAYS)
    rates = MEAN_VISITS * np.array(WEEKDAY_FACTORS)[days % 7]
    rates = rates * np.exp(YEARLY_AMPLITUDE * winter(days % 365.25))
    rates[QUIET_DAYS:] *= 1 + shift
    shape = DAY_NOISE_CV**-2
    return rng.poisson(rates * rng.gamma(shape, 1 / shape, len(days))).astype(float)


def watched(shift: float, runs: int = RUNS) -> Watched:
    """How the watch does for one size of shift."""
    found = [delay_days(seed, shift) for seed in range(runs)]
    delays = [delay for delay in found if delay is not None]
    return Watched(len(delays) / runs, float(np.median(delays)) if delays else float("nan"))


def bars(runs: int = RUNS) -> list[Bar]:
    """The figures of the design, as bars."""
    quiet, more = watched(0.0, runs), watched(0.1, runs)
    up, down = watched(0.2, runs), watched(-0.2, runs)
    return [
        at_most(f"drift: false alarms in {WATCHED_DAYS} days, share", quiet.share, 0.02),
        at_least("drift: +20 % found in 60 days, share", up.share, 0.97),
        at_most("drift: +20 %, median days", up.median_days, 21),
        at_least("drift: -20 % found in 60 days, share", down.share, 0.97),
        at_most("drift: -20 %, median days", down.median_days, 21),
        at_least("drift: +10 % found in 60 days, share", more.share, 0.59),
    ]


if __name__ == "__main__":
    for bar in bars():
        print(bar)
