from datetime import timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hospital.errors import GstError
from inventory.demand import (
    FAR_DAYS,
    DemandPaths,
    DemandQuestion,
    LeadTime,
    LeadTimeLaw,
    lead_time_demand,
)

pytestmark = pytest.mark.unit

laws = st.sampled_from(LeadTimeLaw)


@given(mean=st.floats(3, 120), cv=st.floats(0, 1), law=laws)
def test_a_lead_time_in_whole_days_keeps_its_mean(mean: float, cv: float, law: LeadTimeLaw) -> None:
    chances = LeadTime(mean, cv, law).probabilities()
    assert chances.sum() == pytest.approx(1)
    assert chances.min() >= 0
    assert chances[0] == 0
    assert chances @ np.arange(len(chances)) == pytest.approx(mean, rel=0.02, abs=0.3)


@given(mean=st.floats(10, 120), cv=st.floats(0.1, 0.6), law=laws)
def test_a_lead_time_in_whole_days_keeps_its_spread(
    mean: float, cv: float, law: LeadTimeLaw
) -> None:
    chances = LeadTime(mean, cv, law).probabilities()
    days = np.arange(len(chances))
    sd = np.sqrt(chances @ (days - chances @ days) ** 2)
    assert sd == pytest.approx(np.hypot(cv * mean, 12**-0.5), rel=0.03)


def test_a_stratified_sample_has_the_quantiles_of_its_law() -> None:
    lead = LeadTime(21, 0.4)
    draws = lead.draws(2000, np.random.default_rng(0))
    assert draws.mean() == pytest.approx(
        lead.probabilities() @ np.arange(200)[: len(lead.probabilities())], abs=0.01
    )
    for level in (0.1, 0.5, 0.9, 0.99):
        assert np.quantile(draws, level, method="inverted_cdf") == lead.quantile_days(level)


def test_demand_flows_evenly_within_a_week(build: SimpleNamespace) -> None:
    paths = DemandPaths.of(build.steady_forecast(70), build.AS_OF)
    days = np.full(paths.paths, 10.5)
    assert paths.until(days) == pytest.approx(105)
    assert paths.day_of(np.full(paths.paths, 105.0)) == pytest.approx(10.5)


def test_days_of_the_forecast_before_today_are_not_counted(build: SimpleNamespace) -> None:
    weekly = np.tile([700.0, 70.0, 70.0], (4, 1))
    started = build.forecast_of(weekly, first_day=build.AS_OF - timedelta(days=7))
    paths = DemandPaths.of(started, build.AS_OF)
    assert paths.until(np.full(4, 7.0)) == pytest.approx(70)
    assert paths.horizon_days == 14


def test_a_forecast_that_starts_later_is_refused(build: SimpleNamespace) -> None:
    later = build.forecast_of(np.ones((4, 9)), first_day=build.AS_OF + timedelta(days=1))
    with pytest.raises(GstError, match="forecast_starts_late"):
        DemandPaths.of(later, build.AS_OF)


def test_a_path_without_demand_never_reaches_a_quantity(build: SimpleNamespace) -> None:
    paths = DemandPaths.of(build.steady_forecast(0), build.AS_OF)
    assert (paths.day_of(np.zeros(paths.paths)) == FAR_DAYS).all()


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), days=st.floats(0, 400), more=st.floats(0, 400))
def test_demand_never_falls_and_its_day_is_the_inverse(
    build: SimpleNamespace, seed: int, days: float, more: float
) -> None:
    weekly = np.random.default_rng(seed).poisson(3.0, (30, 20)).astype(float)
    paths = DemandPaths.of(build.forecast_of(weekly), build.AS_OF)
    early = paths.until(np.full(30, days))
    assert (paths.until(np.full(30, days + more)) >= early - 1e-9).all()
    again = paths.day_of(early)
    assert paths.until(again) == pytest.approx(early, abs=1e-6)
    assert (again >= days - 1e-6).all()


def test_convolution_agrees_with_the_moments_of_independent_weeks(build: SimpleNamespace) -> None:
    """Mean μL, variance Lσ² + μ²σ_L² in weeks (Hadley and Whitin), for independent weeks.

    A part of a week counts its part of the week's demand: the variance lies a little lower.
    """
    rng = np.random.default_rng(6)
    forecast = build.forecast_of(rng.gamma(16.0, 10.0, (4000, 40)))
    supplier = build.supplier(lead_time_days=56.0, lead_time_cv=0.25)
    question = DemandQuestion(review_days=28, seed=1, scenarios=4000)
    units = lead_time_demand(forecast, supplier, build.AS_OF, question).cover_units
    weeks, lead_sd = 12.0, 56 * 0.25 / 7
    assert units.mean() == pytest.approx(160 * weeks, rel=0.01)
    expected_sd = np.sqrt(weeks * 16 * 100 + (160 * lead_sd) ** 2)
    assert units.std() == pytest.approx(expected_sd, rel=0.05)


def test_a_correlated_demand_has_the_wider_spread(build: SimpleNamespace) -> None:
    """Same weeks one by one; kept together in a path, or shuffled between paths."""
    rng = np.random.default_rng(7)
    together = rng.gamma(4.0, 10.0, (1000, 1)) * rng.gamma(50.0, 0.02, (1000, 20))
    shuffled = rng.permuted(together, axis=0)
    question = DemandQuestion(review_days=28, seed=1)
    spread = [
        lead_time_demand(
            build.forecast_of(rows), build.supplier(), build.AS_OF, question
        ).cover_units.std()
        for rows in (together, shuffled)
    ]
    assert spread[0] > 1.5 * spread[1]


def test_the_draw_of_a_lead_time_depends_on_its_names_only(build: SimpleNamespace) -> None:
    question = DemandQuestion(review_days=28, seed=1)
    here = lead_time_demand(build.steady_forecast(7), build.supplier(), build.AS_OF, question)
    again = lead_time_demand(build.steady_forecast(9), build.supplier(), build.AS_OF, question)
    other = lead_time_demand(build.steady_forecast(7), build.supplier("T"), build.AS_OF, question)
    assert (here.arrival_days == again.arrival_days).all()
    assert (here.arrival_days != other.arrival_days).any()
