from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hospital.errors import GstError
from inventory.policies.distribution import DiscreteDemand, StockCosts
from inventory.policies.min_max import PeriodicStock, min_max_cost
from inventory.policies.service import order_up_to_service
from inventory.simulator import (
    Ledger,
    MinMaxLevels,
    OrderUpToLevels,
    StockSystem,
    WeekEnd,
    simulate,
)

pytestmark = pytest.mark.unit


def units(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int32)


def column(*values: int) -> np.ndarray:
    return units(*values)[:, None]


class Scripted:
    """Orders given week by week, whatever the stock."""

    def __init__(self, orders: list[int]) -> None:
        self.by_week = orders

    def orders(self, stock: WeekEnd) -> np.ndarray:
        return np.full_like(stock.on_hand, self.by_week[stock.week])


@dataclass(frozen=True)
class Rules:
    life: int
    lead: int
    owes: bool


def lot_by_lot(
    demand: list[int], opening: list[int], orders: list[int], rules: Rules
) -> tuple[int, int, int, int]:
    """Served, wasted, closing and short units, with every lot followed by hand."""
    lots = [[expiry, count] for expiry, count in enumerate(opening)]
    served = wasted = short = owed = 0
    for week, wanted in enumerate(demand):
        if week >= rules.lead:
            lots.append([week + rules.life - 1, orders[week - rules.lead]])
        lots.sort()
        for due, is_old in ((owed, True), (wanted, False)):
            left = due
            for lot in lots:
                taken = min(lot[1], left)
                lot[1] -= taken
                left -= taken
            served += due - left
            if is_old:
                owed = left
            else:
                short += left
                owed += left if rules.owes else 0
        wasted += sum(lot[1] for lot in lots if lot[0] <= week)
        lots = [lot for lot in lots if lot[0] > week]
    return served, wasted, sum(lot[1] for lot in lots), short


counts = st.lists(st.integers(0, 30), min_size=12, max_size=12)


@settings(max_examples=100, deadline=None)
@given(
    demand=counts,
    orders=counts,
    opening=st.lists(st.integers(0, 30), min_size=1, max_size=3),
    rules=st.builds(Rules, st.integers(3, 9), st.integers(1, 4), st.booleans()),
)
def test_it_agrees_with_every_lot_followed_by_hand(
    demand: list[int], orders: list[int], opening: list[int], rules: Rules
) -> None:
    ledger = simulate(
        StockSystem(units(rules.lead), units(rules.life), rules.owes),
        units(*demand)[:, None, None],
        units(*opening)[None, :],
        Scripted(orders),
    )
    expected = lot_by_lot(demand, opening, orders, rules)
    found = ledger.served, ledger.wasted, ledger.closing, ledger.short
    assert tuple(int(total[0, 0]) for total in found) == expected
    assert ledger.imbalance_units[0, 0] == 0


def random_run(backorders: bool = False, scenarios: int = 700) -> Ledger:
    rng = np.random.default_rng(4)
    items = 50
    system = StockSystem(
        rng.integers(1, 6, items).astype(np.int32),
        rng.integers(4, 30, items).astype(np.int32),
        backorders,
    )
    demand = rng.negative_binomial(3, 0.1, (30, items, scenarios)).astype(np.int32)
    rule = OrderUpToLevels(rng.integers(20, 300, (items, 1)).astype(np.int32), 10)
    return simulate(system, demand, rng.integers(0, 40, (items, 3)).astype(np.int32), rule, 5)


@pytest.mark.parametrize("backorders", [True, False])
def test_no_unit_is_ever_lost_or_made(backorders: bool) -> None:
    ledger = random_run(backorders)
    assert not ledger.imbalance_units.any()
    assert ledger.wasted.any()
    assert ledger.short.any()
    assert (ledger.closing >= 0).all()


