"""How far own nurses go, what they leave uncovered, and nurses of an agency who fill part of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from hospital.roster import Assignment, Missing, Roster, RosterProblem
from hospital.roster_fairness import fairness
from hospital.roster_limits import DayNeed, PersonalRule
from hospital.staff import Grade, RuleName, Skill, StaffMember

PERCENT = 100
ROUNDING = 1e-9


def asked_hours(roster: Roster) -> float:
    """Hours of nurses that the needs of the roster come to."""
    lengths = {shift.shift: shift.length_hours for shift in roster.problem.shifts}
    return sum(
        need.staff_needed * lengths[need.shift]
        for _, need in roster.problem.needs()
        if need.skill is not Skill.PHYSICIAN
    )


def with_overtime_limit(problem: RosterProblem, percent: float) -> RosterProblem:
    """The problem in which nobody works more than this share beyond the contract of the period.

    The contract is that of the days on which the person is there. Who has no full-time week in the
    rules is not limited.
    """
    limits = tuple(
        PersonalRule(
            staff=one.staff,
            rule=RuleName.MAXIMUM_PERIOD_HOURS,
            value=one.contract_hours * (1 + percent / PERCENT),
        )
        for one in fairness(problem, ()).people
        if one.contract_hours is not None
    )
    return problem.but(personal=(*limits, *problem.personal))


def overtime_hours(roster: Roster) -> float:
    """Hours of the unit's nurses beyond their contracts."""
    nurses = {one.staff for one in roster.problem.staff if one.skill is not Skill.PHYSICIAN}
    return sum(one.overtime_hours for one in roster.fairness().people if one.staff in nurses)


def missing_hours(roster: Roster, needs: tuple[DayNeed, ...] = ()) -> float:
    """Hours of nurses that are not covered; ``needs`` stand in for the roster's own."""
    asked = roster.but(problem=roster.problem.but(demand=needs)) if needs else roster
    lengths = {shift.shift: shift.length_hours for shift in roster.problem.shifts}
    return sum(gap.missing * lengths[gap.shift] for gap in _gaps(asked))


def with_agency(roster: Roster, percent: float) -> Roster:
    """The roster with this share of the missing places of each shift filled, evenly over its days.

    Each place is filled by a person of its own, who works that one shift: what the agency owes its
    people is the agency's affair. Of n places of a shift and a skill, floor(n x share) are filled.
    """
    known = roster.problem.staff
    staff: list[StaffMember] = []
    duties: list[Assignment] = []
    seen: Counter[tuple[str, Skill]] = Counter()
    for gap in _places(roster):
        seen[gap.shift, gap.skill] += 1
        if _is_filled(seen[gap.shift, gap.skill], percent / PERCENT):
            person = _agency_nurse(roster.problem.unit, len(known) + len(staff) + 1, gap.skill)
            staff.append(person)
            duties.append(Assignment(staff=person.staff, day=gap.day, shift=gap.shift))
    if not staff:
        return roster
    problem = roster.problem.but(staff=(*known, *staff))
    return roster.but(problem=problem, assignments=(*roster.assignments, *duties))


def _is_filled(number: int, share: float) -> bool:
    """Whether the whole part of number x share rises with this one."""
    return int(number * share + ROUNDING) > int((number - 1) * share + ROUNDING)


def _gaps(roster: Roster) -> Iterator[Missing]:
    return (gap for gap in roster.shortfall() if gap.skill is not Skill.PHYSICIAN)


def _places(roster: Roster) -> Iterator[Missing]:
    """Each missing place by itself, in order of time."""
    starts = {shift.shift: shift.start_hour for shift in roster.problem.shifts}
    for gap in sorted(_gaps(roster), key=lambda gap: (gap.day, starts[gap.shift], gap.skill)):
        for _ in range(gap.missing):
            yield gap


def _agency_nurse(unit: str, number: int, skill: Skill) -> StaffMember:
    return StaffMember(
        staff=f"{unit}-AG{number:04d}",
        name=f"Agency {number}",
        unit=unit,
        skill=skill,
        grade=Grade.SENIOR,
        contract_percent=100.0,
    )
