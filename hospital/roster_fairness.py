"""Who carries how much of a roster, against a personal entitlement, and what is left uncovered.

Each needed duty is shared among those who could do it, in proportion to their contracts. A
part-timer, somebody on leave or exempt from nights is so measured against what is fair for
that person: raw differences between people say nothing (rostering evidence, section 4).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hospital.base import DAYS_PER_WEEK
from hospital.duty import Duty, duties_by_person, duty_on
from hospital.roster_burden import EVERYDAY, SHARED_APART, TOLD, Burden, DayKind
from hospital.roster_problem import Assignment, RosterProblem
from hospital.staff import RuleName, ShiftRequest, Skill, StaffMember

SATURDAY = 5
PERCENT = 100
NIGHTS = (Burden.NIGHTS, Burden.RAMADAN_NIGHTS)


@dataclass(frozen=True, slots=True)
class Missing:
    """A need that the roster does not cover: how many people of a skill are missing."""

    day: date
    shift: str
    skill: Skill
    missing: int


@dataclass(frozen=True, slots=True)
class Share:
    """What one person carries of one burden, and what would be fair [hours or duties].

    ``carried`` is what earlier rosters left: above zero, more than was fair.
    """

    worked: float
    entitled: float
    carried: float = 0.0

    @property
    def deviation(self) -> float:
        """Above zero where the person carries more than the fair share, earlier rosters counted."""
        return self.worked + self.carried - self.entitled


@dataclass(frozen=True, slots=True)
class PersonShare:
    """One person's burdens. ``contract_hours`` is None where no full-time week is given."""

    staff: str
    shares: Mapping[Burden, Share]
    contract_hours: float | None

    @property
    def overtime_hours(self) -> float:
        """Hours worked beyond the contract of the days present, never below zero."""
        if self.contract_hours is None:
            return 0.0
        return max(0.0, self.shares[Burden.HOURS].worked - self.contract_hours)


@dataclass(frozen=True, slots=True)
class Fairness:
    """How evenly the burdens of a roster lie, people in staff order."""

    people: tuple[PersonShare, ...]

    def person(self, staff: str) -> PersonShare:
        """The shares of one person; KeyError for somebody who is not in the roster."""
        for person in self.people:
            if person.staff == staff:
                return person
        raise KeyError(staff)

    def largest_deviation(self, burden: Burden) -> float:
        """Largest distance of anybody from the fair share [hours or duties]."""
        return max((abs(p.shares[burden].deviation) for p in self.people), default=0.0)

    def gini(self, burden: Burden) -> float:
        """Gini coefficient of worked over entitled: 0 when all carry the same part.

        Source: Dixon et al. 1987, mean absolute difference over twice the mean.
        """
        loads = sorted(self._relative_loads(burden))
        total = sum(loads)
        if not total:
            return 0.0
        count = len(loads)
        ranked = sum(rank * load for rank, load in enumerate(loads, start=1))
        return 2 * ranked / (count * total) - (count + 1) / count

    def jain(self, burden: Burden) -> float:
        """Jain's index of worked over entitled: 1 when even, 1/n when one carries all.

        Source: Jain, Chiu and Hawe 1984, eq. 1.
        """
        loads = self._relative_loads(burden)
        squares = sum(load * load for load in loads)
        return sum(loads) ** 2 / (len(loads) * squares) if squares else 1.0

    def _relative_loads(self, burden: Burden) -> list[float]:
        shares = (person.shares[burden] for person in self.people)
        return [share.worked / share.entitled for share in shares if share.entitled > 0]


def shortfall(problem: RosterProblem, assignments: Sequence[Assignment]) -> tuple[Missing, ...]:
    """The needs that are not fully covered, in order of day and coverage table."""
    skills = {person.staff: person.skill for person in problem.staff}
    present = Counter((a.day, a.shift, skills.get(a.staff)) for a in set(assignments))
    gaps = (
        Missing(
            day, need.shift, need.skill, need.staff_needed - present[day, need.shift, need.skill]
        )
        for day, need in problem.needs()
    )
    return tuple(gap for gap in gaps if gap.missing > 0)


def fairness(problem: RosterProblem, assignments: Sequence[Assignment]) -> Fairness:
    """What each person works and what would be fair, for every burden."""
    entitled = entitlements(problem)
    duties = duties_by_person(assignments, problem.shifts)
    told = _told_shares(problem, assignments)
    return Fairness(
        tuple(
            PersonShare(
                person.staff,
                {
                    burden: told[burden][person.staff]
                    if burden in TOLD
                    else Share(
                        sum(weight_of(burden, d, problem) for d in duties.get(person.staff, ())),
                        entitled[person.staff][burden],
                        problem.carried_by(person.staff, burden),
                    )
                    for burden in Burden
                },
                contract_hours(problem, person),
            )
            for person in problem.staff
        )
    )


def shared_burdens(problem: RosterProblem) -> tuple[Burden, ...]:
    """The burdens of duties that this period has: an Aïd or Ramadan only where it falls."""
    apart = {named.kind for named in problem.named_days if problem.has_day(named.day)}
    return (*EVERYDAY, *(burden for kind, burden in SHARED_APART.items() if kind in apart))


def weight_of(burden: Burden, duty: Duty, problem: RosterProblem) -> float:
    """How much one duty adds to a burden: its hours, or 1 if it is a night, weekend, holiday."""
    if burden is Burden.HOURS:
        return duty.hours
    if burden is Burden.NIGHTS:
        return float(duty.is_night)
    if burden is Burden.WEEKEND_DAYS:
        return float(duty.day.weekday() >= SATURDAY)
    if burden in TOLD:
        return 0.0
    return float(_is_apart(burden, duty, problem))


