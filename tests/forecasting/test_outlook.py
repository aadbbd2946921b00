"""Members speak with one voice: their mean, as unsure as they are."""

import numpy as np
import pytest

from forecasting.outlook import Outlook, combined
from forecasting.series import Floats

pytestmark = pytest.mark.unit

PATHS, STEPS = 400, 5


def outlook(level: float, spread: float, name: str) -> Outlook:
    expected = np.full(STEPS, level)
    draws = np.random.default_rng(1).standard_normal((PATHS // 2, STEPS)) * spread
    paths: Floats = np.stack([expected + draws, expected - draws], axis=1).reshape(PATHS, STEPS)
    return Outlook(expected, paths, {"trend": expected - 1.0, name: np.ones(STEPS)})


def test_the_mean_is_by_votes_and_parts_add_up_to_it() -> None:
    both = combined([outlook(10.0, 1.0, "weekly"), outlook(14.0, 1.0, "recent")], (1, 3))
    assert both.expected == pytest.approx(np.full(STEPS, 13.0))
    assert both.paths.mean(axis=0) == pytest.approx(both.expected)
    assert np.sum([*both.parts.values()], axis=0) == pytest.approx(both.expected)
    assert both.parts["weekly"] == pytest.approx(np.full(STEPS, 0.25))


def test_paths_are_pooled_and_never_averaged() -> None:
    """The mean of two independent paths would have half the variance."""
    pooled = combined([outlook(10.0, 1.0, "a"), outlook(10.0, 1.0, "b")], (1, 1))
    assert pooled.paths.var() == pytest.approx(1.0, rel=0.1)
    mixed = combined([outlook(10.0, 1.0, "a"), outlook(10.0, 3.0, "b")], (3, 1))
    assert mixed.paths.var() == pytest.approx((3 * 1 + 1 * 9) / 4, rel=0.15)


def test_one_member_alone_is_itself() -> None:
    one = outlook(10.0, 1.0, "weekly")
    alone = combined([one], (1,))
    assert np.array_equal(alone.paths, one.paths)
    assert list(alone.parts) == list(one.parts)
