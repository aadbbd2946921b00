"""The search: specialty by specialty, then all together where they compete for beds.

Surgeons and sessions belong to one specialty; only the beds behind them are shared. So each
specialty is first planned as if it had the beds alone: the bounds of these small problems add up
to a bound of the week. Where the beds do not bind, their plans together are the plan; where they
do, the specialties are planned again in turn beside the others, and at last all at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from ortools.sat.python import cp_model

from scheduling.theatres.greedy import State, begun_state, fill, greedy_state
from scheduling.theatres.model import Scope, build_model, held_beds
from scheduling.theatres.week import Placement, Week

ALONE_SHARE = 0.5  # of the work for the specialties alone
SWEEP_SHARE = 0.25  # of the work for one turn of all specialties beside each other
LEAST_WORK = 1e-3


@dataclass(frozen=True, slots=True)
class Found:
    """A placement, a bound that none of this scope can exceed [points / 10000], the work done."""

    placed: Placement
    bound: float
    work: float


def improved(week: Week, seed: int, work_limit: float) -> tuple[State, float]:
    """The best plan found and an upper bound on every plan [points / 10000].

    ``work_limit`` is CP-SAT deterministic time for the whole search; 0 gives the greedy plan.
    """
    start = greedy_state(week)
    bound = _at_best(week, _everyone(week))
    if work_limit > 0:
        search = _Search(week, seed)
        start, bound = search.run(start, work_limit)
    return start, max(bound, float(start.value()))


def _at_best(week: Week, patients: frozenset[int]) -> float:
    """What these patients would be worth if nothing were scarce [points / 1000]."""
    worth = (
        max((week.points(patient, block) for block in week.candidates[patient]), default=0)
        for patient in sorted(patients)
    )
    return float(sum(worth))


@dataclass(frozen=True, slots=True)
class _Search:
    week: Week
    seed: int

    def run(self, start: State, work: float) -> tuple[State, float]:
        """From a plan to a better one, and a bound."""
        alone = list(self._alone(start, ALONE_SHARE * work))
        bound = sum(found.bound for found in alone)
        together = {p: b for found in alone for p, b in found.placed.items()}
        best = _better(start, _kept(self.week, together))
        if best.placed == together and not best.bed_penalty():
            return best, bound
        best = self._sweep(best, SWEEP_SHARE * work)
        last = self._solve(best, self._beside(best, _everyone(self.week)), SWEEP_SHARE * work)
        return _better(best, _kept(self.week, last.placed)), min(bound, last.bound)

    def _alone(self, start: State, work: float) -> Iterator[Found]:
        """Each specialty as if it had all the beds and no peak cost."""
        nobody = held_beds(self.week, start, _everyone(self.week))
        for patients, share in _specialties(self.week):
            found = self._solve(start, Scope(patients, nobody, 0), share * work)
            work -= found.work
            yield found

    def _sweep(self, best: State, work: float) -> State:
        """Each specialty again, beside the beds that the others hold."""
        for patients, share in _specialties(self.week):
            found = self._solve(best, self._beside(best, patients), share * work)
            work -= found.work
            others = {p: b for p, b in best.placed.items() if p not in patients}
            best = _better(best, _kept(self.week, others | found.placed))
        return best

    def _beside(self, state: State, patients: frozenset[int]) -> Scope:
        held = held_beds(self.week, state, patients)
        return Scope(patients, held, self.week.peak_cost)

    def _solve(self, start: State, scope: Scope, work: float) -> Found:
        built = build_model(self.week, start, scope)
        solver = _solver(self.seed, work)
        status = solver.solve(built.model)
        is_open = status == cp_model.UNKNOWN  # what has begun may already break a rule: infeasible
        if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            kept = {p: b for p, b in start.placed.items() if p in scope.patients}
            bound = _at_best(self.week, scope.patients)
            return Found(kept, min(bound, solver.best_objective_bound) if is_open else bound, work)
        placed = {p: b for (p, b), var in built.placed.items() if solver.boolean_value(var)}
        return Found(placed, solver.best_objective_bound, solver.response_proto.deterministic_time)


def _solver(seed: int, work: float) -> cp_model.CpSolver:
    """One thread and a deterministic budget: the clock cannot change the plan."""
    solver = cp_model.CpSolver()
    solver.parameters.max_deterministic_time = max(LEAST_WORK, work)
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2  # the root relaxation carries the bound
    solver.parameters.random_seed = seed % 2**31
    return solver


def _everyone(week: Week) -> frozenset[int]:
    return frozenset(range(len(week.patients)))


def _specialties(week: Week) -> list[tuple[frozenset[int], float]]:
    """Patients of each specialty with a block, fewest choices first, and a share of the work.

    The share is of the work that is left when its turn comes, so that what an easy specialty
    does not need goes to the hard ones.
    """
    patients: defaultdict[str, set[int]] = defaultdict(set)
    choices: defaultdict[str, int] = defaultdict(int)
    for patient, procedure in enumerate(week.procedures):
        if week.candidates[patient]:
            patients[procedure.specialty].add(patient)
            choices[procedure.specialty] += len(week.candidates[patient])
    names = sorted(patients, key=lambda name: (choices[name], name))
    left = [sum(choices[name] for name in names[at:]) for at in range(len(names))]
    return [
        (frozenset(patients[name]), choices[name] / rest)
        for name, rest in zip(names, left, strict=True)
    ]


def _kept(week: Week, placed: Placement) -> State:
    """These placements as far as the beds allow, the most valuable first, then filled up."""
    state = begun_state(week)
    turns = sorted(placed.items(), key=lambda place: (-week.points(*place), place))
    for patient, block in turns:
        if patient not in state.placed and not state.obstacles(patient, block):
            state.add(patient, block)
    return fill(state)


def _better(one: State, other: State) -> State:
    return other if other.value() > one.value() else one
