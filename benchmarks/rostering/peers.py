"""The model that everybody writes, given to CP-SAT and to HiGHS: one 0-1 variable a shift.

Runs are sliding windows, successions at-most-one rows, cover has a shortage and an excess. Both
solvers get the same rows and keep their own defaults.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from ortools.math_opt.python import mathopt
from ortools.sat.python import cp_model

from scheduling.rosters.curtois import OFF, SATURDAY, Employee, Instance

CORES = 2
Terms = dict[int, int]


@dataclass(frozen=True)
class Answer:
    """What a peer reached: a roster or none, and its proved bound."""

    lines: dict[str, tuple[str, ...]] | None
    bound: float


@dataclass
class PlainModel:
    """Rows ``low <= terms <= high`` over integer variables from 0 to ``highest``."""

    instance: Instance
    highest: list[int] = field(default_factory=list)
    prices: Terms = field(default_factory=lambda: defaultdict(int))
    owed: int = 0
    rows: list[tuple[int, Terms, int]] = field(default_factory=list)
    works: dict[tuple[str, int, str], int] = field(default_factory=dict)

    def variable(self, highest: int = 1) -> int:
        """A new variable, by its number."""
        self.highest.append(highest)
        return len(self.highest) - 1

    def lines(self, values: list[float]) -> dict[str, tuple[str, ...]]:
        """The roster that a solution stands for."""
        chosen = {(p, day): s for (p, day, s), k in self.works.items() if round(values[k])}
        return {
            person.code: tuple(
                chosen.get((person.code, day), OFF) for day in range(self.instance.days)
            )
            for person in self.instance.employees
        }


def plain_model(instance: Instance) -> PlainModel:
    """The whole instance as rows."""
    model = PlainModel(instance)
    for person in instance.employees:
        present = _works(model, person)
        model.rows += _totals(model, person)
        model.rows += _runs(instance, person, present)
        model.rows += _weekends(model, person, present)
    for wish in instance.wishes:
        decision = model.works.get((wish.employee, wish.day, wish.shift))
        model.owed += wish.weight if wish.wants_work else 0
        if decision is not None:
            model.prices[decision] += -wish.weight if wish.wants_work else wish.weight
    for target in instance.cover:
        short, more = model.variable(target.wanted), model.variable(len(instance.employees))
        model.prices[short], model.prices[more] = target.under_weight, target.over_weight
        people = [(p.code, target.day, target.shift) for p in instance.employees]
        terms = {model.works[key]: 1 for key in people if key in model.works}
        model.rows.append((target.wanted, {**terms, short: 1, more: -1}, target.wanted))
    return model


def _works(model: PlainModel, person: Employee) -> list[int]:
    """Decisions of one person; returns for each day the variable that says whether one works."""
    present = []
    for day in range(model.instance.days):
        works = model.variable(0 if day in person.days_off else 1)
        present.append(works)
        own = {works: -1}
        for shift in model.instance.shifts:
            if person.max_shifts.get(shift.code, 0):
                own[model.variable()] = 1
                model.works[person.code, day, shift.code] = len(model.highest) - 1
        model.rows.append((0, own, 0))
    return present


def _totals(model: PlainModel, person: Employee) -> Iterator[tuple[int, Terms, int]]:
    """Minutes, numbers of each shift, successions."""
    instance, works = model.instance, model.works
    days = range(instance.days)
    kinds = [s for s in instance.shifts if person.max_shifts.get(s.code, 0)]
    minutes = {works[person.code, day, s.code]: s.minutes for day in days for s in kinds}
    yield person.min_minutes, minutes, person.max_minutes
    for shift in kinds:
        limit = person.max_shifts[shift.code]
        if limit < instance.days:
            yield 0, {works[person.code, day, shift.code]: 1 for day in days}, limit
        after = [other.code for other in kinds if other.code in shift.cannot_precede]
        for day in days[:-1] if after else ():
            clash = [works[person.code, day + 1, code] for code in after]
            yield 0, dict.fromkeys([works[person.code, day, shift.code], *clash], 1), 1


def _runs(
    instance: Instance, person: Employee, present: list[int]
) -> Iterator[tuple[int, Terms, int]]:
    """No run too long; none inside the horizon too short."""
    longest = person.max_run_days
    for first in range(instance.days - longest):
        yield 0, dict.fromkeys(present[first : first + longest + 1], 1), longest
    for length in range(1, person.min_run_days):
        for day in range(instance.days - length - 1):
            before, *inside, after = present[day : day + length + 2]
            yield 1 - length, {before: 1, after: 1, **dict.fromkeys(inside, -1)}, 2
    for length in range(1, person.min_days_off):
        for day in range(instance.days - length - 1):
            before, *inside, after = present[day : day + length + 2]
            yield -1, {before: -1, after: -1, **dict.fromkeys(inside, 1)}, length


def _weekends(
    model: PlainModel, person: Employee, present: list[int]
) -> Iterator[tuple[int, Terms, int]]:
    used = []
    for saturday in range(SATURDAY, model.instance.days, 7):
        used.append(model.variable())
        for works in present[saturday : saturday + 2]:
            yield -1, {works: 1, used[-1]: -1}, 0
    yield 0, dict.fromkeys(used, 1), person.max_weekends


def by_cp_sat(instance: Instance, seconds: float) -> Answer:
    """CP-SAT with its default search on two workers."""
    plain = plain_model(instance)
    model = cp_model.CpModel()
    variables = [model.new_int_var(0, highest, "") for highest in plain.highest]
    for low, terms, high in plain.rows:
        model.add_linear_constraint(sum(c * variables[k] for k, c in terms.items()), low, high)
    model.minimize(sum(c * variables[k] for k, c in plain.prices.items()) + plain.owed)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = CORES
    solver.parameters.max_time_in_seconds = seconds
    found = solver.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    lines = plain.lines([solver.value(v) for v in variables]) if found else None
    return Answer(lines, solver.best_objective_bound)


def by_highs(instance: Instance, seconds: float) -> Answer:
    """HiGHS with its default search, as MathOpt embeds it (which leaves it its own threads)."""
    plain = plain_model(instance)
    model = mathopt.Model()
    variables = [model.add_integer_variable(lb=0, ub=highest) for highest in plain.highest]
    for low, terms, high in plain.rows:
        expression = mathopt.LinearSum(c * variables[k] for k, c in terms.items())
        model.add_linear_constraint(lb=low, expr=expression, ub=high)
    model.minimize(mathopt.LinearSum(c * variables[k] for k, c in plain.prices.items()))
    limits = mathopt.SolveParameters(time_limit=timedelta(seconds=seconds))
    result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=limits)
    values = result.variable_values(variables) if result.has_primal_feasible_solution() else None
    bound = result.termination.objective_bounds.dual_bound
    return Answer(plain.lines(values) if values else None, bound + plain.owed)
