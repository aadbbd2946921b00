"""The CP-SAT model of a week: which patient in which block, one function a rule.

Order and start times are not in the model: a surgeon has one room among overlapping sessions, so
any order inside a session is right, and the planner chooses it afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ortools.sat.python import cp_model

from scheduling.theatres.greedy import State
from scheduling.theatres.shortage import BED
from scheduling.theatres.week import Week

Model = cp_model.CpModel
Var = Any  # ortools ships no annotations for its variables and expressions
Beds = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which patients may move, the beds that the others hold, and what a peak costs.

    ``peak_cost`` 0 with nobody else's beds is a relaxation: its bounds add up over specialties.
    """

    patients: frozenset[int]
    held_beds: Beds
    peak_cost: int


@dataclass(frozen=True, slots=True)
class WeekModel:
    """The model and the variables that carry the plan."""

    model: Model
    placed: dict[tuple[int, int], Var]


@dataclass(frozen=True, slots=True)
class _Draft:
    """What the rules are written on."""

    model: Model
    week: Week
    start: State
    placed: dict[tuple[int, int], Var]

    def by_block(self) -> dict[int, list[tuple[int, Var]]]:
        """Patients and variables of each block."""
        cases: defaultdict[int, list[tuple[int, Var]]] = defaultdict(list)
        for (patient, block), var in self.placed.items():
            cases[block].append((patient, var))
        return cases

    def beds(self, places: list[tuple[tuple[int, int], int]]) -> Var:
        """The beds that these placements take, those of them that are in the plan."""
        return weighted([(self.placed[place], amount) for place, amount in places])

    def started(self, scope: Scope) -> dict[int, int]:
        """The hint: blocks of the patients who may move, in the plan to start from."""
        return {p: b for p, b in self.start.placed.items() if p in scope.patients}


def weighted(terms: list[tuple[Var, int]]) -> Var:
    """The sum of variables times whole numbers, built at once: term by term is slow."""
    return cp_model.LinearExpr.weighted_sum([var for var, _ in terms], [c for _, c in terms])


def build_model(week: Week, start: State, scope: Scope) -> WeekModel:
    """The model of the patients in scope, every variable hinted from a plan that keeps the rules.

    Surgeons and sessions belong to one specialty, so a scope of whole specialties shares only
    the beds with the patients outside it.
    """
    model = Model()
    placed = {
        (patient, block): model.new_bool_var(f"p{patient}_b{block}")
        for patient in sorted(scope.patients)
        for block in week.candidates[patient]
    }
    draft = _Draft(model, week, start, placed)
    for rule in (_keep_begun, _place_once, _room_and_slack, _surgeon_minutes, _surgeon_in_one_room):
        rule(draft)
    penalties = _overtime(draft, scope) + _bed_peaks(draft, scope) + _missing_beds(draft, scope)
    worth = weighted([(var, week.points(*place)) for place, var in placed.items()])
    model.maximize(worth - sum(penalties))
    for (patient, block), var in placed.items():
        model.add_hint(var, start.placed.get(patient) == block)
    return WeekModel(model, placed)


def _keep_begun(draft: _Draft) -> None:
    """A case that has begun stays where it is."""
    for place, var in draft.placed.items():
        if draft.week.locked.get(place[0]) == place[1]:
            draft.model.add(var == 1)


def _place_once(draft: _Draft) -> None:
    """A patient is operated at most once."""
    blocks: defaultdict[int, list[Var]] = defaultdict(list)
    for (patient, _), var in draft.placed.items():
        blocks[patient].append(var)
    for variables in blocks.values():
        draft.model.add_at_most_one(variables)


def _room_and_slack(draft: _Draft) -> None:
    """Minutes, turnovers and slack fit in the session.

    Here and below, what has begun may already be too much; then nothing is added to it.
    """
    week = draft.week
    for block, cases in draft.by_block().items():
        takes = weighted([(var, week.takes(patient, block)) for patient, var in cases])
        begun = sum(week.takes(p, b) for p, b in week.locked.items() if b == block)
        draft.model.add(takes <= max(week.blocks[block].room_left, begun))


def _surgeon_minutes(draft: _Draft) -> None:
    """A surgeon's cases of a day fit in the agreed minutes."""
    week = draft.week
    cases: defaultdict[tuple[str, int], list[Var]] = defaultdict(list)
    for (patient, block), var in draft.placed.items():
        key = week.patients[patient].surgeon, week.blocks[block].day_index
        cases[key].append(week.minutes[patient] * var)
    for (surgeon, day), minutes in cases.items():
        begun = sum(
            week.minutes[p]
            for p, b in week.locked.items()
            if (week.patients[p].surgeon, week.blocks[b].day_index) == (surgeon, day)
        )
        draft.model.add(sum(minutes) <= max(week.surgeons[surgeon].daily_minutes, begun))


