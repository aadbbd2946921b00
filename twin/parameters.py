"""Everything the twin believes about demand, care and routes, apart from the places themselves.

The places (units, beds, physicians, links) stay in the ``Gst``; a scenario changes them while
these parameters, and with them every patient, stay the same.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from hospital.base import HOURS_PER_DAY, HOURS_PER_WEEK, Frozen
from hospital.places import Code
from hospital.theatre import AgeGroup, Sex
from twin.laws import Floats, Law
from twin.place_rules import (
    BedClosure,
    CallingOff,
    DischargeDelay,
    EarlyWarning,
    OpeningHours,
    SurgeBeds,
)
from twin.territory import AmbulanceFleet, ClosedDoor, DiversionRule, TransferPolicy

Share = Annotated[float, Field(ge=0, le=1)]
ROUNDING = 1e-9
Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Note(Frozen):
    """Something a reader must know about these parameters: a stable code, where, and a figure.

    ``*_is_hypothesis`` says that the history was too short and a table of the GST, or a stated
    hypothesis, was used instead.
    """

    code: str
    place: str
    found: float = 0.0

    def __str__(self) -> str:
        return f"{self.code}:{self.place}"


class TriageParameters(Frozen):
    """One triage level of one hospital.

    ``patience`` is the wait from arrival after which a patient not yet seen leaves; where
    ``admitted_wait``, those who will need a bed do not leave. ``clock_hours`` weigh the level
    against the others in each of the 24 clock hours; empty: the share is the same all day.
    """

    triage: int = Field(ge=1, le=5)
    share: Share
    admission_probability: Share
    intensive_care_probability: Share
    consult: Law
    tests: Law
    patience: Law
    admitted_wait: bool = False
    clock_hours: tuple[Weight, ...] = ()

    @model_validator(mode="after")
    def _knows_the_whole_day(self) -> TriageParameters:
        if len(self.clock_hours) not in (0, HOURS_PER_DAY):
            raise ValueError(f"clock_hours needs 24 weights, not {len(self.clock_hours)}")
        return self


class UnitShare(Frozen):
    """How often a patient who needs this kind of unit goes to this one; weights need no sum."""

    unit: Code
    weight: Weight


class ElectiveStream(Frozen):
    """Planned admissions to one unit: mean for each weekday, Monday first [patients/day].

    On ``except_days`` a plan says who comes, and the stream is silent.
    """

    unit: Code
    per_weekday: tuple[float, ...] = Field(min_length=7, max_length=7)
    except_days: tuple[date, ...] = ()


class PlannedAdmission(Frozen):
    """One named patient of a theatre plan: when the bed is taken, where, and for how long.

    ``wards`` and ``intensive_care`` are the units to choose from. With the probability the patient
    first lies in intensive care for ``intensive_care_stay``; ``stay`` is the need in the ward.
    """

    patient: Code
    arrives_at: datetime
    wards: tuple[UnitShare, ...] = Field(min_length=1)
    stay: Law
    intensive_care: tuple[UnitShare, ...] = ()
    intensive_care_probability: Share = 0.0
    intensive_care_stay: Law
    sex: Sex
    age_group: AgeGroup
    province: str = Field(min_length=1)


class PersonGroup(Frozen):
    """Patients of one province, sex and age group, and their weight in the hospital."""

    province: str
    sex: Sex
    age_group: AgeGroup
    weight: Weight


class DayVisits(Frozen):
    """Emergency visits of one past day, counted."""

    day: date
    visits: int = Field(ge=0)


class UnitParameters(Frozen):
    """Care in one unit.

    ``stay`` is the time that the patient needs the place [hours]. Where ``waits_for_clock``,
    a patient who is ready goes home at the next discharge hour, and the time in bed is longer
    than the need by twelve hours on average. At the end of the stay ``death_share`` die,
    ``move_share`` go on to one of the ``onward`` units (which may be in another hospital) and
    the others go home; who ``waits_outside`` gives the place back before the next one is free.

    ``when_full`` are the units that take this one's patients while it is full, in this order;
    such outliers come back when a bed frees where ``outliers_return``. ``reserved_beds`` take
    emergencies only. A bed is free again ``cleaning_hours`` after a patient has left it.

    Where ``separates_beds``, a patient lies only in a bed that takes people like him (sex, child,
    isolation: needed by ``isolation_share`` of the patients); ``moves_inside`` lets others change
    beds to make room. ``surge``, ``calling_off``, ``discharge_delay`` and ``warning``:
    ``twin.place_rules``.
    """

    unit: Code
    stay: Law
    death_share: Share = 0.0
    move_share: Share = 0.0
    onward: tuple[UnitShare, ...] = ()
    waits_for_clock: bool = False
    waits_outside: bool = False
    when_full: tuple[Code, ...] = ()
    outliers_return: bool = False
    reserved_beds: int = Field(default=0, ge=0)
    cleaning_hours: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    separates_beds: bool = False
    isolation_share: Share = 0.0
    moves_inside: bool = False
    surge: SurgeBeds | None = None
    calling_off: CallingOff | None = None
    discharge_delay: DischargeDelay | None = None
    warning: EarlyWarning | None = None

    @model_validator(mode="after")
    def _shares_leave_room(self) -> UnitParameters:
        if self.death_share + self.move_share > 1 + ROUNDING:
            raise ValueError(f"{self.unit}: death_share and move_share exceed 1 together")
        return self


class ArrivalStream(Frozen):
    """Patients who come straight to one unit.

    ``rates`` are means of the equal cells of a week, Monday 0 h first [patients/hour]; ``gap`` is
    the law between two arrivals where there are no rates. Patients wait for their first bed as
    long as ``patience`` says. ``care`` is this stream's own stay and route in some units,
    ``people`` its own weights of the hospital's groups.
    """

    stream: Code
    unit: Code
    rates: tuple[Weight, ...] = ()
    gap: Law | None = None
    priority: int = Field(default=1, ge=1, le=9)
    is_elective: bool = False
    patience: Law
    care: tuple[UnitParameters, ...] = ()
    people: tuple[Weight, ...] = ()


class UnitPeople(Frozen):
    """Who comes to one unit first: a weight for each of the hospital's groups, in their order."""

    unit: Code
    weights: tuple[Weight, ...]


