"""Widths change together, only on evidence, and to what the past says."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.calibration import NARROWED, WIDENED, calibrated, departures, factors
from forecasting.series import Floats
from hospital.forecast import (
    QUANTILE_LEVELS,
    DemandForecast,
    Period,
    SeriesKey,
    SeriesKind,
)

pytestmark = pytest.mark.unit

HORIZON = 28
KEY = SeriesKey(SeriesKind.VISITS, "CHR-01")


def forecast(seed: int, spread: float) -> DemandForecast:
    """100 visits a day, said to vary by so much."""
    paths = np.maximum(np.random.default_rng(seed).normal(100, spread, (400, HORIZON)), 0)
    return DemandForecast(
        key=KEY,
        first_day=date(2026, 1, 5),
        period=Period.DAY,
        mean=np.full(HORIZON, 100.0),
        quantiles=np.quantile(paths, QUANTILE_LEVELS, axis=0).T,
        sample_paths=paths,
        model="test",
    )


def seen(origins: int, said: float, true: float = 10.0) -> list[Floats]:
    """Departures at so many origins, where visits vary by 10 and the forecast said otherwise."""
    return [
        departures(
            np.random.default_rng([1, seed]).normal(100, true, HORIZON), forecast(seed, said)
        )
        for seed in range(origins)
    ]


@pytest.mark.parametrize("said", [5.0, 7.0, 14.0])
def test_wrong_widths_become_right(said: float) -> None:
    widths = factors(seen(40, said))
    assert widths * said == pytest.approx(np.full(HORIZON, 10.0), rel=0.12)
    fresh = np.random.default_rng(9).normal(100, 10, (200, HORIZON))
    better = calibrated(forecast(7, said), widths)
    inside = (fresh >= better.quantile(0.1)) & (fresh <= better.quantile(0.9))
    assert inside.mean() == pytest.approx(0.8, abs=0.05)


def test_right_widths_stay() -> None:
    assert (factors(seen(40, 10.0)) == 1.0).all()


def test_nine_origins_prove_nothing_and_ten_do() -> None:
    assert (factors(seen(9, 4.0)) == 1.0).all()
    assert (factors(seen(10, 4.0)) > 1.5).all()


def test_near_days_and_far_days_are_judged_apart() -> None:
    near_wrong = [np.concatenate([2 * one[:7], one[7:]]) for one in seen(40, 10.0)]
    widths = factors(near_wrong)
    assert (widths[:7] > 1.6).all()
    assert (widths[7:] == 1.0).all()


def test_days_that_nobody_counted_do_not_count() -> None:
    unknown = [np.full(HORIZON, np.nan)] * 50
    assert (factors(unknown) == 1.0).all()
    assert (factors([*seen(9, 4.0), *unknown]) == 1.0).all()


@given(st.floats(0.5, 2.0), st.integers(0, 20))
def test_widths_move_and_the_mean_stays(factor: float, seed: int) -> None:
    before = forecast(seed, 10.0)
    after = calibrated(before, np.full(7, factor))
    assert (after.mean == before.mean).all()
    half = before.quantile(0.9) - before.mean
    assert after.quantile(0.9) - after.mean == pytest.approx(factor * half)
    assert (np.diff(after.quantiles, axis=1) >= 0).all()
    assert after.sample_paths.min() >= 0
    said = set(after.warnings) & {WIDENED, NARROWED}
    assert said == (set() if factor == 1.0 else {WIDENED if factor > 1 else NARROWED})


def test_an_interval_without_width_is_outside_or_exact() -> None:
    certain = forecast(1, 0.0)
    actual = certain.mean.copy()
    actual[0] += 1
    found = departures(actual, certain)
    assert np.isposinf(found[0])
    assert not found[1:].any()
    assert factors([found] * 20).max() <= 2.0
