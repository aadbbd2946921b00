"""What replications of the twin say: indicators for each replication, and occupied beds by hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


class Indicator(StrEnum):
    """Outputs of the twin, in the unit that ends the name."""

    VISITS = "visits_per_day"
    ADMISSIONS = "admissions_per_day"
    OCCUPIED_BEDS = "occupied_beds"
    OCCUPANCY = "occupancy_percent"
    CUBICLE_WAIT = "cubicle_wait_minutes"
    TIME_OVER_85 = "time_over_85_percent"
    TIME_OVER_95 = "time_over_95_percent"
    TIME_FULL = "time_full_percent"
    ROTATION = "patients_per_bed_per_month"
    CUBICLE_WAIT_MEDIAN = "cubicle_wait_median_minutes"
    CUBICLE_WAIT_P90 = "cubicle_wait_p90_minutes"
    PHYSICIAN_WAIT = "physician_wait_minutes"
    PHYSICIAN_WAIT_MEDIAN = "physician_wait_median_minutes"
    PHYSICIAN_WAIT_P90 = "physician_wait_p90_minutes"
    BOARDING = "boarding_hours"
    BOARDING_MEDIAN = "boarding_median_hours"
    BOARDING_P90 = "boarding_p90_hours"
    INTENSIVE_CARE_WAIT = "intensive_care_wait_hours"
    INTENSIVE_CARE_REFUSALS = "intensive_care_refusals_per_day"
    LEFT_UNSEEN = "left_unseen_percent"
    TRANSFERS = "transfers_per_day"
    TRANSFER_DISTANCE = "transfer_km_per_day"
    BED_DAYS = "bed_days_per_day"
    DEATHS = "deaths_per_day"
    DIED = "died_percent"
    TRANSFERRED = "transferred_percent"
    ELECTIVES_CANCELLED = "electives_cancelled_per_day"
    LENGTH_OF_STAY = "length_of_stay_days"
    READMISSIONS = "readmissions_within_30_days_percent"
    GROUPS_LEFT_OUT = "groups_left_out"
    OPEN_BEDS = "open_beds"
    CALLED_OFF = "electives_called_off_per_day"
    SURGE_BED_DAYS = "surge_bed_days_per_day"
    SURGE_COST = "surge_cost_mad_per_day"
    DELAYED_BED_DAYS = "delayed_bed_days_per_day"
    BED_MOVES = "bed_moves_per_day"
    DIVERSIONS = "diversions_per_day"
    DIVERSION_DISTANCE = "diversion_km_per_day"
    AMBULANCES_BUSY = "ambulance_busy_percent"
    AMBULANCE_WAIT = "ambulance_wait_minutes"
    DEATHS_WAITING = "deaths_while_waiting_per_day"
    BED_REFUSALS = "bed_refusals_per_day"


TRIAGE_PREFIX = "triage:"
GAP_PREFIX = "gap:"
SMALLEST_GROUP_PATIENTS = 30
"""A group with fewer patients in a replication takes no part in a gap: its mean is chance."""


class WarmupSource(StrEnum):
    """Where the days of the warm-up come from."""

    NONE = "none"  # the run starts from a census
    STATED = "stated"  # a person said so
    MSER5 = "mser5"  # found on pilot replications
    NOT_FOUND = "not_found"  # the pilot did not settle: a usual number was taken


@dataclass(frozen=True, slots=True)
class ReachedPrecision:
    """How precisely one mean is known: ``half_width`` of its interval where ``allowed`` was asked.

    Both are in the unit of the indicator; ``holds`` says whether the target is met.
    """

    indicator: str
    place: str
    mean: float
    half_width: float
    allowed: float
    confidence: float
    replications: int
    holds: bool


@dataclass(frozen=True, slots=True)
class TwinResult:
    """The replications of one hospital under one demand.

    ``indicators``: columns replication, indicator, place, group, value; one row for each
    replication; a mean over nobody has no row. ``place`` is a unit, a hospital, or empty for the
    whole GST; ``group`` is empty, or ``triage:X``, ``province:X``, ``sex:X``,
    ``age:X``; ``gap:province``, ``gap:sex``, ``gap:age`` are the largest minus the smallest mean.

    ``occupancy``: columns unit, hour (hours since the start of the measured period), mean,
    p10, p50, p90 [beds].

    ``overloaded`` names the units whose offered load exceeds their beds or physicians: nothing that
    is said of their waits holds in the long run. ``short_of_physicians`` are those of them whose
    physicians cannot see so many patients.

    ``start`` is ``empty`` or ``census``; ``census_patients`` were in their beds at the start, and
    ``crowded`` names the units that had more of them than beds, and how many more: they lie in
    places beyond the beds, which nobody takes after them.

    ``precision`` says for each target that was asked how narrow its interval is.
    """

    replications: int
    horizon_days: int
    warmup_days: int
    seed: int
    indicators: pd.DataFrame
    occupancy: pd.DataFrame
    overloaded: tuple[str, ...] = ()
    start: str = "empty"
    census_patients: int = 0
    crowded: Mapping[str, int] = field(default_factory=dict)
    precision: tuple[ReachedPrecision, ...] = ()
    warmup_source: str = WarmupSource.NONE
    short_of_physicians: tuple[str, ...] = ()
