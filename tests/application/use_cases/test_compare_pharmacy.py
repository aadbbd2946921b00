"""A scenario of the pharmacy is compared by today's order; dates outside the run are refused."""

from __future__ import annotations

import pytest

from application.use_cases.compare_scenario import compare_scenario
from application.use_cases.loop import FinishedLoop
from application.use_cases.propose_order import propose_order
from application.use_cases.session import Session
from application.use_cases.simulate import TwinDesign
from application.use_cases.smallest_beds import SmallestBedsDesign, find_smallest_beds, with_beds
from hospital.errors import GstError
from scenarios.consequences import STOCK_EFFECTS
from scenarios.language import Scenario

pytestmark = [pytest.mark.integration, pytest.mark.slow]

DESIGN = TwinDesign(horizon_days=7, replications=4)


def scenario(**change: object) -> Scenario:
    return Scenario.model_validate({"name": "try", "changes": [change]})


def test_a_pharmacy_scenario_shows_its_order_and_moves_no_bed(
    demo: FinishedLoop, session: Session
) -> None:
    cheap = scenario(kind="medicine_budget", factor=0.3)
    found = compare_scenario(session, cheap, DESIGN).comparison
    assert found.row("order_cost_mad")["high"] < 0
    assert found.row("stockout_percent")["low"] > 0
    assert found.row("boarding_hours")["share_equal"] == 1
    again = compare_scenario(session, cheap, DESIGN).comparison
    assert again.differences.equals(found.differences)


def test_a_scenario_of_beds_has_no_order(demo: FinishedLoop, session: Session) -> None:
    more = scenario(kind="open_beds", unit="CHR-KEN-REA", beds=2)
    rows = compare_scenario(session, more, DESIGN).comparison.differences
    assert not set(rows["indicator"]) & set(STOCK_EFFECTS)


def test_an_order_under_a_scenario_is_kept_apart_from_the_order_of_today(
    demo: FinishedLoop, session: Session
) -> None:
    half = scenario(kind="medicine_budget", factor=0.5)
    usual, cheap = propose_order(session, 7), propose_order(session, 7, scenario=half)
    assert cheap.run != usual.run
    assert cheap.plan.budget_mad == 0.5 * usual.plan.budget_mad
    assert cheap.plan.cost_mad <= cheap.plan.budget_mad
    assert cheap.plan.violations() == ()


def test_a_change_outside_the_days_of_the_run_is_refused(
    demo: FinishedLoop, session: Session
) -> None:
    late = {"first_day": "2027-05-01", "last_day": "2027-05-03"}
    for change in (
        {"kind": "strike", "nurses_percent": 40} | late,
        {"kind": "close_beds", "unit": "CHR-KEN-REA", "beds": 1} | late,
    ):
        with pytest.raises(GstError, match="outside_the_run"):
            compare_scenario(session, scenario(**change), DESIGN)


def test_the_smallest_number_of_beds_is_stored_and_read_again(
    demo: FinishedLoop, session: Session
) -> None:
    design = SmallestBedsDesign(unit="CHR-KEN-REA", target_percent=40, at_most=20, horizon_days=7)
    first = find_smallest_beds(session, design)
    assert first.beds_now == 6
    assert first.found.beds is not None
    shares = {one.beds: one.share for one in first.found.tried}
    assert shares[first.found.beds] <= 0.4
    assert find_smallest_beds(session, design) == first


def test_beds_are_opened_and_closed_to_the_number_asked(session: Session) -> None:
    for beds in (1, 6, 9):
        assert with_beds(session.gst, "CHR-KEN-REA", beds).beds_by_unit()["CHR-KEN-REA"] == beds


def test_a_unit_without_inpatients_has_no_smallest_number(session: Session) -> None:
    with pytest.raises(GstError, match="not_inpatient"):
        find_smallest_beds(session, SmallestBedsDesign(unit="CHR-KEN-URG"))
