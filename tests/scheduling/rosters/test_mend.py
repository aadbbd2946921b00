"""Rosters mended after absences: lawful, no worse covered than need be, hardly disturbed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from hospital.errors import GstError
from hospital.roster import Assignment, Burden, Roster, RosterProblem
from hospital.roster_limits import PersonalRule, ShiftLimit
from hospital.staff import Leave, RuleName
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


def limit(staff: str, rule: RuleName, value: float) -> PersonalRule:
    return PersonalRule(staff=staff, rule=rule, value=value)


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


def test_who_falls_ill_after_a_night_has_worked_it(published: Roster) -> None:
    """The night before the absence is known stays; nothing starts on the morning that it ends."""
    night = next(a for a in published.assignments if a.shift == "N" and a.day >= FOURTH)
    from_day = night.day + timedelta(1)
    away = Leave(staff=night.staff, first_day=from_day, last_day=from_day, reason="sick")
    mended = mend_roster(published, [away], Window(from_day, 5), seed=1, work_limit=2)
    assert night in mended.roster.assignments
    assert (night.staff, from_day) not in {(a.staff, a.day) for a in mended.roster.assignments}
    assert mended.roster.violations() == ()


def test_limits_of_the_period_hold_over_the_mended_days_too(published: Roster) -> None:
    """Hours, weekends and numbers of a shift that were worked before the absence are used up."""
    hours = {p.staff: p.shares[Burden.HOURS].worked for p in published.fairness().people}
    nights = Counter(a.staff for a in published.assignments if a.shift == "N")
    staff = published.problem.staff
    strict = published.but(
        problem=published.problem.but(
            personal=(
                *(
                    limit(p.staff, RuleName.MAXIMUM_PERIOD_HOURS, hours[p.staff])
                    for p in staff[1:6]
                ),
                limit("N02", RuleName.MINIMUM_PERIOD_HOURS, hours["N02"]),
                *(limit(p.staff, RuleName.MAXIMUM_WEEKENDS, 2) for p in staff),
            ),
            shift_limits=tuple(
                ShiftLimit(staff=p.staff, shift="N", most=nights[p.staff]) for p in staff
            ),
        )
    )
    assert strict.violations() == ()
    mended = mend_roster(strict, [sick("N02")], Window(FOURTH, 10), seed=1, work_limit=3)
    assert mended.roster.violations() == ()
    assert mended.uncovered <= mended.uncovered_if_nothing_done


def test_fewer_changes_leave_more_uncovered(published: Roster) -> None:
    reached = []
    for most in (0, 1, 3, None):
        window = Window(FOURTH, 10, most_changes=most)
        mended = mend_roster(published, [sick("N02"), sick("N04")], window, 1, 2)
        assert most is None or len(mended.changed) <= most
        reached.append(mended.uncovered)
    assert reached == sorted(reached, reverse=True)
    assert reached[0] == mended.uncovered_if_nothing_done > reached[-1]


def test_who_is_called_in_on_a_day_off_is_remembered(published: Roster, mended: Mended) -> None:
    worked = {(a.staff, a.day) for a in published.assignments}
    called = {(recall.staff, recall.day) for recall in mended.roster.problem.recalls}
    assert called == {(a.staff, a.day) for a in mended.roster.assignments} - worked
    assert called
    shares = mended.roster.fairness().people
    assert sum(p.shares[Burden.RECALLS].worked for p in shares) == len(called)


def test_strangers_and_days_outside_are_refused(published: Roster) -> None:
    with pytest.raises(GstError, match="not_in_roster"):
        mend_roster(published, [sick("zoe")], Window(FOURTH, 5), 1, 1)
    with pytest.raises(GstError, match="not_in_roster"):
        mend_roster(published, [], Window(MONDAY + timedelta(99), 5), 1, 1)