class VisitSeason(Frozen):
    """Days on which emergency visits keep other hours, both ends included: Ramadan.

    Each clock hour of the usual day is multiplied by its factor, and the day scaled back to its
    number of visits: that of the forecast or of the register where it is known (which carries the
    season's effect already), else the usual mean times ``daily_factor``.
    """

    first_day: date
    last_day: date
    hour_factors: tuple[Weight, ...] = Field(min_length=HOURS_PER_DAY, max_length=HOURS_PER_DAY)
    daily_factor: Weight = 1.0


READMISSION_DAYS = 30
"""A later emergency admission is no readmission [days from going home]."""


class Readmissions(Frozen):
    """Emergency admissions within thirty days of going home.

    ``shares`` give, by the unit that a patient leaves, the share who come back; ``delay`` is the
    time until then, cut at thirty days. Nobody comes back more than ``at_most`` times.
    """

    shares: tuple[UnitShare, ...]
    delay: Law
    at_most: int = Field(default=1, ge=1, le=20)

    def hours(self, uniform: Floats) -> Floats:
        """Times until the readmission, at these probabilities [hours]."""
        limit = float(READMISSION_DAYS * HOURS_PER_DAY)
        within = -np.expm1(self.delay.log_survival(np.array(limit)))
        return np.minimum(self.delay.at_log_survival(np.log1p(-uniform * within)), limit)

    def share_back_within(self, hours: Floats) -> Floats:
        """Of those who come back, the share who have done so by then."""
        limit = np.array(float(READMISSION_DAYS * HOURS_PER_DAY))
        back, all_back = (np.expm1(self.delay.log_survival(one)) for one in (hours, limit))
        return np.asarray(back / all_back, dtype=np.float64)

    @model_validator(mode="after")
    def _shares_are_shares(self) -> Readmissions:
        wrong = [one.unit for one in self.shares if one.weight > 1]
        if wrong:
            raise ValueError(f"readmission shares above 1 in {', '.join(wrong)}")
        return self


class SpecialVisits(Frozen):
    """Emergency visits beyond the usual ones, as ill as their own triage and care say."""

    name: Code
    triage: tuple[TriageParameters, ...] = ()
    care: tuple[UnitParameters, ...] = ()


class ExtraVisits(SpecialVisits):
    """Visits of a wave: means of the hours from midnight of ``first_day`` on [visits/hour]."""

    first_day: date
    hourly: tuple[Weight, ...] = Field(min_length=1)


class Casualties(SpecialVisits):
    """A known number of visits after one event; ``delay`` is the time to the hospital."""

    starts_at: datetime
    number: int = Field(ge=0, le=10_000)
    delay: Law


