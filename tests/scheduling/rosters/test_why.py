"""Why somebody works or is free: reasons that the roster itself bears out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from hospital.errors import GstError
from hospital.roster import Assignment, Roster, RosterProblem, RosterRule
from hospital.staff import Leave, ShiftRequest
from scheduling.rosters.build import build_roster
from scheduling.rosters.cost import cost_of
from scheduling.rosters.why import Reason, ReasonCode, why

pytestmark = pytest.mark.unit

MONDAY = date(2026, 11, 23)
AssignmentMaker = Callable[[str, int, str], Assignment]


@pytest.fixture(scope="module")
def built(ward: Callable[..., RosterProblem]) -> Roster:
    return build_roster(ward(), seed=1, work_limit=2)


def codes(reasons: tuple[Reason, ...]) -> list[ReasonCode]:
    return [reason.code for reason in reasons]


def test_every_person_has_a_reason_on_every_day(built: Roster) -> None:
    worked = {(a.staff, a.day) for a in built.assignments}
    for person in built.problem.staff:
        for day in built.problem.calendar():
            said = codes(why(built, person.staff, day))
            assert said
            assert (ReasonCode.COVERS_NEED in said) == ((person.staff, day) in worked)


def test_every_colleague_is_blocked_by_a_rule_or_has_a_price_that_holds(built: Roster) -> None:
    duty = next(a for a in built.assignments if a.shift == "N")
    others = tuple(a for a in built.assignments if a != duty)
    said = [r for r in why(built, duty.staff, duty.day) if "colleague" in r.values]
    assert len(said) == len(built.problem.staff) - 1
    for reason in said:
        instead = (*others, duty.but(staff=reason.values["colleague"]))
        mutated = built.but(assignments=instead)
        if reason.code is ReasonCode.COLLEAGUE_BLOCKED:
            assert reason.values["rule"] in {v.rule for v in mutated.violations()}
        else:
            assert mutated.violations() == ()
            points = cost_of(built.problem, instead).total - built.cost
            assert reason.values["points"] == points


def test_a_proven_best_roster_has_no_better_colleague(built: Roster) -> None:
    assert built.cost == built.bound
    for duty in built.assignments[:5]:
        for reason in why(built, duty.staff, duty.day):
            assert reason.values.get("points", 0) >= 0


def test_a_night_names_its_shares(built: Roster) -> None:
    duty = next(a for a in built.assignments if a.shift == "N" and a.day.weekday() < 5)
    shares = [r for r in why(built, duty.staff, duty.day) if r.code is ReasonCode.SHARE]
    assert {"hours", "nights"} <= {r.values["burden"] for r in shares}


def test_leave_and_wishes_are_said(built: Roster, on: AssignmentMaker) -> None:
    away = Leave(staff="N01", first_day=MONDAY, last_day=MONDAY, reason="x")
    wishes = (
        ShiftRequest(staff="N02", day=MONDAY, wants_work=False, weight=7),
        ShiftRequest(staff="N03", day=MONDAY, shift="M", wants_work=False, weight=9),
    )
    problem = built.problem.but(leave=(away,), requests=wishes, locked=(on("N03", 0, "M"),))
    roster = Roster(problem=problem, assignments=(on("N03", 0, "M"),), cost=0, bound=0)
    assert codes(why(roster, "N01", MONDAY)) == [ReasonCode.ON_LEAVE]
    assert Reason(ReasonCode.WISH_GRANTED, {"shift": "", "weight": 7}) in why(roster, "N02", MONDAY)
    said = why(roster, "N03", MONDAY)
    assert Reason(ReasonCode.WISH_REFUSED, {"shift": "M", "weight": 9}) in said
    assert ReasonCode.KEEPS_LOCK in codes(said)


def test_a_free_person_is_blocked_by_rest_or_could_help(built: Roster, on: AssignmentMaker) -> None:
    roster = Roster(
        problem=built.problem.but(leave=(), requests=()),
        assignments=(on("N01", 0, "N"),),
        cost=0,
        bound=0,
    )
    blocked = why(roster, "N01", MONDAY + timedelta(1))
    assert (
        Reason(ReasonCode.BLOCKED, {"shift": "M", "rule": RosterRule.MINIMUM_REST_HOURS.value})
        in blocked
    )
    assert Reason(ReasonCode.COULD_HELP, {"shift": "M", "missing": 2}) in why(roster, "N02", MONDAY)


def test_nobody_needed_is_a_reason(built: Roster) -> None:
    quiet = built.but(problem=built.problem.but(coverage=(), leave=()), assignments=())
    assert ReasonCode.NOBODY_NEEDED in codes(why(quiet, "N01", MONDAY))


def test_strangers_and_other_days_are_refused(built: Roster) -> None:
    for staff, day in (("zoe", MONDAY), ("N01", MONDAY - timedelta(1))):
        with pytest.raises(GstError, match="not_in_roster"):
            why(built, staff, day)
