"""Two plain methods: everybody in turn to the cheapest place, and CP-SAT without local search.

CP-SAT is given what an ordinary user would write: one model of day, room and theatre for everybody
with three nurses counted for each stay, then one model of the nurses; half of the time each.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from ortools.sat.python import cp_model

from scheduling.theatres.ihtc.arrays import case_of
from scheduling.theatres.ihtc.first_plan import first_plan
from scheduling.theatres.ihtc.instance import SHIFTS_PER_DAY, Instance, Patient
from scheduling.theatres.ihtc.score import Case
from scheduling.theatres.ihtc.solution import Admission, Solution
from scheduling.theatres.ihtc.solve import rooms_of_occupants, solution_of

WORKERS = 2


def by_greedy(instance: Instance, _seconds: float) -> Solution | None:
    """Our first plan, as it is before any search."""
    case = case_of(instance)
    state, left_out = first_plan(case, rooms_of_occupants(instance), 1)
    return None if left_out else solution_of(instance, case, state)


def by_cp_sat(instance: Instance, seconds: float) -> Solution | None:
    """Admissions, then nurses; None where no admission of all mandatory patients was found."""
    admissions = _admissions(instance, seconds / 2)
    if admissions is None:
        return None
    return Solution(admissions, _nurses(Case(instance, Solution(admissions, {})), seconds / 2))


def _solved(model: cp_model.CpModel, seconds: float) -> cp_model.CpSolver | None:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = WORKERS
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    return solver if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None


def _admissions(instance: Instance, seconds: float) -> dict[str, Admission] | None:
    model = _Admissions(instance)
    for row in instance.patients:
        model.admit(row)
    model.rooms()
    model.minutes()
    model.minimize()
    solver = _solved(model.model, seconds)
    return None if solver is None else model.read(solver)


class _Admissions:
    """Day, room and theatre of everybody in one model."""

    def __init__(self, instance: Instance) -> None:
        self.instance, self.model = instance, cp_model.CpModel()
        self.points: list[Any] = []
        self.places: dict[tuple[str, int, str], Any] = {}
        self.theatres: dict[tuple[str, int, str], Any] = {}
        self.beds: defaultdict[tuple[str, int], list[tuple[Any, str, str]]] = defaultdict(list)
        self.used: defaultdict[tuple[str, int], list[Any]] = defaultdict(list)
        self.surgeons: defaultdict[tuple[str, int], list[Any]] = defaultdict(list)
        self.moves: defaultdict[tuple[str, int], dict[str, Any]] = defaultdict(dict)
        for row in instance.occupants:
            for day in range(min(instance.days, row.length_of_stay)):
                self.beds[row.room_id, day].append((1, row.gender, row.age_group))

    def admit(self, row: Patient) -> None:
        """One patient on one of the days."""
        weights, on_days = self.instance.weights, []
        for day in range(row.surgery_release_day, self.instance.latest_day(row) + 1):
            rooms, theatres = self._rooms(row, day), self._theatres(row, day)
            self.model.add(sum(rooms) == sum(theatres))
            self.surgeons[row.surgeon_id, day] += [row.surgery_duration * t for t in theatres]
            delay = weights.patient_delay * (day - row.surgery_release_day)
            nurses = SHIFTS_PER_DAY * weights.continuity_of_care
            self.points.append((delay + nurses) * sum(theatres))
            on_days += theatres
        if row.mandatory:
            self.model.add_exactly_one(on_days)
        else:
            self.model.add_at_most_one(on_days)
            self.points.append(weights.unscheduled_optional * (1 - sum(on_days)))

    def _rooms(self, row: Patient, day: int) -> list[Any]:
        rooms = []
        for room in self.instance.rooms:
            if room.id not in row.incompatible_room_ids:
                here = self.places[row.id, day, room.id] = self.model.new_bool_var("")
                rooms.append(here)
                for each in range(day, min(self.instance.days, day + row.length_of_stay)):
                    self.beds[room.id, each].append((here, row.gender, row.age_group))
        return rooms

    def _theatres(self, row: Patient, day: int) -> list[Any]:
        theatres = []
        for theatre in self.instance.operating_theaters:
            here = self.theatres[row.id, day, theatre.id] = self.model.new_bool_var("")
            theatres.append(here)
            self.used[theatre.id, day].append(row.surgery_duration * here)
            moves = self.moves[row.surgeon_id, day]
            if theatre.id not in moves:
                moves[theatre.id] = self.model.new_bool_var("")
            self.model.add_implication(here, moves[theatre.id])
        return theatres

    def rooms(self) -> None:
        """Beds, one gender a room and day, and the spread of ages."""
        for (room, _), people in self.beds.items():
            capacity = self.instance.room_by_id[room].capacity
            self.model.add(sum(here for here, _, _ in people) <= capacity)
            is_b = self.model.new_bool_var("")
            for here, gender, _ in people:
                self.model.add(is_b >= here if gender == "B" else is_b + here <= 1)
            spread = _spread(self.model, self.instance, people)
            self.points.append(self.instance.weights.room_mixed_age * spread)

    def minutes(self) -> None:
        """Minutes of theatres and surgeons, theatres opened, surgeons who move."""
        weights = self.instance.weights
        for (theatre, day), used in self.used.items():
            is_open = self.model.new_bool_var("")
            self.points.append(weights.open_operating_theater * is_open)
            most = self.instance.theatre_by_id[theatre].availability[day]
            self.model.add(sum(used) <= most * is_open)
        for (surgeon, day), used in self.surgeons.items():
            most = self.instance.surgeon_by_id[surgeon].max_surgery_time[day]
            self.model.add(sum(used) <= most)
        for of_surgeon in self.moves.values():
            beyond = self.model.new_int_var(0, len(of_surgeon), "")
            self.model.add(beyond >= sum(of_surgeon.values()) - 1)
            self.points.append(weights.surgeon_transfer * beyond)

    def minimize(self) -> None:
        """Set what is to be least."""
        self.model.minimize(sum(self.points))

    def read(self, solver: cp_model.CpSolver) -> dict[str, Admission]:
        """The admissions found."""
        rooms = {(p, d): room for (p, d, room), here in self.places.items() if solver.value(here)}
        return {
            patient: Admission(day, rooms[patient, day], theatre)
            for (patient, day, theatre), here in self.theatres.items()
            if solver.value(here)
        }


def _spread(model: cp_model.CpModel, instance: Instance, people: list[Any]) -> Any:
    place = {name: at for at, name in enumerate(instance.age_groups)}
    most = len(instance.age_groups) - 1
    low, high = model.new_int_var(0, most, ""), model.new_int_var(0, most, "")
    spread = model.new_int_var(0, most, "")
    for here, _, age in people:
        if isinstance(here, int):
            model.add(low <= place[age])
            model.add(high >= place[age])
        else:
            model.add(low <= place[age]).only_enforce_if(here)
            model.add(high >= place[age]).only_enforce_if(here)
    model.add(spread >= high - low)
    return spread


def _nurses(case: Case, seconds: float) -> dict[tuple[str, int], tuple[str, ...]]:
    instance, model, points = case.instance, cp_model.CpModel(), []
    on_duty = defaultdict(list)
    for nurse in instance.nurses:
        for row in nurse.working_shifts:
            on_duty[instance.shift_number(row.day, row.shift)].append((nurse, row.max_load))
    given: dict[tuple[str, int, str], Any] = {}
    load: defaultdict[tuple[str, int], list[Any]] = defaultdict(list)
    seen: dict[tuple[str, str], Any] = {}
    for room, shift, people, _ in case.nursed():
        choices = []
        for nurse, _ in on_duty[shift]:
            here = given[room, shift, nurse.id] = model.new_bool_var("")
            choices.append(here)
            for present in people:
                at = SHIFTS_PER_DAY * present.stay_day + shift % SHIFTS_PER_DAY
                short = max(0, present.person.skill_level_required[at] - nurse.skill_level)
                points.append(instance.weights.room_nurse_skill * short * here)
                load[nurse.id, shift].append(present.person.workload_produced[at] * here)
                key = present.key, nurse.id
                if key not in seen:
                    seen[key] = model.new_bool_var("")
                model.add_implication(here, seen[key])
        model.add_exactly_one(choices)
    for shift, nurses in on_duty.items():
        for nurse, most in nurses:
            if load[nurse.id, shift]:
                over = model.new_int_var(0, 10_000, "")
                model.add(over >= sum(load[nurse.id, shift]) - most)
                points.append(instance.weights.nurse_eccessive_workload * over)
    points += [instance.weights.continuity_of_care * nursed for nursed in seen.values()]
    model.minimize(sum(points))
    solver = _solved(model, seconds)
    if solver is None:
        return {}
    return {
        (room, shift): (nurse,)
        for (room, shift, nurse), here in given.items()
        if solver.value(here)
    }
