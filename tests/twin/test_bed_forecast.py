"""Beds of the coming days: exact where theory is, blind to the future, scored with care."""

import math
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.compute import workers
from hospital.bed_forecast import BedForecast, BedForecastRecord
from hospital.errors import NotEnoughHistory
from hospital.gst import Gst
from hospital.history import History
from hospital.theatre import AgeGroup, Sex
from scenarios.demo import DemoSize, generate
from twin.bed_forecast import BedPlan, forecast_at, forecast_beds, known_at, patients_at, score
from twin.census_history import census_counts
from twin.indicators import hourly_census
from twin.laws import Exponential
from twin.parameters import Census, Inpatient, TwinParameters
from twin.simulation import prepare

pytestmark = pytest.mark.unit

MONDAY = date(2026, 11, 23)
MEAN_DAYS, PER_DAY, LYING = 4.0, 2.5, 9


def ward(build: SimpleNamespace, beds: int) -> tuple[Gst, TwinParameters]:
    """A ward of exponential stays and nine patients in it."""
    gst, parameters = build.ward_queue(beds, PER_DAY, Exponential(mean_hours=24 * MEAN_DAYS))
    lying = tuple(
        Inpatient(
            patient=f"P{at}",
            unit="H-MED",
            admitted_at=datetime(2026, 11, 20, at),  # noqa: DTZ001 - local clock
            sex=Sex.FEMALE,
            age_group=AgeGroup.ADULT,
            province="Tanger",
        )
        for at in range(LYING)
    )
    return gst, parameters.but(census=Census(day=MONDAY, inpatients=lying))


def exact_law(days: float, lying: int = LYING) -> np.ndarray:
    """M/M/inf from a census: survivors are binomial, newcomers Poisson (Takacs 1962, 3.2)."""
    stays = math.exp(-days / MEAN_DAYS)
    mean = PER_DAY * MEAN_DAYS * (1 - stays)
    size = np.arange(80)
    poisson = np.exp(size * math.log(mean) - mean - [math.lgamma(n + 1) for n in size])
    survivors = [math.comb(lying, n) * stays**n * (1 - stays) ** (lying - n) for n in range(10)]
    return np.convolve(poisson, survivors)[:80]


@pytest.mark.parametrize("hour", [24, 10])
def test_the_beds_of_every_day_have_the_exact_law(build: SimpleNamespace, hour: int) -> None:
    """Mean and P(at least 12) at an hour of days 1, 3 and 7; a census of nobody is rejected."""
    plan = BedPlan(MONDAY, days=7, replications=600, hour=hour)
    forecast = forecast_beds(*ward(build, 200), plan)
    for day in (0, 2, 6):
        law = exact_law(day + hour / 24)
        size = np.arange(law.size)
        mean = float(law @ size)
        error = math.sqrt(float(law @ (size - mean) ** 2) / 600)
        assert abs(forecast.mean[0, day] - mean) < 3.3 * error
        above = float(law[12:].sum())
        seen = forecast.probabilities()[0, day, 12:].sum()
        assert abs(seen - above) < 3.3 * math.sqrt(above * (1 - above) / 600)
    empty = exact_law(hour / 24, 0) @ np.arange(80)
    assert abs(forecast.mean[0, 0] - empty) > 3.3 * math.sqrt(LYING / 600)


def test_a_full_ward_is_full_for_certain_and_a_large_one_never(build: SimpleNamespace) -> None:
    for beds, expected in ((2, 1.0), (200, 0.0)):
        forecast = forecast_beds(*ward(build, beds), BedPlan(MONDAY, days=1, replications=20))
        assert forecast.full_probability.tolist() == [[expected]]
        assert forecast.today.tolist() == [LYING]


def test_the_same_seed_gives_the_same_members_whatever_the_horizon(build: SimpleNamespace) -> None:
    short, long = (
        forecast_beds(*ward(build, 30), BedPlan(MONDAY, days=days, replications=5)).members
        for days in (3, 6)
    )
    assert np.array_equal(short, long[:, :, :3])


def test_two_processes_give_the_same_bytes_as_one(build: SimpleNamespace) -> None:
    plan = BedPlan(MONDAY, days=2, replications=4)
    alone = forecast_beds(*ward(build, 30), plan)
    with workers(2) as pool:
        shared = forecast_beds(*ward(build, 30), plan, task_map=pool)
    assert shared.members.tobytes() == alone.members.tobytes()


def test_patients_at_the_full_hour_are_the_hourly_census(build: SimpleNamespace) -> None:
    prepared = prepare(*ward(build, 12), BedPlan(MONDAY, days=4).run)
    milestones = prepared.replay(0)
    hours = prepared.run.warmup_hours + np.arange(96.0)
    assert np.array_equal(
        patients_at(milestones, hours, len(prepared.network.units)),
        hourly_census(prepared.measure, milestones),
    )


