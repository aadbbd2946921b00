"""Waves, mass-casualty events and Ramadan: exact numbers, and everybody else as before."""

import math
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hospital.calendar.ramadan_hours import ramadan_prior
from hospital.forecast import DemandForecast, Period, SeriesKey, SeriesKind
from hospital.gst import Gst
from hospital.history import History, Stay, VisitCount
from twin.calibration import calibrate
from twin.forcings import (
    EDGE_SHARE,
    EpidemicWave,
    MassCasualty,
    Severity,
    WaveShape,
    daily_growth,
    logistic_wave,
    ramadan,
    sir_step,
    sir_wave,
    with_casualties,
    with_season,
    with_wave,
)
from twin.laws import Fixed
from twin.parameters import TwinParameters
from twin.patients import PatientTable
from twin.run_plan import RunPlan
from twin.simulation import prepare

pytestmark = pytest.mark.unit

MONDAY = date(2026, 11, 23)
REPLICATIONS = 24
RUN = RunPlan(first_day=MONDAY, horizon_days=42, warmup_days=7, replications=REPLICATIONS, seed=3)
SEVERE = Severity(admission_probability=0.4, intensive_care_probability=0.25)
WAVE = EpidemicWave(
    first_day=MONDAY + timedelta(days=4),
    peak_day=MONDAY + timedelta(days=18),
    total_visits=300,
    severity=SEVERE,
)
NOTHING = History(
    visits=pd.DataFrame(columns=list(VisitCount.model_fields)),
    stays=pd.DataFrame(columns=list(Stay.model_fields)),
    consumption=pd.DataFrame(),
    referrals=pd.DataFrame(),
)


@pytest.fixture(scope="module")
def model(build: SimpleNamespace) -> tuple[Gst, TwinParameters]:
    gst = build.district(("A", "B"))
    return gst, calibrate(gst, NOTHING)


def patients(gst: Gst, parameters: TwinParameters, replication: int = 0) -> PatientTable:
    return prepare(gst, parameters, RUN).patients(replication)


def newcomers(after: PatientTable, before: PatientTable) -> np.ndarray:
    """Who came on top; everybody else must be the same to the last digit."""
    added = ~np.isin(after.keys, before.keys)
    assert len(after) - added.sum() == len(before)
    for name in ("arrive", "site", "priority", "consult", "tests", "person", "clock", "dies"):
        assert np.array_equal(getattr(after, name)[~added], getattr(before, name)), name
    legs = before.units.shape[1]
    assert np.array_equal(after.units[~added][:, :legs], before.units)
    assert np.array_equal(after.hours[~added][:, :legs], before.hours)
    return added


def agrees(sample: np.ndarray, exact: float) -> bool:
    return bool(abs(sample.mean() - exact) <= 3.3 * sample.std(ddof=1) / math.sqrt(sample.size))


# Curves


def test_one_step_of_the_epidemic_is_that_of_chime() -> None:
    """V17: test_sir of CHIME."""
    after = sir_step((100, 1, 0), (0.2, 0.5), 1)
    assert after == pytest.approx((0.792079, 0.202970, 0.004950), abs=1e-6)
    assert 100 * daily_growth(5) == pytest.approx(14.8698, abs=1e-4)
    assert sir_step((100, 1, 0), (0.2, 0.4), 1) != pytest.approx(after, abs=1e-6)


@given(days=st.integers(1, 90))
def test_a_logistic_wave_is_symmetric_about_its_peak_day(days: int) -> None:
    wave = logistic_wave(days)
    assert wave.sum() == pytest.approx(1)
    assert wave.argmax() == days
    assert wave == pytest.approx(wave[::-1])


@given(days=st.integers(5, 60), number=st.floats(1.2, 6), infectious=st.floats(2, 10))
def test_an_sir_wave_has_its_peak_day_and_ends_at_its_edge(
    days: int, number: float, infectious: float
) -> None:
    wave = sir_wave(days, number, infectious)
    assert wave.sum() == pytest.approx(1)
    assert wave.argmax() == days
    assert wave[-1] < EDGE_SHARE * wave.max()


