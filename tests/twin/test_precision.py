"""Replications until the interval is narrow enough: coverage, monotonicity, the maximum."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from hospital.errors import InvalidInput
from hospital.twin_result import Indicator
from twin.laws import Exponential
from twin.outcomes import outcome_bytes, outcome_from
from twin.precision import PrecisionTarget, first_batch, next_batch, reached
from twin.run_plan import RunPlan
from twin.simulation import prepare, replication_outcome, simulate

pytestmark = pytest.mark.unit

OCCUPIED = Indicator.OCCUPIED_BEDS
KEY = (str(OCCUPIED), "")


def stopped_at(target: PrecisionTarget, values: np.ndarray, start: int = 20) -> int:
    """Where the rule stops on these replications, as ``simulate`` would."""
    done = first_batch((target,), start) if start >= 20 else start
    while more := next_batch((target,), {KEY: values[:done].tolist()}, done):
        done += more
    return done


def coverage(start: int, macro_runs: int = 3000) -> float:
    target = PrecisionTarget(indicator=OCCUPIED, half_width=0.35, at_most=400)
    rng = np.random.default_rng(11)
    covered = 0
    for values in rng.standard_normal((macro_runs, 400)):
        done = stopped_at(target, values, start)
        found = reached(target, values[:done].tolist(), done)
        covered += abs(found.mean) <= found.half_width
    return covered / macro_runs


def test_stopping_keeps_the_coverage_that_the_interval_claims() -> None:
    """A start of 20 keeps at least 93 % at nominal 95 %; a start of 3 does not."""
    assert coverage(20) >= 0.93
    assert coverage(3) < 0.93


def test_a_narrower_target_never_needs_fewer_replications() -> None:
    values = np.random.default_rng(3).normal(50, 5, 5000)
    needed = [
        stopped_at(PrecisionTarget(indicator=OCCUPIED, percent=percent, at_most=5000), values)
        for percent in (10, 3, 2, 1, 0.5)
    ]
    assert needed == sorted(needed)
    assert needed[0] == 20
    assert needed[-1] > 300


def test_what_cannot_be_reached_stops_at_its_maximum_and_says_so() -> None:
    values = np.random.default_rng(4).standard_cauchy(90)
    target = PrecisionTarget(indicator=OCCUPIED, half_width=1e-6, at_most=90)
    assert stopped_at(target, values) == 90
    assert not reached(target, values.tolist(), 90).holds


def test_an_indicator_of_nobody_asks_for_more_until_its_maximum() -> None:
    target = PrecisionTarget(indicator=OCCUPIED, half_width=1, at_most=60)
    assert next_batch((target,), {KEY: []}, 20) == 20
    assert next_batch((target,), {KEY: []}, 60) == 0
    assert not reached(target, [], 60).holds


def test_an_empty_place_is_precise_at_once() -> None:
    target = PrecisionTarget(indicator=OCCUPIED, percent=2)
    assert reached(target, [0.0] * 20, 20).holds


def test_with_both_widths_the_easier_one_is_enough() -> None:
    values = [0.4, 0.6] * 10
    relative = PrecisionTarget(indicator=OCCUPIED, percent=2)
    assert not reached(relative, values, 20).holds
    assert reached(relative.but(half_width=0.1), values, 20).holds


def test_a_target_without_a_width_is_refused() -> None:
    with pytest.raises(ValueError, match="half_width"):
        PrecisionTarget(indicator=OCCUPIED)


def plan(**more: object) -> RunPlan:
    values = {"first_day": date(2026, 11, 23), "horizon_days": 10, "warmup_days": 10} | more
    return RunPlan.model_validate(values)


def test_the_twin_runs_until_its_target_holds(build: SimpleNamespace) -> None:
    """And the replications are those of a longer plan: only their number is decided."""
    gst, parameters = build.ward_queue(40, 8, Exponential(mean_hours=72))
    target = PrecisionTarget(indicator=OCCUPIED, place="H-MED", percent=4)
    result = simulate(gst, parameters, plan(targets=(target,), replications=2))
    (precision,) = result.precision
    assert precision.holds
    assert 20 < result.replications == precision.replications < 200
    longer = simulate(gst, parameters, plan(replications=result.replications))
    assert longer.indicators.equals(result.indicators)
    assert longer.precision == ()


def test_a_target_for_a_place_that_is_not_there_is_refused(build: SimpleNamespace) -> None:
    gst, parameters = build.ward_queue(40, 8, Exponential(mean_hours=72))
    target = PrecisionTarget(indicator=OCCUPIED, place="H-MDE", percent=4)
    with pytest.raises(InvalidInput, match="H-MDE"):
        simulate(gst, parameters, plan(targets=(target,)))


def test_an_outcome_kept_as_bytes_is_the_same_to_the_last_bit(build: SimpleNamespace) -> None:
    gst, parameters = build.ward_queue(20, 8, Exponential(mean_hours=72))
    outcome = replication_outcome(prepare(gst, parameters, plan()), 3)
    again = outcome_from(outcome_bytes(outcome))
    assert again.rows == [(str(name), *rest) for name, *rest in outcome.rows]
    assert again.census.dtype == outcome.census.dtype
    assert np.array_equal(again.census, outcome.census)
    assert np.array_equal(again.load, outcome.load)
