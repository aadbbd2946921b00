"""How long a shock lasts is weighed, not decided."""

import numpy as np
import pytest

from forecasting.arma import fit_arma
from forecasting.futures import mirrored_uniforms
from forecasting.memory import fit_memory
from forecasting.series import Floats
from forecasting.small_matrices import inverses_of_many

pytestmark = pytest.mark.unit

WEEKS = 157


def remembered(phi: float, seed: int, length: int = WEEKS) -> Floats:
    shocks = np.random.default_rng(seed).standard_normal(length)
    for step in range(1, length):
        shocks[step] += phi * shocks[step - 1]
    return shocks


def yearly_waves(order: int) -> Floats:
    angles = 2 * np.pi * np.outer(np.arange(WEEKS), np.arange(1, order + 1)) / 52.18
    return np.hstack([np.ones((WEEKS, 1)), np.sin(angles), np.cos(angles)])


def test_what_a_regression_took_away_is_given_back() -> None:
    """Waves fitted to noise with a memory of 0.7 leave residuals that look forgetful."""
    columns = yearly_waves(8)
    loose = np.full(columns.shape[1], 100.0)
    naive, restricted = [], []
    for seed in range(25):
        values = remembered(0.7, seed)
        coefficients, *_ = np.linalg.lstsq(columns, values, rcond=None)
        residuals = values - columns @ coefficients
        single = fit_arma(residuals)
        naive.append((1 + single.theta) / (1 - single.phi))
        centre = fit_memory(residuals, columns, loose).centre
        restricted.append((1 + centre.theta) / (1 - centre.phi))
    truth = 1 / (1 - 0.7)
    assert np.median(naive) < 0.9 * truth
    assert abs(np.median(restricted) - truth) < abs(np.median(naive) - truth)


def test_weights_are_a_law_and_gather_around_the_truth_with_time() -> None:
    spreads = []
    for length in (60, 380):
        values = remembered(0.7, 1, length)
        memory = fit_memory(values, np.ones((length, 1)), np.ones(1))
        assert memory.weights.sum() == pytest.approx(1)
        assert memory.weights.min() >= 0
        mean = memory.weights @ memory.phis
        spreads.append(np.sqrt(memory.weights @ (memory.phis - mean) ** 2))
    assert spreads[1] < 0.7 * spreads[0]


def test_futures_of_an_uncertain_memory_spread_more_than_those_of_its_centre() -> None:
    values = remembered(0.7, 2)
    memory = fit_memory(values, np.ones((WEEKS, 1)), np.ones(1))
    uniforms = mirrored_uniforms(np.random.default_rng(1), (4000, 13))
    drawn = memory.paths(uniforms, np.random.default_rng(2)).sum(axis=1)
    fixed = memory.centre.paths(uniforms).sum(axis=1)
    assert drawn.std() > fixed.std()


def test_an_exact_fit_has_no_memory_to_weigh() -> None:
    memory = fit_memory(np.zeros(WEEKS), np.ones((WEEKS, 1)), np.ones(1))
    uniforms = mirrored_uniforms(np.random.default_rng(1), (10, 13))
    assert not memory.paths(uniforms, np.random.default_rng(2)).any()


def test_many_inverses_at_once_are_those_of_linear_algebra() -> None:
    rng = np.random.default_rng(1)
    roots = rng.standard_normal((5, 9, 7))
    matrices = np.einsum("pnk,pnl->pkl", roots, roots)
    inverses, log_determinants = inverses_of_many(matrices)
    assert inverses == pytest.approx(np.linalg.inv(matrices), rel=1e-6)
    assert log_determinants == pytest.approx(np.linalg.slogdet(matrices).logabsdet)
