"""The rules of review, and those in daily use, to the unit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.policies.practice import BhimaRule, MonthOfUse, MSupplyRule, QatRule
from inventory.policies.review import (
    MinMax,
    OrderUpTo,
    ReorderQuantity,
    ReplenishmentPolicy,
    StockPosition,
)

pytestmark = pytest.mark.unit

positions = st.builds(StockPosition, st.integers(0, 500), st.integers(0, 500), st.integers(0, 90))


@given(stock=positions, pack=st.integers(1, 50))
def test_min_max_always_restores_the_position(stock: StockPosition, pack: int) -> None:
    policy = MinMax(reorder_point=100, order_up_to=300, pack_size=pack)
    ordered = policy.order_quantity(stock)
    assert stock.inventory_position + ordered > policy.reorder_point
    assert ordered % pack == 0
    assert ordered == 0 or stock.inventory_position + ordered < 300 + pack


@given(stock=positions, quantity=st.integers(1, 80))
def test_reorder_quantity_ends_within_one_lot_above_its_point(
    stock: StockPosition, quantity: int
) -> None:
    ordered = ReorderQuantity(120, quantity).order_quantity(stock)
    assert ordered % quantity == 0
    if ordered:
        assert 120 < stock.inventory_position + ordered <= 120 + quantity
    else:
        assert stock.inventory_position > 120


@given(stock=positions, more=st.integers(0, 200))
def test_no_rule_orders_more_when_there_is_more(stock: StockPosition, more: int) -> None:
    fuller = StockPosition(stock.on_hand + more, stock.on_order, stock.backorders)
    rules: list[ReplenishmentPolicy] = [MinMax(100, 300), ReorderQuantity(100, 30), OrderUpTo(250)]
    for rule in rules:
        assert rule.order_quantity(fuller) <= rule.order_quantity(stock)


def test_a_rule_that_could_never_order_is_refused() -> None:
    with pytest.raises(ValueError, match="must exceed reorder_point"):
        MinMax(reorder_point=100, order_up_to=100)
    with pytest.raises(ValueError, match="at least 1 unit"):
        ReorderQuantity(reorder_point=100, quantity=0)


def test_qat_adds_what_was_not_issued_on_the_days_out() -> None:
    """100 units in 20 of 30 days: 50 more would have been issued; the mean of 150 and 90 is 120."""
    months = [MonthOfUse(100, days_out=10), MonthOfUse(90)]
    rule = QatRule(minimum_months=3, reorder_months=2)
    assert months[0].unmet_units == 50
    assert rule.monthly_units(months) == 120


def test_qat_orders_up_to_the_maximum_once_three_months_are_below_the_minimum() -> None:
    rule = QatRule(minimum_months=3, reorder_months=2)
    assert rule.maximum_months == 5
    assert rule.order_units(120, [359, 300, 200]) == 600 - 359
    assert rule.order_units(120, [359, 300, 200], unmet_units=40) == 600 - 359 + 40
    assert rule.order_units(120, [359, 360, 200]) == 0


def test_bhima_levels_follow_the_delivery_delay_and_the_order_interval() -> None:
    rule = BhimaRule(delivery_months=1, order_interval_months=2)
    assert rule.safety_units(80) == 80
    assert rule.minimum_units(80) == 160
    assert rule.maximum_units(80) == 320
    assert rule.order_units(80, 100) == 220
    assert rule.order_units(80, 400) == 0


def test_msupply_leaves_out_transfers_and_days_out() -> None:
    """(300 + 240 - 60) / 2 months × 60 days / 48 days in stock = 300."""
    months = [MonthOfUse(300), MonthOfUse(240, days_out=12)]
    rule = MSupplyRule(maximum_months=6, threshold_months=4)
    assert rule.monthly_units(months, transferred_units=60) == 300
    assert rule.order_units(300, 1200) == 600
    assert rule.order_units(300, 1201) == 0


def test_a_month_out_on_all_its_days_tells_nothing() -> None:
    assert MonthOfUse(0, days_out=30).unmet_units == 0
    assert MSupplyRule(6).monthly_units([MonthOfUse(0, days_out=30)]) == 0
