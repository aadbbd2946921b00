"""Rosters built under contracts of all kinds are lawful by the check that shares no code."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hospital.errors import GstError
from hospital.roster import Assignment, RosterProblem
from hospital.roster_limits import (
    DayNeed,
    FreeDay,
    Pairing,
    PersonalRule,
    ShiftLimit,
    Succession,
)
from hospital.staff import Grade, RuleName, Skill, WorkingRule
from scheduling.rosters.build import build_roster
from scheduling.rosters.conflict import conflict
from scheduling.rosters.cost import cost_of

pytestmark = pytest.mark.unit

WardMaker = Callable[..., RosterProblem]
AssignmentMaker = Callable[[str, int, str], Assignment]
Figures = dict[RuleName, float]
RuleMaker = Callable[[Figures], tuple[WorkingRule, ...]]


ASK_FOR_WORK = {
    RuleName.MINIMUM_PERIOD_HOURS.value,
    RuleName.MINIMUM_CONSECUTIVE_DAYS.value,
    RuleName.MINIMUM_CONSECUTIVE_DAYS_OFF.value,
}
FIGURES = st.fixed_dictionaries(
    {},
    optional={
        RuleName.MINIMUM_REST_AFTER_LONG_SHIFT_HOURS: st.sampled_from([24, 36]),
        RuleName.MINIMUM_CONSECUTIVE_DAYS: st.integers(1, 3),
        RuleName.MINIMUM_CONSECUTIVE_DAYS_OFF: st.integers(1, 3),
        RuleName.MAXIMUM_HOURS_IN_28_DAYS: st.sampled_from([0, 40, 70.5]),
        RuleName.MAXIMUM_NIGHTS_IN_28_DAYS: st.integers(0, 3),
        RuleName.MAXIMUM_PERIOD_HOURS: st.sampled_from([0, 35, 60]),
        RuleName.MINIMUM_PERIOD_HOURS: st.sampled_from([0, 21, 42]),
        RuleName.MAXIMUM_WEEKENDS: st.integers(0, 2),
        RuleName.MAXIMUM_CONSECUTIVE_WEEKENDS: st.integers(0, 2),
        RuleName.JUNIORS_PER_SENIOR: st.sampled_from([0, 0.5, 1, 2]),
    },
)


@pytest.fixture(scope="module")
def contracted(
    ward: WardMaker, on: AssignmentMaker, ruled: RuleMaker
) -> Callable[[Figures, list[str], int], RosterProblem]:
    """Four nurses of two grades, with every kind of rule; ``past`` is what N01 worked."""
    plain = ward(nurses=4, days=12)
    staff = tuple(p.but(grade=Grade.SENIOR) if k % 2 else p for k, p in enumerate(plain.staff))

    def problem(figures: Figures, past: list[str], first: int) -> RosterProblem:
        worked = (on("N01", -k, shift) for k, shift in enumerate(past, start=1) if shift != ".")
        return plain.but(
            rules=ruled(figures),
            previous=tuple(worked),
            staff=staff,
            successions=(Succession(first="N", then="M"), Succession(first="E", then="M")),
            shift_limits=(ShiftLimit(staff="N02", shift="E", most=first % 3),),
            free_days=(FreeDay(staff="N01", day=plain.calendar()[first]),),
            pairings=(
                Pairing(first="N00", second="N01", together=True),
                Pairing(first="N02", second="N03", together=False),
            ),
        )

    return problem


@settings(max_examples=25)
@given(figures=FIGURES, past=st.lists(st.sampled_from("MEN."), max_size=9), first=st.integers(0, 6))
def test_any_contract_and_any_past_give_a_lawful_roster_or_say_what_excludes_it(
    contracted: Callable[[Figures, list[str], int], RosterProblem],
    figures: Figures,
    past: list[str],
    first: int,
) -> None:
    problem = contracted(figures, past, first)
    excluded = conflict(problem)
    if excluded is not None:
        assert ASK_FOR_WORK & {rule for rule, _ in excluded.pairs}
        return
    roster = build_roster(problem, seed=0, work_limit=0.5)
    assert roster.violations() == ()
    assert roster.cost == cost_of(problem, roster.assignments).total


def test_rules_that_exclude_each_other_are_the_fewest_and_named(
    ward: WardMaker, ruled: RuleMaker
) -> None:
    """Forty hours are owed and thirty allowed: no other rule and no other person is named."""
    figures = {
        RuleName.MAXIMUM_CONSECUTIVE_DAYS: 6,
        RuleName.MAXIMUM_PERIOD_HOURS: 60,
        RuleName.MINIMUM_REST_HOURS: 11,
    }
    problem = ward(nurses=5, requests_each=0, on_leave=0).but(
        rules=ruled(figures),
        personal=(
            PersonalRule(staff="N03", rule=RuleName.MAXIMUM_PERIOD_HOURS, value=30),
            PersonalRule(staff="N03", rule=RuleName.MINIMUM_PERIOD_HOURS, value=40),
        ),
    )
    found = conflict(problem)
    assert found is not None
    assert set(found.pairs) == {("maximum_period_hours", "N03"), ("minimum_period_hours", "N03")}
    with pytest.raises(GstError, match="least hours of the period") as refused:
        build_roster(problem, seed=0, work_limit=0.5)
    assert refused.value.code == "roster_impossible"
    assert conflict(problem.but(personal=problem.personal[:1])) is None


def test_a_need_with_prices_takes_people_beyond_it_and_costs_what_it_says(
    ward: WardMaker, ruled: RuleMaker
) -> None:
    """One nurse who owes 21 hours fills one priced shift and stands by on two days."""
    plain = ward(nurses=1, days=3, needs=(0, 0, 0), requests_each=0, on_leave=0)
    demand = tuple(
        DayNeed(
            day=day,
            shift="M",
            skill=Skill.GENERAL_NURSE,
            staff_needed=need,
            short_points=100,
            surplus_points=1,
        )
        for day, need in zip(plain.calendar(), (2, 0, 0), strict=True)
    )
    problem = plain.but(demand=demand, rules=ruled({RuleName.MINIMUM_PERIOD_HOURS: 21.0}))
    roster = build_roster(problem, seed=0, work_limit=1)
    cost = cost_of(problem, roster.assignments)
    assert (len(roster.assignments), cost.uncovered, cost.cover_points) == (3, 0, 102)
    assert roster.violations() == ()
    assert roster.cost == roster.bound == cost.total
