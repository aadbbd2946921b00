"""Patients who lie in a unit or wait for a first bed of it, hour by hour: whom its nurses are for.

Patients in bed alone would say too little: a ward that has closed beds has fewer of them, and
more at its door.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from hospital.base import HOURS_PER_DAY
from hospital.compute import TaskMap, serially
from hospital.tables import Col
from twin.event_log import Milestones
from twin.refusals import asked_at
from twin.simulation import Prepared

STEP = "beds"
LEVELS = {Col.P10: 0.1, Col.P50: 0.5, Col.P90: 0.9}
Counts = npt.NDArray[np.int64]


def wanted_beds(prepared: Prepared, task_map: TaskMap = serially) -> pd.DataFrame:
    """Columns unit, hour (since the start of the measured period), p10, p50 and p90 [patients].

    Percentiles are over the replications; the same run gives the same answer. A patient waits for
    the unit that the path names first, wherever the bed is found in the end.
    """
    tasks = range(prepared.run.replications)
    members = np.stack(list(task_map(partial(_wanted, prepared), tasks, STEP)))
    units = [unit.unit for unit in prepared.network.units]
    hours = members.shape[2]
    levels = np.quantile(members, list(LEVELS.values()), axis=0)
    return pd.DataFrame(
        {
            Col.UNIT: np.repeat(units, hours),
            Col.HOUR: np.tile(np.arange(hours), len(units)),
            **{name: one.ravel() for name, one in zip(LEVELS, levels, strict=True)},
        }
    )


def _wanted(prepared: Prepared, replication: int) -> Counts:
    """One replication, shape (units, hours)."""
    run = prepared.run
    hours = run.horizon_days * HOURS_PER_DAY
    return wanted_at(
        prepared.replay(replication), len(prepared.network.units), (run.warmup_hours, hours)
    )


def wanted_at(milestones: Milestones, units: int, period: tuple[float, int]) -> Counts:
    """Who lies or waits in each unit at each full hour; ``period``: first hour, number of hours."""
    _, unit, since, until = milestones.occupations()
    asked, bed = asked_at(milestones), milestones.first_bed
    ends = np.fmin(bed, milestones.out)
    waits = ~np.isnan(asked) & ~milestones.table.present & (milestones.table.units[:, 0] >= 0)
    waits &= np.isnan(ends) | (ends > asked)
    door = milestones.table.units[waits, 0]
    lie = _present((unit, since, until), units, period)
    wait = _present((door, asked[waits], ends[waits]), units, period)
    return lie + wait


def _present(
    rows: tuple[npt.NDArray[np.integer[Any]], npt.NDArray[np.float64], npt.NDArray[np.float64]],
    units: int,
    period: tuple[float, int],
) -> Counts:
    """How many of the rows (unit, from, until; nan: still) hold at each hour: from <= h < until."""
    unit, since, until = rows
    start, hours = period
    first = np.ceil(since - start).clip(0, hours).astype(np.int64)
    last = np.where(np.isnan(until), np.inf, np.ceil(until - start)).clip(0, hours)
    change = np.zeros((units, hours + 1), dtype=np.int64)
    np.add.at(change, (unit, first), 1)
    np.add.at(change, (unit, last.astype(np.int64)), -1)
    return change.cumsum(axis=1)[:, :hours]
