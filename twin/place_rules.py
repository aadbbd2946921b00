"""What a person may state about the places of a unit beyond their number; all of it optional.

Open beds by the hour, closures, beds for whom, surge beds, electives called off, discharges
delayed, early warnings. ``twin.parameters`` holds these rules, the study file says them in the
same words.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, model_validator

from hospital.base import HOURS_PER_WEEK, Frozen
from hospital.places import BedSex, Code
from twin.laws import Fixed, Law

Places = Annotated[int, Field(ge=0, le=10_000)]
Percent = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]
Hours = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class DatedPlaces(Frozen):
    """From this local time on so many places are staffed; none stated: as many as there are."""

    since: datetime
    places: Places | None = None


class OpeningHours(Frozen):
    """How many places of a unit somebody is there for, hour by hour.

    ``weekly`` are 168 figures, Monday 0 h first; ``dated`` (in order of time) go before them
    from their first moment on. Without either every place is open.
    """

    unit: Code
    weekly: tuple[Places, ...] = ()
    dated: tuple[DatedPlaces, ...] = ()

    @model_validator(mode="after")
    def _whole_weeks_in_order(self) -> OpeningHours:
        if len(self.weekly) not in (0, HOURS_PER_WEEK):
            raise ValueError(f"{self.unit}: weekly needs 168 figures, not {len(self.weekly)}")
        times = [one.since for one in self.dated]
        if times != sorted(set(times)):
            raise ValueError(f"{self.unit}: dated figures are not in order of time")
        return self


class BedClosure(Frozen):
    """Beds of a unit that are shut from one day to another, both included (works, infection).

    Nobody is put out: beds close as they empty. Which of them does not matter.
    """

    unit: Code
    beds: int = Field(ge=1, le=10_000)
    first_day: date | None = None
    last_day: date | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> BedClosure:
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValueError(f"last_day ({self.last_day}) is before first_day ({self.first_day})")
        return self


class BedKind(Frozen):
    """Whom a bed may take."""

    sex: BedSex = BedSex.ANY
    isolation: bool = False
    paediatric: bool = False


class SurgeBeds(Frozen):
    """Beds that a unit opens when it is full, with staff of their own, and closes again.

    The call comes when ``open_at_percent`` of the open ordinary beds are taken, or
    ``open_at_waiting`` patients wait, without a break for ``after_hours``. The beds stand
    ``delay_hours`` later. They stay for ``minimum_hours`` and until no more than
    ``close_at_percent`` of the ordinary beds are taken and nothing calls for them; then each
    closes as soon as it is empty.
    """

    beds: int = Field(ge=1, le=10_000)
    open_at_percent: Percent | None = None
    open_at_waiting: int | None = Field(default=None, ge=1)
    after_hours: Hours = 0.0
    delay_hours: Hours = 0.0
    minimum_hours: Hours = 0.0
    close_at_percent: Percent = 85.0
    cost_per_bed_day_mad: float = Field(default=0.0, ge=0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> SurgeBeds:
        if self.open_at_percent is None and self.open_at_waiting is None:
            raise ValueError("surge beds need open_at_percent or open_at_waiting")
        if self.open_at_percent is not None and self.close_at_percent >= self.open_at_percent:
            raise ValueError(
                f"close_at_percent ({self.close_at_percent}) must lie below open_at_percent "
                f"({self.open_at_percent}), or the beds would open and close at once"
            )
        return self


class CallingOff(Frozen):
    """When an elective admission to a unit is called off.

    At once where ``at_percent`` of the open beds are taken at the call; else if no bed is free
    within ``wait_hours`` of the planned hour (none stated: the patient waits). The call is the
    planned hour itself, or ``call_hour`` of that day for those who are planned after it.
    Up to ``rebookings`` times the patient gets a new date, ``rebooked_after`` [hours] later.
    """

    wait_hours: Hours | None = None
    at_percent: Percent | None = None
    call_hour: float | None = Field(default=None, ge=0, lt=24)
    rebookings: int = Field(default=0, ge=0, le=50)
    rebooked_after: Law = Fixed(mean_hours=168.0)

    @model_validator(mode="after")
    def _says_when(self) -> CallingOff:
        if self.wait_hours is None and self.at_percent is None:
            raise ValueError("calling off needs wait_hours or at_percent")
        return self


class DischargeDelay(Frozen):
    """Patients fit to go home who must wait in bed: transport, family, social care.

    ``share`` of those who go home from the unit wait for ``delay`` before the unit's discharge
    hours count.
    """

    share: float = Field(ge=0, le=1)
    delay: Law


class EarlyWarning(Frozen):
    """Patients of a unit whose worsening is seen, and acted on, before it would have been.

    They are ``share`` of those who lie there; their need is ``stay_factor`` times as long, and of
    those among them who would have gone on to intensive care ``avoided_share`` do not. Who is
    helped is the patient's own chance. Patients in bed at the start keep their stay.
    """

    share: float = Field(ge=0, le=1)
    stay_factor: float = Field(default=1.0, gt=0, le=1)
    avoided_share: float = Field(default=0.0, ge=0, le=1)
