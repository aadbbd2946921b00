"""What to run: which days, how the twin starts, how many replications, which seed."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from pydantic import Field, model_validator

from hospital.base import HOURS_PER_DAY, Frozen
from twin.precision import PrecisionTarget

EMERGENCY_LEAD_DAYS = 1
"""A run that starts from a census lets the emergencies of the last day walk in first."""


class Start(StrEnum):
    """How the twin begins."""

    EMPTY = "empty"  # nobody, then the warm-up
    CENSUS = "census"  # today's inpatients in their beds


class RunPlan(Frozen):
    """The days that are measured start with ``first_day``; what warms up lies before it.

    ``start`` is decided by ``simulate`` where it is not given: from the census when the
    parameters have one and there is no warm-up, else empty. A start from the census has no
    warm-up of its own, but the emergency departments walk through the last day before it.

    With ``targets`` more replications follow until all of them hold or have had their maximum;
    ``replications`` is then how many there are at least (and never fewer than 20).
    """

    first_day: date
    horizon_days: int = Field(gt=0, le=3660)
    warmup_days: int = Field(default=14, ge=0, le=3660)
    replications: int = Field(default=20, gt=0, le=100_000)
    seed: int = Field(default=1, ge=0)
    start: Start | None = None
    ends_at_hour: int = Field(default=HOURS_PER_DAY, ge=1, le=HOURS_PER_DAY)
    """Clock hour of the last day at which the run stops."""
    targets: tuple[PrecisionTarget, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _no_warmup_of_a_census(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.get("start") == Start.CENSUS:
            return {"warmup_days": 0, **given}
        return given

    @model_validator(mode="after")
    def _census_needs_no_warmup(self) -> "RunPlan":
        if self.start is Start.CENSUS and self.warmup_days:
            raise ValueError(
                f"a start from the census has no warm-up: warmup_days is {self.warmup_days}, "
                "set it to 0 or start empty"
            )
        return self

    @property
    def lead_days(self) -> int:
        """Simulated days before the first measured one."""
        return EMERGENCY_LEAD_DAYS if self.start is Start.CENSUS else self.warmup_days

    @property
    def opening_day(self) -> date:
        """First simulated day."""
        return self.first_day - timedelta(days=self.lead_days)

    @property
    def days(self) -> int:
        """Simulated days."""
        return self.lead_days + self.horizon_days

    @property
    def warmup_hours(self) -> float:
        """Clock of the run at which measuring starts [hours]."""
        return float(self.lead_days * HOURS_PER_DAY)

    @property
    def end_hours(self) -> float:
        """Clock of the run at which it stops [hours]."""
        return float((self.days - 1) * HOURS_PER_DAY + self.ends_at_hour)
