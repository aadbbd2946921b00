"""Why a person works, or does not work, on a day: reasons as codes that catalogues translate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from hospital.duty import duties_by_person
from hospital.errors import GstError, say
from hospital.roster import Assignment, Burden, Roster, RosterRule
from hospital.roster_fairness import refused_requests, weight_of
from hospital.roster_rules import person_violations
from hospital.staff import StaffMember
from scheduling.rosters.cost import DEFAULT_WEIGHTS, RosterWeights, cost_of


class ReasonCode(StrEnum):
    """Everything that can be said of one person on one day."""

    COVERS_NEED = "covers_need"  # shift, skill, needed, present
    KEEPS_LOCK = "keeps_lock"  # shift
    WISH_GRANTED = "wish_granted"  # shift, weight
    WISH_REFUSED = "wish_refused"  # shift, weight
    SHARE = "share"  # burden, worked, entitled
    COLLEAGUE_BLOCKED = "colleague_blocked"  # colleague, shift, rule
    COLLEAGUE_COSTS_MORE = "colleague_costs_more"  # colleague, shift, points
    COLLEAGUE_COULD = "colleague_could"  # colleague, shift, points (zero or below)
    ON_LEAVE = "on_leave"
    NOBODY_NEEDED = "nobody_needed"
    BLOCKED = "blocked"  # shift, rule
    COVERED_BY_OTHERS = "covered_by_others"  # shift
    COULD_HELP = "could_help"  # shift, missing


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: its code and the values its sentence needs."""

    code: ReasonCode
    values: Mapping[str, str | int | float] = field(default_factory=dict)


def why(
    roster: Roster, staff: str, day: date, weights: RosterWeights = DEFAULT_WEIGHTS
) -> tuple[Reason, ...]:
    """Why this person works, or is free, on this day of the roster.

    For a duty: the need it covers, the wishes and the fair shares it touches, and for every
    colleague of the same skill the rule that forbids taking it over, or the points that it
    would cost. For a free day: leave, wishes, and for every shift what stands in the way.

    Raises:
        GstError: ``not_in_roster`` for a person or a day that the roster does not have.
    """
    person = _person(roster, staff, day)
    worked = [a for a in roster.assignments if a.staff == staff and a.day == day]
    wishes = tuple(_wishes(roster, staff, day))
    if not worked:
        return (*_free(roster, person, day), *wishes)
    reasons = [reason for duty in worked for reason in _duty(roster, person, duty)]
    colleagues = [r for duty in worked for r in _colleagues(roster, person, duty, weights)]
    return (*reasons, *wishes, *_shares(roster, worked), *colleagues)


def _person(roster: Roster, staff: str, day: date) -> StaffMember:
    for person in roster.problem.staff:
        if person.staff == staff and roster.problem.has_day(day):
            return person
    raise GstError(
        "not_in_roster",
        say("{staff} on {day} is not in this roster.", staff=staff, day=day),
        staff=staff,
    )


def _duty(roster: Roster, person: StaffMember, duty: Assignment) -> Iterator[Reason]:
    skills = {p.staff: p.skill for p in roster.problem.staff}
    for day, need in roster.problem.needs():
        if (day, need.shift, need.skill) == (duty.day, duty.shift, person.skill):
            present = sum(
                a.day == day and a.shift == need.shift and skills.get(a.staff) is need.skill
                for a in roster.assignments
            )
            yield Reason(
                ReasonCode.COVERS_NEED,
                {
                    "shift": need.shift,
                    "skill": need.skill.value,
                    "needed": need.staff_needed,
                    "present": present,
                },
            )
    if duty in roster.problem.locked:
        yield Reason(ReasonCode.KEEPS_LOCK, {"shift": duty.shift})


def _wishes(roster: Roster, staff: str, day: date) -> Iterator[Reason]:
    wishes = [r for r in roster.problem.requests if r.staff == staff and r.day == day]
    refused = refused_requests(wishes, roster.assignments)
    for wish in wishes:
        code = ReasonCode.WISH_REFUSED if wish in refused else ReasonCode.WISH_GRANTED
        yield Reason(code, {"shift": wish.shift or "", "weight": wish.weight})


def _shares(roster: Roster, worked: Sequence[Assignment]) -> Iterator[Reason]:
    """The burdens that these duties add to, with what the person carries of each."""
    shares = roster.fairness().person(worked[0].staff).shares
    duties = duties_by_person(worked, roster.problem.shifts)[worked[0].staff]
    for burden in Burden:
        if any(weight_of(burden, duty, roster.problem) for duty in duties):
            share = shares[burden]
            yield Reason(
                ReasonCode.SHARE,
                {"burden": burden.value, "worked": share.worked, "entitled": share.entitled},
            )


def _colleagues(
    roster: Roster, person: StaffMember, duty: Assignment, weights: RosterWeights
) -> Iterator[Reason]:
    """What would happen if each colleague took the duty over."""
    cost = cost_of(roster.problem, roster.assignments, weights).total
    others = tuple(a for a in roster.assignments if a != duty)
    for colleague in roster.problem.staff:
        if colleague.staff == person.staff or colleague.skill is not person.skill:
            continue
        values = {"colleague": colleague.staff, "shift": duty.shift}
        instead = (*others, duty.but(staff=colleague.staff))
        rule = _first_rule_broken(roster, colleague, instead)
        if rule is not None:
            yield Reason(ReasonCode.COLLEAGUE_BLOCKED, {**values, "rule": rule})
            continue
        points = cost_of(roster.problem, instead, weights).total - cost
        code = ReasonCode.COLLEAGUE_COSTS_MORE if points > 0 else ReasonCode.COLLEAGUE_COULD
        yield Reason(code, {**values, "points": points})


def _free(roster: Roster, person: StaffMember, day: date) -> Iterator[Reason]:
    if day in roster.problem.leave_days(person.staff):
        yield Reason(ReasonCode.ON_LEAVE)
        return
    needs = [
        need
        for needed_on, need in roster.problem.needs()
        if needed_on == day and need.skill is person.skill
    ]
    if not needs:
        yield Reason(ReasonCode.NOBODY_NEEDED)
    missing = {
        gap.shift: gap.missing
        for gap in roster.shortfall()
        if gap.day == day and gap.skill is person.skill
    }
    for need in needs:
        yield _why_not(
            roster, person, Assignment(staff=person.staff, day=day, shift=need.shift), missing
        )


def _why_not(
    roster: Roster, person: StaffMember, duty: Assignment, missing: Mapping[str, int]
) -> Reason:
    rule = _first_rule_broken(roster, person, (*roster.assignments, duty))
    if rule is not None:
        return Reason(ReasonCode.BLOCKED, {"shift": duty.shift, "rule": rule})
    if duty.shift in missing:
        return Reason(ReasonCode.COULD_HELP, {"shift": duty.shift, "missing": missing[duty.shift]})
    return Reason(ReasonCode.COVERED_BY_OTHERS, {"shift": duty.shift})


def _first_rule_broken(
    roster: Roster, person: StaffMember, assignments: Sequence[Assignment]
) -> str | None:
    """The first rule that these assignments break for a person and the roster did not."""
    already = set(person_violations(roster.problem, person, roster.assignments))
    broken = person_violations(roster.problem, person, assignments)
    fresh = [v.rule for v in broken if v not in already]
    double = RosterRule.TWO_SHIFTS_ON_ONE_DAY.value
    return double if double in fresh else next(iter(fresh), None)
