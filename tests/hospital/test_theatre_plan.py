"""The check of a theatre plan: every rule accepts, rejects, and survives the worst plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hospital.streams import stream_key
from hospital.theatre import (
    AgeGroup,
    Priority,
    Procedure,
    Sex,
    Surgeon,
    TheatreSession,
    WaitingPatient,
)
from hospital.theatre_plan import (
    LeftOut,
    PlannedCase,
    SessionSlack,
    SpecialtyBeds,
    StayLaw,
    TheatrePlan,
    TheatreProblem,
    UnplannedPatient,
)

pytestmark = pytest.mark.unit

MONDAY = date(2026, 11, 23)


def _procedure(code: str, specialty: str, mean_minutes: float) -> Procedure:
    return Procedure(
        procedure=code,
        name=code,
        specialty=specialty,
        mean_minutes=mean_minutes,
        minutes_cv=0.5,
        intensive_care_probability=0.25,
        mean_stay_days=2.0,
    )


def _session(code: str, room: str, start_minute: int, specialty: str) -> TheatreSession:
    return TheatreSession(
        session=code,
        unit="BLOC",
        room=room,
        weekday=0,
        start_minute=start_minute,
        length_minutes=240,
        specialty=specialty,
        turnover_minutes=20,
    )


def _patient(code: str, procedure: str, priority: Priority = Priority.ROUTINE) -> WaitingPatient:
    return WaitingPatient(
        patient=code,
        hospital="CHR",
        procedure=procedure,
        surgeon="EYE-S" if procedure == "EYE" else "HIP-S",
        priority=priority,
        referral_date=MONDAY - timedelta(days=10),
        due_date=MONDAY + timedelta(days=1),
        sex=Sex.FEMALE,
        age_group=AgeGroup.ADULT,
        province="Kénitra",
    )


PROBLEM = TheatreProblem(
    hospital="CHR",
    first_day=MONDAY,
    days=7,
    sessions=(
        _session("A", "R1", 480, "orthopaedics"),
        _session("B", "R2", 480, "orthopaedics"),
        _session("C", "R1", 740, "eye"),
    ),
    waiting_list=(_patient("P1", "HIP"), _patient("P2", "HIP"), _patient("P3", "EYE")),
    procedures=(_procedure("HIP", "orthopaedics", 90.0), _procedure("EYE", "eye", 60.0)),
    surgeons=(
        Surgeon(
            surgeon="HIP-S", name="x", hospital="CHR", specialty="orthopaedics", daily_minutes=180
        ),
        Surgeon(surgeon="EYE-S", name="x", hospital="CHR", specialty="eye", daily_minutes=180),
    ),
    ward_free_beds=(3.0,) * 7,
    intensive_care_free_beds=(0.75,) * 7,
)


def _case(patient: str, session: str, start_minute: int) -> PlannedCase:
    is_eye = patient == "P3"
    return PlannedCase(
        patient=patient,
        session=session,
        day=MONDAY,
        surgeon="EYE-S" if is_eye else "HIP-S",
        start_minute=start_minute,
        expected_minutes=60 if is_eye else 90,
    )


PLAN = TheatrePlan(
    problem=PROBLEM,
    cases=(_case("P1", "A", 480), _case("P2", "A", 590), _case("P3", "C", 740)),
    unplanned=(),
    value=0.0,
    bound=0.0,
)


def _with_case(at: int, **changes: object) -> TheatrePlan:
    cases = list(PLAN.cases)
    cases[at] = cases[at].but(**changes)
    return PLAN.but(cases=tuple(cases))


def _with_problem(**changes: object) -> TheatrePlan:
    return PLAN.but(problem=PROBLEM.but(**changes))


def _with_patient(**changes: object) -> TheatrePlan:
    first, *others = PROBLEM.waiting_list
    return _with_problem(waiting_list=(first.but(**changes), *others))


def _rules(plan: TheatrePlan) -> set[str]:
    return {violation.rule for violation in plan.violations()}


def test_a_right_plan_breaks_no_rule_even_at_every_limit() -> None:
    """180 surgeon minutes of 180, 20 minutes of turnover, 0.75 beds of intensive care."""
    assert PLAN.violations() == ()


REJECTED: dict[str, Callable[[], TheatrePlan]] = {
    "unknown_patient": lambda: _with_case(2, patient="P9"),
    "unknown_procedure": lambda: _with_patient(procedure="KNEE"),
    "unknown_session": lambda: _with_case(2, session="Z"),
    "unknown_surgeon": lambda: _with_case(2, surgeon="Z"),
    "session_not_held": lambda: _with_case(2, day=MONDAY + timedelta(days=1)),
    "session_of_another_specialty": lambda: _with_case(2, session="B", start_minute=480),
    "surgeon_of_another_specialty": lambda: _with_case(2, surgeon="HIP-S"),
    "other_surgeon": lambda: _with_patient(surgeon="HIP-S2"),
    "patient_twice": lambda: PLAN.but(
        unplanned=(UnplannedPatient(patient="P1", reason=LeftOut.WARD_BEDS),)
    ),
    "patient_lost": lambda: PLAN.but(cases=PLAN.cases[:2]),
    "before_referral": lambda: _with_patient(referral_date=MONDAY + timedelta(days=1)),
    "after_due_date": lambda: _with_problem(
        first_day=MONDAY - timedelta(days=3),
        waiting_list=(
            PROBLEM.waiting_list[0].but(
                priority=Priority.URGENT, due_date=MONDAY - timedelta(days=1)
            ),
            *PROBLEM.waiting_list[1:],
        ),
    ),
    "too_short": lambda: _with_case(1, expected_minutes=89),
    "outside_session": lambda: _with_case(1, start_minute=631),
    "turnover": lambda: _with_case(1, start_minute=589),
    "surgeon_in_two_theatres": lambda: _with_case(1, session="B", start_minute=569),
    "surgeon_daily_minutes": lambda: _with_case(1, expected_minutes=91),
    "overtime_slack": lambda: _with_problem(
        slack=(SessionSlack(session="A", factor=1.0, spread_minutes=60.0),)
    ),
    "ward_beds": lambda: _with_problem(ward_free_beds=(2.2,) * 7),
    "specialty_beds": lambda: _with_problem(
        specialty_beds=(SpecialtyBeds(specialty=PROBLEM.procedures[0].specialty, free=(0.1,) * 7),)
    ),
    "intensive_care_beds": lambda: _with_problem(intensive_care_free_beds=(0.74,) * 7),
}


@pytest.mark.parametrize("rule", REJECTED)
def test_a_rule_rejects_the_plan_that_breaks_it(rule: str) -> None:
    assert rule in _rules(REJECTED[rule]())


@pytest.mark.parametrize("rule", ["too_short", "outside_session", "turnover", "overtime_slack"])
def test_a_broken_rule_is_named_alone(rule: str) -> None:
    assert _rules(REJECTED[rule]()) == {rule}


def test_a_surgeon_may_change_rooms_when_the_first_case_is_over() -> None:
    assert "surgeon_in_two_theatres" not in _rules(_with_case(1, session="B", start_minute=570))


def test_slack_is_accepted_to_the_last_minute() -> None:
    """90 + 20 + 90 minutes leave 40 of 240: factor 40 / 63.64 of the exact spread fits."""
    spread = sqrt(2) * 45.0  # the tangent is exact at the sd of two cases of cv 0.5
    fits = SessionSlack(session="A", factor=40 / spread, spread_minutes=spread)
    assert "overtime_slack" not in _rules(_with_problem(slack=(fits,)))
    tight = fits.but(factor=fits.factor * 1.01)
    assert "overtime_slack" in _rules(_with_problem(slack=(tight,)))


def test_an_overdue_urgent_patient_may_still_be_operated() -> None:
    late = _with_patient(priority=Priority.URGENT, due_date=MONDAY - timedelta(days=1))
    assert late.violations() == ()


def test_a_closed_day_holds_no_session() -> None:
    assert "session_not_held" in _rules(_with_problem(closed_days=(MONDAY,)))


def test_wards_of_another_specialty_and_wards_with_room_are_no_obstacle() -> None:
    own = PROBLEM.procedures[0].specialty
    for specialty, free in (("elsewhere", 0.0), (own, 50.0)):
        beds = SpecialtyBeds(specialty=specialty, free=(free,) * 7)
        assert "specialty_beds" not in _rules(_with_problem(specialty_beds=(beds,)))


def test_beds_below_zero_refuse_new_cases_and_accept_an_empty_week() -> None:
    full = _with_problem(ward_free_beds=(-2.0,) * 7)
    assert "ward_beds" in _rules(full)
    waits = tuple(
        UnplannedPatient(patient=row.patient, reason=LeftOut.WARD_BEDS)
        for row in PROBLEM.waiting_list
    )
    assert full.but(cases=(), unplanned=waits).violations() == ()


def test_the_worst_plan_is_judged_without_an_error() -> None:
    """Every patient forty times at the same minute of a day long past."""
    cases = tuple(case.but(day=date(2020, 1, 1)) for case in PLAN.cases for _ in range(40))
    found = _rules(PLAN.but(cases=cases))
    assert {"session_not_held", "patient_twice", "before_referral", "turnover"} <= found


def test_an_empty_plan_loses_every_patient() -> None:
    lost = PLAN.but(cases=()).violations()
    assert [(row.rule, row.subject) for row in lost] == [
        ("patient_lost", patient) for patient in ("P1", "P2", "P3")
    ]


@given(
    variance=st.floats(0, 1e6),
    factor=st.floats(0, 5),
    spread_minutes=st.floats(1, 500),
)
def test_the_tangent_is_never_below_the_exact_slack(
    variance: float, factor: float, spread_minutes: float
) -> None:
    slack = SessionSlack(session="A", factor=factor, spread_minutes=spread_minutes)
    assert slack.minutes(variance) >= factor * sqrt(variance) * (1 - 1e-12)


@given(mean_days=st.floats(0.2, 60), cv=st.floats(0.1, 2))
def test_fewer_and_fewer_patients_stay_longer(mean_days: float, cv: float) -> None:
    law = StayLaw(mean_days=mean_days, cv=cv)
    shares = [law.survival(day) for day in range(40)]
    assert shares[0] == 1.0
    assert all(later <= earlier for earlier, later in pairwise(shares))


def test_bed_days_of_a_long_stay_are_its_mean_and_half_a_day() -> None:
    """A day counts when any part of it is spent: E[days touched] is about mean + 1/2."""
    law = StayLaw(mean_days=9.0, cv=0.5)
    assert sum(law.survival(day) for day in range(400)) == pytest.approx(9.5, abs=0.01)


def test_nobody_stays_after_day_surgery() -> None:
    assert StayLaw(mean_days=0.0, cv=0.5).survival(0) == 0.0


def test_expected_beds_agree_with_simulated_patients() -> None:
    """100,000 patients of each case: intensive care first, then the ward, days rounded up."""
    draws = 100_000
    rng = np.random.default_rng(stream_key(1, "brute_force_beds"))

    def stay_days(law: StayLaw) -> np.ndarray:
        sigma = np.sqrt(np.log1p(law.cv**2))
        centre = np.log(law.mean_days) - sigma**2 / 2
        return np.ceil(np.exp(centre + sigma * rng.standard_normal(draws)))

    ward, unit = np.zeros(7), np.zeros(7)
    for _ in PLAN.cases:
        intensive = rng.random(draws) < 0.25
        out_of_unit = np.where(intensive, stay_days(PROBLEM.intensive_care_stay), 0.0)
        home = out_of_unit + stay_days(StayLaw(mean_days=2.0, cv=PROBLEM.ward_stay_cv))
        for day in range(7):
            unit[day] += np.mean(day < out_of_unit)
            ward[day] += np.mean((out_of_unit <= day) & (day < home))
    assert PLAN.expected_ward_beds() == pytest.approx(ward, abs=0.02)
    assert PLAN.expected_intensive_care_beds() == pytest.approx(unit, abs=0.02)


def test_the_gap_leaves_the_bonus_of_urgent_patients_out() -> None:
    urgent = _with_patient(priority=Priority.URGENT)
    bonus = PROBLEM.weights.by_due_date
    assert urgent.but(value=bonus + 100.0, bound=bonus + 110.0).gap_percent == pytest.approx(10.0)


def test_a_case_alone_in_its_session_needs_no_slack() -> None:
    greedy_for_slack = tuple(
        SessionSlack(session=code, factor=10.0, spread_minutes=60.0) for code in ("A", "C")
    )
    alone = PLAN.but(
        cases=(PLAN.cases[0], PLAN.cases[2]),
        unplanned=(UnplannedPatient(patient="P2", reason=LeftOut.SESSION_FULL),),
        problem=PROBLEM.but(slack=greedy_for_slack),
    )
    assert alone.violations() == ()
    assert "overtime_slack" in _rules(PLAN.but(problem=alone.problem))
