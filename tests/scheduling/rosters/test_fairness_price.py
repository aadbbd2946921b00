"""A Curtois–Qu instance as a ward, and what fairness costs there and on a ward."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hospital.roster import Burden, Roster, RosterProblem
from scheduling.rosters.build import build_roster
from scheduling.rosters.cost import cost_of
from scheduling.rosters.curtois import CoverTarget, Employee, Instance, ShiftKind, Wish, score
from scheduling.rosters.curtois_problem import as_assignments, as_lines, as_problem
from scheduling.rosters.fairness_price import NO_EQUITY, price_of, price_of_fairness

pytestmark = pytest.mark.unit

WardMaker = Callable[..., RosterProblem]


@pytest.fixture(scope="module")
def instance() -> Instance:
    """A fortnight of four people; nobody may work an early the day after a late."""
    shifts = (ShiftKind("E", 480, frozenset()), ShiftKind("L", 480, frozenset({"E"})))
    people = tuple(
        Employee(code, {"E": 14, "L": 0 if code == "D" else 14}, 4800, 2400, 5, 2, 2, 1)
        for code in "ABCD"
    )
    cover = tuple(CoverTarget(d, s.code, 1, 100, 1) for d in range(14) for s in shifts)
    wishes = (
        *(Wish("A", day, "L", 3, True) for day in range(0, 14, 2)),
        Wish("B", 3, "E", 2, False),
    )
    return Instance(14, shifts, people, wishes, cover)


def test_an_instance_and_its_ward_agree_on_cost_and_law(instance: Instance) -> None:
    problem = as_problem(instance)
    roster = build_roster(problem, 0, 4, NO_EQUITY)
    lines = as_lines(problem, roster.assignments)
    assert roster.violations() == score(instance, lines).violations == ()
    assert roster.cost == score(instance, lines).cost == price_of(roster)
    assert set(as_assignments(problem, lines)) == set(roster.assignments)


def test_what_the_instance_forbids_the_ward_forbids(instance: Instance) -> None:
    """One more late for the early-only nurse, an early after a late, a third weekend day off."""
    problem = as_problem(instance)
    for line in ("L" * 14, "LE............", "E.E.E.E.E.E.E.", ".....EE.....EE"):
        lines = {code: [s.strip(".") for s in "." * 14] for code in "ABCD"}
        lines["D"] = [s.strip(".") for s in line]
        work = as_assignments(problem, lines)
        roster = Roster(problem=problem, assignments=work, cost=0, bound=0)
        assert bool(score(instance, lines).violations) == bool(roster.violations()) is True


def test_paying_more_never_gives_less_fairness(instance: Instance) -> None:
    problem = as_problem(instance, ["L"])
    cheapest = build_roster(problem, 0, 4, NO_EQUITY)
    curve = price_of_fairness(cheapest, [Burden.NIGHTS], (0, 50, 500), work_limit=2)
    base = price_of(cheapest)
    for point in curve:
        assert point.price <= base + max(base * point.extra_percent / 100, point.extra_percent)
    assert all(point.roster.violations() == () for point in curve)
    unfair = [cost_of(problem, point.roster.assignments).excess[Burden.NIGHTS] for point in curve]
    assert unfair == sorted(unfair, reverse=True)
    assert unfair[-1] < cost_of(problem, cheapest.assignments).excess[Burden.NIGHTS]
    assert curve[-1].gini(Burden.NIGHTS) < cheapest.fairness().gini(Burden.NIGHTS)


@pytest.mark.slow
def test_cover_is_never_paid_for_fairness(ward: WardMaker) -> None:
    problem = ward(nurses=5, needs=(2, 1, 1))
    cheapest = build_roster(problem, 0, 1, NO_EQUITY)
    missing = cost_of(problem, cheapest.assignments).uncovered
    for point in price_of_fairness(cheapest, steps=(0, 100), work_limit=0.7):
        assert cost_of(problem, point.roster.assignments).uncovered <= missing
        assert point.roster.violations() == ()
