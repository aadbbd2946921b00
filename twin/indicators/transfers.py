"""Transfers between hospitals and their distance."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hospital.twin_result import Indicator
from twin.event_log import Flags, Milestones
from twin.indicators.measure import EVERYBODY, Measure, Row, by_site

MOVED_PATIENT, MOVED_AT, MOVED_FROM, _, MOVED_KM = range(5)


def transfer_rows(measure: Measure, milestones: Milestones) -> Iterator[Row]:
    """Transfers that leave each hospital in the measured time, and their kilometres."""
    moves = milestones.moves[measure.is_inside(milestones.moves[:, MOVED_AT])]
    origin = moves[:, MOVED_FROM].astype(np.int64)
    for code, here in by_site(measure.network, origin):
        km = float(moves[here, MOVED_KM].sum())
        yield (Indicator.TRANSFERS, code, EVERYBODY, here.sum() / measure.days)
        yield (Indicator.TRANSFER_DISTANCE, code, EVERYBODY, km / measure.days)


def transferred(milestones: Milestones) -> Flags:
    """Who was moved to another hospital at any time of the run."""
    flags = np.zeros(len(milestones.table), dtype=np.bool_)
    flags[milestones.moves[:, MOVED_PATIENT].astype(np.int64)] = True
    return flags
