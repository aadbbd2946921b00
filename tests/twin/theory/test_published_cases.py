"""V11 to V13 on fewer replications: what the page of validation rests on."""

import math
from pathlib import Path

import numpy as np
import pytest

from twin.event_log import Milestones
from twin.place_rules import CallingOff
from twin.study import Study
from twin.study_file import read_study
from twin.study_model import study_model

pytestmark = pytest.mark.integration

STUDIES = Path(__file__).parents[3] / "docs/studies"
TRIAGE, REGISTRATION, EXAMINATION, TREATMENT, STABILISATION, TRAUMA = range(6)


def with_beds(study: Study, unit: int, beds: int) -> Study:
    units = [one.but(beds=beds) if at == unit else one for at, one in enumerate(study.units)]
    return study.but(units=tuple(units))


def within(sample: np.ndarray, exact: float) -> bool:
    return bool(abs(sample.mean() - exact) <= 3.3 * sample.std(ddof=1) / math.sqrt(sample.size))


def test_v11_the_census_of_stroke_patients_is_poisson_with_the_closed_form_load() -> None:
    """Acute 8.355493 and rehabilitation 9.718218 beds; without the neurological patients less."""
    study = read_study(STUDIES / "v11_stroke.yaml")
    prepared = study_model(study).prepared()
    length = prepared.run.end_hours - prepared.run.warmup_hours
    rows = []
    for replication in range(20):
        _, units, starts, untils = prepared.replay(replication).occupations()
        untils = np.where(np.isnan(untils), prepared.run.end_hours, untils)
        inside = (untils - np.maximum(starts, prepared.run.warmup_hours)).clip(min=0)
        rows.append(np.bincount(units, weights=inside, minlength=2) / length)
    acute, rehab = np.array(rows).T
    assert within(acute, 8.355493)
    assert within(rehab, 9.718218)
    assert not within(acute, 8.355493 - 4.0 / 3.6)


def waits(study: Study) -> np.ndarray:
    prepared = study_model(study.but(run=study.run.but(replications=60))).prepared()

    def of(milestones: Milestones) -> list[float]:
        asked = np.full(milestones.starts.shape, np.nan)
        asked[:, 0] = milestones.table.arrive
        early = milestones.left_early
        asked[early[:, 0].astype(int), early[:, 1].astype(int) + 1] = early[:, 2]
        minutes = 60 * (milestones.starts - asked)
        return [float(np.nanmean(minutes[milestones.units == at])) for at in range(6)]

    return np.array([of(prepared.replay(at)) for at in range(60)])


def test_v12_rooms_that_a_change_does_not_touch_are_equal_to_the_last_digit() -> None:
    study = read_study(STUDIES / "v12_treatment_centre.yaml")
    base = waits(study)
    exam = waits(with_beds(study, EXAMINATION, 4))
    treatment = waits(with_beds(study, TREATMENT, 2))
    same = [TRIAGE, REGISTRATION, STABILISATION, TRAUMA]
    assert np.array_equal(base[:, same], exam[:, same])
    assert np.array_equal(base[:, [*same, EXAMINATION]], treatment[:, [*same, EXAMINATION]])
    assert not np.array_equal(base[:, TREATMENT], treatment[:, TREATMENT])
    for room, mean in {TRIAGE: 31.36, REGISTRATION: 103.99, TREATMENT: 136.44}.items():
        assert within(base[:, room], mean)
    assert within(treatment[:, TREATMENT], 2.13)


def test_v13_critical_care_cancels_and_fills_as_the_independent_model() -> None:
    study = read_study(STUDIES / "v13_critical_care.yaml")
    prepared = study_model(study.but(run=study.run.but(replications=40))).prepared()
    start, end = prepared.run.warmup_hours, prepared.run.end_hours
    rows = []
    for replication in range(40):
        one = prepared.replay(replication)
        inside = (one.table.arrive >= start) & (one.table.arrive < end)
        rows.append(((inside & one.left_unseen).sum(), inside.sum()))
    cancelled, arrived = np.array(rows, dtype=float).T
    half = 14.4 / 1.96
    error = math.hypot(cancelled.std(ddof=1) / math.sqrt(40), half)
    assert abs(cancelled.mean() - 281.0) < 3.3 * error
    assert within(arrived, 1627.1)


def test_v13_by_calling_electives_off_is_v13_to_the_last_digit() -> None:
    """The unit's rule in place of the patients' own impatience: the same patients, hour by hour."""
    study = read_study(STUDIES / "v13_critical_care.yaml")
    rule = CallingOff(wait_hours=0)
    streams = [one.but(patience=None) for one in study.arrivals]
    by_rule = study.but(units=(study.units[0].but(calling_off=rule),), arrivals=tuple(streams))
    one, two = (study_model(each).prepared().replay(0) for each in (study, by_rule))
    assert np.array_equal(one.out, two.out, equal_nan=True)
    assert np.array_equal(one.starts, two.starts, equal_nan=True)
    off = two.places.called_off[:, 0].astype(int)
    assert np.array_equal(np.flatnonzero(one.left_unseen), np.sort(off))
    assert not two.left_unseen.any()
