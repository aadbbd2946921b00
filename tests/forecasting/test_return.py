"""The year after a break: what moves goes on for weeks, and comes back towards the usual level."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from forecasting.composition import WEEKLY, WEEKLY_RETURN, family_of
from forecasting.forecast import forecast_series
from forecasting.plan import ForecastPlan
from forecasting.series import Series
from forecasting.times import Times, times_of
from hospital.calendar import MoroccanCalendar
from hospital.drift import DriftReport, DriftState
from hospital.forecast import DemandForecast, Period, SeriesKey, SeriesKind

pytestmark = pytest.mark.unit

FIRST = date(2019, 6, 3)  # a Monday
KEY = SeriesKey(SeriesKind.VISITS, "CHR-01")
WEEKS, AHEAD, COLLAPSE = 230, 8, 160
HALF_LIFE = 23  # weeks in which half of what was lost comes back


def visits(seed: int, *, comes_back: bool = True) -> Series:
    """Weekly visits that lose half at once, and get it back by halves or never."""
    rng = np.random.default_rng(seed)
    weeks = np.arange(WEEKS + AHEAD)
    rate = 1500 * np.exp(0.05 * np.sin(2 * np.pi * weeks / 52.18))
    rate *= np.exp(0.02 * rng.standard_normal(len(weeks)))
    since = np.clip(weeks - COLLAPSE, 0, None)
    lost = 0.5 * (0.5 ** (since / HALF_LIFE) if comes_back else 1.0)
    rate *= np.where(weeks >= COLLAPSE, 1 - lost, 1.0)
    return Series(KEY, FIRST, rng.poisson(rate).astype(float), Period.WEEK)


def forecast(series: Series, week: int, calendar: MoroccanCalendar) -> DemandForecast:
    plan = ForecastPlan(Period.WEEK.day(FIRST, week), 7 * AHEAD, stock_weeks=1)
    return forecast_series(series, plan, calendar)


def test_the_times_follow_the_watch() -> None:
    calm = (DriftState.NORMAL,)
    breaks = (DriftState.BREAK,)
    ends = {
        calm * 80: Times.ORDINARY,
        calm * 40 + breaks: Times.BROKEN,
        calm * 40 + breaks + calm * 51: Times.RETURN,
        calm * 40 + breaks + calm * 52: Times.ORDINARY,
        calm * 40 + breaks + (DriftState.WATCH,) * 20: Times.RETURN,
    }
    for states, expected in ends.items():
        nothing = np.zeros(len(states))
        report = DriftReport(
            KEY, FIRST, Period.WEEK, states, nothing, nothing, nothing, nothing, 5.0
        )
        assert times_of(report) is expected


def test_the_year_after_a_break_has_its_own_composition_and_says_so(
    calendar: MoroccanCalendar,
) -> None:
    series = visits(1)
    before = forecast(series, COLLAPSE, calendar)
    after = forecast(series, COLLAPSE + 40, calendar)
    assert before.model == WEEKLY.name
    assert "demand_returns" not in before.warnings
    assert after.model == WEEKLY_RETURN.name
    assert "demand_returns" in after.warnings
    assert family_of(replace(series, period=Period.DAY), Times.RETURN).name != WEEKLY_RETURN.name


def test_parts_of_the_return_add_up_to_its_mean(calendar: MoroccanCalendar) -> None:
    """The usual level is the trend; the distance that is left from it is what is recent."""
    after = forecast(visits(2), COLLAPSE + 40, calendar)
    assert np.sum([*after.components.values()], axis=0) == pytest.approx(after.mean, rel=1e-6)
    assert (after.components["recent"] < 0).all()


def test_what_comes_back_is_foreseen_to_come_back(calendar: MoroccanCalendar) -> None:
    """Less error than last week's level with the season, which is late at every week."""
    own, late = [], []
    for seed in range(6):
        series = visits(seed)
        at = COLLAPSE + 20 + 5 * seed
        actual = series.counts[at : at + AHEAD]
        own.append(np.abs(forecast(series, at, calendar).quantile(0.5) - actual).mean())
        season = (
            series.counts[at - 104 : at - 104 + AHEAD] / series.counts[at - 107 : at - 104].mean()
        )
        late.append(np.abs(series.counts[at - 3 : at].mean() * season - actual).mean())
    assert np.mean(own) < np.mean(late)


def test_what_never_comes_back_costs_little(calendar: MoroccanCalendar) -> None:
    """Forty weeks after half of the visits went for good: no more than a tenth of them wrong."""
    errors = []
    for seed in range(4):
        series = visits(seed, comes_back=False)
        at = COLLAPSE + 40
        actual = series.counts[at : at + AHEAD]
        said = forecast(series, at, calendar).quantile(0.5)
        errors.append(np.abs(said - actual).mean() / actual.mean())
    assert np.mean(errors) < 0.1
