"""The rule in daily use: months of average consumption, days without stock corrected for.

Every review each line is ordered up to ``months`` of the average of the last ``window_weeks``,
in whole packs (QAT and open mSupply's formulas, ``inventory.policies.practice``). Where money
is short the order is cut in one of three ways that pharmacies use.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

import numpy as np

from benchmarks.inventory.world import DAYS, Floats, Ints, Shelves

DAYS_PER_MONTH = 30.0
VEN_ORDER = {"V": 0, "E": 1, "N": 2}


class Cut(StrEnum):
    """How an order is cut to the budget."""

    BY_VEN = "VEN first"
    ALL_ALIKE = "all alike"
    BY_COVER = "least cover first"


@dataclass(frozen=True)
class AmcRule:
    """Window, maximum months of stock, and the cut."""

    window_weeks: int
    months: float
    cut: Cut

    def monthly_units(self, shelves: Shelves) -> Floats:
        """Average monthly consumption over the days in stock, (lines,) [units/month]."""
        weeks = slice(shelves.known_weeks - self.window_weeks, shelves.known_weeks)
        in_stock = self.window_weeks * DAYS - shelves.days_out[:, weeks].sum(axis=1)
        issued = shelves.issued[:, weeks].sum(axis=1)
        monthly: Floats = issued / np.maximum(in_stock, DAYS) * DAYS_PER_MONTH
        return monthly

    def packs(self, shelves: Shelves, budget_mad: float) -> Ints:
        """Packs of each line within the budget, (lines,)."""
        world = shelves.world
        monthly = self.monthly_units(shelves)
        position = shelves.on_hand + shelves.on_order
        missing = np.maximum(self.months * monthly - position, 0)
        wanted = np.ceil(missing / world.pack_units).astype(np.int64)
        pack_mad = world.pack_units * world.price_mad
        if float((wanted * pack_mad).sum()) <= budget_mad:
            return wanted
        if self.cut is Cut.ALL_ALIKE:
            share = budget_mad / float((wanted * pack_mad).sum())
            return np.floor(wanted * share).astype(np.int64)
        cover = position / np.maximum(monthly, 1e-9)
        keys = [VEN_ORDER[ven] for ven in world.ven] if self.cut is Cut.BY_VEN else cover
        return _first_come(wanted, pack_mad, np.lexsort((cover, np.array(keys))), budget_mad)


def _first_come(wanted: Ints, pack_mad: Floats, order: Ints, budget_mad: float) -> Ints:
    """Whole lines in this order; the first that does not fit gets the packs that do."""
    packs = np.zeros_like(wanted)
    left = budget_mad
    for line in order.tolist():
        packs[line] = min(int(wanted[line]), int(left // pack_mad[line]))
        left -= packs[line] * pack_mad[line]
    return packs


def amc_rules() -> Iterator[AmcRule]:
    """The rules among which the best is taken."""
    months = (1.25, 1.5, 1.75, 2.0, 2.25, 2.5, 3.0, 4.0)
    for window, most, cut in product((13, 26, 52), months, Cut):
        yield AmcRule(window, most, cut)