def test_more_infectious_epidemics_are_steeper() -> None:
    assert sir_wave(30, 3, 5).max() > sir_wave(30, 1.3, 5).max()


# Epidemic wave


@pytest.mark.parametrize("shape", list(WaveShape))
def test_a_wave_adds_its_total_and_leaves_everybody_else_as_before(
    model: tuple[Gst, TwinParameters], shape: WaveShape
) -> None:
    gst, parameters = model
    wave = WAVE.but(shape=shape, reproduction_number=3.0)
    forced = with_wave(parameters, gst, wave)
    by_day = wave.visits_by_day()
    within = by_day[: 42 - 4].sum()
    added = []
    for replication in range(REPLICATIONS):
        before, after = (patients(gst, one, replication) for one in (parameters, forced))
        added.append(newcomers(after, before).sum())
    assert by_day.sum() == pytest.approx(300)
    assert agrees(np.array(added), within)
    assert not agrees(np.array(added), 1.1 * within)


def test_the_patients_of_a_wave_are_as_ill_as_it_says(model: tuple[Gst, TwinParameters]) -> None:
    gst, parameters = model
    severe = SEVERE.but(intensive_care_stay=Fixed(mean_hours=77.0))
    forced = with_wave(parameters, gst, WAVE.but(severity=severe))
    codes = np.array([unit.unit for unit in gst.units])
    admitted, critical = [], []
    for replication in range(REPLICATIONS):
        table = patients(gst, forced, replication)
        added = newcomers(table, patients(gst, parameters, replication))
        first, hours = table.units[added, 0], table.hours[added, 0]
        in_unit = np.char.endswith(codes[first], "ICU") & (first >= 0)
        admitted.append((first >= 0).mean())
        critical.append(in_unit.sum() / (first >= 0).sum())
        assert (hours[in_unit] == 77.0).all()
    assert agrees(np.array(admitted), 0.4)
    assert agrees(np.array(critical), 0.25)
    assert not agrees(np.array(admitted), 0.23)


def test_a_wave_in_one_hospital_comes_to_that_hospital(model: tuple[Gst, TwinParameters]) -> None:
    gst, parameters = model
    after = patients(gst, with_wave(parameters, gst, WAVE, ["B"]))
    added = newcomers(after, patients(gst, parameters))
    assert set(after.site[added].tolist()) == {1}


def test_a_wave_may_be_given_by_its_peak(model: tuple[Gst, TwinParameters]) -> None:
    peak = WAVE.but(total_visits=None, peak_visits_per_day=30.0)
    assert peak.visits_by_day().max() == pytest.approx(30)
    assert peak.visits_by_day().argmax() == 14
    gst, parameters = model
    own = with_wave(parameters, gst, peak).hospitals
    hourly = [np.array(one.extra[0].hourly).reshape(-1, 24).sum(axis=1) for one in own]
    assert np.sum(hourly, axis=0) == pytest.approx(peak.visits_by_day())


def test_two_waves_have_patients_of_their_own(model: tuple[Gst, TwinParameters]) -> None:
    gst, parameters = model
    once = with_wave(parameters, gst, WAVE)
    twice = with_wave(once, gst, WAVE)
    newcomers(patients(gst, twice), patients(gst, once))
    assert np.unique(patients(gst, twice).keys).size == len(patients(gst, twice))


@pytest.mark.parametrize(
    "wrong",
    [
        {"peak_day": WAVE.first_day},
        {"peak_visits_per_day": 10.0},
        {"total_visits": None},
        {"total_visits": -1.0},
        {"reproduction_number": 0.9},
    ],
)
def test_a_wave_that_means_nothing_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        EpidemicWave.model_validate({**WAVE.model_dump(), **wrong})


# Mass-casualty event


EVENT = MassCasualty(
    hospital="A",
    starts_at=datetime.fromisoformat("2026-11-30T14:30"),
    casualties=60,
    immediate_share=0.2,
    delayed_share=0.3,
    severity=Severity(admission_probability=0.5, intensive_care_probability=0.3),
)


