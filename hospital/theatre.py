"""What the theatre suite works with: procedures, surgeons, rooms, sessions, waiting patients."""

from datetime import date
from enum import StrEnum

from pydantic import Field, model_validator

from hospital.base import Frozen
from hospital.places import Code


class Priority(StrEnum):
    """Class of urgency on the waiting list; ``Procedure`` times do not depend on it."""

    URGENT = "urgent"
    SEMI_URGENT = "semi_urgent"
    ROUTINE = "routine"


class Sex(StrEnum):
    """Administrative sex, as the beds need it."""

    FEMALE = "female"
    MALE = "male"


class AgeGroup(StrEnum):
    """Coarse age, so that no birth date is kept."""

    CHILD = "0-14"
    ADULT = "15-64"
    OLDER = "65+"


class Procedure(Frozen):
    """An operation: its length in theatre (turnover apart) and the beds it needs after."""

    procedure: Code
    name: str = Field(min_length=1)
    specialty: str = Field(min_length=1)
    mean_minutes: float = Field(gt=0, le=1440)
    minutes_cv: float = Field(gt=0, le=5)
    intensive_care_probability: float = Field(ge=0, le=1)
    mean_stay_days: float = Field(ge=0, le=120)


class Surgeon(Frozen):
    """Who may lead an operation of a specialty, and where."""

    surgeon: Code
    name: str = Field(min_length=1)
    hospital: Code
    specialty: str = Field(min_length=1)
    daily_minutes: int = Field(gt=0, le=1440, description="longest operating day [minutes]")


class TheatreSession(Frozen):
    """A weekly block (vacation opératoire) of a room, given to a specialty or one surgeon of it."""

    session: Code
    unit: Code
    room: Code
    weekday: int = Field(ge=0, le=6)
    start_minute: int = Field(ge=0, lt=1440, description="minutes after midnight")
    length_minutes: int = Field(gt=0, le=1440)
    specialty: str = Field(min_length=1)
    turnover_minutes: int = Field(ge=0, le=240)
    surgeon: Code | None = Field(default=None, description="the only one who operates in it")
    reserve_minutes: int = Field(
        default=0, ge=0, lt=1440, description="at its end, kept for emergencies until the day"
    )
    equipment: str = Field(default="", description="codes of what is there, apart by spaces")

    def has_all(self, needs: str) -> bool:
        """Whether everything that a patient needs (codes apart by spaces) is there."""
        return set(needs.split()) <= set(self.equipment.split())


class WaitingPatient(Frozen):
    """A pseudonymised patient who waits for an operation."""

    patient: Code
    hospital: Code
    procedure: Code
    surgeon: Code
    priority: Priority
    referral_date: date
    due_date: date
    sex: Sex
    age_group: AgeGroup
    province: str = Field(min_length=1)
    deferred_until: date | None = Field(default=None, description="not operated before this day")
    deferral_reason: str = Field(default="", description="why the operation is deferred")
    is_infected: bool = Field(default=False, description="last of a session")
    minutes: float | None = Field(
        default=None, gt=0, le=1440, description="expected minutes, where the surgeon knows better"
    )
    minutes_reason: str = Field(default="", description="why the usual minutes are not right")
    needs: str = Field(default="", description="codes of equipment or anaesthesia, apart by spaces")
    accepts_other_hospital: bool = Field(
        default=False, description="may be operated in another hospital of the GST"
    )

    @model_validator(mode="after")
    def _reasons_given(self) -> "WaitingPatient":
        if self.deferred_until is not None and not self.deferral_reason.strip():
            raise ValueError("deferred_until needs a deferral_reason")
        if self.minutes is not None and not self.minutes_reason.strip():
            raise ValueError("minutes other than the procedure's need a minutes_reason")
        return self

    @model_validator(mode="after")
    def _due_after_referral(self) -> "WaitingPatient":
        if self.due_date < self.referral_date:
            raise ValueError(
                f"due_date ({self.due_date}) is before referral_date ({self.referral_date})"
            )
        return self
