"""A study: units, stays, arrivals and run plan of a hospital, told in one YAML file.

A study needs no GST folder. It is how the twin is compared with queueing theory, with published
models and with other software, and how a person tries a unit on paper. ``Study.model`` turns it
into the same GST and parameters that a calibration gives, for the same engine.
``twin.study_file.read_study`` reads the file; ``docs/twin-study.md`` explains it.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from hospital.base import DAYS_PER_WEEK, HOURS_PER_DAY, HOURS_PER_WEEK, Frozen
from hospital.places import Code, UnitKind
from twin.laws import Endless, Fixed, Law
from twin.parameters import Share, Weight
from twin.run_plan import RunPlan, Start
from twin.study_demand import StudyDemand
from twin.study_law import Stated
from twin.study_places import Hourly, StudyPlaces, whole_days
from twin.study_territory import HOSPITAL, StudyTerritory

UNLIMITED_BEDS = 10_000
A_MONDAY = date(2026, 1, 5)


class StudyUnit(StudyPlaces):
    """A unit of the study. Without ``stay``, every stream that comes here must state its own.

    ``when_full`` are the units that take its patients when no bed is free, in this order; with
    ``outliers_return`` they are moved back as soon as a bed of their own unit is free.
    ``then`` gives the shares that go on to other units; the others go home. ``hospital`` is one of
    the study's hospitals, where it has several.
    """

    unit: Code
    hospital: Code | None = None
    specialty: str = Field(default="study", min_length=1)
    beds: Annotated[int, Field(ge=1, le=UNLIMITED_BEDS)] | Literal["unlimited"]
    kind: UnitKind = UnitKind.WARD
    stay: Stated | None = None
    deaths: Share = 0.0
    then: dict[Code, Share] = Field(default_factory=dict)
    discharge: Literal["any_hour", "by_clock"] = "any_hour"
    when_full: tuple[Code, ...] = ()
    outliers_return: bool = False
    reserved_for_emergencies: int = Field(default=0, ge=0)
    cleaning_hours: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    waits_for_next_unit: Literal["in_bed", "outside"] = "in_bed"

    @property
    def bed_count(self) -> int:
        """Beds, a great many where they are unlimited."""
        return UNLIMITED_BEDS if self.beds == "unlimited" else int(self.beds)


class Wave(Frozen):
    """A daily wave: mean x (1 + swing x sin(2 pi (t - rises_at_hour) / 24)) [patients/hour]."""

    mean_per_hour: float = Field(gt=0, allow_inf_nan=False)
    swing: float = Field(ge=0, le=1)
    rises_at_hour: float = Field(default=0.0, ge=0, lt=24)

    def mean_of_cell(self, start_hour: float, hours: float) -> float:
        """Mean rate over some hours, exactly."""
        turn = 2 * math.pi / HOURS_PER_DAY
        first = turn * (start_hour - self.rises_at_hour)
        last = first + turn * hours
        return self.mean_per_hour * (
            1 + self.swing * (math.cos(first) - math.cos(last)) / (turn * hours)
        )


CELLS_PER_HOUR = 12
"""A wave is followed in steps of five minutes."""


class StudyStream(Frozen):
    """Patients who come to one unit: how many, how urgent, how patient, with what stays.

    Exactly one of ``per_hour``, ``per_day``, ``hourly`` (24 or 168 means), ``wave`` and ``gap``
    (a law of the time between two arrivals) says how many come. ``weekdays`` are factors from
    Monday on, ``clock_hours`` weights of the hours of a day. ``stays``, ``then`` and ``deaths``
    are this stream's own, by unit. ``women`` and ``children`` are shares of its patients, for
    beds that do not take everybody; unless stated, all patients of a study are women.
    """

    stream: Code
    to: Code
    per_hour: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    per_day: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    hourly: tuple[Weight, ...] | None = None
    wave: Wave | None = None
    gap: Stated | None = None
    weekdays: tuple[Weight, ...] = Field(
        default=(1.0,) * DAYS_PER_WEEK, min_length=DAYS_PER_WEEK, max_length=DAYS_PER_WEEK
    )
    clock_hours: tuple[Weight, ...] = Field(
        default=(1.0,) * HOURS_PER_DAY, min_length=HOURS_PER_DAY, max_length=HOURS_PER_DAY
    )
    priority: int = Field(default=1, ge=1, le=9)
    kind: Literal["emergency", "elective"] = "emergency"
    patience: Stated | None = None
    stays: dict[Code, Stated] = Field(default_factory=dict)
    then: dict[Code, dict[Code, Share]] = Field(default_factory=dict)
    deaths: dict[Code, Share] = Field(default_factory=dict)
    women: Share = 1.0
    children: Share = 0.0

    @model_validator(mode="after")
    def _one_number(self) -> StudyStream:
        given = [self.per_hour, self.per_day, self.hourly, self.wave, self.gap]
        if sum(one is not None for one in given) != 1:
            raise ValueError("state exactly one of per_hour, per_day, hourly, wave and gap")
        if self.hourly is not None and len(self.hourly) not in (HOURS_PER_DAY, HOURS_PER_WEEK):
            raise ValueError(f"hourly needs 24 or 168 numbers, not {len(self.hourly)}")
        if self.hourly is not None and not sum(self.hourly):
            raise ValueError("hourly has no arrival at all")
        if self.gap is not None and not 0 < self.gap.law.mean_hours < math.inf:
            raise ValueError("the mean gap between two arrivals is neither zero nor endless")
        return self

    @property
    def patience_law(self) -> Law:
        """How long a patient of this stream waits for a first bed."""
        return Endless() if self.patience is None else self.patience.law

    @property
    def gap_law(self) -> Law | None:
        """The time between arrivals where that is what is known."""
        return None if self.gap is None else self.gap.law

    def rates(self) -> tuple[float, ...]:
        """Means of the equal cells of a week, Monday 0 h first [patients/hour]."""
        if self.gap is not None:
            return ()
        if self.wave is not None:
            step = 1 / CELLS_PER_HOUR
            day = [self.wave.mean_of_cell(at * step, step) for at in range(24 * CELLS_PER_HOUR)]
        elif self.hourly is not None:
            day = list(self.hourly)
        else:
            daily = self.per_day or (self.per_hour or 0.0) * HOURS_PER_DAY
            total = sum(self.clock_hours)
            day = [daily * weight / total for weight in self.clock_hours]
        week = day if len(day) == HOURS_PER_WEEK else day * DAYS_PER_WEEK
        cells = len(week) // DAYS_PER_WEEK
        return tuple(rate * self.weekdays[at // cells] for at, rate in enumerate(week))


class StudyTriage(Frozen):
    """One triage level of the emergency department of the study."""

    level: int = Field(ge=1, le=5)
    share: Share
    consult: Stated
    tests: Stated | None = None
    admitted: Share = 0.0
    intensive_care: Share = 0.0
    patience: Stated | None = None

    @property
    def tests_law(self) -> Law:
        """How long tests last, nothing where there are none."""
        return Fixed(mean_hours=0.0) if self.tests is None else self.tests.law

    @property
    def patience_law(self) -> Law:
        """How long a patient waits to be seen."""
        return Endless() if self.patience is None else self.patience.law


class StudyEmergency(Frozen):
    """An emergency department: cubicles, physicians, visits, triage and where it admits to.

    ``staffed_cubicles`` and ``physicians_by_hour`` are 24 or 168 figures, no more than there are.
    """

    unit: Code
    hospital: Code | None = None
    cubicles: int = Field(ge=1, le=UNLIMITED_BEDS)
    physicians: int = Field(ge=1, le=UNLIMITED_BEDS)
    visits_per_day: float = Field(gt=0, allow_inf_nan=False)
    clock_hours: tuple[Weight, ...] = Field(
        default=(1.0,) * HOURS_PER_DAY, min_length=HOURS_PER_DAY, max_length=HOURS_PER_DAY
    )
    triage: tuple[StudyTriage, ...] = Field(min_length=1)
    wards: dict[Code, Weight] = Field(default_factory=dict)
    intensive_care: dict[Code, Weight] = Field(default_factory=dict)
    staffed_cubicles: Hourly = ()
    physicians_by_hour: Hourly = ()

    @field_validator("staffed_cubicles", "physicians_by_hour")
    @classmethod
    def _whole_days(cls, given: Hourly) -> Hourly:
        return whole_days(given)


class StudyPresent(Frozen):
    """Patients who lie in a unit when the run begins, and for how long they have lain there."""

    unit: Code
    elapsed_days: tuple[Weight, ...] = ()
    elapsed_hours: tuple[Weight, ...] = ()

    @model_validator(mode="after")
    def _somebody(self) -> StudyPresent:
        if bool(self.elapsed_days) == bool(self.elapsed_hours):
            raise ValueError("state either elapsed_days or elapsed_hours, one for each patient")
        return self

    @property
    def hours(self) -> tuple[float, ...]:
        """Time in bed so far, one for each patient [hours]."""
        return self.elapsed_hours or tuple(HOURS_PER_DAY * days for days in self.elapsed_days)


class StudyRun(Frozen):
    """Which days, how often, which seed; the first measured day is a Monday unless said."""

    days: int = Field(gt=0, le=36_600)
    warmup_days: int = Field(default=0, ge=0, le=36_600)
    ends_at_hour: int = Field(default=HOURS_PER_DAY, ge=1, le=HOURS_PER_DAY)
    replications: int = Field(default=20, gt=0, le=100_000)
    seed: int = Field(default=1, ge=0)

    def plan(self, start: Start = Start.EMPTY) -> RunPlan:
        """The plan of the run; the first simulated day (of a census, the measured) is a Monday."""
        return RunPlan(
            first_day=A_MONDAY + timedelta(days=self.warmup_days),
            horizon_days=self.days,
            warmup_days=self.warmup_days,
            replications=self.replications,
            seed=self.seed,
            ends_at_hour=self.ends_at_hour,
            start=start,
        )


class Study(StudyTerritory, StudyDemand):
    """A hospital on paper, or several with the roads between them, and how to run it."""

    study: str = Field(min_length=1)
    source: str = ""
    units: tuple[StudyUnit, ...] = Field(min_length=1)
    arrivals: tuple[StudyStream, ...] = ()
    emergency: StudyEmergency | None = None
    emergencies: tuple[StudyEmergency, ...] = ()
    present: tuple[StudyPresent, ...] = ()
    discharge_hours: tuple[Weight, ...] = Field(
        default=(1.0,) * HOURS_PER_DAY, min_length=HOURS_PER_DAY, max_length=HOURS_PER_DAY
    )
    run: StudyRun

    @model_validator(mode="after")
    def _fits_together(self) -> Study:
        problems = [*self._unknown(), *self._without_stay(), *self._too_many(), *self._too_early()]
        problems += self.misplaced(self._named())
        departments = [one.hospital or HOSPITAL for one in self.departments]
        problems += self.crowded(departments)
        units = {unit.unit: unit.hospital or HOSPITAL for unit in self.units}
        problems += self.without_department(units, departments)
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @property
    def departments(self) -> tuple[StudyEmergency, ...]:
        """Every emergency department."""
        return (() if self.emergency is None else (self.emergency,)) + self.emergencies

    def _named(self) -> list[tuple[str, str | None]]:
        """Every unit and department with its hospital."""
        units = [(unit.unit, unit.hospital) for unit in self.units]
        return units + [(one.unit, one.hospital) for one in self.departments]

    def _unknown(self) -> list[str]:
        names = {unit.unit for unit in self.units}
        used = {
            *(stream.to for stream in self.arrivals),
            *(other for unit in self.units for other in (*unit.then, *unit.when_full)),
            *(unit for stream in self.arrivals for unit in (*stream.stays, *stream.deaths)),
            *(unit for stream in self.arrivals for unit in stream.then),
            *(one.unit for one in self.present),
            *(to for stream in self.arrivals for then in stream.then.values() for to in then),
        }
        for one in self.departments:
            used |= {*one.wards, *one.intensive_care}
        return [f"{name} is no unit of this study" for name in sorted(used - names)]

    def _without_stay(self) -> list[str]:
        """Units that a stream can reach without knowing how long patients stay there."""
        by_unit = {unit.unit: unit for unit in self.units}
        missing = []
        for stream in self.arrivals:
            reached, ahead = set[str](), [stream.to]
            while ahead:
                unit = ahead.pop()
                if unit in reached or unit not in by_unit:
                    continue
                reached.add(unit)
                ahead += list(stream.then.get(unit, by_unit[unit].then))
                if by_unit[unit].stay is None and unit not in stream.stays:
                    missing.append(f"{stream.stream} has no stay in {unit}")
        return missing

    def _too_many(self) -> list[str]:
        wrong = [
            f"{unit.unit} reserves {unit.reserved_for_emergencies} of {unit.bed_count} beds"
            for unit in self.units
            if unit.reserved_for_emergencies > unit.bed_count
        ]
        wrong += [
            f"{unit.unit} has {unit.bed_count} beds, and more in its bed_kinds"
            for unit in self.units
            if sum(kind.beds for kind in unit.bed_kinds) > unit.bed_count
        ]
        names = [name for name, _ in self._named()]
        twice = sorted({name for name in names if names.count(name) > 1})
        streams = [stream.stream for stream in self.arrivals]
        twice += sorted({name for name in streams if streams.count(name) > 1})
        if not self.arrivals and not self.departments:
            wrong.append("nobody arrives: state arrivals or an emergency department")
        return [*wrong, *(f"{name} is there twice" for name in twice)]

    def _too_early(self) -> list[str]:
        """Who lies in bed at the start leaves no room for a warm-up, and needs a stay."""
        stays = {unit.unit for unit in self.units if unit.stay is not None}
        wrong = [
            f"{one.unit} has patients at the start, so it needs a stay"
            for one in self.present
            if one.unit not in stays and any(one.unit == unit.unit for unit in self.units)
        ]
        if self.present and self.run.warmup_days:
            wrong.append("patients are present at the start: warmup_days must be 0")
        return wrong
