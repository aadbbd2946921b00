"""The laws behind the oracles, on other numbers: brute force, limits, conservation."""

from itertools import combinations, pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.policies.disruption import Disruption, disrupted_order_quantity
from inventory.policies.distribution import DiscreteDemand, NormalDemand, StockCosts
from inventory.policies.eoq import (
    PriceBreak,
    SteadyDemand,
    economic_order_quantity,
    economic_production_quantity,
    joint_replenishment,
    with_all_units_discount,
    with_backorders,
    with_incremental_discount,
    with_multiplicative_yield,
)
from inventory.policies.lot_sizing import FiniteHorizon, best_levels_by_period, wagner_whitin
from inventory.policies.min_max import PeriodicStock, best_min_max, min_max_cost
from inventory.policies.newsvendor import discrete_newsvendor, normal_base_stock
from inventory.policies.perishable import (
    Issuing,
    PerishableStock,
    UnitCosts,
    best_orders,
    cost_of_orders,
)
from inventory.policies.reorder_quantity import (
    NormalStock,
    PoissonStock,
    best_poisson,
    by_loss_function,
    normal_cost,
    poisson_cost,
)
from inventory.policies.serial import Stage, normal_chain
from inventory.policies.service import order_up_to_service
from inventory.policies.service_times import Store, StoreTree

pytestmark = pytest.mark.unit

steady = st.builds(SteadyDemand, st.floats(10, 5000), st.floats(1, 500), st.floats(0.01, 10))
costs = st.builds(StockCosts, st.floats(0.2, 5), st.floats(1, 60), st.floats(0, 80))


@given(demand=steady, factor=st.floats(0.2, 5))
def test_no_other_lot_costs_less_than_the_economic_one(demand: SteadyDemand, factor: float) -> None:
    lot = economic_order_quantity(demand)
    other = lot.quantity * factor
    cost = demand.order_cost * demand.units_per_year / other + demand.holding_cost * other / 2
    assert cost >= lot.cost * (1 - 1e-12)


@given(demand=steady)
def test_the_family_of_lots_returns_to_the_plain_one_at_its_limits(demand: SteadyDemand) -> None:
    plain = economic_order_quantity(demand)
    never_fails = disrupted_order_quantity(demand, 5.0, Disruption(1e-9, 1000.0))
    lots = [
        with_backorders(demand, 1e12).quantity,
        economic_production_quantity(demand, 1e12).quantity,
        with_multiplicative_yield(demand, 1.0, 0.0).quantity,
        never_fails.quantity,
        with_all_units_discount(demand, [PriceBreak(0, demand.holding_cost)], 1.0).quantity,
    ]
    assert lots == pytest.approx([plain.quantity] * len(lots), rel=1e-4)


@given(demand=steady, prices=st.lists(st.floats(0.5, 5), min_size=2, max_size=4, unique=True))
def test_a_discount_on_the_whole_order_is_never_worse_than_on_a_part(
    demand: SteadyDemand, prices: list[float]
) -> None:
    breaks = [PriceBreak(200.0 * at, price) for at, price in enumerate(sorted(prices)[::-1])]
    whole = with_all_units_discount(demand, breaks, 0.25)
    part = with_incremental_discount(demand, breaks, 0.25)
    assert whole.cost <= part.cost * (1 + 1e-9)


@given(lines=st.lists(steady, min_size=1, max_size=4))
def test_ordering_together_never_costs_more_than_one_by_one(lines: list[SteadyDemand]) -> None:
    together = joint_replenishment(100.0, lines)
    alone = sum(
        economic_order_quantity(
            SteadyDemand(row.units_per_year, row.order_cost + 100.0, row.holding_cost)
        ).cost
        for row in lines
    )
    assert together.cost <= alone * 1.06


@settings(max_examples=40, deadline=None)
@given(
    demand=st.lists(st.integers(0, 300), min_size=1, max_size=7),
    fixed=st.floats(0, 900),
    holding=st.floats(0.1, 4),
)
def test_wagner_whitin_is_the_best_of_all_ways_to_group_periods(
    demand: list[int], fixed: float, holding: float
) -> None:
    def cost(starts: tuple[int, ...]) -> float:
        bounds = [*starts, len(demand)]
        return sum(
            fixed + holding * sum(demand[at] * (at - first) for at in range(first, end))
            for first, end in pairwise(bounds)
        )

    rest = range(1, len(demand))
    every = ((0, *chosen) for size in range(len(demand)) for chosen in combinations(rest, size))
    assert wagner_whitin(demand, fixed, holding).cost == pytest.approx(min(map(cost, every)))