# The past


MINUTES = st.integers(0, 5 * 1440)


@given(st.lists(st.tuples(st.sampled_from("AB"), MINUTES, MINUTES | st.none()), max_size=12))
def test_the_census_counts_who_came_and_has_not_left(
    rows: list[tuple[str, int, int | None]],
) -> None:
    stays = pd.DataFrame(rows, columns=["unit", "admitted_at", "left_at"])
    opening = pd.Timestamp(MONDAY)
    for name in ("admitted_at", "left_at"):
        stays[name] = opening + pd.to_timedelta(stays[name].astype("float"), unit="min")
    moments = pd.date_range(opening, periods=6)
    counts = census_counts(stays, ("B", "C"), moments)
    for at, moment in enumerate(moments):
        came = sum(u == "B" and opening + pd.Timedelta(minutes=a) <= moment for u, a, _ in rows)
        gone = sum(
            u == "B" and left is not None and opening + pd.Timedelta(minutes=left) <= moment
            for u, _, left in rows
        )
        assert counts[at].tolist() == [came - gone, 0]


@pytest.fixture(scope="module")
def demo() -> tuple[Gst, History]:
    return generate(DemoSize.SMALL, 1)


def test_a_forecast_of_the_past_knows_nothing_later(demo: tuple[Gst, History]) -> None:
    """Everybody who is still there leaves at once and nobody comes: the same forecast."""
    gst, history = demo
    day = gst.identity.as_of - timedelta(days=10)
    midnight = pd.Timestamp(day)
    stays = history.stays[pd.to_datetime(history.stays["admitted_at"]) < midnight].copy()
    stays["left_at"] = pd.to_datetime(stays["left_at"]).clip(upper=midnight).fillna(midnight)
    stays.loc[stays["left_at"] == midnight, "left_at"] += pd.Timedelta(minutes=1)
    other = replace(history, stays=stays)
    plan = BedPlan(day, days=3, replications=3)
    seen, changed = (forecast_at(known_at(gst, one, day), plan) for one in (history, other))
    assert np.array_equal(seen.members, changed.members)
    scores = [score(seen, one, gst.identity.as_of).observed.sum() for one in (history, other)]
    assert scores[0] > 0 == scores[1]


def test_only_what_has_happened_is_scored(demo: tuple[Gst, History]) -> None:
    gst, history = demo
    day = gst.identity.as_of - timedelta(days=2)
    forecast = forecast_at(known_at(gst, history, day), BedPlan(day, days=5, replications=4))
    found = score(forecast, history, gst.identity.as_of)
    assert found.observed.shape == (len(forecast.units), 2)
    assert np.array_equal(
        found.observed.T,
        census_counts(history.stays, forecast.units, pd.date_range(day, periods=3)[1:]),
    )
    assert np.array_equal(found.persistence[:, 0], abs(found.observed[:, 0] - forecast.today))
    with pytest.raises(NotEnoughHistory, match="nothing_to_score"):
        score(forecast, history, day)
    with pytest.raises(NotEnoughHistory, match="no_stays_before"):
        known_at(gst, history, date(2000, 1, 1))


@pytest.mark.slow
def test_the_twin_beats_persistence_on_held_back_days() -> None:
    """Four days of the default demo GST: better than both kinds, and calibrated.

    The same forecasts moved by a fifth of the beds are worse than persistence and cover less.
    """
    gst, history = generate(DemoSize.DEFAULT, 3)
    scores, wrong = [], []
    for back in (7, 17, 27, 37):
        day = gst.identity.as_of - timedelta(days=back)
        plan = BedPlan(day, days=7, replications=25)
        forecast = forecast_at(known_at(gst, history, day), plan)
        scores.append(score(forecast, history, gst.identity.as_of))
        moved = forecast.members + (forecast.beds // 5)[np.newaxis, :, np.newaxis]
        wrong.append(score(_with(forecast, moved), history, gst.identity.as_of))
    record, worse = BedForecastRecord.of(tuple(scores)), BedForecastRecord.of(tuple(wrong))
    assert (record.wins, record.spread_wins) == (4, 4)
    assert 0.72 <= record.coverage_80 <= 0.88
    assert worse.spread_wins == 0
    assert worse.coverage_80 < 0.6


def _with(forecast: BedForecast, members: np.ndarray) -> BedForecast:
    return BedForecast(
        forecast.first_day, forecast.units, forecast.beds, forecast.today, members, forecast.hour
    )
