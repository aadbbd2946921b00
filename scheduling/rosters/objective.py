"""The cost of a roster as CP-SAT minimises it: the terms of ``cost_of``, one function each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ortools.sat.python.cp_model import LinearExpr, LinearExprT

from hospital.base import HOURS_PER_DAY
from hospital.roster import Burden
from hospital.roster_fairness import shared_burdens
from hospital.roster_limits import DayNeed
from scheduling.rosters.cost import (
    FairBand,
    RosterWeights,
    amount_of,
    cover_weight,
    fair_bands,
    lock_weight,
    request_points,
)
from scheduling.rosters.works import Literal, Works


@dataclass(frozen=True, slots=True)
class Priced:
    """Variables with their price in points, and points that are owed whatever is decided."""

    terms: list[tuple[int, Literal]]
    owed: int = 0


Bands = Mapping[str, Mapping[Burden, FairBand]]


def minimise(works: Works, weights: RosterWeights) -> None:
    """Set the objective: locks, cover, equity and requests by their weights."""
    bands = fair_bands(works.problem)
    parts = [
        uncovered_needs(works, cover_weight(works.problem, weights)),
        missed_locks(works, lock_weight(works.problem, weights)),
        refused_requests(works),
        *(unfair_shares(works, burden, weights, bands) for burden in shared_burdens(works.problem)),
    ]
    works.model.minimize(total(parts))


def total(parts: Iterable[Priced]) -> LinearExprT:
    """The points of all parts together."""
    whole = list(parts)
    terms = [term for part in whole for term in part.terms]
    points = LinearExpr.weighted_sum([v for _, v in terms], [p for p, _ in terms])
    return points + sum(part.owed for part in whole)


def uncovered_needs(works: Works, price: int) -> Priced:
    """Each missing person of each need, at ``price`` where the need has no price of its own."""
    return Priced(
        [
            (price if points is None else points, people)
            for points, people in _missing_and_surplus(works)
        ]
    )


def cover_in_two(works: Works) -> tuple[Priced, Priced]:
    """The people missing where cover comes first, and the points of needs with own prices."""
    people = list(_missing_and_surplus(works))
    first = [(1, missing) for points, missing in people if points is None]
    return Priced(first), Priced([(points, p) for points, p in people if points is not None])


def _missing_and_surplus(works: Works) -> Iterator[tuple[int | None, Literal]]:
    """How many people each need misses and has too many, with what the need says they cost.

    Nobody works beyond the need unless locked there, or where the need prices it.
    """
    skill = {person.staff: person.skill for person in works.problem.staff}
    locked = Counter((a.day, a.shift, skill.get(a.staff)) for a in works.problem.locked)
    for date, need in works.problem.needs():
        day = (date - works.problem.first_day).days
        starts = [
            works.starts[p, day, need.shift]
            for p in works.people
            if skill[p] is need.skill and (p, day, need.shift) in works.starts
        ]
        needed = need.staff_needed
        missing = works.model.new_int_var(0, needed, f"missing:{day}:{need.shift}:{need.skill}")
        own = need if isinstance(need, DayNeed) else None
        yield None if own is None else own.short_points, missing
        if own is not None and own.surplus_points is not None:
            name = f"surplus:{day}:{need.shift}:{need.skill}"
            surplus = works.model.new_int_var(0, len(works.people), name)
            yield own.surplus_points, surplus
            works.model.add(sum(starts) + missing - surplus == needed)
        elif locked[date, need.shift, need.skill] > needed:
            works.model.add(sum(starts) + missing >= needed)
        else:
            works.model.add(sum(starts) + missing == needed)


def missed_locks(works: Works, price: int) -> Priced:
    """Each lock that is not kept; those that no lawful roster can keep are owed."""
    priced: list[tuple[int, Literal]] = []
    owed = 0
    for lock in dict.fromkeys(works.problem.locked):
        key = (lock.staff, (lock.day - works.problem.first_day).days, lock.shift)
        owed += price
        if key in works.starts:
            priced.append((-price, works.starts[key]))
    return Priced(priced, owed)


def refused_requests(works: Works) -> Priced:
    """The weight of each wish that is not granted."""
    priced: list[tuple[int, Literal]] = []
    owed = 0
    for request in works.problem.requests:
        day = (request.day - works.problem.first_day).days
        worked: Literal | bool
        if request.shift is None:
            worked = works.is_worked(request.staff, day)
        else:
            worked = works.starts.get((request.staff, day, request.shift), False)
        points = request_points(works.problem, request)
        owed += points if request.wants_work else 0
        if not isinstance(worked, bool):
            priced.append((-points if request.wants_work else points, worked))
    return Priced(priced, owed)


def unfair_shares(works: Works, burden: Burden, weights: RosterWeights, bands: Bands) -> Priced:
    """What lies outside each person's fair band, and the largest of it on top."""
    largest, excesses = unfair_in_two(works, burden, bands)
    price = weights.of(burden)
    return Priced([(price * weights.largest_factor, largest), *((price, e) for e in excesses)])


def unfair_in_two(works: Works, burden: Burden, bands: Bands) -> tuple[Literal, list[Literal]]:
    """The largest excess of anybody over the fair band, and everybody's own."""
    loads = _loads(works, burden)
    most = (works.problem.days + 1) * (HOURS_PER_DAY if burden is Burden.HOURS else 1)
    most += max((abs(bands[p][burden].low) + abs(bands[p][burden].high) for p in bands), default=0)
    largest = works.model.new_int_var(0, most, f"largest:{burden}")
    excesses = []
    for person in works.people:
        band = bands[person][burden]
        if loads[person] or band.excess(0):
            excess = works.model.new_int_var(0, most, f"excess:{burden}:{person}")
            _outside(works, loads[person], band, excess)
            works.model.add(largest >= excess)
            excesses.append(excess)
    return largest, excesses


def _loads(works: Works, burden: Burden) -> dict[str, list[tuple[int, Literal]]]:
    """For each person, the decisions that add to a burden and by how much."""
    amounts = {
        (day, shift): amount_of(burden, works.duty(day, shift), works.problem)
        for day in range(works.problem.days)
        for shift in works.shift_of
    }
    loads: dict[str, list[tuple[int, Literal]]] = defaultdict(list)
    for (person, day, shift), start in works.starts.items():
        if amounts[day, shift]:
            loads[person].append((amounts[day, shift], start))
    return loads


def _outside(
    works: Works, load: list[tuple[int, Literal]], band: FairBand, excess: Literal
) -> None:
    """Tie the excess to the load: started units above the band or below it."""
    carried = sum(amount * start for amount, start in load)
    works.model.add(carried <= band.high + band.unit * excess)
    works.model.add(carried >= band.low - band.unit * excess)
