"""What a roster costs, term by term, counted from its assignments and not by the solver."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from hospital.base import HOURS_PER_DAY, MINUTES_PER_HOUR
from hospital.duty import Duty, duties_by_person
from hospital.roster import Assignment, Burden, Roster, RosterProblem
from hospital.roster_fairness import (
    entitlements,
    refused_requests,
    shared_burdens,
    weight_of,
)
from hospital.roster_limits import DayNeed
from hospital.staff import ShiftRequest

ROUNDING = 1e-6
PERCENT = 100
DOUBLED_AT = 20.0
"""Points of wishes refused beyond the fair part that double the weight of the next ones."""


@dataclass(frozen=True, slots=True)
class RosterWeights:
    """What each fault of a roster costs, in the points of a request's weight (1 to 100).

    A person's deviation is counted beyond the unavoidable: entitled to 3.4 nights, 3 and 4
    both cost nothing. The largest deviation of anybody costs on top of the sum, so that two
    people one night off are preferred to one person two nights off.
    """

    night: int = 40
    weekend_day: int = 20
    holiday: int = 40
    hour: int = 3
    aid: int = 60
    ramadan_night: int = 20
    largest_factor: int = 3

    def of(self, burden: Burden) -> int:
        """Points for one hour, night, weekend day or holiday beyond the unavoidable."""
        by_burden = {
            Burden.HOURS: self.hour,
            Burden.NIGHTS: self.night,
            Burden.WEEKEND_DAYS: self.weekend_day,
            Burden.HOLIDAYS: self.holiday,
            Burden.AID_AL_FITR: self.aid,
            Burden.AID_AL_ADHA: self.aid,
            Burden.RAMADAN_NIGHTS: self.ramadan_night,
        }
        return by_burden[burden]


DEFAULT_WEIGHTS = RosterWeights()


@dataclass(frozen=True, slots=True)
class Gap:
    """How far a roster may be from the best, apart from the people it could not have.

    One missing person outweighs everything else, so a gap in percent of the whole cost looks
    small as soon as somebody is missing. ``points`` and ``bound`` leave cover and locks out.
    ``cover_is_proven`` says that no lawful roster misses fewer people; where it is False the
    bound on the rest is 0, since it may rest on a better cover.
    """

    points: float
    bound: float
    cover_is_proven: bool

    @property
    def percent(self) -> float:
        """Gap in percent of the points; 0 is proven best."""
        return PERCENT * (self.points - self.bound) / self.points if self.points else 0.0


@dataclass(frozen=True, slots=True)
class FairBand:
    """The amounts of one burden, both included, that are as fair as whole duties allow.

    In duties, or in minutes for hours; ``unit`` is what one point of excess measures.
    """

    low: int
    high: int
    unit: int

    def excess(self, amount: int) -> int:
        """Started units outside the band: hours, nights, weekend days or holidays."""
        return max(
            0, _ceil_div(self.low - amount, self.unit), _ceil_div(amount - self.high, self.unit)
        )


@dataclass(frozen=True, slots=True)
class RosterCost:
    """The faults of a roster: counts by kind, and their weighted total.

    ``cover_points`` are those of the needs that price their own people missing or too many;
    ``uncovered`` are the people missing elsewhere.
    """

    locks_missed: int
    uncovered: int
    cover_points: int
    excess: dict[Burden, int]
    largest_excess: dict[Burden, int]
    refused_weight: int
    total: int


def cost_of(
    problem: RosterProblem,
    assignments: Sequence[Assignment],
    weights: RosterWeights = DEFAULT_WEIGHTS,
) -> RosterCost:
    """The cost of any assignments, lawful or not, in the points that the solver minimises."""
    excesses = _excesses(problem, assignments)
    total = {burden: sum(of_all) for burden, of_all in excesses.items()}
    largest = {burden: max(of_all, default=0) for burden, of_all in excesses.items()}
    refused = sum(
        request_points(problem, r) for r in refused_requests(problem.requests, assignments)
    )
    missed = len(set(problem.locked) - set(assignments))
    uncovered, cover_points = _cover_faults(problem, assignments)
    equity = sum(
        weights.of(burden) * (total[burden] + weights.largest_factor * largest[burden])
        for burden in excesses
    )
    hard = missed * lock_weight(problem, weights) + uncovered * cover_weight(problem, weights)
    points = hard + cover_points + equity + refused
    return RosterCost(missed, uncovered, cover_points, total, largest, refused, points)


def gap_of(roster: Roster, weights: RosterWeights = DEFAULT_WEIGHTS) -> Gap:
    """How far the equity and the wishes of a roster may be from the best for its cover."""
    cost = cost_of(roster.problem, roster.assignments, weights)
    owed = cost.locks_missed * lock_weight(roster.problem, weights)
    owed += cost.uncovered * cover_weight(roster.problem, weights)
    return Gap(
        points=float(cost.total - owed),
        bound=max(0.0, roster.bound - owed),
        cover_is_proven=roster.bound >= owed,
    )


def request_points(problem: RosterProblem, request: ShiftRequest) -> int:
    """Points of a wish: its weight, up to doubled for whom earlier rosters refused too much."""
    owed = max(0.0, problem.carried_by(request.staff, Burden.REFUSED_WISHES))
    return round(request.weight * (1 + min(1.0, owed / DOUBLED_AT)))


def fair_bands(problem: RosterProblem) -> dict[str, dict[Burden, FairBand]]:
    """For each person the amounts of each burden that cost nothing, after what was carried."""
    burdens = shared_burdens(problem)
    used = {need.shift for need in problem.coverage}
    lengths = [shift.length_hours for shift in problem.shifts if shift.shift in used]
    extent = (round(max(lengths, default=0) * MINUTES_PER_HOUR), problem.days)
    return {
        staff: {
            burden: _band(burden, parts[burden] - problem.carried_by(staff, burden), extent)
            for burden in burdens
        }
        for staff, parts in entitlements(problem).items()
    }


def cover_weight(problem: RosterProblem, weights: RosterWeights = DEFAULT_WEIGHTS) -> int:
    """Points for one missing person: more than all equity and requests together can cost."""
    hours = problem.days * HOURS_PER_DAY
    people = len(problem.staff) + weights.largest_factor
    equity = sum(
        weights.of(burden) * people * (hours if burden is Burden.HOURS else problem.days)
        for burden in shared_burdens(problem)
    )
    priced = sum(need.staff_needed * (need.short_points or 0) for need in problem.demand)
    wishes = sum(request_points(problem, request) for request in problem.requests)
    return 1 + equity + priced + wishes


def lock_weight(problem: RosterProblem, weights: RosterWeights = DEFAULT_WEIGHTS) -> int:
    """Points for a lock that is not kept: more than leaving every need uncovered."""
    needed = sum(need.staff_needed for _, need in problem.needs())
    return (1 + needed) * cover_weight(problem, weights)


def amount_of(burden: Burden, duty: Duty, problem: RosterProblem) -> int:
    """What one duty adds to a burden, in the whole units of ``FairBand``."""
    weight = weight_of(burden, duty, problem)
    return round(weight * MINUTES_PER_HOUR) if burden is Burden.HOURS else round(weight)


def _cover_faults(problem: RosterProblem, assignments: Sequence[Assignment]) -> tuple[int, int]:
    """People missing where cover comes first, and the points of needs with prices of their own."""
    skills = {person.staff: person.skill for person in problem.staff}
    present = Counter((a.day, a.shift, skills.get(a.staff)) for a in set(assignments))
    uncovered = points = 0
    for day, need in problem.needs():
        missing = need.staff_needed - present[day, need.shift, need.skill]
        own = need if isinstance(need, DayNeed) else None
        if own is None or own.short_points is None:
            uncovered += max(0, missing)
        else:
            points += max(0, missing) * own.short_points
        if own is not None:
            points += max(0, -missing) * (own.surplus_points or 0)
    return uncovered, points


def _excesses(problem: RosterProblem, assignments: Sequence[Assignment]) -> dict[Burden, list[int]]:
    duties = duties_by_person(assignments, problem.shifts)
    bands = fair_bands(problem)
    return {
        burden: [
            bands[person.staff][burden].excess(
                sum(amount_of(burden, duty, problem) for duty in duties.get(person.staff, ()))
            )
            for person in problem.staff
        ]
        for burden in shared_burdens(problem)
    }


def _band(burden: Burden, part: float, extent: tuple[int, int]) -> FairBand:
    """The band around a part, none below zero; ``extent`` is the longest shift and the days."""
    longest_minutes, days = extent
    owed = max(0.0, part)
    if burden is Burden.HOURS:
        return _hours_band(owed, longest_minutes, days)
    return _duties_band(owed, days)


def _duties_band(part: float, days: int) -> FairBand:
    """The whole numbers around the entitlement; nobody can work more than every day."""
    low = min(floor(part + ROUNDING), days)
    return FairBand(low, max(low, ceil(part - ROUNDING)), 1)


def _hours_band(part_hours: float, longest_minutes: int, days: int) -> FairBand:
    """Less than one longest shift away from the entitlement, in minutes."""
    part = min(part_hours, days * HOURS_PER_DAY) * MINUTES_PER_HOUR
    tolerance = max(0, longest_minutes - 1)
    low = max(0, ceil(part - tolerance - ROUNDING))
    return FairBand(low, max(low, floor(part + tolerance + ROUNDING)), MINUTES_PER_HOUR)


def _ceil_div(amount: int, unit: int) -> int:
    return -(-amount // unit)
