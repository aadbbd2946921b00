import pandas as pd
import pytest

from hospital.gst import Gst
from hospital.tables import Col
from hospital.twin_result import Indicator, TwinResult
from scenarios.consequences import (
    BOARDING_GAP,
    CARE_COST,
    MEDICINE_COST,
    NURSE_HOURS,
    TOTAL_COST,
    medicine_cost_per_bed_day_mad,
    with_consequences,
)
from scenarios.demo import DemoSize, generate

pytestmark = pytest.mark.unit

WARD, CUBICLES = "CHR-KEN-CHIR", "CHR-KEN-URG"


@pytest.fixture(scope="module")
def gst() -> Gst:
    return generate(DemoSize.SMALL, 1)[0]


def twin(rows: list[tuple[str, str, str, float]]) -> TwinResult:
    indicators = pd.DataFrame(
        [(0, *row) for row in rows],
        columns=[Col.REPLICATION, Col.INDICATOR, Col.PLACE, Col.GROUP, Col.VALUE],
    )
    return TwinResult(1, 28, 14, 1, indicators, pd.DataFrame())


def value(result: TwinResult, indicator: str) -> float:
    rows = result.indicators[result.indicators[Col.INDICATOR] == indicator]
    return float(rows[Col.VALUE].sum())


def test_ten_bed_days_need_their_nurses_and_cost_their_price(gst: Gst) -> None:
    unit = gst.unit(WARD)
    result = with_consequences(gst, twin([(Indicator.BED_DAYS, WARD, "", 10.0)]))
    assert value(result, NURSE_HOURS) == pytest.approx(24 * 10 / unit.beds_per_nurse)
    assert value(result, CARE_COST) == pytest.approx(10 * unit.cost_per_bed_day_mad)
    assert value(result, MEDICINE_COST) == pytest.approx(10 * medicine_cost_per_bed_day_mad(gst))


def test_medicines_follow_bed_days_in_proportion(gst: Gst) -> None:
    once = with_consequences(gst, twin([(Indicator.BED_DAYS, WARD, "", 10.0)]))
    more = with_consequences(gst, twin([(Indicator.BED_DAYS, WARD, "", 12.0)]))
    assert value(more, MEDICINE_COST) == pytest.approx(1.2 * value(once, MEDICINE_COST))


def test_cubicles_are_cared_for_but_are_no_inpatient_days_of_medicine(gst: Gst) -> None:
    result = with_consequences(gst, twin([(Indicator.BED_DAYS, CUBICLES, "", 5.0)]))
    assert value(result, NURSE_HOURS) > 0
    assert value(result, MEDICINE_COST) == 0


def test_the_total_adds_care_medicines_and_kilometres(gst: Gst) -> None:
    rows = [
        (Indicator.BED_DAYS, WARD, "", 10.0),
        (Indicator.TRANSFER_DISTANCE, "", "", 100.0),
    ]
    result = with_consequences(gst, twin(rows))
    kilometres = 100 * gst.identity.costs.transfer_km_mad
    parts = value(result, CARE_COST) + value(result, MEDICINE_COST) + kilometres
    assert value(result, TOTAL_COST) == pytest.approx(parts)


def test_the_gap_lies_between_the_best_and_the_worst_served_province(gst: Gst) -> None:
    rows = [
        (Indicator.BED_DAYS, WARD, "", 1.0),
        (Indicator.BOARDING, "", "province:Kénitra", 2.0),
        (Indicator.BOARDING, "", "province:Salé", 3.5),
        (Indicator.BOARDING, "", "sex:female", 9.0),
    ]
    assert value(with_consequences(gst, twin(rows)), BOARDING_GAP) == pytest.approx(1.5)


def test_what_the_twin_said_is_kept_as_it_was(gst: Gst) -> None:
    before = twin([(Indicator.BED_DAYS, WARD, "", 10.0)])
    after = with_consequences(gst, before)
    pd.testing.assert_frame_equal(after.indicators.head(1), before.indicators)
