"""Overtime: the chosen risk is what full sessions run, and the simulation agrees with theory."""

from __future__ import annotations

from collections.abc import Callable
from math import log, log1p, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from hospital.streams import stream_key
from hospital.theatre import Procedure
from hospital.theatre_plan import TheatreProblem
from scheduling.theatres.beds import beds_after
from scheduling.theatres.overtime import POINT, case_minutes, overtime_lines
from scheduling.theatres.plan import plan_theatre
from scheduling.theatres.risk import mean_risk, overtime_risk
from scheduling.theatres.slack import (
    FACTORS,
    calibrated_slack,
    late_share_by_factor,
    nominal_slack,
)

pytestmark = pytest.mark.unit

Weeks = Callable[..., TheatreProblem]


def _list(mean_minutes: float, cv: float) -> Procedure:
    return Procedure(
        procedure="OP",
        name="OP",
        specialty="eye",
        mean_minutes=mean_minutes,
        minutes_cv=cv,
        intensive_care_probability=0,
        mean_stay_days=1,
    )


def test_one_case_runs_late_as_often_as_its_law_says(random_week: Weeks) -> None:
    """P(T > L) = 1 - Phi((ln L - mu) / sigma) for a single log-normal case."""
    week = random_week(1, patients=1, sessions=1, ward=9.0, unit=9.0)
    session = week.sessions[0].but(length_minutes=240, specialty="eye")
    patient = week.waiting_list[0].but(
        procedure="OP", surgeon="eye-0", referral_date=week.first_day
    )
    problem = week.but(
        sessions=(session,), waiting_list=(patient,), procedures=(_list(200.0, 0.5),)
    )
    (row,) = overtime_risk(plan_theatre(problem, 1, 0.1), seed=3, draws=40_000)
    sigma = sqrt(log1p(0.25))
    late = norm.sf((log(240 / 200) + sigma**2 / 2) / sigma)
    assert row.overtime_probability == pytest.approx(late, abs=0.01)
    assert (row.cases, row.expected_minutes, row.is_full) == (1, 200.0, False)


def test_an_empty_plan_has_no_risk(random_week: Weeks) -> None:
    plan = plan_theatre(random_week(1, patients=0), 1, 0.1)
    assert overtime_risk(plan, 1) == ()
    assert mean_risk(()) == 0.0


def test_a_patient_draws_the_same_lengths_in_every_plan(random_week: Weeks) -> None:
    """Taking one session's patients off the list leaves the other sessions' risk untouched."""
    problem = random_week(5, patients=20, sessions=4, ward=30.0, unit=9.0)
    plan = plan_theatre(problem, 1, 0.2)
    all_risks = overtime_risk(plan, 1)
    kept = tuple(case for case in plan.cases if case.session != all_risks[0].session)
    fewer = overtime_risk(plan.but(cases=kept), 1)
    assert fewer == all_risks[1:]


def _one_surgeon_each(week: TheatreProblem) -> dict[str, object]:
    """Every patient has a surgeon of their own, so that only the minutes bind."""
    by_code = {row.surgeon: row for row in week.surgeons}
    return {
        "surgeons": tuple(
            by_code[row.surgeon].but(surgeon=row.patient) for row in week.waiting_list
        ),
        "waiting_list": tuple(row.but(surgeon=row.patient) for row in week.waiting_list),
    }


@pytest.mark.slow
@pytest.mark.parametrize("risk", [0.1, 0.2, 0.3])
def test_full_sessions_of_an_overloaded_week_run_late_as_often_as_chosen(
    random_week: Weeks, risk: float
) -> None:
    """About five cases of 13 to 85 minutes in a session, and many more patients than places."""
    week = random_week(11, patients=120, sessions=15, ward=200.0, unit=50.0)
    short = tuple(row.but(mean_minutes=row.mean_minutes / 2) for row in week.procedures)
    week = week.but(procedures=short, slack=(), overtime_risk=risk, **_one_surgeon_each(week))
    plan = plan_theatre(week, 1, 2.0)
    assert plan.violations() == ()
    assert mean_risk(overtime_risk(plan, 99)) == pytest.approx(risk, abs=0.03)


@given(low=st.floats(0.01, 0.5), high=st.floats(0.01, 0.5))
def test_a_higher_risk_never_keeps_more_minutes_free(
    random_week: Weeks, low: float, high: float
) -> None:
    low, high = sorted((low, high))
    week = random_week(1, patients=30, sessions=2).but(slack=())
    careful, bold = (nominal_slack(week.but(overtime_risk=risk)) for risk in (low, high))
    assert all(a.factor >= b.factor for a, b in zip(careful.slack, bold.slack, strict=True))


def test_the_calibrated_slack_falls_as_the_risk_rises(random_week: Weeks) -> None:
    week = random_week(1, patients=30, sessions=2)
    risks = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
    factors = [[row.factor for row in calibrated_slack(week, 1, aim=risk).slack] for risk in risks]
    assert factors == sorted(factors, reverse=True)
    assert factors[0] != factors[-1]


def test_simulated_lists_run_late_less_often_with_more_slack(random_week: Weeks) -> None:
    week = random_week(1)
    shares = late_share_by_factor(week.procedures, week.sessions[0], seed=1)
    assert shares.shape == FACTORS.shape
    assert np.all(np.diff(shares) <= 0)
    assert shares[0] > 0.2
    assert shares[-1] < 0.1


@given(
    load=st.integers(1, 600),
    length_minutes=st.integers(120, 600),
    spread=st.floats(5, 120),
)
def test_overtime_lines_never_exceed_the_expected_overtime(
    load: int, length_minutes: int, spread: float
) -> None:
    """Tangents of a convex function; rounding moves a line by half a thousandth per minute."""
    lines = overtime_lines(length_minutes, spread, 1.0)
    spare = (length_minutes - load) / spread
    exact = spread * (norm.pdf(spare) - spare * norm.sf(spare))
    assert all(line.at(load) / POINT <= exact + 0.0005 * (load + 1) for line in lines)
    assert all(line.at(0) <= 0 for line in lines)


def test_the_planner_and_the_check_count_the_same_beds(random_week: Weeks) -> None:
    """Two independent computations: numpy convolution here, plain sums in the domain."""
    week = random_week(2, ward=5.0)
    ward, unit = beds_after(week, week.procedures)
    for at, procedure in enumerate(week.procedures):
        assert ward[at] == pytest.approx(week.ward_beds_after(procedure), abs=1e-9)
        assert unit[at] == pytest.approx(week.intensive_care_beds_after(procedure), abs=1e-9)


def test_lengths_have_the_mean_and_the_spread_of_the_procedure() -> None:
    rng = np.random.default_rng(stream_key(1, "lengths"))
    lengths = case_minutes(np.array([90.0]), np.array([0.5]), rng.standard_normal((1, 200_000)))
    assert lengths.mean() == pytest.approx(90.0, rel=0.01)
    assert lengths.std() / lengths.mean() == pytest.approx(0.5, rel=0.02)
