"""The random-effects mean against published figures, and its laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.meta_analysis import combine_effects

from forecasting.random_effects import pooled

pytestmark = pytest.mark.unit


def test_a_worked_example() -> None:
    """Borenstein, Hedges, Higgins and Rothstein 2009, Introduction to Meta-Analysis, chapter 14.

    Published with inputs of three digits: tau² 0.0373, mean 0.3582, variance 0.0111.
    """
    effects = (0.095, 0.277, 0.367, 0.664, 0.462, 0.185)
    variances = np.array([0.033, 0.031, 0.050, 0.011, 0.043, 0.023])
    found = pooled(effects, np.sqrt(variances).tolist())
    assert found.between_sd**2 == pytest.approx(0.0373, abs=0.0015)
    assert found.mean == pytest.approx(0.3582, abs=0.001)
    assert found.standard_error**2 == pytest.approx(0.0111, abs=0.0003)


@pytest.mark.parametrize("seed", range(20))
def test_statsmodels_says_the_same(seed: int) -> None:
    rng = np.random.default_rng(seed)
    errors = rng.uniform(0.05, 0.6, 2 + seed % 8)
    effects = rng.normal(0.3, 0.2, len(errors)) + rng.normal(0, errors)
    found = pooled(effects.tolist(), errors.tolist())
    with np.errstate(invalid="ignore"):  # it lets tau² be negative
        other = combine_effects(effects, errors**2, method_re="chi2")
    assert found.between_sd**2 == pytest.approx(max(0.0, other.tau2), abs=1e-12)
    if other.tau2 >= 0:
        assert found.mean == pytest.approx(other.mean_effect_re)
        assert found.standard_error == pytest.approx(other.sd_eff_w_re)


def test_places_that_agree_do_not_differ() -> None:
    found = pooled([0.2, 0.2, 0.2], [0.1, 0.1, 0.1])
    assert (found.mean, found.between_sd) == (pytest.approx(0.2), 0.0)
    assert found.standard_error == pytest.approx(0.1 / np.sqrt(3))


def test_one_place_is_its_own_mean() -> None:
    found = pooled([0.3], [0.2])
    assert (found.mean, found.standard_error, found.between_sd) == pytest.approx((0.3, 0.2, 0.0))


MEASURED = st.lists(st.tuples(st.floats(-2, 2), st.floats(0.01, 1)), min_size=1, max_size=9)


@given(measured=MEASURED)
def test_the_mean_lies_among_the_places_and_their_order_does_not_matter(
    measured: list[tuple[float, float]],
) -> None:
    effects, errors = zip(*measured, strict=True)
    found, turned = pooled(effects, errors), pooled(effects[::-1], errors[::-1])
    assert min(effects) - 1e-9 <= found.mean <= max(effects) + 1e-9
    assert found.mean == pytest.approx(turned.mean)
    assert found.predictive_sd >= found.standard_error > 0
