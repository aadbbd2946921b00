"""Each finding has a series that triggers it and one that does not."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from application.forecast_words import FINDINGS, REMEDIES
from forecasting.censoring import uncensored
from forecasting.history_series import consumption_series, visit_series
from forecasting.quality import RULES, gate
from forecasting.series import Floats, Series
from hospital.errors import NotEnoughHistory
from hospital.forecast import DataFinding, Period, SeriesKey, SeriesKind, Severity
from hospital.gst import Gst

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


def weekly(*stockouts: tuple[int, float, float]) -> Series:
    """40 units a week; (week, units, empty days) where the shelf was empty."""
    counts, empty = np.full(52, 40.0), np.zeros(52)
    for week, units, days in stockouts:
        counts[week], empty[week] = units, days
    return Series(KEY, FIRST, counts, Period.WEEK, stockout_days=empty)


def hours(first: date = FIRST, days: int = 84, visits: int = 12) -> pd.DataFrame:
    """Rows of a whole table: every clock hour that exists, 12 visits in each."""
    start = datetime(first.year, first.month, first.day)  # noqa: DTZ001 - clock times
    moments = [start + timedelta(hours=hour) for hour in range(24 * days)]
    rows = pd.DataFrame({"hospital": "A", "hour": moments, "visits": visits})
    return rows[~rows["hour"].isin([datetime(2026, 3, 22, 2)])]  # noqa: DTZ001 - no such hour


def by_day(rows: pd.DataFrame) -> Series:
    gst = Gst.model_construct(hospitals=(Place("A"),))
    (series,) = visit_series(gst, rows, FIRST + timedelta(days=400))
    return series


def without(rows: pd.DataFrame, day: date, *gone: int) -> pd.DataFrame:
    """The same table without these hours of a day."""
    is_gone = (rows["hour"].dt.date == day) & rows["hour"].dt.hour.isin(gone)
    return rows[~is_gone]


def again(rows: pd.DataFrame, day: date, hour: int) -> pd.DataFrame:
    """The same table with an hour of a day given once more."""
    is_it = (rows["hour"].dt.date == day) & (rows["hour"].dt.hour == hour)
    return pd.concat([rows, rows[is_it]])


def issues(*, twice: bool) -> Series:
    """Twelve weeks of a medicine, the fourth given twice or not."""
    weeks = [pd.Timestamp(FIRST) + pd.Timedelta(weeks=week) for week in range(12)]
    rows = pd.DataFrame(
        {"hospital": "A", "medicine": "M1", "week": weeks, "units": 40, "stockout_days": 0}
    )
    told = pd.concat([rows, rows.iloc[[3]]]) if twice else rows
    gst = Gst.model_construct(hospitals=(Place("A"),), medicines=(Item("M1"),))
    (series,) = consumption_series(gst, told, FIRST + timedelta(days=400))
    return series


@dataclass(frozen=True)
class Place:
    hospital: str


@dataclass(frozen=True)
class Item:
    medicine: str


ORDINARY_DAY, GOES_BACK, GOES_FORWARD = date(2026, 3, 3), date(2026, 2, 15), date(2026, 3, 22)
Case = tuple[Callable[[], Series], Callable[[], Series]]

CASES: dict[str, Case] = {
    "missing_periods": (lambda: changed((slice(30, 32), np.nan)), healthy),
    "partial_day": (
        lambda: by_day(without(hours(), ORDINARY_DAY, 2)),
        lambda: by_day(hours()),  # the 22nd of March has 23 hours and is whole
    ),
    "clock_change": (
        lambda: by_day(hours()),
        lambda: by_day(hours(date(2026, 4, 6))),
    ),
    "duplicated_hours": (
        lambda: by_day(again(hours(), ORDINARY_DAY, 2)),
        lambda: by_day(again(hours(), GOES_BACK, 2)),  # the clock showed it twice
    ),
    "duplicated_weeks": (lambda: issues(twice=True), lambda: issues(twice=False)),
    "negative_value": (lambda: changed((50, -3.0)), lambda: changed((50, 60.0))),
    "zero_run": (lambda: changed((slice(60, 63), 0.0)), lambda: changed((slice(60, 62), 0.0))),
    "outlier": (lambda: changed((70, 1000.0)), lambda: changed((70, 135.0))),
    "unusual_value": (lambda: changed((71, 210.0)), lambda: changed((71, 110.0))),
    "unit_jump": (
        lambda: Series(KEY, FIRST, np.append(np.full(112, 30.0), np.full(112, 300.0))),
        lambda: Series(KEY, FIRST, np.append(np.full(112, 30.0), np.full(112, 60.0))),
    ),
    "stale_end": (
        lambda: changed((slice(DAYS - 3, DAYS), np.nan)),
        lambda: changed((slice(DAYS - 2, DAYS), np.nan)),
    ),
    "stockout": (lambda: weekly((20, 0.0, 7.0)), lambda: weekly((20, 20.0, 3.0))),
    "short_stockout": (lambda: weekly((20, 20.0, 3.0)), lambda: weekly((20, 20.0, 0.0))),
}
"""For every kind of finding a history that has it, and one near it that has not."""


def codes(series: Series) -> set[str]:
    return {told.code for told in gate(uncensored(series), series.end_day).findings}


@pytest.mark.parametrize("code", CASES)
def test_a_finding_is_told_where_it_is_and_only_there(code: str) -> None:
    has_it, has_not = CASES[code]
    assert code in codes(has_it())
    assert code not in codes(has_not())


@pytest.mark.parametrize("code", CASES)
def test_a_finding_has_a_place_inside_the_series(code: str) -> None:
    series = CASES[code][0]()
    for told in gate(uncensored(series), series.end_day).findings:
        assert series.first_day <= told.first_day <= told.last_day < series.end_day
        assert told.periods >= 1


def test_every_kind_of_finding_has_both_cases_and_words() -> None:
    """A new rule without its pair of histories, or without words, fails here."""
    assert CASES.keys() == RULES.keys() == FINDINGS.keys()
    assert {rule.remedy for rule in RULES.values()} == REMEDIES.keys()


def test_no_module_tells_a_finding_of_another_kind() -> None:
    """Every finding is made by ``quality.finding``, which knows the rules."""
    package = Path(__file__).parents[2] / "forecasting"
    makers = [file.name for file in package.glob("*.py") if "DataFinding(" in file.read_text()]
    assert makers == ["quality.py"]


def test_half_empty_hours_of_a_quiet_place_are_no_missing_hours() -> None:
    """A table that writes no zero leaves out the hours in which nobody came."""
    quiet = without(hours(visits=1), ORDINARY_DAY, 4)
    assert "partial_day" not in codes(by_day(quiet))
    tells_zeros = quiet.assign(visits=quiet["visits"].where(quiet["hour"].dt.hour != 5, 0))
    assert "partial_day" in codes(by_day(tells_zeros))


def test_both_passages_of_an_hour_shown_twice_count() -> None:
    day = (GOES_BACK - FIRST).days
    assert by_day(hours()).counts[day] == 24 * 12
    assert by_day(again(hours(), GOES_BACK, 2)).counts[day] == 25 * 12
    four_times = again(again(hours(), GOES_BACK, 2), GOES_BACK, 2)
    assert by_day(four_times).counts[day] == 25 * 12


def test_a_week_without_stock_is_no_week_without_need() -> None:
    known = gate(uncensored(weekly((20, 0.0, 7.0), (30, 20.0, 3.5))), date(2027, 1, 4)).counts
    assert np.isnan(known[20])
    assert known[30] == pytest.approx(40)
