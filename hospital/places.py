"""Where care happens: hospitals of a GST, their units, beds, and the roads between them."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from hospital.base import Frozen

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}$")]
"""A short stable identifier: letters, digits, dot, dash, underscore."""


class HospitalLevel(StrEnum):
    """Level of care (decree 2-06-656): from the local hospital to the university centre."""

    LOCAL = "hp"
    PROVINCIAL = "chp"
    REGIONAL = "chr"
    UNIVERSITY = "chu"


class UnitKind(StrEnum):
    """What a unit is for; the twin and the planners treat each kind in its own way."""

    EMERGENCY = "emergency"
    WARD = "ward"
    STEP_DOWN = "step_down"
    INTENSIVE_CARE = "intensive_care"
    THEATRE = "theatre"
    PHARMACY = "pharmacy"


class BedSex(StrEnum):
    """Whom a bed may take."""

    ANY = "any"
    FEMALE = "female"
    MALE = "male"


class Hospital(Frozen):
    """One public hospital of the GST."""

    hospital: Code
    name: str = Field(min_length=1)
    level: HospitalLevel
    province: str = Field(min_length=1)
    population: int = Field(ge=0, description="inhabitants served [people]")
    cold_litres: float | None = Field(
        default=None, ge=0, description="room of the pharmacy's refrigerators; no limit if empty"
    )
    shelf_litres: float | None = Field(
        default=None, ge=0, description="room of the pharmacy's shelves; no limit if empty"
    )


class Unit(Frozen):
    """A unit of a hospital. Its physical beds are the rows of ``beds`` that name it.

    ``mean_stay_hours`` and ``stay_cv`` are the hypothesis used while the history holds
    too few stays of this unit to fit them; ``nurse_per_beds`` says how many occupied beds
    one nurse looks after on one shift.
    """

    unit: Code
    hospital: Code
    kind: UnitKind
    specialty: str = Field(min_length=1)
    name: str = Field(min_length=1)
    physicians: int = Field(ge=0, description="physicians seeing patients at once [people]")
    beds_per_nurse: float = Field(gt=0, description="occupied beds one nurse covers [beds]")
    mean_stay_hours: float = Field(gt=0, lt=8760)
    stay_cv: float = Field(gt=0, le=5, description="standard deviation over mean of the stay")
    cost_per_bed_day_mad: float = Field(ge=0)


class Bed(Frozen):
    """One physical bed (or emergency cubicle) and whom it may take."""

    bed: Code
    unit: Code
    sex: BedSex = BedSex.ANY
    isolation: bool = False
    paediatric: bool = False


class TransferLink(Frozen):
    """The road between two hospitals, usable in both directions."""

    origin: Code
    destination: Code
    distance_km: float = Field(gt=0, lt=3000)
    travel_minutes: float = Field(gt=0, lt=2880)


class TriagePath(Frozen):
    """How the emergency department of a hospital treats one triage level (1 = most urgent).

    Shares over the levels of a hospital sum to 1. Times are means of log-normal laws whose
    coefficient of variation is ``consult_cv`` and ``tests_cv``.
    """

    hospital: Code
    triage: int = Field(ge=1, le=5)
    share: float = Field(ge=0, le=1)
    admission_probability: float = Field(ge=0, le=1)
    intensive_care_probability: float = Field(ge=0, le=1, description="of those admitted")
    consult_minutes: float = Field(gt=0, le=600)
    consult_cv: float = Field(gt=0, le=5)
    tests_minutes: float = Field(ge=0, le=1440)
    tests_cv: float = Field(gt=0, le=5)
