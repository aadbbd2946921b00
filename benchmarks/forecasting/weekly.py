"""Weekly visits of Scottish emergency departments through the break of 2020, eight weeks ahead.

Origins roll over all years that leave two years of history; the period of an origin is that of
its last known week. Everyone knows the whole past. The yardstick is the seasonal naive error of
the weeks before March 2020: the break would stretch it, and flatter every method after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.bars import Bar, at_least, at_most, below
from benchmarks.forecasting.bars import Section
from benchmarks.forecasting.cases import (
    Case,
    Origins,
    Prediction,
    default_prophet,
    everyone,
    ours,
    rolling_cases,
)
from benchmarks.forecasting.peers import CLASSICAL, forecasts
from benchmarks.forecasting.real_series import SCOTLAND, scottish_departments
from benchmarks.forecasting.walks import errors_of_walks
from forecasting.calendar_design import CalendarDesign
from forecasting.drift import drift_report
from forecasting.metrics import coverage, crps, mean_absolute_error, naive_scale
from forecasting.series import Series
from hospital.drift import DriftReport

HORIZON, YEAR = 8, 52
LEAST_WEEKS = 2 * YEAR
SPACING, OTHER_OFFSET = 8, 3
DEPARTMENTS = 4  # the largest, beside the total
OURS, PROPHET = "tadbir", "prophet default"
SEEN = "best of 272 walks, seen afterwards"
NEAR_THE_BEST = 1.15  # of a walk whose parameters are chosen once the outcome is known
MAIN, OTHERS, EVERY = "total and 4 largest", "12 other departments", "every week of the break"
BREAK, LAST_ALARM = date(2020, 3, 1), date(2020, 3, 22)
BEFORE, BROKEN, RECOVERY, BETWEEN, AFTER = (
    "before March 2020",
    "break, to May 2020",
    "recovery, to August 2021",
    "to November 2021",
    "from December 2021",
)
STARTS = {BROKEN: BREAK, RECOVERY: date(2020, 6, 1), BETWEEN: date(2021, 9, 1)}
STARTS[AFTER] = date(2021, 12, 1)


@dataclass(frozen=True)
class Asked:
    """One origin of a group, with the yardstick of its series."""

    group: str
    case: Case
    scale: float

    @property
    def week_ending(self) -> date:
        """The last day that is known."""
        return self.case.past.end_day - timedelta(days=1)

    @property
    def period(self) -> str:
        """Where the last known week lies."""
        begun = [name for name, start in STARTS.items() if self.week_ending >= start]
        return begun[-1] if begun else BEFORE


def run(shared: Path) -> Section:
    """Everyone on the same origins; ours also in every week of the break, and elsewhere."""
    total, *departments = scottish_departments(shared)
    main, others = [total, *departments[:DEPARTMENTS]], departments[DEPARTMENTS:]
    asked = [one for series in main for one in _asked(MAIN, series)]
    weekly = [one for series in main for one in _asked(EVERY, series, spacing=1)]
    alone = [
        *(one for one in weekly if one.period == BROKEN),
        *(one for series in others for one in _asked(OTHERS, series, offset=OTHER_OFFSET)),
    ]
    rows = [
        _scores(one, method, prediction)
        for method, origins, predictions in _everyone(asked, alone)
        for one, prediction in zip(origins, predictions, strict=True)
    ]
    scores = pd.DataFrame(rows)
    table = scores.groupby(["data", "period", "method"], sort=False).mean(numeric_only=True)
    table.insert(0, "forecasts", scores.groupby(["data", "period", "method"], sort=False).size())
    late = scores[(scores["data"] == EVERY) & (scores["week"] > LAST_ALARM)]
    covered = float(late["cover 80 %"].mean())
    table.loc[(MAIN, RECOVERY, SEEN), "MASE"] = _best_walk(
        [one for one in asked if one.period == RECOVERY]
    )
    bars = [*_bars(table), _after_the_alarm(covered), *_alarms([_watched(one) for one in main])]
    return Section("Weekly emergencies, 8 weeks ahead, whole past", table, bars)


def _asked(group: str, series: Series, *, spacing: int = SPACING, offset: int = 0) -> list[Asked]:
    last = len(series) - HORIZON - offset
    count = (last - LEAST_WEEKS) // spacing + 1
    origins = Origins(HORIZON, count, spacing, offset, training=len(series))
    cases = rolling_cases(series, SCOTLAND, origins)
    return [Asked(group, case, naive_scale(series.before(BREAK).counts, YEAR)) for case in cases]


def _everyone(
    asked: Sequence[Asked], alone: Sequence[Asked]
) -> list[tuple[str, Sequence[Asked], Sequence[Prediction]]]:
    cases = [one.case for one in asked]
    peers = forecasts([case.past.counts for case in cases], CLASSICAL, HORIZON, YEAR)
    return [
        (OURS, asked, everyone(ours, cases)),
        (PROPHET, asked, everyone(default_prophet, cases)),
        *(
            (name, asked, [Prediction(one.point, one.quantiles) for one in of_peer])
            for name, of_peer in peers.items()
        ),
        (OURS, alone, everyone(ours, [one.case for one in alone])),
    ]


def _scores(asked: Asked, method: str, prediction: Prediction) -> dict[str, object]:
    """One method at one origin, by the yardstick of before the break, then by that of its past."""
    actual, total = asked.case.actual, float(asked.case.actual.sum())
    low, high = prediction.total
    error = mean_absolute_error(actual, prediction.point)
    return {
        "data": asked.group,
        "period": asked.period,
        "method": method,
        "week": asked.week_ending,
        "MASE": error / asked.scale,
        "MASE, own past": error / naive_scale(asked.case.past.counts, YEAR),
        "CRPS": crps(actual, prediction.quantiles) / asked.scale,
        "cover 80 %": coverage(actual, prediction.quantile(0.1), prediction.quantile(0.9)),
        "total cover 80 %": float(low <= total <= high) if np.isfinite(low) else np.nan,
    }


def _best_walk(asked: Sequence[Asked]) -> float:
    """MASE of the one walk that errs least over all these origins."""
    whole = {
        str(one.case.past.key): one.case for one in sorted(asked, key=lambda one: one.week_ending)
    }
    errors = []
    for key, case in whole.items():
        of_series = [one for one in asked if str(one.case.past.key) == key]
        series = replace(case.past, counts=np.concatenate([case.past.counts, case.actual]))
        known = [len(one.case.past) for one in of_series]
        errors.append(errors_of_walks(series, BREAK, known, HORIZON) / of_series[0].scale)
    return float(np.concatenate(errors).mean(axis=0).min())


def _watched(series: Series) -> DriftReport:
    return drift_report(series, CalendarDesign.of(SCOTLAND, series.first_day, series.end_day))


def _bars(table: pd.DataFrame) -> list[Bar]:
    def mase(period: str, method: str = OURS, data: str = MAIN) -> float:
        return float(table.loc[(data, period, method), "MASE"])

    after, recovery, broken = mase(AFTER), mase(RECOVERY), mase(BROKEN, data=EVERY)
    return [
        at_most("Scotland, MASE from December 2021", after, 0.68),
        at_most("Scotland, MASE of the recovery", recovery, 0.86),
        at_most(
            "Scotland, recovery over the best walk, seen afterwards",
            recovery / mase(RECOVERY, SEEN),
            NEAR_THE_BEST,
        ),
        at_most("Scotland, MASE of the break", broken, 4.1),
        *(
            below(f"Scotland, MASE {period} below {rival}", mase(period), mase(period, rival))
            for period in (BEFORE, RECOVERY, AFTER)
            for rival in (PROPHET, *CLASSICAL)
        ),
    ]


def _after_the_alarm(covered: float) -> Bar:
    """Of every origin of the break that knows the second collapsed week, or more."""
    return at_least(
        "Scotland, 80 % interval covers after the second week of the alarm", covered, 0.5
    )


def _alarms(reports: Sequence[DriftReport]) -> list[Bar]:
    """The first alarm of 2020 for the total, and the most false ones of any series."""
    ends = [day + timedelta(days=6) for day in reports[0].alarms]
    first = min((day for day in ends if day.year == LAST_ALARM.year), default=date.max)
    most = max(_count(report, 2016, 2019) for report in reports)
    later = max(_count(report, 2021, 2023) for report in reports)
    return [
        at_most(
            "Scotland, alarm, days after the week ending 2020-03-22", (first - LAST_ALARM).days, 0
        ),
        at_most("Scotland, alarms of any series 2016-2019", most, 2),
        at_most("Scotland, alarms of any series 2021-2023", later, 4),
    ]


def _count(report: DriftReport, first: int, last: int) -> int:
    return sum(first <= (day + timedelta(days=6)).year <= last for day in report.alarms)
