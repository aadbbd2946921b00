"""Known inputs narrow an interval without bias; an input with a wrong mean is found out."""

import numpy as np
import pytest

from twin.control_variates import adjusted_mean, means_hold

pytestmark = pytest.mark.unit


def replications(seed: int, count: int = 30) -> tuple[np.ndarray, np.ndarray]:
    """A census that follows its admissions (correlation 0.9), and nothing else's."""
    rng = np.random.default_rng(seed)
    admissions = rng.normal(100, 10, count)
    return 50 + 0.9 * (admissions - 100) + rng.normal(0, 4.36, count), admissions[:, np.newaxis]


def test_the_variance_falls_as_theory_says_and_the_interval_covers() -> None:
    """1 / (1 - 0.9^2) = 5.3, less what the estimated slope costs: (n - 3) / (n - 2)."""
    runs = [adjusted_mean(*replications(seed), np.array([100.0])) for seed in range(2000)]
    means = np.array([run.mean for run in runs])
    plain = np.array([replications(seed)[0].mean() for seed in range(2000)])
    assert plain.var() / means.var() == pytest.approx(5.3 * 27 / 28, rel=0.15)
    assert abs(means.mean() - 50) < 3.3 * means.std() / np.sqrt(2000)
    covered = np.mean([abs(run.mean - 50) <= run.half_width for run in runs])
    assert covered == pytest.approx(0.95, abs=3.3 * np.sqrt(0.95 * 0.05 / 2000))


def test_a_control_with_a_wrong_mean_is_biased_and_detected() -> None:
    wrong = np.array([110.0])
    runs = [adjusted_mean(*replications(seed), wrong) for seed in range(200)]
    assert np.mean([run.mean for run in runs]) > 57
    assert np.mean([means_hold(replications(seed)[1], wrong) for seed in range(200)]) < 0.1
    right = [means_hold(replications(seed)[1], np.array([100.0])) for seed in range(200)]
    assert np.mean(right) > 0.98


def test_too_few_replications_are_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        adjusted_mean(np.ones(4), np.ones((4, 1)), np.ones(1))
