"""Is anybody passed over: who is planned, by province, sex, age and specialty, like with like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from math import sqrt

from hospital.theatre import WaitingPatient
from hospital.theatre_plan import TheatrePlan

SMALLEST_GROUP_PATIENTS = 5
"""Groups with fewer patients are not shown (law 09-08: nobody may be recognised)."""

NORMAL_95 = 1.959964
Stratum = tuple[str, str]


class Trait(StrEnum):
    """What patients are compared by."""

    PROVINCE = "province"
    SEX = "sex"
    AGE = "age_group"
    SPECIALTY = "specialty"


@dataclass(frozen=True, slots=True)
class GroupOnList:
    """One group of the waiting list in a plan.

    ``expected`` patients would be planned if, within each priority class and specialty, a place
    were as likely for everybody (indirect standardisation; for specialties, within each class).
    ``ratio`` is planned over expected with a 95 % interval, ``low`` to ``high`` (normal, variance
    of independent places in each stratum, without what is left to chance where all or none of a
    stratum are planned). ``mean_wait_days`` is until the operation, or the end of the week for
    those who are left; ``overdue`` are past their due date by then.
    """

    trait: Trait
    group: str
    waiting: int
    planned: int
    expected: float
    low: float
    high: float
    mean_wait_days: float
    overdue: int

    @property
    def ratio(self) -> float:
        """Planned over expected; 1 is even."""
        return self.planned / self.expected if self.expected else 1.0

    @property
    def is_uneven(self) -> bool:
        """Whether 1 lies outside the interval."""
        return not self.low <= 1.0 <= self.high


def waiting_equity(plan: TheatrePlan) -> tuple[GroupOnList, ...]:
    """Every group of at least ``SMALLEST_GROUP_PATIENTS``, by trait and name."""
    return tuple(row for trait in Trait for row in _of_trait(plan, trait))


def _of_trait(plan: TheatrePlan, trait: Trait) -> Iterator[GroupOnList]:
    specialty = {row.procedure: row.specialty for row in plan.problem.procedures}
    planned_on = {case.patient: case.day for case in plan.cases}
    end = plan.problem.first_day + timedelta(days=plan.problem.days)
    patients = [row for row in plan.problem.waiting_list if row.referral_date < end]

    def stratum(row: WaitingPatient) -> Stratum:
        own = "" if trait is Trait.SPECIALTY else specialty[row.procedure]
        return row.priority.value, own

    group_of = _grouping(trait, specialty)
    everybody = Counter(stratum(row) for row in patients)
    places = Counter(stratum(row) for row in patients if row.patient in planned_on)
    for group in sorted({group_of(row) for row in patients}):
        own = [row for row in patients if group_of(row) == group]
        if len(own) < SMALLEST_GROUP_PATIENTS:
            continue
        shares = [places[stratum(row)] / everybody[stratum(row)] for row in own]
        planned = sum(row.patient in planned_on for row in own)
        low, high = _interval(planned, shares)
        until = [planned_on.get(row.patient, end) for row in own]
        pairs = list(zip(own, until, strict=True))
        yield GroupOnList(
            trait=trait,
            group=group,
            waiting=len(own),
            planned=planned,
            expected=sum(shares),
            low=low,
            high=high,
            mean_wait_days=sum((day - row.referral_date).days for row, day in pairs) / len(own),
            overdue=sum(day > row.due_date for row, day in pairs),
        )


def _grouping(trait: Trait, specialty: dict[str, str]) -> Callable[[WaitingPatient], str]:
    groups: dict[Trait, Callable[[WaitingPatient], str]] = {
        Trait.PROVINCE: lambda row: row.province,
        Trait.SEX: lambda row: row.sex.value,
        Trait.AGE: lambda row: row.age_group.value,
        Trait.SPECIALTY: lambda row: specialty[row.procedure],
    }
    return groups[trait]


def _interval(planned: int, shares: list[float]) -> tuple[float, float]:
    expected = sum(shares)
    if not expected:
        return 1.0, 1.0
    half = NORMAL_95 * sqrt(sum(share * (1 - share) for share in shares)) / expected
    ratio = planned / expected
    return max(0.0, ratio - half), ratio + half
