"""What a study may say of the places of a unit beyond their number."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from pydantic import Field, field_validator, model_validator

from hospital.base import DAYS_PER_WEEK, HOURS_PER_DAY, HOURS_PER_WEEK, Frozen
from hospital.places import Bed
from twin.parameters import Share
from twin.place_rules import (
    BedClosure,
    BedKind,
    CallingOff,
    DischargeDelay,
    OpeningHours,
    Places,
    SurgeBeds,
)
from twin.study_law import law_in_hours

Hourly = tuple[Places, ...]


class StudyBeds(BedKind):
    """Some beds of a unit, and whom they take."""

    beds: int = Field(ge=1, le=10_000)


class StudyClosure(Frozen):
    """Beds shut over some days of the run, both included; 1 is the first measured day."""

    beds: int = Field(ge=1, le=10_000)
    from_day: int | None = None
    to_day: int | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> StudyClosure:
        if self.from_day is not None and self.to_day is not None and self.to_day < self.from_day:
            raise ValueError(f"to_day ({self.to_day}) is before from_day ({self.from_day})")
        return self

    def closure(self, unit: str, first_day: date) -> BedClosure:
        """The same with dates; ``first_day`` is the first measured one."""

        def dated(day: int | None) -> date | None:
            return None if day is None else first_day + timedelta(days=day - 1)

        return BedClosure(
            unit=unit, beds=self.beds, first_day=dated(self.from_day), last_day=dated(self.to_day)
        )


class StudyPlaces(Frozen):
    """Rules of the places of one unit, each optional; see ``twin.place_rules``.

    ``bed_kinds`` are beds that do not take everybody (the unit's other beds do); patients of the
    unit change beds to make room where ``moves_inside``. ``staffed`` are 24 or 168 figures.
    """

    bed_kinds: tuple[StudyBeds, ...] = ()
    isolation_share: Share = 0.0
    moves_inside: bool = False
    staffed: Hourly = ()
    closures: tuple[StudyClosure, ...] = ()
    surge: SurgeBeds | None = None
    calling_off: CallingOff | None = None
    discharge_delay: DischargeDelay | None = None

    @field_validator("staffed")
    @classmethod
    def _whole_days(cls, given: Hourly) -> Hourly:
        return whole_days(given)

    @field_validator("calling_off", "discharge_delay", mode="before")
    @classmethod
    def _laws_in_hours(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {name: law_in_hours(value) for name, value in given.items()}


def whole_days(given: Hourly) -> Hourly:
    """The figures, if there are 24 or 168 of them, or none."""
    if len(given) not in (0, HOURS_PER_DAY, HOURS_PER_WEEK):
        raise ValueError(f"state 24 or 168 figures, not {len(given)}")
    return given


def opening_hours(unit: str, figures: Hourly) -> tuple[OpeningHours, ...]:
    """The hours of one unit, if any are stated."""
    if not figures:
        return ()
    weekly = figures if len(figures) == HOURS_PER_WEEK else figures * DAYS_PER_WEEK
    return (OpeningHours(unit=unit, weekly=weekly),)


def study_beds(unit: str, count: int, kinds: tuple[StudyBeds, ...]) -> tuple[Bed, ...]:
    """The beds of a unit: those of each kind, then those that take everybody."""
    attributes = [kind.model_dump(exclude={"beds"}) for kind in kinds for _ in range(kind.beds)]
    attributes += [{}] * (count - len(attributes))
    return tuple(
        Bed(bed=f"{unit}.{number}", unit=unit, **own) for number, own in enumerate(attributes)
    )
