"""Variants of a scenario: where the dials stand, what is refused, and what nothing beats."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pydantic import ValidationError

from hospital.errors import GstError
from scenarios.exploration import Dial, front, grid, latin, one_at_a_time, with_values
from scenarios.language import DemandGrowth, OpenBeds, Scenario

pytestmark = pytest.mark.unit

SCENARIO = Scenario(name="try", changes=(OpenBeds(unit="A", beds=4), DemandGrowth(factor=1.1)))
BEDS = Dial(path="changes.0.beds", low=2, high=10, steps=5)
GROWTH = Dial(path="changes.1.factor", low=1.0, high=1.5, steps=3)


def test_a_grid_has_every_combination_both_ends_included() -> None:
    found = grid(SCENARIO, [BEDS, GROWTH])
    assert len(found) == 15
    beds = [one.scenario.changes[0].beds for one in found]  # type: ignore[union-attr]
    assert sorted(set(beds)) == [2, 4, 6, 8, 10]
    assert len({one.scenario.name for one in found}) == 15
    assert {one.values["changes.1.factor"] for one in found} == {1.0, 1.25, 1.5}


@given(count=st.integers(1, 40), seed=st.integers(0, 5))
def test_a_latin_hypercube_has_one_value_in_every_slice_and_is_the_same_again(
    count: int, seed: int
) -> None:
    found = latin(SCENARIO, [GROWTH, BEDS], count, seed)
    values = np.array([one.values["changes.1.factor"] for one in found])
    slices = np.floor((values - 1.0) / 0.5 * count).astype(int)
    assert sorted(slices.tolist()) == list(range(count))
    assert latin(SCENARIO, [GROWTH, BEDS], count, seed) == found


def test_a_tornado_turns_one_dial_and_leaves_the_others() -> None:
    (low, high), (_, more) = one_at_a_time(SCENARIO, [BEDS, GROWTH])
    assert [one.scenario.changes[0].beds for one in (low, high, more)] == [2, 10, 4]  # type: ignore[union-attr]
    assert low.scenario.changes[1] == high.scenario.changes[1] == SCENARIO.changes[1]


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("changes.0.bedz", 3, "no_such_dial"),
        ("changes.7.beds", 3, "no_such_dial"),
        ("changes.0.unit", 3, "no_such_dial"),
        ("changes.0.beds.more", 3, "no_such_dial"),
        ("changes.0.beds", 501, "value_out_of_place"),
        ("changes.1.factor", 0, "value_out_of_place"),
    ],
)
def test_a_dial_that_turns_nothing_or_too_far_is_refused(
    path: str, value: float, code: str
) -> None:
    with pytest.raises(GstError, match=code) as refused:
        with_values(SCENARIO, {path: value})
    if code == "no_such_dial":
        assert "changes.0.beds" in str(refused.value)


def test_a_dial_that_stands_still_and_too_many_variants_are_refused() -> None:
    with pytest.raises(ValidationError):
        Dial(path="changes.0.beds", low=3, high=3)
    with pytest.raises(ValidationError):
        Dial(path="name", low=1, high=3)
    with pytest.raises(GstError, match="too_many_variants"):
        grid(SCENARIO, [BEDS.but(steps=100), GROWTH.but(steps=100)])


@given(
    arrays(np.float64, st.tuples(st.integers(1, 30), st.integers(1, 3)), elements=st.floats(0, 9))
)
def test_what_is_on_the_front_is_beaten_by_nothing_and_the_rest_by_something_on_it(
    costs: np.ndarray,
) -> None:
    best = front(costs)
    assert best.any()

    def beats(one: np.ndarray, other: np.ndarray) -> bool:
        return bool((one <= other).all() and (one < other).any())

    for row in costs[best]:
        assert not any(beats(other, row) for other in costs)
    for row in costs[~best]:
        assert any(beats(other, row) for other in costs[best])
