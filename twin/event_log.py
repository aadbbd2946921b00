"""What one replication leaves behind: the milestones of every patient, as columns."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from hospital.errors import GstError, say
from twin.flow import Flow
from twin.laws import Floats
from twin.network import NOWHERE, Ints
from twin.patients import PatientTable
from twin.place_events import PlaceEvents, read_place_events
from twin.territory_flow import TerritoryFlow
from twin.territory_record import TerritoryRecord

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Milestones:
    """Times of every patient in hours of the run; nan for what has not happened by the end.

    ``starts`` and ``units`` have shape (patients, legs), as the patients really went. The
    columns of ``moves`` are patient, time, origin, destination, km, hours on the road; of
    ``returns`` (outliers who came back to their unit) patient, leg, time, unit left; of
    ``left_early`` (places given back before the next one was free) patient, leg, time.
    ``new_hours`` are the times of need, leg by leg, of patients whose path changed. ``places``
    tells what rules of places did. ``record`` is there where the territory has rules: ambulance
    trips, diversions, deaths and refusals while waiting. The emergency unit in ``table`` is the
    one that took the patient, its hospital the one to which he came first. What remains of the
    need of a census counts from ``census_hours``, although its stays began before.
    """

    table: PatientTable
    end_hours: float
    cubicle: Floats
    physician: Floats
    disposition: Floats
    starts: npt.NDArray[np.float64]
    units: Ints
    out: Floats
    left_unseen: Flags
    refused: Flags
    died: Flags
    moves: npt.NDArray[np.float64]
    returns: npt.NDArray[np.float64]
    left_early: npt.NDArray[np.float64]
    new_hours: dict[int, list[float]]
    places: PlaceEvents
    record: TerritoryRecord | None = None
    census_hours: float = 0.0

    @property
    def first_bed(self) -> Floats:
        """When the first inpatient bed began."""
        return self.starts[:, 0]

    def ready(self, leg: int) -> Floats:
        """When the need for the unit of this leg ends or would end; nan who has not been there.

        The road to the unit comes before the need. Discharge hours are not part of it.
        """
        hours = np.zeros(len(self.table))
        if leg < self.table.hours.shape[1]:
            hours[:] = self.table.hours[:, leg]
        for patient, own in self.new_hours.items():
            hours[patient] = own[leg]
        who, start = self.moves[:, 0].astype(np.int64), self.moves[:, 1]
        here = self.starts[who, leg] == start
        hours[who[here]] += self.moves[here, 5]
        starts = self.starts[:, leg]
        if not leg:
            starts = np.where(self.table.present, self.census_hours, starts)
        return np.asarray(starts + hours)

    def occupations(self) -> tuple[Ints, Ints, Floats, Floats]:
        """Every place ever held: patient, unit, from, until (nan while it is held)."""
        ends = self.out.copy()
        patients, units, starts, untils = [], [], [], []
        legs = self.starts.shape[1]
        columns = [(self.starts[:, leg], self.units[:, leg], leg) for leg in reversed(range(legs))]
        for start, unit, leg in [*columns, (self.cubicle, self.table.emergency, -1)]:
            held = np.flatnonzero(~np.isnan(start))
            since, until = start[held], ends[held]
            ends[held] = since
            early = self._of_leg(self.left_early, leg)
            until[np.searchsorted(held, early[:, 0])] = early[:, 2]
            back = self._of_leg(self.returns, leg)
            again = np.searchsorted(held, back[:, 0])
            patients += [held, held[again]]
            units += [unit[held], back[:, 3].astype(np.int64)]
            starts.append(since)
            starts.append(since[again])
            since[again] = back[:, 2]
            untils += [until, back[:, 2]]
        return (
            np.concatenate(patients),
            np.concatenate(units),
            np.concatenate(starts),
            np.concatenate(untils),
        )

    @staticmethod
    def _of_leg(rows: npt.NDArray[np.float64], leg: int) -> npt.NDArray[np.float64]:
        return np.asarray(rows[rows[:, 1] == leg])


def read_milestones(flow: Flow, end_hours: float) -> Milestones:
    """The columns of a flow that has run until ``end_hours``."""
    patients, table, units = len(flow.table), flow.table, _units(flow)
    record = flow.record if isinstance(flow, TerritoryFlow) else None
    physician = np.frombuffer(flow.physician)
    cubicle, out = np.frombuffer(flow.cubicle), _before(np.frombuffer(flow.out), end_hours)
    disposition = _before(physician + table.consult + table.tests, end_hours)
    return Milestones(
        table=_table_as_gone(flow, record),
        end_hours=end_hours,
        census_hours=flow.census_hours,
        cubicle=np.where(np.isnan(cubicle), physician, cubicle),
        physician=physician,
        disposition=disposition,
        starts=_starts(flow),
        units=units,
        out=np.where(np.isnan(out) & (units[:, 0] < 0), disposition, out),
        left_unseen=_flags(flow.left_unseen, patients),
        refused=_flags(flow.refused, patients),
        died=_flags(flow.died, patients),
        moves=np.array(
            [
                (one.patient, one.at_hours, one.origin, one.destination, one.km, one.hours)
                for one in flow.transfers
            ]
        ).reshape(-1, 6),
        returns=np.array(
            [(one.patient, one.leg, one.at_hours, one.left_unit) for one in flow.returns]
        ).reshape(-1, 4),
        left_early=np.array(flow.left_early).reshape(-1, 3),
        new_hours={
            index: [
                known.get(index, 0.0) if isinstance(known, dict) else known[index]
                for known in flow.hours
            ]
            for index in flow.replanned
        },
        places=read_place_events(flow),
        record=record,
    )


def _before(times: Floats, end_hours: float) -> Floats:
    """The times that lie before the end, nan for the others."""
    times[times >= end_hours] = np.nan
    return times


def _table_as_gone(flow: Flow, record: TerritoryRecord | None) -> PatientTable:
    """The patients, with the emergency units to which the diverted ones really went."""
    if record is None or not record.diverted:
        return flow.table
    emergency = flow.table.emergency.copy()
    for one in record.diverted:
        emergency[one.patient] = one.unit
    return replace(flow.table, emergency=emergency)


def _starts(flow: Flow) -> npt.NDArray[np.float64]:
    starts = np.full((len(flow.table), len(flow.starts)), np.nan)
    for leg, known in enumerate(flow.starts):
        if not isinstance(known, dict):
            starts[:, leg] = np.frombuffer(known)
        elif known:
            starts[list(known), leg] = list(known.values())
    return starts


def _units(flow: Flow) -> Ints:
    """The planned units, with those that went another way."""
    planned = flow.table.units
    if not flow.replanned:
        return planned
    units = np.full((len(planned), len(flow.units)), NOWHERE, dtype=planned.dtype)
    units[:, : planned.shape[1]] = planned
    for index in flow.replanned:
        units[index] = [column[index] for column in flow.units]
    return units


def _flags(rows: list[int], size: int) -> Flags:
    flags = np.zeros(size, dtype=np.bool_)
    flags[rows] = True
    return flags


def check_conservation(flow: Flow, milestones: Milestones) -> None:
    """Nobody is lost: places, queues and milestones must tell the same story.

    For each unit: places taken, as its pool counts them, equal the stays without an end and the
    places reserved for who waits for an ambulance. For the GST: arrived = gone (home, unseen,
    refused, called off, dead, also while waiting) + present + waiting, at home too where an
    elective has another date, + on the road.

    Raises:
        GstError: ``patients_not_conserved``, which is a fault of the twin, never of the input.
    """
    _, units, _, untils = milestones.occupations()
    held = np.bincount(units[np.isnan(untils)], minlength=len(flow.pools))
    taken = np.array([pool.taken for pool in flow.pools])
    np.subtract.at(taken, np.array(flow.reserved_places(), dtype=np.int64), 1)
    arrived = int((milestones.table.arrive < milestones.end_hours).sum())
    gone = int((~np.isnan(milestones.out)).sum())
    waiting = sum(
        len(
            {
                patient.index
                for _, ticket, patient in (*pool.queue, *pool.planned)
                if patient.ticket == ticket and patient.holds is None
            }
        )
        for pool in flow.pools
    )
    waiting += len(flow.due_again) + flow.under_way()
    if not np.array_equal(held, taken) or arrived != gone + int(held.sum()) + waiting:
        raise GstError(
            "patients_not_conserved",
            say("Report this run with its seed: the twin has lost or doubled a patient."),
            held=held.tolist(),
            taken=taken.tolist(),
            arrived=arrived,
            gone=gone,
            waiting=waiting,
        )
