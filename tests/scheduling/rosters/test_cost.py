"""What a roster costs, and how far it may be from the best."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hospital.roster import Assignment, Burden, Roster, RosterProblem
from hospital.staff import ShiftRequest
from scheduling.rosters.cost import (
    DEFAULT_WEIGHTS,
    FairBand,
    RosterWeights,
    cost_of,
    cover_weight,
    fair_bands,
    gap_of,
)

pytestmark = pytest.mark.unit

WardMaker = Callable[..., RosterProblem]
AssignmentMaker = Callable[[str, int, str], Assignment]


@pytest.mark.parametrize(("amount", "excess"), [(0, 2), (1, 1), (2, 0), (3, 0), (4, 1), (9, 6)])
def test_excess_is_the_distance_to_the_band(amount: int, excess: int) -> None:
    assert FairBand(low=2, high=3, unit=1).excess(amount) == excess


def test_started_hours_count_as_hours() -> None:
    band = FairBand(low=600, high=900, unit=60)
    assert [band.excess(minutes) for minutes in (900, 901, 960, 961, 599, 540)] == [
        0, 1, 1, 2, 1, 1,
    ]  # fmt: skip


def test_the_bands_hold_the_whole_numbers_around_the_entitlement(ward: WardMaker) -> None:
    problem = ward(nurses=5, days=10, needs=(1, 1, 1))
    nights = [fair_bands(problem)[p.staff][Burden.NIGHTS] for p in problem.staff]
    assert sum(band.low for band in nights) <= 10 <= sum(band.high for band in nights)
    assert all(band.high - band.low <= 1 for band in nights)


def test_nobody_is_entitled_to_more_days_than_there_are(ward: WardMaker) -> None:
    problem = ward(nurses=2, days=4, needs=(0, 0, 9), on_leave=0)
    assert max(bands[Burden.NIGHTS].low for bands in fair_bands(problem).values()) <= 4


def test_one_night_too_many_costs_its_weight_and_its_part_of_the_largest(
    ward: WardMaker, on: AssignmentMaker
) -> None:
    """Two equal nurses share two nights: one each is fair, two and none are two off."""
    problem = ward(nurses=3, days=2, needs=(0, 0, 1), requests_each=0, on_leave=0)
    equals = tuple(person.but(contract_percent=100) for person in problem.staff[1:])
    problem = problem.but(staff=equals, holidays=())
    weights = RosterWeights(night=100, weekend_day=0, holiday=0, hour=0, largest_factor=2)
    uneven = cost_of(problem, (on("N01", 0, "N"), on("N01", 1, "N")), weights)
    even = cost_of(problem, (on("N01", 0, "N"), on("N02", 1, "N")), weights)
    assert (uneven.excess[Burden.NIGHTS], uneven.largest_excess[Burden.NIGHTS]) == (2, 1)
    assert (uneven.total, even.total) == (100 * 2 + 200 * 1, 0)


@pytest.mark.parametrize(
    ("shift", "wants", "refused"),
    [
        ("M", True, 0),
        ("E", True, 9),
        (None, True, 0),
        ("M", False, 9),
        ("E", False, 0),
        (None, False, 9),
    ],
)
def test_a_wish_that_is_not_granted_costs_its_weight(
    ward: WardMaker, on: AssignmentMaker, shift: str | None, wants: bool, refused: int
) -> None:
    wish = ShiftRequest(
        staff="N01", day=on("N01", 0, "M").day, shift=shift, wants_work=wants, weight=9
    )
    problem = ward(requests_each=0).but(requests=(wish,))
    assert cost_of(problem, (on("N01", 0, "M"),)).refused_weight == refused


def test_one_missing_person_outweighs_the_worst_of_all_else(ward: WardMaker) -> None:
    """Everybody on every shift of every day: the most unfair and unwelcome roster there is."""
    problem = ward(nurses=6, days=7, needs=(1, 1, 1), requests_each=5)
    everything = tuple(
        Assignment(staff=person.staff, day=day, shift="N")
        for person in problem.staff
        for day in problem.calendar()
    )
    cost = cost_of(problem, everything)
    rest = cost.total - cost.uncovered * cover_weight(problem)
    assert 0 < rest < cover_weight(problem)


def test_the_gap_leaves_cover_out_and_says_when_it_is_proven(ward: WardMaker) -> None:
    problem = ward(nurses=2, days=3, needs=(2, 2, 1))
    missing = 3 * 5 * cover_weight(problem, DEFAULT_WEIGHTS)
    empty = Roster(problem=problem, assignments=(), cost=missing, bound=missing + 1)
    rest = cost_of(problem, ()).total - missing
    proven = gap_of(empty)
    assert (proven.points, proven.bound, proven.cover_is_proven) == (rest, 1, True)
    open_gap = gap_of(empty.but(bound=missing - 1))
    assert (open_gap.bound, open_gap.cover_is_proven, open_gap.percent) == (0, False, 100)


def test_a_free_roster_has_no_gap(ward: WardMaker) -> None:
    quiet = ward(requests_each=0).but(coverage=())
    assert gap_of(Roster(problem=quiet, assignments=(), cost=0, bound=0)).percent == 0
