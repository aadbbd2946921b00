"""Staff, shifts, what each shift needs, leave, requests and working rules of the demo GST.

Two regimes are practised side by side: three shifts of 8 hours on the wards, and 12 hours on
then 36 off where care never pauses (emergency, intensive care, step-down, maternity).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

import numpy as np

from hospital.base import DAYS_PER_WEEK
from hospital.places import Unit, UnitKind
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
from scenarios.demo.period import AS_OF

SATURDAY = 5
FULL_TIME_HOURS = 37.5
ABSENCE_SHARE = 0.04
"""Reserve of the teams: hardly what leave takes, so that rosters are tight [hypothesis]."""
PHYSICIAN_FILL = 0.95
"""Emergency physicians in post over those that their duty table needs."""
STAFFED_SHARE = 0.8
"""Share of the beds that a morning shift is staffed for."""
EVENING_SHARE, NIGHT_SHARE, WEEKEND_SHARE = 0.85, 0.7, 0.85
NURSES_PER_ROOM = 2
NEGLIGIBLE_SHARE = 0.2
"""Of a full-time equivalent: nobody is hired for less."""
PART_TIMES = ((80.0, 0.08), (50.0, 0.04))
NO_NIGHTS_SHARE = 0.06
SENIOR_SHARE = 0.4
PLANNING_DAYS = 56
LEAVE_SHARE = 0.35
LEAVE_DAYS = (3, 15)
LEAVE_REASONS = ("annual", "annual", "annual", "sick", "training")
REQUEST_SHARE = 0.6
REQUEST_DAYS = 28
MAXIMUM_REQUESTS = 4
WANTS_WORK_SHARE = 0.2
REQUEST_WEIGHTS = (1, 2, 3, 5, 10)

MORNING, EVENING, NIGHT, LONG_DAY, LONG_NIGHT = "M", "S", "N", "J12", "N12"

SHIFTS = (
    Shift(shift=LONG_DAY, name="Jour 12 h", start_hour=8, length_hours=12, is_night=False),
    Shift(shift=MORNING, name="Matin", start_hour=7, length_hours=8, is_night=False),
    Shift(shift=NIGHT, name="Nuit", start_hour=23, length_hours=8, is_night=True),
    Shift(shift=LONG_NIGHT, name="Nuit 12 h", start_hour=20, length_hours=12, is_night=True),
    Shift(shift=EVENING, name="Soir", start_hour=15, length_hours=8, is_night=False),
)

_TO_CONFIRM = "Hypothèse de la démonstration, à confirmer : pas de source marocaine trouvée."

RULES = (
    WorkingRule(
        rule=RuleName.FULL_TIME_WEEKLY_HOURS,
        value=FULL_TIME_HOURS,
        source="Décret 2-05-916 : lundi à vendredi, 8 h 30 à 16 h 30, pause de 30 minutes ; "
        "autres horaires à total hebdomadaire égal (art. 3).",
        confirmed=True,
    ),
    WorkingRule(
        rule=RuleName.MAXIMUM_CONSECUTIVE_DAYS, value=6, source=_TO_CONFIRM, confirmed=False
    ),
    WorkingRule(
        rule=RuleName.MAXIMUM_CONSECUTIVE_NIGHTS, value=3, source=_TO_CONFIRM, confirmed=False
    ),
    WorkingRule(rule=RuleName.MAXIMUM_WEEKLY_HOURS, value=48, source=_TO_CONFIRM, confirmed=False),
    WorkingRule(
        rule=RuleName.MINIMUM_DAYS_OFF_AFTER_NIGHTS,
        value=1,
        source="Usage du 12/36 : douze heures de travail puis un jour et demi de repos "
        "(lavieeco.com, 2015), à confirmer.",
        confirmed=False,
    ),
    WorkingRule(rule=RuleName.MINIMUM_REST_HOURS, value=11, source=_TO_CONFIRM, confirmed=False),
)


@dataclass(frozen=True, slots=True)
class Team:
    """The people of one skill in one unit, and the coverage they have to give."""

    unit: Unit
    skill: Skill
    needs: tuple[CoverageNeed, ...]

    @property
    def weekly_hours(self) -> float:
        """Hours of work that the coverage takes [hours per week]."""
        lengths = {shift.shift: shift.length_hours for shift in SHIFTS}
        return sum(need.staff_needed * lengths[need.shift] for need in self.needs)

    @property
    def full_time_equivalents(self) -> float:
        """People needed at full time, leave and illness included."""
        fill = PHYSICIAN_FILL if self.skill is Skill.PHYSICIAN else 1.0
        return fill * self.weekly_hours / (FULL_TIME_HOURS * (1 - ABSENCE_SHARE))


def teams(unit: Unit, beds: int, rooms: int) -> Iterator[Team]:
    """The teams of a unit; ``beds`` are cubicles for an emergency department."""
    nurses = max(1, ceil(beds * STAFFED_SHARE / unit.beds_per_nurse))
    if unit.kind is UnitKind.EMERGENCY:
        yield _round_the_clock(unit, Skill.EMERGENCY_NURSE, nurses, NIGHT_SHARE)
        yield _round_the_clock(unit, Skill.PHYSICIAN, unit.physicians, 1.0)
    elif unit.kind in (UnitKind.INTENSIVE_CARE, UnitKind.STEP_DOWN):
        yield _round_the_clock(unit, Skill.INTENSIVE_CARE_NURSE, nurses, 1.0)
    elif unit.kind is UnitKind.THEATRE:
        yield _theatre_team(unit, NURSES_PER_ROOM * rooms)
    elif unit.specialty == "gynaecology":
        yield _round_the_clock(unit, Skill.MIDWIFE, max(1, nurses // 2), 1.0)
        yield _three_shifts(unit, Skill.GENERAL_NURSE, max(1, nurses - nurses // 2))
    elif unit.kind is UnitKind.WARD:
        yield _three_shifts(unit, Skill.GENERAL_NURSE, nurses)


def _round_the_clock(unit: Unit, skill: Skill, people: int, night_share: float) -> Team:
    at_night = max(1, ceil(people * night_share))
    posts = {LONG_DAY: people, LONG_NIGHT: at_night}
    return Team(unit, skill, tuple(_needs(unit, skill, posts, 1.0)))


def _three_shifts(unit: Unit, skill: Skill, people: int) -> Team:
    posts = {
        MORNING: people,
        EVENING: ceil(people * EVENING_SHARE),
        NIGHT: ceil(people * NIGHT_SHARE),
    }
    return Team(unit, skill, tuple(_needs(unit, skill, posts, WEEKEND_SHARE)))


def _theatre_team(unit: Unit, people: int) -> Team:
    needs = _needs(unit, Skill.THEATRE_NURSE, {MORNING: people}, 1.0)
    weekdays = (need for need in needs if need.weekday < SATURDAY)
    return Team(unit, Skill.THEATRE_NURSE, tuple(weekdays))


def _needs(
    unit: Unit, skill: Skill, posts: dict[str, int], weekend_share: float
) -> Iterator[CoverageNeed]:
    for shift, people in posts.items():
        for weekday in range(DAYS_PER_WEEK):
            share = weekend_share if weekday >= SATURDAY else 1.0
            yield CoverageNeed(
                unit=unit.unit,
                shift=shift,
                skill=skill,
                weekday=weekday,
                staff_needed=max(1, round(people * share)),
            )


def members(team: Team, seed: int) -> Iterator[StaffMember]:
    """People until the team has its full-time equivalents."""
    rng = np.random.default_rng(stream_key(seed, "staff", team.unit.unit, team.skill))
    missing = team.full_time_equivalents
    number = 0
    while missing > NEGLIGIBLE_SHARE:
        number += 1
        percent = _contract(rng.random()) if number > 1 else 100.0
        missing -= percent / 100
        yield StaffMember(
            staff=f"{team.unit.unit}-{team.skill[:3].upper()}{number:02d}",
            name=f"Agent fictif {number:02d} ({team.unit.name})",
            unit=team.unit.unit,
            skill=team.skill,
            grade=_grade(number, rng.random()),
            contract_percent=percent,
            nights_allowed=bool(number == 1 or rng.random() >= NO_NIGHTS_SHARE),
        )


def _contract(draw: float) -> float:
    for percent, share in PART_TIMES:
        if draw < share:
            return percent
        draw -= share
    return 100.0


def _grade(number: int, draw: float) -> Grade:
    if number == 1:
        return Grade.CHARGE
    return Grade.SENIOR if draw < SENIOR_SHARE else Grade.JUNIOR


def leave(staff: tuple[StaffMember, ...], seed: int) -> Iterator[Leave]:
    """At most one leave for each person in the weeks to be planned."""
    rng = np.random.default_rng(stream_key(seed, "leave"))
    for person in staff:
        absent, start = rng.random() < LEAVE_SHARE, int(rng.integers(0, PLANNING_DAYS))
        length = int(rng.integers(*LEAVE_DAYS))
        reason = LEAVE_REASONS[rng.integers(len(LEAVE_REASONS))]
        if absent:
            first = AS_OF + timedelta(days=start)
            last = first + timedelta(days=length - 1)
            yield Leave(staff=person.staff, first_day=first, last_day=last, reason=reason)


def requests(
    staff: tuple[StaffMember, ...], coverage: tuple[CoverageNeed, ...], seed: int
) -> Iterator[ShiftRequest]:
    """Wishes for the next four weeks; a wish to work names a shift of the person's unit."""
    rng = np.random.default_rng(stream_key(seed, "requests"))
    shifts: dict[tuple[str, str], list[str]] = {}
    for need in coverage:
        known = shifts.setdefault((need.unit, need.skill), [])
        if need.shift not in known:
            known.append(need.shift)
    for person in staff:
        if rng.random() < REQUEST_SHARE:
            yield from _wishes(person, shifts[person.unit, person.skill], rng)


def _wishes(
    person: StaffMember, shifts: list[str], rng: np.random.Generator
) -> Iterator[ShiftRequest]:
    count = int(rng.integers(1, MAXIMUM_REQUESTS + 1))
    for offset in sorted(rng.choice(REQUEST_DAYS, size=count, replace=False).tolist()):
        wants_work = bool(rng.random() < WANTS_WORK_SHARE)
        shift = shifts[rng.integers(len(shifts))]
        yield ShiftRequest(
            staff=person.staff,
            day=AS_OF + timedelta(days=offset),
            shift=shift if wants_work or rng.random() < 1 / 2 else None,
            wants_work=wants_work,
            weight=REQUEST_WEIGHTS[rng.integers(len(REQUEST_WEIGHTS))],
        )
