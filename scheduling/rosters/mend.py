"""Mend a roster after absences: fewest people missing, then fewest changes, then the old cost.

What was worked before ``from_day`` stays; a published duty moves only where that covers a need
that would be missed. Minimum disturbance needs half to a fifth of the changes of a new roster
(rostering evidence, section 5).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from hospital.duty import duties_by_person
from hospital.errors import GstError, say
from hospital.roster import Assignment, Roster, RosterProblem
from hospital.roster_burden import Recall
from hospital.roster_fairness import shared_burdens
from hospital.roster_rules import person_violations
from hospital.staff import Leave
from scheduling.rosters.build import in_order, none_found
from scheduling.rosters.cost import (
    DEFAULT_WEIGHTS,
    RosterWeights,
    cost_of,
)
from scheduling.rosters.objective import (
    Bands,
    Priced,
    missed_locks,
    refused_requests,
    total,
    uncovered_needs,
    unfair_shares,
)
from scheduling.rosters.rest_of import bands_left, rest_of, with_absences
from scheduling.rosters.rules import enforce
from scheduling.rosters.search import Found, search
from scheduling.rosters.works import Literal, Works

DISTURBANCE_PART = 0.8
EQUITY_PART = 0.2


@dataclass(frozen=True, slots=True)
class Window:
    """The days that may change: from the day on which the absence is known, so many days.

    Later days change only where the law or the cover of the window leaves no other way.
    ``most_changes`` is how many person-days may change in all, None for as many as it takes.
    """

    from_day: date
    days: int
    most_changes: int | None = None

    def __contains__(self, day: date) -> bool:
        return 0 <= (day - self.from_day).days < self.days


@dataclass(frozen=True, slots=True)
class Mended:
    """The mended roster, what changed, and what doing nothing would have left.

    ``changed`` are person-days whose shift is new, other or given up, without the duties
    ``lost`` by the absent. ``uncovered_bound`` is proved: no lawful roster misses fewer.
    ``is_proven`` says that neither fewer missing nor, with as few, fewer changes exist.
    """

    roster: Roster
    changed: tuple[tuple[str, date], ...]
    lost: tuple[Assignment, ...]
    uncovered: int
    uncovered_if_nothing_done: int
    uncovered_bound: int
    is_proven: bool


@dataclass(frozen=True, slots=True)
class Replacement:
    """A colleague for one duty: the rule that forbids it, or the points that it costs."""

    staff: str
    rule: str | None
    points: int


@dataclass(frozen=True, slots=True)
class _Task:
    """What is left to decide: the rest of the problem, the published duties, the window."""

    rest: RosterProblem
    published: frozenset[Assignment]
    window: Window


def mend_roster(
    roster: Roster, absences: Sequence[Leave], window: Window, seed: int, work_limit: float
) -> Mended:
    """The lawful roster with these absences that disturbs the published one least.

    ``work_limit`` is in deterministic seconds (see ``build_roster``): four fifths go to
    cover and changes, the rest to equity and wishes at that cover and those changes.

    Raises:
        GstError: ``not_in_roster`` if the window starts outside the roster or an absent
            person is not in it, ``roster_work_limit_too_small`` if nothing was found.
    """
    _refuse_strangers(roster, absences, window)
    problem, kept, lost = _without_the_absent(roster, absences, window)
    before = tuple(a for a in kept if a.day < window.from_day)
    task = _Task(rest_of(problem, before, window.from_day), frozenset(kept) - set(before), window)
    works = Works(task.rest)
    enforce(works)
    least = _least_disturbance(works, task, seed, work_limit * DISTURBANCE_PART)
    fairest = _fairest(works, bands_left(problem, before), seed, work_limit * EQUITY_PART)
    after = (fairest or least).assignments
    assignments = in_order((*before, *after))
    problem = problem.but(recalls=(*problem.recalls, *_recalls(roster.assignments, assignments)))
    uncovered = _missing(problem, assignments)
    cost = float(cost_of(problem, assignments).total)
    return Mended(
        roster=Roster(problem=problem, assignments=assignments, cost=cost, bound=0.0),
        changed=_changed(kept, assignments),
        lost=lost,
        uncovered=uncovered,
        uncovered_if_nothing_done=_missing(problem, kept),
        uncovered_bound=uncovered - _avoidable(least, task, _missing(task.rest, after)),
        is_proven=least.is_proven,
    )


def replacements(
    roster: Roster, duty: Assignment, weights: RosterWeights = DEFAULT_WEIGHTS
) -> tuple[Replacement, ...]:
    """Who could take over one duty: the lawful first, cheapest first, then who is barred."""
    skills = {person.staff: person.skill for person in roster.problem.staff}
    others = tuple(a for a in roster.assignments if a != duty)
    cost = cost_of(roster.problem, roster.assignments, weights).total
    ranked = []
    for person in roster.problem.staff:
        if person.staff == duty.staff or person.skill is not skills.get(duty.staff):
            continue
        instead = (*others, duty.but(staff=person.staff))
        already = set(person_violations(roster.problem, person, others))
        broken = [v for v in person_violations(roster.problem, person, instead) if v not in already]
        points = cost_of(roster.problem, instead, weights).total - cost
        ranked.append(Replacement(person.staff, broken[0].rule if broken else None, points))
    return tuple(sorted(ranked, key=lambda r: (r.rule is not None, r.points, r.staff)))


def _refuse_strangers(roster: Roster, absences: Sequence[Leave], window: Window) -> None:
    people = {person.staff for person in roster.problem.staff}
    strangers = sorted({leave.staff for leave in absences} - people)
    if strangers:
        raise GstError("not_in_roster", say("Not in this roster: {who}.", who=", ".join(strangers)))
    if not roster.problem.has_day(window.from_day) or window.days < 1:
        raise GstError(
            "not_in_roster",
            say(
                "These days are not in this roster: {days} from {day} on.",
                days=window.days,
                day=window.from_day,
            ),
        )


def _without_the_absent(
    roster: Roster, absences: Sequence[Leave], window: Window
) -> tuple[RosterProblem, tuple[Assignment, ...], tuple[Assignment, ...]]:
    """The problem with the absences, what can still be worked, and what the absent lose."""
    problem = with_absences(roster.problem, roster.assignments, absences, window.from_day)
    away = {leave.staff: problem.leave_days(leave.staff) for leave in absences}
    free = {(free.staff, free.day) for free in problem.free_days}
    lost = {
        Assignment(staff=staff, day=duty.day, shift=duty.shift.shift)
        for staff, worked in duties_by_person(roster.assignments, problem.shifts).items()
        for duty in worked
        if duty.day >= window.from_day
        and (
            away.get(staff, frozenset()).intersection(duty.days_touched())
            or (staff, duty.day) in free
        )
    }
    problem = problem.but(locked=tuple(lock for lock in problem.locked if lock not in lost))
    kept = tuple(a for a in roster.assignments if a not in lost)
    return problem, kept, in_order(lost)


def _prices(task: _Task) -> tuple[int, int]:
    """Points for a missing person and for a change outside the window; one inside costs 1."""
    person_days = len(task.rest.staff) * task.rest.days
    outside = 1 + person_days
    return 1 + outside * person_days, outside


def _least_disturbance(works: Works, task: _Task, seed: int, work_limit: float) -> Found:
    """Fewest missing, then fewest changes; the model is left bound to no more than that."""
    uncovered_price, outside_price = _prices(task)
    needed = sum(need.staff_needed for _, need in task.rest.needs())
    locks = missed_locks(works, uncovered_price * (1 + needed))
    needs = uncovered_needs(works, uncovered_price)
    disturbance = total([locks, needs, _changes(works, task, outside_price)])
    works.model.minimize(disturbance)
    if task.window.most_changes is not None:
        works.model.add(total([_changes(works, task, 1)]) <= task.window.most_changes)
    for key, start in works.starts.items():
        works.model.add_hint(start, works.assignment(key) in task.published)
    least = search(works, seed, work_limit)
    if least is None:
        raise none_found(task.rest, work_limit)
    works.model.add(disturbance <= least.cost)
    return least


def _fairest(works: Works, bands: Bands, seed: int, work_limit: float) -> Found | None:
    """The best equity and wishes that the model still allows."""
    parts = [
        unfair_shares(works, burden, DEFAULT_WEIGHTS, bands)
        for burden in shared_burdens(works.problem)
    ]
    works.model.minimize(total([refused_requests(works), *parts]))
    return search(works, seed, work_limit)


def _changes(works: Works, task: _Task, outside_price: int) -> Priced:
    """Each person-day that differs from what was published."""
    priced: list[tuple[int, Literal]] = []
    owed = 0
    published = {(a.staff, a.day): a.shift for a in task.published}
    for person in works.people:
        for day in range(task.rest.days):
            price = 1 if works.date_of(day) in task.window else outside_price
            shift = published.get((person, works.date_of(day)))
            if shift is not None:
                owed += price
                kept = works.starts.get((person, day, shift))
                priced += [] if kept is None else [(-price, kept)]
            else:
                worked = works.is_worked(person, day)
                priced += [] if isinstance(worked, bool) else [(price, worked)]
    return Priced(priced, owed)


def _recalls(published: Sequence[Assignment], mended: Sequence[Assignment]) -> Iterator[Recall]:
    """The days off that were published and are now worked."""
    worked = {(a.staff, a.day) for a in published}
    for staff, day in sorted({(a.staff, a.day) for a in mended} - worked):
        yield Recall(staff=staff, day=day)


def _missing(problem: RosterProblem, assignments: Sequence[Assignment]) -> int:
    roster = Roster(problem=problem, assignments=tuple(assignments), cost=0, bound=0)
    return sum(gap.missing for gap in roster.shortfall())


def _avoidable(least: Found, task: _Task, missing: int) -> int:
    """How many of the missing the proof does not yet show to be unavoidable."""
    uncovered_price, _ = _prices(task)
    return min(missing, -(-(least.cost - int(least.bound)) // uncovered_price))


def _changed(
    kept: Sequence[Assignment], mended: Sequence[Assignment]
) -> tuple[tuple[str, date], ...]:
    differing = set(kept) ^ set(mended)
    return tuple(sorted({(a.staff, a.day) for a in differing}))