def test_an_event_brings_its_casualties_and_half_of_them_within_an_hour(
    model: tuple[Gst, TwinParameters],
) -> None:
    gst, parameters = model
    forced = with_casualties(parameters, gst, EVENT)
    opening = datetime.combine(RUN.opening_day, datetime.min.time())
    start = (EVENT.starts_at - opening).total_seconds() / 3600
    early, urgent, admitted = [], [], []
    for replication in range(REPLICATIONS):
        table = patients(gst, forced, replication)
        added = newcomers(table, patients(gst, parameters, replication))
        assert added.sum() == 60
        assert (table.site[added] == 0).all()
        assert (table.arrive[added] >= start).all()
        early.append((table.arrive[added] < start + 1).mean())
        urgent.append((table.priority[added] == 1).mean())
        admitted.append((table.units[added, 0] >= 0).mean())
    assert agrees(np.array(early), 0.5)
    assert agrees(np.array(urgent), 0.2)
    assert agrees(np.array(admitted), 0.5)
    assert not agrees(np.array(urgent), 0.02)


def test_shares_of_casualties_beyond_one_are_refused() -> None:
    with pytest.raises(ValidationError, match="exceed 1"):
        MassCasualty.model_validate({**EVENT.model_dump(), "delayed_share": 0.9})


# Ramadan

FASTING = MONDAY + timedelta(days=7), MONDAY + timedelta(days=35)


def days_of(table: PatientTable) -> np.ndarray:
    came = table.emergency >= 0
    return np.bincount((table.arrive[came] // 24).astype(int), minlength=49)


def test_the_published_hours_of_ramadan_are_read_with_their_sources() -> None:
    shape = ramadan_prior()
    assert shape.daily_factor == 0.95
    assert shape.hour_factors[0] == 1.071
    assert shape.hour_factors[18] == 0.935


def test_ramadan_moves_the_hours_and_takes_some_of_the_usual_visits(
    model: tuple[Gst, TwinParameters],
) -> None:
    """Fewer visits along the same numbers: nobody new comes, and other days do not change."""
    gst, parameters = model
    shape = ramadan_prior().but(daily_factor=0.8)
    forced = with_season(parameters, ramadan(*FASTING, shape))
    kept, evening = [], []
    for replication in range(REPLICATIONS):
        before, after = (patients(gst, one, replication) for one in (parameters, forced))
        assert np.isin(after.keys, before.keys).all()
        usual, fasting = days_of(before), days_of(after)
        inside = (np.arange(49) >= 14) & (np.arange(49) <= 42)
        assert np.array_equal(usual[~inside], fasting[~inside])
        outside = ~inside[(after.arrive // 24).astype(int)]
        assert np.isin(after.arrive[outside], before.arrive).all()
        kept.append(fasting[inside].sum() / usual[inside].sum())
        hours = after.arrive[~outside & (after.emergency >= 0)] % 24
        evening.append(((hours >= 18) & (hours < 21)).mean())
    assert agrees(np.array(kept), 0.8)
    profile = np.array(parameters.hospitals[0].hourly_visits[:24]) * shape.hour_factors
    assert agrees(np.array(evening), profile[18:21].sum() / profile.sum())
    assert not agrees(np.array(kept), 1.0)


def test_a_forecast_already_knows_the_days_of_ramadan(model: tuple[Gst, TwinParameters]) -> None:
    """No double counting: the days keep the forecast's number, only their hours change."""
    gst, parameters = model
    paths = np.full((2, 42), 90.0)
    forecast = {
        code: DemandForecast(
            key=SeriesKey(SeriesKind.VISITS, code),
            first_day=MONDAY,
            period=Period.DAY,
            mean=paths[0],
            quantiles=np.zeros((42, 7)),
            sample_paths=paths,
            model="test",
        )
        for code in ("A", "B")
    }
    forced = with_season(parameters, ramadan(*FASTING))
    before, after = (prepare(gst, one, RUN, forecast).patients(0) for one in (parameters, forced))
    assert np.array_equal(before.keys, after.keys)
    assert (days_of(after)[7:] == 180).all()
    inside = (before.arrive // 24 >= 14) & (before.arrive // 24 <= 42)
    assert np.array_equal(before.arrive[~inside], after.arrive[~inside])
    assert not np.array_equal(before.arrive[inside], after.arrive[inside])
    assert np.array_equal(before.consult, after.consult)