def _is_apart(burden: Burden, duty: Duty, problem: RosterProblem) -> bool:
    """Whether the duty falls on a holiday that is none of the Aïds, on that Aïd, in Ramadan."""
    if burden is Burden.HOLIDAYS:
        aids = (DayKind.AID_AL_FITR, DayKind.AID_AL_ADHA)
        is_aid = any(named.day == duty.day and named.kind in aids for named in problem.named_days)
        return duty.day in problem.holidays and not is_aid
    kind = next(kind for kind, shared in SHARED_APART.items() if shared is burden)
    is_its_day = duty.day in problem.days_named(kind)
    return is_its_day and (burden is not Burden.RAMADAN_NIGHTS or duty.is_night)


def refused_requests(
    requests: Iterable[ShiftRequest], assignments: Iterable[Assignment]
) -> list[ShiftRequest]:
    """The wishes that these assignments do not grant."""
    shifts = {(a.staff, a.day, a.shift) for a in assignments}
    days = {(a.staff, a.day) for a in assignments}

    def works(request: ShiftRequest) -> bool:
        if request.shift is None:
            return (request.staff, request.day) in days
        return (request.staff, request.day, request.shift) in shifts

    return [request for request in requests if works(request) != request.wants_work]


def entitlements(problem: RosterProblem) -> dict[str, dict[Burden, float]]:
    """The fair part of every burden for every person: contract x eligibility x presence.

    A needed duty is divided among the people of its skill who are not on leave then and take
    that shift, by contract percentage; nights only among those who may work nights. The parts
    sum to the need, wherever somebody can work at all. Those of wishes and recalls are in
    ``fairness()``, for they depend on what was decided.
    """
    shares = {person.staff: dict.fromkeys(Burden, 0.0) for person in problem.staff}
    burdens = shared_burdens(problem)
    leave = {person.staff: problem.leave_days(person.staff) for person in problem.staff}
    by_code = {shift.shift: shift for shift in problem.shifts}
    for day, need in problem.needs():
        duty = duty_on(by_code[need.shift], day)
        able = [
            p
            for p in problem.staff
            if p.skill is need.skill
            and not _absent(duty, leave[p.staff])
            and problem.takes_shift(p.staff, need.shift)
        ]
        for burden in burdens:
            weight = need.staff_needed * weight_of(burden, duty, problem)
            if weight:
                _divide(weight, _sharers(burden, able), shares, burden)
    return shares


def contract_hours(problem: RosterProblem, person: StaffMember) -> float | None:
    """Hours that the contract asks for the days present, None without a full-time week.

    Days of Ramadan count by its own week, where the hospital has one.
    """
    full_time = problem.figure(RuleName.FULL_TIME_WEEKLY_HOURS)
    if full_time is None:
        return None
    in_ramadan = problem.figure(RuleName.RAMADAN_WEEKLY_HOURS)
    ramadan = problem.days_named(DayKind.RAMADAN) if in_ramadan is not None else frozenset()
    present = set(problem.calendar()).difference(problem.leave_days(person.staff))
    fasting = len(present & ramadan)
    weeks_hours = full_time * (len(present) - fasting) + (in_ramadan or 0.0) * fasting
    return weeks_hours * person.contract_percent / PERCENT / DAYS_PER_WEEK


def _absent(duty: Duty, leave: frozenset[date]) -> bool:
    return any(day in leave for day in duty.days_touched())


def _sharers(burden: Burden, able: Sequence[StaffMember]) -> list[StaffMember]:
    return [p for p in able if burden not in NIGHTS or p.nights_allowed]


def _divide(
    weight: float,
    people: Iterable[StaffMember],
    shares: dict[str, dict[Burden, float]],
    burden: Burden,
) -> None:
    sharers = list(people)
    contracts = sum(person.contract_percent for person in sharers)
    for person in sharers:
        shares[person.staff][burden] += weight * person.contract_percent / contracts


def _told_shares(
    problem: RosterProblem, assignments: Sequence[Assignment]
) -> dict[Burden, dict[str, Share]]:
    """Refused wishes by what was asked, recalls by contract and days present."""
    asked: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for request in problem.requests:
        asked[request.staff] += request.weight
    for request in refused_requests(problem.requests, assignments):
        refused[request.staff] += request.weight
    recalled = Counter(recall.staff for recall in problem.recalls)
    present = {
        p.staff: p.contract_percent
        * len(set(problem.calendar()).difference(problem.leave_days(p.staff)))
        for p in problem.staff
    }
    return {
        Burden.REFUSED_WISHES: _parts(problem, Burden.REFUSED_WISHES, refused, asked),
        Burden.RECALLS: _parts(problem, Burden.RECALLS, recalled, present),
    }


def _parts(
    problem: RosterProblem, burden: Burden, had: Mapping[str, float], keys: Mapping[str, float]
) -> dict[str, Share]:
    """Everybody's part of a whole that is divided by ``keys``."""
    whole, total = sum(had.values()), sum(keys.values())
    return {
        p.staff: Share(
            had.get(p.staff, 0),
            whole * keys.get(p.staff, 0) / total if total else 0.0,
            problem.carried_by(p.staff, burden),
        )
        for p in problem.staff
    }
