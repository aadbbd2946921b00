"""What to run: which days, how long to warm up, how many replications, which seed."""

from datetime import date, timedelta

from pydantic import Field

from hospital.base import HOURS_PER_DAY, Frozen


class RunPlan(Frozen):
    """The days that are measured start with ``first_day``; the warm-up lies before it."""

    first_day: date
    horizon_days: int = Field(gt=0, le=3660)
    warmup_days: int = Field(default=14, ge=0, le=3660)
    replications: int = Field(default=20, gt=0, le=100_000)
    seed: int = Field(default=1, ge=0)

    @property
    def opening_day(self) -> date:
        """First simulated day: the first of the warm-up."""
        return self.first_day - timedelta(days=self.warmup_days)

    @property
    def days(self) -> int:
        """Simulated days, warm-up included."""
        return self.warmup_days + self.horizon_days

    @property
    def warmup_hours(self) -> float:
        """Clock of the run at which measuring starts [hours]."""
        return float(self.warmup_days * HOURS_PER_DAY)

    @property
    def end_hours(self) -> float:
        """Clock of the run at which it stops [hours]."""
        return float(self.days * HOURS_PER_DAY)
