"""The messages of one visit played back: cancels taken out, then every place in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from application.adt.messages import CANCELS, AdtMessage, MessageType
from application.exchange.visits import Person, Piece, Visit
from hospital.errors import Sentence, say
from hospital.history import AdmissionKind, StayOutcome


@dataclass(frozen=True, slots=True)
class Sent:
    """A message and where it stands in the file."""

    position: int
    message: AdtMessage


@dataclass(frozen=True, slots=True)
class WrongMessage:
    """A message that cannot follow those before it, and why."""

    position: int
    found: Sentence


@dataclass
class Replay:
    """One visit; ``rows`` has the position of the message that began each piece."""

    sent: list[Sent]
    wrong: list[WrongMessage] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    registered_at: datetime | None = None
    discharge: AdtMessage | None = None
    is_admitted: bool = False

    def visit(self) -> Visit | None:
        """The visit, or nothing if it was cancelled or a message is wrong."""
        valid = self._without_cancelled()
        for one in valid:
            self._play(one)
        if not valid or self.wrong:
            return None
        return self._built([one.message for one in valid])

    def _without_cancelled(self) -> list[Sent]:
        valid: list[Sent] = []
        for one in self.sent:
            kinds = CANCELS.get(one.message.type)
            if kinds is None:
                valid.append(one)
                continue
            last = next(self._last(valid, kinds), None)
            if last is None:
                self._refuse(one, say("{type} without anything to cancel", type=one.message.type))
            else:
                valid.remove(last)
        return valid

    @staticmethod
    def _last(valid: list[Sent], kinds: tuple[MessageType, ...]) -> Iterator[Sent]:
        for kind in kinds:
            yield from (one for one in reversed(valid) if one.message.type is kind)

    def _refuse(self, one: Sent, found: Sentence) -> None:
        self.wrong.append(WrongMessage(one.position, found))

    def _play(self, one: Sent) -> None:
        message = one.message
        if found := self._misfit(message):
            self._refuse(one, found)
            return
        self._leave_place(message.event_at)
        match message.type:
            case MessageType.REGISTER:
                self.registered_at = message.event_at
            case MessageType.ADMIT:
                self.is_admitted = True
            case MessageType.DISCHARGE:
                self.discharge = message
                return
        if message.unit is not None:
            self.pieces.append(Piece(message.unit, message.bed, message.event_at, None))
            self.rows.append(one.position)

    def _misfit(self, message: AdtMessage) -> Sentence | None:
        """Why this message cannot come now."""
        first = self.sent[0].message
        if message.patient != first.patient:
            return say("{one} and {other} in one visit", one=first.patient, other=message.patient)
        if message.bed is not None and message.unit is None:
            return say("bed {bed} without its unit", bed=message.bed)
        if message.type is MessageType.ADMIT and message.unit is None:
            return say("{type} without a unit", type=message.type)
        return self._out_of_order(message.type)

    def _out_of_order(self, kind: MessageType) -> Sentence | None:
        begins = kind in {MessageType.ADMIT, MessageType.REGISTER}
        is_open = self.registered_at is not None or self.is_admitted
        if self.discharge is not None:
            return say("{type} after the discharge", type=kind)
        if not begins and not is_open:
            return say("{type} before the patient is admitted", type=kind)
        if self.is_admitted and begins:
            return say("{type} of a patient who is admitted already", type=kind)
        if kind is MessageType.REGISTER and is_open:
            return say("{type} of a patient who is registered already", type=kind)
        return None

    def _leave_place(self, at: datetime) -> None:
        """The place held so far ends now; one held for less than a second is none."""
        if not self.pieces or self.pieces[-1].end is not None:
            return
        last = self.pieces.pop()
        if last.start == at:
            self.rows.pop()
        else:
            self.pieces.append(Piece(last.unit, last.bed, last.start, at))

    def _built(self, valid: list[AdtMessage]) -> Visit:
        first, ends = valid[0], self.discharge
        kind = AdmissionKind.EMERGENCY if self.registered_at else AdmissionKind.ELECTIVE
        given = [one.kind for one in valid if one.kind is not None]
        outcome = StayOutcome.PRESENT if ends is None else StayOutcome.HOME
        if ends is not None and ends.disposition is not None:
            outcome = ends.disposition.outcome
        return Visit(
            visit=first.visit,
            person=Person(first.patient, first.sex, first.age_group, first.province),
            hospital=first.hospital,
            kind=given[0] if given else kind,
            registered_at=self.registered_at,
            pieces=tuple(self.pieces),
            ended_at=None if ends is None else ends.event_at,
            outcome=outcome,
        )
