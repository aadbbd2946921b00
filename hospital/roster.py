"""A staff roster: the question (``RosterProblem``), the answer (``Roster``) and its check."""

from __future__ import annotations

from datetime import date, timedelta

from hospital.base import Frozen
from hospital.places import Code
from hospital.staff import CoverageNeed, Leave, Shift, ShiftRequest, StaffMember, WorkingRule
from hospital.violation import Violation


class RosterProblem(Frozen):
    """Who has to be rostered on which days, under which needs and rules.

    ``holidays`` are the public holidays inside the period, for the fair share of holidays.
    """

    unit: Code
    first_day: date
    days: int
    staff: tuple[StaffMember, ...]
    shifts: tuple[Shift, ...]
    coverage: tuple[CoverageNeed, ...]
    leave: tuple[Leave, ...] = ()
    requests: tuple[ShiftRequest, ...] = ()
    rules: tuple[WorkingRule, ...] = ()
    holidays: tuple[date, ...] = ()

    def calendar(self) -> tuple[date, ...]:
        """The days of the roster, first to last."""
        return tuple(self.first_day + timedelta(days=day) for day in range(self.days))


class Assignment(Frozen):
    """One person works one shift that starts on this day."""

    staff: Code
    day: date
    shift: Code


class Roster(Frozen):
    """Assignments for a problem, with the cost reached and the bound proved by the solver.

    ``bound`` is a cost below which no roster exists; ``cost - bound`` is how far from the
    best this one can be. ``uncovered`` is in ``shortfall()``, not in ``violations()``: a
    roster may be short of people and still lawful.
    """

    problem: RosterProblem
    assignments: tuple[Assignment, ...]
    cost: float
    bound: float

    def violations(self) -> tuple[Violation, ...]:
        """Every hard rule that this roster breaks, checked without the solver's code."""
        raise NotImplementedError
