"""What a roster shares out, the days that are shared apart, and what is carried over."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from hospital.base import Frozen
from hospital.calendar import MoroccanCalendar
from hospital.calendar.days import days_between
from hospital.places import Code


class Burden(StrEnum):
    """What is shared fairly.

    Each Aïd is shared by itself and is not among the other holidays; a night of Ramadan is a
    night, and is shared apart as well. Refused wishes count by their weight, recalls are days
    off on which somebody was called in.
    """

    HOURS = "hours"
    NIGHTS = "nights"
    WEEKEND_DAYS = "weekend_days"
    HOLIDAYS = "holidays"
    AID_AL_FITR = "aid_al_fitr"
    AID_AL_ADHA = "aid_al_adha"
    RAMADAN_NIGHTS = "ramadan_nights"
    REFUSED_WISHES = "refused_wishes"
    RECALLS = "recalls"


class DayKind(StrEnum):
    """Days that are shared apart from the other holidays."""

    AID_AL_FITR = "aid_al_fitr"
    AID_AL_ADHA = "aid_al_adha"
    RAMADAN = "ramadan"


SHARED_APART: dict[DayKind, Burden] = {
    DayKind.AID_AL_FITR: Burden.AID_AL_FITR,
    DayKind.AID_AL_ADHA: Burden.AID_AL_ADHA,
    DayKind.RAMADAN: Burden.RAMADAN_NIGHTS,
}
EVERYDAY = (Burden.HOURS, Burden.NIGHTS, Burden.WEEKEND_DAYS, Burden.HOLIDAYS)
TOLD = (Burden.REFUSED_WISHES, Burden.RECALLS)
"""Burdens that are counted from wishes and recalls, not from duties."""


class NamedDay(Frozen):
    """A day of an Aïd or of Ramadan."""

    day: date
    kind: DayKind


class Carried(Frozen):
    """What a person brings along from earlier rosters: above zero, more than the fair share."""

    staff: Code
    burden: Burden
    amount: float


class Recall(Frozen):
    """Somebody was called in on a day that the published roster had left free."""

    staff: Code
    day: date


def named_days(calendar: MoroccanCalendar, first: date, last: date) -> tuple[NamedDay, ...]:
    """The days of each Aïd and of Ramadan from ``first`` to ``last``, both included."""
    aids = [
        NamedDay(day=holiday.date, kind=kind)
        for holiday in calendar.holidays(first, last)
        for kind in (DayKind.AID_AL_FITR, DayKind.AID_AL_ADHA)
        if holiday.key.startswith(kind.value)
    ]
    days = days_between(first, last)
    ramadan = [NamedDay(day=d, kind=DayKind.RAMADAN) for d in days if calendar.ramadan(d)]
    return tuple(sorted((*aids, *ramadan), key=lambda named: (named.day, named.kind)))
