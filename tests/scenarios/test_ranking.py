"""The best scenario is found as often as is promised, with no more replications than needed."""

import numpy as np
import pytest

from hospital.errors import GstError
from scenarios.ranking import Contest, Ranking, rank

pytestmark = pytest.mark.unit

NAMES = ("a", "b", "c", "d", "e")
MACRO_RUNS = 300


def contest_of(means: list[float], seed: int, shared: float = 0.0, **more: object) -> Ranking:
    """Normal replications; ``shared`` is the part of the spread that all have in common."""
    rng = np.random.default_rng(seed)
    common = rng.normal(0, shared, 1000)
    own = {
        name: common + rng.normal(mean, 1, 1000) for name, mean in zip(NAMES, means, strict=False)
    }
    contest = Contest(**{"indifference": 0.5, "at_most": 1000} | more)  # type: ignore[arg-type]
    return rank(NAMES[: len(means)], lambda name, r: own[name][r.start : r.stop], contest)


def found_best(confidence: float) -> float:
    """In the slippage configuration: the best is better than all others by the indifference."""
    means = [0.0, 0.5, 0.5, 0.5, 0.5]
    runs = [contest_of(means, seed, confidence=confidence) for seed in range(MACRO_RUNS)]
    assert all(run.is_guaranteed for run in runs)
    return float(np.mean([run.best == "a" for run in runs]))


@pytest.mark.parametrize("confidence", [0.75, 0.95])
def test_the_best_is_found_as_often_as_is_promised(confidence: float) -> None:
    error = np.sqrt(confidence * (1 - confidence) / MACRO_RUNS)
    assert found_best(confidence) >= confidence - 3.3 * error


def test_the_mean_of_the_start_alone_does_not_keep_the_promise() -> None:
    """The wrong rule: to take the best mean of three replications."""
    means = [0.0, 0.5, 0.5, 0.5, 0.5]
    runs = [contest_of(means, seed, start=3, at_most=3) for seed in range(MACRO_RUNS)]
    assert not any(run.is_guaranteed for run in runs)
    assert np.mean([run.best == "a" for run in runs]) < 0.95 - 3.3 * 0.0126


def test_common_random_numbers_need_no_more_although_everything_varies_more() -> None:
    alone = contest_of([0, 0.5, 2], 1)
    shared = contest_of([0, 0.5, 2], 1, shared=30)
    assert shared.best == alone.best == "a"
    assert sum(shared.replications.values()) == sum(alone.replications.values())


def test_what_is_clearly_worse_is_left_out_first() -> None:
    used = [contest_of([0, 0.1, 9], seed).replications for seed in range(20)]
    assert {one["c"] for one in used} == {20}
    assert np.mean([one["b"] for one in used]) > 25


def test_the_batch_changes_no_decision() -> None:
    runs = [contest_of([0, 0.3, 0.5], 5, batch=batch) for batch in (1, 7, 50)]
    assert {run.best for run in runs} == {runs[0].best}


def test_the_largest_is_the_best_where_more_is_better() -> None:
    found = contest_of([0, 1, 3], 3, minimise=False)
    assert found.best == "c"
    assert found.means["c"] == pytest.approx(3, abs=1)


def test_without_an_end_the_maximum_is_said() -> None:
    found = contest_of([0, 0], 4, indifference=0.001, at_most=60)
    assert not found.is_guaranteed
    assert found.survivors == ("a", "b")


def test_equal_scenarios_end_all_the_same() -> None:
    same = np.random.default_rng(1).normal(0, 1, 1000)
    found = rank(("a", "b"), lambda _, r: same[r.start : r.stop], Contest(indifference=0.1))
    assert found.is_guaranteed
    assert found.replications == {"a": 20, "b": 20}


def test_one_scenario_or_a_missing_value_is_refused() -> None:
    with pytest.raises(GstError, match="nothing_to_rank"):
        contest_of([0], 1)
    with pytest.raises(GstError, match="indicator_missing"):
        rank(("a", "b"), lambda _, r: np.full(len(r), np.nan), Contest(indifference=1))
