"""A proven lower bound: admission days and theatres alone, beds added up over the rooms.

What is left out of the model costs at least nothing, but for nurses: none works two shifts of a
day, so that whoever stays is nursed by three different people at least (theatre evidence, 1.3).
"""

from __future__ import annotations

from collections import defaultdict

from ortools.sat.python import cp_model

from scheduling.theatres.ihtc.arrays import CONTINUITY, DELAY, THEATRE, TRANSFER, Case
from scheduling.theatres.ihtc.instance import SHIFTS_PER_DAY

Cell = tuple[int, int]


def lower_bound(case: Case, work_limit: float, seed: int = 1) -> int:
    """Points that every plan has at least, as far as so much deterministic work proves."""
    model = _DayModel(case)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = work_limit
    status = solver.solve(model.built())
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.UNKNOWN):
        return 0
    return max(0, round(solver.best_objective_bound))


class _DayModel:
    """Who is operated on which day in which theatre."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.model = cp_model.CpModel()
        self.points: list[cp_model.LinearExprT] = []
        self.theatre: defaultdict[Cell, list[cp_model.LinearExprT]] = defaultdict(list)
        self.surgeon: defaultdict[Cell, list[cp_model.LinearExprT]] = defaultdict(list)
        self.beds: defaultdict[int, list[cp_model.IntVar]] = defaultdict(list)
        self.used: dict[tuple[int, int, int], cp_model.IntVar] = {}

    def built(self) -> cp_model.CpModel:
        """The whole model."""
        for who in range(self.case.patients):
            self._admit(who)
        self._minutes()
        self._transfers()
        self._beds()
        occupants = len(self.case.stay) - self.case.patients
        constant = SHIFTS_PER_DAY * int(self.case.weights[CONTINUITY]) * occupants
        self.model.minimize(sum(self.points) + constant)
        return self.model

    def _admit(self, who: int) -> None:
        case, days = self.case, []
        minutes, surgeon = int(case.minutes[who]), int(case.surgeon[who])
        for day in range(int(case.first_day[who]), int(case.last_day[who]) + 1):
            theatres = case.theatre_minutes[:, day] >= minutes
            if minutes > case.surgeon_minutes[surgeon, day] or not theatres.any():
                continue
            admitted = self.model.new_bool_var("")
            days.append(admitted)
            delay = int(case.weights[DELAY]) * (day - int(case.first_day[who]))
            nurses = SHIFTS_PER_DAY * int(case.weights[CONTINUITY])
            self.points.append((delay + nurses) * admitted)
            self.surgeon[surgeon, day].append(minutes * admitted)
            for each in range(day, min(case.days, day + int(case.stay[who]))):
                self.beds[each].append(admitted)
            self._operate(who, day, admitted, [int(at) for at in theatres.nonzero()[0]])
        absent = int(case.absent_points[who])
        if case.mandatory[who]:
            self.model.add_exactly_one(days)
        else:
            self.model.add_at_most_one(days)
            self.points.append(absent * (1 - sum(days)))

    def _operate(self, who: int, day: int, admitted: cp_model.IntVar, theatres: list[int]) -> None:
        surgeon, places = int(self.case.surgeon[who]), []
        for theatre in theatres:
            here = self.model.new_bool_var("")
            places.append(here)
            self.theatre[theatre, day].append(int(self.case.minutes[who]) * here)
            key = (surgeon, day, theatre)
            if key not in self.used:
                self.used[key] = self.model.new_bool_var("")
            self.model.add_implication(here, self.used[key])
        self.model.add(sum(places) == admitted)

    def _minutes(self) -> None:
        for (theatre, day), minutes in self.theatre.items():
            is_open = self.model.new_bool_var("")
            self.points.append(int(self.case.weights[THEATRE]) * is_open)
            most = int(self.case.theatre_minutes[theatre, day])
            self.model.add(sum(minutes) <= most * is_open)
        for (surgeon, day), minutes in self.surgeon.items():
            self.model.add(sum(minutes) <= int(self.case.surgeon_minutes[surgeon, day]))

    def _transfers(self) -> None:
        theatres: defaultdict[Cell, list[cp_model.IntVar]] = defaultdict(list)
        for (surgeon, day, _), used in self.used.items():
            theatres[surgeon, day].append(used)
        for places in theatres.values():
            if len(places) > 1:
                moved = self.model.new_int_var(0, len(places) - 1, "")
                self.model.add(moved >= sum(places) - 1)
                self.points.append(int(self.case.weights[TRANSFER]) * moved)

    def _beds(self) -> None:
        beds, occupants = int(self.case.beds.sum()), self.case.stay[self.case.patients :]
        for day, present in self.beds.items():
            self.model.add(sum(present) <= beds - int((occupants > day).sum()))
