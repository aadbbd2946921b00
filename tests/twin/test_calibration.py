"""Calibration: what the twin believes is what the history shows, and what it lacks is named."""

from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from hospital.gst import Gst
from hospital.history import AdmissionKind, History, Stay, VisitCount
from hospital.places import UnitKind
from hospital.twin_result import Indicator
from twin.admissions import expected
from twin.calibration import calibrate
from twin.event_log import Milestones
from twin.network import INPATIENT
from twin.parameters import TwinParameters
from twin.run_plan import RunPlan
from twin.simulation import Prepared, prepare, simulate
from twin.stay_fit import stay_law
from twin.stay_history import read_stays
from twin.stay_laws import StaySample, cv_of
from twin.stays import CLOCK_DELAY_MEAN_HOURS

pytestmark = pytest.mark.unit

PAST_DAYS = 280


def no_visits() -> pd.DataFrame:
    return pd.DataFrame(columns=list(VisitCount.model_fields))


def no_stays() -> pd.DataFrame:
    return pd.DataFrame(columns=list(Stay.model_fields))


def history(visits: pd.DataFrame, stays: pd.DataFrame) -> History:
    return History(visits, stays, consumption=pd.DataFrame(), referrals=pd.DataFrame())


def hourly(hospital: str, days: int, counts: np.ndarray, last: date) -> pd.DataFrame:
    start = pd.Timestamp(last) - pd.Timedelta(days=days)
    hours = pd.date_range(start, periods=24 * days, freq="h")
    return pd.DataFrame({"hospital": hospital, "hour": hours, "visits": counts})


def past_of(prepared: Prepared, as_of: date) -> History:
    """What the registers of a simulated past would hold on ``as_of``."""
    milestones = prepared.replay(0)
    return history(_visits_of(prepared, milestones, as_of), _stays_of(prepared, milestones, as_of))


def _moments(milestones: Milestones, as_of: date, hours: np.ndarray) -> pd.Series:
    opening = pd.Timestamp(as_of) - pd.Timedelta(hours=milestones.end_hours)
    return pd.Series(opening + pd.to_timedelta(np.round(hours * 3600), unit="s"))


def _visits_of(prepared: Prepared, milestones: Milestones, as_of: date) -> pd.DataFrame:
    table = milestones.table
    came = table.emergency >= 0
    codes = np.array([site.code for site in prepared.network.sites])
    frame = pd.DataFrame(
        {
            "hospital": codes[table.site[came]],
            "hour": _moments(milestones, as_of, np.floor(table.arrive[came])),
        }
    )
    return frame.value_counts().rename("visits").reset_index()


def _stays_of(prepared: Prepared, milestones: Milestones, as_of: date) -> pd.DataFrame:
    table = milestones.table
    patient, unit, start, until = milestones.occupations()
    inpatient = np.array([one.kind in INPATIENT for one in prepared.network.units])[unit]
    patient, unit, start, until = (column[inpatient] for column in (patient, unit, start, until))
    last = until == milestones.out[patient]
    outcome = np.where(milestones.died[patient] & last, "died", np.where(last, "home", "moved"))
    people = [prepared.hospitals[0].people[at] for at in table.person[patient]]
    return pd.DataFrame(
        {
            "patient": [f"P{at}" for at in patient],
            "unit": [prepared.network.units[at].unit for at in unit],
            "bed": None,
            "admitted_at": _moments(milestones, as_of, start),
            "left_at": _moments(milestones, as_of, until),
            "kind": np.where(table.emergency[patient] >= 0, "emergency", "elective"),
            "sex": [person.sex for person in people],
            "age_group": [person.age_group for person in people],
            "province": [person.province for person in people],
            "outcome": np.where(np.isnan(until), "present", outcome),
        }
    )


def believed(gst: Gst, parameters: TwinParameters) -> dict[str, float]:
    run = RunPlan(first_day=date(2026, 11, 23), horizon_days=56, warmup_days=21, replications=4)
    frame = simulate(gst, parameters, run).indicators
    chosen = frame[(frame["place"] == "") & (frame["group"] == "")]
    return chosen.groupby("indicator")["value"].mean().to_dict()


