"""A level that stands: shifts are found however long they last, waves of illness are not shifts."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from benchmarks.trust.drift import FIRST_DAY, QUIET_DAYS, WATCHED_DAYS, counts
from forecasting.calendar_design import CalendarDesign
from forecasting.series import Series
from forecasting.shift_watch import ShiftReport, shift_report
from hospital.calendar import MoroccanCalendar
from hospital.errors import NotEnoughHistory
from hospital.forecast import Period, SeriesKey, SeriesKind

pytestmark = pytest.mark.unit

START = FIRST_DAY + timedelta(days=QUIET_DAYS)
DESIGN = CalendarDesign.of(MoroccanCalendar.load(), FIRST_DAY, START + timedelta(days=200))
KEY = SeriesKey(SeriesKind.VISITS, "H")


def report(values: np.ndarray, since: date = START) -> ShiftReport:
    return shift_report(Series(KEY, FIRST_DAY, values), DESIGN, since)


@pytest.mark.parametrize("shift", [0.2, -0.2])
def test_a_fifth_more_or_less_is_found_within_three_weeks(shift: float) -> None:
    for seed in range(5):
        found = report(counts(seed, shift))
        assert found.alarm is not None
        assert (found.alarm - START).days < 21
        assert found.shift == pytest.approx(shift, abs=0.08)


def test_a_quiet_series_is_left_alone() -> None:
    alarms = [report(counts(seed, 0.0)).alarm for seed in range(20)]
    assert sum(alarm is not None for alarm in alarms) <= 2


def test_a_shift_is_still_told_when_it_has_become_usual() -> None:
    """The watch of ``drift`` calls a new normal normal; what was approved stays what it was."""
    found = report(counts(1, 0.2))
    assert np.flatnonzero(found.up > found.limit)[-1] > WATCHED_DAYS - 20


def test_waves_of_illness_widen_what_is_allowed() -> None:
    rng = np.random.default_rng(4)
    values = counts(4, 0.0)
    wave = np.zeros(len(values))
    for day in range(1, len(values)):
        wave[day] = 0.9 * wave[day - 1] + 0.05 * rng.standard_normal()
    assert report(values * np.exp(wave)).alarm is None


def test_unknown_days_are_no_alarm() -> None:
    values = counts(2, 0.0)
    values[QUIET_DAYS + 3 : QUIET_DAYS + 30] = np.nan
    assert report(values).alarm is None


@pytest.mark.parametrize("days", [300, QUIET_DAYS + WATCHED_DAYS])
def test_a_year_before_and_a_day_after_are_needed(days: int) -> None:
    with pytest.raises(NotEnoughHistory):
        report(counts(1, 0.0), FIRST_DAY + timedelta(days=days))


def test_weeks_are_not_watched_so() -> None:
    series = Series(KEY, FIRST_DAY, np.full(200, 500.0), Period.WEEK)
    with pytest.raises(NotEnoughHistory):
        shift_report(series, DESIGN, FIRST_DAY + timedelta(days=800))
