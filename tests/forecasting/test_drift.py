"""The watch finds a break at once, a shift soon, and is quiet where nothing happened."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.calendar_design import CalendarDesign
from forecasting.drift import drift_report
from forecasting.series import Floats, Series
from hospital.calendar import MoroccanCalendar
from hospital.drift import DriftReport, DriftState
from hospital.forecast import Period, SeriesKey, SeriesKind

pytestmark = pytest.mark.unit

FIRST = date(2020, 6, 1)  # a Monday, and the first of a month
KEY = SeriesKey(SeriesKind.VISITS, "CHR-01")
DESIGN = CalendarDesign.of(MoroccanCalendar.load(), FIRST, FIRST + timedelta(days=4100))
LENGTHS = {Period.DAY: 1096, Period.WEEK: 313, Period.MONTH: 120}
ALL_PERIODS = pytest.mark.parametrize("period", list(Period))
DAYS_AND_WEEKS = pytest.mark.parametrize("period", [Period.DAY, Period.WEEK])


def counts(seed: int, period: Period, *, memory: float = 0.0) -> Floats:
    """Visits with a season of the year, and of the week by the day; the level wanders a little."""
    rng = np.random.default_rng(seed)
    days = period.days * np.arange(LENGTHS[period])
    shocks = 0.05 * rng.standard_normal(len(days))
    for step in range(1, len(days)):
        shocks[step] += memory * shocks[step - 1]
    season = 0.1 * np.sin(2 * np.pi * days / 365.25)
    week = 0.1 * (days % 7 == 0) if period is Period.DAY else 0.0
    return 150.0 * period.days * np.exp(season + week + shocks)


def watched(values: Floats, period: Period) -> DriftReport:
    return drift_report(Series(KEY, FIRST, values, period), DESIGN)


def breaks(report: DriftReport) -> list[date]:
    return [change.day for change in report.changes if change.state is DriftState.BREAK]


@ALL_PERIODS
@pytest.mark.parametrize("memory", [0.0, 0.4])
def test_years_without_a_break_have_next_to_no_alarm(period: Period, memory: float) -> None:
    """The limit allows one in 25 years; 20 series of 3 to 10 years may have a few."""
    reports = [watched(counts(seed, period, memory=memory), period) for seed in range(20)]
    years = 20 * LENGTHS[period] * period.days / 365.25
    assert sum(len(breaks(report)) for report in reports) <= max(3.0, years / 12)


@ALL_PERIODS
def test_a_collapse_is_a_break_from_its_first_periods_on(period: Period) -> None:
    """A week or a month at 60 % alarms by itself; days need three in a row."""
    values = counts(1, period)
    at = LENGTHS[period] * 3 // 4
    values[at:] *= 0.6
    report = watched(values, period)
    late = 2 if period is Period.DAY else 0
    assert report.states[at - 1] is not DriftState.BREAK
    assert report.states[at + late] is DriftState.BREAK


def test_one_odd_day_is_no_break() -> None:
    values = counts(2, Period.DAY)
    values[800] *= 0.3
    assert not breaks(watched(values, Period.DAY))


@DAYS_AND_WEEKS
def test_a_break_ends_when_the_new_level_has_lasted(period: Period) -> None:
    values = counts(3, period)
    at = LENGTHS[period] // 2
    values[at:] *= 0.6
    report = watched(values, period)
    states = report.states[at + 3 :]
    lasted = states.index(DriftState.NORMAL)
    assert 28 / period.days <= lasted + 3 <= 200 / period.days
    assert report.state is DriftState.NORMAL
    assert len(breaks(report)) == 1


def test_a_lasting_shift_of_one_deviation_is_found_within_weeks() -> None:
    """Small, and never outside what one week may do by chance."""
    found = 0
    for seed in range(20):
        values = counts(seed, Period.WEEK)
        values[200:] *= np.exp(np.minimum(0.02 * np.arange(113), 0.3))
        states = watched(values, Period.WEEK).states[200:230]
        found += any(state is not DriftState.NORMAL for state in states)
    assert found >= 18


@DAYS_AND_WEEKS
def test_ramadan_is_expected_and_its_first_sight_is_no_break(period: Period) -> None:
    values = counts(4, period)
    fasting = DESIGN.ramadan_columns(FIRST, len(values), period)[:, 0]
    assert not breaks(watched(values * np.exp(-0.12 * fasting), period))


@settings(max_examples=25)
@given(
    seed=st.integers(0, 1000),
    period=st.sampled_from(list(Period)),
    kept=st.floats(0.2, 0.95),
    future=st.sampled_from(["collapse", "unknown", "zero", "huge"]),
)
def test_the_future_never_changes_what_was_said(
    seed: int, period: Period, kept: float, future: str
) -> None:
    values = counts(seed, period)
    length = int(kept * len(values))
    factor = {"collapse": 0.3, "unknown": np.nan, "zero": 0.0, "huge": 1e3}[future]
    other = values.copy()
    other[length:] *= factor
    one, two = watched(values, period), watched(other, period)
    short = watched(values[:length], period)
    for report in (two, short):
        assert report.states[:length] == one.states[:length]
        for name in ("surprises", "up", "down", "coverage"):
            seen = (getattr(report, name)[:length], getattr(one, name)[:length])
            np.testing.assert_array_equal(*seen)


@settings(max_examples=25)
@given(st.lists(st.one_of(st.floats(0, 1e6), st.just(np.nan)), max_size=80))
def test_any_counts_have_a_report(values: list[float]) -> None:
    for period in LENGTHS:
        report = watched(np.array(values, dtype=float), period)
        assert len(report.states) == len(report.days) == len(values)
        assert np.isfinite(report.up).all()
        assert np.isfinite(report.down).all()


def test_unknown_periods_change_nothing() -> None:
    values = counts(5, Period.WEEK)
    values[250:260] = np.nan
    report = watched(values, Period.WEEK)
    assert set(report.states[249:260]) == {report.states[249]}
    assert np.isnan(report.surprises[250:260]).all()


def test_the_unit_of_the_counts_does_not_matter() -> None:
    series = Series(KEY, FIRST, counts(6, Period.WEEK), Period.WEEK)
    series.counts[200:] *= 0.7
    one = drift_report(series, DESIGN)
    ten = drift_report(replace(series, counts=10 * series.counts), DESIGN)
    assert ten.states == one.states
    assert ten.periods_since == one.periods_since
    assert ten.since == one.since


def test_a_report_tells_its_changes_in_order() -> None:
    values = counts(7, Period.WEEK)
    values[200:] *= 0.6
    report = watched(values, Period.WEEK)
    changes = report.changes
    assert [change.day for change in changes] == sorted(change.day for change in changes)
    assert changes[-1].state is report.state
    assert report.days[len(values) - report.periods_since] == report.since
    assert watched(values[:1], Period.WEEK).since is None
