"""Who waited for a bed, when and where; and numbers present as time integrals."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from hospital.base import HOURS_PER_DAY
from twin.event_log import Flags, Milestones
from twin.indicators import Measure
from twin.laws import Floats
from twin.network import Ints


@dataclass(frozen=True, slots=True)
class Waits:
    """Waits for a bed: who, on which leg, for which unit, since when, until when (nan: still).

    ``held`` is the unit whose place was kept meanwhile (-1: none), ``enters`` whether the wait
    ended in a bed.
    """

    patient: Ints
    leg: Ints
    unit: Ints
    since: Floats
    until: Floats
    held: Ints
    enters: Flags

    @property
    def hours(self) -> Floats:
        """Time waited, nan while it lasts [hours]."""
        return np.asarray(self.until - self.since)


def waits_of(milestones: Milestones) -> Waits:
    """Every wait of a replication, also those of no length."""
    legs = [_waits_of_leg(milestones, leg) for leg in range(milestones.starts.shape[1])]
    return Waits(
        **{
            one.name: np.concatenate([getattr(leg, one.name) for leg in legs])
            for one in fields(Waits)
        }
    )


def _waits_of_leg(milestones: Milestones, leg: int) -> Waits:
    units, starts = milestones.units[:, leg], milestones.starts[:, leg]
    asked, held = _next_call(milestones, leg) if leg else _first_call(milestones)
    calls = np.flatnonzero((units >= 0) & ~np.isnan(asked) & (asked < milestones.end_hours))
    enters = ~np.isnan(starts[calls])
    return Waits(
        patient=calls,
        leg=np.full(calls.size, leg),
        unit=units[calls],
        since=asked[calls],
        until=np.where(enters, starts[calls], milestones.out[calls]),
        held=held[calls],
        enters=enters,
    )


def _first_call(milestones: Milestones) -> tuple[Floats, Ints]:
    """Who comes through an emergency department asks at disposition and keeps the cubicle."""
    table = milestones.table
    is_visit = table.emergency >= 0
    asked = np.where(is_visit, milestones.disposition, table.arrive)
    return np.where(table.present, np.nan, asked), table.emergency


def _next_call(milestones: Milestones, leg: int) -> tuple[Floats, Ints]:
    """The end of the need in the unit before; who left it early waits outside."""
    before = leg - 1
    asked = milestones.ready(before)
    held = milestones.units[:, before].copy()
    outside = milestones.left_early[milestones.left_early[:, 1] == before, 0].astype(np.int64)
    held[outside] = -1
    died = milestones.died & (milestones.table.dies == before)
    return np.where(died, np.nan, asked), held


@dataclass(frozen=True, slots=True)
class Intervals:
    """Stays or waits, measured inside the time of ``measure``; an end of nan is not yet."""

    starts: Floats
    untils: Floats
    measure: Measure

    @property
    def _ends(self) -> Floats:
        end = self.measure.end_hours
        return np.minimum(np.where(np.isnan(self.untils), end, self.untils), end)

    @property
    def _hours(self) -> float:
        return self.measure.end_hours - self.measure.start_hours

    def mean_number(self) -> float:
        """Mean number at once: a time integral."""
        inside = self._ends - np.maximum(self.starts, self.measure.start_hours)
        return float(inside.clip(min=0).sum() / self._hours)

    def share_of_time(self, number: int) -> float:
        """Share of the time with at least this many at once."""
        low, high = self.measure.start_hours, self.measure.end_hours
        times = np.concatenate((self.starts, self._ends)).clip(low, high)
        steps = np.repeat((1, -1), self.starts.size)
        order = np.lexsort((steps, times))
        present = steps[order].cumsum()
        lasting = np.diff(times[order], append=high)
        return float(lasting[present >= number].sum() / self._hours)

    def at(self, times: Floats) -> Floats:
        """Number present at each of these times."""
        ended = np.sort(self.untils[~np.isnan(self.untils)])
        began = np.searchsorted(np.sort(self.starts), times, "right")
        return np.asarray(began - np.searchsorted(ended, times, "right"), dtype=np.float64)

    def by_clock_hour(self) -> Floats:
        """Mean number present at 0 h, 1 h, ... of the measured days, shape (24,)."""
        days = int(self._hours // HOURS_PER_DAY)
        if not days:
            return np.empty(0)
        times = self.measure.start_hours + np.arange(float(days * HOURS_PER_DAY))
        return np.asarray(self.at(times).reshape(days, HOURS_PER_DAY).mean(axis=0))
