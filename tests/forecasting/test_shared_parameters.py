"""What hospitals share of the calendar is found again, and helps one with a short history."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from benchmarks.trust.federated import Effects, nation, telling, visits
from forecasting.calendar_design import CalendarDesign
from forecasting.forecast import forecast_series
from forecasting.plan import ForecastPlan
from forecasting.pooled_member import MODEL
from forecasting.random_effects import Pooled
from forecasting.series import Series
from forecasting.shared_effects import measured_effects
from forecasting.shared_parameters import Prior, SharedParameters, parameters_of, priors_from
from hospital.calendar import MoroccanCalendar
from hospital.forecast import SeriesKey, SeriesKind

pytestmark = pytest.mark.unit

CALENDAR = MoroccanCalendar.load()
FIRST = date(2023, 1, 2)
STRONG = Effects(np.array([0.2, 0.0]), -0.3, np.array([-0.6, 0.0, 0.0]), -0.2)


def series(effects: Effects, days: int, seed: int = 1, hospital: str = "H1") -> Series:
    rng = np.random.default_rng(seed)
    return Series(
        SeriesKey(SeriesKind.VISITS, hospital), FIRST, visits(effects, FIRST, days, rng, CALENDAR)
    )


def design(days: int) -> CalendarDesign:
    return CalendarDesign.of(CALENDAR, FIRST, FIRST + timedelta(days=days))


@pytest.fixture(scope="module")
def two() -> list[SharedParameters]:
    rng = np.random.default_rng(3)
    return [telling("A", STRONG, rng), telling("B", STRONG, rng)]


def test_planted_effects_are_found_within_their_errors() -> None:
    found = {one.name: one for one in measured_effects(series(STRONG, 1200), design(1200))}
    planted = {"yearly:1:c": 0.2, "yearly:1:s": 0.0, "ramadan": -0.3, "holiday:aid_al_fitr": -0.6}
    for name, effect in planted.items():
        # An error of the peak's day: the planted season counts days of the year, ours days.
        assert abs(found[name].effect - effect) < 4 * found[name].standard_error + 0.02, name


def test_errors_shrink_with_the_history() -> None:
    short = {one.name: one for one in measured_effects(series(STRONG, 740), design(740))}
    long = {one.name: one for one in measured_effects(series(STRONG, 1400), design(1400))}
    assert long["ramadan"].standard_error < short["ramadan"].standard_error


def test_a_year_seen_once_tells_nothing() -> None:
    assert measured_effects(series(STRONG, 700), design(700)) == ()


def test_one_hospital_alone_is_not_told() -> None:
    told = parameters_of("A", FIRST, [series(STRONG, 1200)], design(1200))
    assert told.kinds == ()


def test_no_count_and_no_hospital_crosses(two: list[SharedParameters]) -> None:
    text = two[0].model_dump_json()
    assert "H0" not in text
    assert set(SharedParameters.model_fields) == {"schema_version", "gst", "as_of", "kinds"}
    assert max(effect.hospitals for effect in two[0].kinds[0].effects) == 4


def test_gsts_that_agree_make_a_surer_prior(two: list[SharedParameters]) -> None:
    again = two[0].but(gst="C")
    one, both = (
        priors_from(told)[SeriesKind.VISITS].effects for told in (two[:1], [two[0], again])
    )
    assert both["ramadan"].mean == pytest.approx(one["ramadan"].mean)
    assert both["ramadan"].standard_error < one["ramadan"].standard_error


def test_gsts_that_differ_make_a_wider_prior(two: list[SharedParameters]) -> None:
    prior = priors_from(two)[SeriesKind.VISITS]
    own = two[0].kinds[0].effects
    ramadan = next(effect for effect in own if effect.name == "ramadan")
    assert prior.effects["ramadan"].predictive_sd > ramadan.between_sd
    assert prior.mean(["ramadan"])[0] == pytest.approx(-0.3, abs=0.1)
    assert prior.mean(["never_told"])[0] == 0.0


def forecasts(history: Series, horizon: int, prior: Prior) -> list[np.ndarray]:
    plan = ForecastPlan(first_day=history.end_day, horizon_days=horizon)
    with_prior = ForecastPlan(
        first_day=history.end_day, horizon_days=horizon, priors={SeriesKind.VISITS: prior}
    )
    told = forecast_series(history, with_prior, CALENDAR)
    assert told.model == MODEL
    assert np.allclose(sum(told.components.values()), told.mean)
    assert np.all(np.diff(told.quantiles, axis=1) >= 0)
    return [forecast_series(history, plan, CALENDAR).mean, told.mean]


def test_a_season_not_yet_seen_is_expected(two: list[SharedParameters]) -> None:
    """From July to December on record, winter to come: 20 % of season and a strong Ramadan."""
    first, days, horizon = date(2024, 7, 1), 183, 91
    rng = np.random.default_rng(5)
    counts = visits(STRONG, first, days + horizon, rng, CALENDAR)
    history = Series(SeriesKey(SeriesKind.VISITS, "NEW"), first, counts[:days])
    local, pooled = forecasts(history, horizon, priors_from(two)[SeriesKind.VISITS])
    assert np.abs(pooled - counts[days:]).mean() < 0.8 * np.abs(local - counts[days:]).mean()


def test_own_months_overrule_a_prior_that_is_wrong() -> None:
    """A vague prior with the wrong sign of Ramadan gives way to the Ramadan that was seen."""
    from forecasting.pooled_member import posterior_of  # noqa: PLC0415
    from forecasting.shared_effects import shared_columns  # noqa: PLC0415

    first = date(2025, 1, 6)
    rng = np.random.default_rng(2)
    counts = visits(STRONG, first, 183, rng, CALENDAR)
    found = CalendarDesign.of(CALENDAR, first, first + timedelta(days=183))
    names, columns = shared_columns(first, 183, found)
    wrong = Prior({name: Pooled(0.0, 0.3, 0.0, 2) for name in names})
    posterior = posterior_of(np.log1p(counts), columns, names, wrong)
    assert posterior.effects[names.index("ramadan")] == pytest.approx(-0.3, abs=0.15)


def test_a_year_of_history_needs_no_prior(two: list[SharedParameters]) -> None:
    history = series(nation(), 400)
    priors = priors_from(two)
    plan = ForecastPlan(first_day=history.end_day, horizon_days=7, priors=priors)
    plain = ForecastPlan(first_day=history.end_day, horizon_days=7)
    one, other = (forecast_series(history, each, CALENDAR) for each in (plan, plain))
    np.testing.assert_array_equal(one.mean, other.mean)


def test_unknown_days_and_zeros_do_no_harm(two: list[SharedParameters]) -> None:
    rng = np.random.default_rng(9)
    counts = visits(nation(), FIRST, 120, rng, CALENDAR)
    counts[[5, 17, 60, 61, 62]] = np.nan
    history = Series(SeriesKey(SeriesKind.VISITS, "NEW"), FIRST, counts)
    local, pooled = forecasts(history, 28, priors_from(two)[SeriesKind.VISITS])
    assert np.all(np.isfinite(pooled))
    assert np.all(pooled >= 0)
    assert abs(pooled.mean() / local.mean() - 1) < 0.3
