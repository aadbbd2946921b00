"""Exchanges between people: they judge a line as the rules do, and find lawful rosters fast."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest

from hospital.roster import Assignment, RosterProblem, RosterRule
from hospital.roster_limits import FreeDay, Pairing, PersonalRule, ShiftLimit, Succession
from hospital.roster_rules import person_violations, roster_violations
from hospital.staff import Grade, RuleName, WorkingRule
from scheduling.rosters.cost import DEFAULT_WEIGHTS, cost_of
from scheduling.rosters.exchange_kernel import cover_points
from scheduling.rosters.exchanges import Exchanges, exchanged
from scheduling.rosters.line_rules import broken, unfair
from scheduling.rosters.sheet import MISSING_POINTS, desk_of

pytestmark = pytest.mark.unit

WardMaker = Callable[..., RosterProblem]
RuleMaker = Callable[[dict[RuleName, float]], tuple[WorkingRule, ...]]
FIGURES: dict[RuleName, tuple[float, ...]] = {
    RuleName.MINIMUM_REST_HOURS: (0, 11, 36),
    RuleName.MINIMUM_REST_AFTER_LONG_SHIFT_HOURS: (24, 36),
    RuleName.MAXIMUM_CONSECUTIVE_DAYS: (2, 5),
    RuleName.MAXIMUM_CONSECUTIVE_NIGHTS: (0, 1, 3),
    RuleName.MINIMUM_DAYS_OFF_AFTER_NIGHTS: (0, 1, 2, 3),
    RuleName.MAXIMUM_WEEKLY_HOURS: (24, 36.5, 48),
    RuleName.MINIMUM_CONSECUTIVE_DAYS: (1, 2, 3),
    RuleName.MINIMUM_CONSECUTIVE_DAYS_OFF: (1, 2, 3),
    RuleName.MAXIMUM_HOURS_IN_28_DAYS: (60, 100.5),
    RuleName.MAXIMUM_NIGHTS_IN_28_DAYS: (1, 3),
    RuleName.MAXIMUM_PERIOD_HOURS: (60, 90),
    RuleName.MINIMUM_PERIOD_HOURS: (40, 70),
    RuleName.MAXIMUM_WEEKENDS: (0, 1, 3),
    RuleName.MAXIMUM_CONSECUTIVE_WEEKENDS: (0, 1, 2),
}


def random_problem(
    plain: RosterProblem, ruled: RuleMaker, chance: np.random.Generator
) -> RosterProblem:
    """Each rule is there one time in four, with one of its figures; three weeks of the past."""
    figures = {
        name: float(chance.choice(values))
        for name, values in FIGURES.items()
        if chance.random() < 1 / 4
    }
    past = random_work(plain, chance, range(-20, 0))
    return plain.but(
        rules=ruled(figures),
        previous=past if chance.random() < 0.7 else (),
        successions=(Succession(first="E", then="M"),) if chance.random() < 0.3 else (),
        shift_limits=(ShiftLimit(staff="N01", shift="E", most=2),),
        personal=(PersonalRule(staff="N02", rule=RuleName.MAXIMUM_CONSECUTIVE_DAYS, value=1),),
    )


def random_work(
    problem: RosterProblem, chance: np.random.Generator, days: range
) -> tuple[Assignment, ...]:
    share = chance.choice([0.15, 0.4, 0.7])
    return tuple(
        Assignment(
            staff=person.staff,
            day=problem.first_day + timedelta(day),
            shift=str(chance.choice(["M", "E", "N"])),
        )
        for person in problem.staff
        for day in days
        if chance.random() < share
    )


@pytest.mark.parametrize("seed", range(40))
def test_a_line_is_judged_as_the_rules_judge_it(
    ward: WardMaker, ruled: RuleMaker, seed: int
) -> None:
    """Zero exactly where no rule is broken, for any figures, any past and any work."""
    chance = np.random.default_rng(seed)
    problem = random_problem(ward(nurses=4, days=23, needs=(1, 1, 1)), ruled, chance)
    desk = desk_of(problem, DEFAULT_WEIGHTS)
    for _ in range(12):
        lines = desk.lines(random_work(problem, chance, range(problem.days)))
        work = desk.assignments(lines)
        for row, person in enumerate(problem.staff):
            found = [v.rule for v in person_violations(problem, person, work)]
            assert (broken(lines[row], row, desk.sheet) == 0) == (not found), found


def test_points_of_lines_and_days_are_the_costs_that_they_stand_for(ward: WardMaker) -> None:
    """Excess is priced by its size and, once more, by how far it goes; cover by who is missing."""
    problem = ward(nurses=6, days=14)
    desk = desk_of(problem, DEFAULT_WEIGHTS)
    nobody = desk.lines(())
    cost = cost_of(problem, ())
    points = sum(unfair(nobody[row], row, desk.sheet) for row in range(6))
    assert points > sum(DEFAULT_WEIGHTS.of(burden) * cost.excess[burden] for burden in cost.excess)
    uncovered = sum(cover_points(day, nobody, desk.sheet) for day in range(14))
    assert uncovered == MISSING_POINTS * cost.uncovered


@pytest.mark.slow
def test_exchanges_find_a_lawful_fair_roster_that_is_covered(ward: WardMaker) -> None:
    problem = ward(nurses=16, days=28, needs=(3, 2, 2))
    found = exchanged(problem, 1, Exchanges(60_000))
    assert roster_violations(problem, found) == ()
    cost = cost_of(problem, found)
    assert cost.uncovered == 0
    assert max(cost.largest_excess.values()) <= 1
    assert exchanged(problem, 1, Exchanges(60_000)) == found
    assert exchanged(problem, 2, Exchanges(60_000)) != found


def test_teams_locks_and_free_days_are_kept(ward: WardMaker, ruled: RuleMaker) -> None:
    plain = ward(nurses=9, days=14)
    staff = tuple(
        p.but(grade=Grade.SENIOR if k % 3 else Grade.JUNIOR) for k, p in enumerate(plain.staff)
    )
    lock = Assignment(staff="N04", day=plain.first_day, shift="E")
    problem = plain.but(
        staff=staff,
        rules=(*plain.rules, *ruled({RuleName.JUNIORS_PER_SENIOR: 1})),
        locked=(lock,),
        free_days=(FreeDay(staff="N05", day=plain.first_day),),
        pairings=(
            Pairing(first="N03", second="N04", together=True),
            Pairing(first="N01", second="N02", together=False),
        ),
    )
    found = exchanged(problem, 1, Exchanges(60_000))
    assert lock in found
    assert roster_violations(problem, found) == ()


def test_a_better_start_is_never_made_worse(ward: WardMaker) -> None:
    """With no moves the start comes back; entries that a leave bars are left out of it."""
    problem = ward(nurses=8)
    found = exchanged(problem, 1, Exchanges(60_000))
    assert set(exchanged(problem, 1, Exchanges(0), found)) == set(found)
    away = problem.leave[0]
    start = (*found, Assignment(staff=away.staff, day=away.first_day, shift="M"))
    broken_rules = {v.rule for v in roster_violations(problem, start)}
    assert RosterRule.ON_LEAVE in broken_rules or away.first_day not in problem.calendar()
    assert set(exchanged(problem, 1, Exchanges(0), start)) == set(found)
