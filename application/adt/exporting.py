"""Visits as the messages that a hospital's system would have sent."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import zip_longest

from application.adt.messages import ADT, AdtMessage, Disposition, MessageType, PatientClass
from application.exchange.visits import Piece, Visit, Wards
from application.folder.writing import conformed, csv_bytes, frame_of_rows

FILE = "adt.csv"


def adt_csv(visits: Iterable[Visit], wards: Wards) -> bytes:
    """The file, in the order of time; within a second, a visit's messages keep their order."""
    sent = [message for visit in visits for message in _messages(visit, wards)]
    sent.sort(key=lambda message: message.event_at)
    numbered = [message.but(message=number) for number, message in enumerate(sent, start=1)]
    return csv_bytes(ADT, conformed(ADT, frame_of_rows(ADT, numbered)))


def _messages(visit: Visit, wards: Wards) -> Iterator[AdtMessage]:
    """Register, admit, transfer for each move, discharge."""
    desk = _Desk(visit, wards)
    if visit.registered_at is not None:
        yield desk.message(MessageType.REGISTER, visit.registered_at)
    for piece, following in zip_longest(visit.pieces, visit.pieces[1:]):
        yield desk.enters(piece)
        after = visit.ended_at if following is None else following.start
        if piece.end is not None and piece.end != after:
            yield desk.message(MessageType.TRANSFER, piece.end)
    if visit.ended_at is not None:
        yield desk.message(MessageType.DISCHARGE, visit.ended_at)


class _Desk:
    """Writes the messages of one visit; the patient is an inpatient from the first A01 on."""

    def __init__(self, visit: Visit, wards: Wards) -> None:
        self.visit = visit
        self.wards = wards
        self.hospital = visit.hospital
        self.is_emergency = visit.registered_at is not None

    def enters(self, piece: Piece) -> AdtMessage:
        """The patient takes a place: A01 for the first that is not of the emergency department."""
        self.hospital = self.wards.hospital_of[piece.unit]
        admits = piece.unit not in self.wards.emergency and (
            self.is_emergency or piece is self.visit.pieces[0]
        )
        if admits:
            self.is_emergency = False
        kind = MessageType.ADMIT if admits else MessageType.TRANSFER
        return self.message(kind, piece.start, piece)

    def message(self, kind: MessageType, at: datetime, place: Piece | None = None) -> AdtMessage:
        """A message of this visit; its number is given when all are in order."""
        visit, person = self.visit, self.visit.person
        ends = kind is MessageType.DISCHARGE
        return AdtMessage(
            message=1,
            type=kind,
            event_at=at,
            visit=visit.visit,
            patient=person.patient,
            patient_class=PatientClass.EMERGENCY if self.is_emergency else PatientClass.INPATIENT,
            hospital=self.hospital,
            unit=None if place is None else place.unit,
            bed=None if place is None else place.bed,
            kind=visit.kind if kind in {MessageType.ADMIT, MessageType.REGISTER} else None,
            sex=person.sex,
            age_group=person.age_group,
            province=person.province,
            disposition=_disposition(visit) if ends else None,
        )


def _disposition(visit: Visit) -> Disposition:
    return Disposition.LEFT_UNSEEN if visit.left_unseen else Disposition(visit.outcome.value)
