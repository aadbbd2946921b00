"""Levels of intermittent demand by hand, and laws that their futures keep."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.futures import Window
from forecasting.intermittent import (
    adida_level,
    exponential_level,
    intermittent_futures,
    sba_level,
    tsb_level,
    tsb_state,
)
from forecasting.series import Floats, Series
from hospital.forecast import Period, SeriesKey, SeriesKind

pytestmark = pytest.mark.unit

KEY = SeriesKey(SeriesKind.CONSUMPTION, "CHR-01", "RARE")


def series(demand: Floats) -> Series:
    return Series(KEY, date(2023, 11, 20), demand, period=Period.WEEK)


def rare_demand(seed: int, weeks: int = 156) -> Floats:
    rng = np.random.default_rng(seed)
    return (rng.random(weeks) < 0.2) * rng.integers(1, 12, weeks).astype(float)


def test_croston_with_its_bias_removed_by_hand() -> None:
    """Sizes 4, 8 at intervals 2, 3: size 4.4, interval 2.1, times 0.95."""
    assert sba_level(np.array([0, 4, 0, 0, 8.0])) == pytest.approx(0.95 * 4.4 / 2.1)


def test_tsb_by_hand() -> None:
    """Start 1/1 and 6; then 0, 0, 3: probability falls twice and rises, size moves once."""
    state = tsb_state(np.array([6.0, 0, 0, 3]))
    assert state.probability == pytest.approx(1 * 0.9 * 0.9 * 0.9 + 0.1)
    assert state.size == pytest.approx(6 + 0.1 * (3 - 6))


def test_adida_by_hand() -> None:
    """Demand every second week: buckets of two, all 6, so 3 a week."""
    assert adida_level(np.array([0, 6, 0, 6, 0, 6, 0, 6.0])) == pytest.approx(3)


@given(st.floats(0.5, 1000), st.integers(4, 80))
def test_a_constant_demand_is_its_own_level(units: float, weeks: int) -> None:
    demand = np.full(weeks, units)
    assert tsb_level(demand) == pytest.approx(units)
    assert adida_level(demand) == pytest.approx(units)
    assert exponential_level(demand) == pytest.approx(units)
    assert sba_level(demand) == pytest.approx(0.95 * units)


@given(st.integers(0, 50), st.floats(0.1, 50))
def test_levels_follow_the_unit_of_count(seed: int, factor: float) -> None:
    """Tablets or boxes: the level is multiplied as the demand is."""
    demand = rare_demand(seed)
    for level in (tsb_level, adida_level, sba_level):
        assert level(factor * demand) == pytest.approx(factor * level(demand))


def test_a_dying_item_fades_with_tsb_and_not_with_croston() -> None:
    alive = rare_demand(3)
    silent = np.concatenate([alive, np.zeros(52)])
    assert tsb_level(silent) < 0.02 * tsb_level(alive)
    assert sba_level(silent) == sba_level(alive)


def test_futures_keep_the_level_over_a_quarter() -> None:
    futures = intermittent_futures(series(rare_demand(1)), Window(0, 13), np.random.default_rng(1))
    totals = futures.paths.sum(axis=1)
    error = totals.std() / np.sqrt(len(totals))
    assert totals.mean() == pytest.approx(futures.mean.sum(), abs=3 * error)
    assert (futures.paths == np.rint(futures.paths)).all()
    assert futures.paths.min() >= 0


def test_nothing_is_expected_of_what_was_never_used() -> None:
    futures = intermittent_futures(series(np.zeros(60)), Window(2, 13), np.random.default_rng(1))
    assert not futures.paths.any()
    assert futures.paths.shape[1] == 13


def test_quarterly_totals_of_stationary_items_are_covered() -> None:
    """The 80 % interval of a 13-week total holds about 80 % of 120 rare items."""
    inside = 0
    for seed in range(120):
        demand = rare_demand(seed, weeks=169)
        futures = intermittent_futures(
            series(demand[:156]), Window(0, 13), np.random.default_rng(seed)
        )
        low, high = np.quantile(futures.paths.sum(axis=1), [0.1, 0.9])
        inside += low <= demand[156:].sum() <= high
    assert 0.72 <= inside / 120 <= 0.92
