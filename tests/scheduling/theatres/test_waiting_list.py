"""What a waiting list says of a patient is kept: deferral, infection, minutes of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from hospital.theatre import Priority, WaitingPatient
from hospital.theatre_plan import LeftOut, TheatrePlan, TheatreProblem
from scheduling.theatres.plan import plan_theatre

pytestmark = pytest.mark.unit

Weeks = Callable[..., TheatreProblem]


@pytest.fixture
def week(random_week: Weeks) -> TheatreProblem:
    """Room and beds for nearly everybody, who were all referred before the week."""
    problem = random_week(5, patients=12, sessions=9, ward=50.0, unit=50.0)
    waiting = tuple(
        row.but(
            priority=Priority.ROUTINE,
            referral_date=problem.first_day,
            due_date=problem.first_day + timedelta(days=90),
        )
        for row in problem.waiting_list
    )
    return problem.but(waiting_list=waiting)


def _with(problem: TheatreProblem, patient: str, **told: object) -> TheatreProblem:
    rows = (row.but(**told) if row.patient == patient else row for row in problem.waiting_list)
    return problem.but(waiting_list=tuple(rows))


def _rules(plan: TheatrePlan) -> set[str]:
    return {one.rule for one in plan.violations()}


def _ordered(plan: TheatrePlan) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for case in sorted(plan.cases, key=lambda c: (c.day, c.start_minute)):
        found.setdefault((case.session, case.day.isoformat()), []).append(case.patient)
    return found


def test_who_is_deferred_into_the_week_is_operated_after_that_day(week: TheatreProblem) -> None:
    first = plan_theatre(week, 1, 0.3).cases[0]
    until = first.day + timedelta(days=1)
    asked = _with(week, first.patient, deferred_until=until, deferral_reason="anaemia")
    plan = plan_theatre(asked, 1, 0.3)
    assert plan.violations() == ()
    assert all(case.day >= until for case in plan.cases if case.patient == first.patient)


def test_a_plan_that_ignores_a_deferral_is_refused(week: TheatreProblem) -> None:
    plan = plan_theatre(week, 1, 0.3)
    last = plan.cases[-1]
    late = last.day + timedelta(days=1)
    ignored = plan.but(
        problem=_with(plan.problem, last.patient, deferred_until=late, deferral_reason="travels")
    )
    assert _rules(ignored) == {"deferred"}


def test_who_is_deferred_beyond_the_week_waits_and_is_told_for_how_long(
    week: TheatreProblem,
) -> None:
    """Even an urgent patient, the worst case: nobody has to operate who must not be operated."""
    who = week.waiting_list[0].patient
    asked = _with(
        week,
        who,
        priority=Priority.URGENT,
        due_date=week.first_day + timedelta(days=2),
        deferred_until=week.calendar()[-1] + timedelta(days=5),
        deferral_reason="infection of the chest",
    )
    plan = plan_theatre(asked, 1, 0.3)
    (row,) = [row for row in plan.unplanned if row.patient == who]
    assert (row.reason, row.must_be_done) == (LeftOut.DEFERRED, False)
    assert row.short_by == 7, "deferred until seven days after the day it was due"
    assert plan.violations() == ()


@pytest.mark.parametrize("told", [{"deferred_until": "2026-12-01"}, {"minutes": 90.0}])
def test_no_deferral_and_no_minutes_without_a_reason(
    week: TheatreProblem, told: dict[str, object]
) -> None:
    with pytest.raises(ValidationError, match="reason"):
        WaitingPatient.model_validate({**week.waiting_list[0].model_dump(), **told})


@settings(max_examples=10, deadline=None)
@given(infected=st.sets(st.integers(0, 11)))
def test_infected_patients_come_last_in_their_session(
    random_week: Weeks, infected: set[int]
) -> None:
    problem = random_week(6, patients=12, sessions=4, ward=50.0, unit=50.0)
    waiting = tuple(
        row.but(is_infected=at in infected) for at, row in enumerate(problem.waiting_list)
    )
    plan = plan_theatre(problem.but(waiting_list=waiting), 1, 0.1)
    is_infected = {row.patient: row.is_infected for row in waiting}
    assert plan.violations() == ()
    for patients in _ordered(plan).values():
        assert all(is_infected[a] <= is_infected[b] for a, b in pairwise(patients))


def test_an_infected_patient_before_another_is_refused(week: TheatreProblem) -> None:
    plan = plan_theatre(week, 1, 0.3)
    first = next(patients[0] for patients in _ordered(plan).values() if len(patients) > 1)
    told = plan.but(problem=_with(plan.problem, first, is_infected=True))
    assert _rules(told) == {"infection_not_last"}


def test_a_session_kept_for_a_surgeon_takes_no_other(week: TheatreProblem) -> None:
    sessions = tuple(row.but(surgeon=f"{row.specialty}-0") for row in week.sessions)
    plan = plan_theatre(week.but(sessions=sessions), 1, 0.2)
    assert plan.violations() == ()
    assert plan.cases
    assert {case.surgeon[-2:] for case in plan.cases} == {"-0"}
    others = [row for row in plan.unplanned if row.reason is LeftOut.NO_SESSION]
    assert len(others) == sum(row.surgeon.endswith("-1") for row in week.waiting_list)
    free = plan_theatre(week, 1, 0.2)
    wrong = free.but(problem=free.problem.but(sessions=sessions))
    assert "session_of_another_surgeon" in _rules(wrong)


def test_who_needs_equipment_goes_where_it_is(week: TheatreProblem) -> None:
    """A C-arm and an anaesthetist: the session must have both, and may have more."""
    waiting = tuple(row.but(needs="c-arm anaesthetist") for row in week.waiting_list)
    without = week.but(waiting_list=waiting)
    assert plan_theatre(without, 1, 0.1).cases == ()
    some = tuple(
        row.but(equipment="anaesthetist laser c-arm" if at % 2 else "anaesthetist")
        for at, row in enumerate(week.sessions)
    )
    plan = plan_theatre(without.but(sessions=some), 1, 0.2)
    assert plan.violations() == ()
    assert plan.cases
    assert {case.session for case in plan.cases} <= {row.session for row in some[1::2]}
    wrong = plan.but(problem=without)
    assert _rules(wrong) == {"equipment_missing"}
