"""What holds of every generated GST as a whole: contract, size, labels, repeatability."""

from hashlib import sha256

import pandas as pd
import pytest

from hospital.gst import Gst
from hospital.history import History
from hospital.places import HospitalLevel, UnitKind
from hospital.tables import BY_NAME, TABLES, Col, Table
from scenarios.demo import DemoSize, generate

pytestmark = pytest.mark.unit

Demo = tuple[Gst, History]
CARE_KINDS = (UnitKind.EMERGENCY, UnitKind.WARD, UnitKind.STEP_DOWN, UnitKind.INTENSIVE_CARE)


def frame(demo: Demo, table: Table) -> pd.DataFrame:
    """A table of the demo with the columns of the contract, whatever holds it."""
    if table.is_history:
        history: pd.DataFrame = getattr(demo[1], table.name)
        return history
    rows = [row.model_dump() for row in getattr(demo[0], table.name)]
    return pd.DataFrame(rows, columns=list(table.columns))


def digest(demo: Demo) -> str:
    """A hash of every byte of a GST and its history."""
    gst, history = demo
    seen = sha256(gst.model_dump_json().encode())
    for each in (history.visits, history.stays, history.consumption, history.referrals):
        seen.update(pd.util.hash_pandas_object(each).to_numpy().tobytes())
    return seen.hexdigest()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_keeps_its_contract(demo: Demo, table: Table) -> None:
    rows = frame(demo, table)
    assert len(rows) > 0
    assert tuple(rows.columns) == table.columns
    assert not rows[list(table.required)].isna().any().any()
    assert not rows.duplicated(list(table.key)).any()
    for column, target in table.references.items():
        known = frame(demo, BY_NAME[target])[BY_NAME[target].key[0]]
        assert set(rows[column].dropna()) <= set(known), column


@pytest.mark.parametrize("name", ["visits", "stays", "consumption", "referrals"])
def test_rows_of_the_history_are_valid_rows_of_their_type(small: Demo, name: str) -> None:
    table = BY_NAME[name]
    rows = frame(small, table).sample(300, random_state=1).astype(object)
    rows = rows.where(rows.notna(), None)
    for row in rows.to_dict("records"):
        table.row_type.model_validate(row)


@pytest.mark.parametrize(
    ("size", "hospitals", "least_beds", "most_beds"),
    [("small", 2, 200, 260), ("default", 5, 890, 910)],
)
def test_sizes_have_the_hospitals_and_beds_they_promise(
    size: str, hospitals: int, least_beds: int, most_beds: int, request: pytest.FixtureRequest
) -> None:
    gst, _ = request.getfixturevalue(size)
    assert len(gst.hospitals) == hospitals
    assert least_beds <= inpatient_beds(gst) <= most_beds


def inpatient_beds(gst: Gst) -> int:
    beds = gst.beds_by_unit()
    return sum(beds[unit.unit] for unit in gst.units if unit.kind is not UnitKind.EMERGENCY)


def test_every_hospital_has_its_emergency_theatre_pharmacy_and_wards(demo: Demo) -> None:
    gst, _ = demo
    for hospital in gst.hospitals:
        kinds = [unit.kind for unit in gst.units_of(hospital.hospital)]
        for single in (UnitKind.EMERGENCY, UnitKind.THEATRE, UnitKind.PHARMACY):
            assert kinds.count(single) == 1
        wards = gst.units_of(hospital.hospital, UnitKind.WARD)
        assert {"medicine", "general_surgery", "paediatrics", "gynaecology"} <= {
            ward.specialty for ward in wards
        }
        assert (UnitKind.INTENSIVE_CARE in kinds) == (hospital.level is not HospitalLevel.LOCAL)
        assert (UnitKind.STEP_DOWN in kinds) == (
            hospital.level in (HospitalLevel.REGIONAL, HospitalLevel.UNIVERSITY)
        )


def test_a_unit_has_beds_exactly_when_it_cares_for_patients(demo: Demo) -> None:
    gst, _ = demo
    beds = gst.beds_by_unit()
    for unit in gst.units:
        assert (beds[unit.unit] > 0) == (unit.kind in CARE_KINDS), unit.unit


def test_everything_says_that_it_is_synthetic(demo: Demo) -> None:
    gst, _ = demo
    assert gst.identity.synthetic
    assert "données fictives" in gst.identity.name
    assert "hypothèses" in gst.identity.costs.source.lower()
    assert all("données fictives" in hospital.name for hospital in gst.hospitals)
    invented = [each.name for each in (*gst.staff, *gst.surgeons)]
    invented += [supplier.name for supplier in gst.suppliers]
    assert all("fictif" in name or "fictives" in name for name in invented)


def test_the_history_ends_on_the_eve_of_the_day_of_the_data(demo: Demo) -> None:
    gst, history = demo
    as_of = pd.Timestamp(gst.identity.as_of)
    assert as_of.day_name() == "Monday"
    assert history.visits[Col.HOUR].max() == as_of - pd.Timedelta(hours=1)
    assert history.consumption[Col.WEEK].max() == as_of - pd.Timedelta(days=7)
    assert history.stays[Col.ADMITTED_AT].max() < as_of
    assert history.stays[Col.LEFT_AT].max() < as_of


def test_the_history_holds_three_years_in_whole_weeks(demo: Demo) -> None:
    _, history = demo
    days = history.visits[Col.HOUR].dt.normalize().nunique()
    assert days % 7 == 0
    assert days >= 3 * 365
    for table in (history.consumption, history.referrals):
        weeks = table[Col.WEEK].unique()
        assert set(pd.DatetimeIndex(weeks).day_of_week) == {0}
        assert len(weeks) == days / 7


def test_the_same_seed_gives_the_same_bytes(small: Demo) -> None:
    assert digest(generate(DemoSize.SMALL, 20261123)) == digest(small)


def test_another_seed_gives_another_past_and_the_same_walls(small: Demo) -> None:
    other = generate(DemoSize.SMALL, 20261124)
    assert digest(other) != digest(small)
    for table in ("visits", "stays", "consumption", "referrals"):
        assert not frame(other, BY_NAME[table]).equals(frame(small, BY_NAME[table]))
    assert other[0].beds == small[0].beds
    assert other[0].triage == small[0].triage


@pytest.mark.slow
def test_the_region_has_the_hospitals_and_beds_of_rabat_sale_kenitra(region: Demo) -> None:
    gst, history = region
    assert len(gst.hospitals) == 20
    assert inpatient_beds(gst) == pytest.approx(4404, rel=0.01)
    population = sum(hospital.population for hospital in gst.hospitals)
    assert population == pytest.approx(5_132_639, rel=0.01)
    levels = [hospital.level for hospital in gst.hospitals]
    assert levels.count(HospitalLevel.UNIVERSITY) == 1
    assert len({hospital.province for hospital in gst.hospitals}) == 7
    for table in TABLES:
        rows = frame(region, table)
        assert not rows.duplicated(list(table.key)).any(), table.name
        for column, target in table.references.items():
            known = frame(region, BY_NAME[target])[BY_NAME[target].key[0]]
            assert set(rows[column].dropna()) <= set(known), (table.name, column)
    assert len(history.stays) > 500_000
