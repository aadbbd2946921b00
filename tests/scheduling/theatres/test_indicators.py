"""What a week makes of its time: the French definitions on a week that can be counted by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hospital.theatre import Priority
from hospital.theatre_plan import LeftOut, PlannedCase, TheatrePlan, TheatreProblem
from scheduling.theatres.indicators import conventional_hours, suite_indicators
from scheduling.theatres.plan import plan_theatre
from scheduling.theatres.release import SHORTEST_OFFER_MINUTES, offers
from scheduling.theatres.slack import nominal_slack

pytestmark = pytest.mark.unit

Weeks = Callable[..., TheatreProblem]


def _one_room(random_week: Weeks, minutes: int) -> TheatrePlan:
    """Two certain operations of 100 minutes and a turnover of 20 in one session; 7 days."""
    week = random_week(1, patients=2, sessions=1, ward=50.0, unit=50.0)
    session = week.sessions[0].but(length_minutes=minutes, turnover_minutes=20)
    sure = week.procedures[0].but(
        procedure="SURE", specialty=session.specialty, mean_minutes=100.0, minutes_cv=1e-6
    )
    waiting = tuple(
        row.but(procedure="SURE", surgeon=f"{session.specialty}-0", priority=Priority.ROUTINE)
        for row in week.waiting_list
    )
    problem = week.but(
        days=7, sessions=(session,), procedures=(sure,), waiting_list=waiting, slack=()
    )
    cases = tuple(
        PlannedCase(
            patient=row.patient,
            session=session.session,
            day=problem.first_day,
            surgeon=row.surgeon,
            start_minute=session.start_minute + 120 * at,
            expected_minutes=100,
        )
        for at, row in enumerate(waiting)
    )
    return TheatrePlan(problem=problem, cases=cases, unplanned=(), value=0.0, bound=0.0)


def test_a_week_that_can_be_counted_by_hand(random_week: Weeks) -> None:
    """Session of 240 min of one room: TVO 240, TROS 100 + 20 + 100, conventional 54 h."""
    found = suite_indicators(_one_room(random_week, 240))
    assert (found.offered_minutes, found.occupied_minutes, found.turnover_minutes) == (240, 220, 20)
    assert found.opening_percent == pytest.approx(100 * 4 / conventional_hours())
    assert found.occupation_percent == pytest.approx(100 * 220 / 240)
    assert (found.overflow_minutes, found.overtime_probability) == (0, 0)
    assert (found.cases_per_session, found.rooms) == (2, 1)


def test_what_runs_over_is_overrun_and_not_occupation(random_week: Weeks) -> None:
    """The same operations in 200 minutes: full to the brim, and 20 minutes late for sure."""
    found = suite_indicators(_one_room(random_week, 200))
    assert found.occupation_percent == pytest.approx(100, abs=0.01)
    assert found.overflow_percent == pytest.approx(10, abs=0.01)
    assert found.overtime_probability == 1


def test_a_week_without_operations_is_all_unused(random_week: Weeks) -> None:
    plan = _one_room(random_week, 240).but(cases=())
    found = suite_indicators(plan)
    assert (found.occupied_minutes, found.occupation_percent) == (0, 0)
    (offer,) = offers(plan)
    assert offer.is_empty
    assert offer.unused_minutes == pytest.approx(240, abs=0.1)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 50))
def test_occupied_time_is_within_the_sessions_or_over(random_week: Weeks, seed: int) -> None:
    found = suite_indicators(plan_theatre(random_week(seed, patients=20), 1, 0.0))
    assert 0 <= found.occupation_percent <= 100
    assert found.occupied_minutes - found.overflow_minutes <= found.offered_minutes + 1e-6


def test_unused_time_goes_to_the_specialty_that_waits(random_week: Weeks) -> None:
    """An eye session that nobody uses, and hips that had no session at all."""
    week = random_week(3, patients=6, sessions=1, ward=50.0, unit=50.0)
    session = week.sessions[0].but(specialty="eye", length_minutes=300)
    hip = next(row for row in week.procedures if row.specialty == "orthopaedics")
    hip = hip.but(mean_minutes=110.0)
    waiting = tuple(
        row.but(procedure=hip.procedure, surgeon="orthopaedics-0", referral_date=week.first_day)
        for row in week.waiting_list
    )
    problem = nominal_slack(
        week.but(sessions=(session,), procedures=(hip,), waiting_list=waiting, slack=())
    )
    plan = plan_theatre(problem, 1, 0.1)
    assert {row.reason for row in plan.unplanned} == {LeftOut.NO_SESSION}
    (offer,) = offers(plan)
    assert (offer.held_by, offer.specialty) == ("eye", "orthopaedics")
    assert len(offer.patients) == 2, "two hips and a turnover are 235 minutes, three are 360"
    assert offer.used_minutes == 220
    assert offer.unused_minutes >= SHORTEST_OFFER_MINUTES


def test_a_full_session_has_nothing_to_give(random_week: Weeks) -> None:
    assert offers(_one_room(random_week, 240)) == ()
