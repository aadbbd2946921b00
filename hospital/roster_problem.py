"""The question a roster answers: who, when, under which needs, wishes and rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from pydantic import Field

from hospital.base import Frozen
from hospital.places import Code
from hospital.staff import (
    CoverageNeed,
    Leave,
    RuleName,
    Shift,
    ShiftRequest,
    Skill,
    StaffMember,
    WorkingRule,
)


class Assignment(Frozen):
    """One person works one shift that starts on this day."""

    staff: Code
    day: date
    shift: Code


class RosterProblem(Frozen):
    """Who has to be rostered on which days, under which needs and rules.

    ``holidays`` are the public holidays inside the period, for the fair share of holidays.
    ``previous`` is what was worked just before ``first_day``: it counts for rest, runs and
    weekly hours, never for the fair share. ``locked`` must be kept as it is.
    """

    unit: Code
    first_day: date
    days: int = Field(ge=1)
    staff: tuple[StaffMember, ...]
    shifts: tuple[Shift, ...]
    coverage: tuple[CoverageNeed, ...]
    leave: tuple[Leave, ...] = ()
    requests: tuple[ShiftRequest, ...] = ()
    rules: tuple[WorkingRule, ...] = ()
    holidays: tuple[date, ...] = ()
    previous: tuple[Assignment, ...] = ()
    locked: tuple[Assignment, ...] = ()

    def calendar(self) -> tuple[date, ...]:
        """The days of the roster, first to last."""
        return tuple(self.first_day + timedelta(days=day) for day in range(self.days))

    def has_day(self, day: date) -> bool:
        """Whether the roster decides this day."""
        return 0 <= (day - self.first_day).days < self.days

    def figure(self, name: RuleName) -> float | None:
        """The value of a working rule, or None where the hospital does not enforce it."""
        return next((rule.value for rule in self.rules if rule.rule == name), None)

    def needs(self) -> Iterator[tuple[date, CoverageNeed]]:
        """Every need of every day in order, those for nobody left out."""
        for day in self.calendar():
            for need in self.coverage:
                if need.unit == self.unit and need.weekday == day.weekday() and need.staff_needed:
                    yield day, need

    def skills_of_shift(self, shift: str) -> frozenset[Skill]:
        """The skills that this unit asks for on a shift, on any day of the week."""
        return frozenset(
            need.skill for need in self.coverage if need.unit == self.unit and need.shift == shift
        )

    def leave_days(self, staff: str) -> frozenset[date]:
        """Days on which this person must not work at all."""
        return frozenset(
            leave.first_day + timedelta(days=day)
            for leave in self.leave
            if leave.staff == staff
            for day in range((leave.last_day - leave.first_day).days + 1)
        )