def test_a_scenario_does_not_depend_on_those_beside_it() -> None:
    """Scenarios are worked on in parts; the parts must not show."""
    rng = np.random.default_rng(5)
    demand = rng.poisson(20, (20, 100, 400)).astype(np.int32)
    system = StockSystem(np.full(100, 2, np.int32), np.full(100, 6, np.int32))
    rule = OrderUpToLevels(np.full((100, 1), 70, np.int32))
    opening = np.full((100, 1), 50, np.int32)
    whole = simulate(system, demand, opening, rule)
    alone = simulate(system, demand[:, :, 399:], opening, rule)
    assert (whole.served[:, 399:] == alone.served).all()
    assert (whole.wasted[:, 399:] == alone.wasted).all()


def test_cost_of_a_min_max_rule_agrees_with_renewal_theory() -> None:
    """λ 20, (55, 100), two weeks, holding 1, shortage 9: 42.2547 a week (exact)."""
    rng = np.random.default_rng(1)
    demand = rng.poisson(20, (560, 1, 1000)).astype(np.int32)
    rule = MinMaxLevels(column(55), column(100))
    ledger = simulate(StockSystem(units(2), None, True), demand, column(100), rule, 60)
    cost = (ledger.on_hand_weeks + 9 * ledger.owed_weeks) / ledger.weeks
    exact = min_max_cost(
        PeriodicStock(DiscreteDemand.poisson(20), StockCosts(1, 9), lead_time_periods=1), 55, 100
    )
    assert exact == pytest.approx(42.254696, abs=1e-6)
    error = cost.std(ddof=1) / np.sqrt(cost.size)
    assert cost.mean() == pytest.approx(exact, abs=4 * error)
    assert error < 0.0004 * exact


@pytest.mark.parametrize("level", [35, 42])
def test_fill_rate_of_order_up_to_agrees_with_theory(level: int) -> None:
    """An order of a week's end must last two weeks: one until it arrives, one after that."""
    rng = np.random.default_rng(2)
    demand = rng.poisson(20, (400, 1, 500)).astype(np.int32)
    ledger = simulate(
        StockSystem(units(2), None, True),
        demand,
        column(level),
        OrderUpToLevels(column(level)),
        40,
    )
    exact = order_up_to_service(DiscreteDemand.poisson(20), 1, 1, level).fill
    assert ledger.fill_rate[0] == pytest.approx(exact, abs=2.5e-3)


def test_lost_demand_is_not_served_later_and_backordered_demand_is() -> None:
    demand = units(10, 0, 0, 0)[:, None, None]
    rule = Scripted([15, 0, 0, 0])
    lost = simulate(StockSystem(units(2)), demand, column(4), rule)
    kept = simulate(StockSystem(units(2), None, True), demand, column(4), rule)
    assert (int(lost.served[0, 0]), int(lost.closing[0, 0])) == (4, 15)
    assert (int(kept.served[0, 0]), int(kept.closing[0, 0])) == (10, 9)
    assert int(kept.short[0, 0]) == int(lost.short[0, 0]) == 6


def test_more_stock_to_order_up_to_never_serves_less() -> None:
    rng = np.random.default_rng(3)
    demand = rng.poisson(12, (40, 1, 300)).astype(np.int32)
    system = StockSystem(units(3))
    fills = [
        simulate(system, demand, column(40), OrderUpToLevels(column(level))).fill_rate[0]
        for level in (20, 40, 60, 80)
    ]
    assert fills == sorted(fills)


def test_an_order_cannot_arrive_in_its_own_week() -> None:
    with pytest.raises(GstError, match="lead_weeks_below_one"):
        StockSystem(units(0))


def test_lots_that_outlive_a_delivery_are_refused() -> None:
    with pytest.raises(GstError, match="opening_outlives_deliveries"):
        simulate(
            StockSystem(units(1), units(2)),
            units(1)[:, None, None],
            units(1, 1, 1)[None, :],
            OrderUpToLevels(column(5)),
        )
