"""Each patient who is left out gets the reason, and the relaxation it names is enough."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hospital.theatre import Priority
from hospital.theatre_plan import LeftOut, TheatreProblem, UnplannedPatient
from scheduling.theatres.plan import plan_theatre
from scheduling.theatres.slack import nominal_slack

pytestmark = pytest.mark.unit

Weeks = Callable[..., TheatreProblem]


@pytest.fixture
def one_session(random_week: Weeks) -> TheatreProblem:
    """Three equal routine hips of 100 minutes for one session of 240, plenty of beds."""
    week = random_week(1, patients=3, sessions=1, ward=50.0, unit=50.0)
    session = week.sessions[0].but(length_minutes=240, turnover_minutes=20)
    procedure = week.procedures[0].but(
        procedure="HIP", specialty=session.specialty, mean_minutes=100.0, mean_stay_days=3.0
    )
    waiting = tuple(
        row.but(
            procedure="HIP",
            surgeon=f"{session.specialty}-0",
            priority=Priority.ROUTINE,
            referral_date=week.first_day,
            due_date=week.calendar()[-1],
        )
        for row in week.waiting_list
    )
    return week.but(
        sessions=(session,),
        procedures=(procedure,),
        waiting_list=waiting,
        slack=(week.slack[0].but(factor=0.0),),
    )


def _left_out(problem: TheatreProblem) -> tuple[UnplannedPatient, ...]:
    return plan_theatre(problem, 1, 0.3).unplanned


def _reasons(problem: TheatreProblem) -> list[LeftOut]:
    return [row.reason for row in _left_out(problem)]


def test_a_full_session_says_how_many_minutes_are_missing(one_session: TheatreProblem) -> None:
    """Three cases and two turnovers need 340 minutes of 240."""
    (row,) = _left_out(one_session)
    assert (row.reason, row.short_by) == (LeftOut.SESSION_FULL, 100.0)
    longer = one_session.sessions[0].but(length_minutes=340)
    surgeon = one_session.surgeons[0].but(daily_minutes=300)
    assert _reasons(one_session.but(sessions=(longer,), surgeons=(surgeon,))) == []


def test_a_full_surgeon_says_how_many_minutes_are_missing(one_session: TheatreProblem) -> None:
    tired = tuple(row.but(daily_minutes=150) for row in one_session.surgeons)
    rows = _left_out(one_session.but(surgeons=tired, waiting_list=one_session.waiting_list[:2]))
    assert [(row.reason, row.short_by) for row in rows] == [(LeftOut.SURGEON_FULL, 50.0)]


def test_full_beds_say_how_many_are_missing(one_session: TheatreProblem) -> None:
    two = one_session.but(waiting_list=one_session.waiting_list[:2], ward_free_beds=(1.0,) * 8)
    (row,) = _left_out(two)
    assert row.reason is LeftOut.WARD_BEDS
    enough = tuple(beds + row.short_by + 0.01 for beds in two.ward_free_beds)
    assert _reasons(two.but(ward_free_beds=enough)) == []


def test_full_intensive_care_is_named(one_session: TheatreProblem) -> None:
    risky = one_session.procedures[0].but(intensive_care_probability=0.6)
    two = one_session.but(
        waiting_list=one_session.waiting_list[:2],
        procedures=(risky,),
        intensive_care_free_beds=(1.0,) * 8,
    )
    (row,) = _left_out(two)
    assert (row.reason, row.short_by) == (LeftOut.INTENSIVE_CARE_BEDS, pytest.approx(0.2))


def test_a_specialty_without_a_session_is_named(one_session: TheatreProblem) -> None:
    other = one_session.sessions[0].but(specialty="plastic")
    assert _reasons(one_session.but(sessions=(other,))) == [LeftOut.NO_SESSION] * 3


def test_a_case_longer_than_its_session_says_by_how_much(one_session: TheatreProblem) -> None:
    short = one_session.sessions[0].but(length_minutes=90)
    rows = _left_out(one_session.but(sessions=(short,)))
    assert {(row.reason, row.short_by) for row in rows} == {(LeftOut.NEEDS_LONGER_SESSION, 10.0)}


def test_a_routine_patient_gives_way_to_a_higher_class(one_session: TheatreProblem) -> None:
    first, second, last = one_session.waiting_list
    semi = tuple(row.but(priority=Priority.SEMI_URGENT) for row in (second, last))
    (row,) = _left_out(one_session.but(waiting_list=(first, *semi)))
    assert (row.patient, row.reason) == (first.patient, LeftOut.LOWER_PRIORITY)


def test_a_place_that_costs_more_than_it_brings_is_left_empty(one_session: TheatreProblem) -> None:
    """Two beds above the target of a quarter cost more than two routine cases bring."""
    weights = one_session.weights.but(peak_bed=1000.0, target_share=0.0)
    rows = _left_out(one_session.but(weights=weights))
    assert [row.reason for row in rows] == [LeftOut.LOWER_PRIORITY] * 3
    assert all(row.short_by > 0 for row in rows)


def test_every_patient_has_a_place_or_a_reason(random_week: Weeks) -> None:
    problem = nominal_slack(random_week(6, patients=60, sessions=9))
    plan = plan_theatre(problem, 1, 0.2)
    answered = [case.patient for case in plan.cases] + [row.patient for row in plan.unplanned]
    assert sorted(answered) == sorted(row.patient for row in problem.waiting_list)
    assert all(row.short_by > 0 or row.session is None for row in plan.unplanned)
