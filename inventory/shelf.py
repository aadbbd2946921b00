"""What a shelf serves: lots used first-expiry-first-out, deliveries to come, demand in days.

The stock of one medicine in one hospital is a row of supplies in the order in which they are
used. Each starts when the one before it is used up or has expired, and not before it arrives;
it ends when it is used up or expires. All else follows: what is served, lost, wasted and when
the shelf is empty, for every path of demand at once and to the day's fraction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from hospital.pharmacy import Lot, OpenOrder
from inventory.demand import FAR_DAYS, DemandPaths, Floats, Ints

NOTHING_UNITS = 1e-6
"""Less than this is rounding, not stock or demand [units]."""


@dataclass(frozen=True, slots=True)
class Supply:
    """Units that can be used from one day until another, both counted from ``as_of`` [days].

    ``lot`` is empty for a delivery to come, also for one that is due today.
    """

    units: float
    arrives_day: float
    expires_day: float
    lot: str = ""

    @property
    def is_on_shelf(self) -> bool:
        """Whether it lies on the shelf now."""
        return bool(self.lot)


def lots_on_shelf(lots: Iterable[Lot], as_of: date) -> list[Supply]:
    """Usable lots, first expiry first. A lot is used up to and including its expiry date."""
    supplies = [
        Supply(lot.units, 0.0, (lot.expiry_date - as_of).days + 1.0, lot.lot)
        for lot in lots
        if lot.expiry_date >= as_of and lot.units > 0
    ]
    return sorted(supplies, key=lambda supply: (supply.expires_day, supply.lot))


def expired_units(lots: Iterable[Lot], as_of: date) -> int:
    """Units still on the shelf after their expiry date: they count as no stock."""
    return sum(lot.units for lot in lots if lot.expiry_date < as_of)


@dataclass(frozen=True, slots=True)
class DeliveryTerms:
    """What is assumed of open orders: shelf life at receipt, and delay of an overdue one [days]."""

    shelf_life_days: int
    overdue_days: float


def deliveries(orders: Iterable[OpenOrder], as_of: date, terms: DeliveryTerms) -> list[Supply]:
    """Open orders as supplies, by date; one that is overdue is expected after ``overdue_days``."""
    supplies = []
    for order in orders:
        days = (order.due_date - as_of).days
        arrives = float(days) if days >= 0 else terms.overdue_days
        supplies.append(Supply(order.units, arrives, arrives + terms.shelf_life_days))
    return sorted(supplies, key=lambda supply: (supply.arrives_day, supply.units))


@dataclass(frozen=True, slots=True)
class ShelfUse:
    """When each supply is in use under each path of demand.

    ``starts`` and ``ends`` have shape (supplies, paths) [days since ``as_of``].
    """

    paths: DemandPaths
    supplies: tuple[Supply, ...]
    starts: Floats
    ends: Floats

    def some(self, picked: Ints) -> ShelfUse:
        """The same supplies under some of the paths."""
        starts, ends = self.starts[:, picked], self.ends[:, picked]
        return ShelfUse(self.paths.some(picked), self.supplies, starts, ends)

    def used_units(self) -> Floats:
        """Units of each supply that are ever used, (supplies, paths)."""
        return self._used(np.full(self.paths.paths, FAR_DAYS))

    def wasted_units(self) -> Floats:
        """Units of each supply that expire before use, (supplies, paths)."""
        units = np.array([supply.units for supply in self.supplies])[:, None]
        wasted: Floats = np.maximum(units - self.used_units(), 0)
        wasted[wasted < NOTHING_UNITS] = 0
        return wasted

    def left_units(self, at_days: Floats) -> Floats:
        """Units of each supply not yet used on a day of each path, (supplies, paths)."""
        units = np.array([supply.units for supply in self.supplies]).reshape(-1, 1)
        left: Floats = np.maximum(units - self._used(at_days), 0)
        return left

    def lost_units(self, until_days: Floats) -> Floats:
        """Demand that finds the shelf empty, up to a day of each path, (paths,)."""
        served: Floats = self._used(until_days).sum(axis=0)
        lost: Floats = np.maximum(self.paths.until(until_days) - served, 0)
        lost[lost < NOTHING_UNITS] = 0
        return lost

    def out_day(self) -> Floats:
        """First day on which demand finds the shelf empty, (paths,); ``FAR_DAYS`` if none does."""
        out = np.zeros(self.paths.paths)
        for start, end in zip(self.starts, self.ends, strict=True):
            joined = start <= self._next_demand(out)
            out = np.where(joined, np.maximum(end, out), out)
        return self._next_demand(out)

    def _next_demand(self, days: Floats) -> Floats:
        """The first day from these on at which demand flows."""
        return np.maximum(days, self.paths.day_of(self.paths.until(days)))

    def _used(self, until_days: Floats) -> Floats:
        upto = self.paths.until(np.minimum(self.ends, until_days))
        used: Floats = upto - self.paths.until(np.minimum(self.starts, until_days))
        return used


def use_shelf(paths: DemandPaths, supplies: Sequence[Supply]) -> ShelfUse:
    """Use supplies in this order under every path; demand on an empty shelf is lost."""
    free = np.zeros(paths.paths)
    starts, ends = [], []
    for supply in supplies:
        start = np.maximum(free, supply.arrives_day)
        used_up = paths.day_of(paths.until(start) + supply.units)
        free = np.minimum(np.maximum(start, supply.expires_day), np.maximum(used_up, start))
        starts.append(start)
        ends.append(free)
    shape = (len(supplies), paths.paths)
    return ShelfUse(
        paths, tuple(supplies), np.array(starts).reshape(shape), np.array(ends).reshape(shape)
    )
