"""Who is passed over on the list: like is compared with like, small groups are not shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hospital.theatre import Priority, Sex
from hospital.theatre_plan import PlannedCase, TheatrePlan, TheatreProblem
from scheduling.theatres.plan import plan_theatre
from scheduling.theatres.waiting_equity import SMALLEST_GROUP_PATIENTS, Trait, waiting_equity

pytestmark = pytest.mark.unit

Weeks = Callable[..., TheatreProblem]


def _listed(random_week: Weeks, urgent_women: int = 0) -> TheatrePlan:
    """Forty alike, men and women in turn; nobody is planned yet."""
    week = random_week(1, patients=40)
    procedure = week.procedures[0].procedure
    waiting = tuple(
        row.but(
            procedure=procedure,
            sex=Sex.FEMALE if at % 2 else Sex.MALE,
            priority=Priority.URGENT if at % 2 and at < 2 * urgent_women else Priority.ROUTINE,
            referral_date=week.first_day,
            due_date=week.calendar()[-1],
        )
        for at, row in enumerate(week.waiting_list)
    )
    problem = week.but(waiting_list=waiting)
    return TheatrePlan(problem=problem, cases=(), unplanned=(), value=0.0, bound=0.0)


def _with_planned(plan: TheatrePlan, chosen: Callable[[int], bool]) -> TheatrePlan:
    session = plan.problem.sessions[0].session
    cases = tuple(
        PlannedCase(
            patient=row.patient,
            session=session,
            day=plan.problem.first_day,
            surgeon=row.surgeon,
            start_minute=480,
            expected_minutes=60,
        )
        for at, row in enumerate(plan.problem.waiting_list)
        if chosen(at)
    )
    return plan.but(cases=cases)


def test_only_men_planned_is_uneven(random_week: Weeks) -> None:
    plan = _with_planned(_listed(random_week), lambda at: at % 4 == 0)
    by_sex = {row.group: row for row in waiting_equity(plan) if row.trait is Trait.SEX}
    assert (by_sex["male"].planned, by_sex["female"].planned) == (10, 0)
    assert by_sex["male"].ratio == pytest.approx(2)
    assert by_sex["male"].is_uneven
    assert by_sex["female"].is_uneven


def test_men_and_women_alike_is_even(random_week: Weeks) -> None:
    plan = _with_planned(_listed(random_week), lambda at: at % 4 < 2)
    rows = [row for row in waiting_equity(plan) if row.trait is Trait.SEX]
    assert [row.ratio for row in rows] == pytest.approx([1, 1])
    assert not any(row.is_uneven for row in rows)


def test_who_comes_first_by_priority_is_not_favoured(random_week: Weeks) -> None:
    """Women are planned because they are urgent: within a class nobody is passed over."""
    plan = _with_planned(_listed(random_week, urgent_women=10), lambda at: at % 2 == 1 and at < 20)
    rows = [row for row in waiting_equity(plan) if row.trait is Trait.SEX]
    assert {row.group: row.planned for row in rows} == {"female": 10, "male": 0}
    assert not any(row.is_uneven for row in rows)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), patients=st.integers(1, 60))
def test_groups_sum_to_the_list_and_small_ones_are_hidden(
    random_week: Weeks, seed: int, patients: int
) -> None:
    plan = plan_theatre(random_week(seed, patients=patients), 1, 0.0)
    rows = waiting_equity(plan)
    assert all(row.waiting >= SMALLEST_GROUP_PATIENTS for row in rows)
    for trait in Trait:
        own = [row for row in rows if row.trait is trait]
        if sum(row.waiting for row in own) == patients:
            assert sum(row.expected for row in own) == pytest.approx(len(plan.cases))
            assert sum(row.planned for row in own) == len(plan.cases)
