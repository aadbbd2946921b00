"""What the demo plants in Ramadan is found again from three years: fewer visits, other hours."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from forecasting.forecast import forecast_series
from forecasting.hour_shares import DayKind, learn_shares
from forecasting.hourly import day_kinds
from forecasting.hourly_history import HourlyHistory
from forecasting.plan import ForecastPlan
from forecasting.series import Floats, Series
from hospital.calendar import MoroccanCalendar
from hospital.forecast import SeriesKey, SeriesKind
from scenarios.demo import DemoSize, period
from scenarios.demo.flows import hospital_flows
from scenarios.demo.sizes import sites
from scenarios.demo.visits import draw_visits, ordinary_profile, ramadan_profile

pytestmark = pytest.mark.integration

PLANTED = -0.12
POINTS = 0.04
TO_THE_END_OF_RAMADAN_DAYS = 120  # the day of the demo is 23 November, Ramadan ends in March
NEXT_RAMADAN = date(2027, 2, 20)
FTOUR, NIGHT = slice(18, 21), slice(0, 6)


def visits_of(seed: int, effect: float, monkeypatch: pytest.MonkeyPatch) -> Floats:
    """Visits by hospital, day and hour, (hospitals, days, 24), of the demo with this effect."""
    monkeypatch.setattr(period, "RAMADAN_DAILY_FACTOR", 1 + effect)
    days = period.demo_period()
    drawn = [draw_visits(flow, days, seed) for flow in hospital_flows(sites(DemoSize.DEFAULT))]
    return np.array([one.counts[period.WARMUP_DAYS :] for one in drawn], dtype=np.float64)


def found_effect(daily: Floats, calendar: MoroccanCalendar) -> float:
    """Ramadan's part of the forecast of the next Ramadan, over what it would be without."""
    series = Series(SeriesKey(SeriesKind.VISITS, "CHR"), period.HISTORY_START, daily)
    plan = ForecastPlan(period.AS_OF, TO_THE_END_OF_RAMADAN_DAYS)
    forecast = forecast_series(series, plan, calendar)
    fasting = np.array([calendar.ramadan(day) is not None for day in forecast.days()])
    part = forecast.components["ramadan"][fasting]
    return float(part.sum() / (forecast.mean[fasting] - part).sum())


@pytest.mark.parametrize("effect", [PLANTED, 0.0])
def test_the_visits_of_a_territory_lose_what_was_planted(
    effect: float, calendar: MoroccanCalendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in (1, 2, 3):
        daily = visits_of(seed, effect, monkeypatch).sum(axis=(0, 2))
        assert found_effect(daily, calendar) == pytest.approx(effect, abs=POINTS)


def test_so_do_those_of_nearly_every_hospital(
    calendar: MoroccanCalendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """45 to 190 visits a day: chance alone moves the mean of three Ramadans by two points."""
    found = [
        found_effect(daily, calendar)
        for seed in (1, 2)
        for daily in visits_of(seed, PLANTED, monkeypatch).sum(axis=2)
    ]
    assert np.mean(np.abs(np.array(found) - PLANTED) <= POINTS) >= 0.9
    assert np.mean(found) == pytest.approx(PLANTED, abs=POINTS / 2)


def test_the_hours_of_ramadan_are_found(
    calendar: MoroccanCalendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fewer around the ftour, more in the night; on days that do not fast, neither."""
    hourly = visits_of(1, PLANTED, monkeypatch).sum(axis=0)
    history = HourlyHistory(period.HISTORY_START, hourly)
    shares = learn_shares(history, day_kinds(calendar, history.days()), NEXT_RAMADAN)
    fasting, ordinary = (
        np.mean([shares.of(weekday, kind) for weekday in range(7)], axis=0)
        for kind in (DayKind.FASTING, DayKind.ORDINARY)
    )
    for window in (FTOUR, NIGHT):
        planted = ramadan_profile()[window].sum() / ordinary_profile()[window].sum()
        found = fasting[window].sum() / ordinary[window].sum()
        assert found == pytest.approx(planted, abs=POINTS)
        assert abs(planted - 1) > 4 * POINTS
    assert np.abs(ordinary - ordinary_profile()).max() < 0.01
