"""One person's duties as the rules of a roster read them, and how a broken rule is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hospital.duty import Duty
from hospital.roster_problem import RosterProblem
from hospital.staff import RuleName, StaffMember
from hospital.violation import Violation


class RosterRule(StrEnum):
    """Stable names of the rules a roster may break, for catalogues."""

    UNKNOWN_PERSON = "unknown_person"
    UNKNOWN_SHIFT = "unknown_shift"
    OUTSIDE_PERIOD = "outside_period"
    UNQUALIFIED_SKILL = "unqualified_skill"
    NIGHT_NOT_ALLOWED = "night_not_allowed"
    TWO_SHIFTS_ON_ONE_DAY = "two_shifts_on_one_day"
    ON_LEAVE = "on_leave"
    LOCK_NOT_KEPT = "lock_not_kept"
    FORBIDDEN_SUCCESSION = "forbidden_succession"
    MAXIMUM_OF_A_SHIFT = "maximum_of_a_shift"
    KEPT_APART = "kept_apart"
    KEPT_TOGETHER = "kept_together"
    MINIMUM_REST_HOURS = "minimum_rest_hours"
    MINIMUM_REST_AFTER_LONG_SHIFT_HOURS = "minimum_rest_after_long_shift_hours"
    MAXIMUM_CONSECUTIVE_DAYS = "maximum_consecutive_days"
    MAXIMUM_CONSECUTIVE_NIGHTS = "maximum_consecutive_nights"
    MINIMUM_DAYS_OFF_AFTER_NIGHTS = "minimum_days_off_after_nights"
    MINIMUM_CONSECUTIVE_DAYS = "minimum_consecutive_days"
    MINIMUM_CONSECUTIVE_DAYS_OFF = "minimum_consecutive_days_off"
    MAXIMUM_WEEKLY_HOURS = "maximum_weekly_hours"
    MAXIMUM_HOURS_IN_28_DAYS = "maximum_hours_in_28_days"
    MAXIMUM_NIGHTS_IN_28_DAYS = "maximum_nights_in_28_days"
    MAXIMUM_PERIOD_HOURS = "maximum_period_hours"
    MINIMUM_PERIOD_HOURS = "minimum_period_hours"
    MAXIMUM_WEEKENDS = "maximum_weekends"
    MAXIMUM_CONSECUTIVE_WEEKENDS = "maximum_consecutive_weekends"
    JUNIORS_PER_SENIOR = "juniors_per_senior"


@dataclass(frozen=True, slots=True)
class WorkOf:
    """One person's duties in order of time, those just before the period included.

    ``figures`` are the person's own limits: those of the hospital, or of the contract.
    """

    problem: RosterProblem
    person: StaffMember
    duties: Sequence[Duty]
    figures: Mapping[RuleName, float]

    def is_decided(self, day: date) -> bool:
        """Whether this roster, not an earlier one, decides the day."""
        return day >= self.problem.first_day

    def decided(self) -> list[Duty]:
        """The duties that this roster decides."""
        return [duty for duty in self.duties if self.is_decided(duty.day)]

    def breaks(self, rule: RosterRule, day: date, found: object, limit: object) -> Violation:
        """The violation of a rule by this person."""
        return Violation(rule.value, self.person.staff, day.isoformat(), str(found), str(limit))


def runs_of_days(days: Iterable[date]) -> Iterator[list[date]]:
    """Maximal stretches of days in a row, of days in order."""
    run: list[date] = []
    for day in days:
        if run and (day - run[-1]).days > 1:
            yield run
            run = []
        run.append(day)
    if run:
        yield run
