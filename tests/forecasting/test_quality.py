"""Each finding has a series that triggers it and one that does not."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from forecasting.quality import gate
from forecasting.series import Floats, Series
from hospital.errors import NotEnoughHistory
from hospital.forecast import DataFinding, Period, SeriesKey, SeriesKind, Severity

pytestmark = pytest.mark.unit

FIRST = date(2026, 1, 5)
DAYS = 140
KEY = SeriesKey(SeriesKind.VISITS, "CHR-01")


def healthy(days: int = DAYS) -> Series:
    """Visits around 100, Mondays 120."""
    noise = np.random.default_rng(1).poisson(100, days)
    return Series(KEY, FIRST, noise + 20.0 * (np.arange(days) % 7 == 0))


def changed(*edits: tuple[int | slice, float]) -> Series:
    values = healthy().counts.copy()
    for where, value in edits:
        values[where] = value
    return replace(healthy(), counts=values)


def gated(series: Series) -> Series:
    return gate(series, series.end_day)


def found(series: Series, code: str) -> list[DataFinding]:
    return [finding for finding in gated(series).findings if finding.code == code]


def test_a_healthy_series_passes_untouched() -> None:
    assert gated(healthy()).findings == ()
    assert (gated(healthy()).counts == healthy().counts).all()


def test_a_negative_count_is_unknown_and_told() -> None:
    series = changed((50, -3.0))
    (finding,) = found(series, "negative_value")
    assert finding.severity is Severity.ERROR
    assert finding.first_day == finding.last_day == FIRST + timedelta(days=50)
    assert np.isnan(gated(series).counts[50])


def test_three_silent_days_are_unknown() -> None:
    series = changed((slice(60, 63), 0.0))
    (finding,) = found(series, "zero_run")
    assert (finding.periods, finding.remedy) == (3, "confirm_no_activity")
    assert np.isnan(gated(series).counts[60:63]).all()


def test_zeros_of_a_quiet_place_are_ordinary() -> None:
    counts = np.random.default_rng(2).poisson(0.8, DAYS).astype(float)
    quiet = Series(KEY, FIRST, counts)
    assert not found(quiet, "zero_run")
    assert (
        gated(quiet).counts[gated(quiet).known] == counts[quiet.known][-len(gated(quiet)) :]
    ).all()


def test_a_silent_end_of_a_medicine_is_told_and_kept() -> None:
    values = np.append(np.full(100, 40.0), np.zeros(6))
    medicine = Series(KEY, FIRST, values, period=Period.WEEK)
    assert [finding.periods for finding in found(medicine, "zero_run")] == [6]
    assert not gated(medicine).counts[-6:].any()


def test_a_slip_of_the_keyboard_is_unknown() -> None:
    """1,000 visits instead of 100."""
    series = changed((70, 1000.0))
    (finding,) = found(series, "outlier")
    assert finding.remedy == "confirm_or_correct"
    assert np.isnan(gated(series).counts[70])


def test_an_unusual_day_is_told_and_kept() -> None:
    """A coach accident: 210 visits instead of 100 did happen."""
    series = changed((71, 210.0))
    (finding,) = found(series, "unusual_value")
    assert finding.severity is Severity.NOTE
    assert gated(series).counts[71] == 210


def test_missing_days_are_told_once_each_run() -> None:
    series = changed((slice(30, 32), np.nan), (90, np.nan))
    assert [finding.periods for finding in found(series, "missing_periods")] == [2, 1]


def test_a_day_made_unknown_is_not_told_twice() -> None:
    assert not found(changed((50, -3.0)), "missing_periods")


def test_leading_unknown_days_are_no_finding() -> None:
    series = changed((slice(0, 10), np.nan))
    assert gated(series).findings == ()
    assert gated(series).first_day == FIRST + timedelta(days=10)


def test_boxes_counted_as_tablets_are_told() -> None:
    """From one eight weeks to the next the level is ten times as high."""
    values = np.append(np.full(112, 30.0), np.full(112, 300.0))
    (finding,) = found(Series(KEY, FIRST, values), "unit_jump")
    assert finding.first_day == FIRST + timedelta(days=112)
    assert finding.severity is Severity.ERROR


def test_a_level_that_doubles_is_no_change_of_unit() -> None:
    values = np.append(np.full(112, 30.0), np.full(112, 60.0))
    assert not found(Series(KEY, FIRST, values), "unit_jump")


def test_an_uneven_demand_changes_no_unit() -> None:
    """Now and then a large issue: medians of eight weeks leap, the unit stays."""
    rng = np.random.default_rng(3)
    lumpy = (rng.random(200) < 0.5) * rng.integers(1, 60, 200).astype(float)
    assert not found(Series(KEY, FIRST, lumpy, period=Period.WEEK), "unit_jump")


def test_old_data_are_told() -> None:
    series = healthy()
    late = gate(series, series.end_day + timedelta(days=9))
    (finding,) = [one for one in late.findings if one.code == "stale_end"]
    assert (finding.first_day, finding.periods) == (series.end_day, 9)


def test_two_days_late_is_usual() -> None:
    series = healthy()
    assert gate(series, series.end_day + timedelta(days=2)).findings == ()


def test_under_eight_weeks_there_is_no_forecast() -> None:
    with pytest.raises(NotEnoughHistory) as refusal:
        gated(healthy(days=55))
    assert refusal.value.code == "not_enough_history"
    assert refusal.value.details["found_days"] == 55


def test_eight_weeks_are_enough() -> None:
    assert len(gated(healthy(days=56))) == 56


def test_a_span_without_counts_is_no_history() -> None:
    """Twenty known weeks of stock over two years would do; three do not."""
    counts = np.full(104, np.nan)
    counts[[0, 50, 103]] = 40
    with pytest.raises(NotEnoughHistory) as refusal:
        gated(Series(KEY, FIRST, counts, period=Period.WEEK))
    assert refusal.value.details["known_days"] == 21


def test_an_unknown_past_is_no_history() -> None:
    values: Floats = np.full(200, np.nan)
    with pytest.raises(NotEnoughHistory):
        gated(Series(KEY, FIRST, values))
