"""Which patients are operated this week, in which session, in which order, and why not the rest.

A greedy plan comes first; CP-SAT improves it within a deterministic budget and proves a bound.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ortools.sat.python import cp_model

from hospital.theatre import AgeGroup
from hospital.theatre_plan import PlannedCase, TheatrePlan, TheatreProblem
from scheduling.theatres.explain import left_out
from scheduling.theatres.greedy import State, greedy_state
from scheduling.theatres.model import build_model
from scheduling.theatres.slack import calibrated_slack
from scheduling.theatres.week import POINT, Week

DEFAULT_WORK_LIMIT = 4.0
SEARCHES = 4  # CP-SAT strategies that take turns on one thread, so that the clock cannot matter


def plan_theatre(
    problem: TheatreProblem, seed: int = 0, work_limit: float = DEFAULT_WORK_LIMIT
) -> TheatrePlan:
    """The best plan found for this week, with a bound that no plan can exceed.

    Args:
        problem: The week. When it has no ``slack`` yet, the slack that gives its
            ``overtime_risk`` on simulated lists is chosen first and kept in the plan's problem.
        seed: Of the slack's simulation and of the search.
        work_limit: CP-SAT deterministic time, about one second of one core each; the same
            limit gives the same plan on any machine. 0 gives the greedy plan.
    """
    if not problem.slack:
        problem = calibrated_slack(problem, seed)
    week = Week(problem)
    state, bound = _improved(week, greedy_state(week), seed, work_limit)
    return TheatrePlan(
        problem=problem,
        cases=tuple(_cases(week, state)),
        unplanned=tuple(left_out(week, state)),
        value=state.value() / POINT,
        bound=bound / POINT,
        seed=seed,
        work_limit=work_limit,
    )


def greedy_plan(problem: TheatreProblem, seed: int = 0) -> TheatrePlan:
    """The first plan alone, before any improvement; its bound is that of the relaxation."""
    return plan_theatre(problem, seed, work_limit=0.0)


def _improved(week: Week, start: State, seed: int, work_limit: float) -> tuple[State, float]:
    """A plan at least as good as ``start``, and an upper bound on every plan [points / 100]."""
    loose = float(_every_patient_at_best(week))
    if work_limit <= 0:
        return start, loose
    built = build_model(week, start)
    solver = _solver(seed, work_limit)
    status = solver.solve(built.model)
    bound = min(loose, solver.best_objective_bound)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return start, max(bound, start.value())
    found = State(week)
    for (patient, block), var in built.placed.items():
        if solver.boolean_value(var):
            found.add(patient, block)
    best = found if found.value() > start.value() else start
    return best, max(bound, best.value())


def _every_patient_at_best(week: Week) -> int:
    """What the week would be worth if nothing were scarce [points / 100]."""
    return sum(
        max((week.points(patient, block) for block in blocks), default=0)
        for patient, blocks in enumerate(week.candidates)
    )


def _solver(seed: int, work_limit: float) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.max_deterministic_time = work_limit
    solver.parameters.num_workers = SEARCHES
    solver.parameters.interleave_search = True
    solver.parameters.random_seed = seed % 2**31
    return solver


def _cases(week: Week, state: State) -> Iterator[PlannedCase]:
    """Cases by block, in their order of the day, one after the other with a turnover between."""
    by_block: defaultdict[int, list[int]] = defaultdict(list)
    for patient, block in state.placed.items():
        by_block[block].append(patient)
    for block in sorted(by_block):
        held = week.blocks[block]
        at = held.session.start_minute
        for patient in sorted(by_block[block], key=lambda p: _turn(week, p)):
            row = week.patients[patient]
            yield PlannedCase(
                patient=row.patient,
                session=held.session.session,
                day=held.day,
                surgeon=row.surgeon,
                start_minute=at,
                expected_minutes=week.minutes[patient],
            )
            at += week.minutes[patient] + held.session.turnover_minutes


def _turn(week: Week, patient: int) -> tuple[bool, float, str]:
    """Children first, who fast badly; then the surest lengths, so that the day keeps its times.

    Source: theatre evidence, section 3.1 (short and low-variance cases first).
    """
    procedure, row = week.procedures[patient], week.patients[patient]
    spread = procedure.mean_minutes * procedure.minutes_cv
    return row.age_group is not AgeGroup.CHILD, spread, row.patient
