"""What other transfers would do in the same world: a plain rule, and whoever knows the week.

The plain rule is that of the measured evidence (inventory evidence, 4d): a hospital with less than
1.5 weeks of cover gets enough for 3 from those that keep 8, in parcels of 50 MAD and more. Whoever
knows the week moves at once and free to where it will be asked for: with the same rule of orders no
policy of transfers can serve more of a week's demand.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.inventory.world import DAYS, Floats, Ints, Shelves

LOW_WEEKS, ENOUGH_WEEKS, KEPT_WEEKS = 1.5, 3.0, 8.0
PACE_WEEKS = 26
LEAST_PARCEL_MAD = 50.0


class Foreseeing(Shelves):
    """Shelves between which stock is moved at once, once the demand of the week is known."""

    def _receive(self) -> None:
        super()._receive()
        wanted = self.world.demand[:, self.known_weeks]
        for lines in of_medicines(self):
            over = self.on_hand[lines] - wanted[lines]
            for taker in lines[over < 0]:
                self._fill(int(taker), lines, wanted)

    def _fill(self, taker: int, lines: Ints, wanted: Ints) -> None:
        for giver in lines:
            lack = int(wanted[taker] - self.stock[taker].sum())
            spare = int(self.stock[giver].sum() - wanted[giver])
            for expiry, units in last_lots(self, int(giver), min(lack, spare)):
                self.stock[giver, expiry] -= units
                self.stock[taker, expiry] += units


def move_by_cover(shelves: Shelves, parcel_mad: float) -> None:
    """The plain rule, once: those with least cover first, from those with most to spare."""
    pace = _pace(shelves)
    cover = shelves.on_hand + _arriving(shelves)
    for lines in of_medicines(shelves):
        for taker in sorted(lines, key=lambda line: cover[line] / max(pace[line], 1e-9)):
            if cover[taker] < LOW_WEEKS * pace[taker]:
                _supply(shelves, int(taker), lines, (pace, cover), parcel_mad)


def _supply(
    shelves: Shelves, taker: int, lines: Ints, known: tuple[Floats, Floats], parcel_mad: float
) -> None:
    pace, cover = known
    for giver in sorted(lines, key=lambda line: -(cover[line] - KEPT_WEEKS * pace[line])):
        lack = int(np.ceil(ENOUGH_WEEKS * pace[taker] - cover[taker]))
        spare = int(min(cover[giver] - KEPT_WEEKS * pace[giver], shelves.stock[giver].sum()))
        units = min(lack, spare)
        if giver == taker or units * shelves.world.price_mad[taker] < LEAST_PARCEL_MAD:
            continue
        for expiry, part in last_lots(shelves, int(giver), units):
            shelves.send(int(giver), taker, expiry, part)
        cover[giver] -= units
        cover[taker] += units
        if shelves.counts:
            shelves.books.moves += 1
            shelves.books.transport_mad += parcel_mad


def of_medicines(shelves: Shelves) -> Iterator[Ints]:
    """The lines of each medicine, one for each hospital."""
    size = shelves.world.size
    for medicine in range(size.medicines):
        yield np.arange(size.hospitals) * size.medicines + medicine


def last_lots(shelves: Shelves, giver: int, units: int) -> Iterator[tuple[int, int]]:
    """Last usable week and units of the lots that are used last, so many units in all."""
    for expiry in np.flatnonzero(shelves.stock[giver])[::-1]:
        part = min(units, int(shelves.stock[giver, expiry]))
        if part <= 0:
            return
        yield int(expiry), part
        units -= part


def _pace(shelves: Shelves) -> Floats:
    """Units a week of the last half-year, days without stock left out."""
    weeks = slice(max(0, shelves.known_weeks - PACE_WEEKS), shelves.known_weeks)
    in_stock = (1 - shelves.days_out[:, weeks] / DAYS).sum(axis=1)
    pace: Floats = shelves.issued[:, weeks].sum(axis=1) / np.maximum(in_stock, 1)
    return pace


def _arriving(shelves: Shelves) -> Floats:
    units = np.zeros(shelves.world.lines)
    for _, line, _, count in shelves.arriving:
        units[line] += count
    return units
