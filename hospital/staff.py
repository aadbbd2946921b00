"""Who works: staff, shifts, what each shift needs, leave, requests and the working rules."""

from datetime import date
from enum import StrEnum

from pydantic import Field, model_validator

from hospital.base import HOURS_PER_DAY, Frozen
from hospital.places import Code


class Skill(StrEnum):
    """What a person is qualified for."""

    GENERAL_NURSE = "general_nurse"
    INTENSIVE_CARE_NURSE = "intensive_care_nurse"
    EMERGENCY_NURSE = "emergency_nurse"
    THEATRE_NURSE = "theatre_nurse"
    MIDWIFE = "midwife"
    PHYSICIAN = "physician"


class Grade(StrEnum):
    """Seniority, for supervision."""

    JUNIOR = "junior"
    SENIOR = "senior"
    CHARGE = "charge"


class StaffMember(Frozen):
    """One person of a unit. ``contract_percent`` scales hours and fair share alike."""

    staff: Code
    name: str = Field(min_length=1)
    unit: Code
    skill: Skill
    grade: Grade
    contract_percent: float = Field(gt=0, le=100)
    nights_allowed: bool = True


class Shift(Frozen):
    """A block of work that starts at a clock hour and may end on the next day."""

    shift: Code
    name: str = Field(min_length=1)
    start_hour: float = Field(ge=0, lt=HOURS_PER_DAY)
    length_hours: float = Field(gt=0, le=24)
    is_night: bool

    @property
    def end_hour(self) -> float:
        """Clock hour of the end, counted from the midnight before the start (may exceed 24)."""
        return self.start_hour + self.length_hours


class CoverageNeed(Frozen):
    """How many people of a skill a unit needs on a shift, on one weekday (0 = Monday)."""

    unit: Code
    shift: Code
    skill: Skill
    weekday: int = Field(ge=0, le=6)
    staff_needed: int = Field(ge=0, le=200)


class Leave(Frozen):
    """Days on which a person does not work, both included."""

    staff: Code
    first_day: date
    last_day: date
    reason: str = Field(min_length=1)

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> "Leave":
        if self.last_day < self.first_day:
            raise ValueError(f"last_day ({self.last_day}) is before first_day ({self.first_day})")
        return self


class ShiftRequest(Frozen):
    """A wish: to work, or not to work, a shift on a day. Empty shift means the whole day."""

    staff: Code
    day: date
    shift: Code | None = None
    wants_work: bool
    weight: int = Field(ge=1, le=100)


class WorkingRule(Frozen):
    """One figure of law or custom, with its source: rules are data, never code."""

    rule: str = Field(min_length=1)
    value: float
    source: str = Field(min_length=1)
    confirmed: bool


class RuleName(StrEnum):
    """The figures the roster reads from ``rules.csv``."""

    MINIMUM_REST_HOURS = "minimum_rest_hours"
    MAXIMUM_CONSECUTIVE_DAYS = "maximum_consecutive_days"
    MAXIMUM_CONSECUTIVE_NIGHTS = "maximum_consecutive_nights"
    MINIMUM_DAYS_OFF_AFTER_NIGHTS = "minimum_days_off_after_nights"
    MAXIMUM_WEEKLY_HOURS = "maximum_weekly_hours"
    FULL_TIME_WEEKLY_HOURS = "full_time_weekly_hours"
    MINIMUM_REST_AFTER_LONG_SHIFT_HOURS = "minimum_rest_after_long_shift_hours"
    MINIMUM_CONSECUTIVE_DAYS = "minimum_consecutive_days"
    MINIMUM_CONSECUTIVE_DAYS_OFF = "minimum_consecutive_days_off"
    MAXIMUM_HOURS_IN_28_DAYS = "maximum_hours_in_28_days"
    MAXIMUM_NIGHTS_IN_28_DAYS = "maximum_nights_in_28_days"
    MAXIMUM_PERIOD_HOURS = "maximum_period_hours"
    MINIMUM_PERIOD_HOURS = "minimum_period_hours"
    MAXIMUM_WEEKENDS = "maximum_weekends"
    MAXIMUM_CONSECUTIVE_WEEKENDS = "maximum_consecutive_weekends"
    JUNIORS_PER_SENIOR = "juniors_per_senior"
    RAMADAN_WEEKLY_HOURS = "ramadan_weekly_hours"
