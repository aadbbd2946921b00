"""A lawful roster, spoilt in one way, is said to break the rule that it breaks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hospital.roster import Assignment, Roster, RosterProblem, RosterRule
from hospital.roster_limits import FreeDay, Pairing, PersonalRule, ShiftLimit, Succession
from hospital.staff import Grade, RuleName, WorkingRule
from scheduling.rosters.exchanges import Exchanges, exchanged

pytestmark = pytest.mark.unit

WardMaker = Callable[..., RosterProblem]
RuleMaker = Callable[[dict[RuleName, float]], tuple[WorkingRule, ...]]
DAYS = 28
PATTERNS: dict[RosterRule, str] = {
    RosterRule.FORBIDDEN_SUCCESSION: "ME",
    RosterRule.MAXIMUM_OF_A_SHIFT: "E.E.E",
    RosterRule.MINIMUM_REST_HOURS: "EM",
    RosterRule.MAXIMUM_CONSECUTIVE_DAYS: "MMMMMM",
    RosterRule.MAXIMUM_CONSECUTIVE_NIGHTS: "NNNN",
    RosterRule.MINIMUM_DAYS_OFF_AFTER_NIGHTS: "N.M",
    RosterRule.MINIMUM_CONSECUTIVE_DAYS: ".M.",
    RosterRule.MAXIMUM_WEEKLY_HOURS: "NN.MMM",
    RosterRule.MAXIMUM_NIGHTS_IN_28_DAYS: "NN..NN..N",
}
"""A piece of a line that breaks a rule, whatever stands around it."""


@pytest.fixture(scope="module")
def lawful(ward: WardMaker, ruled: RuleMaker) -> Roster:
    plain = ward(nurses=10, days=DAYS, needs=(2, 1, 1))
    staff = tuple(
        p.but(grade=Grade.SENIOR if k % 4 else Grade.JUNIOR, nights_allowed=True)
        for k, p in enumerate(plain.staff)
    )
    more = {
        RuleName.MAXIMUM_NIGHTS_IN_28_DAYS: 4,
        RuleName.MAXIMUM_CONSECUTIVE_WEEKENDS: 3,
        RuleName.JUNIORS_PER_SENIOR: 1,
    }
    problem = plain.but(
        staff=staff,
        leave=(),
        rules=(
            *(r for r in plain.rules if r.rule != "maximum_weekly_hours"),
            *ruled(more),
            *ruled({RuleName.MAXIMUM_WEEKLY_HOURS: 40}),
        ),
        successions=(Succession(first="M", then="E"),),
        shift_limits=(ShiftLimit(staff="N03", shift="E", most=2),),
        pairings=(Pairing(first="N04", second="N05", together=False),),
        free_days=(FreeDay(staff="N06", day=plain.first_day),),
        personal=(PersonalRule(staff="N03", rule=RuleName.MINIMUM_CONSECUTIVE_DAYS, value=2),),
    )
    roster = Roster(
        problem=problem, assignments=exchanged(problem, 1, Exchanges(400_000)), cost=0, bound=0
    )
    assert roster.violations() == ()
    return roster


def rules_of(roster: Roster, assignments: tuple[Assignment, ...]) -> set[str]:
    return {v.rule for v in roster.but(assignments=assignments).violations()}


@settings(max_examples=80)
@given(rule=st.sampled_from(sorted(PATTERNS)), first=st.integers(1, DAYS - 11))
def test_a_pattern_that_breaks_a_rule_breaks_it_wherever_it_stands(
    lawful: Roster, rule: RosterRule, first: int
) -> None:
    """The pattern stands in for what one person works on its days."""
    pattern, start = PATTERNS[rule], lawful.problem.first_day
    days = [start + timedelta(first + k) for k in range(len(pattern))]
    kept = tuple(a for a in lawful.assignments if a.staff != "N03" or a.day not in days)
    spoilt = tuple(
        Assignment(staff="N03", day=day, shift=shift)
        for day, shift in zip(days, pattern, strict=True)
        if shift != "."
    )
    assert rule in rules_of(lawful, (*kept, *spoilt))


@settings(max_examples=40)
@given(day=st.integers(0, DAYS - 1), shift=st.sampled_from("MEN"))
def test_teams_and_locked_rest_are_watched_on_every_day(
    lawful: Roster, day: int, shift: str
) -> None:
    on = lawful.problem.first_day + timedelta(day)
    others = tuple(a for a in lawful.assignments if a.day != on)
    both = tuple(Assignment(staff=who, day=on, shift=shift) for who in ("N04", "N05"))
    assert RosterRule.KEPT_APART in rules_of(lawful, (*others, *both))
    assert RosterRule.JUNIORS_PER_SENIOR in rules_of(lawful, (*others, both[0]))
    first = lawful.problem.first_day
    locked_free = Assignment(staff="N06", day=first, shift=shift)
    assert RosterRule.LOCK_NOT_KEPT in rules_of(lawful, (*lawful.assignments, locked_free))


def test_every_weekend_in_a_row_is_one_too_many(lawful: Roster) -> None:
    first = lawful.problem.first_day
    saturdays = [first + timedelta(7 * week + 5) for week in range(4)]
    kept = tuple(a for a in lawful.assignments if a.staff != "N07")
    work = tuple(Assignment(staff="N07", day=day, shift="M") for day in saturdays)
    assert rules_of(lawful, (*kept, *work)) >= {RosterRule.MAXIMUM_CONSECUTIVE_WEEKENDS}
    assert RosterRule.MAXIMUM_CONSECUTIVE_WEEKENDS not in rules_of(lawful, (*kept, *work[:3]))
