"""Exact and published cases, and the laws they stand for on other numbers."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import ndtr

from inventory.policies.disruption import (
    Disruption,
    disrupted_base_stock,
    disrupted_order_quantity,
)
from inventory.policies.distribution import (
    DiscreteDemand,
    NormalDemand,
    RoundedNormalDemand,
    StockCosts,
)
from inventory.policies.eoq import (
    PriceBreak,
    SteadyDemand,
    economic_order_quantity,
    economic_production_quantity,
    joint_replenishment,
    with_additive_yield,
    with_all_units_discount,
    with_backorders,
    with_multiplicative_yield,
)
from inventory.policies.lot_sizing import FiniteHorizon, best_levels_by_period, wagner_whitin
from inventory.policies.min_max import (
    PeriodicStock,
    best_min_max,
    min_max_cost,
    power_approximation,
)
from inventory.policies.newsvendor import discrete_newsvendor, normal_base_stock
from inventory.policies.perishable import (
    Issuing,
    PerishableStock,
    UnitCosts,
    best_orders,
    cost_of_base_stock,
)
from inventory.policies.reorder_quantity import (
    NormalStock,
    PoissonStock,
    best_poisson,
    by_expected_level,
    by_loss_function,
    normal_cost,
)
from inventory.policies.serial import Stage, normal_chain, poisson_chain
from inventory.policies.service import (
    order_up_to_service,
    random_lead_time_demand,
    reorder_quantity_service,
)
from inventory.policies.service_times import Store, StoreTree

pytestmark = pytest.mark.unit

ORACLES: dict[str, Any] = json.loads(
    (Path(__file__).parent / "oracles.json").read_text(encoding="utf-8")
)
PRINTED = 1e-6
poisson = DiscreteDemand.poisson


def close(expected: float, rel: float = PRINTED) -> Any:
    """Equal within what the source prints: a relative 1e-6, or half its last digit."""
    digits = len(str(expected).partition(".")[2]) if "." in str(expected) else 0
    return pytest.approx(expected, rel=rel, abs=0.51 * 10.0**-digits if digits else None)


def case(name: str) -> dict[str, Any]:
    return dict(ORACLES[name])


def steady(row: dict[str, Any]) -> SteadyDemand:
    return SteadyDemand(row["units_per_year"], row["order_cost"], row.get("holding_cost", 0.0))


def costs(row: dict[str, Any]) -> StockCosts:
    return StockCosts(row["holding"], row["shortage"], row.get("fixed", 0.0))


def test_economic_order_quantity() -> None:
    row = case("economic_order_quantity")
    lot = economic_order_quantity(steady(row))
    assert (lot.quantity, lot.cost) == (close(row["quantity"]), close(row["cost"]))
    late = case("with_backorders")
    waiting = with_backorders(steady(row), late["shortage_cost"])
    assert waiting.quantity == close(late["quantity"])
    assert waiting.backordered_share == close(late["share"])
    assert waiting.cost == close(late["cost"])


def test_all_units_discount() -> None:
    row = case("all_units_discount")
    breaks = [PriceBreak(*pair) for pair in row["breaks"]]
    lot = with_all_units_discount(steady(row), breaks, row["holding_rate"])
    assert (lot.quantity, lot.tier) == (row["quantity"], row["tier"])
    assert lot.cost == close(row["cost"])


def test_production_quantity() -> None:
    row = case("production_quantity")
    lot = economic_production_quantity(steady(row), row["made_per_year"])
    assert (lot.quantity, lot.cost) == (close(row["quantity"]), close(row["cost"]))


@pytest.mark.parametrize("row", ORACLES["wagner_whitin"])
def test_wagner_whitin(row: dict[str, Any]) -> None:
    found = wagner_whitin(row["demand"], row["fixed"], row["holding"])
    assert list(found.orders) == row["orders"]
    assert found.cost == pytest.approx(row["cost"], rel=PRINTED)


def test_joint_replenishment() -> None:
    row = case("joint_replenishment")
    columns = zip(row["units_per_year"], row["line_costs"], row["holding_costs"], strict=True)
    found = joint_replenishment(row["order_cost"], [SteadyDemand(*line) for line in columns])
    assert list(found.multiples) == row["multiples"]
    assert found.interval_years == close(row["interval"])
    assert found.cost == close(row["cost"])


@pytest.mark.parametrize("row", ORACLES["newsvendor_normal"])
def test_newsvendor_and_base_stock_for_normal_demand(row: dict[str, Any]) -> None:
    found = normal_base_stock(NormalDemand(row["mean"], row["sd"]), row["lead"], costs(row))
    assert (found.units, found.cost) == (close(row["level"]), close(row["cost"]))


def test_newsvendor_for_whole_units() -> None:
    row = case("newsvendor_poisson")
    found = discrete_newsvendor(poisson(row["mean"]), costs(row))
    assert (found.units, found.cost) == (row["level"], close(row["cost"]))
    row = case("newsvendor_discrete")
    found = discrete_newsvendor(DiscreteDemand.of(row["probabilities"]), costs(row))
    assert (found.units, found.cost) == (row["level"], pytest.approx(row["cost"], rel=PRINTED))


@pytest.mark.parametrize("row", ORACLES["min_max_poisson"])
def test_best_min_max(row: dict[str, Any]) -> None:
    stock = PeriodicStock(poisson(row["mean"]), costs(row))
    found = best_min_max(stock)
    assert (found.reorder_point, found.order_up_to) == (row["s"], row["S"])
    assert found.cost == close(row["cost"])
    assert min_max_cost(stock, row["s"], row["S"]) == pytest.approx(found.cost, rel=1e-12)


def test_power_approximation() -> None:
    row = case("power_approximation")
    found = power_approximation(NormalDemand(row["mean"], row["sd"]), 0, costs(row))
    assert (found.reorder_point, found.order_up_to) == (close(row["s"]), close(row["S"]))


def test_cost_of_a_fixed_min_max() -> None:
    row = case("min_max_fixed")
    stock = PeriodicStock(poisson(row["mean"]), costs(row), row["lead"])
    assert min_max_cost(stock, row["s"], row["S"]) == close(row["cost"])


def test_finite_horizon() -> None:
    """The source cuts demand at four standard deviations without scaling what is left."""
    row = case("finite_horizon")
    law = NormalDemand(row["mean"], row["sd"])
    edges = (np.arange(32) - 0.5 - law.mean) / law.sd
    chance = np.where(np.arange(31) < law.mean - 4 * law.sd, 0.0, np.diff(ndtr(edges)))
    end = StockCosts(row["holding"], row["shortage"])
    levels = [
        best_levels_by_period(
            FiniteHorizon(
                (demand,) * row["periods"], costs(row), row["unit_price"], row["discount"], end
            )
        )
        for demand in (RoundedNormalDemand(chance, law), RoundedNormalDemand.rounding(law))
    ]
    for found in levels:
        assert set(found.reorder_points[:8]) == {row["s"]}
        assert set(found.order_up_to[:8]) == {row["S"]}
    assert levels[0].cost_from(0) == close(row["cost"])
    assert levels[1].cost_from(0) == pytest.approx(row["cost"], rel=2e-4)


def test_levels_that_change_with_the_season() -> None:
    row = case("scarf")
    found = best_levels_by_period(FiniteHorizon(tuple(map(poisson, row["means"])), costs(row)))
    assert list(found.reorder_points) == row["s"]
    assert list(found.order_up_to) == row["S"]
    assert found.cost_from(0) == close(row["cost"])


def test_reorder_quantity_for_normal_demand() -> None:
    row = case("reorder_normal")
    years = row["lead_years"]
    lead = NormalDemand(row["units_per_year"] * years, row["sd_per_year"] * years**0.5)
    stock = NormalStock(row["units_per_year"], lead, costs(row))
    assert normal_cost(stock, row["r"], row["Q"]) == close(row["cost"])
    level, expected = by_expected_level(stock), case("reorder_by_level")
    assert level.reorder_point == close(expected["r"])
    assert level.quantity == close(expected["Q"])
    assert level.cost == close(expected["cost"])
    loss, expected = by_loss_function(stock), case("reorder_by_loss")
    assert (loss.reorder_point, loss.quantity) == (close(expected["r"]), close(expected["Q"]))


@pytest.mark.parametrize("row", ORACLES["reorder_poisson"])
def test_reorder_quantity_for_poisson_demand(row: dict[str, Any]) -> None:
    found = best_poisson(PoissonStock(row["units_per_year"], row["lead_years"], costs(row)))
    assert (found.reorder_point, found.quantity) == (row["r"], row["Q"])
    assert found.cost == close(row["cost"])


def stages(row: dict[str, Any]) -> list[Stage]:
    return [Stage(*pair) for pair in zip(row["holding"], row["lead"], strict=True)]


def test_chain_of_stores() -> None:
    row = case("serial_normal")
    found = normal_chain(stages(row), NormalDemand(row["mean"], row["sd"]), row["shortage"])
    assert found.cost == pytest.approx(row["cost"], rel=0.0005)
    assert found.order_up_to == pytest.approx(row["levels"], abs=0.02)
    row = case("serial_two")
    found = normal_chain(stages(row), NormalDemand(row["mean"], row["sd"]), row["shortage"])
    assert found.cost == pytest.approx(row["cost"], rel=0.01)
    row = case("serial_poisson")
    found = poisson_chain(stages(row), row["mean"], row["shortage"])
    assert list(found.order_up_to) == row["levels"]
    assert found.cost == close(row["cost"])


def test_promised_service_times() -> None:
    row = case("service_times")
    tree = StoreTree(
        {
            "1": Store(2, 1, inbound_time=1),
            "2": Store(1, 3, demand_sd=1, outbound_time=0),
            "3": Store(1, 2),
            "4": Store(1, 3, demand_sd=1, outbound_time=1),
        },
        [("1", "3"), ("3", "2"), ("3", "4")],
    )
    found = tree.best_times()
    assert dict(found.promised) == row["promised"]
    assert found.cost == close(row["cost"])
    assert tree.cost_of(found.promised) == pytest.approx(found.cost)
    assert tree.cost_of(row["other"]) == close(row["other_cost"])


def test_suppliers_that_fail() -> None:
    row = case("disrupted_quantity")
    disruption = Disruption(row["failures"], row["recoveries"])
    found = disrupted_order_quantity(steady(row), row["shortage"], disruption)
    assert found.quantity == pytest.approx(row["quantity"], rel=PRINTED)
    assert found.cost == close(row["cost"])
    row = case("disrupted_base_stock")
    stock = disrupted_base_stock(row["demand"], costs(row), row["failure"], row["recovery"])
    assert stock.units == row["level"]
    assert stock.cost == close(row["cost"])


def test_deliveries_that_fall_short() -> None:
    row = case("additive_yield")
    lot = with_additive_yield(steady(row), row["mean"], row["sd"])
    assert (lot.quantity, lot.cost) == (close(row["quantity"]), close(row["cost"]))
    row = case("multiplicative_yield")
    lot = with_multiplicative_yield(steady(row), row["mean"], row["sd"])
    assert (lot.quantity, lot.cost) == (close(row["quantity"]), close(row["cost"]))


@pytest.mark.parametrize("life", [2, 3, 4])
def test_perishable_profit(life: int) -> None:
    row = case("hendrix")
    gains = UnitCosts(purchase=row["cost"], sale=row["price"])
    stock = PerishableStock(life, row["most_ordered"], poisson(row["mean"]), gains)
    profit = -best_orders(stock).average_cost
    assert profit == close(row["profit_by_life"][str(life)])
    assert round(profit, 2) == row["published"][str(life)]


@pytest.mark.parametrize("issuing", list(Issuing))
def test_perishable_order_table(issuing: Issuing) -> None:
    row = case("de_moor")
    demand = DiscreteDemand.rounded_gamma(row["mean"], row["cv"])
    unit = UnitCosts(row["order"], row["shortage"], row["waste"], row["holding"])
    stock = PerishableStock(2, row["most_ordered"], demand, unit, issuing)
    expected, table = row[issuing.value], best_orders(stock, row["discount"], 1e-6)
    assert table.orders[:9, :9].tolist() == expected["orders"]
    assert table.costs[0, 0] == close(expected["cost"])
    for level, cost in expected["base_stock"].items():
        found = cost_of_base_stock(stock, int(level), row["discount"], 1e-6)
        assert found[0] == close(cost)
        assert found[0] > table.costs[0, 0]


def test_service_of_order_up_to() -> None:
    row = case("order_up_to_service")
    for level, (fill, cycle) in row["levels"].items():
        found = order_up_to_service(poisson(row["mean"]), row["lead"], row["review"], int(level))
        assert (found.fill, found.cycle) == (close(fill), close(cycle))


def test_cycle_service_and_fill_rate_are_not_the_same() -> None:
    row = case("reorder_service")
    for factor, quantity, cycle, fill in row["cases"]:
        found = reorder_quantity_service(factor, row["sd"], quantity)
        assert (found.cycle, found.fill) == (close(cycle), close(fill))


def test_demand_over_a_random_lead_time() -> None:
    row = case("random_lead_time")
    total = random_lead_time_demand(
        NormalDemand(row["mean"], row["sd"]), row["lead_mean"], row["lead_sd"]
    )
    assert total.sd == pytest.approx(row["sd_total"])
    assert total.quantile(0.95) == close(row["reorder_point_95"])
