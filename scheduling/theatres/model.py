"""The CP-SAT model of a week: which patient in which block, one function a rule.

Order and start times are not in the model: a surgeon has one room among overlapping sessions, so
any order inside a session is right, and the planner chooses it afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from ortools.sat.python import cp_model

from scheduling.theatres.greedy import State
from scheduling.theatres.week import BedPool, Week

Model = cp_model.CpModel
Var = Any  # ortools ships no annotations for its variables and expressions


@dataclass(frozen=True, slots=True)
class WeekModel:
    """The model and the variables that carry the plan."""

    model: Model
    placed: dict[tuple[int, int], Var]


def build_model(week: Week, start: State) -> WeekModel:
    """The model of this week, with every variable hinted from a plan that keeps the rules."""
    model = Model()
    placed = {
        (patient, block): model.new_bool_var(f"p{patient}_b{block}")
        for patient, blocks in enumerate(week.candidates)
        for block in blocks
    }
    _place_once(model, week, placed)
    _room_and_slack(model, week, placed)
    _surgeon_minutes(model, week, placed)
    _surgeon_in_one_room(model, week, placed, start)
    penalties = _overtime(model, week, placed, start) + _bed_peaks(model, week, placed, start)
    worth = sum(week.points(*place) * var for place, var in placed.items())
    model.maximize(worth - sum(penalties))
    for (patient, block), var in placed.items():
        model.add_hint(var, start.placed.get(patient) == block)
    return WeekModel(model, placed)


def _by_block(placed: dict[tuple[int, int], Var]) -> dict[int, list[tuple[int, Var]]]:
    cases: defaultdict[int, list[tuple[int, Var]]] = defaultdict(list)
    for (patient, block), var in placed.items():
        cases[block].append((patient, var))
    return cases


def _place_once(model: Model, week: Week, placed: dict[tuple[int, int], Var]) -> None:
    """A patient is operated at most once."""
    for patient, blocks in enumerate(week.candidates):
        model.add_at_most_one(placed[patient, block] for block in blocks)


def _room_and_slack(model: Model, week: Week, placed: dict[tuple[int, int], Var]) -> None:
    """Minutes, turnovers and slack fit in the session."""
    for block, cases in _by_block(placed).items():
        takes = sum(week.takes(patient, block) * var for patient, var in cases)
        model.add(takes <= week.blocks[block].room_left)


def _surgeon_minutes(model: Model, week: Week, placed: dict[tuple[int, int], Var]) -> None:
    """A surgeon's cases of a day fit in the agreed minutes."""
    cases: defaultdict[tuple[str, int], list[Var]] = defaultdict(list)
    for (patient, block), var in placed.items():
        key = week.patients[patient].surgeon, week.blocks[block].day_index
        cases[key].append(week.minutes[patient] * var)
    for (surgeon, _), minutes in cases.items():
        model.add(sum(minutes) <= week.surgeons[surgeon].daily_minutes)


def _surgeon_in_one_room(
    model: Model, week: Week, placed: dict[tuple[int, int], Var], start: State
) -> None:
    """A surgeon works in one of two rooms whose sessions overlap."""
    cases: defaultdict[tuple[str, int], list[Var]] = defaultdict(list)
    for (patient, block), var in placed.items():
        cases[week.patients[patient].surgeon, block].append(var)
    works = {}
    for (surgeon, block), variables in cases.items():
        if any((surgeon, other) in cases for other in week.clashes[block]):
            works[surgeon, block] = model.new_bool_var(f"{surgeon}_b{block}")
            model.add_hint(works[surgeon, block], start.surgeon_cases[surgeon][block] > 0)
            for var in variables:
                model.add_implication(var, works[surgeon, block])
    for (surgeon, block), var in works.items():
        for other in week.clashes[block]:
            if block < other and (surgeon, other) in works:
                model.add_at_most_one(var, works[surgeon, other])


def _overtime(
    model: Model, week: Week, placed: dict[tuple[int, int], Var], start: State
) -> list[Var]:
    """Points off for expected overtime: above each tangent of the loss function."""
    costs = []
    for block, cases in _by_block(placed).items():
        held = week.blocks[block]
        turnover = held.session.turnover_minutes
        minutes = sum((week.minutes[patient] + turnover) * var for patient, var in cases)
        cost = model.new_int_var(0, held.overtime_cost(held.room_left), f"overtime_{block}")
        for line in held.lines:
            model.add(cost >= line.per_minute * (minutes - turnover) + line.fixed)
        now = sum(week.minutes[p] + turnover for p, b in start.placed.items() if b == block)
        model.add_hint(cost, held.overtime_cost(now - turnover))
        costs.append(cost)
    return costs


def _bed_peaks(
    model: Model, week: Week, placed: dict[tuple[int, int], Var], start: State
) -> list[Var]:
    """Expected beds stay within the free ones; points off for the peak above the target."""
    costs = []
    for pool, used in zip(week.pools, start.beds_used, strict=True):
        days = _beds_by_day(week, pool, placed)
        peak = model.new_int_var(0, max((*pool.free, 0)), "")
        model.add_hint(peak, max(0, *(u - t for u, t in zip(used, pool.target, strict=True)), 0))
        for day, beds in days.items():
            model.add(sum(beds) <= pool.free[day])
            model.add(peak >= sum(beds) - pool.target[day])
        costs.append(week.peak_cost * peak)
    return costs


def _beds_by_day(
    week: Week, pool: BedPool, placed: dict[tuple[int, int], Var]
) -> dict[int, list[Var]]:
    days: defaultdict[int, list[Var]] = defaultdict(list)
    for (patient, block), var in placed.items():
        for day, beds in week.beds_of(pool, patient, block):
            days[day].append(beds * var)
    return days
