"""A level that walks: simple exponential smoothing as a model, with the deviation of its time."""

import numpy as np
import pytest
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from forecasting.futures import mirrored_uniforms
from forecasting.level_memory import SHARES, LevelMemory, Pace, fit_level
from forecasting.series import Floats
from forecasting.turmoil import deviations_around, deviations_until

pytestmark = pytest.mark.unit

WEEKS, HORIZON, RUNS = 300, 8, 200
YEARS = Pace(turmoil=8)
RECENT = Pace(turmoil=8, recent=26)


def walk(seed: int, share: float, deviation: float = 1.0, weeks: int = WEEKS) -> Floats:
    """ETS(A,N,N) from zero."""
    shocks = deviation * np.random.default_rng(seed).standard_normal(weeks)
    levels = share * np.concatenate([[0.0], np.cumsum(shocks)[:-1]])
    return levels + shocks


def futures(memory: LevelMemory, seed: int = 1, paths: int = 1000) -> Floats:
    rng = np.random.default_rng(seed)
    return memory.paths(mirrored_uniforms(rng, (paths, HORIZON)), rng)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_levels_are_those_of_statsmodels_ets(share: float) -> None:
    """Each share's level is the forecast of ETS(A,N,N) with that smoothing, started at zero."""
    values = walk(1, share)
    oracle = ETSModel(values, initialization_method="known", initial_level=0.0)
    smoothed = oracle.smooth([share])
    at = int(np.flatnonzero(share == SHARES)[0])
    assert fit_level(values, YEARS).levels[at] == pytest.approx(smoothed.forecast(1)[0])


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_the_share_that_made_a_series_is_found(share: float) -> None:
    found = [fit_level(walk(seed, share), YEARS).share for seed in range(20)]
    assert np.mean(found) == pytest.approx(share, abs=0.06)


@pytest.mark.parametrize("share", [0.2, 0.6])
def test_totals_of_eight_weeks_are_calibrated(share: float) -> None:
    """The 80 % interval of the total holds 80 % of walks; paths without memory hold far fewer."""
    held = forgetful = 0
    for seed in range(RUNS):
        series = walk(seed, share, weeks=WEEKS + HORIZON)
        memory = fit_level(series[:WEEKS], YEARS)
        total = series[WEEKS:].sum()
        paths = futures(memory)
        low, high = np.quantile(paths.sum(axis=1), [0.1, 0.9])
        held += low <= total <= high
        apart = paths.std(axis=0)[0] * np.sqrt(HORIZON) * 1.2816
        forgetful += abs(total - memory.expected(HORIZON).sum()) <= apart
    noise = 3.3 * np.sqrt(0.8 * 0.2 / RUNS)
    assert held / RUNS == pytest.approx(0.8, abs=noise)
    assert forgetful / RUNS < 0.8 - noise


def test_paths_lie_around_what_is_expected() -> None:
    memory = fit_level(walk(3, 0.4), YEARS)
    mean = futures(memory, paths=4000).mean(axis=0)
    spread = futures(memory, paths=4000).std(axis=0) / np.sqrt(4000)
    assert (np.abs(mean - memory.expected(HORIZON)) <= 3.3 * spread + 0.05).all()


def test_after_a_collapse_the_recent_pace_follows_at_once() -> None:
    """Years of steady demand ask for a slow level; six weeks far below ask for a fast one."""
    values = np.random.default_rng(4).standard_normal(WEEKS)
    values[-6:] -= 30.0
    steady, hurried = fit_level(values, YEARS), fit_level(values, RECENT)
    assert hurried.expected(1)[0] == pytest.approx(-30.0, abs=3.0)
    assert hurried.share > steady.share
    calm = fit_level(values[:-6], YEARS)
    assert np.std(futures(hurried)[:, 0]) > 3 * np.std(futures(calm)[:, 0])


def test_an_unknown_period_leaves_the_level_where_it_was() -> None:
    values = walk(5, 0.5)
    longer = np.concatenate([values, [np.nan, np.nan]])
    assert fit_level(longer, YEARS).expected(1) == pytest.approx(
        fit_level(values, YEARS).expected(1)
    )


def test_the_unit_does_not_matter() -> None:
    values = walk(6, 0.5)
    one, ten = fit_level(values, YEARS), fit_level(10 * values, YEARS)
    assert ten.weights == pytest.approx(one.weights)
    assert ten.surprises == pytest.approx(10 * one.surprises)


def test_nothing_ever_happens() -> None:
    memory = fit_level(np.zeros(60), YEARS)
    assert futures(memory) == pytest.approx(np.zeros((1000, HORIZON)), abs=1e-12)


def test_a_break_widens_its_own_time_alone() -> None:
    surprises = np.random.default_rng(7).standard_normal(WEEKS)
    surprises[150:156] = [-15, 15, -15, 15, -15, 15]
    known = np.ones(WEEKS, dtype=bool)
    around = deviations_around(surprises, known, 8)
    assert around[[100, 250]] == pytest.approx(np.ones(2), abs=0.5)
    assert around[150:156].min() > 5.0
    until = deviations_until(surprises, known, 8)
    assert until[149] < 2.0
    assert until[155] > 10.0
    assert until[-1] == around[-1]
