from datetime import date
from types import SimpleNamespace

import pytest

from hospital.pharmacy import Storage, VenClass
from hospital.stock_plan import (
    OrderLine,
    OrderPosition,
    OrderTerm,
    StockPlan,
    TransferLine,
    TransferPlan,
    TransferTrip,
)

pytestmark = pytest.mark.unit

AS_OF = date(2026, 11, 23)
LINE = OrderLine(
    hospital="H1",
    medicine="M",
    supplier="S",
    packs=3,
    units=30,
    cost_mad=150.0,
    stockout_probability_before=0.4,
    stockout_probability_after=0.1,
    terms=(OrderTerm(term="demand_mean_lead_time", units=40), OrderTerm(term="safety", units=-10)),
)
MOVE = TransferLine(
    origin="H1",
    destination="H2",
    medicine="M",
    lot="L",
    expiry_date=date(2026, 12, 1),
    units=5,
    expiry_saved_mad=10,
    shortage_avoided_mad=0,
    needs_approval=False,
)


@pytest.fixture
def plan(build: SimpleNamespace) -> StockPlan:
    """A plan that breaks nothing, exactly at its limits: budget, supplier minimum, packs."""
    return StockPlan(
        as_of=AS_OF,
        budget_mad=150.0,
        lines=(LINE,),
        offers=(build.offer(minimum_packs=3),),
        suppliers=(build.supplier(minimum_order_mad=150.0),),
        medicines=(build.medicine(shelf_life_days=26),),
        positions=(
            OrderPosition(
                hospital="H1",
                medicine="M",
                used_from_stock_units=6,
                on_order_units=4,
                demand_units_per_day=1.0,
            ),
        ),
    )


def rules(plan: StockPlan | TransferPlan) -> set[str]:
    return {violation.rule for violation in plan.violations()}


def test_a_plan_at_its_limits_breaks_nothing(plan: StockPlan) -> None:
    assert plan.violations() == ()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"packs": 2, "units": 20, "cost_mad": 100.0}, "below_minimum_packs"),
        ({"units": 31}, "not_whole_packs"),
        ({"packs": -3, "units": -30}, "quantity_not_positive"),
        ({"cost_mad": 149.0}, "wrong_cost"),
        ({"supplier": "X"}, "unknown_offer"),
        ({"terms": LINE.terms[:1]}, "terms_do_not_add_up"),
        ({"stockout_probability_after": 0.5}, "impossible_risk"),
        ({"stockout_probability_before": 1.1}, "impossible_risk"),
        ({"hospital": "H9"}, "unknown_position"),
    ],
)
def test_a_line_that_breaks_a_rule_is_named(
    plan: StockPlan, change: dict[str, object], rule: str
) -> None:
    assert rule in rules(plan.but(lines=(LINE.but(**change),)))


def test_a_centime_over_the_budget_is_over(plan: StockPlan) -> None:
    assert rules(plan.but(budget_mad=149.99)) == {"over_budget"}


def test_a_supplier_below_its_minimum_is_named(plan: StockPlan, build: SimpleNamespace) -> None:
    suppliers = (build.supplier(minimum_order_mad=150.01),)
    assert rules(plan.but(suppliers=suppliers)) == {"below_supplier_minimum"}


def test_a_line_twice_is_named(plan: StockPlan) -> None:
    assert "duplicate_line" in rules(plan.but(lines=(LINE, LINE), budget_mad=300.0))


def test_a_unit_that_cannot_be_used_before_it_expires_is_named(
    plan: StockPlan, build: SimpleNamespace
) -> None:
    """14 days of lead time and 26 of shelf life use 40 units: 41 are one too many."""
    position = plan.positions[0].but(on_order_units=5)
    late = plan.but(positions=(position,))
    assert rules(late) == {"expires_before_use"}
    vital = (build.medicine(shelf_life_days=26, ven=VenClass.VITAL),)
    assert rules(late.but(medicines=vital)) == set()


def test_an_unordered_need_costs_nothing_and_explains_itself(plan: StockPlan) -> None:
    bought = plan.but(unordered=(LINE,))
    assert "unordered_but_bought" in rules(bought)
    nothing = LINE.but(packs=0, units=0, cost_mad=0.0)
    assert rules(plan.but(unordered=(nothing,))) == {"terms_do_not_add_up"}


@pytest.fixture
def transfers(build: SimpleNamespace) -> TransferPlan:
    """All five units of one lot on one journey."""
    return TransferPlan(
        as_of=AS_OF,
        lines=(MOVE,),
        trips=(TransferTrip(origin="H1", destination="H2", distance_km=1, cost_mad=4),),
        parcel_mad=2,
        medicines=(build.medicine(),),
        on_hand=(("H1", "M", "L", 5),),
    )


def test_moves_within_the_rules_break_nothing_and_save_their_gain_less_their_cost(
    transfers: TransferPlan,
) -> None:
    assert transfers.violations() == ()
    assert transfers.saved_mad == 10 - 4 - 2


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"units": 6}, "more_than_on_hand"),
        ({"units": 0}, "quantity_not_positive"),
        ({"expiry_date": date(2026, 11, 22)}, "moves_expired_stock"),
        ({"destination": "H3"}, "no_journey"),
        ({"destination": "H1"}, "moves_nowhere"),
        ({"needs_approval": True}, "approval_mark_wrong"),
    ],
)
def test_a_move_that_breaks_a_rule_is_named(
    transfers: TransferPlan, change: dict[str, object], rule: str
) -> None:
    assert rule in rules(transfers.but(lines=(MOVE.but(**change),)))


@pytest.mark.parametrize("change", [{"controlled": True}, {"storage": Storage.COLD}])
def test_a_guarded_medicine_without_approval_is_named(
    transfers: TransferPlan, build: SimpleNamespace, change: dict[str, object]
) -> None:
    guarded = transfers.but(
        medicines=(build.medicine(**change),), lines=(MOVE.but(needs_approval=True),)
    )
    assert rules(guarded) == {"moved_without_approval"}
    assert rules(guarded.but(approved=("M",))) == set()