class HospitalParameters(Frozen):
    """Demand and routes of one hospital.

    ``hourly_visits`` are means for the hours of a week, Monday 0 h first [visits/hour].
    ``recent_visits`` are the days whose number is known: a warm-up repeats them.
    ``returning_share`` of them are readmissions, which the twin brings itself.
    ``elective_hours`` and ``discharge_hours`` are weights of the 24 clock hours; where the latter
    change today, ``discharge_hours_so_far`` are those that left a census as it is. The mixes say
    to which unit an emergency is admitted first; a unit of another hospital is a transfer.
    ``people_by_unit`` replaces the weights of ``people`` for those who first come to a unit.
    ``planned`` are the patients whom a theatre plan names.
    """

    hospital: Code
    hourly_visits: tuple[float, ...] = Field(min_length=HOURS_PER_WEEK, max_length=HOURS_PER_WEEK)
    recent_visits: tuple[DayVisits, ...] = ()
    triage: tuple[TriageParameters, ...] = ()
    ward_mix: tuple[UnitShare, ...] = ()
    intensive_care_mix: tuple[UnitShare, ...] = ()
    electives: tuple[ElectiveStream, ...] = ()
    planned: tuple[PlannedAdmission, ...] = ()
    streams: tuple[ArrivalStream, ...] = ()
    seasons: tuple[VisitSeason, ...] = ()
    extra: tuple[ExtraVisits, ...] = ()
    casualties: tuple[Casualties, ...] = ()
    returning_share: Share = 0.0
    elective_hours: tuple[Weight, ...] = Field(min_length=HOURS_PER_DAY, max_length=HOURS_PER_DAY)
    discharge_hours: tuple[Weight, ...] = Field(min_length=HOURS_PER_DAY, max_length=HOURS_PER_DAY)
    discharge_hours_so_far: tuple[Weight, ...] = ()
    people: tuple[PersonGroup, ...] = Field(min_length=1)
    people_by_unit: tuple[UnitPeople, ...] = ()

    @model_validator(mode="after")
    def _weights_for_everybody(self) -> HospitalParameters:
        given = [one.weights for one in self.people_by_unit]
        given += [stream.people for stream in self.streams if stream.people]
        if any(len(weights) != len(self.people) or not sum(weights) for weights in given):
            raise ValueError(f"{self.hospital}: people need a weight for each group, not all zero")
        return self

    @property
    def special(self) -> tuple[SpecialVisits, ...]:
        """Visits of waves and events."""
        return (*self.extra, *self.casualties)


class Inpatient(Frozen):
    """One patient in one bed at the start of the day, and since when [local clock]."""

    patient: Code
    unit: Code
    admitted_at: datetime
    sex: Sex
    age_group: AgeGroup
    province: str = Field(min_length=1)


class Census(Frozen):
    """All inpatients at midnight before ``day``, in the order of their codes."""

    day: date
    inpatients: tuple[Inpatient, ...] = ()

    def by_unit(self) -> dict[str, int]:
        """Patients in each unit that has any [patients]."""
        counts: dict[str, int] = {}
        for one in self.inpatients:
            counts[one.unit] = counts.get(one.unit, 0) + 1
        return counts


class WaitingDeaths(Frozen):
    """The time from the start of a wait to death, for patients who die before it ends.

    Exponential is a constant hazard. A wait for intensive care lasts until the patient lies in it
    (the ambulance included); for a cubicle the law may be that of one ``triage`` level only.
    """

    waits_for: Literal["intensive_care", "cubicle"]
    triage: int | None = Field(default=None, ge=1, le=5)
    time_to_death: Law
    source: str = Field(min_length=1)


class TwinParameters(Frozen):
    """The calibrated twin of a GST; calibrate once, then run every scenario with the same.

    Who waits for intensive care is offered a linked hospital's after ``transfer_after_hours``;
    after ``intensive_care_limit_hours`` (none: never) the patient is refused and leaves the GST.
    ``census`` are the inpatients from whom a run may start. A unit opens as many of its beds as
    ``staffed_beds`` and ``closures`` leave it, and an emergency department as many of its
    physicians as ``physician_hours`` say; where they are silent, all. Without ``transfer_policy``
    only intensive care is asked elsewhere, without ``ambulances`` none is ever short, without
    ``diversions`` every ambulance is let in, without ``closed_doors`` every
    department is open, without ``waiting_deaths`` nobody dies while waiting.
    """

    hospitals: tuple[HospitalParameters, ...]
    units: tuple[UnitParameters, ...]
    transfer_after_hours: float = Field(default=4.0, ge=0)
    intensive_care_limit_hours: float | None = Field(default=None, gt=0)
    census: Census | None = None
    readmissions: Readmissions | None = None
    staffed_beds: tuple[OpeningHours, ...] = ()
    physician_hours: tuple[OpeningHours, ...] = ()
    closures: tuple[BedClosure, ...] = ()
    transfer_policy: TransferPolicy | None = None
    ambulances: tuple[AmbulanceFleet, ...] = ()
    diversions: tuple[DiversionRule, ...] = ()
    closed_doors: tuple[ClosedDoor, ...] = ()
    waiting_deaths: tuple[WaitingDeaths, ...] = ()
    notes: tuple[Note, ...] = ()
