"""Scores of ensembles: unbiased in the number of members, uniform where nothing is wrong."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.scores import fair_crps, past_changes, randomised_pit, spread_persistence

pytestmark = pytest.mark.unit

COUNTS = st.lists(st.integers(0, 4), min_size=3, max_size=9)


def plain_crps(members: np.ndarray, observed: float) -> float:
    """The score of the ensemble as if it were the distribution: biased in its size."""
    spread = np.abs(members[:, None] - members[None, :]).mean() / 2
    return float(np.abs(members - observed).mean() - spread)


@given(COUNTS, st.integers(0, 5))
def test_the_score_is_its_definition_over_pairs(members: list[int], observed: int) -> None:
    """Mean distance to what happened less half the mean distance of two different members."""
    values, size = np.array(members), len(members)
    pairs = np.abs(values[:, None] - values[None, :]).sum() / (size * (size - 1))
    expected = np.abs(values - observed).mean() - pairs / 2
    assert fair_crps(values, np.array(observed)) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("size", [2, 3, 6])
def test_more_members_do_not_change_the_expected_score(size: int) -> None:
    """Every ensemble of three values, weighed by its probability: the score of the law itself.

    The plain score of an ensemble is larger by E|X - X'| / (2 m), and fails.
    """
    values, weights = np.array([0.0, 1.0, 4.0]), np.array([0.5, 0.3, 0.2])
    between = float(weights @ np.abs(values[:, None] - values[None, :]) @ weights)
    for observed in (0.0, 2.0, 5.0):
        exact = float(weights @ np.abs(values - observed)) - between / 2
        fair = plain = 0.0
        for chosen in product(range(3), repeat=size):
            weight, members = weights[list(chosen)].prod(), values[list(chosen)]
            fair += weight * float(fair_crps(members, np.array(observed)))
            plain += weight * plain_crps(members, observed)
        assert fair == pytest.approx(exact, abs=1e-12)
        assert plain - exact == pytest.approx(between / (2 * size), abs=1e-12)


def test_one_member_has_no_spread() -> None:
    with pytest.raises(ValueError, match="at least 2 members, found 1"):
        fair_crps(np.array([[3.0]]), np.array([2.0]))


def test_the_true_law_scores_better_than_a_shifted_or_narrower_one() -> None:
    rng = np.random.default_rng(4)
    seen = rng.poisson(20, 4000)
    true = rng.poisson(20, (40, 4000))
    best = fair_crps(true, seen)
    for wrong in (true + 3, np.full_like(true, 20), rng.poisson(10, true.shape) * 2):
        worse = fair_crps(wrong, seen) - best
        assert worse.mean() > 3.3 * worse.std(ddof=1) / np.sqrt(worse.size)


@given(COUNTS)
def test_ranks_of_exchangeable_counts_are_exactly_uniform(values: list[int]) -> None:
    """Let each of m + 1 counts be what happened in turn: the ranks fill 0 to 1 evenly.

    The interval of each rank is the PIT at u = 0 and u -> 1; together they must cover every
    cell k / (m + 1) exactly once. Without the places shared among ties they would not.
    """
    size = len(values)
    covered = np.zeros(size)
    for at, observed in enumerate(values):
        members = np.array(values[:at] + values[at + 1 :])
        ends = [
            float(randomised_pit(members, np.array(observed), np.array(u))) * size for u in (0, 1)
        ]
        low, high = round(ends[0]), round(ends[1])
        covered[low:high] += 1 / (high - low)
    assert covered == pytest.approx(np.ones(size))


def test_coverage_finds_intervals_that_are_too_narrow() -> None:
    """80 % for the true law of small counts, less for one of half the variance."""
    rng = np.random.default_rng(8)
    seen = rng.poisson(2.0, 6000)
    shares = {}
    for name, members in {
        "true": rng.poisson(2.0, (50, 6000)),
        "narrow": np.round(2 + 0.5 * (rng.poisson(2.0, (50, 6000)) - 2)),
    }.items():
        pit = randomised_pit(members, seen, rng.random(6000))
        shares[name] = ((pit >= 0.1) & (pit < 0.9)).mean()
    error = np.sqrt(0.8 * 0.2 / 6000)
    assert abs(shares["true"] - 0.8) < 3.3 * error
    assert shares["narrow"] < 0.8 - 3.3 * error


def test_changes_run_from_the_same_midnights_over_every_lead() -> None:
    midnights = np.array([[10], [12], [11], [15], [9]])
    later = np.vstack([midnights[1:], [[20]]])
    changes = past_changes(midnights, later, 2)
    assert changes[:, 0].tolist() == [[2, 1], [-1, 3], [4, -2], [-6, 5]]
    members = spread_persistence(np.array([3]), changes)
    assert members[:, 0].tolist() == [[5, 4], [2, 6], [7, 1], [0, 8]]
