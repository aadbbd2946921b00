"""What becomes of the operations of a plan in the twin: who finds no bed on arrival."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from hospital.compute import TaskMap, serially
from twin.planned import PlannedAdmissions
from twin.simulation import Prepared

STEP = "Replaying the plan"


@dataclass(frozen=True, slots=True)
class PlannedOutcome:
    """Patients of the plans of one hospital, and who was called off in each replication.

    ``called_off`` has a row for each replication and a column for each of ``patients`` (those
    who need a bed within the run). ``everybody`` is all electives of the GST called off, by
    replication. Units call off by their rule (``twin.place_rules.CallingOff``): without one,
    nobody is called off.
    """

    patients: tuple[str, ...]
    called_off: npt.NDArray[np.bool_]
    everybody: npt.NDArray[np.int64]

    @property
    def mean(self) -> float:
        """Planned operations called off, mean of the replications."""
        return float(self.called_off.sum(axis=1).mean()) if self.patients else 0.0


def planned_outcome(
    prepared: Prepared, hospital: str, task_map: TaskMap = serially
) -> PlannedOutcome:
    """Replays every replication of a prepared run; the same run gives the same answer."""
    own = next(row.planned for row in prepared.hospitals if row.hospital == hospital)
    replay = partial(_called_off, prepared, hospital)
    rows = list(task_map(replay, range(prepared.run.replications), STEP))
    known = PlannedAdmissions.within(own, prepared.run, 0).rows
    return PlannedOutcome(
        patients=tuple(row.patient for row in known),
        called_off=np.array([named for named, _ in rows], dtype=bool).reshape(
            len(rows), len(known)
        ),
        everybody=np.array([count for _, count in rows], dtype=np.int64),
    )


def _called_off(
    prepared: Prepared, hospital: str, replication: int
) -> tuple[npt.NDArray[np.bool_], int]:
    own = next(row.planned for row in prepared.hospitals if row.hospital == hospital)
    rows = prepared.replay(replication).places.called_off[:, 0].astype(int)
    keys = prepared.patients(replication).keys[rows]
    named = PlannedAdmissions.within(own, prepared.run, replication).chance.keys
    return np.isin(named, keys), len(rows)
