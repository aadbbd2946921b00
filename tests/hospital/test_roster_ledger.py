"""What is shared apart, what is remembered over the months, and the rules proposed for Morocco."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hospital.calendar import MoroccanCalendar
from hospital.roster import Assignment, Burden, Roster, RosterProblem
from hospital.roster_burden import DayKind, Recall, named_days
from hospital.roster_fairness import shared_burdens
from hospital.roster_ledger import Ledger
from hospital.roster_limits import ShiftLimit
from hospital.staff import (
    CoverageNeed,
    Grade,
    Leave,
    RuleName,
    Shift,
    ShiftRequest,
    Skill,
    StaffMember,
    WorkingRule,
)
from hospital.working_rules import completed, moroccan_rules

pytestmark = pytest.mark.unit

RAMADAN = date(2027, 2, 22)
AID_WEEK = date(2027, 3, 8)


def nurse(staff: str, percent: float = 100) -> StaffMember:
    return StaffMember(
        staff=staff,
        name=staff,
        unit="W",
        skill=Skill.MIDWIFE,
        grade=Grade.SENIOR,
        contract_percent=percent,
    )


def problem(*people: StaffMember, first_day: date, days: int = 7) -> RosterProblem:
    calendar = MoroccanCalendar.load()
    last = first_day + timedelta(days - 1)
    return RosterProblem(
        unit="W",
        first_day=first_day,
        days=days,
        staff=people or (nurse("ann"), nurse("bob")),
        shifts=(
            Shift(shift="D", name="day", start_hour=8, length_hours=12, is_night=False),
            Shift(shift="N", name="night", start_hour=20, length_hours=12, is_night=True),
        ),
        coverage=tuple(
            CoverageNeed(unit="W", shift=s, skill=Skill.MIDWIFE, weekday=d, staff_needed=1)
            for s in "DN"
            for d in range(7)
        ),
        holidays=tuple(day.date for day in calendar.holidays(first_day, last)),
        named_days=named_days(calendar, first_day, last),
    )


def works(staff: str, first_day: date, pattern: str) -> tuple[Assignment, ...]:
    return tuple(
        Assignment(staff=staff, day=first_day + timedelta(k), shift=letter)
        for k, letter in enumerate(pattern)
        if letter != "."
    )


def worked(question: RosterProblem, burden: Burden, *assignments: Assignment) -> float:
    roster = Roster(problem=question, assignments=assignments, cost=0, bound=0)
    return roster.fairness().person("ann").shares[burden].worked


def test_a_night_of_ramadan_is_a_night_and_is_shared_apart_too() -> None:
    question = problem(first_day=RAMADAN)
    assert len(question.days_named(DayKind.RAMADAN)) == 7
    duties = works("ann", RAMADAN, "N.D")
    assert worked(question, Burden.NIGHTS, *duties) == 1
    assert worked(question, Burden.RAMADAN_NIGHTS, *duties) == 1
    shares = Roster(problem=question, assignments=(), cost=0, bound=0).fairness()
    assert shares.person("ann").shares[Burden.RAMADAN_NIGHTS].entitled == 3.5


def test_an_aid_is_no_other_holiday_and_counts_by_itself() -> None:
    """Aïd al-Fitr 2027 falls in this week; each Aïd has its own account."""
    question = problem(first_day=AID_WEEK)
    aid = min(question.days_named(DayKind.AID_AL_FITR))
    assert aid in question.holidays
    duty = Assignment(staff="ann", day=aid, shift="D")
    assert worked(question, Burden.AID_AL_FITR, duty) == 1
    assert (
        worked(question, Burden.HOLIDAYS, duty) == worked(question, Burden.AID_AL_ADHA, duty) == 0
    )
    assert Burden.AID_AL_FITR in shared_burdens(question)
    assert Burden.AID_AL_ADHA not in shared_burdens(question)
    assert shared_burdens(problem(first_day=date(2026, 11, 23)))[-1] is Burden.HOLIDAYS


def test_who_never_takes_a_shift_has_no_part_of_it() -> None:
    """The pitfall of raw differences: an early-only nurse owes no night."""
    limit = ShiftLimit(staff="bob", shift="N", most=0)
    question = problem(first_day=RAMADAN).but(shift_limits=(limit,))
    shares = Roster(problem=question, assignments=(), cost=0, bound=0).fairness()
    assert shares.person("bob").shares[Burden.NIGHTS].entitled == 0
    assert shares.person("ann").shares[Burden.NIGHTS].entitled == 7


def test_refused_wishes_are_shared_by_what_was_asked_and_recalls_by_contract() -> None:
    wishes = tuple(
        ShiftRequest(staff=who, day=RAMADAN + timedelta(k), wants_work=False, weight=weight)
        for who, k, weight in (("ann", 0, 6), ("ann", 1, 2), ("bob", 2, 4))
    )
    question = problem(nurse("ann"), nurse("bob", 50), first_day=RAMADAN).but(
        requests=wishes, recalls=(Recall(staff="bob", day=RAMADAN),)
    )
    duties = works("ann", RAMADAN, "D")
    shares = Roster(problem=question, assignments=duties, cost=0, bound=0).fairness()
    refused = [shares.person(who).shares[Burden.REFUSED_WISHES] for who in ("ann", "bob")]
    assert [(s.worked, s.entitled) for s in refused] == [(6, 4), (0, 2)]
    recalls = [shares.person(who).shares[Burden.RECALLS] for who in ("ann", "bob")]
    assert [s.worked for s in recalls] == [0, 1]
    assert [s.entitled for s in recalls] == pytest.approx([2 / 3, 1 / 3])


def test_a_ledger_adds_what_was_worked_and_fades() -> None:
    question = problem(first_day=RAMADAN, days=28)
    once = Ledger(unit="W", decay=0.5).with_roster(question, works("ann", RAMADAN, "N.N"))
    twice = once.with_roster(question, works("bob", RAMADAN, "N"))
    carried = {(c.staff, c.burden): c.amount for c in twice.carried()}
    assert carried["ann", Burden.NIGHTS] == 0.5 * (2 - 14) - 14
    assert carried["bob", Burden.NIGHTS] == 0.5 * (0 - 14) + 1 - 14
    assert twice.fairness().person("ann").shares[Burden.NIGHTS].worked == 1


@given(pattern=st.text("DN.", max_size=28), decay=st.floats(0, 1))
def test_in_a_covered_roster_what_one_carries_the_others_lack(pattern: str, decay: float) -> None:
    """Deviations of nights sum to the nights that nobody worked, whatever has faded."""
    question = problem(first_day=RAMADAN, days=28)
    line = works("ann", RAMADAN, pattern)
    rest = "".join("N" if shift != "N" else "." for shift in pattern.ljust(28, "."))
    ledger = Ledger(unit="W", decay=decay)
    for _ in range(3):
        ledger = ledger.with_roster(question, (*line, *works("bob", RAMADAN, rest)))
    nights = [c.amount for c in ledger.carried() if c.burden is Burden.NIGHTS]
    assert sum(nights) == pytest.approx(0, abs=1e-9)


def test_what_was_carried_counts_in_the_deviation_of_the_next_roster() -> None:
    question = problem(first_day=RAMADAN)
    ledger = Ledger(unit="W").with_roster(question, works("ann", RAMADAN, "NNN"))
    after = question.but(first_day=RAMADAN + timedelta(7), carried=ledger.carried())
    share = Roster(problem=after, assignments=(), cost=0, bound=0).fairness().person("ann").shares
    assert share[Burden.NIGHTS].carried == 3 - 3.5
    assert share[Burden.NIGHTS].deviation == 0 + (3 - 3.5) - 3.5


def test_the_week_of_ramadan_is_shorter() -> None:
    rules = tuple(
        WorkingRule(rule=name, value=value, source="test", confirmed=True)
        for name, value in (
            (RuleName.FULL_TIME_WEEKLY_HOURS, 37.5),
            (RuleName.RAMADAN_WEEKLY_HOURS, 30),
        )
    )
    away = Leave(staff="bob", first_day=RAMADAN, last_day=RAMADAN + timedelta(6), reason="x")
    for question, hours in (
        (problem(first_day=RAMADAN), 30.0),
        (problem(first_day=date(2026, 11, 23)), 37.5),
    ):
        roster = Roster(
            problem=question.but(rules=rules, leave=(away,)), assignments=(), cost=0, bound=0
        )
        assert roster.fairness().person("ann").contract_hours == pytest.approx(hours)
    assert roster.fairness().person("bob").contract_hours == 37.5
    only_full = problem(first_day=RAMADAN).but(rules=rules[:1])
    roster = Roster(problem=only_full, assignments=(), cost=0, bound=0)
    assert roster.fairness().person("ann").contract_hours == 37.5


def test_every_proposed_rule_is_known_has_a_source_and_says_if_it_is_confirmed() -> None:
    names = [rule.rule for rule in moroccan_rules()]
    assert len(names) == len(set(names))
    assert set(names) <= set(RuleName)
    for rule in moroccan_rules():
        assert rule.confirmed == ("confirmer" not in rule.source)
    own = (WorkingRule(rule=names[0], value=1, source="ours", confirmed=True),)
    assert completed(own)[0] == own[0]
    assert [rule.rule for rule in completed(own)] == names
