"""Who asks for a bed of a unit first, and who is refused: has left, or lies elsewhere, or waits."""

from __future__ import annotations

import numpy as np

from twin.event_log import Milestones
from twin.indicators.measure import Measure
from twin.laws import Floats
from twin.simulation import Prepared


def refusal_counts(
    prepared: Prepared, unit: str, within_hours: float | None, replication: int
) -> tuple[int, int]:
    """Patients refused by a unit, and those who asked for its beds first, in one replication.

    A patient asks at the decision to admit, or on arrival without an emergency department; those
    of the census do not ask. Refused are those who got no bed of the unit: who left the hospital,
    were sent to another one or lie in another unit. With ``within_hours`` so is whoever waited
    longer. Who still waits at the end, not yet too long, is left out.
    """
    codes = [one.unit for one in prepared.network.units]
    return counted(prepared.measure, prepared.replay(replication), codes.index(unit), within_hours)


def counted(
    measure: Measure, milestones: Milestones, unit: int, within_hours: float | None
) -> tuple[int, int]:
    """The same of milestones; the unit by its number."""
    asks_at = asked_at(milestones)
    asks = (milestones.table.units[:, 0] == unit) & ~milestones.table.present
    asks &= ~np.isnan(asks_at) & measure.is_inside(asks_at)
    lies = ~np.isnan(milestones.first_bed)
    got = asks & lies & (milestones.units[:, 0] == unit)
    lost = asks & ~got & (lies | ~np.isnan(milestones.out))
    if within_hours is not None:
        until = np.where(lies, milestones.first_bed, milestones.end_hours)
        late = asks & (until - asks_at > within_hours)
        got, lost = got & ~late, lost | late
    return int(lost.sum()), int((got | lost).sum())


def asked_at(milestones: Milestones) -> Floats:
    """When each patient asks for a first bed; nan who never does [hours of the run]."""
    straight = milestones.table.emergency < 0
    return np.where(straight, milestones.table.arrive, milestones.disposition)
