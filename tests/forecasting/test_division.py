"""Parts add up to a whole that they do not change, in the mean and in every path."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from forecasting.division import divided, raked
from forecasting.series import Floats
from hospital.forecast import QUANTILE_LEVELS, DemandForecast, Period, SeriesKey, SeriesKind

pytestmark = pytest.mark.unit

ROWS, DAYS = 200, 7
COUNTS = st.integers(0, 60).map(float)


def forecast(item: str, paths: Floats, mean: Floats | None = None) -> DemandForecast:
    expected = paths.mean(axis=0) if mean is None else mean
    return DemandForecast(
        key=SeriesKey(SeriesKind.ADMISSIONS, "A", item),
        first_day=date(2026, 11, 23),
        period=Period.DAY,
        mean=expected,
        quantiles=np.quantile(paths, QUANTILE_LEVELS, axis=0).T.copy(),
        sample_paths=paths,
        model="law",
        components={"trend": 0.9 * expected, "weekly": 0.1 * expected},
    )


def poisson(levels: dict[str, float], seed: int = 1, days: int = DAYS) -> list[DemandForecast]:
    rng = np.random.default_rng(seed)
    return [
        forecast(name, rng.poisson(level, (ROWS, days)).astype(float), np.full(days, level))
        for name, level in levels.items()
    ]


@given(
    arrays(float, (3, 5, 2), elements=COUNTS),
    arrays(float, (5, 2), elements=st.floats(0, 500)),
)
def test_any_parts_add_up_to_any_whole_and_none_is_negative(own: Floats, whole: Floats) -> None:
    """Also where all parts are empty, and where there is nobody to divide."""
    total = forecast("", whole)
    parts = divided(total, [forecast(name, paths) for name, paths in zip("abc", own, strict=True)])
    assert np.sum([one.sample_paths for one in parts], axis=0) == pytest.approx(whole)
    assert np.sum([one.mean for one in parts], axis=0) == pytest.approx(total.mean)
    for one in parts:
        assert (one.sample_paths >= 0).all()
        assert (np.diff(one.quantiles, axis=1) >= 0).all()
        assert np.sum([*one.components.values()], axis=0) == pytest.approx(one.mean)


def test_parts_that_add_up_already_stay_as_they_are() -> None:
    parts = poisson({"a": 20.0, "b": 6.0, "c": 0.4})
    paths = np.sum([one.sample_paths for one in parts], axis=0)
    whole = forecast("", paths, np.full(DAYS, 26.4))
    means = np.stack([one.sample_paths.mean(axis=0) for one in parts])
    own = np.stack([one.sample_paths for one in parts])
    assert raked(own, paths, means) == pytest.approx(own)
    for before, after in zip(parts, divided(whole, parts), strict=True):
        assert after.mean == pytest.approx(before.mean)


def test_a_whole_that_expects_more_makes_every_part_larger_in_proportion() -> None:
    parts = poisson({"a": 20.0, "b": 5.0})
    whole = forecast("", np.full((ROWS, DAYS), 50.0))
    assert [one.mean[0] for one in divided(whole, parts)] == pytest.approx([40.0, 10.0])


def test_the_mean_of_the_paths_is_the_mean_that_is_said() -> None:
    """Shares of a volatile part are skewed: without scaling by turns its paths say too little."""
    rng = np.random.default_rng(3)
    wild = forecast("wild", rng.gamma(0.4, 10 / 0.4, (ROWS, DAYS)), np.full(DAYS, 10.0))
    steady = forecast("steady", np.full((ROWS, DAYS), 10.0))
    whole = forecast("", rng.poisson(20.0, (ROWS, DAYS)).astype(float), np.full(DAYS, 20.0))
    said = divided(whole, [wild, steady])[0]
    scale = whole.sample_paths.mean(axis=0) / 20.0
    assert said.sample_paths.mean(axis=0) == pytest.approx(10.0 * scale, rel=0.01)
    shares = wild.sample_paths / (wild.sample_paths + 10.0) * whole.sample_paths
    assert shares.mean() < 8.0


@pytest.mark.parametrize("level", [0.5, 4.0, 20.0])
def test_poisson_parts_of_a_poisson_whole_stay_poisson(level: float) -> None:
    """Variance equal to the mean, on single days and on their sum; not so if the whole is sure.

    To the second order: (1 + 1 / 120) squared.
    """
    widths, sums, sure = [], [], []
    for seed in range(20):
        parts = poisson({"a": level, "b": 72.0, "c": 48.0}, seed, days=14)
        many = np.random.default_rng([seed, 9]).poisson(level + 120, (ROWS, 14)).astype(float)
        one = divided(forecast("", many), parts)[0].sample_paths
        widths.append(one.var(axis=0).mean() / level)
        sums.append(one.sum(axis=1).var() / (14 * level))
        fixed = forecast("", np.full((ROWS, 14), level + 120.0))
        sure.append(divided(fixed, parts)[1].sample_paths.var(axis=0).mean() / 72)
    for found in (widths, sums):
        error = 3.3 * np.std(found, ddof=1) / np.sqrt(len(found))
        assert np.mean(found) == pytest.approx(1, abs=max(error, 0.06))
    assert np.mean(sure) == pytest.approx(1 - 72 / (level + 120), abs=0.05)


def test_a_rare_part_counts_in_whole_patients() -> None:
    """Its paths are shares, so that they add up; its intervals are of patients."""
    rare, _ = divided(forecast("", np.full((ROWS, DAYS), 20.3)), poisson({"r": 0.3, "b": 20.0}))
    assert (rare.quantiles == np.rint(rare.quantiles)).all()
    assert (rare.quantile(0.9) == 1).all()