def _surgeon_in_one_room(draft: _Draft) -> None:
    """A surgeon works in one of two rooms whose sessions overlap."""
    week, model = draft.week, draft.model
    cases: defaultdict[tuple[str, int], list[Var]] = defaultdict(list)
    for (patient, block), var in draft.placed.items():
        cases[week.patients[patient].surgeon, block].append(var)
    works: dict[tuple[str, int], Var] = {}
    for (surgeon, block), variables in cases.items():
        if any((surgeon, other) in cases for other in week.clashes[block]):
            works[surgeon, block] = model.new_bool_var(f"{surgeon}_b{block}")
            model.add_hint(works[surgeon, block], draft.start.surgeon_cases[surgeon][block] > 0)
            for var in variables:
                model.add_implication(var, works[surgeon, block])
    begun = {(week.patients[p].surgeon, b) for p, b in week.locked.items()}
    for (surgeon, block), here in works.items():
        for other in week.clashes[block]:
            both_begun = {(surgeon, block), (surgeon, other)} <= begun
            if block < other and (surgeon, other) in works and not both_begun:
                model.add_at_most_one(here, works[surgeon, other])


def _overtime(draft: _Draft, scope: Scope) -> list[Var]:
    """Points off for expected overtime: above each tangent of the loss function."""
    week, started, costs = draft.week, draft.started(scope), []
    for block, cases in draft.by_block().items():
        held = week.blocks[block]
        turnover = held.session.turnover_minutes
        minutes = weighted([(var, week.minutes[patient] + turnover) for patient, var in cases])
        cost = draft.model.new_int_var(0, held.most_overtime_cost, f"overtime_{block}")
        for line in held.lines:
            draft.model.add(cost >= line.per_minute * (minutes - turnover) + line.fixed)
        now = sum(week.minutes[p] + turnover for p, b in started.items() if b == block)
        draft.model.add_hint(cost, held.overtime_cost(now - turnover))
        costs.append(cost)
    return costs


def _bed_peaks(draft: _Draft, scope: Scope) -> list[Var]:
    """Expected beds stay within the free ones; points off for the peak above the target."""
    costs = []
    started = draft.started(scope)
    for pool, held in zip(draft.week.pools, scope.held_beds, strict=True):
        if pool.lines:
            continue
        taken = draft.week.beds_by_day(pool, draft.placed)
        now = draft.week.beds_by_day(pool, started.items())
        mine = [(p, b) for p, b in draft.week.locked.items() if p in scope.patients]
        locked = draft.week.beds_by_day(pool, mine)
        most = sum(sum(row) for row in pool.after)
        peak = draft.model.new_int_var(0, max((*pool.free, *held, 0)) + most, "peak")
        over = [sum(b for _, b in now[d]) + held[d] - pool.target[d] for d in range(len(held))]
        draft.model.add_hint(peak, max((*over, 0)))
        for day, beds in taken.items():
            total = held[day] + draft.beds(beds)
            begun = held[day] + sum(amount for _, amount in locked[day])
            draft.model.add(total <= max(pool.free[day], begun))
            draft.model.add(peak >= total - pool.target[day])
        draft.model.add(peak >= max((*(h - t for h, t in zip(held, pool.target, strict=True)), 0)))
        costs.append(scope.peak_cost * peak)
    return costs


def _missing_beds(draft: _Draft, scope: Scope) -> list[Var]:
    """Points off for the beds expected to be missing in a ward: above each tangent of the loss.

    The cost of the beds that the others hold is no variable: it is taken off, so that the costs of
    scopes that know nothing of each other add up to less than the cost of all together.
    """
    week, costs = draft.week, []
    started = draft.started(scope)
    for pool, held in zip(week.pools, scope.held_beds, strict=True):
        if not pool.lines:
            continue
        now = week.beds_by_day(pool, started.items())
        for day, beds in week.beds_by_day(pool, draft.placed).items():
            most = pool.shortage_cost(day, held[day] + sum(amount for _, amount in beds))
            known = pool.shortage_cost(day, held[day])
            if most == known:
                continue
            total = held[day] + draft.beds(beds)
            cost = draft.model.new_int_var(0, most, "missing")
            for line in pool.lines[day]:
                draft.model.add(BED * (cost - line.fixed) >= line.per_bed * total)
            began = held[day] + sum(amount for _, amount in now[day])
            draft.model.add_hint(cost, pool.shortage_cost(day, began))
            costs.append(cost - known)
    return costs


def held_beds(week: Week, state: State, scope: Iterable[int]) -> Beds:
    """Beds taken by the placed patients outside this scope [beds / 10 000]."""
    free = set(scope)
    others = [(p, b) for p, b in state.placed.items() if p not in free]
    return tuple(
        tuple(
            sum(amount for _, amount in beds)
            for _, beds in sorted(week.beds_by_day(pool, others).items())
        )
        for pool in week.pools
    )
