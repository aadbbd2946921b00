"""Rosters built stage after stage: nothing later is ever paid with something earlier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import product

import pytest

from hospital.errors import GstError
from hospital.roster import (
    Assignment,
    Burden,
    Roster,
    RosterProblem,
    RosterRule,
    Stage,
    StageResult,
)
from hospital.roster_burden import Carried
from hospital.roster_ledger import Ledger
from hospital.roster_limits import PersonalRule
from hospital.staff import RuleName
from scheduling.rosters.cost import DEFAULT_WEIGHTS, cost_of
from scheduling.rosters.staged import build_in_stages

pytestmark = pytest.mark.unit

WardMaker = Callable[..., RosterProblem]
AssignmentMaker = Callable[[str, int, str], Assignment]
MONDAY = date(2026, 11, 23)


def in_order_of_stages(problem: RosterProblem, work: Sequence[Assignment]) -> tuple[int, ...]:
    cost = cost_of(problem, work)
    weighted = [
        sum(DEFAULT_WEIGHTS.of(burden) * excess[burden] for burden in excess)
        for excess in (cost.largest_excess, cost.excess)
    ]
    return (cost.uncovered, *weighted, cost.refused_weight)


def test_no_roster_of_a_tiny_ward_is_better_in_the_order_of_the_stages(ward: WardMaker) -> None:
    """Against every one of the 4^6 rosters of two nurses and three days."""
    problem = ward(nurses=2, days=3, needs=(1, 0, 1), requests_each=3, seed=4)
    cells = [(nurse, day) for nurse in ("N00", "N01") for day in range(3)]
    best = None
    for shifts in product([None, "M", "E", "N"], repeat=6):
        work = tuple(
            Assignment(staff=nurse, day=MONDAY + timedelta(day), shift=shift)
            for (nurse, day), shift in zip(cells, shifts, strict=True)
            if shift
        )
        if not Roster(problem=problem, assignments=work, cost=0, bound=0).violations():
            reached = in_order_of_stages(problem, work)
            best = reached if best is None else min(best, reached)
    roster = build_in_stages(problem, seed=0, work_limit=4)
    assert in_order_of_stages(problem, roster.assignments) == best
    assert all(stage.reached == stage.bound for stage in roster.stages)
    assert roster.gap_percent == 0
    assert roster.bound == roster.cost == cost_of(problem, roster.assignments).total


def test_a_big_ward_is_lawful_and_what_the_stages_say_is_what_it_costs(ward: WardMaker) -> None:
    problem = ward(nurses=22, needs=(4, 3, 2))
    roster = build_in_stages(problem, seed=1, work_limit=2)
    assert roster.violations() == ()
    reached = {stage.stage: stage.reached for stage in roster.stages}
    counted = in_order_of_stages(problem, roster.assignments)
    assert tuple(reached[stage] for stage in list(Stage)[:4]) == counted
    assert counted[0] == 0
    assert all(stage.bound <= stage.reached for stage in roster.stages)


def test_the_gap_is_that_of_the_first_stage_that_is_not_proven(ward: WardMaker) -> None:
    def roster(*stages: tuple[Stage, float, float]) -> Roster:
        told = tuple(StageResult(stage=s, reached=reached, bound=low) for s, reached, low in stages)
        return Roster(problem=ward(), assignments=(), cost=10, bound=0, stages=told)

    cover, wishes = (Stage.COVER, 3.0, 3.0), (Stage.WISHES, 4.0, 0.0)
    assert roster(cover).gap_percent == 0
    assert roster(cover, (Stage.LARGEST_DEVIATION, 10.0, 8.0), wishes).gap_percent == 20
    assert roster(cover, wishes).gap_percent == 100
    assert roster().gap_percent == 100  # not built in stages: cost against bound


def test_who_worked_too_many_nights_gets_fewer_next(ward: WardMaker) -> None:
    """Three nights above the fair share are made up for within the fortnight."""
    problem = ward(nurses=8, requests_each=0, on_leave=0)
    roster = build_in_stages(problem, 0, 2)
    assert build_in_stages(problem, 0, 2) == roster
    shares = roster.fairness()
    usual = shares.person("N01").shares[Burden.NIGHTS].worked
    carried = (Carried(staff="N01", burden=Burden.NIGHTS, amount=3.0),)
    made_up = build_in_stages(problem.but(carried=carried), 0, 2).fairness()
    nights = made_up.person("N01").shares[Burden.NIGHTS]
    assert nights.worked < usual
    assert abs(nights.deviation) < 1


def test_a_wish_refused_too_often_weighs_more_the_next_time(ward: WardMaker) -> None:
    """Two want the same day off and one must work: who was refused before is free now."""
    problem = ward(nurses=3, days=1, needs=(2, 0, 0), requests_each=0, on_leave=0)
    wishes = tuple(
        {"staff": f"N0{k}", "day": MONDAY, "wants_work": False, "weight": 5} for k in (1, 2)
    )
    problem = RosterProblem.model_validate({**problem.model_dump(), "requests": wishes})
    for free, works in (("N01", "N02"), ("N02", "N01")):
        carried = (Carried(staff=free, burden=Burden.REFUSED_WISHES, amount=10.0),)
        roster = build_in_stages(problem.but(carried=carried), 0, 1)
        assert {a.staff for a in roster.assignments} == {"N00", works}


def test_months_with_a_ledger_keep_everybody_near_the_entitlement(ward: WardMaker) -> None:
    """Without it the fractions of a night add up to more than a night in a few months."""
    ledger = Ledger(unit="W")
    problem = ward(nurses=9, days=14, requests_each=0, on_leave=0)
    total: dict[str, float] = {}
    for month in range(5):
        at = problem.but(first_day=MONDAY + timedelta(14 * month), holidays=())
        roster = build_in_stages(at.but(carried=ledger.carried()), seed=month, work_limit=2)
        assert roster.violations() == ()
        ledger = ledger.with_roster(at, roster.assignments)
        for person in (
            Roster(problem=at, assignments=roster.assignments, cost=0, bound=0).fairness().people
        ):
            share = person.shares[Burden.NIGHTS]
            total[person.staff] = total.get(person.staff, 0) + share.worked - share.entitled
    assert max(map(abs, total.values())) <= 1.5


def test_contradictory_locks_and_contracts_are_told(ward: WardMaker, on: AssignmentMaker) -> None:
    locks = (on("N01", 0, "N"), on("N01", 1, "M"))
    roster = build_in_stages(ward(on_leave=0).but(locked=locks), seed=0, work_limit=2)
    assert [v.rule for v in roster.violations()] == [RosterRule.LOCK_NOT_KEPT]
    most, least = RuleName.MAXIMUM_PERIOD_HOURS, RuleName.MINIMUM_PERIOD_HOURS
    impossible = ward().but(
        personal=tuple(
            PersonalRule(staff="N01", rule=rule, value=v) for rule, v in ((most, 30), (least, 40))
        )
    )
    with pytest.raises(GstError, match="roster_impossible"):
        build_in_stages(impossible, seed=0, work_limit=1)
