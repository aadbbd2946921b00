"""Nurses for the patients foreseen: rounded up, never below one, monotone in the quantile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from math import ceil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hospital.bed_forecast import BedForecast
from hospital.places import Unit, UnitKind
from hospital.roster import Roster, RosterProblem
from hospital.roster_limits import DayNeed
from hospital.staff import Shift
from scheduling.rosters.bed_needs import Moment, bed_needs, middle, nursed_shifts, nurses_short
from scheduling.rosters.build import build_roster

pytestmark = pytest.mark.unit

WardMaker = Callable[..., RosterProblem]
DAYS_KNOWN = 10


def unit_of(problem: RosterProblem, beds_per_nurse: float = 4) -> Unit:
    return Unit(
        unit=problem.unit,
        hospital="H",
        kind=UnitKind.WARD,
        specialty="general",
        name="Ward",
        physicians=0,
        beds_per_nurse=beds_per_nurse,
        mean_stay_hours=96,
        stay_cv=1,
        cost_per_bed_day_mad=0,
    )


def foreseen(problem: RosterProblem, patients: list[int]) -> dict[int, BedForecast]:
    """The same members on every day, at each hour at which a shift has its middle."""
    members = np.repeat(np.array(patients)[:, None, None], DAYS_KNOWN, axis=2)
    hours = {middle(shift).hour for shift in nursed_shifts(problem)}
    return {
        hour: BedForecast(
            first_day=problem.first_day,
            units=(problem.unit,),
            beds=np.array([40]),
            today=np.array([10]),
            members=members,
            hour=hour,
        )
        for hour in hours
    }


@pytest.mark.parametrize(
    ("start", "length", "hour", "days_later"),
    [(7, 8, 11, 0), (15, 8, 19, 0), (23, 8, 3, 1), (20, 12, 2, 1), (18, 12, 24, 0), (8, 24, 20, 0)],
)
def test_patients_are_counted_in_the_middle_of_the_shift(
    start: float, length: float, hour: int, days_later: int
) -> None:
    shift = Shift(shift="X", name="X", start_hour=start, length_hours=length, is_night=False)
    assert middle(shift) == Moment(hour, days_later)


def test_each_shift_has_a_nurse_for_so_many_patients(ward: WardMaker) -> None:
    problem = ward(nurses=12, days=14)
    beds = foreseen(problem, [5, 9, 17])
    for level, patients in ((0.05, 5), (0.5, 9), (0.9, 17)):
        needs = bed_needs(problem, unit_of(problem), beds, level)
        assert {need.staff_needed for need in needs} == {ceil(patients / 4)}
    known = problem.first_day + timedelta(days=DAYS_KNOWN - 1)
    assert max(need.day for need in needs) == known  # later days keep the table
    empty = bed_needs(problem, unit_of(problem), foreseen(problem, [0]), 0.5)
    assert {need.staff_needed for need in empty} == {1}


@given(
    patients=st.lists(st.integers(0, 60), min_size=1, max_size=30),
    ratio=st.floats(0.5, 12),
    levels=st.tuples(st.floats(0.01, 0.99), st.floats(0.01, 0.99)),
)
def test_a_higher_quantile_never_asks_for_fewer_nurses(
    ward_problem: RosterProblem,
    patients: list[int],
    ratio: float,
    levels: tuple[float, float],
) -> None:
    unit, beds = unit_of(ward_problem, ratio), foreseen(ward_problem, patients)
    low, high = (bed_needs(ward_problem, unit, beds, level) for level in sorted(levels))
    assert all(a.staff_needed <= b.staff_needed for a, b in zip(low, high, strict=True))
    assert all(need.staff_needed * ratio >= min(patients) - 1e-9 for need in low)


@pytest.fixture(scope="module")
def ward_problem(ward: WardMaker) -> RosterProblem:
    return ward(nurses=6, days=7)


def test_a_roster_for_the_median_lacks_nurses_at_the_ninth_decile(ward: WardMaker) -> None:
    """Three patients at the median need one nurse, nine need three: two short on each shift."""
    problem = ward(nurses=9, days=7)
    unit, beds = unit_of(problem), foreseen(problem, [3, 3, 3, 3, 3, 3, 3, 3, 9, 9])
    median, high = (bed_needs(problem, unit, beds, level) for level in (0.5, 0.9))
    roster = build_roster(problem.but(demand=median), 1, 2)
    assert isinstance(roster, Roster)
    assert roster.violations() == ()
    assert nurses_short(roster, median) == 0
    assert nurses_short(roster, high) == 2 * len(high)
    few: tuple[DayNeed, ...] = tuple(need.but(staff_needed=1) for need in median)
    assert nurses_short(roster, few) == 0
