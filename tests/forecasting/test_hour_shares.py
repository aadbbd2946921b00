"""Shares of hours: what is planted is found, and a short past is not believed too far."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.hour_shares import DayKind, HourShares, learn_shares
from forecasting.hourly_history import HourlyHistory
from forecasting.series import Floats
from hospital.calendar.ramadan_hours import ramadan_prior

pytestmark = pytest.mark.unit

MONDAY = date(2024, 1, 1)
HOURS = np.arange(24)
USUAL = 1.0 + 0.7 * np.sin(2 * np.pi * (HOURS - 9) / 24)
SHIFTED = USUAL * np.where((HOURS >= 18) & (HOURS <= 20), 0.7, 1.0)


def history(days: int, daily: float, seed: int, profile: Floats = USUAL) -> HourlyHistory:
    rng = np.random.default_rng(seed)
    rates = np.broadcast_to(daily * profile / profile.sum(), (days, 24))
    return HourlyHistory(MONDAY, rng.poisson(rates).astype(float))


def ordinary(past: HourlyHistory) -> HourShares:
    day = past.first_day + timedelta(days=len(past.counts))
    return learn_shares(past, [DayKind.ORDINARY] * len(past.counts), day)


def raw_shares(past: HourlyHistory) -> Floats:
    sums = np.array([past.counts[past.weekdays() == day].sum(axis=0) for day in range(7)])
    shares: Floats = sums / sums.sum(axis=1, keepdims=True)
    return shares


def distance(shares: Floats, profile: Floats = USUAL) -> float:
    return float(np.abs(shares / (profile / profile.sum()) - 1).mean())


def test_eight_weeks_are_drawn_to_what_their_days_have_in_common() -> None:
    """The plain mean of eight weeks errs at least twice as much, in each of 20 hospitals."""
    ours, plain = [], []
    for seed in range(20):
        past = history(56, 60.0, seed)
        ours.append(distance(ordinary(past).week))
        plain.append(distance(raw_shares(past)))
    assert np.max(np.array(ours) / plain) < 0.5


def test_a_weekday_of_its_own_is_believed_after_years() -> None:
    """Friday's prayer: a quiet hour on one weekday only is not smoothed away."""
    past = history(1092, 200.0, 1)
    friday = np.where(past.weekdays()[:, None] == 4, HOURS == 13, False)
    counts = np.where(friday, np.round(past.counts / 2), past.counts)
    week = ordinary(HourlyHistory(MONDAY, counts)).week
    assert 0.5 < week[4, 13] / week[3, 13] < 0.7
    assert week[2, 13] / week[3, 13] == pytest.approx(1.0, abs=0.06)


def test_hours_of_fasting_are_found_from_one_month() -> None:
    """A month of Ramadan without visits at the ftour moves them, against an ordinary month."""
    usual, fasting = history(180, 200.0, 2), history(30, 200.0, 3, SHIFTED)
    past = HourlyHistory(MONDAY, np.vstack([usual.counts, fasting.counts]))
    kinds = [DayKind.ORDINARY] * 180 + [DayKind.FASTING] * 30
    shares = learn_shares(past, kinds, MONDAY + timedelta(days=210))
    moved = shares.of(2, DayKind.FASTING) / shares.of(2, DayKind.ORDINARY)
    expected = SHIFTED / SHIFTED.sum() / (USUAL / USUAL.sum())
    assert moved[18:21].mean() == pytest.approx(expected[18:21].mean(), abs=0.04)
    assert moved[8:17].mean() == pytest.approx(expected[8:17].mean(), abs=0.04)


def test_before_a_first_ramadan_the_published_figures_hold() -> None:
    shares = ordinary(history(60, 100.0, 4))
    moved = shares.of(2, DayKind.FASTING) / shares.of(2, DayKind.ORDINARY)
    prior = np.array(ramadan_prior().hour_factors)
    assert moved / moved[12] == pytest.approx(prior / prior[12], rel=1e-9)


def test_a_holiday_has_the_hours_of_a_sunday_until_it_is_known() -> None:
    past = history(365, 100.0, 5)
    shares = ordinary(past)
    assert shares.of(2, DayKind.HOLIDAY) == pytest.approx(shares.of(6, DayKind.ORDINARY))
    kinds = [DayKind.HOLIDAY if n % 30 == 0 else DayKind.ORDINARY for n in range(365)]
    late = np.roll(past.counts, 3, axis=1)
    mixed = np.where(np.array([k is DayKind.HOLIDAY for k in kinds])[:, None], late, past.counts)
    known = learn_shares(HourlyHistory(MONDAY, mixed), kinds, MONDAY + timedelta(days=365))
    assert known.holiday[:4].mean() > 1.3
    assert known.holiday[6:11].mean() < 0.8


def test_dispersion_tells_chance_from_crowds() -> None:
    """One for Poisson hours; what is planted where whole groups come together."""
    assert ordinary(history(1000, 100.0, 6)).dispersion == pytest.approx(1.0, abs=0.03)
    groups = history(1000, 50.0, 7)
    pairs = ordinary(HourlyHistory(MONDAY, 2 * groups.counts))
    assert pairs.dispersion == pytest.approx(2.0, abs=0.06)


def test_a_season_has_hours_of_its_own() -> None:
    """Summer evenings: a July forecast leans to past summers, a January one to past winters."""
    past = history(1096, 200.0, 8)
    in_summer = np.array([day.month in {6, 7, 8} for day in past.days()])
    late = np.roll(past.counts, 2, axis=1)
    past = HourlyHistory(MONDAY, np.where(in_summer[:, None], late, past.counts))
    kinds = [DayKind.ORDINARY] * 1096
    july, january = (
        learn_shares(past, kinds, day).week[2] for day in (date(2027, 7, 15), date(2027, 1, 15))
    )
    summer = np.roll(USUAL, 2)
    assert distance(july, summer) < 0.7 * distance(january, summer)
    assert distance(january) < 0.7 * distance(july)


@given(
    days=st.integers(7, 40),
    level=st.floats(0.0, 30.0),
    seed=st.integers(0, 1000),
    kind=st.sampled_from(DayKind),
)
def test_shares_of_every_day_add_up_to_one(
    days: int, level: float, seed: int, kind: DayKind
) -> None:
    """Even where a department had no visit on a weekday, or none at all."""
    past = history(days, level, seed)
    past.counts[::3] = 0.0
    past.counts[1] = np.nan
    kinds = [list(DayKind)[n % 3] for n in range(days)]
    shares = learn_shares(past, kinds, MONDAY + timedelta(days=days))
    for weekday in range(7):
        own = shares.of(weekday, kind)
        assert own.sum() == pytest.approx(1.0)
        assert (own >= 0).all()
    assert shares.dispersion >= 1.0