def test_a_twin_calibrated_on_the_registers_of_a_twin_behaves_like_it(
    build: SimpleNamespace,
) -> None:
    """Simulate, write the registers, calibrate on them: the same visits, beds and stays."""
    gst = build.district(("A", "B"))
    truth = calibrate(gst, history(no_visits(), no_stays()))
    opening = build.AS_OF - timedelta(days=PAST_DAYS)
    run = RunPlan(first_day=opening, horizon_days=PAST_DAYS, warmup_days=0, seed=7)
    learnt = calibrate(gst, past_of(prepare(gst, truth, run), build.AS_OF))
    before, after = believed(gst, truth), believed(gst, learnt)
    tolerance = {Indicator.VISITS: 0.03, Indicator.ADMISSIONS: 0.04, Indicator.OCCUPIED_BEDS: 0.06}
    for indicator, relative in tolerance.items():
        assert after[indicator] == pytest.approx(before[indicator], rel=relative)
    assert not {note.code for note in learnt.notes} & {
        "visits_are_hypothesis",
        "stay_is_hypothesis",
    }


def test_hour_of_week_rates_are_the_observed_means(build: SimpleNamespace) -> None:
    """Weekday levels are kept exactly; an hour is between its mean and the smooth profile."""
    rng = np.random.default_rng(5)
    truth = np.tile(np.linspace(1, 6, 24), (7, 1)) * np.linspace(1.3, 0.7, 7)[:, None]
    days = 364
    first = (pd.Timestamp(build.AS_OF) - pd.Timedelta(days=days)).day_of_week
    means = truth[(first + np.arange(days)) % 7].ravel()
    counts = rng.poisson(means)
    gst = build.district(("A",))
    learnt = calibrate(gst, history(hourly("A", days, counts, build.AS_OF), no_stays()))
    rates = np.reshape(learnt.hospitals[0].hourly_visits, (7, 24))
    by_day = counts.reshape(days, 24).sum(axis=1)
    weekday = (first + np.arange(days)) % 7
    observed = [by_day[weekday == day].mean() for day in range(7)]
    assert rates.sum(axis=1) == pytest.approx(observed, rel=1e-9)
    assert np.abs(rates / truth - 1).mean() < 0.06


def test_only_the_last_52_weeks_of_visits_count(build: SimpleNamespace) -> None:
    days = 700
    counts = np.where(np.arange(24 * days) < 24 * (days - 364), 50, 2)
    gst = build.district(("A",))
    learnt = calibrate(gst, history(hourly("A", days, counts, build.AS_OF), no_stays()))
    assert learnt.hospitals[0].hourly_visits == pytest.approx((2.0,) * 168)


