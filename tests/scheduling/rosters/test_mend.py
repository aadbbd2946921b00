"""Rosters mended after absences: lawful, no worse covered than need be, hardly disturbed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from hospital.errors import GstError
from hospital.roster import Assignment, Roster, RosterProblem
from hospital.staff import Leave
from scheduling.rosters.build import build_roster
from scheduling.rosters.cost import cost_of
from scheduling.rosters.mend import Mended, Window, mend_roster, replacements

pytestmark = pytest.mark.unit

MONDAY = date(2026, 11, 23)
FOURTH = MONDAY + timedelta(4)
WardMaker = Callable[..., RosterProblem]
AssignmentMaker = Callable[[str, int, str], Assignment]


def sick(staff: str, first: int = 4, days: int = 4) -> Leave:
    first_day = MONDAY + timedelta(first)
    return Leave(
        staff=staff, first_day=first_day, last_day=first_day + timedelta(days - 1), reason="sick"
    )


@pytest.fixture(scope="module")
def published(ward: WardMaker) -> Roster:
    return build_roster(ward(nurses=10), seed=1, work_limit=3)


@pytest.fixture(scope="module")
def mended(published: Roster) -> Mended:
    return mend_roster(published, [sick("N02")], Window(FOURTH, 10), seed=1, work_limit=4)


def test_the_mended_roster_is_lawful_and_the_absent_are_away(mended: Mended) -> None:
    assert mended.roster.violations() == ()
    away = mended.roster.problem.leave_days("N02")
    assert not any(a.staff == "N02" and a.day in away for a in mended.roster.assignments)
    assert mended.lost


def test_cover_is_as_good_as_can_be_and_better_than_doing_nothing(mended: Mended) -> None:
    missing = sum(gap.missing for gap in mended.roster.shortfall())
    assert mended.uncovered_bound <= mended.uncovered == missing
    assert mended.uncovered < mended.uncovered_if_nothing_done
    assert mended.is_proven


def test_the_past_stays_as_it_was(published: Roster, mended: Mended) -> None:
    def before(roster: Roster) -> set[Assignment]:
        return {a for a in roster.assignments if a.day < FOURTH}

    assert before(mended.roster) == before(published)


def test_the_changes_said_are_the_changes_made(published: Roster, mended: Mended) -> None:
    differing = set(published.assignments) ^ set(mended.roster.assignments)
    cells = {(a.staff, a.day) for a in differing - set(mended.lost)}
    assert set(mended.changed) == cells


def test_fewer_people_are_disturbed_than_by_a_new_roster(published: Roster, mended: Mended) -> None:
    """At most half of the changes of a full solve that covers as much."""
    before = tuple(a for a in published.assignments if a.day < FOURTH)
    problem = mended.roster.problem.but(locked=before)
    anew = build_roster(problem, seed=1, work_limit=4)
    assert sum(gap.missing for gap in anew.shortfall()) >= mended.uncovered
    changed = {(a.staff, a.day) for a in set(published.assignments) ^ set(anew.assignments)}
    lost = {(a.staff, a.day) for a in mended.lost}
    assert len(mended.changed) <= len(changed - lost) / 2


def test_nothing_changes_when_the_absent_had_nothing_to_do(published: Roster) -> None:
    free = next(
        (person.staff, day)
        for day in range(5, 13)
        for person in published.problem.staff
        if not {MONDAY + timedelta(d) for d in (day - 1, day)}
        & {a.day for a in published.assignments if a.staff == person.staff}
    )
    same = mend_roster(published, [sick(*free, days=1)], Window(FOURTH, 10), 1, 2)
    assert (same.changed, same.lost, same.is_proven) == ((), (), True)
    assert same.roster.assignments == published.assignments


def test_mending_twice_gives_the_same_roster(published: Roster, mended: Mended) -> None:
    again = mend_roster(published, [sick("N02")], Window(FOURTH, 10), seed=1, work_limit=4)
    assert again == mended


def test_days_after_the_window_change_only_where_nothing_else_helps(published: Roster) -> None:
    window = Window(FOURTH, 5)
    mended = mend_roster(published, [sick("N02", days=3)], window, seed=1, work_limit=3)
    assert mended.changed
    assert all(day in window for _, day in mended.changed)
    assert mended.is_proven


def test_all_away_leaves_the_ward_empty_without_an_error(published: Roster) -> None:
    everybody = [sick(person.staff, days=10) for person in published.problem.staff]
    mended = mend_roster(published, everybody, Window(FOURTH, 10), seed=1, work_limit=2)
    assert mended.uncovered == mended.uncovered_if_nothing_done
    assert all(a.day < FOURTH for a in mended.roster.assignments)


def test_the_lock_of_somebody_absent_is_lifted(published: Roster, on: AssignmentMaker) -> None:
    duty = next(a for a in published.assignments if a.day >= FOURTH)
    locked = published.but(problem=published.problem.but(locked=(duty,)))
    away = Leave(staff=duty.staff, first_day=duty.day, last_day=duty.day, reason="sick")
    mended = mend_roster(locked, [away], Window(FOURTH, 10), seed=1, work_limit=2)
    assert mended.roster.violations() == ()


def test_replacements_are_lawful_first_and_then_cheapest(published: Roster) -> None:
    duty = next(a for a in published.assignments if a.shift == "N")
    ranked = replacements(published, duty)
    assert len(ranked) == len(published.problem.staff) - 1
    lawful = [r for r in ranked if r.rule is None]
    assert list(ranked[: len(lawful)]) == sorted(lawful, key=lambda r: (r.points, r.staff))
    others = tuple(a for a in published.assignments if a != duty)
    for choice in ranked:
        roster = published.but(assignments=(*others, duty.but(staff=choice.staff)))
        assert bool(roster.violations()) == (choice.rule is not None)
        cost = cost_of(roster.problem, roster.assignments).total
        assert cost - published.cost == choice.points


def test_strangers_and_days_outside_are_refused(published: Roster) -> None:
    with pytest.raises(GstError, match="not_in_roster"):
        mend_roster(published, [sick("zoe")], Window(FOURTH, 5), 1, 1)
    with pytest.raises(GstError, match="not_in_roster"):
        mend_roster(published, [], Window(MONDAY + timedelta(99), 5), 1, 1)
