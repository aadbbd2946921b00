"""Each measure against values computed by hand, and against what theory says of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.metrics import (
    crps,
    mean_absolute_error,
    naive_quantiles,
    naive_scale,
    pinball,
    rmsse,
    squared_naive_scale,
)
from hospital.forecast import QUANTILE_LEVELS

pytestmark = pytest.mark.unit

HISTORY = np.array([1.0, 3.0, 2.0, 6.0, np.nan, 5.0])


def test_scales_of_a_history_by_hand() -> None:
    """Steps of one period: 2, -1, 4; two others lead to or from the unknown one."""
    assert naive_scale(HISTORY, 1) == pytest.approx(7 / 3)
    assert squared_naive_scale(HISTORY, 1) == pytest.approx(21 / 3)


def test_scales_of_a_history_without_two_seasons_are_unknown() -> None:
    assert np.isnan(naive_scale(HISTORY, 6))
    assert np.isnan(squared_naive_scale(HISTORY, 6))


def test_rmsse_by_hand() -> None:
    """Errors 3 and 1, one outcome unknown: sqrt(5 / 7)."""
    actual, forecast = np.array([5.0, np.nan, 3.0]), np.array([2.0, 9.0, 2.0])
    assert rmsse(actual, forecast, HISTORY, 1) == pytest.approx(np.sqrt(5 / 7))


def test_rmsse_of_the_mean_is_below_that_of_the_median_on_a_rare_item() -> None:
    """Nine zeros and a ten: the median is right nine times in ten, and useless for stock."""
    actual = np.array([0.0] * 9 + [10.0])
    mean, median = np.full(10, 1.0), np.zeros(10)
    assert rmsse(actual, mean, HISTORY, 1) < rmsse(actual, median, HISTORY, 1)
    assert mean_absolute_error(actual, mean) > mean_absolute_error(actual, median)


def test_pinball_by_hand() -> None:
    """Short by 4 costs 0.9 x 4, over by 2 costs 0.1 x 2: a mean of 1.9."""
    actual, quantile = np.array([10.0, 10.0, np.nan]), np.array([6.0, 12.0, 0.0])
    assert pinball(actual, quantile, 0.9) == pytest.approx((3.6 + 0.2) / 2)


@given(st.sampled_from(QUANTILE_LEVELS), st.floats(-0.2, 0.2).filter(lambda away: abs(away) > 0.02))
def test_the_true_quantile_has_the_least_pinball_loss(level: float, away: float) -> None:
    """Of the uniform law on 0 to 1, whose quantiles are their levels; any other loses more."""
    actual = (np.arange(2000) + 0.5) / 2000
    told = np.full(2000, level)
    assert pinball(actual, told, level) < pinball(actual, told + away, level)


def test_crps_of_a_sure_forecast_is_its_absolute_error() -> None:
    actual = np.array([3.0, 8.0, np.nan])
    sure = np.repeat([[5.0], [5.0], [5.0]], len(QUANTILE_LEVELS), axis=1)
    assert crps(actual, sure) == pytest.approx(mean_absolute_error(actual, sure[:, 0]))


def test_crps_by_hand() -> None:
    """Outcome 0, quantiles 1 to 7: losses (1 - level) x quantile, twice their mean."""
    quantiles = np.arange(1.0, 8.0)[None, :]
    losses = [0.95 * 1, 0.9 * 2, 0.75 * 3, 0.5 * 4, 0.25 * 5, 0.1 * 6, 0.05 * 7]
    assert crps(np.zeros(1), quantiles) == pytest.approx(2 * sum(losses) / 7)


@pytest.mark.parametrize("factor", [0.3, 3.0])
def test_crps_prefers_the_right_spread(factor: float) -> None:
    """A normal law told with a third or thrice of its spread scores worse than told right."""
    actual = np.random.default_rng(1).normal(0.0, 1.0, 4000)
    right = np.array([-1.645, -1.2816, -0.6745, 0.0, 0.6745, 1.2816, 1.645])
    told = np.tile(right, (len(actual), 1))
    assert crps(actual, told) < crps(actual, factor * told)


def test_the_naive_forecast_spreads_with_the_root_of_the_seasons_ahead() -> None:
    """Alternating steps of +-2 around 100: 80 % within 2 of it, within 2 sqrt(2) a season on."""
    history = np.tile([101.0, 101.0, 99.0, 99.0], 100)
    quantiles = naive_quantiles(history, 2, 4)
    low, high = (QUANTILE_LEVELS.index(level) for level in (0.1, 0.9))
    assert quantiles[:, high] - quantiles[:, low] == pytest.approx(
        [4.0, 4.0, 4 * np.sqrt(2), 4 * np.sqrt(2)]
    )


def test_the_naive_forecast_is_never_negative() -> None:
    assert naive_quantiles(np.array([0.0, 9.0] * 20), 1, 3).min() == 0.0
