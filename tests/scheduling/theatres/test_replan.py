"""The day goes otherwise: what began stays, an emergency finds a place, little else changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hospital.theatre import Priority, WaitingPatient
from hospital.theatre_plan import Moment, SurgeonAbsence, TheatrePlan, TheatreProblem
from scheduling.theatres.plan import plan_theatre
from scheduling.theatres.replan import DayNews, changes, replan

pytestmark = pytest.mark.unit

Weeks = Callable[..., TheatreProblem]
WORK = 0.3


@pytest.fixture(scope="module")
def published(random_week: Weeks) -> TheatrePlan:
    problem = random_week(21, patients=40, sessions=9, ward=30.0, unit=8.0)
    return plan_theatre(problem, 1, 1.0)


def _emergency(plan: TheatrePlan, now: Moment) -> WaitingPatient:
    """A short operation of a specialty that still has a session today."""
    later = next(row for row in plan.cases if row.day == now.day)
    listed = {row.patient: row for row in plan.problem.waiting_list}[later.patient]
    return listed.but(
        patient="EMERGENCY",
        priority=Priority.URGENT,
        referral_date=now.day,
        due_date=now.day,
    )


def test_without_news_nothing_changes(published: TheatrePlan) -> None:
    now = Moment(day=published.problem.first_day, minute=600)
    planned = replan(published, DayNews(now), 1, WORK)
    assert changes(published, planned) == ()
    assert planned.violations() == ()


@settings(max_examples=8)
@given(day=st.integers(0, 2), minute=st.integers(0, 1439), seed=st.integers(0, 99))
def test_what_has_begun_is_never_touched(
    published: TheatrePlan, day: int, minute: int, seed: int
) -> None:
    now = Moment(day=published.problem.calendar()[day], minute=minute)
    surgeon = published.problem.surgeons[seed % 4].surgeon
    news = DayNews(
        now,
        emergencies=(_emergency(published, Moment(day=published.problem.first_day, minute=0)),),
        absences=(SurgeonAbsence(surgeon=surgeon, day=now.day),),
    )
    planned = replan(published, news, seed, 0.1)
    begun = [row for row in published.cases if now.is_after(row.day, row.start_minute)]
    assert set(begun) <= set(planned.cases)
    assert planned.violations() == ()


def test_an_emergency_of_the_morning_is_operated_today(published: TheatrePlan) -> None:
    now = Moment(day=published.problem.first_day, minute=480)
    emergency = _emergency(published, now)
    planned = replan(published, DayNews(now, emergencies=(emergency,)), 1, WORK)
    (case,) = (row for row in planned.cases if row.patient == "EMERGENCY")
    assert case.day == now.day
    assert planned.violations() == ()
    added, *moved = sorted(changes(published, planned), key=lambda row: row.patient)
    assert added.before is None
    assert len(moved) <= 4


def test_an_absent_surgeon_operates_no_more_today(published: TheatrePlan) -> None:
    today = published.problem.first_day
    surgeon = next(row.surgeon for row in published.cases if row.day == today)
    news = DayNews(
        Moment(day=today, minute=0), absences=(SurgeonAbsence(surgeon=surgeon, day=today),)
    )
    planned = replan(published, news, 1, WORK)
    assert not [row for row in planned.cases if (row.surgeon, row.day) == (surgeon, today)]
    others = [row for row in published.cases if row.surgeon != surgeon and row.day == today]
    kept = {row.patient for row in planned.cases if row.day == today}
    assert {row.patient for row in others} <= kept
    assert planned.violations() == ()


def test_a_changed_prefix_and_an_absent_surgeon_are_named(published: TheatrePlan) -> None:
    first = min(published.cases, key=lambda row: (row.day, row.start_minute))
    problem = published.problem.but(
        published=published.cases,
        now=Moment(day=first.day, minute=first.start_minute + 1),
        absences=tuple(
            SurgeonAbsence(surgeon=row.surgeon, day=row.day) for row in published.cases[-1:]
        ),
    )
    kept = published.but(problem=problem)
    assert {row.rule for row in kept.violations()} == {"surgeon_absent"}
    delayed = first.but(start_minute=first.start_minute + 1)
    cases = tuple(delayed if row == first else row for row in published.cases)
    assert "published_prefix" in {row.rule for row in kept.but(cases=cases).violations()}
    last = max(
        (row for row in published.cases if row.day == first.day), key=lambda row: row.start_minute
    )
    assert last != first
    early = tuple(row.but(start_minute=0) if row == last else row for row in published.cases)
    assert "starts_in_the_past" in {row.rule for row in kept.but(cases=early).violations()}


def test_overfull_beds_keep_what_has_begun_and_add_nothing(published: TheatrePlan) -> None:
    now = Moment(day=published.problem.first_day, minute=1439)
    full = published.but(
        problem=published.problem.but(
            ward_free_beds=(0.0,) * 8, intensive_care_free_beds=(0.0,) * 8
        )
    )
    planned = replan(full, DayNews(now), 1, WORK)
    begun = {row.patient for row in published.cases if row.day == now.day}
    assert begun <= {row.patient for row in planned.cases}
    stay_days = {row.procedure: row.mean_stay_days for row in published.problem.procedures}
    waits = {row.patient: row.procedure for row in published.problem.waiting_list}
    added = {row.patient for row in planned.cases} - begun
    assert all(stay_days[waits[patient]] == 0 for patient in added)
