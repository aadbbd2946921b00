"""The decisions of a roster as CP-SAT sees them: who starts which shift on which day.

Days are counted from the first day of the roster; those before it are negative and fixed to
what was worked then. A decision exists only where a person may lawfully take the shift at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import cached_property

from ortools.sat.python import cp_model

from hospital.base import MINUTES_PER_HOUR
from hospital.duty import Duty, duty_on
from hospital.roster import Assignment, RosterProblem
from hospital.staff import RuleName, Shift, StaffMember

Literal = cp_model.IntVar


class Works:
    """The variables of one roster: ``starts[person, day, shift]`` and what derives from them."""

    def __init__(self, problem: RosterProblem) -> None:
        self.problem = problem
        self.model = cp_model.CpModel()
        self.shift_of: dict[str, Shift] = {shift.shift: shift for shift in problem.shifts}
        self.past = self._past_duties()
        self.starts: dict[tuple[str, int, str], Literal] = {}
        self.weekends: dict[tuple[str, int], Literal | bool] = {}
        self._make_starts()
        self.day_worked = self._any_of("day", lambda _: True)
        self.night_worked = self._any_of("night", lambda shift: shift.is_night)

    @cached_property
    def people(self) -> tuple[str, ...]:
        """Codes of the people, in staff order."""
        return tuple(person.staff for person in self.problem.staff)

    def date_of(self, day: int) -> date:
        """The date of a day number; negative before the roster."""
        return self.problem.first_day + timedelta(days=day)

    def duty(self, day: int, shift: str) -> Duty:
        """The shift of that day in real time."""
        return duty_on(self.shift_of[shift], self.date_of(day))

    def minutes(self, day: int, shift: str) -> int:
        """Real length of the shift of that day [minutes]."""
        return round(self.duty(day, shift).hours * MINUTES_PER_HOUR)

    @cached_property
    def first_past_day(self) -> int:
        """The earliest day with something worked before, 0 where there is none."""
        return min((day for _, day, _ in self.past), default=0)

    @cached_property
    def first_known_day(self) -> int:
        """The first day of which anything is known; 0 without any earlier work."""
        return min((self.problem.first_known_day() - self.problem.first_day).days, 0)

    def people_by_figure(self, name: RuleName) -> dict[float, list[str]]:
        """Who has which figure for a rule, in staff order; people without one left out."""
        people: dict[float, list[str]] = {}
        for person, figures in self._figures.items():
            if name in figures:
                people.setdefault(figures[name], []).append(person)
        return people

    def choices(self, person: str, day: int) -> list[tuple[str, Literal]]:
        """The shifts that this person could start on this day."""
        return [
            (shift, self.starts[person, day, shift])
            for shift in self.shift_of
            if (person, day, shift) in self.starts
        ]

    def past_shifts(self, person: str, day: int) -> list[str]:
        """What the person started on a day before the roster."""
        return [shift for shift in self.shift_of if (person, day, shift) in self.past]

    def assignment(self, key: tuple[str, int, str]) -> Assignment:
        """The assignment that a decision stands for."""
        person, day, shift = key
        return Assignment(staff=person, day=self.date_of(day), shift=shift)

    def at_most_one(self, literals: Sequence[Literal], worked_before: int = 0) -> None:
        """At most one of these, counting what the past has already used."""
        if worked_before:
            for literal in literals:
                self.model.add(literal == 0)
        elif len(literals) > 1:
            self.model.add_at_most_one(literals)

    def not_all(self, worked: Iterable[Literal | bool]) -> None:
        """Not all of these; True is what the past has fixed, False what cannot be."""
        items = list(worked)
        literals = [item for item in items if not isinstance(item, bool)]
        if literals and all(item is not False for item in items):
            self.model.add_bool_or([literal.negated() for literal in literals])

    def is_worked(self, person: str, day: int) -> Literal | bool:
        """Whether the person starts any shift on the day."""
        if day < 0:
            return bool(self.past_shifts(person, day))
        return self.day_worked.get((person, day), False)

    def is_night(self, person: str, day: int) -> Literal | bool:
        """Whether the person starts a night on the day."""
        if day < 0:
            return any(self.shift_of[s].is_night for s in self.past_shifts(person, day))
        return self.night_worked.get((person, day), False)

    def _past_duties(self) -> set[tuple[str, int, str]]:
        first = self.problem.first_day
        return {
            (a.staff, (a.day - first).days, a.shift)
            for a in self.problem.previous
            if a.day < first and a.shift in self.shift_of
        }

    def _make_starts(self) -> None:
        for day in range(self.problem.days):
            for person in self.problem.staff:
                for shift in self._open_shifts(person, day):
                    name = f"{person.staff}:{day}:{shift}"
                    self.starts[person.staff, day, shift] = self.model.new_bool_var(name)

    def _open_shifts(self, person: StaffMember, day: int) -> list[str]:
        """Shifts that ask for this person and that no rule about the day alone forbids."""
        if (person.staff, self.date_of(day)) in self._free:
            return []
        return [
            shift
            for shift in self._asked_for(person, day)
            if (person.staff, shift) not in self._kept_away
            and (person.nights_allowed or not self.shift_of[shift].is_night)
            and not self._leave[person.staff].intersection(self.duty(day, shift).days_touched())
        ]

    def _asked_for(self, person: StaffMember, day: int) -> list[str]:
        locked = {(a.staff, a.day, a.shift) for a in self.problem.locked}
        date_ = self.date_of(day)
        return [
            shift
            for shift in self.shift_of
            if (date_, shift, person.skill) in self._needed
            or (
                (person.staff, date_, shift) in locked
                and person.skill in self.problem.skills_of_shift(shift)
            )
        ]

    @cached_property
    def _needed(self) -> set[tuple[date, str, str]]:
        """The (day, shift, skill) that want anybody, or take people beyond the need."""
        return {
            (day, need.shift, need.skill)
            for day, need in self.problem.needs()
            if need.staff_needed or getattr(need, "surplus_points", None) is not None
        }

    @cached_property
    def _figures(self) -> dict[str, dict[RuleName, float]]:
        return {person: self.problem.figures_of(person) for person in self.people}

    @cached_property
    def _kept_away(self) -> set[tuple[str, str]]:
        return {(limit.staff, limit.shift) for limit in self.problem.shift_limits if not limit.most}

    @cached_property
    def _free(self) -> set[tuple[str, date]]:
        return {(free.staff, free.day) for free in self.problem.free_days}

    @cached_property
    def _leave(self) -> dict[str, frozenset[date]]:
        return {person: self.problem.leave_days(person) for person in self.people}

    def _any_of(self, name: str, chosen: Callable[[Shift], bool]) -> dict[tuple[str, int], Literal]:
        """One literal for each person and day: whether a shift of that kind is started.

        Making the literals also says that a person starts at most one shift a day.
        """
        worked: dict[tuple[str, int], Literal] = {}
        for person in self.people:
            for day in range(self.problem.days):
                literals = [
                    literal
                    for shift, literal in self.choices(person, day)
                    if chosen(self.shift_of[shift])
                ]
                if len(literals) == 1:
                    worked[person, day] = literals[0]
                elif literals:
                    worked[person, day] = self.model.new_bool_var(f"{person}:{day}:{name}")
                    self.model.add_exactly_one([*literals, worked[person, day].negated()])
        return worked
