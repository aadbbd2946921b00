"""What a territory of hospitals agrees on: who sends patients where, by which ambulance, and when.

Rules are data, each with its source. Without them the twin keeps its plain rule: a full intensive
care asks directly linked hospitals (``TwinParameters.transfer_after_hours``), ambulances are never
short, and every ambulance is let in.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from hospital.base import Frozen
from hospital.places import Code, HospitalLevel, UnitKind

MOST_AMBULANCES = 500
TRIAGE_LEVELS = 5
SENT_KINDS = (UnitKind.INTENSIVE_CARE, UnitKind.STEP_DOWN, UnitKind.WARD)
"""Kinds of unit for which a patient may be sent to another hospital."""

Hours = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Source = Annotated[str, Field(min_length=1)]


class ReceiverOrder(StrEnum):
    """Which of the hospitals that may receive is asked first."""

    NEAREST = "nearest"  # by minutes of road
    NEAREST_HIGHER = "nearest_higher"  # the same, but only hospitals of a higher level
    LEAST_OCCUPIED = "least_occupied"  # share of beds taken at that moment, then by minutes
    AS_LISTED = "as_listed"  # in the order of ``to``


class TransferRule(Frozen):
    """Who may be sent on when a unit is full, where to, in which order and when.

    It holds for patients who wait for a unit of this ``kind`` (and ``specialty``) in a hospital
    of this ``level`` (or one of ``hospitals``), and lie meanwhile in a unit of ``sent_from``
    (none: anywhere). The receiving unit is of the same kind, and of the same specialty or one of
    ``to_specialties``. It lies in one of ``to`` (none: any hospital by road); one of ``to`` that
    has no such unit passes the patient on by its own rule. After ``after_hours`` of waiting the
    units are asked, and the first bed to free is taken; after ``limit_hours`` (none: never) the
    patient is refused and leaves the territory. Electives at home are sent only where
    ``electives``.
    """

    kind: UnitKind
    specialty: str | None = None
    level: HospitalLevel | None = None
    hospitals: tuple[Code, ...] = ()
    sent_from: tuple[UnitKind, ...] = ()
    to: tuple[Code, ...] = ()
    to_specialties: tuple[str, ...] = ()
    order: ReceiverOrder = ReceiverOrder.NEAREST
    within_minutes: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    after_hours: Hours
    limit_hours: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    electives: bool = False
    source: Source

    @model_validator(mode="after")
    def _makes_sense(self) -> TransferRule:
        if self.kind not in SENT_KINDS:
            raise ValueError(f"patients are sent for {', '.join(SENT_KINDS)}, not for {self.kind}")
        if self.limit_hours is not None and self.limit_hours < self.after_hours:
            raise ValueError(
                f"limit_hours ({self.limit_hours}) ends the wait before after_hours "
                f"({self.after_hours}) asks anybody"
            )
        if self.order is ReceiverOrder.AS_LISTED and not self.to:
            raise ValueError("as_listed needs the list: state the hospitals in to")
        return self


class BackTransfer(Frozen):
    """Patients who were sent away come home when a bed of their hospital frees and nobody waits.

    Only from units of these ``kinds``, after ``after_hours`` there, to a unit of the same kind and
    specialty in the hospital to which the patient had come first.
    """

    kinds: tuple[UnitKind, ...] = (UnitKind.WARD,)
    after_hours: Hours
    source: Source


class TransferPolicy(Frozen):
    """The first rule that fits holds; intensive care that none fits keeps the plain rule."""

    rules: tuple[TransferRule, ...] = ()
    back: BackTransfer | None = None


class AmbulanceFleet(Frozen):
    """Ambulances that stand at ``base`` and take the transfers from ``serves`` (none: the base).

    A transfer keeps one for the drive to the patient, the drive to the bed, the handover (gamma,
    of mean ``handover_minutes`` and coefficient of variation ``handover_cv``; fixed at 0) and the
    drive back. A hospital that no fleet serves is never short of ambulances.
    """

    fleet: Code
    base: Code
    ambulances: int = Field(ge=1, le=MOST_AMBULANCES)
    serves: tuple[Code, ...] = ()
    handover_minutes: float = Field(ge=0, le=1440, allow_inf_nan=False)
    handover_cv: float = Field(default=0.0, ge=0, le=5)
    source: Source

    @property
    def served(self) -> tuple[Code, ...]:
        """Hospitals whose transfers it takes."""
        return self.serves or (self.base,)


class DiversionRule(Frozen):
    """When the emergency department of ``hospital`` (none: of every one) turns ambulances away.

    It does while all cubicles are taken and at least ``queue_from`` patients wait for one, or
    while at least ``boarders_from`` patients with a decision keep a cubicle until a bed is free;
    below, it is open again. ``by_ambulance`` are the shares of visits that come by ambulance, by
    triage level from 1 to 5; the others walk in and are never turned away.
    """

    hospital: Code | None = None
    by_ambulance: tuple[Annotated[float, Field(ge=0, le=1)], ...] = Field(
        min_length=TRIAGE_LEVELS, max_length=TRIAGE_LEVELS
    )
    queue_from: int | None = Field(default=None, ge=0)
    boarders_from: int | None = Field(default=None, ge=1)
    source: Source

    @model_validator(mode="after")
    def _has_a_reason(self) -> DiversionRule:
        if self.queue_from is None and self.boarders_from is None:
            raise ValueError("state queue_from or boarders_from: a diversion needs its reason")
        return self


class ClosedDoor(Frozen):
    """The emergency department of ``hospital`` lets nobody in from one day to another, included.

    Whoever comes, by ambulance or on foot, goes on to the first of ``to`` (none: the nearest by
    road) whose door is not shut. Who is inside is treated to the end.
    """

    hospital: Code
    to: tuple[Code, ...] = ()
    first_day: date | None = None
    last_day: date | None = None
    source: Source

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> ClosedDoor:
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValueError(f"last_day ({self.last_day}) is before first_day ({self.first_day})")
        return self
