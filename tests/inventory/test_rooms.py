"""An order fits in the refrigerators and on the shelves."""

from types import SimpleNamespace

import pytest

from hospital.pharmacy import Storage, VenClass
from hospital.stock_plan import StockPlan, Term
from inventory.order_plan import OrderPlan
from inventory.proposal import propose_order

pytestmark = pytest.mark.unit

PLAN = OrderPlan(scenarios=100)


def cold_pharmacy(build: SimpleNamespace, litres: float | None, **tables: object) -> StockPlan:
    """V and E, both cold, 10 a day each for 42 days; a unit of E takes ten times the room."""
    cold = {"storage": Storage.COLD}
    medicines = (
        build.medicine("V", ven=VenClass.VITAL, unit_litres=0.1, **cold),
        build.medicine("E", unit_litres=1.0, **cold),
        build.medicine("A", unit_litres=1.0),
    )
    gst = build.small_gst(
        **{
            "hospitals": (build.hospital("H1", cold_litres=litres),),
            "medicines": medicines,
            "offers": tuple(build.offer(code) for code in "VEA"),
            "suppliers": (build.supplier(lead_time_cv=0.0, lead_time_days=14.0),),
            **tables,
        }
    )
    paths = 10 * build.steady_forecast(7).sample_paths
    forecasts = build.by_key(*(build.forecast_of(paths, "H1", code) for code in "VEA"))
    plan = propose_order(gst, forecasts, PLAN)
    assert plan.violations() == ()
    return plan


def units(plan: StockPlan) -> dict[str, int]:
    return {line.medicine: line.units for line in plan.lines}


def test_without_a_limit_everything_is_bought(build: SimpleNamespace) -> None:
    """Demand lost before the order arrives is not bought back: 28 days of 10."""
    assert units(cold_pharmacy(build, None)) == {"V": 280, "E": 280, "A": 280}


def test_a_small_refrigerator_takes_what_a_litre_helps_most(build: SimpleNamespace) -> None:
    """128 litres: all of V (28), ten packs of E; A lies on the shelf, which has no limit."""
    plan = cold_pharmacy(build, 128.0)
    assert units(plan) == {"V": 280, "E": 100, "A": 280}
    line = next(line for line in plan.lines if line.medicine == "E")
    cut = {term.term: term.units for term in line.terms}[Term.STORAGE_CUT]
    assert cut == -180


def test_what_lies_there_takes_its_room_first(build: SimpleNamespace) -> None:
    """240 units of E, of which 100 are still there in 14 days, fill 100 of 128 litres."""
    plan = cold_pharmacy(build, 128.0, lots=(build.lot(240, 700, medicine="E"),))
    assert units(plan) == {"V": 280, "A": 280}
    (room,) = plan.rooms
    assert room.taken_litres == pytest.approx(100)


def test_an_order_that_does_not_fit_is_a_violation(build: SimpleNamespace) -> None:
    plan = cold_pharmacy(build, 128.0)
    (room,) = plan.rooms
    tight = plan.but(rooms=(room.but(litres=100.0),))
    assert [broken.rule for broken in tight.violations()] == ["over_storage"]
    full = cold_pharmacy(build, 0.0)
    assert units(full) == {"A": 280}
    assert {line.medicine for line in full.unordered} == {"V", "E"}
