"""Visits carry the effects that were planted in them, and can be asked for them again."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from hospital.calendar import MoroccanCalendar
from hospital.gst import Gst
from hospital.history import History
from hospital.tables import Col
from scenarios.demo.flows import hospital_flows
from scenarios.demo.period import (
    AID_FACTORS,
    AS_OF,
    HISTORY_START,
    RAMADAN_DAILY_FACTOR,
    WEEKDAY_FACTORS,
    demo_period,
)
from scenarios.demo.sizes import DemoSize, sites
from scenarios.demo.visits import draw_visits, ordinary_profile, ramadan_profile, visits_frame

pytestmark = pytest.mark.unit

Demo = tuple[Gst, History]
LAST_DAY = AS_OF - timedelta(days=1)
WEEKS_AROUND = pd.Timedelta(weeks=4)


@pytest.fixture(scope="module")
def hourly(default: Demo) -> pd.Series:
    """Visits of the whole GST by clock hour, the sum of the demo and of seven others like it.

    One GST alone gives the effect of Ramadan to about 0.6 of a percent of the visits.
    """
    period, flows = demo_period(), hospital_flows(sites(DemoSize.DEFAULT))
    others = [
        visits_frame([draw_visits(flow, period, seed) for flow in flows]) for seed in range(1, 8)
    ]
    every = pd.concat([default[1].visits, *others])
    return every.groupby(Col.HOUR)[Col.VISITS].sum()


@pytest.fixture(scope="module")
def calendar() -> MoroccanCalendar:
    return MoroccanCalendar.load()


def ramadan_days(calendar: MoroccanCalendar, index: pd.DatetimeIndex) -> np.ndarray:
    return np.array([calendar.ramadan(day) is not None for day in index.date])


def test_a_department_sees_about_106_visits_a_day(demo: Demo) -> None:
    """6 million visits in 155 departments in 2024."""
    gst, history = demo
    days = 157 * 7
    mean = history.visits[Col.VISITS].sum() / days / len(gst.hospitals)
    assert mean == pytest.approx(106, rel=0.03)


def test_ramadan_lowers_the_visits_of_a_day_by_what_was_planted(
    hourly: pd.Series, calendar: MoroccanCalendar
) -> None:
    """Against the same weekdays of the four weeks before and the four after the month."""
    daily = hourly.resample("D").sum()
    ratios = []
    for month in calendar.ramadans(HISTORY_START, LAST_DAY):
        first, last = pd.Timestamp(month.first_day), pd.Timestamp(month.last_day)
        inside = daily[first : first + pd.Timedelta(days=27)].mean()
        before = daily[first - WEEKS_AROUND : first - pd.Timedelta(days=1)].mean()
        after_aid = last + pd.Timedelta(days=6)
        after = daily[after_aid : after_aid + pd.Timedelta(days=27)].mean()
        ratios.append(inside / ((before + after) / 2))
    assert len(ratios) == 3
    assert np.mean(ratios) == pytest.approx(RAMADAN_DAILY_FACTOR, abs=0.012)


def test_ramadan_moves_visits_from_the_ftour_to_the_night(
    hourly: pd.Series, calendar: MoroccanCalendar
) -> None:
    index = pd.DatetimeIndex(hourly.index)
    fasting = ramadan_days(calendar, index)
    inside = hourly[fasting].groupby(index[fasting].hour).sum()
    outside = hourly[~fasting].groupby(index[~fasting].hour).sum()
    shares = (inside / inside.sum()) / (outside / outside.sum())
    planted = ramadan_profile() / ordinary_profile()
    for hours in (range(6), range(18, 21), range(8, 18)):
        at = list(hours)
        assert shares[at].mean() == pytest.approx(planted[at].mean(), rel=0.04)
    assert shares[[18, 19, 20]].max() < 0.85
    assert shares[[0, 1, 2]].min() > 1.1


def test_the_day_of_an_aid_is_quiet(hourly: pd.Series, calendar: MoroccanCalendar) -> None:
    daily = hourly.resample("D").sum()
    aids = [
        pd.Timestamp(day.date)
        for day in calendar.holidays(HISTORY_START, LAST_DAY)
        if day.key in {"aid_al_fitr", "aid_al_adha"}
    ]
    usual = daily.rolling(29, center=True).median()
    assert len(aids) == 6
    weekday = np.array(WEEKDAY_FACTORS) / np.mean(WEEKDAY_FACTORS)
    ratios = [daily[day] / usual[day] / weekday[day.day_of_week] for day in aids]
    assert np.mean(ratios) == pytest.approx(AID_FACTORS[0], abs=0.035)


def test_weekdays_differ_as_planted(hourly: pd.Series) -> None:
    daily = hourly.resample("D").sum()
    means = daily.groupby(pd.DatetimeIndex(daily.index).day_of_week).mean()
    planted = np.array(WEEKDAY_FACTORS) / np.mean(WEEKDAY_FACTORS)
    assert (means / means.mean()).to_numpy() == pytest.approx(planted, abs=0.01)


def test_the_peak_of_the_day_is_in_the_evening(hourly: pd.Series) -> None:
    by_hour = hourly.groupby(pd.DatetimeIndex(hourly.index).hour).sum()
    assert by_hour.idxmax() in {19, 20, 21}
    assert by_hour.idxmin() in {3, 4, 5}


def test_winter_is_busier_than_summer(hourly: pd.Series) -> None:
    month = pd.DatetimeIndex(hourly.index).month
    assert hourly[month == 1].mean() > 1.05 * hourly[month == 7].mean()


def test_visits_are_more_dispersed_than_poisson_and_remember_yesterday(default: Demo) -> None:
    over_poisson, correlations = [], []
    for _, visits in default[1].visits.groupby(Col.HOSPITAL):
        daily = visits.set_index(Col.HOUR)[Col.VISITS].resample("D").sum()
        weekday = np.array(WEEKDAY_FACTORS)[pd.DatetimeIndex(daily.index).day_of_week]
        level = (daily / weekday).rolling(57, center=True).median()
        residual = (daily / weekday / level - 1).dropna()
        over_poisson.append(residual.std() * daily.mean() ** 0.5)
        correlations.append(residual.autocorr(1))
    assert min(over_poisson) > 1.02
    assert max(over_poisson) > 1.15
    assert 0.02 < np.mean(correlations) < 0.4


def test_every_clock_hour_has_one_row(demo: Demo) -> None:
    gst, history = demo
    for _, rows in history.visits.groupby(Col.HOSPITAL):
        assert (rows[Col.HOUR].diff().dropna() == pd.Timedelta(hours=1)).all()
    assert history.visits[Col.HOSPITAL].nunique() == len(gst.hospitals)


def test_the_hour_that_the_clock_leaves_out_is_empty_and_the_repeated_one_is_double(
    hourly: pd.Series, calendar: MoroccanCalendar
) -> None:
    changes = calendar.clock_changes(HISTORY_START, LAST_DAY)
    assert {change.day_hours for change in changes} == {23, 25}
    at_two = {
        hours: [
            hourly[pd.Timestamp(change.date) + pd.Timedelta(hours=2)]
            for change in changes
            if change.day_hours == hours
        ]
        for hours in (23, 25)
    }
    assert at_two[23] == [0, 0, 0]
    usual = hourly[pd.DatetimeIndex(hourly.index).hour == 2].mean()
    assert np.mean(at_two[25]) == pytest.approx(2 * usual, rel=0.35)
