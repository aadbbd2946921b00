"""Wards of any size under all the rules that Tadbir proposes for Morocco, in Ramadan and its Aïd.

Four weeks from 15 February 2027: Ramadan to 9 March (computed), Aïd al-Fitr, and the clock going
back to summer time on 14 March. Three shifts of eight hours, staffed to about nine tenths of what
the contracts give; part-timers, people exempt from nights, leave, wishes, juniors, people kept
apart, a newcomer with a tutor, locks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from hospital.calendar import MoroccanCalendar
from hospital.roster import Assignment, RosterProblem
from hospital.roster_burden import named_days
from hospital.roster_limits import Pairing, Succession
from hospital.staff import (
    CoverageNeed,
    Grade,
    Leave,
    Shift,
    ShiftRequest,
    Skill,
    StaffMember,
)
from hospital.streams import stream_key
from hospital.working_rules import moroccan_rules

FIRST_DAY = date(2027, 2, 15)
SATURDAY = 5
SHIFTS = (
    Shift(shift="M", name="Matin", start_hour=7, length_hours=8, is_night=False),
    Shift(shift="S", name="Soir", start_hour=15, length_hours=8, is_night=False),
    Shift(shift="N", name="Nuit", start_hour=23, length_hours=8, is_night=True),
)
PART_OF_STAFF = {"M": 0.27, "S": 0.17, "N": 0.12}
"""People needed on a shift of a weekday, for each person in post."""
WEEKEND_PART = 0.85
WISHES_EACH = 4
LEAVE_EVERY = 6
"""One person in six has a week of leave in the four."""


@dataclass(frozen=True, slots=True)
class Ward:
    """How many people, over how many days, drawn with which seed."""

    nurses: int
    days: int = 28
    seed: int = 1
    first_day: date = FIRST_DAY


def ward(asked: Ward) -> RosterProblem:
    """The problem of a ward."""
    chance = np.random.default_rng(stream_key(asked.seed, "benchmark ward"))
    staff = tuple(_person(k, chance) for k in range(asked.nurses))
    calendar = MoroccanCalendar.load()
    last = asked.first_day + timedelta(asked.days - 1)
    return RosterProblem(
        unit="WARD",
        first_day=asked.first_day,
        days=asked.days,
        staff=staff,
        shifts=SHIFTS,
        coverage=tuple(_needs(asked.nurses)),
        leave=tuple(_leave(asked, chance)),
        requests=tuple(_wishes(asked, chance)),
        rules=moroccan_rules(),
        holidays=tuple(holiday.date for holiday in calendar.holidays(asked.first_day, last)),
        named_days=named_days(calendar, asked.first_day, last),
        successions=(Succession(first="S", then="M"), Succession(first="N", then="S")),
        pairings=(
            Pairing(first=staff[1].staff, second=staff[2].staff, together=False),
            Pairing(first=staff[3].staff, second=staff[4].staff, together=False),
        ),
        locked=(
            Assignment(staff=staff[5].staff, day=asked.first_day, shift="M"),
            Assignment(staff=staff[7].staff, day=asked.first_day + timedelta(1), shift="S"),
        ),
    )


def _person(number: int, chance: np.random.Generator) -> StaffMember:
    grades = [Grade.JUNIOR, Grade.SENIOR, Grade.SENIOR, Grade.CHARGE]
    return StaffMember(
        staff=f"N{number:03}",
        name=f"Infirmier {number}",
        unit="WARD",
        skill=Skill.GENERAL_NURSE,
        grade=grades[int(chance.integers(4))],
        contract_percent=float(chance.choice([100, 100, 100, 100, 80, 50])),
        nights_allowed=bool(chance.random() > 1 / 12),
    )


def _needs(nurses: int) -> list[CoverageNeed]:
    return [
        CoverageNeed(
            unit="WARD",
            shift=shift.shift,
            skill=Skill.GENERAL_NURSE,
            weekday=weekday,
            staff_needed=round(
                nurses * PART_OF_STAFF[shift.shift] * (WEEKEND_PART if weekday >= SATURDAY else 1)
            ),
        )
        for shift in SHIFTS
        for weekday in range(7)
    ]


def _leave(asked: Ward, chance: np.random.Generator) -> list[Leave]:
    away = chance.choice(asked.nurses, asked.nurses // LEAVE_EVERY, replace=False)
    starts = [
        asked.first_day + timedelta(int(d)) for d in chance.integers(0, asked.days, len(away))
    ]
    return [
        Leave(staff=f"N{k:03}", first_day=day, last_day=day + timedelta(6), reason="annual")
        for k, day in zip(away, starts, strict=True)
    ]


def _wishes(asked: Ward, chance: np.random.Generator) -> list[ShiftRequest]:
    return [
        ShiftRequest(
            staff=f"N{k:03}",
            day=asked.first_day + timedelta(int(day)),
            shift=["M", "S", "N", None, None][int(chance.integers(5))],
            wants_work=bool(chance.integers(4) == 0),
            weight=int(chance.integers(1, 11)),
        )
        for k in range(asked.nurses)
        for day in chance.choice(asked.days, WISHES_EACH, replace=False)
    ]