@settings(max_examples=12, deadline=None)
@given(mean=st.floats(0.3, 12), cost=costs, lead=st.integers(0, 3))
def test_no_other_min_max_costs_less(mean: float, cost: StockCosts, lead: int) -> None:
    stock = PeriodicStock(DiscreteDemand.poisson(mean), cost, lead)
    best = best_min_max(stock)
    around = range(int(best.reorder_point) - 4, int(best.reorder_point) + 5)
    for low, gap in product(around, range(1, 30, 2)):
        assert min_max_cost(stock, low, low + gap) >= best.cost - 1e-9


@settings(max_examples=25, deadline=None)
@given(
    chances=st.lists(st.floats(0.01, 1), min_size=2, max_size=9),
    cost=st.builds(StockCosts, st.floats(0.2, 5), st.floats(1, 60)),
)
def test_without_a_cost_of_ordering_min_max_is_base_stock(
    chances: list[float], cost: StockCosts
) -> None:
    demand = DiscreteDemand.of(chances)
    best = best_min_max(PeriodicStock(demand, cost))
    assert best.cost == pytest.approx(discrete_newsvendor(demand, cost).cost)


@settings(max_examples=30, deadline=None)
@given(
    pace=st.floats(0.5, 20),
    years=st.floats(0.1, 2),
    cost=st.builds(StockCosts, st.floats(0.2, 5), st.floats(1, 60), st.floats(0.5, 80)),
)
def test_no_other_reorder_quantity_costs_less(pace: float, years: float, cost: StockCosts) -> None:
    stock = PoissonStock(pace, years, cost)
    best = best_poisson(stock)
    point, quantity = int(best.reorder_point), int(best.quantity)
    assert poisson_cost(stock, point, quantity) == pytest.approx(best.cost)
    for shift, more in product(range(-4, 5), range(-4, 5)):
        if quantity + more > 0:
            assert poisson_cost(stock, point + shift, quantity + more) >= best.cost - 1e-9


def test_the_loss_approximation_is_near_the_exact_optimum() -> None:
    stock = NormalStock(900, NormalDemand(120, 40), StockCosts(0.5, 9, 25))
    best = by_loss_function(stock)
    for shift, more in product((-3, 0, 3), (-6, 0, 6)):
        cost = normal_cost(stock, best.reorder_point + shift, best.quantity + more)
        assert cost >= best.cost * (1 - 1e-4)


@settings(max_examples=15, deadline=None)
@given(holding=st.floats(0.2, 5), shortage=st.floats(5, 60), lead=st.integers(1, 5))
def test_a_chain_of_one_store_is_a_base_stock(holding: float, shortage: float, lead: int) -> None:
    """A chain counts units, not periods ahead: its lead time is that of base stock plus one.

    Echelon cost counts the stock less the owed, so both differ by nothing in a chain of one.
    """
    demand = NormalDemand(20, 4)
    chain = normal_chain([Stage(holding, lead)], demand, shortage)
    base = normal_base_stock(demand, lead - 1, StockCosts(holding, shortage))
    assert chain.cost == pytest.approx(base.cost, rel=2e-3)
    assert chain.order_up_to[0] == pytest.approx(base.units, abs=0.2)


def test_more_stores_in_the_chain_never_make_the_wait_cheaper() -> None:
    demand = NormalDemand(20, 4)
    one = normal_chain([Stage(1, 1), Stage(1, 1)], demand, 30).cost
    two = normal_chain([Stage(1, 1), Stage(1, 3)], demand, 30).cost
    assert two > one


stores = st.builds(
    Store,
    st.integers(0, 2),
    st.floats(0.5, 3),
    st.just(1.0),
    st.floats(0.5, 2),
    st.integers(0, 1),
    st.integers(0, 2),
)


