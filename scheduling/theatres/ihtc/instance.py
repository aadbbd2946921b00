"""An IHTC-2024 instance: admission day and theatre, room, and nurse of each occupied room.

Field names are those of the competition's JSON. Days and shifts count from 0; there are three
shifts a day, so that shift number ``3 * day + place of the shift in shift_types``.
"""

from __future__ import annotations

import gzip
import json
import zlib
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from hospital.errors import InvalidInput, Problem, say

SHIFTS_PER_DAY = 3
Day = Annotated[int, Field(ge=0)]


class Row(BaseModel):
    """A frozen row; keys that the competition may add are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Stay(Row):
    """What a person brings to a room: needs of each shift from the admission on."""

    id: str
    gender: Literal["A", "B"]
    age_group: str
    length_of_stay: int = Field(gt=0)
    workload_produced: tuple[int, ...]
    skill_level_required: tuple[int, ...]

    @model_validator(mode="after")
    def _a_need_for_each_shift(self) -> Self:
        shifts = SHIFTS_PER_DAY * self.length_of_stay
        for name in ("workload_produced", "skill_level_required"):
            if len(getattr(self, name)) != shifts:
                raise ValueError(f"{name} of {self.id} has not {shifts} values")
        return self


class Occupant(Stay):
    """A patient who is there on day 0 and keeps the room."""

    room_id: str


class Patient(Stay):
    """A patient to admit; the operation is on the day of admission."""

    mandatory: bool
    surgery_release_day: Day
    surgery_due_day: Day | None = None
    surgery_duration: int = Field(gt=0)
    surgeon_id: str
    incompatible_room_ids: tuple[str, ...] = ()


class Surgeon(Row):
    """Minutes that a surgeon may operate on each day."""

    id: str
    max_surgery_time: tuple[int, ...]


class Theatre(Row):
    """Minutes that a theatre is open on each day."""

    id: str
    availability: tuple[int, ...]


class Room(Row):
    """A room with its beds."""

    id: str
    capacity: int = Field(gt=0)


class WorkingShift(Row):
    """A shift that a nurse works, and the workload that is not too much."""

    day: Day
    shift: str
    max_load: int


class Nurse(Row):
    """A nurse, the skill and the shifts."""

    id: str
    skill_level: int
    working_shifts: tuple[WorkingShift, ...]


class Weights(Row):
    """Points of one unit of each soft cost (the misspelling is the competition's)."""

    room_mixed_age: int
    room_nurse_skill: int
    continuity_of_care: int
    nurse_eccessive_workload: int
    open_operating_theater: int
    surgeon_transfer: int
    patient_delay: int
    unscheduled_optional: int


class Instance(Row):
    """One problem of the competition."""

    days: int = Field(gt=0)
    shift_types: tuple[str, ...] = Field(min_length=SHIFTS_PER_DAY, max_length=SHIFTS_PER_DAY)
    age_groups: tuple[str, ...]
    occupants: tuple[Occupant, ...]
    patients: tuple[Patient, ...]
    surgeons: tuple[Surgeon, ...]
    operating_theaters: tuple[Theatre, ...]
    rooms: tuple[Room, ...]
    nurses: tuple[Nurse, ...]
    weights: Weights

    @model_validator(mode="after")
    def _refers_to_what_exists(self) -> Self:
        known_ages, known_rooms = set(self.age_groups), {row.id for row in self.rooms}
        surgeons = {row.id for row in self.surgeons}
        wrong = [row.id for row in self._people() if row.age_group not in known_ages]
        wrong += [row.id for row in self.occupants if row.room_id not in known_rooms]
        wrong += [row.id for row in self.patients if row.surgeon_id not in surgeons]
        wrong += [row.id for row in self.surgeons if len(row.max_surgery_time) != self.days]
        wrong += [row.id for row in self.operating_theaters if len(row.availability) != self.days]
        if wrong:
            raise ValueError(f"unknown room, age group or surgeon, or a day missing: {wrong}")
        return self

    def _people(self) -> tuple[Stay, ...]:
        return (*self.occupants, *self.patients)

    @cached_property
    def patient_by_id(self) -> dict[str, Patient]:
        """Patients to admit, by id."""
        return {row.id: row for row in self.patients}

    @cached_property
    def room_by_id(self) -> dict[str, Room]:
        """Rooms by id."""
        return {row.id: row for row in self.rooms}

    @cached_property
    def theatre_by_id(self) -> dict[str, Theatre]:
        """Theatres by id."""
        return {row.id: row for row in self.operating_theaters}

    @cached_property
    def surgeon_by_id(self) -> dict[str, Surgeon]:
        """Surgeons by id."""
        return {row.id: row for row in self.surgeons}

    @cached_property
    def nurse_by_id(self) -> dict[str, Nurse]:
        """Nurses by id."""
        return {row.id: row for row in self.nurses}

    def shift_number(self, day: int, shift: str) -> int:
        """Number of a shift since the first of day 0."""
        return SHIFTS_PER_DAY * day + self.shift_types.index(shift)

    def latest_day(self, patient: Patient) -> int:
        """Last day of admission; only a mandatory patient has one before the horizon."""
        due = patient.surgery_due_day if patient.mandatory else None
        return self.days - 1 if due is None else due


MOST_BYTES = 50_000_000
"""Of a file, unpacked: the largest instance of the competition has under one million."""


def read_instance(path: Path) -> Instance:
    """The instance of a JSON file, plain or gzipped.

    Raises:
        InvalidInput: ``unreadable_file``, ``not_json``, ``wrong_shape`` with the place in it.
    """
    return _checked(Instance, read_json(path), path)


def read_json(path: Path) -> Any:
    """The content of a JSON file, plain or gzipped, of at most ``MOST_BYTES`` unpacked."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as packed:
            text = packed.read(MOST_BYTES + 1)
        if len(text) > MOST_BYTES:
            raise _refused(
                "not_json", path, say("more than {count} bytes", count=MOST_BYTES), "JSON"
            )
        return json.loads(text)
    except (ValueError, EOFError, zlib.error, RecursionError) as failure:
        raise _refused("not_json", path, str(failure), "JSON") from failure
    except OSError as failure:
        found = failure.strerror or str(failure)
        raise _refused("unreadable_file", path, found, say("a file")) from failure


def _checked(model: type[Instance], content: Any, path: Path) -> Instance:
    try:
        return model.model_validate(content)
    except ValidationError as failure:
        problems = [
            Problem(
                code="wrong_shape",
                file=path.name,
                column=".".join(str(part) for part in row["loc"]),
                found=str(row["input"])[:80],
                expected=row["msg"],
                remedy=say("Compare the file with the description of the competition."),
            )
            for row in failure.errors(include_url=False)
        ]
        raise InvalidInput(problems) from failure


def _refused(code: str, path: Path, found: str, expected: str) -> InvalidInput:
    problem = Problem(
        code=code,
        file=path.name,
        found=found,
        expected=expected,
        remedy=say("Give a JSON file of the competition, plain or gzipped."),
    )
    return InvalidInput([problem])
