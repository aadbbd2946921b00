"""Transfers between hospitals: one week on the way, 100 MAD a parcel, beside no transfers.

The set-up in which transfers were first measured, with what it left out: six hospitals that each
order every four weeks up to a quantile of what lead time and review will ask, in packs, lots of
8 to 104 weeks; demand is estimated from the ledger. How uneven use is, and how far each hospital's
own use drifts from the others', are those of the six hospitals of a Danish region (``SPREAD``,
``WALK``; dk_hospital_antibiotics_monthly): that is what leaves one with lots that expire and
another without.
No order is larger than what is used before it expires. What may move is decided every week. All
arms meet the same demand and lead times; parcels are in the total cost. Beside them stand a plain
rule and whoever knows the week (``transfer_peers``), who says how much there is to gain at all.

How much transfers add depends on how much is missing without them. The evidence found it at three
quantiles of orders; so do we, and show all three. Its bars were set where 93.93 % of the value
asked for was served without transfers, so we are held to them at the quantile whose fill without
transfers is nearest to that: the choice was written down before the other two were run.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from enum import Enum
from pathlib import Path

import numpy as np

from benchmarks.bars import Bar, at_least, at_most
from benchmarks.inventory.ledger_demand import LedgerDemand
from benchmarks.inventory.our_rule import OurRule
from benchmarks.inventory.topic import Measured
from benchmarks.inventory.transfer_peers import Foreseeing, move_by_cover
from benchmarks.inventory.world import DAYS, Floats, Shelves, Size, world_of
from hospital.pharmacy import VenClass
from inventory.order_plan import OrderPlan
from inventory.transfers import TransferRules

SEEDS = 10
REVIEW_WEEKS = 4
SERVICES = (0.90, 0.95, 0.98)
"""Quantiles of what lead time and review will ask that hospitals order up to."""
EVIDENCE_FILL = 0.9393
"""Value fill without transfers where the evidence set the bars (inventory evidence, 4d)."""
SPREAD = (0.215, 1.2)
"""Logarithm of the shape of a week's demand: median 1.24, a tenth below 0.25, a tenth above 5.7."""
WALK = 0.026
"""What a hospital's own use moves by in a week, in logarithms."""
SIZE = Size(
    hospitals=6,
    medicines=16,
    history_weeks=104,
    weeks=64,
    pace_log=(2.0, 1.2),
    shape_log=SPREAD,
    walk=WALK,
)
PARCEL_MAD = 100.0
STUDENT_9 = 2.262
"""95 % of Student's t with nine degrees of freedom."""
COLUMNS = (
    *("ordered up to", "seed", "waste MAD", "with", "value fill", "with", "cost MAD", "with"),
    *("parcels", "fill by plain rule", "fill if the week were known"),
)


def measured(_shared: Path) -> Measured:
    """Waste, value fill and cost without and with transfers, at each quantile and seed."""
    cases = [(service, seed) for service in SERVICES for seed in range(SEEDS)]
    with ProcessPoolExecutor(2) as pool:
        runs = np.array(list(pool.map(one_seed, *zip(*cases, strict=True))))
    found = runs.reshape(len(SERVICES), SEEDS, len(Arm), -1)
    alone_fill = found[:, :, 0, 1].mean(axis=1)
    judged = int(np.abs(alone_fill - EVIDENCE_FILL).argmin())
    rows = tuple(
        row
        for service, by_seed in zip(SERVICES, found, strict=True)
        for row in _rows(service, by_seed)
    )
    return Measured(COLUMNS, rows, _bars(SERVICES[judged], found[judged]))


def _rows(service: float, by_seed: Floats) -> Iterator[tuple[str | float, ...]]:
    """One row a seed, and their mean."""
    means = by_seed.mean(axis=0)
    for name, arms in (*enumerate(by_seed), ("mean", means)):
        alone, moved, plain, foreseen = arms
        pairs = np.stack([alone[:3], moved[:3]], axis=1).ravel()
        last = (moved[3], plain[1], foreseen[1])
        yield (f"{service:.2f}", str(name), *map(float, (*pairs, *last)))


