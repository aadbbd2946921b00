"""An early warning as a regressor: its effect is learnt, its past is whole, its future stated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.covariate import Covariate, EarlyWarning, covariates_of
from forecasting.covariate_gain import Gain, gains_of
from forecasting.forecast import forecast_with
from forecasting.gst import forecast_all
from forecasting.plan import ForecastPlan
from forecasting.preparation import design_for
from forecasting.series import Series
from forecasting.what_if import with_warnings
from hospital.calendar import MoroccanCalendar
from hospital.compute import serially
from hospital.errors import InvalidInput
from hospital.forecast import DemandForecast, Period, SeriesKey, SeriesKind

pytestmark = [pytest.mark.unit, pytest.mark.slow]

FIRST_DAY = date(2023, 11, 20)
DAYS, AHEAD, LEAD = 1099, 28, 7
TODAY = FIRST_DAY + timedelta(days=DAYS)
PLAN = ForecastPlan(TODAY, horizon_days=AHEAD)
EFFECT = 0.25  # of the logarithm of visits, for 100 calls
CALLS = EarlyWarning(name="Calls", file="calls.csv", lead_days=LEAD)
Readings = dict[date, float]


WINTERS = (60, 430, 800, 1060)


def winters(seed: int, peaks: tuple[int, ...] = WINTERS) -> tuple[Series, Readings]:
    """Visits with an epidemic each winter, and the calls that come a week before them."""
    rng = np.random.default_rng(seed)
    days = np.arange(DAYS + AHEAD)
    epidemic = np.zeros(len(days))
    for peak in peaks:
        middle, height = peak + rng.uniform(-15, 15), rng.uniform(0.5, 1.5)
        epidemic += height * np.exp(-0.5 * ((days - middle) / 12) ** 2)
    usual = 150 * np.exp(0.08 * (days % 7 == 0) + 0.05 * np.sin(2 * np.pi * days / 365.25))
    visits = rng.poisson(usual * np.exp(EFFECT * epidemic))[:DAYS].astype(float)
    taken = {
        FIRST_DAY + timedelta(days=int(day) - LEAD): 100 * float(calls)
        for day, calls in zip(days, epidemic, strict=True)
    }
    return Series(SeriesKey(SeriesKind.VISITS, "A"), FIRST_DAY, visits), taken


def assumed(readings: Readings, calls: float) -> Readings:
    """The readings with this many calls on each day that is not known yet."""
    known = TODAY - timedelta(days=LEAD)
    return {day: value if day < known else calls for day, value in readings.items()}


def week_with(
    series: Series, readings: Readings, plan: ForecastPlan, calendar: MoroccanCalendar
) -> DemandForecast:
    covariates = covariates_of([CALLS], {"Calls": readings}, [series], plan)
    design = design_for([series], plan, calendar).beside(covariates[series.key])
    return forecast_with(series, plan, design)


def test_the_planted_effect_of_calls_is_recovered(calendar: MoroccanCalendar) -> None:
    """100 calls more raise visits by exp(0.25); that they do nothing is rejected."""
    plan = replace(PLAN, horizon_days=7)
    learnt = []
    for seed in range(20):
        series, readings = winters(seed)
        quiet, loud = (
            week_with(series, assumed(readings, calls), plan, calendar).mean.sum()
            for calls in (0.0, 100.0)
        )
        learnt.append(np.log(loud / quiet))
    standard_error = np.std(learnt, ddof=1) / np.sqrt(len(learnt))
    assert np.mean(learnt) == pytest.approx(EFFECT, abs=3.3 * standard_error)
    assert np.mean(learnt) > 3.3 * standard_error


@pytest.fixture(scope="module")
def record(calendar: MoroccanCalendar) -> DemandForecast:
    (found,) = forecast_all([winters(1)[0]], PLAN, calendar, serially)
    return found


def gain_from(series: Series, readings: Readings, calendar: MoroccanCalendar) -> Gain:
    covariates = covariates_of([CALLS], {"Calls": readings}, [series], PLAN)
    (gain,) = gains_of([series], PLAN, calendar, covariates, serially)
    return gain


def test_an_early_warning_of_many_waves_lowers_the_error_of_the_past(
    calendar: MoroccanCalendar,
) -> None:
    gain = gain_from(*winters(1, peaks=tuple(range(30, DAYS, 70))), calendar)
    assert gain.names == ("Calls",)
    assert (gain.lead_days, gain.origins) == (LEAD, 26)
    assert gain.share > 0.15


@pytest.mark.slow
def test_noise_announces_nothing(calendar: MoroccanCalendar) -> None:
    series, readings = winters(1, peaks=tuple(range(30, DAYS, 70)))
    noise = np.random.default_rng(5).gamma(2, 50, len(readings))
    gain = gain_from(series, dict(zip(readings, noise.tolist(), strict=True)), calendar)
    assert abs(gain.share) < 0.03


def test_paths_keep_the_ranks_of_the_record_and_say_what_they_are(
    calendar: MoroccanCalendar, record: DemandForecast
) -> None:
    series, readings = winters(1)
    covariates = covariates_of([CALLS], {"Calls": assumed(readings, 120)}, [series], PLAN)
    learnt = week_with(series, assumed(readings, 120), PLAN, calendar)
    (after,) = with_warnings([record], {series.key: learnt}, covariates)
    for before, now in zip(record.sample_paths.T, after.sample_paths.T, strict=True):
        assert (np.diff(now[np.argsort(before, kind="stable")]) >= 0).all()
    assert (np.sort(after.sample_paths, axis=0) == np.sort(learnt.sample_paths, axis=0)).all()
    assert after.what_if == ("Calls",)
    assert after.backtest is None
    assert "what_if" in after.warnings
    assert after.components["what-if Calls"].sum() > 0
    assert np.sum([*after.components.values()], axis=0) == pytest.approx(after.mean)


def test_an_assumption_beyond_all_that_was_seen_is_called_a_guess(
    calendar: MoroccanCalendar, record: DemandForecast
) -> None:
    series, readings = winters(1)
    highest = max(readings.values())
    for calls, is_guess in ((0.9 * highest, False), (1.1 * highest, True)):
        taken = assumed(readings, calls)
        covariates = covariates_of([CALLS], {"Calls": taken}, [series], PLAN)
        learnt = week_with(series, taken, PLAN, calendar)
        (after,) = with_warnings([record], {series.key: learnt}, covariates)
        assert ("covariate_beyond_past" in after.warnings) is is_guess


def test_a_series_that_learns_no_effects_says_so(calendar: MoroccanCalendar) -> None:
    series, readings = winters(1)
    short = replace(series, first_day=series.day(DAYS - 100), counts=series.counts[-100:])
    plan = replace(PLAN, backtest_origins=0)
    covariates = covariates_of([CALLS], {"Calls": readings}, [short], plan)
    found = forecast_all([short], plan, calendar, serially)
    warned = replace(plan, covariates=covariates)
    learnt = forecast_all([short], warned, calendar, serially)
    (after,) = with_warnings(found, {short.key: learnt[0]}, covariates)
    assert "covariate_unused" in after.warnings
    assert after.mean.tolist() == found[0].mean.tolist()


def test_without_early_warnings_no_number_moves(
    calendar: MoroccanCalendar, record: DemandForecast
) -> None:
    series, _ = winters(1)
    (again,) = forecast_all([series], replace(PLAN, covariates={}), calendar, serially)
    assert again.sample_paths.tobytes() == record.sample_paths.tobytes()


@pytest.mark.parametrize(
    ("drop", "code", "first"),
    [
        (FIRST_DAY - timedelta(days=LEAD), "warning_without_past", "2023-11-13"),
        (FIRST_DAY + timedelta(days=400), "warning_without_past", "2024-12-24"),
        (TODAY - timedelta(days=LEAD + 1), "warning_without_past", "2026-11-15"),
        (TODAY - timedelta(days=LEAD), "warning_without_future", "2026-11-16"),
        (TODAY + timedelta(days=AHEAD - LEAD - 1), "warning_without_future", "2026-12-13"),
    ],
)
def test_one_missing_day_is_refused_and_named(drop: date, code: str, first: str) -> None:
    series, readings = winters(1)
    kept = {day: value for day, value in readings.items() if day != drop}
    with pytest.raises(InvalidInput) as refused:
        covariates_of([CALLS], {"Calls": kept}, [series], PLAN)
    (problem,) = refused.value.problems
    assert problem.code == code
    assert f"first {first}" in problem.found


def test_every_fault_of_every_warning_is_told_at_once() -> None:
    series, readings = winters(1)
    flat = CALLS.but(name="Flat", file="flat.csv")
    late = CALLS.but(name="Late", file="late.csv", lead_days=60)
    stated = {"Flat": dict.fromkeys(readings, 3.0), "Late": readings}
    with pytest.raises(InvalidInput) as refused:
        covariates_of([flat, late], stated, [series], PLAN)
    found = {(problem.file, problem.code) for problem in refused.value.problems}
    assert found == {("flat.csv", "warning_without_change"), ("late.csv", "warning_without_past")}


def test_a_warning_of_other_hospitals_or_counts_is_asked_nothing() -> None:
    series, _ = winters(1)
    others = [CALLS.but(hospital="B"), CALLS.but(counts=(SeriesKind.ADMISSIONS,))]
    assert covariates_of(others, {"Calls": {TODAY: 1.0}}, [series], PLAN) == {}


def test_a_weekly_figure_stands_for_its_week_and_speaks_after_its_lead() -> None:
    weekly = CALLS.but(every_days=7)
    covariate = Covariate.of(weekly, {FIRST_DAY: 1.0, FIRST_DAY + timedelta(days=7): 2.0})
    assert covariate.first_day == FIRST_DAY + timedelta(days=LEAD)
    assert covariate.values.tolist() == [1.0] * 7 + [2.0] * 7
    column = covariate.column(FIRST_DAY + timedelta(days=LEAD + 3), 2, Period.WEEK)
    assert column == pytest.approx([(4 * 1 + 3 * 2) / 7, 4 * 2 / 7])


@given(
    values=st.lists(st.floats(-5, 5), min_size=2, max_size=40),
    day=st.integers(-10, 50),
    changed=st.floats(-50, 50),
)
def test_what_was_not_measured_yet_is_not_known(
    values: list[float], day: int, changed: float
) -> None:
    """On the eve of a day, readings of that day and later change nothing."""
    eve = FIRST_DAY + timedelta(days=day)
    taken = {FIRST_DAY + timedelta(days=at): value for at, value in enumerate(values)}
    other = {at: value if at < eve or at == FIRST_DAY else changed for at, value in taken.items()}
    known, also = (Covariate.of(CALLS, one).as_known(eve) for one in (taken, other))
    assert known.values.tolist() == also.values.tolist()
    kept = max(1, min(day, len(values)))
    assert known.values[:kept].tolist() == values[:kept]
