"""A plan keeps every rule, is never worse than the greedy one, and is the best on tiny weeks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from itertools import combinations, product
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from hospital.theatre import AgeGroup, Priority, TheatreSession, WaitingPatient
from hospital.theatre_plan import (
    LeftOut,
    PlannedCase,
    SpecialtyBeds,
    TheatrePlan,
    TheatreProblem,
)
from scheduling.theatres.plan import greedy_plan, plan_theatre
from scheduling.theatres.slack import nominal_slack
from tests.cases import quick_first

pytestmark = pytest.mark.unit

Weeks = Callable[..., TheatreProblem]
ENOUGH = 2.0  # deterministic seconds: tiny weeks are proved optimal with much less


@settings(max_examples=6)
@given(
    seed=st.integers(0, 10_000),
    patients=st.integers(0, 40),
    ward=st.floats(-1, 12),
    risk=st.floats(0.02, 0.5),
)
def test_plans_of_random_weeks_break_no_rule(
    random_week: Weeks, seed: int, patients: int, ward: float, risk: float
) -> None:
    problem = random_week(seed, patients=patients, sessions=9, ward=ward).but(overtime_risk=risk)
    for asked in (nominal_slack(problem), problem.but(slack=())):
        plan = plan_theatre(asked, seed, work_limit=0.05)
        assert plan.violations() == ()
        assert plan.value <= plan.bound + 1e-6


@settings(max_examples=6)
@given(seed=st.integers(0, 10_000))
def test_greedy_never_beats_the_search(random_week: Weeks, seed: int) -> None:
    problem = random_week(seed, patients=25, sessions=6)
    greedy, searched = greedy_plan(problem, seed), plan_theatre(problem, seed, work_limit=0.2)
    assert greedy.violations() == ()
    assert greedy.value <= searched.value <= searched.bound <= greedy.bound + 1e-6


@pytest.mark.parametrize("seed", range(3))
def test_full_wards_of_a_specialty_keep_its_patients_waiting_and_nobody_else(
    random_week: Weeks, seed: int
) -> None:
    """No ward bed for one specialty: only its day cases come; the other fills its sessions."""
    problem = random_week(seed, patients=30, sessions=8, ward=60.0, unit=20.0)
    full = SpecialtyBeds(specialty="eye", free=(0.0,) * 8)
    free, held = (plan_theatre(p, 1, 0.3) for p in (problem, problem.but(specialty_beds=(full,))))
    assert held.violations() == ()
    index = {row.procedure: row for row in problem.procedures}
    waits = {row.patient: index[row.procedure] for row in problem.waiting_list}
    eyes = [waits[case.patient] for case in held.cases if waits[case.patient].specialty == "eye"]
    assert all(row.mean_stay_days == 0 for row in eyes)
    others = [
        sum(waits[case.patient].specialty != "eye" for case in plan.cases) for plan in (free, held)
    ]
    assert others[1] >= others[0]
    reasons = {row.reason for row in held.unplanned if waits[row.patient].specialty == "eye"}
    assert LeftOut.WARD_BEDS in reasons


@pytest.mark.parametrize("seed", quick_first(range(4), 2))
def test_the_search_finds_what_trying_everything_finds(random_week: Weeks, seed: int) -> None:
    """Up to 4^6 placements, each judged by ``violations`` and valued in floating point."""
    problem = random_week(seed, patients=6, sessions=3, ward=3.0, unit=0.4)
    plan = plan_theatre(problem, seed, work_limit=ENOUGH)
    best = max(_value(problem, cases) for cases in _every_plan(problem))
    assert plan.value == pytest.approx(best, abs=1.0)
    assert plan.value == pytest.approx(plan.bound, abs=1e-6)
    assert _value(problem, plan.cases) == pytest.approx(plan.value, abs=1.0)


@pytest.mark.parametrize("seed", range(4))
def test_one_more_session_never_lowers_the_best_value(random_week: Weeks, seed: int) -> None:
    most = random_week(seed, patients=14, sessions=6)
    values = []
    for count in range(1, 7):
        fewer = most.but(sessions=most.sessions[:count])
        plan = plan_theatre(fewer, seed, work_limit=ENOUGH)
        assert plan.gap_percent == pytest.approx(0, abs=1e-6)
        values.append(plan.value)
    assert values == sorted(values)


@pytest.mark.parametrize("seed", range(4))
def test_more_overtime_risk_never_lowers_the_best_value(random_week: Weeks, seed: int) -> None:
    problem = random_week(seed, patients=14, sessions=4, ward=20.0, unit=5.0)
    values = []
    for risk in (0.02, 0.1, 0.2, 0.3, 0.5):
        plan = plan_theatre(nominal_slack(problem.but(overtime_risk=risk)), seed, ENOUGH)
        values.append(plan.value)
    assert values == sorted(values)


def test_the_same_seed_gives_the_same_plan(random_week: Weeks) -> None:
    problem = random_week(3, patients=30, sessions=9).but(slack=())
    assert plan_theatre(problem, 5, 0.2) == plan_theatre(problem, 5, 0.2)


def test_the_order_of_the_waiting_list_does_not_matter(random_week: Weeks) -> None:
    problem = random_week(4, patients=25, sessions=6)
    turned = problem.but(waiting_list=tuple(reversed(problem.waiting_list)))
    assert plan_theatre(problem, 1, 0.3).cases == plan_theatre(turned, 1, 0.3).cases


def test_an_urgent_patient_displaces_any_number_of_routine_ones(random_week: Weeks) -> None:
    """Every routine patient is worth less than one who must be done by the due date."""
    problem = random_week(8, patients=25, sessions=3, ward=40.0, unit=10.0)
    specialty = problem.sessions[0].specialty
    code = next(row.procedure for row in problem.procedures if row.specialty == specialty)
    urgent = problem.waiting_list[0].but(
        procedure=code,
        surgeon=f"{specialty}-0",
        priority=Priority.URGENT,
        referral_date=problem.first_day,
        due_date=problem.calendar()[-1],
    )
    routine = [row.but(priority=Priority.ROUTINE) for row in problem.waiting_list[1:]]
    plan = plan_theatre(problem.but(waiting_list=(urgent, *routine)), 1, ENOUGH)
    assert urgent.patient in {case.patient for case in plan.cases}


def test_children_go_first_and_the_surest_lengths_next(random_week: Weeks) -> None:
    plan = plan_theatre(random_week(2, patients=40, sessions=9, ward=40.0, unit=9.0), 1, 0.3)
    ages = {row.patient: row.age_group for row in plan.problem.waiting_list}
    by_session: defaultdict[tuple[date, str], list[PlannedCase]] = defaultdict(list)
    for case in plan.cases:
        by_session[case.day, case.session].append(case)
    assert any(len(cases) > 1 for cases in by_session.values())
    for cases in by_session.values():
        is_child = [ages[case.patient] is AgeGroup.CHILD for case in cases]
        assert is_child == sorted(is_child, reverse=True)


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000), data=st.data())
def test_a_spoilt_plan_names_what_was_spoilt(
    random_week: Weeks, seed: int, data: st.DataObject
) -> None:
    plan = greedy_plan(random_week(seed, patients=30, sessions=9, ward=20.0, unit=5.0), seed)
    cases = list(plan.cases)
    at = data.draw(st.integers(0, len(cases) - 1))
    spoil = {
        "patient_lost": [*cases[:at], *cases[at + 1 :]],
        "patient_twice": [*cases, cases[at]],
        "too_short": [*cases[:at], cases[at].but(expected_minutes=1), *cases[at + 1 :]],
        "outside_session": [*cases[:at], cases[at].but(start_minute=0), *cases[at + 1 :]],
        "unknown_session": [*cases[:at], cases[at].but(session="NONE"), *cases[at + 1 :]],
    }
    for rule, spoilt in spoil.items():
        found = {row.rule for row in plan.but(cases=tuple(spoilt)).violations()}
        assert rule in found


def _every_plan(problem: TheatreProblem) -> Iterator[tuple[PlannedCase, ...]]:
    """Every placement that breaks no rule, cases back to back in the order of the list.

    The planner keeps a surgeon in one of two rooms whose sessions overlap; so do these.
    """
    blocks = problem.blocks()
    waiting = problem.waiting_list
    for choice in product((None, *range(len(blocks))), repeat=len(waiting)):
        placed = [
            (row, blocks[at]) for row, at in zip(waiting, choice, strict=True) if at is not None
        ]
        if _one_room_each(placed):
            cases = tuple(_back_to_back(problem, placed))
            if not _broken(problem, cases):
                yield cases


def _broken(problem: TheatreProblem, cases: tuple[PlannedCase, ...]) -> bool:
    plan = TheatrePlan(problem=problem, cases=cases, unplanned=(), value=0, bound=0)
    return any(row.rule != "patient_lost" for row in plan.violations())


def _one_room_each(placed: list[tuple[WaitingPatient, tuple[TheatreSession, date]]]) -> bool:
    for (one, (first, day)), (two, (second, other)) in combinations(placed, 2):
        if one.surgeon == two.surgeon and day == other and first.room != second.room:
            starts = max(first.start_minute, second.start_minute)
            if starts < min(row.start_minute + row.length_minutes for row in (first, second)):
                return False
    return True


def _back_to_back(
    problem: TheatreProblem, placed: list[tuple[WaitingPatient, tuple[TheatreSession, date]]]
) -> Iterator[PlannedCase]:
    procedures = {row.procedure: row for row in problem.procedures}
    free_from: dict[tuple[str, date], int] = {}
    for row, (session, day) in placed:
        at = free_from.get((session.session, day), session.start_minute)
        minutes = ceil(procedures[row.procedure].mean_minutes)
        free_from[session.session, day] = at + minutes + session.turnover_minutes
        yield PlannedCase(
            patient=row.patient,
            session=session.session,
            day=day,
            surgeon=row.surgeon,
            start_minute=at,
            expected_minutes=minutes,
        )


def _value(problem: TheatreProblem, cases: tuple[PlannedCase, ...]) -> float:
    """The objective as ``TheatreWeights`` describes it, in floating point."""
    plan = TheatrePlan(problem=problem, cases=cases, unplanned=(), value=0, bound=0)
    weights = problem.weights
    pools = (
        (plan.expected_ward_beds(), problem.ward_free_beds),
        (plan.expected_intensive_care_beds(), problem.intensive_care_free_beds),
    )
    peaks = sum(
        max(0.0, *(b - weights.target_share * f for b, f in zip(beds, free, strict=True)))
        for beds, free in pools
    )
    worth = sum(_worth(problem, case) for case in cases)
    return worth - weights.peak_bed * peaks - _overtime(problem, cases)


def _worth(problem: TheatreProblem, case: PlannedCase) -> float:
    weights = problem.weights
    row = next(row for row in problem.waiting_list if row.patient == case.patient)
    procedure = next(each for each in problem.procedures if each.procedure == row.procedure)
    waited = max(0, (problem.first_day - row.referral_date).days)
    share = min(2.0, waited / max(1, (row.due_date - row.referral_date).days))
    per_minute = {
        Priority.URGENT: weights.urgent,
        Priority.SEMI_URGENT: weights.semi_urgent,
        Priority.ROUTINE: weights.routine,
    }[row.priority] * (1 + weights.waited_share * share)
    delay = weights.earlier_day * (case.day - problem.first_day).days / problem.days
    bonus = weights.by_due_date if problem.must_be_done(row) else 0.0
    return per_minute * procedure.mean_minutes * (1 - delay) + bonus


def _overtime(problem: TheatreProblem, cases: tuple[PlannedCase, ...]) -> float:
    """Expected overtime as the highest of four tangents of the normal loss function."""
    total = 0.0
    for session in problem.sessions:
        minutes = [case.expected_minutes for case in cases if case.session == session.session]
        if not minutes:
            continue
        load = sum(minutes) + session.turnover_minutes * (len(minutes) - 1)
        spread = next(r.spread_minutes for r in problem.slack if r.session == session.session)
        lines = []
        for spare in (0.0, 0.5, 1.0, 1.5):
            loss = norm.pdf(spare) - spare * norm.sf(spare)
            empty = spread * loss + norm.sf(spare) * (spread * spare - session.length_minutes)
            if empty <= 0:
                lines.append(empty + norm.sf(spare) * load)
        total += max(0.0, *lines)
    return problem.weights.overtime_minute * total
