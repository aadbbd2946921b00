"""MSER-5 finds the end of a transient that is known, and says when there is none to find."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from twin.laws import Exponential
from twin.run_plan import RunPlan, Start
from twin.simulation import prepare
from twin.warm_up import mser5, pilot_series, warmup_days_needed

pytestmark = pytest.mark.unit

HOURS = np.arange(1000)
MONDAY = date(2026, 11, 23)


def noise(seed: int, size: int = 1000) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 1, size)


def by_definition(series: np.ndarray) -> int:
    """The rule as White wrote it, without cumulative sums."""
    means = series[: len(series) // 5 * 5].reshape(-1, 5).mean(axis=1)
    scores = [means[at:].var() / (len(means) - at) for at in range(len(means) - 5)]
    return 5 * int(np.argmin(scores))


@pytest.mark.parametrize("settles_at", [50, 100, 300, 400])
def test_a_jump_is_found_to_the_batch(settles_at: int) -> None:
    series = np.where(settles_at > HOURS, 0.0, 20.0) + noise(settles_at)
    assert mser5(series) == settles_at == by_definition(series)


def test_a_stationary_series_keeps_almost_everything() -> None:
    """20 series: never more than 30 % is thrown away, on average a tenth or less."""
    found = [mser5(noise(seed)) for seed in range(20)]
    kept = [hour for hour in found if hour is not None]
    assert len(kept) >= 18
    assert np.mean(kept) <= 100
    assert found == [
        hour if (hour := by_definition(noise(seed))) <= 500 else None for seed in range(20)
    ]


@pytest.mark.parametrize(
    "series",
    [HOURS * 1.0, np.where(HOURS < 700, 0.0, 20.0) + noise(1)],
    ids=["grows without end", "jumps after its half"],
)
def test_what_has_not_settled_in_its_first_half_is_not_found(series: np.ndarray) -> None:
    assert mser5(series) is None


def test_a_short_series_says_nothing() -> None:
    assert mser5(np.ones(49)) is None


def test_a_ward_without_limit_fills_as_theory_says_and_mser_waits_for_it(
    build: SimpleNamespace,
) -> None:
    """M/M/inf from nobody: mean a (1 - exp(-t/stay)); at the truncation at most 10 % is missing."""
    stay_hours, per_day = 36.0, 80.0
    gst, parameters = build.ward_queue(400, per_day, Exponential(mean_hours=stay_hours))
    run = RunPlan(first_day=MONDAY, horizon_days=42, warmup_days=0, start=Start.EMPTY, seed=3)
    load = per_day / 24 * stay_hours
    series = pilot_series(prepare(gst, parameters, run.but(replications=20)))
    expected = load * (1 - np.exp(-np.arange(series.size) / stay_hours))
    error = 3.3 * np.sqrt(load / 20)
    checked = np.arange(6, series.size, 24)
    assert np.abs(series - expected)[checked].max() < error
    assert np.abs(series - load)[checked].max() > error
    days = warmup_days_needed(gst, parameters, run)
    assert days is not None
    assert np.exp(-24 * days / stay_hours) < 0.1
    assert days <= 21


def test_a_ward_that_only_grows_has_no_warm_up(build: SimpleNamespace) -> None:
    gst, parameters = build.ward_queue(4000, 20, Exponential(mean_hours=24 * 400))
    run = RunPlan(first_day=MONDAY, horizon_days=7, warmup_days=0, start=Start.EMPTY)
    assert warmup_days_needed(gst, parameters, run) is None
