"""The calendar of a Moroccan public hospital: holidays, Ramadan, school breaks, clock changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Self

from hospital.calendar import clock
from hospital.calendar.days import (
    DateStatus,
    Holiday,
    Labels,
    Occurrence,
    Ramadan,
    RamadanDay,
    SchoolBreak,
    UserEvent,
)
from hospital.calendar.lunar import ramadans_of, resolve
from hospital.calendar.rows import Findings
from hospital.calendar.tables import (
    EXCEPTIONAL,
    OFFICIAL_DATES,
    SCHOOL_BREAKS,
    FixedHoliday,
    MovableDay,
    read_dates,
    read_fixed_holidays,
    read_labels,
    read_movable_days,
    read_school_breaks,
)
from hospital.errors import GstError, say

SATURDAY = 5  # date.weekday(); administrations work from Monday to Friday (decree 2-05-916)


@dataclass(frozen=True)
class MoroccanCalendar:
    """Every question about a day that planning asks; changed by copy.

    Dates of lunar events are known for ``covered_years`` only. Asking about another year raises
    ``calendar_not_covered``: a silent absence of Ramadan would bias a forecast.
    """

    occurrences: tuple[Occurrence, ...]
    fixed_holidays: tuple[FixedHoliday, ...]
    movable_days: tuple[MovableDay, ...]
    school_breaks: tuple[SchoolBreak, ...]
    labels: tuple[tuple[str, Labels], ...]
    user_events: tuple[UserEvent, ...] = ()

    @classmethod
    def load(
        cls,
        edited_dates: Path | None = None,
        school_breaks: Path | None = None,
        user_events: Iterable[UserEvent] = (),
    ) -> Self:
        """The shipped calendar, under a person's own tables.

        Args:
            edited_dates: rows laid over ``official_dates.csv``; one row is enough, a whole
                edited copy works too.
            school_breaks: a table that replaces ``school_breaks.csv``.
            user_events: what only the hospital knows.

        Raises:
            InvalidInput: with every wrong row of both tables.
        """
        findings = Findings()
        labels = read_labels(findings)
        movable_days = read_movable_days(findings)
        anchors = [day.anchor for day in movable_days]
        tables = dict.fromkeys((OFFICIAL_DATES, edited_dates or OFFICIAL_DATES))
        rows = [row for table in tables for row in read_dates(table, anchors, findings)]
        occurrences = resolve(rows, findings)
        breaks = read_school_breaks(school_breaks or SCHOOL_BREAKS, labels, findings)
        fixed_holidays = read_fixed_holidays(findings)
        findings.raise_if_any()
        return cls(
            occurrences=occurrences,
            fixed_holidays=tuple(fixed_holidays),
            movable_days=tuple(movable_days),
            school_breaks=tuple(breaks),
            labels=tuple(labels.items()),
            user_events=tuple(user_events),
        )

    def with_events(self, *events: UserEvent) -> Self:
        """A copy that knows these events too."""
        return replace(self, user_events=(*self.user_events, *events))

    @cached_property
    def covered_years(self) -> frozenset[int]:
        """The years in which every lunar event has a date."""
        years_by_key: dict[str, set[int]] = {}
        for occurrence in self.occurrences:
            if occurrence.key != EXCEPTIONAL:
                years_by_key.setdefault(occurrence.key, set()).add(occurrence.date.year)
        return frozenset(set.intersection(*years_by_key.values()))

    def holidays(self, first: date, last: date) -> tuple[Holiday, ...]:
        """The public holidays from ``first`` to ``last``, both included, in order of date."""
        self._require(first, last)
        return tuple(day for day in self._public_holidays if first <= day.date <= last)

    def observances(self, first: date, last: date) -> tuple[Holiday, ...]:
        """Named days that are no day off: the first day of Ramadan and Achoura."""
        self._require(first, last)
        return tuple(day for day in self._observances if first <= day.date <= last)

    def is_public_holiday(self, day: date) -> bool:
        """Whether public servants are off for a holiday; a weekend alone is not one."""
        self._require(day, day)
        return day in self._public_dates

    def is_weekend(self, day: date) -> bool:
        """Whether the day is a Saturday or a Sunday."""
        return day.weekday() >= SATURDAY

    def ramadan(self, day: date) -> RamadanDay | None:
        """Where the day lies in Ramadan, or None."""
        self._require(day, day)
        return self._ramadan_days.get(day)

    def ramadans(self, first: date, last: date) -> tuple[Ramadan, ...]:
        """The months of Ramadan that share a day with ``first`` to ``last``."""
        self._require(first, last)
        months = ramadans_of(self.occurrences)
        return tuple(
            month for month in months if month.first_day <= last and first <= month.last_day
        )

    def school_break(self, day: date) -> SchoolBreak | None:
        """The school break of the day, or None when there is none or none is known."""
        return next((pause for pause in self.school_breaks if day in pause), None)

    def events(self, day: date) -> tuple[UserEvent, ...]:
        """What the hospital told us about the day."""
        return tuple(event for event in self.user_events if day in event)

    def clock_changes(self, first: date, last: date) -> tuple[clock.ClockChange, ...]:
        """The days from ``first`` to ``last``, both included, that last 23 or 25 hours."""
        return clock.clock_changes(first, last)

    def day_hours(self, day: date) -> int:
        """Length of the local day [hours]: 23, 24 or 25."""
        return clock.day_hours(day)

    def shift_hours(self, start: datetime, end: datetime) -> float:
        """Time really worked between two local times [hours]; see ``clock.shift_hours``."""
        return clock.shift_hours(start, end)

    @cached_property
    def _public_holidays(self) -> tuple[Holiday, ...]:
        days = [*self._fixed(), *self._movable(are_public=True)]
        return tuple(sorted(days, key=lambda day: (day.date, day.key)))

    @cached_property
    def _observances(self) -> tuple[Holiday, ...]:
        return tuple(sorted(self._movable(are_public=False), key=lambda day: (day.date, day.key)))

    @cached_property
    def _public_dates(self) -> frozenset[date]:
        return frozenset(day.date for day in self._public_holidays)

    @cached_property
    def _ramadan_days(self) -> dict[date, RamadanDay]:
        return {
            month.first_day + timedelta(days=n): RamadanDay(n + 1, month.length_days)
            for month in ramadans_of(self.occurrences)
            for n in range(month.length_days)
        }

    def _fixed(self) -> Iterable[Holiday]:
        names = dict(self.labels)
        for year in self.covered_years:
            for fixed in self.fixed_holidays:
                if fixed.is_kept_in(year):
                    day = date(year, fixed.month, fixed.day)
                    status = DateStatus.OFFICIAL
                    yield Holiday(fixed.key, day, names[fixed.key], status, fixed.source)

    def _movable(self, *, are_public: bool) -> Iterable[Holiday]:
        names = dict(self.labels)
        for movable in self.movable_days:
            for seen in self.occurrences:
                if seen.key == movable.anchor and movable.is_public_holiday == are_public:
                    day = seen.date + timedelta(days=movable.offset_days)
                    yield Holiday(movable.key, day, names[movable.key], seen.status, seen.source)

    def _require(self, first: date, last: date) -> None:
        if set(range(first.year, last.year + 1)) <= self.covered_years:
            return
        known = sorted(self.covered_years)
        raise GstError(
            "calendar_not_covered",
            say(
                "Lunar dates are known from {since} to {until}, not for all of {first} to {last}. "
                "Add the missing years to an edited table of dates.",
                since=known[0],
                until=known[-1],
                first=first,
                last=last,
            ),
        )
