"""Laws of duration keep their moments, their order and their patient."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.laws import Endless, Exponential, Fixed, Law, LogNormal, inverse_of_histogram

pytestmark = pytest.mark.unit

GRID = (np.arange(200_000) + 0.5) / 200_000


@given(mean=st.floats(0.05, 500), cv=st.floats(0.05, 2.0))
def test_a_log_normal_has_the_stated_mean_and_variation(mean: float, cv: float) -> None:
    law = LogNormal(mean_hours=mean, cv=cv)
    assert np.exp(law.mu + law.sigma**2 / 2) == pytest.approx(mean)
    hours = law.hours(GRID)
    assert hours.mean() == pytest.approx(mean, rel=0.01)
    if cv < 1:
        assert hours.std() / hours.mean() == pytest.approx(cv, rel=0.03)


def test_an_exponential_has_the_stated_mean_and_no_memory() -> None:
    hours = Exponential(mean_hours=7).hours(GRID)
    assert hours.mean() == pytest.approx(7, rel=1e-3)
    assert (hours[hours > 5] - 5).mean() == pytest.approx(7, rel=1e-3)


@pytest.mark.parametrize(
    "law",
    [LogNormal(mean_hours=9, cv=1.1), Exponential(mean_hours=9), Fixed(mean_hours=9), Endless()],
)
def test_a_larger_number_never_gives_a_shorter_time(law: Law) -> None:
    """So that a law changed by a scenario moves each patient the same way."""
    hours = law.hours(np.array([0.0, 0.1, 0.5, 0.9, 0.999999]))
    assert (hours >= 0).all()
    assert not (hours[1:] < hours[:-1]).any()


def test_times_of_a_histogram_stay_in_their_hours() -> None:
    """No time falls in an hour of weight nothing, and shares are exact at every boundary."""
    weights = (0.0, 3.0, 1.0, 0.0, 4.0, 0.0)
    times = inverse_of_histogram(weights, GRID)
    shares = np.bincount(times.astype(int), minlength=6) / GRID.size
    assert shares == pytest.approx(np.array(weights) / 8, abs=1e-4)
