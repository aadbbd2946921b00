"""One visit of one patient: where he was registered, the beds he lay in, how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from hospital.gst import Gst
from hospital.history import AdmissionKind, Stay, StayOutcome
from hospital.places import UnitKind
from hospital.theatre import AgeGroup, Sex


@dataclass(frozen=True, slots=True)
class Piece:
    """A time in one unit, and in one bed if it is known; ``end`` is empty while it lasts."""

    unit: str
    bed: str | None
    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Person:
    """Who the patient is: a pseudonym and the groups that matter."""

    patient: str
    sex: Sex
    age_group: AgeGroup
    province: str


@dataclass(frozen=True, slots=True)
class Visit:
    """From registration or admission to leaving; pieces follow one another, gaps are waits.

    ``registered_at`` is the arrival at an emergency department, empty for who is admitted
    directly. ``ended_at`` is empty, and ``outcome`` present, while the visit lasts.
    """

    visit: str
    person: Person
    hospital: str
    kind: AdmissionKind
    registered_at: datetime | None
    pieces: tuple[Piece, ...]
    ended_at: datetime | None
    outcome: StayOutcome
    left_unseen: bool = False


@dataclass(frozen=True, slots=True)
class Wards:
    """Which unit belongs to which hospital, and which are emergency departments."""

    hospital_of: Mapping[str, str]
    emergency: frozenset[str]

    @classmethod
    def of(cls, gst: Gst) -> Wards:
        """The units of a GST."""
        return cls(
            {unit.unit: unit.hospital for unit in gst.units},
            frozenset(unit.unit for unit in gst.units if unit.kind is UnitKind.EMERGENCY),
        )

    def is_move(self, one: str, other: str) -> bool:
        """Whether both units are of one hospital: a move, else a transfer."""
        return self.hospital_of[one] == self.hospital_of[other]


def stays_of(visit: Visit, wards: Wards) -> list[Stay]:
    """The visit as rows of ``stays``, one for each piece."""
    outcomes = [
        StayOutcome.MOVED if wards.is_move(one.unit, two.unit) else StayOutcome.TRANSFERRED
        for one, two in pairwise(visit.pieces)
    ]
    if visit.pieces:
        outcomes.append(_last_outcome(visit, visit.pieces[-1]))
    return [
        Stay(
            patient=visit.person.patient,
            unit=piece.unit,
            bed=piece.bed,
            admitted_at=piece.start,
            left_at=piece.end,
            kind=_kind(visit, wards.hospital_of[piece.unit]),
            sex=visit.person.sex,
            age_group=visit.person.age_group,
            province=visit.person.province,
            outcome=outcome,
        )
        for piece, outcome in zip(visit.pieces, outcomes, strict=True)
    ]


def _kind(visit: Visit, hospital: str) -> AdmissionKind:
    """A stay in another hospital than that of the arrival began by a transfer."""
    return visit.kind if hospital == visit.hospital else AdmissionKind.TRANSFER


def _last_outcome(visit: Visit, last: Piece) -> StayOutcome:
    if visit.ended_at is not None:
        return visit.outcome
    return StayOutcome.PRESENT if last.end is None else StayOutcome.MOVED
