"""Rosters that the solver builds: lawful, costed as they say, repeatable, short only if need be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hospital.errors import GstError
from hospital.roster import Assignment, Burden, Roster, RosterProblem, RosterRule
from hospital.staff import Leave, RuleName, ShiftRequest, WorkingRule
from scheduling.rosters.build import build_roster
from scheduling.rosters.cost import DEFAULT_WEIGHTS, cost_of, cover_weight

pytestmark = pytest.mark.unit

WardMaker = Callable[..., RosterProblem]
AssignmentMaker = Callable[[str, int, str], Assignment]
RuleMaker = Callable[[dict[RuleName, float]], tuple[WorkingRule, ...]]
MONDAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def built(ward: WardMaker) -> Roster:
    return build_roster(ward(), seed=1, work_limit=4)


def missing(roster: Roster) -> int:
    return sum(gap.missing for gap in roster.shortfall())


@settings(max_examples=25)
@given(
    nurses=st.integers(2, 9),
    days=st.integers(1, 16),
    needs=st.tuples(st.integers(1, 3), st.integers(0, 2), st.integers(0, 2)),
    seed=st.integers(0, 10_000),
)
def test_every_roster_is_lawful_and_costs_what_it_says(
    ward: WardMaker, nurses: int, days: int, needs: tuple[int, int, int], seed: int
) -> None:
    problem = ward(nurses=nurses, days=days, needs=needs, seed=seed)
    roster = build_roster(problem, seed=seed, work_limit=0.5)
    assert roster.violations() == ()
    assert roster.cost == cost_of(problem, roster.assignments).total
    assert roster.bound <= roster.cost


@settings(max_examples=25)
@given(
    figures=st.fixed_dictionaries(
        {
            RuleName.MINIMUM_REST_HOURS: st.sampled_from([0, 8, 11, 12, 24, 36, 60]),
            RuleName.MAXIMUM_CONSECUTIVE_DAYS: st.integers(0, 6),
            RuleName.MAXIMUM_CONSECUTIVE_NIGHTS: st.integers(0, 4),
            RuleName.MINIMUM_DAYS_OFF_AFTER_NIGHTS: st.integers(0, 4),
            RuleName.MAXIMUM_WEEKLY_HOURS: st.sampled_from([0, 9.5, 24, 36.5, 48]),
        }
    ),
    past=st.lists(st.sampled_from("MEN."), max_size=9),
)
def test_any_figures_and_any_past_give_a_lawful_roster(
    ward: WardMaker,
    on: AssignmentMaker,
    ruled: RuleMaker,
    figures: dict[RuleName, float],
    past: list[str],
) -> None:
    worked = tuple(on("N01", -k, shift) for k, shift in enumerate(past, start=1) if shift != ".")
    problem = ward(nurses=4, days=9).but(rules=ruled(figures), previous=worked)
    assert build_roster(problem, seed=0, work_limit=0.5).violations() == ()


def test_the_clock_change_is_kept_to_in_both_directions(ward: WardMaker) -> None:
    for first_day in (date(2026, 2, 9), date(2026, 3, 16)):
        problem = ward(requests_each=0).but(first_day=first_day, leave=(), holidays=())
        assert build_roster(problem, seed=0, work_limit=1).violations() == ()


def test_the_cheapest_roster_of_a_tiny_ward_is_found(ward: WardMaker) -> None:
    """Against every one of the 4^4 rosters of two nurses and two days."""
    problem = ward(nurses=2, days=2, needs=(1, 0, 1), seed=3)
    choices = list(product([None, "M", "E", "N"], repeat=4))
    cells = [(nurse, day) for nurse in ("N00", "N01") for day in (0, 1)]
    costs = []
    for shifts in choices:
        assignments = tuple(
            Assignment(staff=nurse, day=MONDAY + timedelta(day), shift=shift)
            for (nurse, day), shift in zip(cells, shifts, strict=True)
            if shift
        )
        roster = Roster(problem=problem, assignments=assignments, cost=0, bound=0)
        if not roster.violations():
            costs.append(cost_of(problem, assignments).total)
    roster = build_roster(problem, seed=0, work_limit=5)
    assert roster.cost == roster.bound == min(costs)


def test_a_ward_of_enough_people_is_covered_and_nobody_beyond_the_need(built: Roster) -> None:
    assert missing(built) == 0
    needed = sum(need.staff_needed for _, need in built.problem.needs())
    assert len(built.assignments) == needed


def test_same_seed_same_roster(ward: WardMaker, built: Roster) -> None:
    assert build_roster(ward(), seed=1, work_limit=4) == built


def test_more_work_never_gives_a_worse_bound_or_cost(ward: WardMaker) -> None:
    problem = ward(nurses=5, days=7, needs=(2, 1, 1))
    quick, long = (build_roster(problem, seed=1, work_limit=limit) for limit in (0.2, 2))
    assert long.cost <= quick.cost
    assert long.bound >= quick.bound


@pytest.mark.parametrize("person", ["N01", "N02", "N03"])
def test_one_more_duty_breaks_the_rule_it_should(
    built: Roster, on: AssignmentMaker, person: str
) -> None:
    """A second shift on a worked day is named as such, whoever gets it."""
    day = next(a.day for a in built.assignments if a.staff == person)
    free = next(
        s for s in "ME" if Assignment(staff=person, day=day, shift=s) not in built.assignments
    )
    extra = Assignment(staff=person, day=day, shift=free)
    mutated = built.but(assignments=(*built.assignments, extra))
    assert (RosterRule.TWO_SHIFTS_ON_ONE_DAY, person) in {
        (v.rule, v.subject) for v in mutated.violations()
    }


@settings(max_examples=60)
@given(choice=st.integers(0, 10**6), shift=st.sampled_from("MEN"))
def test_a_mutated_roster_is_judged_as_its_pattern_says(
    built: Roster, choice: int, shift: str
) -> None:
    """Give a free day a shift: violations appear if and only if a plain reading finds one."""
    worked = {(a.staff, a.day) for a in built.assignments}
    free = [
        (person.staff, day)
        for person in built.problem.staff
        for day in built.problem.calendar()
        if (person.staff, day) not in worked
    ]
    staff, day = free[choice % len(free)]
    extra = Assignment(staff=staff, day=day, shift=shift)
    mutated = built.but(assignments=(*built.assignments, extra))
    broken = {v.rule for v in mutated.violations() if v.subject == staff}
    assert bool(broken) == plainly_unlawful(mutated, staff)


def plainly_unlawful(roster: Roster, staff: str) -> bool:
    """The ward's rules read off the letters of one person's fortnight, as a person would."""
    person = next(p for p in roster.problem.staff if p.staff == staff)
    own = {a.day: a.shift for a in roster.assignments if a.staff == staff}
    letters = "".join(own.get(day, ".") for day in roster.problem.calendar())
    away = roster.problem.leave_days(staff)
    hours = {"M": 7, "E": 7, "N": 10, ".": 0}
    weeks = [letters[k : k + 7] for k in range(len(letters) - 6)]
    return (
        ("N" in letters and not person.nights_allowed)
        or any(day in away for day in own)
        or any(s == "N" and day + timedelta(1) in away for day, s in own.items())
        or any(pair in letters for pair in ("NM", "NE", "EM", "N.M", "N.E", "N.N"))
        or "NNNN" in letters
        or any("." not in letters[k : k + 6] for k in range(len(letters) - 5))
        or any(sum(hours[s] for s in week) > 48 for week in weeks)
    )


def test_missing_people_are_named_and_the_roster_stays_lawful(ward: WardMaker) -> None:
    problem = ward(nurses=2, needs=(2, 2, 2))
    roster = build_roster(problem, seed=0, work_limit=2)
    assert missing(roster) > 0
    assert roster.violations() == ()
    assert roster.cost >= missing(roster) * cover_weight(problem, DEFAULT_WEIGHTS)


def test_cover_comes_before_any_wish_and_any_equity(ward: WardMaker) -> None:
    """One nurse of two wants every day off, the other is away: the wish gives way."""
    problem = ward(nurses=2, days=4, needs=(1, 0, 0), requests_each=0, on_leave=0)
    wishes = tuple(
        ShiftRequest(staff="N00", day=day, wants_work=False, weight=100)
        for day in problem.calendar()
    )
    away = Leave(staff="N01", first_day=MONDAY, last_day=MONDAY + timedelta(9), reason="x")
    roster = build_roster(problem.but(requests=wishes, leave=(away,)), seed=0, work_limit=2)
    assert missing(roster) == 0


def test_a_wish_is_granted_where_it_costs_nothing(ward: WardMaker) -> None:
    problem = ward(nurses=3, days=7, needs=(1, 0, 0), requests_each=0, on_leave=0)
    wish = ShiftRequest(staff="N01", day=MONDAY, shift="M", wants_work=True, weight=1)
    roster = build_roster(problem.but(requests=(wish,)), seed=0, work_limit=2)
    assert (roster.cost, roster.bound) == (0, 0)
    assert Assignment(staff="N01", day=MONDAY, shift="M") in roster.assignments


def test_nights_lie_within_one_of_everybodys_entitlement(ward: WardMaker) -> None:
    roster = build_roster(ward(nurses=14, requests_each=0), seed=0, work_limit=4)
    assert roster.cost == 0
    assert roster.fairness().largest_deviation(Burden.NIGHTS) < 1


def test_a_lock_is_kept_even_beyond_the_need(ward: WardMaker, on: AssignmentMaker) -> None:
    locks = tuple(on(f"N0{k}", 1, "E") for k in (1, 2, 3))
    roster = build_roster(ward(on_leave=0).but(locked=locks), seed=0, work_limit=2)
    assert roster.violations() == ()
    assert set(locks) <= set(roster.assignments)


def test_locks_that_contradict_each_other_are_named_not_raised(
    ward: WardMaker, on: AssignmentMaker
) -> None:
    locks = (on("N01", 0, "N"), on("N01", 1, "M"), on("N00", 3, "N"))
    roster = build_roster(ward(on_leave=0).but(locked=locks), seed=0, work_limit=2)
    found = Counter(v.rule for v in roster.violations())
    assert found == {RosterRule.LOCK_NOT_KEPT: 2}


def test_everybody_away_gives_an_empty_roster(ward: WardMaker) -> None:
    problem = ward(nurses=3, days=3, on_leave=0)
    away = tuple(
        Leave(staff=p.staff, first_day=MONDAY, last_day=MONDAY + timedelta(3), reason="x")
        for p in problem.staff
    )
    roster = build_roster(problem.but(leave=away), seed=0, work_limit=1)
    assert roster.assignments == ()
    assert roster.cost == roster.bound


def test_too_little_work_is_said_so(ward: WardMaker) -> None:
    with pytest.raises(GstError, match="roster_work_limit_too_small"):
        build_roster(ward(nurses=30, days=28, needs=(6, 5, 4)), seed=0, work_limit=1e-9)