@settings(max_examples=25, deadline=None)
@given(rows=st.lists(stores, min_size=3, max_size=3), shape=st.integers(0, 3))
def test_promised_times_are_the_best_of_all(rows: list[Store], shape: int) -> None:
    edges = [
        [("0", "1"), ("1", "2")],
        [("0", "1"), ("0", "2")],
        [("1", "0"), ("2", "0")],
        [("0", "2"), ("1", "2")],
    ][shape]
    tree = StoreTree({str(at): row for at, row in enumerate(rows)}, edges)
    found = tree.best_times()
    longest = 1 + sum(row.processing_time for row in rows)
    every = (
        tree.cost_of(dict(zip("012", times, strict=True)))
        for times in product(range(longest + 1), repeat=3)
    )
    assert found.cost == pytest.approx(min(every))
    assert tree.cost_of(found.promised) == pytest.approx(found.cost)


def test_a_season_that_does_not_change_keeps_the_long_run_levels() -> None:
    demand, cost = DiscreteDemand.poisson(6), StockCosts(1, 4, 5)
    long_run = best_min_max(PeriodicStock(demand, cost))
    seasons = best_levels_by_period(FiniteHorizon((demand,) * 14, cost))
    assert seasons.reorder_points[0] == long_run.reorder_point
    assert seasons.order_up_to[0] == long_run.order_up_to


@pytest.mark.parametrize("life", [3, 4, 5])
def test_no_single_change_of_a_perishable_order_table_costs_less(life: int) -> None:
    """The small integer problem of our own: policy improvement finds nothing to improve."""
    unit = UnitCosts(purchase=2, shortage=6, waste=3, holding=0.5)
    stock = PerishableStock(life, 3, DiscreteDemand.of([0.3, 0.3, 0.2, 0.2]), unit)
    table = best_orders(stock, 0.9)
    costs = cost_of_orders(stock, table.orders.ravel(), 0.9)
    assert costs == pytest.approx(table.costs.ravel(), abs=1e-6)
    assert (stock.action_costs(costs, 0.9) >= costs - 1e-6).all()


def test_oldest_first_never_costs_more_than_freshest_first() -> None:
    unit = UnitCosts(purchase=2, shortage=6, waste=3, holding=0.5)
    demand = DiscreteDemand.poisson(2)
    oldest, freshest = (
        best_orders(PerishableStock(3, 4, demand, unit, way), 0.95).costs[0, 0, 0]
        for way in (Issuing.OLDEST_FIRST, Issuing.FRESHEST_FIRST)
    )
    assert oldest < freshest


def test_a_longer_life_never_costs_more() -> None:
    unit = UnitCosts(purchase=2, shortage=6, waste=3, holding=0.5)
    found = [
        best_orders(PerishableStock(life, 4, DiscreteDemand.poisson(2), unit)).average_cost
        for life in (1, 2, 3, 4)
    ]
    assert found == sorted(found, reverse=True)


@settings(max_examples=15, deadline=None)
@given(mean=st.floats(0.5, 30), lead=st.integers(0, 4), review=st.integers(1, 4))
def test_service_rises_with_the_level_and_fill_exceeds_nothing(
    mean: float, lead: int, review: int
) -> None:
    demand = DiscreteDemand.poisson(mean)
    levels = range(0, int(mean * (lead + review) * 3) + 3, 2)
    rows = [order_up_to_service(demand, lead, review, level) for level in levels]
    fills, cycles = [row.fill for row in rows], [row.cycle for row in rows]
    assert all(later >= earlier - 1e-12 for earlier, later in pairwise(fills))
    assert all(later >= earlier for earlier, later in pairwise(cycles))
    assert -1e-9 <= fills[0] <= fills[-1] <= 1 + 1e-12


@given(chances=st.lists(st.floats(0, 1), min_size=1, max_size=12).filter(lambda row: sum(row) > 0))
def test_losses_agree_with_their_definition(chances: list[float]) -> None:
    demand = DiscreteDemand.of(chances)
    levels = np.arange(-4, len(chances) + 4)
    units = np.arange(len(chances))
    left = [demand.probabilities @ np.maximum(level - units, 0) for level in levels]
    short = [demand.probabilities @ np.maximum(units - level, 0) for level in levels]
    assert demand.expected_left(levels) == pytest.approx(left, abs=1e-9)
    assert demand.expected_short(levels) == pytest.approx(short, abs=1e-9)
