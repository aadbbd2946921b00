"""Wards to roster: one that is easy to read, one of the size that a hospital has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pytest

from hospital.roster import Assignment, RosterProblem
from hospital.staff import (
    CoverageNeed,
    Grade,
    Leave,
    RuleName,
    Shift,
    ShiftRequest,
    Skill,
    StaffMember,
    WorkingRule,
)
from hospital.streams import stream_key

MONDAY = date(2026, 11, 23)
SHIFTS = (
    Shift(shift="M", name="morning", start_hour=7, length_hours=7, is_night=False),
    Shift(shift="E", name="evening", start_hour=14, length_hours=7, is_night=False),
    Shift(shift="N", name="night", start_hour=21, length_hours=10, is_night=True),
)
FIGURES = {
    RuleName.MINIMUM_REST_HOURS: 11.0,
    RuleName.MAXIMUM_CONSECUTIVE_DAYS: 5.0,
    RuleName.MAXIMUM_CONSECUTIVE_NIGHTS: 3.0,
    RuleName.MINIMUM_DAYS_OFF_AFTER_NIGHTS: 2.0,
    RuleName.MAXIMUM_WEEKLY_HOURS: 48.0,
    RuleName.FULL_TIME_WEEKLY_HOURS: 37.5,
}


@dataclass(frozen=True)
class Ward:
    """How big and how busy a generated ward is; needs are people on M, E and N."""

    nurses: int = 8
    days: int = 14
    needs: tuple[int, int, int] = (2, 1, 1)
    requests_each: int = 2
    on_leave: int = 1
    seed: int = 1


def nurse(number: int, percent: float = 100, *, nights: bool = True) -> StaffMember:
    return StaffMember(
        staff=f"N{number:02}",
        name=f"Nurse {number}",
        unit="W",
        skill=Skill.GENERAL_NURSE,
        grade=Grade.JUNIOR,
        contract_percent=percent,
        nights_allowed=nights,
    )


def rules(figures: dict[RuleName, float]) -> tuple[WorkingRule, ...]:
    return tuple(
        WorkingRule(rule=name.value, value=value, source="test", confirmed=False)
        for name, value in figures.items()
    )


def coverage(needs: tuple[int, int, int]) -> tuple[CoverageNeed, ...]:
    return tuple(
        CoverageNeed(
            unit="W",
            shift=shift.shift,
            skill=Skill.GENERAL_NURSE,
            weekday=weekday,
            staff_needed=need,
        )
        for shift, need in zip(SHIFTS, needs, strict=True)
        for weekday in range(7)
    )


def ward_problem(ward: Ward) -> RosterProblem:
    chance = np.random.default_rng(stream_key(ward.seed, "test ward"))
    percents = chance.choice([100, 100, 80, 50], ward.nurses)
    staff = tuple(nurse(k, float(percents[k]), nights=k % 6 != 0) for k in range(ward.nurses))
    away = chance.choice(ward.nurses, ward.on_leave, replace=False)
    first_days = [MONDAY + timedelta(int(d)) for d in chance.integers(0, ward.days, ward.on_leave)]
    return RosterProblem(
        unit="W",
        first_day=MONDAY,
        days=ward.days,
        staff=staff,
        shifts=SHIFTS,
        coverage=coverage(ward.needs),
        leave=tuple(
            Leave(staff=f"N{k:02}", first_day=d, last_day=d + timedelta(4), reason="annual")
            for k, d in zip(away, first_days, strict=True)
        ),
        requests=_requests(ward, chance),
        rules=rules(FIGURES),
        holidays=(MONDAY + timedelta(min(2, ward.days - 1)),),
    )


def _requests(ward: Ward, chance: np.random.Generator) -> tuple[ShiftRequest, ...]:
    count = min(ward.requests_each, ward.days)
    return tuple(
        ShiftRequest(
            staff=f"N{k:02}",
            day=MONDAY + timedelta(int(day)),
            shift=["M", "E", "N", None][int(chance.integers(4))],
            wants_work=bool(chance.integers(4) == 0),
            weight=int(chance.integers(1, 20)),
        )
        for k in range(ward.nurses)
        for day in chance.choice(ward.days, count, replace=False)
    )


def assigned(staff: str, day: int, shift: str) -> Assignment:
    return Assignment(staff=staff, day=MONDAY + timedelta(day), shift=shift)


@pytest.fixture(scope="session")
def ward() -> Callable[..., RosterProblem]:
    """Builds a ward from the fields of ``Ward``."""
    return lambda **fields: ward_problem(Ward(**fields))


@pytest.fixture(scope="session")
def on() -> Callable[[str, int, str], Assignment]:
    """An assignment by day number."""
    return assigned


@pytest.fixture(scope="session")
def ruled() -> Callable[[dict[RuleName, float]], tuple[WorkingRule, ...]]:
    """Working rules from their figures."""
    return rules
