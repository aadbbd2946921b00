"""Parts add up to their totals, and totals are as unsure as their parts together."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.coherence import Belief, coherent, reconciled
from forecasting.dependence import correlation_of, joined_paths
from forecasting.series import Floats, Series
from hospital.forecast import QUANTILE_LEVELS, DemandForecast, Period, SeriesKey, SeriesKind
from tests.forecasting.conftest import autoregressive

pytestmark = pytest.mark.unit

FIRST = date(2026, 11, 23)
TREE = {"GST": ("A", "B"), "A": ("a1", "a2"), "B": ("b1", "b2", "b3")}
NODES = ("GST", "A", "B", "a1", "a2", "b1", "b2", "b3")
MEANS = dict(
    zip(
        NODES,
        np.array(
            [[100, 104], [41, 40], [52, 57], [20, 22], [18, 21], [30, 28], [15, 17], [9, 6.0]]
        ),
        strict=True,
    )
)
# hierarchicalforecast 1.5.3: BottomUp, MinTrace(wls_var, wls_struct, ols), residuals of these mean
# squares.
ORACLE = {
    "wls_var": (
        (16, 9, 12.25, 4, 6.25, 9, 2.25, 1),
        (95.5998, 40.9153, 54.6845, 21.1377, 19.7776, 30.5029, 15.1257, 9.0559),
    ),
    "wls_struct": (
        (5, 2, 3, 1, 1, 1, 1, 1),
        (95.0, 40.5, 54.5, 21.25, 19.25, 30.1667, 15.1667, 9.1667),
    ),
    "ols": (
        (1,) * 8,
        (96.8966, 42.0690, 54.8276, 22.0345, 20.0345, 30.2759, 15.2759, 9.2759),
    ),
}


def beliefs(variances: tuple[float, ...]) -> dict[str, Belief]:
    return {
        node: Belief(MEANS[node], np.full(2, float(variance)))
        for node, variance in zip(NODES, variances, strict=True)
    }


@pytest.mark.parametrize("method", ORACLE)
def test_weighted_least_squares_agree_with_hierarchicalforecast(method: str) -> None:
    variances, expected = ORACLE[method]
    means = reconciled(TREE, beliefs(variances))
    assert [means[node][0] for node in NODES] == pytest.approx(expected, abs=5.1e-5)


def test_without_a_forecast_of_totals_they_are_sums_of_their_parts() -> None:
    """BottomUp of hierarchicalforecast 1.5.3."""
    below = {node: belief for node, belief in beliefs((1,) * 8).items() if node not in TREE}
    means = reconciled(TREE, below)
    assert [means[node][0] for node in NODES] == [92, 38, 54, 20, 18, 30, 15, 9]


def test_a_total_that_is_certain_is_kept() -> None:
    sure = {**beliefs((1,) * 8), "GST": Belief(MEANS["GST"], np.zeros(2))}
    assert reconciled(TREE, sure)["GST"] == pytest.approx(MEANS["GST"])


@given(st.lists(st.floats(0, 50), min_size=8, max_size=8), st.floats(0, 200))
def test_any_beliefs_add_up_and_stay_between_total_and_parts(
    variances: list[float], total: float
) -> None:
    held = {**beliefs(tuple(variances)), "GST": Belief(np.full(2, total), np.full(2, variances[0]))}
    means = reconciled(TREE, held)
    for node, parts in TREE.items():
        assert means[node] == pytest.approx(sum(means[part] for part in parts))
    below = reconciled(TREE, {n: one for n, one in held.items() if n != "GST"})["GST"]
    assert (means["GST"] >= np.minimum(below, total) - 1e-6).all()
    assert (means["GST"] <= np.maximum(below, total) + 1e-6).all()


def key(hospital: str, item: str = "") -> SeriesKey:
    return SeriesKey(SeriesKind.ADMISSIONS, hospital, item)


def forecast(name: SeriesKey, paths: Floats) -> DemandForecast:
    mean = paths.mean(axis=0)
    return DemandForecast(
        key=name,
        first_day=FIRST,
        period=Period.DAY,
        mean=mean,
        quantiles=np.quantile(paths, QUANTILE_LEVELS, axis=0).T.copy(),
        sample_paths=paths,
        model="law",
        components={"trend": 0.9 * mean, "weekly": 0.1 * mean},
    )


def history(name: SeriesKey, counts: Floats) -> Series:
    return Series(name, date(2026, 1, 5), counts)


GST, HOSPITAL, OTHER = key(""), key("A"), key("B")
WARD, SMALL = key("A", "ward"), key("A", "small")
PLACES = {GST: (HOSPITAL, OTHER), HOSPITAL: (WARD, SMALL)}


def territory(own: float) -> dict[SeriesKey, DemandForecast]:
    """Hospital A believes ``own`` a day; its two wards 20 and 0.4 together."""
    rng = np.random.default_rng(2)
    levels = {HOSPITAL: own, OTHER: 30.0, WARD: 20.0, SMALL: 0.4}
    return {
        name: forecast(name, rng.poisson(level, (200, 14)).astype(float))
        for name, level in levels.items()
    }


def pasts(names: list[SeriesKey]) -> dict[SeriesKey, Series]:
    rng = np.random.default_rng(3)
    shared = rng.normal(0, 5, 300)
    return {name: history(name, 50 + shared + rng.normal(0, 5, 300)) for name in names}


@pytest.mark.parametrize("own", [0.0, 5.0, 25.0, 300.0])
def test_rows_means_and_components_add_up_and_nothing_is_negative(own: float) -> None:
    past = pasts([OTHER, WARD, SMALL])
    found = coherent(PLACES, territory(own), past, np.random.default_rng(1))
    assert list(found) == [GST, HOSPITAL, WARD, SMALL, OTHER]
    for total, parts in PLACES.items():
        paths = np.sum([found[part].sample_paths for part in parts], axis=0)
        assert np.array_equal(found[total].sample_paths, paths)
        assert found[total].mean == pytest.approx(sum(found[part].mean for part in parts))
        for name in ("trend", "weekly"):
            shares = [found[part].components[name] for part in parts]
            assert found[total].components[name] == pytest.approx(np.sum(shares, axis=0))
    for one in found.values():
        assert (one.sample_paths >= 0).all()
        assert one.mean == pytest.approx(one.sample_paths.mean(axis=0))
        assert np.sum([*one.components.values()], axis=0) == pytest.approx(one.mean)
        quantiles = np.quantile(one.sample_paths, QUANTILE_LEVELS, axis=0).T
        assert one.quantiles == pytest.approx(quantiles)


def test_the_ward_that_may_be_empty_stays_so() -> None:
    found = coherent(PLACES, territory(25.0), pasts([OTHER, WARD, SMALL]), np.random.default_rng(1))
    assert np.mean(found[SMALL].sample_paths == 0) == pytest.approx(np.exp(-0.4), abs=0.03)


def test_the_surer_ward_moves_less() -> None:
    base = territory(25.0)
    found = coherent(PLACES, base, pasts([OTHER, WARD, SMALL]), np.random.default_rng(1))
    moved = {name: np.abs(found[name].mean - base[name].mean).mean() for name in (WARD, SMALL)}
    assert moved[SMALL] < moved[WARD] / 10


def replicated_spreads(rho: float, *, joined: bool) -> list[float]:
    """Spread of the total of four hospitals over its true one, of 20 replications."""
    ratios = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        names = [key(place) for place in "ABCD"]
        shocks = np.sqrt(rho) * rng.standard_normal(400) + np.sqrt(1 - rho) * rng.standard_normal(
            (4, 400)
        )
        past = [history(name, 100 + 10 * own) for name, own in zip(names, shocks, strict=True)]
        paths = [100 + 10 * rng.standard_normal((500, 7)) for _ in names]
        correlation = correlation_of(past) if joined else np.eye(4)
        total = np.sum(joined_paths(paths, correlation, rng), axis=0)
        ratios.append(float(total.std(axis=0).mean() / (10 * np.sqrt(4 + 12 * rho))))
    return ratios


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.7])
def test_a_total_is_as_unsure_as_its_parts_together(rho: float) -> None:
    """Variance of a sum: n + n (n - 1) rho of one part's."""
    ratios = replicated_spreads(rho, joined=True)
    assert np.mean(ratios) == pytest.approx(1, abs=0.03)


