"""The columns of ``adt.csv``: one message a row, with the event types of HL7 version 2.

A01 admits into a bed, A02 moves, A03 ends the visit, A04 registers an emergency visit; A11, A12
and A13 cancel the last A01 (or A04), A02 and A03 of the visit. A message without a unit says that
the patient is in no place: he waits to be seen, or between two units.
"""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from hospital.base import Frozen
from hospital.history import AdmissionKind, StayOutcome
from hospital.places import Code
from hospital.tables import Table
from hospital.theatre import AgeGroup, Sex


class MessageType(StrEnum):
    """What a message says (HL7 version 2, chapter 3)."""

    ADMIT = "A01"
    TRANSFER = "A02"
    DISCHARGE = "A03"
    REGISTER = "A04"
    CANCEL_ADMIT = "A11"
    CANCEL_TRANSFER = "A12"
    CANCEL_DISCHARGE = "A13"


CANCELS = {
    MessageType.CANCEL_ADMIT: (MessageType.ADMIT, MessageType.REGISTER),
    MessageType.CANCEL_TRANSFER: (MessageType.TRANSFER,),
    MessageType.CANCEL_DISCHARGE: (MessageType.DISCHARGE,),
}
"""What a cancel takes back: the last message of the visit of the first type that it has."""


class PatientClass(StrEnum):
    """Class of the patient from this message on (HL7 table 0004)."""

    EMERGENCY = "E"
    INPATIENT = "I"


class Disposition(StrEnum):
    """How a visit ended; ``moved`` where it goes on under another number."""

    HOME = "home"
    LEFT_UNSEEN = "left_unseen"
    MOVED = "moved"
    TRANSFERRED = "transferred"
    DIED = "died"

    @property
    def outcome(self) -> StayOutcome:
        """The outcome of the last stay."""
        return StayOutcome.HOME if self is Disposition.LEFT_UNSEEN else StayOutcome(self.value)


class AdtMessage(Frozen):
    """One message. ``message`` counts them in the order in which they were sent."""

    message: int = Field(ge=1, description="number of the message, in the order of sending")
    type: MessageType
    event_at: datetime
    visit: Code
    patient: Code
    patient_class: PatientClass
    hospital: Code
    unit: Code | None = None
    bed: Code | None = None
    kind: AdmissionKind | None = None
    sex: Sex
    age_group: AgeGroup
    province: str = Field(min_length=1)
    disposition: Disposition | None = None


ADT = Table(
    "adt",
    AdtMessage,
    ("message",),
    {"hospital": "hospitals", "unit": "units", "bed": "beds"},
    is_history=True,
)
