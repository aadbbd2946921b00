"""The visits of one replication of the twin, as a hospital's system would have recorded them.

Times are whole seconds, rounded up: a patient then counts at a whole hour exactly when the twin
counts him there. A place held within one second is not recorded. What happens in the hour that
the clock skips after Ramadan is recorded at its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from math import ceil, isnan

import numpy as np

from application.exchange.visits import Person, Piece, Visit, Wards
from application.folder.cells import CASABLANCA
from hospital.gst import Gst
from hospital.history import AdmissionKind, StayOutcome
from twin.bed_numbers import numbered_occupations
from twin.event_log import Milestones
from twin.simulation import Prepared

SECONDS_PER_HOUR = 3600


def simulated_visits(gst: Gst, prepared: Prepared, replication: int) -> list[Visit]:
    """Everybody who came before the end of one replication, in the order of the twin.

    Patients have codes of the replication: nobody of a census is named.
    """
    recorder = _Recorder(gst, prepared, prepared.replay(replication), replication)
    return list(recorder.visits())


def end_of(prepared: Prepared) -> datetime:
    """The first moment that is not known any more."""
    opening = datetime.combine(prepared.run.opening_day, time())
    return opening + timedelta(hours=prepared.run.end_hours)


@cache
def _skipped_hour(day: date) -> tuple[datetime, datetime] | None:
    """The local time that does not exist on this day, if the clock goes forward on it."""
    midnight = datetime.combine(day, time())
    before, after = (
        (midnight + timedelta(days=step)).replace(tzinfo=CASABLANCA).utcoffset() for step in (0, 1)
    )
    assert before is not None
    assert after is not None
    if after <= before:
        return None
    start = midnight
    while _exists(start):
        start += timedelta(minutes=1)
    return start, start + (after - before)


def _exists(local: datetime) -> bool:
    moment = local.replace(tzinfo=CASABLANCA).astimezone(UTC)
    return moment.astimezone(CASABLANCA).replace(tzinfo=None) == local


def recorded(opening: datetime, hours: float) -> datetime:
    """The second on the clock of Morocco at which something is recorded."""
    moment = opening + timedelta(seconds=ceil(hours * SECONDS_PER_HOUR))
    skipped = _skipped_hour(moment.date())
    if skipped is not None and skipped[0] <= moment < skipped[1]:
        return skipped[1]
    return moment


@dataclass
class _Recorder:
    gst: Gst
    prepared: Prepared
    milestones: Milestones
    replication: int

    @cached_property
    def opening(self) -> datetime:
        return datetime.combine(self.prepared.run.opening_day, time())

    @cached_property
    def wards(self) -> Wards:
        return Wards.of(self.gst)

    @cached_property
    def beds(self) -> dict[str, list[str]]:
        beds: dict[str, list[str]] = {}
        for bed in self.gst.beds:
            beds.setdefault(bed.unit, []).append(bed.bed)
        return beds

    def visits(self) -> Iterator[Visit]:
        """The visits that left a trace before the end."""
        pieces = self._pieces()
        came = np.flatnonzero(self.milestones.table.arrive < self.milestones.end_hours)
        for patient in came.tolist():
            visit = self._visit(patient, tuple(pieces.get(patient, ())))
            if visit is not None:
                yield visit

    def _moment(self, hours: float) -> datetime | None:
        """The recorded time, if it has come before the end."""
        if isnan(hours):
            return None
        moment = recorded(self.opening, hours)
        return moment if moment < end_of(self.prepared) else None

    def _pieces(self) -> dict[int, list[Piece]]:
        held = numbered_occupations(self.milestones, self.prepared.network)
        columns = (held.patient, held.unit, held.number, held.since, held.until)
        pieces: dict[int, list[Piece]] = {}
        for patient, unit, number, since, until in zip(
            *(column.tolist() for column in columns), strict=True
        ):
            start, end = self._moment(since), self._moment(until)
            if start is not None and start != end:
                code = self.prepared.network.units[unit].unit
                piece = Piece(code, self._bed(code, number), start, end)
                _add(pieces.setdefault(patient, []), piece)
        return pieces

    def _bed(self, unit: str, number: int) -> str | None:
        """The bed of this number; none for a place beyond the beds."""
        beds = self.beds.get(unit, [])
        return beds[number - 1] if number <= len(beds) else None

    def _visit(self, patient: int, pieces: tuple[Piece, ...]) -> Visit | None:
        table, milestones = self.milestones.table, self.milestones
        emergency = int(table.emergency[patient])
        is_visit = emergency >= 0
        registered = self._moment(float(table.arrive[patient])) if is_visit else None
        if registered is None and not pieces:
            return None
        first = self.prepared.network.units[emergency].unit if is_visit else pieces[0].unit
        ended = self._moment(float(milestones.out[patient]))
        is_planned = bool(table.elective[patient])
        return Visit(
            visit=f"V{self.replication}-{patient}",
            person=self._person(patient),
            hospital=self.wards.hospital_of[first],
            kind=AdmissionKind.ELECTIVE if is_planned else AdmissionKind.EMERGENCY,
            registered_at=registered,
            pieces=pieces,
            ended_at=ended,
            outcome=StayOutcome.PRESENT if ended is None else self._outcome(patient),
            left_unseen=ended is not None and bool(milestones.left_unseen[patient]),
        )

    def _person(self, patient: int) -> Person:
        table = self.milestones.table
        people = self.prepared.hospitals[int(table.site[patient])].people
        group = people[int(table.person[patient])]
        code = f"T{self.replication}-{patient}"
        return Person(code, group.sex, group.age_group, group.province)

    def _outcome(self, patient: int) -> StayOutcome:
        """How it ended; emergencies admitted before the census are in it, under another code."""
        milestones = self.milestones
        if milestones.died[patient]:
            return StayOutcome.DIED
        if milestones.refused[patient]:
            return StayOutcome.TRANSFERRED
        is_admitted = milestones.units[patient, 0] >= 0 and isnan(milestones.starts[patient, 0])
        is_seen = milestones.out[patient] == milestones.disposition[patient]
        return StayOutcome.MOVED if is_admitted and is_seen else StayOutcome.HOME


def _add(pieces: list[Piece], piece: Piece) -> None:
    """One more piece; the same bed without a break is one piece."""
    if pieces and (pieces[-1].unit, pieces[-1].bed) == (piece.unit, piece.bed):
        last = pieces[-1]
        if last.end == piece.start:
            pieces[-1] = Piece(last.unit, last.bed, last.start, piece.end)
            return
    pieces.append(piece)
