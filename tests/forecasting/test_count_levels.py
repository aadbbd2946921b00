"""Classical levels of rare demand: by hand, by law, and beside statsforecast."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.count_levels import (
    adida_level,
    best_level,
    exponential_level,
    imapa_level,
    sba_level,
    tsb_level,
)
from forecasting.series import Floats

pytestmark = pytest.mark.unit


def rare_demand(seed: int, weeks: int = 156) -> Floats:
    rng = np.random.default_rng(seed)
    return (rng.random(weeks) < 0.2) * rng.integers(1, 12, weeks).astype(float)


def test_croston_with_its_bias_removed_by_hand() -> None:
    """Sizes 4, 8 at intervals 2, 3: size 4.4, interval 2.1, times 0.95."""
    assert sba_level(np.array([0, 4, 0, 0, 8.0])) == pytest.approx(0.95 * 4.4 / 2.1)


def test_tsb_by_hand() -> None:
    """Start 1/1 and 6; then 0, 0, 3: probability falls twice and rises, size moves once."""
    probability = 1 * 0.9 * 0.9 * 0.9 + 0.1
    assert tsb_level(np.array([6.0, 0, 0, 3])) == pytest.approx(probability * (6 + 0.1 * (3 - 6)))


def test_buckets_by_hand() -> None:
    """Demand every second week: buckets of two, all 6, so 3 a week."""
    every_second = np.array([0, 6, 0, 6, 0, 6, 0, 6.0])
    assert adida_level(every_second) == pytest.approx(3)
    both = (best_level(every_second) + adida_level(every_second)) / 2
    assert imapa_level(every_second) == pytest.approx(both)


@given(st.floats(0.5, 1000), st.integers(4, 80))
def test_a_constant_demand_is_its_own_level(units: float, weeks: int) -> None:
    demand = np.full(weeks, units)
    for level in (tsb_level, adida_level, imapa_level, exponential_level):
        assert level(demand) == pytest.approx(units)
    assert sba_level(demand) == pytest.approx(0.95 * units)


@given(st.integers(0, 50), st.floats(0.1, 50))
def test_levels_follow_the_unit_of_count(seed: int, factor: float) -> None:
    """Tablets or boxes: the level is multiplied as the demand is."""
    demand = rare_demand(seed)
    for level in (tsb_level, adida_level, imapa_level, sba_level):
        assert level(factor * demand) == pytest.approx(factor * level(demand))


def test_a_dying_item_fades_with_tsb_and_not_with_croston() -> None:
    alive = rare_demand(3)
    silent = np.concatenate([alive, np.zeros(52)])
    assert tsb_level(silent) < 0.02 * tsb_level(alive)
    assert sba_level(silent) == sba_level(alive)


def test_they_are_those_of_statsforecast() -> None:
    """Frozen from statsforecast 2.1.1, which finds its smoothing by a search of its own."""
    demand = np.array([0, 3, 0, 0, 5, 0, 1, 0, 0, 0, 4, 2, 0, 0, 6, 0, 0, 3, 0, 2, 0, 0, 0, 7.0])
    assert sba_level(demand) == pytest.approx(1.3592660034163475)
    assert tsb_level(demand) == pytest.approx(1.2332113641201683)
    assert adida_level(demand) == pytest.approx(1.2456233869894338, rel=1e-3)
    assert imapa_level(demand) == pytest.approx(1.408786030784959, rel=1e-3)


def test_nothing_is_expected_of_nothing() -> None:
    for level in (tsb_level, adida_level, imapa_level, sba_level):
        assert level(np.zeros(30)) == 0.0
