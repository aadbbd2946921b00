"""Transfers between hospitals: one week on the way, 100 MAD a parcel, beside no transfers.

Six hospitals that order up to months of average consumption every four weeks, as most do (money
is no limit); every second week stock may move, by our forecasts of what each ledger shows. Both
arms meet the same demand and lead times; ten seeds. Parcels are in the total cost.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from benchmarks.bars import at_least, at_most
from benchmarks.inventory.amc_rule import AmcRule, Cut
from benchmarks.inventory.our_rule import OurRule, forecasts_of
from benchmarks.inventory.topic import Measured
from benchmarks.inventory.world import Shelves, Size, world_of
from hospital.pharmacy import VenClass
from inventory.order_plan import OrderPlan
from inventory.transfers import TransferRules

SEEDS = 10
SIZE = Size(hospitals=6, medicines=25, history_weeks=104)
REVIEW_WEEKS, MOVE_WEEKS = 4, 2
RULES = TransferRules(delay_days=7, parcel_mad=100.0)
PLAN = OrderPlan(scenarios=400, targets=dict.fromkeys(VenClass, 0.95))
UNLIMITED_MAD = 1e12
ORDERS = AmcRule(26, 3.0, Cut.ALL_ALIKE)


def measured(_shared: Path) -> Measured:
    """Waste, value fill and cost without and with transfers, seed by seed."""
    with ProcessPoolExecutor(2) as pool:
        found = np.array(list(pool.map(one_seed, range(SEEDS))))
    alone, moved = found[:, 0], found[:, 1]
    waste = 100 * (moved[:, 0].sum() / alone[:, 0].sum() - 1)
    gained = 100 * (moved[:, 1] - alone[:, 1])
    columns = ("seed", "waste MAD", "with", "value fill", "with", "cost MAD", "with", "moves")
    pairs = np.stack([alone[:, :3], moved[:, :3]], axis=2).reshape(SEEDS, -1)
    rows = tuple(
        (str(seed), *map(float, pairs[seed]), float(moved[seed, 3])) for seed in range(SEEDS)
    )
    error = gained.std(ddof=1) / np.sqrt(SEEDS)
    bars = (
        at_most("waste against no transfers, %", float(waste), -20),
        at_least(
            f"value fill gained, points (standard error {error:.2f})", float(gained.mean()), 2.0
        ),
    )
    return Measured(columns, rows, bars)


def one_seed(seed: int) -> list[tuple[float, ...]]:
    """Waste, value fill, cost and moves, without transfers and with them."""
    return [_run(seed, moving=moving) for moving in (False, True)]


def _run(seed: int, *, moving: bool) -> tuple[float, ...]:
    shelves, rule = Shelves(world_of(SIZE, seed)), OurRule(PLAN)
    for week in range(SIZE.weeks):
        orders, moves = week % REVIEW_WEEKS == 0, moving and week % MOVE_WEEKS == 0
        if moves:
            rule.move(shelves, forecasts_of(shelves), RULES)
        if orders:
            shelves.order(ORDERS.packs(shelves, UNLIMITED_MAD))
        shelves.run_week()
    books = shelves.books
    return shelves.waste_mad(), shelves.value_fill(), shelves.cost_mad(), float(books.moves)
