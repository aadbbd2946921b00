"""The simulator: conservation, an exact cost, speed beside stockpyl, a region of medicines.

Ours and the peer take turns in one run, in CPU seconds of one thread each. stockpyl draws its own
demand while it runs; ours is given it, so the time with numpy's Poisson draws is shown too. The
speed with lots is compared with stockpyl without: it has none.
"""

from __future__ import annotations

import json
import resource
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import TypeVar

import numpy as np

from benchmarks.bars import Bar, at_least, at_most
from benchmarks.inventory.topic import Measured
from inventory.policies.distribution import DiscreteDemand
from inventory.policies.min_max import PeriodicStock, StockCosts, min_max_cost
from inventory.simulator import (
    Ledger,
    MinMaxLevels,
    OrderRule,
    OrderUpToLevels,
    StockSystem,
    Units,
    WeekEnd,
    simulate,
)

ROOT = Path(__file__).parents[2]
PEER = ROOT / ".venv-bench-inventory" / "bin" / "python"
WORKER = Path(__file__).with_name("peer_worker.py")
PEER_PERIODS = 2000
TURNS = 5
DEMAND, POINT, LEVEL, LEAD = 20, 55, 100, 2
HOLDING, SHORTAGE = 1, 9
KILO = 1024.0
Result = TypeVar("Result")


@dataclass(frozen=True)
class Speed:
    """Item-weeks per CPU second of each turn."""

    name: str
    item_weeks_per_second: tuple[float, ...]

    @property
    def median(self) -> float:
        """The turn in the middle."""
        return float(np.median(self.item_weeks_per_second))


@dataclass
class Watched:
    """A rule that counts the units of every week end, so that conservation is seen each week."""

    rule: OrderRule
    on_hand: list[Units]
    ordered: list[Units]

    def orders(self, stock: WeekEnd) -> Units:
        """The order of the rule beneath."""
        found = self.rule.orders(stock)
        self.on_hand.append(stock.on_hand.copy())
        self.ordered.append(found.copy())
        return found


def measured(_shared: Path) -> Measured:
    """All figures of the simulator."""
    cost, periods = exact_cost_error_percent()
    speeds = turns()
    peer, bare, lots = (speeds[name].median for name in ("stockpyl", "ours", "ours, lots of 26"))
    seconds, peak_gb, wrong = region()
    bars: tuple[Bar, ...] = (
        at_most("units lost or made in any week, item and scenario", broken_weeks(), 0),
        at_most("cost of row 17 from the exact one, %", cost, 0.1),
        at_least("periods behind that cost, million", periods / 1e6, 5),
        at_least("item-weeks per second against stockpyl, no lots", bare / peer, 10_000),
        at_least("item-weeks per second against stockpyl, lots of 26 weeks", lots / peer, 800),
        at_most("1,000 items x 26 weeks x 1,000 scenarios with lots, CPU s", seconds, 40),
        at_most("its memory, GB", peak_gb, 2),
        at_most("its units lost or made", wrong, 0),
    )
    rows = tuple(
        (one.name, *(f"{rate:,.0f}" for rate in _low_mid_high(one)), f"{one.median / peer:,.0f}")
        for one in speeds.values()
    )
    columns = ("simulator", "slowest/s", "median/s", "fastest/s", "times stockpyl")
    return Measured(columns, rows, bars)


def _low_mid_high(speed: Speed) -> tuple[float, float, float]:
    rates = speed.item_weeks_per_second
    return min(rates), speed.median, max(rates)


def broken_weeks() -> int:
    """Weeks × items × scenarios in which stock does not follow from the week before.

    A second simulation is stopped after each week; what it had served and wasted by then must
    account for every unit received, in backorder and in lost sales, with and without lots.
    """
    rng = np.random.default_rng(1)
    items, scenarios, weeks = 40, 60, 30
    demand = rng.negative_binomial(3, 0.1, (weeks, items, scenarios)).astype(np.int32)
    opening = rng.integers(0, 40, (items, 3)).astype(np.int32)
    lead = rng.integers(1, 6, items).astype(np.int32)
    lives = rng.integers(4, 27, items).astype(np.int32)
    rule = OrderUpToLevels(rng.integers(20, 300, (items, 1)).astype(np.int32), 10)
    wrong = 0
    for life in (None, lives):
        for backorders in (False, True):
            system = StockSystem(lead, life, backorders)
            watched = Watched(rule, [], [])
            simulate(system, demand, opening, watched)
            for week in range(1, weeks + 1):
                part = simulate(system, demand[:week], opening, rule)
                wrong += int(np.count_nonzero(part.imbalance_units))
                wrong += int(np.count_nonzero(part.closing != watched.on_hand[week - 1]))
                wrong += int(np.count_nonzero(part.ordered != sum(watched.ordered[:week])))
    return wrong


