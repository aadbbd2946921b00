"""ARMA(1,1) against an independent implementation and against theory."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.tsa.arima.model import ARIMA

from forecasting.arma import Arma, fit_arma
from forecasting.futures import mirrored_uniforms
from forecasting.series import Floats

pytestmark = pytest.mark.unit


def arma_series(phi: float, theta: float, length: int, seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    shocks = rng.standard_normal(length)
    values = np.zeros(length)
    for step in range(1, length):
        values[step] = phi * values[step - 1] + shocks[step] + theta * shocks[step - 1]
    return values


@pytest.mark.parametrize(("phi", "theta"), [(0.8, -0.4), (0.3, 0.2), (0.95, -0.7)])
def test_agrees_with_exact_maximum_likelihood(phi: float, theta: float) -> None:
    """Conditional least squares and exact likelihood tell the same after 400 periods."""
    values = arma_series(phi, theta, 400, seed=3)
    ours = fit_arma(values)
    exact = ARIMA(values, order=(1, 0, 1), trend="n").fit()
    assert [ours.phi, ours.theta] == pytest.approx(exact.params[:2], abs=0.03)
    assert ours.expected(14) == pytest.approx(exact.forecast(14), abs=0.05)


def test_white_noise_is_not_expected_to_last() -> None:
    values = np.random.default_rng(5).standard_normal(400)
    assert np.abs(fit_arma(values).expected(7)).max() < 0.35


def test_an_unknown_residual_brings_no_surprise() -> None:
    values = arma_series(0.7, 0.1, 400, seed=4)
    holes = values.copy()
    holes[[50, 51, 200]] = np.nan
    fitted = fit_arma(holes)
    assert len(fitted.innovations) == 397
    assert fitted.phi == pytest.approx(fit_arma(values).phi, abs=0.05)


def test_the_sum_over_a_lead_time_has_the_variance_of_theory() -> None:
    """AR(1) from a known state: Var(sum) = s² sum over lags of (1 + phi + ... )²."""
    phi, steps = 0.7, 13
    shocks = np.random.default_rng(1).standard_normal(4000)
    memory = Arma(phi, 0.0, shocks, last_residual=0.0, last_innovation=0.0)
    uniforms = mirrored_uniforms(np.random.default_rng(2), (20_000, steps))
    totals = memory.paths(uniforms).sum(axis=1)
    weights = [(1 - phi**k) / (1 - phi) for k in range(1, steps + 1)]
    theory = np.var(shocks) * np.sum(np.square(weights))
    assert np.var(totals) == pytest.approx(theory, rel=0.05)


@given(
    st.floats(-0.9, 0.9),
    st.floats(-0.9, 0.9),
    st.floats(-3, 3),
    st.integers(1, 30),
)
def test_paths_are_centred_on_what_is_expected(
    phi: float, theta: float, last: float, steps: int
) -> None:
    """Every draw has its mirror: with symmetric surprises the mean is exact."""
    memory = Arma(phi, theta, np.linspace(-1, 1, 101), last, 0.5)
    paths = memory.paths(mirrored_uniforms(np.random.default_rng(0), (50, steps)))
    assert paths.mean(axis=0) == pytest.approx(memory.expected(steps), abs=1e-9)
