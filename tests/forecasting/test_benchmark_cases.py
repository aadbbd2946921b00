"""The benchmark compares fairly: origins that know nothing of what follows, bars that can fail."""

import importlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from types import ModuleType

import numpy as np
import pytest
from scipy.stats import poisson

from forecasting.metrics import crps
from forecasting.series import Series
from hospital.calendar import MoroccanCalendar
from hospital.forecast import QUANTILE_LEVELS, Period, SeriesKey, SeriesKind

pytestmark = pytest.mark.unit


Build = Callable[..., Series]


@pytest.fixture
def benchmark_part(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], ModuleType]:
    monkeypatch.syspath_prepend(pytestconfig.rootpath)  # benchmarks are no installed package
    return lambda name: importlib.import_module(f"benchmarks.{name}")


def test_a_case_is_cut_at_its_origin(
    benchmark_part: Callable[[str], ModuleType], daily: Build, calendar: MoroccanCalendar
) -> None:
    """28 days to judge, up to 500 before them, the last case 33 days before the end."""
    cases = benchmark_part("forecasting.cases")
    series = daily()
    origins = cases.Origins(28, count=3, spacing=56, offset=33, training=500)
    made = cases.rolling_cases(series, calendar, origins)
    for back, case in enumerate(made):
        end = len(series) - 33 - 56 * back
        assert case.past.end_day == series.day(end - 28)
        assert case.actual.tolist() == series.counts[end - 28 : end].tolist()
        assert case.past.counts.tolist() == series.counts[end - 528 : end - 28].tolist()


def test_a_bar_holds_at_its_edge_and_not_beyond(
    benchmark_part: Callable[[str], ModuleType],
) -> None:
    bars = benchmark_part("bars")
    assert bars.at_most("error", 0.61, 0.61).holds
    assert not bars.at_most("error", 0.611, 0.61).holds
    assert bars.at_least("coverage", 0.5, 0.5).holds
    assert not bars.at_least("coverage", 0.49, 0.5).holds
    assert bars.between("coverage", 0.77, 0.77, 0.85).holds
    assert not bars.between("coverage", 0.86, 0.77, 0.85).holds
    assert not bars.below("ours below theirs", 0.7, 0.7).holds
    assert not bars.at_most("nothing measured", np.nan, 0.61).holds


def test_what_chance_costs_is_what_draws_say(
    benchmark_part: Callable[[str], ModuleType],
) -> None:
    """Closed forms of Poisson's expected errors beside 20,000 draws at each rate of arrival."""
    chance = benchmark_part("forecasting.chance")
    rates = np.linspace(0.4, 9.0, 40)
    told = chance.chance_scores(rates)
    quantiles = poisson.ppf(np.array(QUANTILE_LEVELS), rates[:, None])
    draws = np.random.default_rng(1).poisson(rates, (20_000, len(rates)))
    errors = np.abs(draws - quantiles[:, QUANTILE_LEVELS.index(0.5)]).mean()
    assert told["MAE"] == pytest.approx(errors, rel=0.01)
    drawn = np.mean([crps(row, quantiles) for row in draws[:2000]])
    assert told["CRPS"] == pytest.approx(drawn, rel=0.02)


def test_chance_has_dispersion_one_and_crowds_have_more(
    benchmark_part: Callable[[str], ModuleType],
) -> None:
    chance, rng = benchmark_part("forecasting.chance"), np.random.default_rng(2)
    rates = np.full(20_000, 5.0)
    alone, crowds = rng.poisson(rates), 2 * rng.poisson(rates / 2)
    assert chance.dispersion(alone, rates) == pytest.approx(1.0, abs=0.05)
    assert chance.dispersion(crowds, rates) == pytest.approx(2.0, abs=0.1)


def test_a_walk_that_follows_at_once_repeats_the_last_week_in_its_season(
    benchmark_part: Callable[[str], ModuleType],
) -> None:
    """Share 1, nothing fades, no trend: last week's ratio to the season, again and again."""
    walks, rng = benchmark_part("forecasting.walks"), np.random.default_rng(3)
    series = Series(
        SeriesKey(SeriesKind.VISITS, "A"), date(2017, 1, 2), np.full(200, 100.0), Period.WEEK
    )
    counts = np.concatenate([series.counts[:150], 100.0 + rng.integers(-40, 40, 50)])
    series = replace(series, counts=counts)
    errors = walks.errors_of_walks(series, series.day(150), [170, 180], 8)
    at = next(n for n, walk in enumerate(walks.grid().tolist()) if walk == [1.0, 1.0, 0.0, 0.0])
    naive = [np.abs(counts[n : n + 8] - counts[n - 1]).mean() for n in (170, 180)]
    assert errors[:, at] == pytest.approx(naive)
    assert errors.min() < min(naive)
