"""What is taken out of Prophet is what Prophet says."""

import logging
from datetime import date, timedelta
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest

from forecasting.arma import fit_arma
from forecasting.calendar_columns import ProphetSpec, Timeline
from forecasting.calendar_design import CalendarDesign
from forecasting.coefficients import coefficient_paths
from forecasting.prophet_engine import decompose, trend_paths
from forecasting.series import Floats
from hospital.forecast import Period

pytestmark = pytest.mark.unit

FIRST = date(2024, 1, 1)
PAST, AHEAD = 730, 28
SPEC = ProphetSpec(
    changepoint_prior_scale=0.05, weekly_order=3, yearly_order=4, yearly_prior_scale=10.0
)


def counts(seed: int = 1) -> Floats:
    days = np.arange(PAST)
    noise = 0.05 * np.random.default_rng(seed).standard_normal(PAST)
    return 5 + 0.0002 * days + 0.1 * (days % 7 == 0) + noise


def timeline(values: Floats) -> Timeline:
    return Timeline(FIRST, Period.DAY, np.append(values, np.full(AHEAD, np.nan)))


def silence_stan() -> None:
    """cmdstanpy adds its own handler, and resets its level, unless it already has one."""
    logging.getLogger("cmdstanpy").addHandler(logging.NullHandler())
    logging.getLogger("cmdstanpy").setLevel(logging.CRITICAL)


def no_calendar() -> CalendarDesign:
    return CalendarDesign(FIRST, np.zeros((PAST + AHEAD, 3)), ())


def test_the_regression_gives_prophets_own_forecast() -> None:
    """Within a twenty-fifth of the noise: Stan's L-BFGS stops that far before the mode."""
    from prophet import Prophet  # noqa: PLC0415 - the oracle, silenced by the engine's import

    silence_stan()
    model = Prophet(
        weekly_seasonality=False,
        yearly_seasonality=False,
        daily_seasonality=False,
        uncertainty_samples=0,
    )
    model.add_seasonality("weekly", 7, 3).add_seasonality("yearly", 365.25, 4)
    days = pd.date_range(FIRST, periods=PAST + AHEAD)
    frame = pd.DataFrame({"ds": days, "y": np.append(counts(), np.full(AHEAD, np.nan))})
    with pytest.warns(pd.errors.Pandas4Warning), TemporaryDirectory() as folder:
        theirs = model.fit(frame, algorithm="LBFGS", output_dir=folder, seed=1).predict(frame)
    ours = decompose(timeline(counts()), SPEC, no_calendar())
    assert ours.total == pytest.approx(theirs["yhat"].to_numpy(), abs=2e-3)
    parts = ours.parts(slice(None))
    for part in ("trend", "weekly", "yearly"):
        assert parts[part] == pytest.approx(theirs[part].to_numpy(), abs=2e-3)


def test_a_named_day_never_seen_has_no_column() -> None:
    named = (("moussem", FIRST + timedelta(days=PAST + 3)),)
    fit = decompose(timeline(counts()), SPEC, CalendarDesign(FIRST, no_calendar().ramadan, named))
    assert "holidays" not in fit.part_of


def test_the_less_a_day_was_seen_the_less_its_effect_is_known() -> None:
    """A named day seen once spreads the futures of its next date; one seen ten times hardly."""
    ahead = FIRST + timedelta(days=PAST + 5)
    spreads = []
    for seen in (1, 10):
        past = [("day", FIRST + timedelta(days=60 * n + 3)) for n in range(1, seen + 1)]
        design = CalendarDesign(FIRST, no_calendar().ramadan, (*past, ("day", ahead)))
        fit = decompose(timeline(counts()), SPEC, design)
        memory = fit_arma(counts() - fit.total[:PAST])
        normals = np.random.default_rng(1).standard_normal((4000, fit.columns.shape[1]))
        departures = coefficient_paths(fit, np.ones(PAST, dtype=bool), memory, normals)
        spreads.append(np.sqrt(departures[:, 5].var() - departures[:, 4].var()))
    assert spreads[0] == pytest.approx(0.05, rel=0.1)  # one day's noise
    assert spreads[1] == pytest.approx(0.05 / np.sqrt(10), rel=0.1)


def test_coefficients_are_as_uncertain_as_least_squares_says() -> None:
    """A level alone, from n independent days: s / sqrt(n)."""
    flat = ProphetSpec(None, weekly_order=0, yearly_order=0, yearly_prior_scale=1.0)
    values = 5 + 0.2 * np.random.default_rng(2).standard_normal(PAST)
    fit = decompose(timeline(values), flat, no_calendar())
    memory = fit_arma(values - fit.total[:PAST])
    normals = np.random.default_rng(3).standard_normal((4000, fit.columns.shape[1]))
    departures = coefficient_paths(fit, np.ones(PAST, dtype=bool), memory, normals)
    longer = (1 + memory.theta) / (1 - memory.phi)  # memory makes days count for less
    assert departures.std() == pytest.approx(longer * memory.sigma / np.sqrt(PAST), rel=0.05)


def test_a_trend_that_never_turned_is_not_expected_to() -> None:
    flat = ProphetSpec(None, weekly_order=3, yearly_order=0, yearly_prior_scale=1.0)
    fit = decompose(timeline(counts()), flat, no_calendar())
    assert not trend_paths(fit, (50, AHEAD), np.random.default_rng(1)).any()


def test_trend_futures_open_like_a_fan_around_the_trend() -> None:
    turning = counts() + 0.3 * np.abs(np.arange(PAST) / PAST - 0.5)
    fit = decompose(timeline(turning), SPEC, no_calendar())
    fan = trend_paths(fit, (400, AHEAD), np.random.default_rng(1))
    assert fan.mean(axis=0) == pytest.approx(np.zeros(AHEAD), abs=1e-12)
    assert (np.diff(fan.std(axis=0)) >= 0).all()
    assert fan[:, -1].std() > 0


def test_a_constant_series_is_repeated() -> None:
    fit = decompose(timeline(np.full(PAST, 4.0)), SPEC, no_calendar())
    memory = fit_arma(4.0 - fit.total[:PAST])
    normals = np.random.default_rng(3).standard_normal((10, fit.columns.shape[1]))
    departures = coefficient_paths(fit, np.ones(PAST, dtype=bool), memory, normals)
    assert fit.total == pytest.approx(np.full(PAST + AHEAD, 4.0), abs=1e-6)
    assert np.abs(departures).max() < 1e-3
