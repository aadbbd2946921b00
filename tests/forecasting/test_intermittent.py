"""Levels at a learnt pace, and laws that the futures of intermittent demand keep."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.futures import Window
from forecasting.intermittent import intermittent_futures
from forecasting.learnt_level import PACES, learnt_level
from forecasting.series import Floats, Series
from hospital.forecast import Period, SeriesKey, SeriesKind

pytestmark = pytest.mark.unit

KEY = SeriesKey(SeriesKind.CONSUMPTION, "CHR-01", "RARE")


def series(demand: Floats) -> Series:
    return Series(KEY, date(2023, 11, 20), demand, period=Period.WEEK)


def rare_demand(seed: int, weeks: int = 156) -> Floats:
    rng = np.random.default_rng(seed)
    return (rng.random(weeks) < 0.2) * rng.integers(1, 12, weeks).astype(float)


def test_paces_are_weighed_by_how_well_they_foretell() -> None:
    """A steady item wants a slow level, one that jumps a fast one."""
    rng = np.random.default_rng(1)
    steady = learnt_level(rng.poisson(40, 120).astype(float))
    jumping = learnt_level(rng.poisson(40 * 2.0 ** (np.arange(120) // 20 % 3)).astype(float))
    assert steady.weights @ PACES < 0.1
    assert jumping.weights @ PACES > 0.3
    assert steady.level == pytest.approx(40, rel=0.05)


@given(st.floats(0.5, 1000), st.integers(1, 80))
def test_a_constant_demand_is_its_own_level(units: float, periods: int) -> None:
    learnt = learnt_level(np.full(periods, units))
    assert learnt.level == pytest.approx(units)
    assert learnt.weights.sum() == pytest.approx(1.0)


@given(st.integers(0, 50), st.floats(2, 50))
def test_the_level_follows_the_unit_of_count(seed: int, factor: float) -> None:
    """Tablets or boxes: the level is multiplied as the demand is."""
    demand = rare_demand(seed)
    sizes = demand[demand > 0]
    assert learnt_level(factor * sizes).level == pytest.approx(factor * learnt_level(sizes).level)


def test_an_item_that_is_no_longer_used_fades() -> None:
    def level(demand: Floats) -> float:
        futures = intermittent_futures(series(demand), Window(0, 13), np.random.default_rng(1))
        return float(futures.mean[0])

    alive = rare_demand(3)
    fading = [level(np.concatenate([alive, np.zeros(weeks)])) for weeks in (0, 26, 52, 104)]
    assert fading == sorted(fading, reverse=True)
    assert fading[-1] < 0.1 * fading[0]


def test_medicines_in_parts_of_a_dose_are_not_rounded() -> None:
    halves = rare_demand(1) / 2
    futures = intermittent_futures(series(halves), Window(0, 4), np.random.default_rng(1))
    assert (futures.paths != np.rint(futures.paths)).any()


def test_futures_keep_the_level_over_a_quarter() -> None:
    futures = intermittent_futures(series(rare_demand(1)), Window(0, 13), np.random.default_rng(1))
    totals = futures.paths.sum(axis=1)
    error = totals.std() / np.sqrt(len(totals))
    assert totals.mean() == pytest.approx(futures.mean.sum(), abs=3 * error)
    assert (futures.paths == np.rint(futures.paths)).all()
    assert futures.paths.min() >= 0


def uneven_demand(seed: int, kind: str) -> Floats:
    """72 months, nearly all used and fewer boxes every year, or few used (lumpy)."""
    rng = np.random.default_rng([11, seed])
    share_used, end = {"falling": (0.95, 0.1), "lumpy": (0.3, 1.0)}[kind]
    sizes = np.ceil(rng.lognormal(2.0, 1.3, 72) * np.geomspace(1.0, end, 72))
    return sizes * (rng.random(72) < share_used)


@pytest.mark.parametrize("kind", ["falling", "lumpy"])
def test_the_mean_of_the_paths_is_the_mean_that_is_said(kind: str) -> None:
    """30 uneven items, within 3.3 standard errors. Errors cut at zero alone are rejected."""
    apart, cut = [], []
    for seed in range(30):
        demand = uneven_demand(seed, kind)
        rng = np.random.default_rng(seed)
        futures = intermittent_futures(series(demand), Window(0, 6), rng)
        apart.append(futures.paths.mean() / futures.mean[0] - 1)
        size = learnt_level(demand[demand > 0])
        errors = np.sqrt(size.level) * (size.errors - size.errors.mean())
        cut.append(np.maximum(size.level + errors, 0.0).mean() / size.level - 1)
    reach = 3.3 * np.std(apart, ddof=1) / np.sqrt(30)
    assert np.mean(apart) == pytest.approx(0, abs=reach)
    assert np.mean(cut) > reach


@pytest.mark.parametrize(
    "demand",
    [
        np.array([5.0]),
        np.array([0.0, 7.0]),
        np.eye(1, 90, 45)[0],
        np.eye(1, 90, 89)[0] * 1e9,
        np.full(72, 1e9),
        np.array([1.0, 1e6] * 40),
    ],
    ids=["one period", "two", "one box in the middle", "only at the end", "constant", "in jumps"],
)
def test_the_strangest_items_have_futures(demand: Floats) -> None:
    futures = intermittent_futures(series(demand), Window(1, 13), np.random.default_rng(1))
    assert np.isfinite(futures.paths).all()
    assert np.isfinite(futures.mean).all()
    assert futures.paths.min() >= 0
    assert (futures.paths == np.rint(futures.paths)).all()


def test_four_weeks_are_four_times_a_week() -> None:
    """40 items, counted by the week or by four weeks: the same level and the same high total."""
    levels, highs = [], []
    for seed in range(40):
        demand = rare_demand(seed, weeks=208)
        weeks = intermittent_futures(series(demand), Window(0, 12), np.random.default_rng(seed))
        summed = series(demand.reshape(-1, 4).sum(axis=1))
        fours = intermittent_futures(summed, Window(0, 3), np.random.default_rng(seed))
        levels.append(fours.mean[0] / 4 - weeks.mean[0])
        high = [np.quantile(one.paths.sum(axis=1), 0.95) for one in (fours, weeks)]
        highs.append(high[0] / high[1])
    assert np.mean(levels) == pytest.approx(0, abs=3.3 * np.std(levels, ddof=1) / np.sqrt(40))
    assert np.mean(highs) == pytest.approx(1, abs=0.1)


def test_a_higher_demand_has_a_higher_future() -> None:
    """Every month a box more: mean and high quantile of the total rise."""
    demand = np.random.default_rng(5).poisson(6, 72).astype(float) + 1
    highs, means = [], []
    for more in range(0, 40, 8):
        futures = intermittent_futures(
            series(demand + more), Window(0, 3), np.random.default_rng(1)
        )
        highs.append(np.quantile(futures.paths.sum(axis=1), 0.95))
        means.append(futures.mean[0])
    assert highs == sorted(highs)
    assert means == sorted(means)


def test_totals_of_rare_items_fall_evenly_among_their_paths() -> None:
    """The place of the outcome among the paths, ties at random: 80 % between 0.1 and 0.9.

    200 items used in a month of three, within 3.3 standard errors. Poisson counts of the same mean
    are rejected: their sizes do not vary.
    """
    inside, poisson = [], []
    for seed in range(200):
        rng = np.random.default_rng([13, seed])
        demand = (rng.random(75) < 1 / 3) * rng.geometric(0.15, 75).astype(float)
        futures = intermittent_futures(series(demand[:72]), Window(0, 3), rng)
        total = demand[72:].sum()
        others = rng.poisson(futures.mean.sum(), 1000)
        for kept, totals in ((inside, futures.paths.sum(axis=1)), (poisson, others)):
            place = (totals < total).mean() + rng.random() * (totals == total).mean()
            kept.append(0.1 <= place <= 0.9)
    reach = 3.3 * np.sqrt(0.8 * 0.2 / 200)
    assert np.mean(inside) == pytest.approx(0.8, abs=reach)
    assert np.mean(poisson) < 0.8 - reach


def test_nothing_is_expected_of_what_was_never_used() -> None:
    futures = intermittent_futures(series(np.zeros(60)), Window(2, 13), np.random.default_rng(1))
    assert not futures.paths.any()
    assert futures.paths.shape[1] == 13


def test_quarterly_totals_of_stationary_items_are_covered() -> None:
    """The 80 % interval of a 13-week total holds about 80 % of 120 rare items."""
    inside = 0
    for seed in range(120):
        demand = rare_demand(seed, weeks=169)
        futures = intermittent_futures(
            series(demand[:156]), Window(0, 13), np.random.default_rng(seed)
        )
        low, high = np.quantile(futures.paths.sum(axis=1), [0.1, 0.9])
        inside += low <= demand[156:].sum() <= high
    assert 0.72 <= inside / 120 <= 0.92


@pytest.mark.parametrize("law", ["poisson", "negative binomial", "walk"])
def test_quarterly_totals_by_the_month_are_covered(law: str) -> None:
    """The 80 % interval of a 3-month total of 200 items holds 80 %, within 3.3 standard errors.

    That of independent months is rejected where the level walks.
    """
    inside, alone = 0, 0
    for seed in range(200):
        rng = np.random.default_rng([7, seed])
        level = np.full(75, rng.uniform(5, 80))
        if law == "walk":
            level = level[0] * np.exp(np.cumsum(rng.normal(0, 0.12, 75)))
        if law == "negative binomial":
            level = level * rng.gamma(3, 1 / 3, 75)
        demand = rng.poisson(level).astype(float)
        futures = intermittent_futures(
            replace(series(demand[:72]), first_day=date(2020, 1, 1), period=Period.MONTH),
            Window(0, 3),
            rng,
        )
        total = demand[72:].sum()
        low, high = np.quantile(futures.paths.sum(axis=1), [0.1, 0.9])
        inside += low <= total <= high
        shuffled = rng.permuted(futures.paths, axis=0).sum(axis=1)
        low, high = np.quantile(shuffled, [0.1, 0.9])
        alone += low <= total <= high
    reach = 3.3 * np.sqrt(0.8 * 0.2 / 200)
    assert inside / 200 == pytest.approx(0.8, abs=reach)
    if law == "walk":
        assert alone < inside