def test_the_warm_up_repeats_the_visits_that_were_counted(build: SimpleNamespace) -> None:
    days = 60
    per_day = np.arange(days) + 30
    counts = np.zeros((days, 24), dtype=int)
    counts[:, 10] = per_day
    gst = build.district(("A",))
    learnt = calibrate(gst, history(hourly("A", days, counts.ravel(), build.AS_OF), no_stays()))
    run = RunPlan(first_day=build.AS_OF, horizon_days=5, warmup_days=20, replications=1)
    table = prepare(gst, learnt, run).patients(0)
    visits = np.bincount((table.arrive[table.emergency >= 0] // 24).astype(int), minlength=25)
    assert visits[:20].tolist() == per_day[-20:].tolist()
    assert visits[20:].tolist() != per_day[-5:].tolist()


def test_an_hour_without_a_row_had_no_visit_but_a_day_without_rows_was_not_observed(
    build: SimpleNamespace,
) -> None:
    days = 28
    frame = hourly("A", days, np.full(24 * days, 4), build.AS_OF)
    night = frame["hour"].dt.hour < 6
    lost = frame["hour"].dt.normalize() == frame["hour"].dt.normalize().iloc[0]
    learnt = calibrate(build.district(("A",)), history(frame[~night & ~lost], no_stays()))
    rates = np.reshape(learnt.hospitals[0].hourly_visits, (7, 24))
    assert rates[:, :6] == pytest.approx(np.zeros((7, 6)))
    assert rates[:, 6:] == pytest.approx(np.full((7, 18), 4.0))


def test_censored_stays_do_not_shorten_the_fit() -> None:
    """Log-normal stays cut at a tenth day: the fit finds the mean that the plain mean misses."""
    rng = np.random.default_rng(11)
    mean, cv = 120.0, 1.2
    sigma = np.sqrt(np.log1p(cv**2))
    hours = rng.lognormal(np.log(mean) - sigma**2 / 2, sigma, 6000)
    seen_for = rng.uniform(0, 240, 6000)
    ended = hours <= seen_for
    law = stay_law(StaySample(np.minimum(hours, seen_for), ended))
    assert hours[ended].mean() < 0.6 * mean
    assert law.mean_hours == pytest.approx(mean, rel=0.08)
    assert cv_of(law) == pytest.approx(cv, rel=0.12)


def test_without_stays_the_units_keep_their_own_mean_and_say_so(build: SimpleNamespace) -> None:
    gst = build.district(("A",))
    learnt = calibrate(gst, history(no_visits(), no_stays()))
    by_unit = {unit.unit: unit for unit in learnt.units}
    medicine = by_unit["A-MED"]
    assert medicine.stay.mean_hours == pytest.approx(110 - CLOCK_DELAY_MEAN_HOURS)
    assert by_unit["A-ICU"].stay.mean_hours == pytest.approx(96)
    named = {str(note) for note in learnt.notes}
    assert {"stay_is_hypothesis:A-MED", "visits_are_hypothesis:A"} <= named


def test_time_in_bed_has_the_mean_of_the_row_although_patients_leave_by_the_clock(
    build: SimpleNamespace,
) -> None:
    """The wait for the discharge hour is part of the observed stay, not added to it."""
    gst = build.district(("A",))
    parameters = calibrate(gst, history(no_visits(), no_stays()))
    run = RunPlan(first_day=build.AS_OF, horizon_days=200, warmup_days=30, replications=3)
    frame = simulate(gst, parameters, run).indicators
    stay = frame[(frame["indicator"] == Indicator.LENGTH_OF_STAY) & (frame["place"] == "A-MED")]
    assert stay["value"].mean() * 24 == pytest.approx(110, rel=0.04)


def test_one_hospital_known_by_its_visits_alone_is_a_twin(build: SimpleNamespace) -> None:
    place = build.Place("ED", UnitKind.EMERGENCY, 20, 4)
    gst = build.gst({"UIHC": [place]})
    visits = hourly("UIHC", 60, np.full(60 * 24, 5), date(2019, 3, 1))
    learnt = calibrate(gst, history(visits, no_stays()))
    assert sum(learnt.hospitals[0].hourly_visits) == pytest.approx(5 * 168)
    assert {"triage_is_hypothesis", "no_ward_in_reach"} <= {note.code for note in learnt.notes}
    run = RunPlan(first_day=build.AS_OF, horizon_days=7, warmup_days=1, replications=2)
    frame = simulate(gst, learnt, run).indicators
    visits_per_day = frame[(frame["indicator"] == Indicator.VISITS) & (frame["place"] == "UIHC")]
    assert visits_per_day["value"].mean() == pytest.approx(120, rel=0.1)


def test_admissions_follow_the_stays_whatever_the_triage_says(build: SimpleNamespace) -> None:
    """A triage three times too generous gives the admissions that were counted, by kind."""
    gst = build.district(("A",))
    truth = calibrate(gst, history(no_visits(), no_stays()))
    opening = build.AS_OF - timedelta(days=60)
    run = RunPlan(first_day=opening, horizon_days=60, warmup_days=0)
    past = past_of(prepare(gst, truth, run), build.AS_OF)
    for factor in (3.0, 0.3):
        wrong = tuple(
            path.but(admission_probability=min(0.99, factor * path.admission_probability))
            for path in gst.triage
        )
        learnt = calibrate(gst.but(triage=wrong), past)
        first = read_stays(gst, past.stays).first_stays(
            AdmissionKind.EMERGENCY, UnitKind.WARD, UnitKind.INTENSIVE_CARE
        )
        per_week = len(first) / (60 / 7)
        implied = expected(learnt.hospitals[0])
        assert implied.total == pytest.approx(per_week, rel=1e-6)
        intensive = (first["unit"] == "A-ICU").sum() / (60 / 7)
        assert implied.intensive_care == pytest.approx(intensive, rel=1e-6)
        levels = [row.admission_probability for row in learnt.hospitals[0].triage]
        assert levels == sorted(levels, reverse=True)
        noted = {note.code: note.found for note in learnt.notes}
        assert (noted["admissions_follow_stays"] > 1.3) == (factor > 1)


def test_stays_that_no_triage_could_give_are_noted(build: SimpleNamespace) -> None:
    """More emergency stays than visits: the twin says that it cannot follow them."""
    days = pd.date_range("2026-01-01", periods=300, freq="D")
    rows = [
        (f"P{at}", "A-SUR", f"{day.date()} 08:00", f"{day.date()} 20:00", "emergency", "home")
        for at, day in enumerate(days)
    ]
    visits = hourly("A", 10, np.where(np.arange(240) % 24 == 9, 1, 0), date(2026, 11, 1))
    visits = visits.assign(visits=np.where(np.arange(len(visits)) % 48 == 9, 1, 0))
    learnt = calibrate(build.district(("A",)), history(visits, stays_frame(rows)))
    assert "admissions_disagree" in {note.code for note in learnt.notes}


def stays_frame(rows: list[tuple[str, str, str, str | None, str, str]]) -> pd.DataFrame:
    """Patient, unit, admitted, left, kind, outcome; the other columns are filled."""
    columns = ["patient", "unit", "admitted_at", "left_at", "kind", "outcome"]
    frame = pd.DataFrame(rows, columns=columns)
    frame[["admitted_at", "left_at"]] = frame[["admitted_at", "left_at"]].apply(pd.to_datetime)
    return frame.assign(bed=None, sex="male", age_group="15-64", province="Tanger")


def test_a_move_continues_a_path_and_a_readmission_starts_one(build: SimpleNamespace) -> None:
    rows = [
        ("P1", "A-ICU", "2026-10-01 08:00", "2026-10-04 08:00", "emergency", "moved"),
        ("P1", "A-MED", "2026-10-04 08:00", "2026-10-09 12:00", "transfer", "home"),
        ("P1", "A-MED", "2026-10-09 22:00", "2026-10-12 12:00", "emergency", "home"),
        ("P2", "A-MED", "2026-10-09 22:00", None, "emergency", "present"),
    ]
    read = read_stays(build.district(("A",)), stays_frame(rows)).stays
    assert read["is_first"].tolist() == [True, False, True, True]
    assert read["next_unit"].tolist()[0] == "A-MED"
    assert read["next_unit"].isna().tolist() == [False, True, True, True]
    assert read["has_ended"].tolist() == [True, True, True, False]


def test_a_stay_in_an_emergency_department_is_a_visit_and_not_the_first_stay(
    build: SimpleNamespace,
) -> None:
    rows = [
        ("P1", "A-ED", "2026-10-01 05:00", "2026-10-01 08:00", "emergency", "moved"),
        ("P1", "A-MED", "2026-10-01 08:00", "2026-10-04 08:00", "emergency", "home"),
        ("P2", "A-ED", "2026-10-02 05:00", "2026-10-02 06:00", "emergency", "home"),
    ]
    read = read_stays(build.district(("A",)), stays_frame(rows)).stays
    assert read["unit"].tolist() == ["A-MED"]
    assert read["is_first"].tolist() == [True]


def test_a_stay_without_end_does_not_run_on_after_the_history_fell_silent(
    build: SimpleNamespace,
) -> None:
    rows = [
        ("P1", "A-MED", "2019-10-01 08:00", "2019-10-04 08:00", "emergency", "home"),
        ("P2", "A-MED", "2019-10-03 00:00", None, "emergency", "present"),
    ]
    read = read_stays(build.district(("A",)), stays_frame(rows)).stays
    assert read["hours"].tolist() == [72.0, 48.0]


def test_electives_keep_their_weekdays(build: SimpleNamespace) -> None:
    days = pd.date_range("2025-11-24", periods=52, freq="7D")
    rows = [
        (f"P{at}", "A-SUR", f"{day.date()} 08:00", f"{day.date()} 20:00", "elective", "home")
        for at, day in enumerate(days.repeat(2))
    ]
    learnt = calibrate(build.district(("A",)), history(no_visits(), stays_frame(rows)))
    (stream,) = learnt.hospitals[0].electives
    assert stream.unit == "A-SUR"
    assert stream.per_weekday == pytest.approx((2.0, 0, 0, 0, 0, 0, 0), rel=0.03)
    assert learnt.hospitals[0].elective_hours[8] == 104
