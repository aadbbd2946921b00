"""Stays are physically possible, and as many and as long as hospitals of this kind have."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from hospital.gst import Gst
from hospital.history import AdmissionKind, History, StayOutcome
from hospital.places import BedSex, HospitalLevel, UnitKind
from hospital.tables import Col

pytestmark = pytest.mark.unit

Demo = tuple[Gst, History]
ONE_DAY = pd.Timedelta(days=1)


def closed(demo: Demo) -> pd.DataFrame:
    """Stays with an end: the day of the data for the patients still present."""
    gst, history = demo
    stays = history.stays.copy()
    stays[Col.LEFT_AT] = stays[Col.LEFT_AT].fillna(pd.Timestamp(gst.identity.as_of))
    return stays


def most_present(stays: pd.DataFrame) -> int:
    """The largest number of patients present at once; a bed is free at the minute of leaving."""
    steps = pd.concat(
        [
            pd.DataFrame({"at": stays[Col.ADMITTED_AT], "step": 1}),
            pd.DataFrame({"at": stays[Col.LEFT_AT], "step": -1}),
        ]
    ).sort_values(["at", "step"])
    return int(steps["step"].cumsum().max())


def occupancy(demo: Demo) -> pd.Series:
    """Mean occupied beds over beds, by unit."""
    gst, _ = demo
    stays = closed(demo)
    days = (stays[Col.LEFT_AT] - stays[Col.ADMITTED_AT]) / ONE_DAY
    beds = pd.Series(gst.beds_by_unit())
    span = (pd.Timestamp(gst.identity.as_of) - stays[Col.ADMITTED_AT].min()) / ONE_DAY
    return (days.groupby(stays[Col.UNIT]).sum() / span / beds).dropna()


def assert_possible(demo: Demo) -> None:
    gst, _ = demo
    stays = closed(demo)
    assert (stays[Col.LEFT_AT] > stays[Col.ADMITTED_AT]).all()
    beds = gst.beds_by_unit()
    for unit, here in stays.groupby(Col.UNIT):
        assert most_present(here) <= beds[str(unit)], unit
    for key in (Col.BED, Col.PATIENT):
        ordered = stays.sort_values([key, Col.ADMITTED_AT])
        follows = ordered[key].eq(ordered[key].shift())
        is_late_enough = ordered[Col.ADMITTED_AT] >= ordered[Col.LEFT_AT].shift()
        assert is_late_enough[follows].all(), key


def test_no_bed_and_no_patient_is_in_two_stays_at_once(demo: Demo) -> None:
    assert_possible(demo)


@pytest.mark.slow
def test_no_bed_of_the_region_is_taken_twice(region: Demo) -> None:
    assert_possible(region)


def test_the_check_of_beds_sees_a_bed_taken_twice(small: Demo) -> None:
    gst, history = small
    twice = history.stays.copy()
    first = twice.iloc[[0]].assign(**{Col.PATIENT: "INTRUDER"})
    broken = replace(history, stays=pd.concat([twice, first]))
    with pytest.raises(AssertionError):
        assert_possible((gst, broken))


def test_a_bed_lies_in_the_unit_of_the_stay_and_takes_its_sex(demo: Demo) -> None:
    gst, history = demo
    stays = history.stays
    units = {bed.bed: bed.unit for bed in gst.beds}
    sexes = {bed.bed: bed.sex.value for bed in gst.beds}
    assert (stays[Col.BED].map(units) == stays[Col.UNIT]).all()
    allowed = stays[Col.BED].map(sexes)
    assert ((allowed == BedSex.ANY.value) | (allowed == stays[Col.SEX])).all()


def test_those_present_are_exactly_those_who_have_not_left(demo: Demo) -> None:
    stays = demo[1].stays
    is_present = stays[Col.OUTCOME] == StayOutcome.PRESENT.value
    assert (is_present == stays[Col.LEFT_AT].isna()).all()
    assert is_present.sum() > 0


def test_who_is_moved_lies_in_another_unit_at_the_same_minute(demo: Demo) -> None:
    gst, history = demo
    hospital = {unit.unit: unit.hospital for unit in gst.units}
    ordered = history.stays.sort_values([Col.PATIENT, Col.ADMITTED_AT])
    following = ordered.shift(-1)
    has_next = ordered[Col.PATIENT] == following[Col.PATIENT]
    is_moved = ordered[Col.OUTCOME] == StayOutcome.MOVED.value
    is_sent = ordered[Col.OUTCOME] == StayOutcome.TRANSFERRED.value
    assert (has_next == (is_moved | is_sent)).all()
    assert (following[Col.ADMITTED_AT] == ordered[Col.LEFT_AT])[has_next].all()
    assert (following[Col.KIND] == AdmissionKind.TRANSFER.value)[has_next].all()
    same = following[Col.UNIT].map(hospital) == ordered[Col.UNIT].map(hospital)
    assert same[is_moved].all()
    assert not same[is_sent].any()


def test_admissions_for_each_bed_and_year_are_those_of_public_hospitals(demo: Demo) -> None:
    """47 = hospitalisation rate 3.46 % x 1,364 inhabitants for each public bed (2023-24)."""
    gst, history = demo
    years = 157 * 7 / 365
    beds = len(gst.beds) - sum(
        gst.beds_by_unit()[unit.unit] for unit in gst.units if unit.kind is UnitKind.EMERGENCY
    )
    assert history.stays[Col.PATIENT].nunique() / years / beds == pytest.approx(47, abs=4)


def test_wards_are_between_half_and_nine_tenths_full(demo: Demo) -> None:
    gst, _ = demo
    kinds = {unit.unit: unit.kind for unit in gst.units}
    occupied = occupancy(demo)
    wards = occupied[[kinds[str(unit)] is UnitKind.WARD for unit in occupied.index]]
    assert wards.between(0.45, 0.88).all()
    assert 0.60 <= wards.mean() <= 0.75


def test_intensive_care_of_the_regional_hospital_is_nearly_full(default: Demo) -> None:
    gst, _ = default
    regional = next(h for h in gst.hospitals if h.level is HospitalLevel.REGIONAL)
    (unit,) = gst.units_of(regional.hospital, UnitKind.INTENSIVE_CARE)
    assert 0.85 <= occupancy(default)[unit.unit] <= 0.95


def test_stays_vary_as_much_as_measured_stays_do(default: Demo) -> None:
    """Coefficients of variation of 1.1 to 2.2 wherever they were measured."""
    stays = closed(default)
    days = (stays[Col.LEFT_AT] - stays[Col.ADMITTED_AT]) / ONE_DAY
    by_unit = days.groupby(stays[Col.UNIT])
    variation = by_unit.std() / by_unit.mean()
    assert variation.median() == pytest.approx(1.2, abs=0.15)
    assert variation.between(0.9, 2.2).all()


def test_the_mean_stay_is_the_one_that_the_unit_declares(default: Demo) -> None:
    """Within 15 %: blocked and moved patients change it a little, deadlock would a lot."""
    gst, _ = default
    stays = closed(default)
    hours = (stays[Col.LEFT_AT] - stays[Col.ADMITTED_AT]) / pd.Timedelta(hours=1)
    means = hours.groupby(stays[Col.UNIT]).mean()
    declared = pd.Series({unit.unit: unit.mean_stay_hours for unit in gst.units})
    assert (means / declared[means.index]).between(0.85, 1.15).all()


def test_nobody_stays_or_waits_for_ever(demo: Demo) -> None:
    stays = closed(demo)
    assert ((stays[Col.LEFT_AT] - stays[Col.ADMITTED_AT]) / ONE_DAY).max() < 150


def test_emergency_admissions_are_the_visits_times_their_probability(default: Demo) -> None:
    gst, history = default
    visits = history.visits.groupby(Col.HOSPITAL)[Col.VISITS].sum()
    hospital = {unit.unit: unit.hospital for unit in gst.units}
    stays = history.stays
    urgent = stays[stays[Col.KIND] == AdmissionKind.EMERGENCY.value]
    admitted = urgent[Col.UNIT].map(hospital).value_counts()
    for code in visits.index:
        paths = [path for path in gst.triage if path.hospital == code]
        expected = sum(path.share * path.admission_probability for path in paths)
        assert admitted[code] / visits[code] == pytest.approx(expected, rel=0.04)


def test_planned_admissions_come_on_working_days(default: Demo) -> None:
    stays = default[1].stays
    planned = stays[stays[Col.KIND] == AdmissionKind.ELECTIVE.value]
    by_weekday = planned[Col.ADMITTED_AT].dt.day_of_week.value_counts(normalize=True)
    assert by_weekday[[0, 1, 2, 3]].sum() > 0.7
    assert by_weekday[5] < 0.05


def test_patients_go_home_in_the_daytime(default: Demo) -> None:
    stays = default[1].stays
    home = stays[stays[Col.OUTCOME] == StayOutcome.HOME.value]
    assert home[Col.LEFT_AT].dt.hour.between(9, 17).mean() > 0.9


def test_children_and_women_lie_where_they_are_expected(default: Demo) -> None:
    gst, history = default
    specialty = history.stays[Col.UNIT].map({unit.unit: unit.specialty for unit in gst.units})
    children = history.stays[specialty == "paediatrics"]
    women = history.stays[specialty == "gynaecology"]
    assert set(children[Col.AGE_GROUP]) == {"0-14"}
    assert set(women[Col.SEX]) == {"female"}


def test_medicine_and_paediatrics_fill_in_winter(default: Demo) -> None:
    gst, history = default
    specialty = history.stays[Col.UNIT].map({unit.unit: unit.specialty for unit in gst.units})
    month = history.stays[Col.ADMITTED_AT].dt.month
    for name, least_ratio in (("medicine", 1.08), ("paediatrics", 1.25)):
        here = month[specialty == name]
        winter, summer = here.isin([12, 1, 2]).sum(), here.isin([6, 7, 8]).sum()
        assert winter > least_ratio * summer


def test_hospitals_without_intensive_care_send_their_critical_patients_on(default: Demo) -> None:
    gst, history = default
    intensive = {u.unit for u in gst.units if u.kind is UnitKind.INTENSIVE_CARE}
    stays = history.stays[history.stays[Col.UNIT].isin(intensive)]
    first = stays[~stays[Col.PATIENT].duplicated()]
    assert (first[Col.KIND] == AdmissionKind.TRANSFER.value).sum() > 50
    assert np.isin(history.stays[Col.UNIT].unique(), list(gst.beds_by_unit())).all()
