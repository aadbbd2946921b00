from types import SimpleNamespace

import pytest

from hospital.pharmacy import Storage
from hospital.stock_plan import StockPlan, TransferPlan
from inventory.order_plan import OrderPlan
from inventory.proposal import propose_order
from inventory.transfers import (
    TransferRules,
    after_transfers,
    distances_km,
    propose_transfers,
)

pytestmark = pytest.mark.unit

FAST = OrderPlan(scenarios=100)
CERTAIN = {"lead_time_cv": 0.0, "lead_time_days": 14.0}


def two_hospitals(build: SimpleNamespace, **tables: object) -> SimpleNamespace:
    """H1 has 500 units that expire in 29 days and uses 1 a day; H2 uses 10 a day, has none."""
    gst = build.small_gst(
        **{
            "hospitals": (build.hospital("H1"), build.hospital("H2")),
            "suppliers": (build.supplier(**CERTAIN),),
            "links": (build.link("H1", "H2"),),
            "lots": (build.lot(500, 29),),
            **tables,
        }
    )
    paths = build.steady_forecast(7).sample_paths
    forecasts = build.by_key(build.forecast_of(paths), build.forecast_of(10 * paths, "H2"))
    return SimpleNamespace(gst=gst, forecasts=forecasts)


def moves(case: SimpleNamespace, rules: TransferRules | None = None) -> TransferPlan:
    plan = propose_transfers(case.gst, case.forecasts, FAST, rules)
    assert plan.violations() == ()
    return plan


def test_what_expires_here_goes_where_it_is_used_in_time(build: SimpleNamespace) -> None:
    """Of 500 units 470 would expire; H2 can use 10 a day from day 2 to day 30."""
    plan = moves(two_hospitals(build))
    assert [(line.destination, line.units) for line in plan.lines] == [("H2", 280)]
    assert plan.trips[0].cost_mad == 50 * 4


def test_stock_that_the_other_hospital_cannot_use_before_expiry_stays(
    build: SimpleNamespace,
) -> None:
    """H2 has 10 a day for 100 days of its own: a lot of 30 days would only push that back."""
    own = build.lot(1000, 99, hospital="H2")
    plan = moves(two_hospitals(build, lots=(build.lot(500, 29), own)))
    assert not plan.lines
    longer = build.lot(1000, 130, hospital="H2")
    plan = moves(two_hospitals(build, lots=(build.lot(500, 29), longer)))
    assert [line.units for line in plan.lines] == [280]


def test_a_move_that_saves_less_than_its_journey_is_not_made(build: SimpleNamespace) -> None:
    cheap = (build.offer(unit_price_mad=0.01),)
    assert not moves(two_hospitals(build, offers=cheap)).lines


def test_a_journey_is_paid_once_for_the_medicines_that_share_it(build: SimpleNamespace) -> None:
    """Each saves 28 MAD and a journey costs 1200 MAD: fifty of them travel, one does not."""

    def region(medicines: int) -> TransferPlan:
        codes = [f"M{at}" for at in range(medicines)]
        gst = two_hospitals(
            build,
            links=(build.link("H1", "H2", 300.0),),
            medicines=tuple(build.medicine(code) for code in codes),
            offers=tuple(build.offer(code, unit_price_mad=0.1) for code in codes),
            lots=tuple(
                lot
                for code in codes
                for lot in (
                    build.lot(500, 29, medicine=code),
                    build.lot(2000, 230, medicine=code, hospital="H2"),
                )
            ),
        ).gst
        paths = build.steady_forecast(7).sample_paths
        forecasts = build.by_key(
            *(build.forecast_of(paths, "H1", code) for code in codes),
            *(build.forecast_of(10 * paths, "H2", code) for code in codes),
        )
        return moves(SimpleNamespace(gst=gst, forecasts=forecasts), TransferRules(parcel_mad=0))

    assert not region(40).lines
    assert len(region(50).lines) == 50


def test_a_hospital_about_to_run_out_gets_idle_stock_of_another(build: SimpleNamespace) -> None:
    """H1 keeps what it needs until its next delivery (42 days); H2 lacks 10 a day until day 14."""
    plan = moves(two_hospitals(build, lots=(build.lot(500, 700),)))
    assert [(line.units, line.expiry_saved_mad) for line in plan.lines] == [(120, 0.0)]


def test_a_hospital_gives_nothing_that_it_needs_itself(build: SimpleNamespace) -> None:
    assert not moves(two_hospitals(build, lots=(build.lot(40, 700),))).lines


@pytest.mark.parametrize("change", [{"controlled": True}, {"storage": Storage.COLD}])
def test_controlled_and_cold_medicines_travel_only_with_approval(
    build: SimpleNamespace, change: dict[str, object]
) -> None:
    case = two_hospitals(build, medicines=(build.medicine(**change),))
    assert not moves(case).lines
    (line,) = moves(case, TransferRules(approved=("M",))).lines
    assert line.needs_approval


def test_a_delivery_that_is_due_today_is_not_yet_on_the_shelf(build: SimpleNamespace) -> None:
    """It covers what H1 needs itself, but it cannot travel."""
    case = two_hospitals(build, orders=(build.open_order(300, 0),))
    assert {line.lot for line in moves(case).lines} == {"L29"}


def test_expired_stock_never_travels(build: SimpleNamespace) -> None:
    assert not moves(two_hospitals(build, lots=(build.lot(500, -1),))).lines


def test_hospitals_without_a_road_do_not_exchange(build: SimpleNamespace) -> None:
    assert not moves(two_hospitals(build, links=())).lines


def test_distance_is_the_shortest_way_in_both_directions(build: SimpleNamespace) -> None:
    gst = build.small_gst(
        hospitals=tuple(build.hospital(code) for code in ("H1", "H2", "H3")),
        links=(
            build.link("H1", "H2", 30),
            build.link("H2", "H3", 40),
            build.link("H1", "H3", 100),
        ),
    )
    km = distances_km(gst)
    assert km["H1", "H3"] == km["H3", "H1"] == 70


def test_moves_keep_every_unit_and_lower_the_risk_before_deliveries(build: SimpleNamespace) -> None:
    region = build.region(3, 25, 1e9, seed=3)
    plan = moves(region)
    after = after_transfers(region.gst, plan)
    assert plan.lines
    assert sum(lot.units for lot in after.lots) == sum(lot.units for lot in region.gst.lots)
    assert min(lot.units for lot in after.lots) >= 0
    before = propose_order(region.gst, region.forecasts, FAST)
    moved = propose_order(after, region.forecasts, FAST)
    more_mad = moved.cost_mad - before.cost_mad
    assert more_mad <= sum(line.shortage_avoided_mad for line in plan.lines)
    assert early_risk(moved) < early_risk(before)


def early_risk(plan: StockPlan) -> float:
    return sum(line.stockout_probability_before_arrival for line in plan.lines)


def test_every_move_saves_more_than_it_costs(build: SimpleNamespace) -> None:
    for seed in range(2):
        region = build.region(4, 12, 1e9, seed=seed)
        plan = moves(region)
        for trip in plan.trips:
            lines = [
                row
                for row in plan.lines
                if (row.origin, row.destination) == (trip.origin, trip.destination)
            ]
            gain = sum(row.expiry_saved_mad + row.shortage_avoided_mad for row in lines)
            parcels = len({row.medicine for row in lines}) * plan.parcel_mad
            assert gain > trip.cost_mad + parcels
