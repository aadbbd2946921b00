"""Own nurses to a limit, then an agency for part of the rest: hours add up, nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from hospital.places import Unit, UnitKind
from hospital.roster import Roster, RosterProblem
from hospital.roster_limits import DayNeed
from hospital.staff import CoverageNeed, Skill
from scheduling.rosters.agency import (
    asked_hours,
    missing_hours,
    overtime_hours,
    with_agency,
    with_overtime_limit,
)
from scheduling.rosters.bed_needs import never_below_table, patient_needs
from scheduling.rosters.build import build_roster

pytestmark = pytest.mark.unit

WardMaker = Callable[..., RosterProblem]


def nobody_works(problem: RosterProblem) -> Roster:
    return Roster(problem=problem, assignments=(), cost=0, bound=0)


def ward_of(problem: RosterProblem) -> Unit:
    return Unit(
        unit=problem.unit,
        hospital="H",
        kind=UnitKind.WARD,
        specialty="general",
        name="Ward",
        physicians=0,
        beds_per_nurse=10,
        mean_stay_hours=96,
        stay_cv=1,
        cost_per_bed_day_mad=0,
    )


def patients(problem: RosterProblem, count: float) -> dict[int, dict[date, float]]:
    days = [problem.first_day + timedelta(days=at) for at in range(problem.days + 2)]
    return {hour: dict.fromkeys(days, count) for hour in range(1, 25)}


def test_what_nobody_works_is_missing(ward: WardMaker) -> None:
    """Two on a morning of 7 h, one on an evening of 7 h and a night of 10 h, for 14 days."""
    empty = nobody_works(ward(needs=(2, 1, 1), days=14))
    assert asked_hours(empty) == missing_hours(empty) == 14 * (14 + 7 + 10)
    assert overtime_hours(empty) == 0


@pytest.mark.parametrize("percent", [0, 25, 50, 75, 100])
def test_an_agency_fills_its_share_and_the_hours_add_up(ward: WardMaker, percent: int) -> None:
    empty = nobody_works(ward(needs=(2, 1, 1), days=14))
    filled = with_agency(empty, percent)
    by_shift = Counter(a.shift for a in filled.assignments)
    assert by_shift == +Counter(
        {s: n * percent // 100 for s, n in (("M", 28), ("E", 14), ("N", 14))}
    )
    left = missing_hours(empty) * (1 - percent / 100)
    assert missing_hours(filled) == pytest.approx(left, abs=7 + 10)
    second = empty.problem.first_day + timedelta(days=7)
    halves = Counter((a.shift, a.day >= second) for a in filled.assignments)
    assert all(abs(halves[s, True] - halves[s, False]) <= 1 for s in "MEN"), "spread over the days"
    assert with_agency(filled, 100).shortfall() == ()


def test_a_covered_ward_calls_no_agency(ward: WardMaker) -> None:
    empty = nobody_works(ward(needs=(1, 1, 1), days=7))
    covered = with_agency(empty, 100)
    assert with_agency(covered, 100) == covered


@pytest.mark.slow
def test_nobody_works_beyond_the_limit_and_a_wider_one_leaves_less_open(ward: WardMaker) -> None:
    problem = ward(nurses=8, needs=(3, 2, 2), days=14, requests_each=0)
    none, some = (
        build_roster(with_overtime_limit(problem, percent), 1, 2.0) for percent in (0, 30)
    )
    assert none.violations() == some.violations() == ()
    assert overtime_hours(none) == pytest.approx(0)
    assert overtime_hours(some) > 0
    assert missing_hours(some) < missing_hours(none)


def test_patients_ask_for_nurses_but_never_fewer_than_the_table(ward: WardMaker) -> None:
    problem = ward(needs=(3, 2, 1), days=7)
    needs = patient_needs(problem, ward_of(problem), patients(problem, 14.2))
    assert {need.staff_needed for need in needs} == {2}
    kept = never_below_table(problem, needs)
    by_shift = {need.shift: need.staff_needed for need in kept}
    assert by_shift == {"M": 3, "E": 2, "N": 2}


def test_midwives_and_nurses_of_one_ward_keep_their_table(ward: WardMaker) -> None:
    problem = ward(needs=(1, 1, 1), days=7)
    midwife = CoverageNeed(unit="W", shift="N", skill=Skill.MIDWIFE, weekday=0, staff_needed=2)
    mixed = problem.but(coverage=(*problem.coverage, midwife))
    assert patient_needs(mixed, ward_of(problem), patients(problem, 30)) == ()
    assert never_below_table(mixed, ()) == ()


def test_needs_of_other_patients_are_measured_on_the_same_roster(ward: WardMaker) -> None:
    problem = ward(needs=(1, 1, 1), days=7)
    covered = with_agency(nobody_works(problem), 100)
    more = tuple(
        DayNeed(day=day, shift="M", skill=Skill.GENERAL_NURSE, staff_needed=2)
        for day in problem.calendar()
    )
    assert missing_hours(covered) == 0
    assert missing_hours(covered, more) == 7 * 7
