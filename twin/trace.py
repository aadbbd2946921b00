"""The event log of one replication, in the columns that the ``vidigi`` animation package reads.

A row is one event of one patient. ``event_type`` and the columns up to ``time`` are those of
vidigi (``reshape_for_animations``, vidigi 2.0): ``arrival_departure`` (``arrival``, ``depart``),
``queue``, ``resource_use`` and ``resource_use_end``. ``time`` is in minutes since the first
simulated day, ``at`` the same on the clock. At one moment, rows stand in the order of events.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from hospital.base import MINUTES_PER_HOUR
from twin.bed_numbers import Occupations, numbered_occupations, numbers_of
from twin.event_log import Milestones
from twin.indicators.transfers import MOVED_AT, MOVED_PATIENT
from twin.laws import Floats
from twin.network import NOWHERE, Ints, Network
from twin.simulation import Prepared
from twin.waits import waits_of

MILLISECONDS_PER_HOUR = 3_600_000
COLUMNS = (
    "entity_id",
    "pathway",
    "event_type",
    "event",
    "resource_id",
    "time",
    "at",
    "hospital",
    "unit",
)


class EventType(StrEnum):
    """What vidigi draws an event as."""

    ARRIVAL_DEPARTURE = "arrival_departure"
    QUEUE = "queue"
    RESOURCE_USE = "resource_use"
    RESOURCE_USE_END = "resource_use_end"


class Event(StrEnum):
    """What happened; all but the first two are followed by ``:`` and the unit."""

    ARRIVAL = "arrival"
    DEPART = "depart"
    WAIT_FOR_PLACE = "wait_for_place"  # without any place
    BOARD = "board"  # holding the place of another unit
    TRANSFER = "transfer"  # to the unit of another hospital; the road is part of the stay there
    PLACE = "place"
    PLACE_END = "place_end"
    WAIT_FOR_PHYSICIAN = "wait_for_physician"
    PHYSICIAN = "physician"
    PHYSICIAN_END = "physician_end"


class Pathway(StrEnum):
    """How the patient came."""

    EMERGENCY = "emergency"
    ELECTIVE = "elective"
    DIRECT = "direct"
    CENSUS = "census"


TYPES = {
    Event.ARRIVAL: EventType.ARRIVAL_DEPARTURE,
    Event.DEPART: EventType.ARRIVAL_DEPARTURE,
    Event.PLACE: EventType.RESOURCE_USE,
    Event.PHYSICIAN: EventType.RESOURCE_USE,
    Event.PLACE_END: EventType.RESOURCE_USE_END,
    Event.PHYSICIAN_END: EventType.RESOURCE_USE_END,
}
"""The others are queues."""

# The order of events at one moment: a stage for each place held, and a step within it.
BEFORE_ALL, AFTER_ALL = -10, 1_000_000
STEPS = {
    Event.TRANSFER: 1,
    Event.PLACE: 2,
    Event.WAIT_FOR_PHYSICIAN: 3,
    Event.PHYSICIAN: 4,
    Event.PHYSICIAN_END: 5,
    Event.PLACE_END: 6,
    Event.WAIT_FOR_PLACE: 7,
    Event.BOARD: 7,
}
STEPS_PER_STAGE = 8


@dataclass(frozen=True, slots=True)
class _Events:
    """Events of one kind: who, where (-1: nowhere), when [hours], and the number of the resource.

    ``stage`` is the rank among the places that the patient holds, in the order of time.
    """

    event: Event
    patient: Ints
    unit: Ints
    hours: Floats
    stage: Ints
    resource: Ints | None = None

    def frame(self, network: Network) -> pd.DataFrame:
        """The events that have happened, with the names of their places."""
        codes = np.array([*(unit.unit for unit in network.units), ""])
        hospitals = np.array([*(unit.hospital for unit in network.units), ""])
        step = STEPS.get(self.event, 0)
        named = self.event in STEPS
        places = codes[self.unit]
        frame = pd.DataFrame(
            {
                "entity_id": self.patient,
                "event_type": TYPES.get(self.event, EventType.QUEUE).value,
                "event": [
                    f"{self.event}:{place}" if named else self.event.value for place in places
                ],
                "resource_id": pd.array(
                    [None] * self.patient.size if self.resource is None else self.resource,
                    dtype="Int64",
                ),
                "hours": self.hours,
                "hospital": hospitals[self.unit],
                "unit": places,
                "order": self.stage * STEPS_PER_STAGE + step,
            }
        )
        return frame[frame["hours"].notna()]


def event_log(prepared: Prepared, replication: int = 0) -> pd.DataFrame:
    """Everything that happens to every patient in one replication, by time.

    Returns:
        Columns ``entity_id``, ``pathway``, ``event_type``, ``event``, ``resource_id``, ``time``
        [minutes], ``at``, ``hospital``, ``unit``, ``replication``.
    """
    milestones = prepared.replay(replication)
    opening = np.datetime64(prepared.run.opening_day, "ms")
    log = event_frame(milestones, prepared.network, opening)
    return log.assign(replication=replication)


def event_frame(milestones: Milestones, network: Network, opening: np.datetime64) -> pd.DataFrame:
    """The events of these milestones; ``opening`` is midnight of the first simulated day."""
    held = numbered_occupations(milestones, network)
    events = (
        *_comings_and_goings(milestones),
        *_places(held),
        *_physicians(milestones, network),
        *_waits(milestones, held),
        _transfers(milestones, held),
    )
    log = pd.concat([one.frame(network) for one in events], ignore_index=True)
    log = log.sort_values(["hours", "entity_id", "order"], kind="stable", ignore_index=True)
    log["pathway"] = _pathways(milestones)[log["entity_id"]]
    log["time"] = log["hours"] * MINUTES_PER_HOUR
    milliseconds = np.rint(log["hours"].to_numpy() * MILLISECONDS_PER_HOUR)
    log["at"] = opening + milliseconds.astype("timedelta64[ms]")
    return log[list(COLUMNS)]


def _comings_and_goings(milestones: Milestones) -> Iterator[_Events]:
    table = milestones.table
    came = np.flatnonzero(table.arrive < milestones.end_hours)
    nowhere = np.full(came.size, NOWHERE)
    first, last = np.full(came.size, BEFORE_ALL), np.full(came.size, AFTER_ALL)
    yield _Events(Event.ARRIVAL, came, nowhere, table.arrive[came], first)
    yield _Events(Event.DEPART, came, nowhere, milestones.out[came], last)


def _places(held: Occupations) -> Iterator[_Events]:
    stage = held.rank()
    yield _Events(Event.PLACE, held.patient, held.unit, held.since, stage, held.number)
    yield _Events(Event.PLACE_END, held.patient, held.unit, held.until, stage, held.number)


def _physicians(milestones: Milestones, network: Network) -> Iterator[_Events]:
    """Consultations happen in the first place held, a cubicle; physicians are numbered as beds."""
    table = milestones.table
    since = milestones.physician
    until = since + table.consult
    until[until >= milestones.end_hours] = np.nan
    waited = np.flatnonzero(since != milestones.cubicle)
    seen = np.flatnonzero(~np.isnan(since))
    physicians = numbers_of(
        table.emergency[seen],
        (since[seen], until[seen]),
        [unit.physicians for unit in network.units],
    )
    first = np.zeros(waited.size, dtype=np.int64)
    yield _Events(
        Event.WAIT_FOR_PHYSICIAN, waited, table.emergency[waited], milestones.cubicle[waited], first
    )
    for event, hours in ((Event.PHYSICIAN, since), (Event.PHYSICIAN_END, until)):
        first = np.zeros(seen.size, dtype=np.int64)
        yield _Events(event, seen, table.emergency[seen], hours[seen], first, physicians)


def _waits(milestones: Milestones, held: Occupations) -> Iterator[_Events]:
    """Waits that last, for a cubicle on arrival and for each bed."""
    table = milestones.table
    waits = waits_of(milestones)
    is_late = (table.emergency >= 0) & (table.arrive < milestones.end_hours)
    late = np.flatnonzero(is_late & (milestones.cubicle != table.arrive))
    before = np.full(late.size, BEFORE_ALL)
    yield _Events(Event.WAIT_FOR_PLACE, late, table.emergency[late], table.arrive[late], before)
    lasts = waits.until != waits.since
    for event, chosen in (
        (Event.WAIT_FOR_PLACE, lasts & (waits.held < 0)),
        (Event.BOARD, lasts & (waits.held >= 0)),
    ):
        who, since = waits.patient[chosen], waits.since[chosen]
        yield _Events(event, who, waits.unit[chosen], since, held.rank_at(who, since))


def _transfers(milestones: Milestones, held: Occupations) -> _Events:
    """Moves to another hospital, at the moment when the place there is taken."""
    who, hours = milestones.moves[:, MOVED_PATIENT].astype(np.int64), milestones.moves[:, MOVED_AT]
    rank = held.rank_at(who, hours)
    unit = held.unit[np.searchsorted(held.patient, who) + rank]
    return _Events(Event.TRANSFER, who, unit, hours, rank)


def _pathways(milestones: Milestones) -> npt.NDArray[np.str_]:
    table = milestones.table
    conditions = [table.present, table.emergency >= 0, table.elective]
    choices = [Pathway.CENSUS.value, Pathway.EMERGENCY.value, Pathway.ELECTIVE.value]
    return np.select(conditions, choices, Pathway.DIRECT.value)
