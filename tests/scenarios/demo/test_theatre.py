"""Theatre of the demo: published moments, sessions that fit, a list that makes sense."""

from collections import Counter

import numpy as np
import pytest

from hospital.gst import Gst
from hospital.history import History
from hospital.places import UnitKind
from hospital.theatre import Priority, Sex
from scenarios.demo.theatre import CATALOGUE, SPECIALTY_MOMENTS, between_procedures, procedures

pytestmark = pytest.mark.unit

Demo = tuple[Gst, History]


@pytest.mark.parametrize("specialty", SPECIALTY_MOMENTS)
def test_the_procedures_of_a_specialty_mix_to_its_published_moments(specialty: str) -> None:
    """Leeftink and Hans 2018: mean and coefficient of variation over all its operations."""
    mean_minutes, cv = SPECIALTY_MOMENTS[specialty]
    mine = [each for each in procedures() if each.specialty == specialty]
    means = np.array([each.mean_minutes for each in mine])
    second = np.mean([(1 + each.minutes_cv**2) * each.mean_minutes**2 for each in mine])
    assert means.mean() == pytest.approx(mean_minutes, rel=0.002)
    assert np.sqrt(second / means.mean() ** 2 - 1) == pytest.approx(cv, abs=0.005)
    assert list(means) == sorted(means)


def test_one_procedure_cannot_be_spread() -> None:
    assert between_procedures(1, 0.74) == [1.0]


def test_there_are_thirty_procedures() -> None:
    assert len({operation.code for operation in CATALOGUE}) == 30


def test_a_room_holds_one_session_a_day_in_a_theatre(demo: Demo) -> None:
    gst, _ = demo
    kinds = {unit.unit: unit.kind for unit in gst.units}
    assert max(Counter((each.room, each.weekday) for each in gst.sessions).values()) == 1
    assert all(kinds[each.unit] is UnitKind.THEATRE for each in gst.sessions)
    assert all(each.weekday < 5 for each in gst.sessions)


def test_every_specialty_with_patients_has_a_session_and_a_surgeon(demo: Demo) -> None:
    gst, _ = demo
    hospital = {unit.unit: unit.hospital for unit in gst.units}
    specialty = {each.procedure: each.specialty for each in gst.procedures}
    open_for = {(hospital[each.unit], each.specialty) for each in gst.sessions}
    surgeons = {each.surgeon: each for each in gst.surgeons}
    for patient in gst.waiting_list:
        surgeon = surgeons[patient.surgeon]
        assert surgeon.hospital == patient.hospital
        assert surgeon.specialty == specialty[patient.procedure]
        assert (patient.hospital, surgeon.specialty) in open_for


def test_every_operation_fits_a_session_and_a_surgeons_day_on_average(demo: Demo) -> None:
    gst, _ = demo
    longest = max(each.mean_minutes for each in gst.procedures)
    assert longest <= min(each.length_minutes for each in gst.sessions)
    assert longest <= min(each.daily_minutes for each in gst.surgeons)


def test_the_main_hospital_has_about_140_waiting_patients(default: Demo) -> None:
    gst, _ = default
    waiting = Counter(patient.hospital for patient in gst.waiting_list)
    assert waiting["CHR-KEN"] == pytest.approx(140, abs=5)


def test_the_more_urgent_are_due_sooner_and_some_are_overdue(default: Demo) -> None:
    gst, _ = default
    limits = {
        priority: {
            (each.due_date - each.referral_date).days
            for each in gst.waiting_list
            if each.priority is priority
        }
        for priority in Priority
    }
    assert (
        max(limits[Priority.URGENT])
        < min(limits[Priority.SEMI_URGENT])
        < min(limits[Priority.ROUTINE])
    )
    assert all(each.referral_date < gst.identity.as_of for each in gst.waiting_list)
    overdue = np.mean([each.due_date < gst.identity.as_of for each in gst.waiting_list])
    assert 0.05 < overdue < 0.30


def test_gynaecology_operates_on_women(demo: Demo) -> None:
    gst, _ = demo
    specialty = {each.procedure: each.specialty for each in gst.procedures}
    assert all(
        patient.sex is Sex.FEMALE
        for patient in gst.waiting_list
        if specialty[patient.procedure] == "gynaecology"
    )