def exact_cost_error_percent() -> tuple[float, int]:
    """How far the mean cost lies from that of renewal theory [%], and over how many periods."""
    rng = np.random.default_rng(17)
    weeks, warmup, scenarios = 1060, 60, 10_000
    demand = rng.poisson(DEMAND, (weeks, 1, scenarios)).astype(np.int32)
    ledger = _row_17(demand, None, warmup)
    found = float(_cost(ledger).mean())
    stock = PeriodicStock(
        DiscreteDemand.poisson(DEMAND), StockCosts(HOLDING, SHORTAGE), lead_time_periods=LEAD - 1
    )
    exact = min_max_cost(stock, POINT, LEVEL)
    return 100 * abs(found / exact - 1), ledger.weeks * scenarios


def _cost(ledger: Ledger) -> np.ndarray:
    cost: np.ndarray = (
        HOLDING * ledger.on_hand_weeks + SHORTAGE * ledger.owed_weeks
    ) / ledger.weeks
    return cost


def _row_17(demand: Units, life: int | None, warmup: int = 0) -> Ledger:
    items = demand.shape[1]
    whole = np.ones(items, np.int32)
    rule = MinMaxLevels((whole * POINT)[:, None], (whole * LEVEL)[:, None])
    system = StockSystem(whole * LEAD, None if life is None else whole * life, backorders=True)
    return simulate(system, demand, (whole * LEVEL)[:, None], rule, warmup)


def turns() -> dict[str, Speed]:
    """Item-weeks per CPU second of the peer and of ours, one after the other, several times.

    Raises:
        FileNotFoundError: when the peer's environment has not been made.
    """
    if not PEER.exists():
        raise FileNotFoundError(f"{PEER} is missing: run `make bench-inventory`, which makes it")
    rng = np.random.default_rng(5)
    shape = (104, 100, 1000)
    drawn, seconds = _timed(lambda: rng.poisson(DEMAND, shape).astype(np.int32))
    rates: dict[str, list[float]] = {"stockpyl": [], "ours": [], "ours, lots of 26": []}
    command = [str(PEER), str(WORKER), str(PEER_PERIODS)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdin is not None
        assert run.stdout is not None
        for _ in range(TURNS):
            run.stdin.write("again\n")
            run.stdin.flush()
            peer = json.loads(run.stdout.readline())
            rates["stockpyl"].append(PEER_PERIODS / peer["cpu_seconds"])
            for name, life in (("ours", None), ("ours, lots of 26", 26)):
                rates[name].append(drawn.size / _timed(lambda life=life: _row_17(drawn, life))[1])
        run.stdin.close()
    rates["ours, demand drawn too"] = [
        1 / (1 / rate + seconds / drawn.size) for rate in rates["ours"]
    ]
    return {name: Speed(name, tuple(found)) for name, found in rates.items()}


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    start = process_time()
    result = work()
    return result, process_time() - start


def region() -> tuple[float, float, int]:
    """CPU seconds, peak memory of this process [GB] and units lost of a region's half year.

    1,000 medicines with leads of 1–6 weeks, lives of 8–104 weeks and packs of 1–100, demand drawn
    and simulated. The peak is of the whole process, so it bounds the simulation's own.
    """
    start = process_time()
    rng = np.random.default_rng(8)
    items, weeks, scenarios = 1000, 26, 1000
    pace = rng.lognormal(3, 1, (items, 1))
    demand = np.empty((weeks, items, scenarios), np.int32)
    for week in range(weeks):
        demand[week] = rng.poisson(pace, (items, scenarios))
    system = StockSystem(
        rng.integers(1, 7, items).astype(np.int32), rng.integers(8, 105, items).astype(np.int32)
    )
    packs = rng.choice([1, 5, 10, 50, 100], (items, 1)).astype(np.int32)
    levels = np.ceil(pace * (system.lead_weeks[:, None] + 4)).astype(np.int32)
    opening = np.zeros((items, 8), np.int32)
    opening[:, -1:] = levels
    ledger = simulate(system, demand, opening, OrderUpToLevels(levels, packs, review_weeks=2))
    seconds = process_time() - start
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILO / KILO
    return seconds, peak_gb, int(np.abs(ledger.imbalance_units).sum())
