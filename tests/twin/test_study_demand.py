"""Waves, casualties, Ramadan and readmissions in the words of a study."""

from datetime import timedelta

import numpy as np
import pytest

from hospital.calendar.ramadan_hours import ramadan_prior
from hospital.errors import InvalidInput
from twin.study_file import parse_study
from twin.study_model import StudyModel, study_model

pytestmark = pytest.mark.unit

USUAL = """
study: A department and a ward
units:
  - unit: WARD
    beds: 500
    stay: {law: exponential, mean_days: 2}
emergency:
  unit: ED
  cubicles: 100
  physicians: 50
  visits_per_day: 40
  triage:
    - {level: 2, share: 0.5, admitted: 0.5, consult: {law: fixed, mean_minutes: 10}}
    - {level: 4, share: 0.5, consult: {law: fixed, mean_minutes: 10}}
  wards: {WARD: 1}
run: {days: 40, warmup_days: 3, replications: 24}
"""
WAVE = "waves: [{first_day: 3, peak_day: 13, total_visits: 300, admitted: 0.5}]\n"
EVENT = (
    "casualties: [{day: 2, at_hour: 9.5, casualties: 60, immediate: 0.2, delayed: 0.3,"
    " admitted: 0.6}]\n"
)
FAST = "ramadan: {first_day: 1, last_day: 30}\n"
BACK = "readmissions: {shares: {WARD: 0.3}, delay: {law: exponential, mean_days: 3}}\n"


def model(*on_top: str) -> StudyModel:
    return study_model(parse_study(USUAL + "".join(on_top)))


def arrivals_by_day(told: StudyModel, replication: int = 0) -> np.ndarray:
    """Patients by day from the opening of the run, warm-up included; returns only if drawn."""
    table = told.prepared().patients(replication)
    return np.bincount((table.arrive[np.isfinite(table.arrive)] // 24).astype(int), minlength=43)


def agrees(sample: np.ndarray, exact: float) -> bool:
    return bool(abs(sample.mean() - exact) <= 3.3 * sample.std(ddof=1) / np.sqrt(sample.size))


def test_a_wave_brings_its_visits_between_its_days_and_nobody_else_changes() -> None:
    usual, wave = model(), model(WAVE)
    more = np.array([arrivals_by_day(wave, r) - arrivals_by_day(usual, r) for r in range(24)])
    assert agrees(more.sum(axis=1), 300)
    assert not agrees(more.sum(axis=1), 270)
    day_one = 3
    assert not more[:, : day_one + 2].any()
    assert abs(int(more.mean(axis=0).argmax()) - (day_one + 12)) <= 3


def test_the_casualties_of_an_event_come_all_and_half_of_them_within_an_hour() -> None:
    told = model(EVENT)
    assert (arrivals_by_day(told) - arrivals_by_day(model())).sum() == 60
    starts = (told.plan.first_day + timedelta(days=1)).isoformat()
    event = told.parameters.hospitals[0].casualties[0]
    assert event.starts_at.isoformat() == f"{starts}T09:30:00"
    assert event.delay.mean_hours * np.log(2) == pytest.approx(1)


def test_ramadan_takes_its_share_of_the_visits_on_its_days_only() -> None:
    usual, fast = model(), model(FAST)
    by_day = np.array([[arrivals_by_day(one, r) for r in range(24)] for one in (usual, fast)])
    assert (by_day[0][:, :3] == by_day[1][:, :3]).all()
    assert (by_day[0][:, 33:] == by_day[1][:, 33:]).all()
    total = by_day[1][:, 3:33].sum(axis=1)
    assert agrees(total, 40 * 30 * ramadan_prior().daily_factor)
    assert not agrees(total, 40 * 30)


def test_readmissions_come_back_as_often_as_stated() -> None:
    """10 admissions a day, of whom 30 % come back once: 13 a day once the delays have passed."""
    steady = USUAL.replace("warmup_days: 3", "warmup_days: 45").replace("days: 40", "days: 60")
    told = study_model(parse_study(steady + BACK))
    share = told.parameters.readmissions
    assert share is not None
    prepared = told.prepared()
    admitted = []
    for replication in range(24):
        milestones = prepared.replay(replication)
        _, units, starts, _ = milestones.occupations()
        ward = [unit.unit for unit in prepared.network.units].index("WARD")
        measured = (starts >= prepared.run.warmup_hours) & (starts < prepared.run.end_hours)
        admitted.append(float((measured & (units == ward)).sum()) / told.plan.horizon_days)
    assert agrees(np.array(admitted), 13)
    assert not agrees(np.array(admitted), 10)


@pytest.mark.parametrize(
    ("extra", "word"),
    [
        (WAVE.replace("peak_day: 13", "peak_day: 2"), "must come after 3"),
        (WAVE.replace("total_visits: 300, ", ""), "one of total_visits and peak_visits_per_day"),
        (WAVE.replace("}]", ", hospitals: [X]}]"), "waves.0: X has no emergency department"),
        (EVENT.replace("immediate: 0.2", "immediate: 0.8"), "exceed 1 together"),
        (EVENT.replace("{day", "{hospital: X, day"), "X has no emergency department"),
        (FAST.replace("last_day: 30", "last_day: 0"), "greater than or equal to 1"),
        (FAST.replace("first_day: 1", "first_day: 31"), "comes before 31"),
        (BACK.replace("WARD", "WARDS"), "WARDS of readmissions is no unit"),
        (BACK.replace("0.3", "1.3"), "less than or equal to 1"),
    ],
)
def test_what_cannot_be_is_refused(extra: str, word: str) -> None:
    with pytest.raises(InvalidInput) as wrong:
        parse_study(USUAL + extra)
    assert any(word in str(one) for one in wrong.value.problems)


def test_without_an_emergency_department_nothing_comes_on_top() -> None:
    head, rest = USUAL.split("emergency:")
    run = rest[rest.index("run:") :]
    ward = f"{head}arrivals: [{{stream: all, to: WARD, per_day: 3}}]\n{run}"
    for extra in (WAVE, FAST, EVENT, BACK):
        with pytest.raises(InvalidInput, match="emergency department"):
            parse_study(ward + extra)
