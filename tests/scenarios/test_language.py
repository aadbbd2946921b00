import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hospital.errors import GstError, UnknownPlace
from hospital.forecast import DemandForecast, Period, SeriesKey, SeriesKind
from hospital.gst import Gst
from scenarios.demo import DemoSize, generate
from scenarios.language import (
    AddPhysicians,
    CloseBeds,
    DemandGrowth,
    OpenBeds,
    Scenario,
    apply,
    apply_to_demand,
)

pytestmark = pytest.mark.unit

WARD = "CHR-KEN-CHIR"


@pytest.fixture(scope="module")
def gst() -> Gst:
    return generate(DemoSize.SMALL, 1)[0]


def scenario(*changes: object) -> Scenario:
    return Scenario.model_validate({"name": "try", "changes": changes})


@given(beds=st.integers(1, 500))
def test_opened_beds_are_added_to_their_unit_and_to_no_other(gst: Gst, beds: int) -> None:
    before, after = gst.beds_by_unit(), apply(gst, scenario(OpenBeds(unit=WARD, beds=beds)))
    assert after.beds_by_unit() == before | {WARD: before[WARD] + beds}


def test_the_gst_given_stays_as_it_is(gst: Gst) -> None:
    before = gst.model_dump_json()
    apply(gst, scenario(OpenBeds(unit=WARD, beds=3), AddPhysicians(unit=WARD, physicians=1)))
    assert gst.model_dump_json() == before


def test_opening_then_closing_the_same_beds_leaves_the_gst_as_it_was(gst: Gst) -> None:
    there_and_back = scenario(OpenBeds(unit=WARD, beds=5), CloseBeds(unit=WARD, beds=5))
    assert apply(gst, there_and_back) == gst


def test_beds_opened_twice_have_names_of_their_own(gst: Gst) -> None:
    twice = apply(gst, scenario(OpenBeds(unit=WARD, beds=2), OpenBeds(unit=WARD, beds=2)))
    names = [bed.bed for bed in twice.beds]
    assert len(names) == len(set(names))


def test_the_last_bed_of_a_unit_is_not_closed(gst: Gst) -> None:
    own = gst.beds_by_unit()[WARD]
    assert apply(gst, scenario(CloseBeds(unit=WARD, beds=own - 1))).beds_by_unit()[WARD] == 1
    with pytest.raises(GstError, match="closes_whole_unit"):
        apply(gst, scenario(CloseBeds(unit=WARD, beds=own)))


def test_a_unit_that_does_not_exist_is_named(gst: Gst) -> None:
    with pytest.raises(UnknownPlace, match="NOWHERE"):
        apply(gst, scenario(OpenBeds(unit="NOWHERE", beds=1)))


def test_a_misspelt_unit_is_answered_with_the_units_most_like_it(gst: Gst) -> None:
    with pytest.raises(UnknownPlace, match="one of: CHR-KEN-CHIR,"):
        gst.unit("CHR-KEN-CHIRU")


def test_physicians_below_none_are_refused(gst: Gst) -> None:
    with pytest.raises(GstError, match="too_few_physicians"):
        apply(gst, scenario(AddPhysicians(unit=WARD, physicians=-50)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "open_bed", "unit": WARD, "beds": 1},
        {"kind": "open_beds", "unit": WARD, "beds": -1},
        {"kind": "open_beds", "unit": WARD, "beds": 1.5},
        {"kind": "open_beds", "unit": WARD, "bed": 1},
        {"kind": "demand_growth", "factor": 0},
        {
            "kind": "demand_growth",
            "factor": 1.1,
            "first_day": "2026-12-31",
            "last_day": "2026-12-01",
        },
    ],
)
def test_a_change_that_means_nothing_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        scenario(wrong)


def visits(hospital: str) -> DemandForecast:
    mean = np.full(10, 100.0)
    return DemandForecast(
        key=SeriesKey(SeriesKind.VISITS, hospital),
        first_day=generate(DemoSize.SMALL, 1)[0].identity.as_of,
        period=Period.DAY,
        mean=mean,
        quantiles=np.tile(mean[:, None], 7),
        sample_paths=np.tile(mean, (5, 1)),
        model="test",
    )


def test_growth_multiplies_the_days_of_its_period_in_its_hospital() -> None:
    here, elsewhere = visits("CHR-KEN"), visits("HP-SEA")
    growth = DemandGrowth.model_validate(
        {
            "factor": 1.5,
            "hospital": "CHR-KEN",
            "first_day": "2026-11-25",
            "last_day": "2026-11-26",
        }
    )
    changed, untouched = apply_to_demand((here, elsewhere), scenario(growth))
    assert changed.mean.tolist() == [100, 100, 150, 150, *[100] * 6]
    assert changed.sample_paths.sum() == pytest.approx(5 * 1100)
    assert untouched is elsewhere
