"""A missing bed has its price: below the true loss, nothing with nobody planned; it moves plans."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from hospital.theatre_plan import TheatrePlan, TheatreProblem, WardBeds
from scheduling.theatres.beds import beds_after
from scheduling.theatres.overtime import POINT
from scheduling.theatres.plan import plan_theatre
from scheduling.theatres.shortage import (
    BED,
    LEAST_SPREAD_BEDS,
    PLAN_VARIANCE,
    in_ward,
    shares,
    shortage_lines,
)
from scheduling.theatres.week import Week

pytestmark = pytest.mark.unit

Weeks = Callable[..., TheatreProblem]
PRICE = 500.0


def _missing(free: float, spread: float, taken: float) -> float:
    """E[(X - free)+] of a normal X around the beds taken, by its textbook formula [beds]."""
    sd = max(sqrt(spread**2 + PLAN_VARIANCE * max(free, 0.0)), LEAST_SPREAD_BEDS)
    spare = (free - taken) / sd
    return float(sd * (norm.pdf(spare) - spare * norm.sf(spare)))


@given(free=st.floats(-3, 20), spread=st.floats(0, 6), taken=st.floats(0, 25), more=st.floats(0, 5))
def test_the_price_stays_below_the_true_loss_and_grows_with_the_beds_taken(
    free: float, spread: float, taken: float, more: float
) -> None:
    lines = shortage_lines(free, spread, PRICE)

    def price(beds: float) -> float:
        return max(line.at(round(BED * beds)) for line in lines) / POINT

    true = PRICE * (_missing(free, spread, taken) - _missing(free, spread, 0.0))
    assert 0 <= price(taken) <= true + 0.5
    assert price(taken) <= price(taken + more)


@pytest.mark.parametrize("taken", [1.0, 3.0, 4.0, 6.0])
def test_the_price_is_close_to_the_true_loss(taken: float) -> None:
    """Four free beds, give or take two: the tangents lose at most a twentieth of a bed."""
    lines = shortage_lines(4.0, 2.0, PRICE)
    price = max(line.at(round(BED * taken)) for line in lines) / POINT
    true = PRICE * (_missing(4.0, 2.0, taken) - _missing(4.0, 2.0, 0.0))
    assert price == pytest.approx(true, abs=0.05 * PRICE)


def test_each_patient_comes_to_the_wards_whole(random_week: Weeks) -> None:
    problem = random_week(1).but(wards=_wards((3.0,) * 8))
    week = Week(problem)
    parts = [shares(problem, ward, week.procedures) for ward in problem.wards]
    assert [sum(part) for part in zip(*parts, strict=True)] == pytest.approx(
        [1.0] * len(week.procedures)
    )
    eyes = [row.specialty == "eye" for row in week.procedures]
    assert [part > 0 for part in parts[0]] == eyes


def test_a_dearer_bed_leaves_fewer_missing(random_week: Weeks) -> None:
    """Tight eye wards: what is expected to be missing never grows with the price."""
    problem = random_week(3, patients=40, sessions=9, ward=60.0, unit=20.0)
    tight = problem.but(wards=_wards((1.0, 1.0, 4.0, 6.0, 6.0, 6.0, 6.0, 6.0)))
    missing = []
    for price in (0.0, 200.0, 2000.0):
        asked = tight.but(weights=tight.weights.but(bed_short=price))
        plan = plan_theatre(asked, 1, 1.0)
        assert plan.violations() == ()
        missing.append(_missing_of(plan))
    assert missing[0] > missing[1] >= missing[2] - 0.02


def test_without_known_wards_no_bed_has_a_price(random_week: Weeks) -> None:
    problem = random_week(2, patients=20, sessions=6)
    dear = problem.but(weights=problem.weights.but(bed_short=5000.0))
    assert plan_theatre(problem, 1, 0.3).cases == plan_theatre(dear, 1, 0.3).cases


def _wards(free: tuple[float, ...]) -> tuple[WardBeds, ...]:
    spread = (1.5,) * len(free)
    eye = WardBeds(ward="EYE", specialty="eye", beds=10, free=free, spread=spread)
    rest = tuple(
        WardBeds(ward=name, specialty="orthopaedics", beds=10, free=(30.0,) * 8, spread=spread)
        for name in ("ORTHO-A", "ORTHO-B")
    )
    return (eye, *rest)


def _missing_of(plan: TheatrePlan) -> float:
    """Beds expected to be missing in the eye ward on the working days of the plan."""
    problem = plan.problem
    ward = problem.wards[0]
    procedures = {row.procedure: row for row in problem.procedures}
    patients = {row.patient: row for row in problem.waiting_list}
    taken = [0.0] * len(ward.free)
    for case in plan.cases:
        procedure = procedures[patients[case.patient].procedure]
        profile, _ = beds_after(problem, [procedure])
        (beds,) = in_ward(shares(problem, ward, [procedure]), profile)
        for day, bed in enumerate(beds[: len(taken) - (case.day - problem.first_day).days]):
            taken[day + (case.day - problem.first_day).days] += bed
    return sum(
        _missing(free, spread, beds) - _missing(free, spread, 0.0)
        for free, spread, beds in zip(ward.free[:5], ward.spread, taken, strict=False)
    )