def test_rows_that_do_not_belong_together_make_totals_too_sure() -> None:
    ratios = replicated_spreads(0.7, joined=False)
    assert np.mean(ratios) < 0.6


def test_every_series_keeps_its_values_of_each_period_and_its_memory() -> None:
    rng = np.random.default_rng(5)
    paths = [
        np.stack([autoregressive(rng, 60, 0.8, 1.0)[-10:] for _ in range(400)]) for _ in range(3)
    ]
    joined = joined_paths(paths, np.full((3, 3), 0.5) + 0.5 * np.eye(3), rng)
    for before, after in zip(paths, joined, strict=True):
        assert np.array_equal(np.sort(before, axis=0), np.sort(after, axis=0))
        total = after.sum(axis=1).std() / before.sum(axis=1).std()
        assert total == pytest.approx(1, abs=0.08)


def test_equal_values_join_by_chance_not_by_row() -> None:
    """Two wards that are nearly always empty, and did not move together."""
    rng = np.random.default_rng(6)
    paths = [rng.poisson(0.05, (1000, 30)).astype(float) for _ in range(2)]
    one, other = joined_paths(paths, np.eye(2), rng)
    assert np.corrcoef(one.ravel(), other.ravel())[0, 1] == pytest.approx(0, abs=0.03)


def test_unknown_days_and_different_starts_are_allowed() -> None:
    names = [key("A"), key("B")]
    first, second = pasts(names).values()
    first = first.but_counts(np.where(np.arange(300) % 9 == 0, np.nan, first.counts))
    later = replace(second, first_day=second.day(40), counts=second.counts[40:])
    correlation = correlation_of([first, later])
    assert 0.25 < correlation[0, 1] < 0.6


def test_a_month_in_common_says_nothing_of_who_moves_with_whom() -> None:
    past = [replace(one, counts=one.counts[:14]) for one in pasts([key("A"), key("B")]).values()]
    assert correlation_of(past).tolist() == np.eye(2).tolist()
