"""What the calendar says of each day, as the columns that Prophet learns effects for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np

from forecasting.series import edge_days
from hospital.errors import GstError

if TYPE_CHECKING:
    from forecasting.covariate import Covariate
    from forecasting.series import Floats
    from hospital.forecast import Period

RAMADAN = ("ramadan", "ramadan_progress", "ramadan_last_ten")
MID_PROGRESS = 0.5
NOT_COVERED = "calendar_not_covered"

# Aid: people prepare before and visit after. With one Aid of each kind a year, three shared
# effects can be learnt where one for each day could not.
AID_KEYS = ("aid_al_fitr", "aid_al_adha")
EVE_DAYS = (-3, -2, -1)
AFTER_DAYS = (2, 3, 4, 5)

# The five short breaks of a school year share one effect; the long one of summer comes with the
# season of the year and cannot be told from it.
LONGEST_SHORT_BREAK_DAYS = 21


class NamedDay(Protocol):
    """A holiday: a key that never changes, and its date."""

    @property
    def key(self) -> str:
        """Under which its effect is learnt."""
        ...

    @property
    def date(self) -> date:
        """The day itself."""
        ...


class FastingDay(Protocol):
    """Where a day lies in Ramadan."""

    @property
    def progress(self) -> float:
        """0 on the first day, 1 on the last."""
        ...

    @property
    def last_ten(self) -> bool:
        """Whether it is one of the last nights."""
        ...


class Pause(Protocol):
    """Days without school, both ends included."""

    @property
    def first_day(self) -> date:
        """The first of them."""
        ...

    @property
    def last_day(self) -> date:
        """The last of them."""
        ...


class NamedEvent(Protocol):
    """What only the hospital knows of a day."""

    @property
    def name(self) -> str:
        """Under which its effect is learnt."""
        ...


class Calendar(Protocol):
    """The questions that a forecast asks; ``hospital.calendar.MoroccanCalendar`` answers them.

    Keys and names must be stable over the years: an effect is learnt under its key.
    """

    def holidays(self, first: date, last: date) -> Sequence[NamedDay]:
        """Holidays from ``first`` to ``last``, both included."""
        ...

    def ramadan(self, day: date) -> FastingDay | None:
        """Where the day lies in Ramadan, or None."""
        ...

    def school_break(self, day: date) -> Pause | None:
        """The school break of the day, or None where there is none or none is known."""
        ...

    def events(self, day: date) -> Sequence[NamedEvent]:
        """What the hospital told of the day."""
        ...


@dataclass(frozen=True, slots=True)
class CalendarDesign:
    """Ramadan columns, (n_days, 3), and the named days from ``first_day`` on.

    ``is_known`` is false where the calendar does not cover these years: then there is no
    column at all, and the forecast says so. ``covariates`` are regressors of a what-if beside
    the calendar; the forecast of record has none. ``school_days`` are the days of short breaks.
    """

    first_day: date
    ramadan: Floats
    named_days: tuple[tuple[str, date], ...]
    is_known: bool = True
    covariates: tuple[Covariate, ...] = ()
    school_days: frozenset[date] = frozenset()

    def beside(self, covariates: tuple[Covariate, ...]) -> Self:
        """The same calendar with these regressors beside it."""
        return replace(self, covariates=covariates) if covariates else self

    @classmethod
    def of(cls, calendar: Calendar, first: date, last: date) -> Self:
        """Ask the calendar about every day from ``first`` to ``last``, both included."""
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        try:
            ramadan = np.array([_fasting(calendar, day) for day in days])
            named = (*_holidays(calendar, first, last), *_events(calendar, days))
        except GstError as error:
            if error.code != NOT_COVERED:
                raise
            return cls(first, np.zeros((len(days), len(RAMADAN))), (), is_known=False)
        school = frozenset(day for day in days if _is_short_break(calendar.school_break(day)))
        return cls(first, ramadan, tuple(sorted(set(named))), school_days=school)

    def ramadan_columns(self, first: date, periods: int, period: Period) -> Floats:
        """Mean of the Ramadan columns over each period, (periods, 3)."""
        start = (first - self.first_day).days
        return period_means(self.ramadan[start:], edge_days(first, periods, period))

    def holiday_share(self, first: date, periods: int, period: Period) -> Floats:
        """Share of the days of each period that have a name, (periods,)."""
        return _share((day for _, day in self.named_days), edge_days(first, periods, period), first)

    def school_share(self, first: date, periods: int, period: Period) -> Floats:
        """Share of the days of each period that lie in a short school break, (periods,)."""
        return _share(self.school_days, edge_days(first, periods, period), first)


def period_means(daily: Floats, edges: Floats) -> Floats:
    """Means of daily values (n_days, ...) between edges (periods + 1,), (periods, ...)."""
    lengths = np.diff(edges)
    owners = np.repeat(np.arange(len(lengths)), lengths.astype(int))
    sums = np.zeros((len(lengths), *daily.shape[1:]))
    np.add.at(sums, owners, daily[: len(owners)])
    means: Floats = (sums.T / lengths).T
    return means


def _share(days: Iterable[date], edges: Floats, first: date) -> Floats:
    """Share of each period between edges that these days are, (periods,)."""
    marks = np.zeros(int(edges[-1]))
    marks[[n for day in set(days) if 0 <= (n := (day - first).days) < len(marks)]] = 1.0
    return period_means(marks, edges)


def _is_short_break(pause: Pause | None) -> bool:
    return pause is not None and (pause.last_day - pause.first_day).days < LONGEST_SHORT_BREAK_DAYS


def _fasting(calendar: Calendar, day: date) -> tuple[float, float, float]:
    fasting = calendar.ramadan(day)
    if fasting is None:
        return (0.0, 0.0, 0.0)
    return (1.0, fasting.progress - MID_PROGRESS, float(fasting.last_ten))


def _holidays(calendar: Calendar, first: date, last: date) -> Iterable[tuple[str, date]]:
    for day in calendar.holidays(first, last):
        yield day.key, day.date
        if day.key in AID_KEYS:
            yield from _around(day, "eve", EVE_DAYS)
            yield from _around(day, "after", AFTER_DAYS)


def _around(day: NamedDay, side: str, offsets: Iterable[int]) -> Iterable[tuple[str, date]]:
    for offset in offsets:
        yield f"{day.key}_{side}", day.date + timedelta(days=offset)


def _events(calendar: Calendar, days: Iterable[date]) -> Iterable[tuple[str, date]]:
    for day in days:
        for event in calendar.events(day):
            yield f"event {event.name}", day
