"""The filter of an ARMA(1,1) beside SciPy's, and the laws that it must obey."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import lfilter

from forecasting.whitening import fading_sums, whitened

pytestmark = pytest.mark.unit

SHARES = st.floats(-0.99, 0.99)
LENGTHS = st.integers(1, 700)


@given(phi=SHARES, theta=SHARES, periods=LENGTHS)
def test_it_is_the_recursion_of_scipy(phi: float, theta: float, periods: int) -> None:
    values = np.random.default_rng(periods).normal(size=(3, periods))
    theirs = lfilter([1.0, -phi], [1.0, theta], values, axis=-1)
    assert whitened(values, phi, theta) == pytest.approx(theirs, rel=1e-9, abs=1e-9)


@given(kept=SHARES, periods=LENGTHS)
def test_each_sum_is_the_last_one_faded_and_what_came(kept: float, periods: int) -> None:
    values = np.random.default_rng(periods).normal(size=periods)
    sums = fading_sums(values, kept)
    assert sums[0] == values[0]
    assert sums[1:] - kept * sums[:-1] == pytest.approx(values[1:], abs=1e-9)


def test_surprises_of_a_simulated_memory_are_those_it_was_made_of() -> None:
    surprises = np.random.default_rng(1).normal(size=500)
    remembered = lfilter([1.0, 0.4], [1.0, -0.8], surprises)
    assert whitened(remembered, 0.8, 0.4) == pytest.approx(surprises)
    assert np.abs(whitened(remembered, 0.8, 0.0) - surprises).max() > 1.0


def test_nothing_later_changes_what_is_earlier() -> None:
    values = np.random.default_rng(2).normal(size=200)
    changed = values.copy()
    changed[150:] += 1e6
    assert (whitened(values, 0.5, -0.7)[:150] == whitened(changed, 0.5, -0.7)[:150]).all()


def test_a_level_that_keeps_all_is_a_plain_sum() -> None:
    counts = np.arange(1.0, 101.0)
    assert fading_sums(counts, 1.0).tolist() == np.cumsum(counts).tolist()
    assert fading_sums(counts, 0.0).tolist() == counts.tolist()
    assert counts[0] == 1.0  # the caller's numbers stay
