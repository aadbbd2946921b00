"""Rosters built under contracts of all kinds are lawful by the check that shares no code."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hospital.roster import Assignment, RosterProblem
from hospital.roster_limits import DayNeed, FreeDay, Pairing, ShiftLimit, Succession
from hospital.staff import Grade, RuleName, Skill, WorkingRule
from scheduling.rosters.build import build_roster
from scheduling.rosters.cost import cost_of

pytestmark = pytest.mark.unit

WardMaker = Callable[..., RosterProblem]
AssignmentMaker = Callable[[str, int, str], Assignment]
RuleMaker = Callable[[dict[RuleName, float]], tuple[WorkingRule, ...]]


@settings(max_examples=40)
@given(
    figures=st.fixed_dictionaries(
        {},
        optional={
            RuleName.MINIMUM_REST_AFTER_LONG_SHIFT_HOURS: st.sampled_from([24, 36]),
            RuleName.MINIMUM_CONSECUTIVE_DAYS: st.integers(1, 3),
            RuleName.MINIMUM_CONSECUTIVE_DAYS_OFF: st.integers(1, 3),
            RuleName.MAXIMUM_HOURS_IN_28_DAYS: st.sampled_from([0, 40, 70.5]),
            RuleName.MAXIMUM_NIGHTS_IN_28_DAYS: st.integers(0, 3),
            RuleName.MAXIMUM_PERIOD_HOURS: st.sampled_from([0, 35, 60]),
            RuleName.MAXIMUM_WEEKENDS: st.integers(0, 2),
            RuleName.MAXIMUM_CONSECUTIVE_WEEKENDS: st.integers(0, 2),
            RuleName.JUNIORS_PER_SENIOR: st.sampled_from([0, 0.5, 1, 2]),
        },
    ),
    past=st.lists(st.sampled_from("MEN."), max_size=9),
    first=st.integers(0, 6),
)
def test_any_contract_and_any_past_give_a_lawful_roster(
    ward: WardMaker,
    on: AssignmentMaker,
    ruled: RuleMaker,
    figures: dict[RuleName, float],
    past: list[str],
    first: int,
) -> None:
    plain = ward(nurses=4, days=12)
    worked = tuple(on("N01", -k, shift) for k, shift in enumerate(past, start=1) if shift != ".")
    staff = tuple(p.but(grade=Grade.SENIOR) if k % 2 else p for k, p in enumerate(plain.staff))
    problem = plain.but(
        rules=ruled(figures),
        previous=worked,
        staff=staff,
        successions=(Succession(first="N", then="M"), Succession(first="E", then="M")),
        shift_limits=(ShiftLimit(staff="N02", shift="E", most=first % 3),),
        free_days=(FreeDay(staff="N01", day=plain.calendar()[first]),),
        pairings=(
            Pairing(first="N00", second="N01", together=True),
            Pairing(first="N02", second="N03", together=False),
        ),
    )
    roster = build_roster(problem, seed=0, work_limit=0.5)
    assert roster.violations() == ()
    assert roster.cost == cost_of(problem, roster.assignments).total


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
