"""The question a roster answers: who, when, under which needs, wishes and rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from pydantic import Field

from hospital.base import DAYS_PER_WEEK, Frozen
from hospital.places import Code
from hospital.roster_burden import Burden, Carried, DayKind, NamedDay, Recall
from hospital.roster_limits import (
    DayNeed,
    FreeDay,
    Need,
    Pairing,
    PersonalRule,
    ShiftLimit,
    Succession,
)
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
    weekly hours, never for the fair share. ``locked`` must be kept as it is. ``demand`` stands
    in for the weekly table on its days; ``personal`` figures go before those of ``rules``.
    ``named_days`` (each Aïd, Ramadan) are shared apart, ``carried`` is what earlier rosters left.
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
    demand: tuple[DayNeed, ...] = ()
    personal: tuple[PersonalRule, ...] = ()
    shift_limits: tuple[ShiftLimit, ...] = ()
    free_days: tuple[FreeDay, ...] = ()
    successions: tuple[Succession, ...] = ()
    pairings: tuple[Pairing, ...] = ()
    named_days: tuple[NamedDay, ...] = ()
    carried: tuple[Carried, ...] = ()
    recalls: tuple[Recall, ...] = ()

    def calendar(self) -> tuple[date, ...]:
        """The days of the roster, first to last."""
        return tuple(self.first_day + timedelta(days=day) for day in range(self.days))

    def names(self) -> dict[str, str]:
        """What each person is called, by code; the code goes before a name that two people have."""
        shared = Counter(person.name for person in self.staff)
        return {
            person.staff: person.name
            if shared[person.name] == 1
            else f"{person.staff} · {person.name}"
            for person in self.staff
        }

    def has_day(self, day: date) -> bool:
        """Whether the roster decides this day."""
        return 0 <= (day - self.first_day).days < self.days

    def figure(self, name: RuleName) -> float | None:
        """The value of a working rule, or None where the hospital does not enforce it."""
        return next((rule.value for rule in self.rules if rule.rule == name), None)

    def figures_of(self, staff: str) -> dict[RuleName, float]:
        """The limits that hold for one person: the contract's own before the hospital's."""
        known = {name.value: name for name in RuleName}
        figures = {known[r.rule]: r.value for r in reversed(self.rules) if r.rule in known}
        return figures | {own.rule: own.value for own in self.personal if own.staff == staff}

    def owed_hours(self, staff: str) -> float | None:
        """Hours that a person must work in the period, None without such a rule.

        A day of leave counts as a seventh of the contract's week, where that is known.
        """
        owed = self.figures_of(staff).get(RuleName.MINIMUM_PERIOD_HOURS)
        full_time = self.figure(RuleName.FULL_TIME_WEEKLY_HOURS)
        if owed is None or full_time is None:
            return owed
        percent = next((p.contract_percent for p in self.staff if p.staff == staff), 0.0)
        away = len(self.leave_days(staff).intersection(self.calendar()))
        return max(0.0, owed - away * full_time * percent / 100 / DAYS_PER_WEEK)

    def first_known_day(self) -> date:
        """The first day of which anything is known: the period's, or earlier work's."""
        return min((a.day for a in self.previous), default=self.first_day)

    def needs(self) -> Iterator[tuple[date, Need]]:
        """Every need of every day in order, those for nobody left out."""
        dated: dict[date, list[DayNeed]] = {}
        for need in self.demand:
            dated.setdefault(need.day, []).append(need)
        for day in self.calendar():
            replaced = {(need.shift, need.skill) for need in dated.get(day, ())}
            for need in (*self._weekly(day, replaced), *dated.get(day, ())):
                if need.staff_needed or isinstance(need, DayNeed):
                    yield day, need

    def _weekly(self, day: date, replaced: set[tuple[str, Skill]]) -> Iterator[CoverageNeed]:
        for need in self.coverage:
            is_of_day = need.unit == self.unit and need.weekday == day.weekday()
            if is_of_day and (need.shift, need.skill) not in replaced:
                yield need

    def days_named(self, kind: DayKind) -> frozenset[date]:
        """The days of an Aïd or of Ramadan."""
        return frozenset(named.day for named in self.named_days if named.kind is kind)

    def carried_by(self, staff: str, burden: Burden) -> float:
        """What this person brings along of a burden, 0 where nothing is known."""
        return sum(c.amount for c in self.carried if (c.staff, c.burden) == (staff, burden))

    def takes_shift(self, staff: str, shift: str) -> bool:
        """Whether no limit keeps this shift away from the person altogether."""
        return not any(
            limit.most == 0 and (limit.staff, limit.shift) == (staff, shift)
            for limit in self.shift_limits
        )

    def skills_of_shift(self, shift: str) -> frozenset[Skill]:
        """The skills that this unit asks for on a shift, on any day."""
        weekly = {n.skill for n in self.coverage if n.unit == self.unit and n.shift == shift}
        return frozenset(weekly | {need.skill for need in self.demand if need.shift == shift})

    def leave_days(self, staff: str) -> frozenset[date]:
        """Days on which this person must not work at all."""
        return frozenset(
            leave.first_day + timedelta(days=day)
            for leave in self.leave
            if leave.staff == staff
            for day in range((leave.last_day - leave.first_day).days + 1)
        )
