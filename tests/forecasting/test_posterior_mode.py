"""Prophet's mode is the mode: no parameters are more likely, not even Stan's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.posterior_mode import Priors, Sums, lasso, mode_of
from forecasting.series import Floats

pytestmark = pytest.mark.unit

ROWS, COLUMNS, TAU = 200, 8, 0.05
LAPLACE = np.arange(COLUMNS) < 3
SCALES = np.where(LAPLACE, np.inf, 2.0)
PRIORS = Priors(SCALES, LAPLACE, TAU)


def columns_and_counts(seed: int) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    columns = rng.standard_normal((ROWS, COLUMNS))
    effects = np.array([1.0, 0.0, 0.0, 2.0, -1.0, 0.5, 0.0, 0.0])
    return columns, columns @ effects + 0.3 * rng.standard_normal(ROWS)


def unlikeliness(columns: Floats, counts: Floats, mode: Floats, noise: float) -> float:
    """Minus the logarithm of ``prophet.stan``'s density, up to a constant."""
    left = counts - columns @ mode
    return float(
        ROWS * np.log(noise)
        + (left**2).sum() / (2 * noise**2)
        + noise**2 / (2 * 0.5**2)
        + np.square(mode / SCALES).sum() / 2
        + np.abs(mode[LAPLACE]).sum() / TAU
    )


@given(seed=st.integers(0, 10_000), size=st.floats(1e-6, 0.1))
def test_no_neighbour_is_more_likely(seed: int, size: float) -> None:
    columns, counts = columns_and_counts(seed)
    found = mode_of(Sums.of(columns, counts), PRIORS)
    mode, noise = found.coefficients, found.noise
    least = unlikeliness(columns, counts, mode, noise)
    step = np.random.default_rng(seed).standard_normal(COLUMNS + 1) * size
    near = unlikeliness(columns, counts, mode + step[:-1], noise * np.exp(step[-1]))
    assert near >= least - 1e-9 * abs(least)


@given(seed=st.integers(0, 10_000), penalty=st.floats(1e-3, 100.0))
def test_a_lasso_meets_its_conditions(seed: int, penalty: float) -> None:
    """The slope is the penalty where a change is used, and no more where it is not."""
    rng = np.random.default_rng(seed)
    roots = rng.standard_normal((40, 25)).cumsum(axis=1)
    gram, cross = roots.T @ roots, roots.T @ rng.standard_normal(40)
    found = lasso(gram, cross, penalty, np.zeros(25))
    slope = gram @ found - cross
    used = found != 0
    assert slope[used] == pytest.approx(-penalty * np.sign(found[used]), rel=1e-4)
    assert (np.abs(slope[~used]) <= penalty * (1 + 1e-6)).all()


def test_a_penalty_beyond_every_slope_uses_no_change() -> None:
    gram, cross = np.eye(3), np.array([1.0, -2.0, 0.5])
    assert not lasso(gram, cross, 2.1, np.zeros(3)).any()
    assert lasso(gram, cross, 1.9, np.zeros(3)) == pytest.approx([0.0, -0.1, 0.0])
    assert not len(lasso(np.zeros((0, 0)), np.zeros(0), 1.0, np.zeros(0)))


def test_an_exact_fit_of_columns_that_say_the_same_is_shared_among_them() -> None:
    """Two holidays of one date in every year: no noise, and nothing tells them apart."""
    columns = np.random.default_rng(1).standard_normal((ROWS, COLUMNS))
    columns[:, -1] = columns[:, -2]
    counts = columns[:, -1] * 0.4
    found = mode_of(Sums.of(columns, counts), PRIORS)
    assert columns @ found.coefficients == pytest.approx(counts, abs=1e-6)
    assert found.coefficients[-2:] == pytest.approx([0.2, 0.2], abs=1e-3)
    nothing = mode_of(Sums.of(columns, np.zeros(ROWS)), PRIORS)
    assert not nothing.coefficients.any()
    assert nothing.noise > 0
