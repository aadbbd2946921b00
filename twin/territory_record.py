"""What a run with a territory remembers beyond the milestones of patients."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import nan

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.float64]


@dataclass(slots=True)
class Trip:
    """One transfer by ambulance, from the decision to its return; nan for what has not happened.

    ``fleet`` is -1 where no fleet serves the hospital, and ``is_borrowed`` where the ambulance
    came from outside, because patients of several hospitals changed places at once.
    """

    patient: int
    asked_hours: float
    origin: int
    destination: int
    fleet: int
    called_hours: float = nan
    leaves_hours: float = nan
    free_hours: float = nan
    is_borrowed: bool = False
    is_off: bool = False


@dataclass(frozen=True, slots=True)
class Diverted:
    """One ambulance sent on by a closed emergency department, to a ``unit`` of another hospital."""

    patient: int
    at_hours: float
    origin: int
    destination: int
    unit: int
    hours: float
    km: float


@dataclass(frozen=True, slots=True)
class LostWaiting:
    """A patient who died, or was refused, while waiting for ``unit``; ``site`` is where."""

    patient: int
    at_hours: float
    unit: int
    site: int


@dataclass(slots=True)
class TerritoryRecord:
    """Lists that grow during a run, told as tables afterwards [hours of the run]."""

    trips: list[Trip] = field(default_factory=list)
    diverted: list[Diverted] = field(default_factory=list)
    deaths: list[LostWaiting] = field(default_factory=list)
    refusals: list[LostWaiting] = field(default_factory=list)

    def trip_table(self) -> Rows:
        """Patient, asked, called out, leaves, free again, origin, destination, fleet, borrowed.

        Without those called off before an ambulance was called out.
        """
        rows = [
            (
                one.patient,
                *(one.asked_hours, one.called_hours, one.leaves_hours, one.free_hours),
                *(one.origin, one.destination, one.fleet, one.is_borrowed),
            )
            for one in self.trips
            if not one.is_off or one.called_hours == one.called_hours
        ]
        return np.array(rows, dtype=np.float64).reshape(-1, 9)

    def diversion_table(self) -> Rows:
        """Patient, time, hospital that was closed, hospital that took, hours, km."""
        rows = [
            (one.patient, one.at_hours, one.origin, one.destination, one.hours, one.km)
            for one in self.diverted
        ]
        return np.array(rows, dtype=np.float64).reshape(-1, 6)

    @staticmethod
    def lost_table(lost: list[LostWaiting]) -> Rows:
        """Patient, time, unit waited for, hospital where the patient waited."""
        rows = [(one.patient, one.at_hours, one.unit, one.site) for one in lost]
        return np.array(rows, dtype=np.float64).reshape(-1, 4)