def _bars(service: float, by_seed: Floats) -> tuple[Bar, ...]:
    alone, moved, plain, foreseen = by_seed.swapaxes(0, 1)
    waste, waste_error = _ratio(moved[:, 0], alone[:, 0])
    cost, cost_error = _ratio(moved[:, 2], alone[:, 2])
    gained = 100 * (moved[:, 1] - alone[:, 1])
    error = STUDENT_9 * float(gained.std(ddof=1)) / SEEDS**0.5
    points = float(gained.mean())
    at = f"orders up to {service:.2f}, fill without {alone[:, 1].mean():.4f}"
    ceiling = f"; {_points(foreseen, alone):.2f} if each week were known"
    return (
        at_most(f"waste against no transfers, %, {_between(waste, waste_error)}; {at}", waste, -20),
        at_least(f"value fill gained, points, {_between(points, error)}{ceiling}", points, 2.0),
        at_least("value fill over that of the plain rule, points", _points(moved, plain), 0),
        at_most(f"total cost, parcels in, %, {_between(cost, cost_error)}", cost, 0),
    )


def _ratio(ours: Floats, other: Floats) -> tuple[float, float]:
    """Change of a total over the seeds and half its 95 % interval, paired [%]."""
    ratio = ours.sum() / other.sum()
    error = (ours - ratio * other).std(ddof=1) / SEEDS**0.5 / other.mean()
    return float(100 * (ratio - 1)), float(100 * STUDENT_9 * error)


def _points(ours: Floats, other: Floats) -> float:
    return 100 * float((ours[:, 1] - other[:, 1]).mean())


def _between(mean: float, error: float) -> str:
    return f"95 % from {mean - error:.2f} to {mean + error:.2f}"


def one_seed(service: float, seed: int) -> list[tuple[float, ...]]:
    """Waste, value fill, cost and parcels: without transfers, with ours, plain, and foreseen."""
    return [_run(service, seed, arm) for arm in Arm]


class Arm(Enum):
    """Who moves stock between the hospitals."""

    NOBODY = "nobody"
    OURS = "ours"
    PLAIN = "a plain rule"
    FORESEEING = "whoever knows the week"


def _run(service: float, seed: int, arm: Arm) -> tuple[float, ...]:
    shelves = (Foreseeing if arm is Arm.FORESEEING else Shelves)(world_of(SIZE, seed))
    rule = OurRule(OrderPlan(scenarios=200, targets=dict.fromkeys(VenClass, service)))
    for week in range(SIZE.weeks):
        orders = week % REVIEW_WEEKS == 0
        demand = LedgerDemand.of(shelves, seed) if orders or arm is Arm.OURS else None
        if demand and arm is Arm.OURS:
            rule.move(shelves, demand.forecasts(shelves), _rules(week))
        if arm is Arm.PLAIN:
            move_by_cover(shelves, PARCEL_MAD)
        if demand and orders:
            _order(shelves, demand, service)
        shelves.run_week()
    books = shelves.books
    return shelves.waste_mad(), shelves.value_fill(), shelves.cost_mad(), float(books.moves)


def _rules(week: int) -> TransferRules:
    """One week of delay; between two orders, nothing is bought until the next."""
    waits = -week % REVIEW_WEEKS * DAYS
    return TransferRules(delay_days=DAYS, parcel_mad=PARCEL_MAD, next_order_days=waits)


def _order(shelves: Shelves, demand: LedgerDemand, service: float) -> None:
    levels = demand.levels(shelves, REVIEW_WEEKS, service)
    missing = np.maximum(levels - shelves.on_hand - shelves.on_order, 0)
    shelves.order(-(-missing // shelves.world.pack_units))
