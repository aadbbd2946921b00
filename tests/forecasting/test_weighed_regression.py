"""Weeks of turmoil teach no season, and the level walks as far as the weeks ask."""

from datetime import date

import numpy as np
import pytest

from forecasting.adaptive_regression import regression_outlook
from forecasting.calendar_columns import ProphetSpec, Timeline
from forecasting.calendar_design import CalendarDesign
from forecasting.level_memory import Pace
from forecasting.outlook import Member, Outlook
from forecasting.prophet_level import ProphetLevel
from forecasting.series import Floats
from forecasting.weighed_regression import WeighedRegression
from hospital.calendar import MoroccanCalendar
from hospital.forecast import Period
from tests.cases import quick_first

pytestmark = pytest.mark.unit

FIRST, WEEKS, HORIZON = date(2018, 1, 1), 312, 8
DESIGN = CalendarDesign.of(MoroccanCalendar.load(), FIRST, date(2024, 12, 31))
SPEC = ProphetSpec(0.05, 0, 10, 10.0)
REGRESSION = WeighedRegression(turmoil=8)
BOTH = pytest.mark.parametrize("member", quick_first([REGRESSION, ProphetLevel(Pace(turmoil=8))]))


def season(weeks: int) -> Floats:
    return 100.0 * np.sin(2 * np.pi * 7 * np.arange(weeks) / 365.25)


def counts(seed: int, share: float = 0.2, *, collapse: bool = False) -> Floats:
    """1000 visits a week, a season, a level that walks; perhaps ten weeks in chaos."""
    rng = np.random.default_rng(seed)
    shocks = 20.0 * rng.standard_normal(WEEKS + HORIZON)
    level = share * np.concatenate([[0.0], np.cumsum(shocks)[:-1]])
    values = 1000.0 + season(WEEKS + HORIZON) + level + shocks
    if collapse:
        values[200:210] += 250.0 * rng.standard_normal(10) - 400.0
    return np.maximum(values, 50.0)


def seen(member: Member, values: Floats, horizon: int = HORIZON) -> Outlook:
    past = np.concatenate([values[: len(values) - horizon], np.full(horizon, np.nan)])
    return member(Timeline(FIRST, Period.WEEK, past), SPEC, DESIGN, np.random.default_rng(1))


@BOTH
def test_parts_add_up_and_paths_lie_around_what_is_expected(member: Member) -> None:
    outlook = seen(member, counts(1))
    assert np.sum([*outlook.parts.values()], axis=0) == pytest.approx(outlook.expected)
    middle = np.median(outlook.paths, axis=0)
    assert middle == pytest.approx(outlook.expected, abs=0.2 * outlook.paths.std())


@BOTH
def test_totals_of_eight_weeks_are_calibrated(member: Member) -> None:
    """A season, and a level that walks: 80 % intervals of totals hold 80 %, within noise."""
    held = []
    for seed in range(40):
        values = counts(seed)
        low, high = np.quantile(seen(member, values).paths.sum(axis=1), [0.1, 0.9])
        held.append(low <= values[WEEKS:].sum() <= high)
    assert np.mean(held) == pytest.approx(0.8, abs=3.3 * np.sqrt(0.8 * 0.2 / 40))


def test_weeks_of_chaos_teach_no_season() -> None:
    """The same regression without trust errs more in the year after a collapse."""

    def error(member: Member, seed: int) -> float:
        values = counts(seed, collapse=True)
        return float(np.abs(seen(member, values).expected - values[WEEKS:]).mean())

    seeds = range(20)
    weighed = np.array([error(REGRESSION, seed) for seed in seeds])
    trusting = np.array([_in_logs(regression_outlook, seed) for seed in seeds])
    gain = trusting - weighed
    assert gain.mean() > 3.3 * gain.std(ddof=1) / np.sqrt(len(gain)) > 0


def _in_logs(member: Member, seed: int) -> float:
    values = counts(seed, collapse=True)
    outlook = seen(member, np.log1p(values))
    return float(np.abs(np.expm1(outlook.expected) - values[WEEKS:]).mean())


@BOTH
def test_a_break_long_ago_does_not_widen_today(member: Member) -> None:
    widths = [
        np.mean([seen(member, counts(seed, collapse=chaos)).paths.std() for seed in range(5)])
        for chaos in (False, True)
    ]
    assert widths[1] == pytest.approx(widths[0], rel=0.25)


@BOTH
def test_the_unit_of_the_counts_does_not_matter(member: Member) -> None:
    one, ten = seen(member, counts(2)), seen(member, 10 * counts(2))
    assert ten.expected == pytest.approx(10 * one.expected, rel=1e-6)
    assert ten.paths == pytest.approx(10 * one.paths, rel=1e-6)


@BOTH
def test_unknown_weeks_and_a_constant_series_are_survived(member: Member) -> None:
    values = counts(3)
    whole = seen(member, values)
    values[100:103] = np.nan
    assert seen(member, values).expected == pytest.approx(whole.expected, rel=0.03)
    assert seen(member, np.full(WEEKS, 50.0)).expected == pytest.approx(np.full(8, 50.0), rel=0.01)
