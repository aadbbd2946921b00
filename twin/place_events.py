"""What the rules of places did in one replication, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt

from twin.flow import Flow

Rows = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PlaceEvents:
    """Times in hours of the run; units and kinds of bed by position.

    Columns of ``called_off`` are patient, unit, time, whether it was the last date; of ``delays``
    (beds held by patients who were fit to leave) patient, unit, from, until; of ``bed_moves``
    (inside a unit) patient, unit, time, kind left, new kind; of ``surge`` unit, time, surge beds
    that stand from then on.
    """

    called_off: Rows
    delays: Rows
    bed_moves: Rows
    surge: Rows


def read_place_events(flow: Flow) -> PlaceEvents:
    """The events of a flow that has run."""
    moves = [
        astuple(move)
        for pool in flow.pools
        if pool.separate is not None
        for move in pool.separate.moves
    ]
    surge = [
        (pool.index, *step)
        for pool in flow.pools
        if pool.surge is not None
        for step in pool.surge.steps
    ]
    return PlaceEvents(
        called_off=_rows([astuple(one) for one in flow.called_off], 4),
        delays=_rows([astuple(one) for one in flow.delays], 4),
        bed_moves=_rows(moves, 5),
        surge=_rows(surge, 3),
    )


def _rows(events: Sequence[tuple[float, ...]], columns: int) -> Rows:
    return np.array(events, dtype=np.float64).reshape(-1, columns)
