"""What happened: visits, stays, consumption, requests for planned care; a row type for each table.

Times are local clock times of Morocco without an offset. When the clock goes back around
Ramadan, the repeated hour holds the visits of both hours; when it goes forward, the missing
hour holds none. Daily counts are right either way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import Field

from hospital.base import Frozen
from hospital.places import Code
from hospital.theatre import AgeGroup, Sex

if TYPE_CHECKING:
    import pandas as pd


class AdmissionKind(StrEnum):
    """How a stay began."""

    EMERGENCY = "emergency"
    ELECTIVE = "elective"
    TRANSFER = "transfer"


class StayOutcome(StrEnum):
    """How a stay in a unit ended; ``present`` for the patients still there."""

    HOME = "home"
    MOVED = "moved"
    TRANSFERRED = "transferred"
    DIED = "died"
    PRESENT = "present"


class VisitCount(Frozen):
    """Emergency visits that arrived at a hospital within one clock hour."""

    hospital: Code
    hour: datetime
    visits: int = Field(ge=0, le=10_000)


class Stay(Frozen):
    """One stay of one pseudonymised patient in one unit. ``left_at`` is empty while present."""

    patient: Code
    unit: Code
    bed: Code | None = None
    admitted_at: datetime
    left_at: datetime | None = None
    kind: AdmissionKind
    sex: Sex
    age_group: AgeGroup
    province: str = Field(min_length=1)
    outcome: StayOutcome


class Consumption(Frozen):
    """Units of a medicine issued by a hospital's pharmacy in the week that starts on a Monday.

    ``stockout_days`` says on how many days of that week the shelf was empty, so that a low
    figure is not taken for a low need.
    """

    hospital: Code
    medicine: Code
    week: date
    units: int = Field(ge=0, le=10_000_000)
    stockout_days: int = Field(ge=0, le=7)


class ReferralCount(Frozen):
    """Requests for planned care that a hospital took in within the week that starts on a Monday.

    All requests count, whatever became of them; the waiting list holds only those still open.
    """

    hospital: Code
    week: date
    referrals: int = Field(ge=0, le=100_000)


@dataclass(frozen=True, slots=True)
class History:
    """The four frames of a GST's past, each in the columns of its row type.

    An empty frame means that this GST has not given that history.
    """

    visits: pd.DataFrame
    stays: pd.DataFrame
    consumption: pd.DataFrame
    referrals: pd.DataFrame
