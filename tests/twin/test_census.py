"""A start from today: remaining stays, who is where, and what a census may not say."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hospital.errors import InvalidInput
from hospital.gst import Gst
from hospital.history import History, Stay
from hospital.places import UnitKind
from hospital.theatre import AgeGroup, Sex
from hospital.twin_result import Indicator
from twin.calibration import calibrate
from twin.census import read_census
from twin.chance import PatientChance
from twin.laws import Empirical, Exponential, Fixed, Gamma, Law, LogNormal, Weibull, remaining_hours
from twin.network import Care
from twin.parameters import Census, Inpatient, TwinParameters
from twin.run_plan import RunPlan, Start
from twin.simulation import prepare, simulate
from twin.start import remaining_stay

pytestmark = pytest.mark.unit

MONDAY = date(2026, 11, 23)
MIDNIGHT = datetime(2026, 11, 23)  # noqa: DTZ001 - local clock
LAWS: tuple[Law, ...] = (
    LogNormal(mean_hours=120, cv=1.2),
    Exponential(mean_hours=50),
    Gamma(mean_hours=80, cv=0.7),
    Weibull(mean_hours=90, shape=0.8),
)
ELAPSED_DAYS = (0, 0.5, 1, 2, 3, 5, 8, 13, 21, 34)


def inpatient(patient: str, elapsed_days: float, unit: str = "H-MED") -> Inpatient:
    return Inpatient(
        patient=patient,
        unit=unit,
        admitted_at=MIDNIGHT - timedelta(days=elapsed_days),
        sex=Sex.FEMALE,
        age_group=AgeGroup.ADULT,
        province="Tanger",
    )


def census(elapsed_days: Sequence[float]) -> Census:
    lying = tuple(inpatient(f"P{at:02d}", days) for at, days in enumerate(elapsed_days))
    return Census(day=MONDAY, inpatients=lying)


def ward_from(
    build: SimpleNamespace, elapsed_days: Sequence[float], law: Law, per_day: float, beds: int
) -> tuple[Gst, TwinParameters]:
    gst, parameters = build.ward_queue(beds, per_day, law)
    people = tuple(group.but(province="Tanger") for group in parameters.hospitals[0].people)
    hospital = parameters.hospitals[0].but(people=people)
    return gst, parameters.but(hospitals=(hospital,), census=census(elapsed_days))


def plan(days: int, replications: int, seed: int = 1) -> RunPlan:
    return RunPlan(
        first_day=MONDAY,
        horizon_days=days,
        replications=replications,
        seed=seed,
        start=Start.CENSUS,
    )


# Remaining stays


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.kind)
def test_survival_is_the_inverse_of_the_law(law: Law) -> None:
    chance = np.linspace(0.001, 0.999, 200)
    hours = law.hours(chance)
    assert np.exp(law.log_survival(hours)) == pytest.approx(1 - chance, abs=1e-9)
    assert law.at_log_survival(law.log_survival(hours)) == pytest.approx(hours, rel=1e-8)
    fine = (np.arange(200_000) + 0.5) / 200_000
    assert law.hours(fine).mean() == pytest.approx(law.mean_hours, rel=0.005)


@given(elapsed=st.floats(0, 2000), chance=st.floats(0, 1, exclude_max=True))
def test_remaining_stays_follow_the_conditional_law(elapsed: float, chance: float) -> None:
    """S(e + h) = (1 - u) S(e), however far in the tail; an exponential stay forgets."""
    for law in (LAWS[0], LAWS[3]):
        rest = remaining_hours(law, np.array([elapsed]), np.array([chance]))
        reached = law.log_survival(np.array([elapsed]) + rest)
        assert reached == pytest.approx(law.log_survival(np.array([elapsed])) + math.log1p(-chance))
    fresh = LAWS[1].hours(np.array([chance]))
    rest = remaining_hours(LAWS[1], np.array([elapsed]), np.array([chance]))
    assert rest == pytest.approx(fresh, abs=1e-6)


def test_who_has_stayed_longer_than_any_law_allows_leaves_now() -> None:
    assert remaining_hours(Fixed(mean_hours=5), np.array([9.0]), np.array([0.5])) == 0
    seen = Empirical(observed_hours=(3, 1, 2))
    assert remaining_hours(seen, np.array([7.0]), np.array([0.5])) == 0
    assert remaining_hours(seen, np.array([1.5]), np.array([0.1, 0.9])) == pytest.approx([0.5, 1.5])


def test_patients_of_the_clock_are_found_as_the_past_would_have_left_them() -> None:
    """Against brute force: admit at random, keep who is still there at midnight."""
    care = Care(LogNormal(mean_hours=60, cv=0.9), 0.1, 0.2, None, True)
    hours = tuple(float(9 <= hour < 18) for hour in range(24))
    chance = np.random.default_rng(3)
    for elapsed in (5.0, 20.0, 44.0, 130.0):
        size = 400_000
        need = care.stay.hours(chance.random(size))
        clock = 9 + 9 * chance.random(size)
        home = chance.random(size) >= 0.3
        ready = need - elapsed
        leaves = np.floor(ready / 24) * 24 + clock
        leaves = np.where(home, np.where(leaves < ready, leaves + 24, leaves), ready)
        past = leaves[leaves > 0]
        numbers = PatientChance(chance.integers(0, 2**64, 40_000, dtype=np.uint64))
        rest, drawn, ends = remaining_stay(care, hours, np.full(40_000, elapsed), numbers)
        out = np.floor(rest / 24) * 24 + drawn
        out = np.where(ends >= 0.3, np.where(out < rest, out + 24, out), rest)
        for at in (6, 12, 15, 24, 36, 60, 120):
            assert (out > at).mean() == pytest.approx((past > at).mean(), abs=0.012)
        assert (out > 0).all()


# V8


SURVIVORS = (0.8910, 0.8088, 0.7752, 0.7635, 0.7713, 0.7944, 0.8241, 0.8576, 0.8890, 0.9166)


def exact_census(law: Law, elapsed: Sequence[float], per_day: float, day: float) -> np.ndarray:
    """Law of the census after some days: inpatients who remain and a Poisson number of others."""
    kept = np.exp(law.log_survival(24 * (np.array(elapsed) + day)))
    kept /= np.exp(law.log_survival(24 * np.array(elapsed)))
    ages = (np.arange(20_000) + 0.5) / 20_000 * day * 24
    mean = per_day * day * np.exp(law.log_survival(ages)).mean()
    size = np.arange(200)
    poisson = np.exp(size * math.log(mean) - mean - [math.lgamma(n + 1) for n in size])
    for share in kept:
        poisson = poisson * (1 - share) + np.concatenate(([0.0], poisson[:-1])) * share
    return poisson


@pytest.mark.parametrize(
    ("law", "elapsed", "per_day"),
    [
        (LogNormal(mean_hours=120, cv=1.2), ELAPSED_DAYS, 4.0),
        (Gamma(mean_hours=70, cv=0.8), (0.1, 2, 2, 9), 1.5),
        (Weibull(mean_hours=100, shape=1.6), (1, 1, 4, 6, 7, 11), 2.5),
    ],
    ids=("published", "gamma", "weibull"),
)
def test_the_census_of_the_next_days_is_exact(
    build: SimpleNamespace, law: Law, elapsed: Sequence[float], per_day: float
) -> None:
    """V8: mean, variance and P(N > 10) after 1, 3 and 7 days; forgetting who lies there fails."""
    model = ward_from(build, elapsed, law, per_day, 500)
    prepared = prepare(*model, plan(8, 400))
    rows = []
    for replication in range(400):
        _, _, starts, untils = prepared.replay(replication).occupations()
        at = prepared.run.warmup_hours + np.array([24.0, 72.0, 168.0])[:, np.newaxis]
        rows.append(((starts <= at) & ~(untils <= at)).sum(axis=1))
    counts = np.array(rows)
    for column, day in zip(counts.T, (1, 3, 7), strict=True):
        exact = exact_census(law, elapsed, per_day, day)
        size = np.arange(exact.size)
        mean = float(exact @ size)
        variance = float(exact @ (size - mean) ** 2)
        error = math.sqrt(variance / 400)
        assert abs(column.mean() - mean) < 3.3 * error
        assert column.var(ddof=1) == pytest.approx(variance, rel=3.3 * math.sqrt(2 / 399))
        above = float(exact[11:].sum())
        spread = math.sqrt(above * (1 - above) / 400)
        assert abs((column > 10).mean() - above) < 3.3 * spread + 1e-9
    fresh = exact_census(law, [0] * len(elapsed), per_day, 1) @ np.arange(200)
    exact = exact_census(law, elapsed, per_day, 1) @ np.arange(200)
    error = counts[:, 0].std(ddof=1) / 20
    assert abs(counts[:, 0].mean() - fresh) > 3.3 * error or abs(fresh - exact) < 6 * error


def test_the_exact_census_is_the_published_one() -> None:
    law = LogNormal(mean_hours=120, cv=1.2)
    published = {1: (12.150855, 5.247814, 0.761878), 3: (15.058808, 11.788231, 0.914209)}
    for day, (mean, variance, above) in published.items():
        exact = exact_census(law, ELAPSED_DAYS, 4.0, day)
        found = exact @ np.arange(200)
        assert found == pytest.approx(mean, abs=1e-5)
        assert exact @ (np.arange(200) - found) ** 2 == pytest.approx(variance, abs=1e-5)
        assert exact[11:].sum() == pytest.approx(above, abs=1e-5)
    kept = law.log_survival(24 * (np.array(ELAPSED_DAYS) + 1))
    kept = np.exp(kept - law.log_survival(24 * np.array(ELAPSED_DAYS)))
    assert kept == pytest.approx(SURVIVORS, abs=5e-5)


# The run


def test_the_first_hour_shows_the_census_and_nobody_is_counted_twice(
    build: SimpleNamespace,
) -> None:
    gst = build.district(("A", "B"))
    parameters = calibrate(gst, empty_history())
    lying = tuple(inpatient(f"P{at}", 1 + at / 7, "A-MED") for at in range(20))
    started = parameters.but(
        census=Census(day=MONDAY, inpatients=lying),
        hospitals=tuple(
            one.but(people=tuple(group.but(province="Tanger") for group in one.people))
            for one in parameters.hospitals
        ),
    )
    result = simulate(gst, started, plan(2, 5))
    first = result.occupancy[result.occupancy["hour"] == 0].set_index("unit")["mean"]
    assert first["A-MED"] == 20
    assert first[["A-ICU", "A-SDU", "A-SUR", "B-MED"]].eq(0).all()
    assert first["A-ED"] > 0
    assert (result.start, result.census_patients, dict(result.crowded)) == ("census", 20, {})
    empty = simulate(gst, parameters, plan(2, 5).but(start=Start.EMPTY))
    assert empty.start == "empty"
    assert (empty.occupancy[empty.occupancy["hour"] == 0]["mean"] == 0).all()


def test_a_census_with_one_patient_more_leaves_the_others_as_they_were(
    build: SimpleNamespace,
) -> None:
    law = LogNormal(mean_hours=100, cv=1)
    fewer = prepare(*ward_from(build, (1, 2, 3), law, 2.0, 50), plan(5, 1)).patients(0)
    more = prepare(*ward_from(build, (1, 2, 3, 4), law, 2.0, 50), plan(5, 1)).patients(0)
    assert np.array_equal(fewer.hours[fewer.present], more.hours[more.present][:3])
    assert np.array_equal(fewer.hours[~fewer.present], more.hours[~more.present])


def test_more_patients_than_beds_lie_beyond_them_until_they_leave(build: SimpleNamespace) -> None:
    """Nobody new comes in before the unit is below its beds, and the result says so."""
    model = ward_from(build, [0.1] * 8, Fixed(mean_hours=48), 6.0, 5)
    result = simulate(*model, plan(4, 3))
    assert dict(result.crowded) == {"H-MED": 3}
    by_hour = result.occupancy["mean"].to_numpy()
    assert (by_hour[:40] == 8).all()
    assert (by_hour[47:] <= 5).all()
    indicators = result.indicators.set_index(["indicator", "place", "group"])["value"]
    assert (indicators[Indicator.ADMISSIONS, "H-MED", ""] > 0).all()


def test_a_plan_starts_from_the_census_of_its_day_and_from_no_other(build: SimpleNamespace) -> None:
    gst, parameters = ward_from(build, (1, 2), Exponential(mean_hours=24), 2.0, 9)
    bare = RunPlan(first_day=MONDAY, horizon_days=3, warmup_days=0, replications=1)
    assert simulate(gst, parameters, bare).start == "census"
    assert simulate(gst, parameters, bare.but(warmup_days=2)).start == "empty"
    assert simulate(gst, parameters, bare.but(start=Start.EMPTY)).start == "empty"
    later = plan(3, 1).but(first_day=MONDAY + timedelta(days=1))
    assert refused(gst, parameters, later) == {"census_of_another_day"}
    assert refused(gst, parameters.but(census=None), plan(3, 1)) == {"census_of_another_day"}
    with pytest.raises(ValueError, match="no warm-up"):
        RunPlan(first_day=MONDAY, horizon_days=3, warmup_days=3, start=Start.CENSUS)


# What a census may not say


def refused(gst: Gst, parameters: TwinParameters, run: RunPlan) -> set[str]:
    with pytest.raises(InvalidInput) as wrong:
        simulate(gst, parameters, run)
    return {problem.code for problem in wrong.value.problems}


def test_an_impossible_census_is_refused_before_the_run(build: SimpleNamespace) -> None:
    gst, parameters = ward_from(build, (1,), Exponential(mean_hours=24), 2.0, 9)
    twice = Census(day=MONDAY, inpatients=(inpatient("P", 1), inpatient("P", 2)))
    nowhere = Census(day=MONDAY, inpatients=(inpatient("P", 1, "H-OLD"),))
    future = Census(day=MONDAY, inpatients=(inpatient("P", -1),))
    assert refused(gst, parameters.but(census=twice), plan(2, 1)) == {"patient_in_two_beds"}
    assert refused(gst, parameters.but(census=nowhere), plan(2, 1)) == {
        "patient_in_unit_without_beds"
    }
    assert refused(gst, parameters.but(census=future), plan(2, 1)) == {"stay_ends_before_it_starts"}


def stays(*rows: tuple[str, str, str, str | None]) -> pd.DataFrame:
    """Patient, unit, admitted, left."""
    frame = pd.DataFrame(rows, columns=["patient", "unit", "admitted_at", "left_at"])
    others = {"kind": "emergency", "sex": "male", "age_group": "15-64", "province": "Tanger"}
    times = {name: pd.to_datetime(frame[name]) for name in ("admitted_at", "left_at")}
    return frame.assign(**times, **others, outcome="present", bed=None)


def empty_history() -> History:
    return History(
        visits=pd.DataFrame(columns=["hospital", "hour", "visits"]),
        stays=pd.DataFrame(columns=list(Stay.model_fields)),
        consumption=pd.DataFrame(),
        referrals=pd.DataFrame(),
    )


def test_the_census_is_who_came_before_midnight_and_left_after(build: SimpleNamespace) -> None:
    gst = build.district(("A",))
    table = stays(
        ("stays", "A-MED", "2026-11-20 10:00", None),
        ("leaves-later", "A-SUR", "2026-11-22 10:00", "2026-11-25 10:00"),
        ("gone", "A-MED", "2026-11-20 10:00", "2026-11-22 10:00"),
        ("gone-at-midnight", "A-MED", "2026-11-20 10:00", "2026-11-23 00:00"),
        ("comes-later", "A-MED", "2026-11-23 09:00", None),
        ("moved", "A-ICU", "2026-11-20 10:00", "2026-11-22 10:00"),
        ("moved", "A-MED", "2026-11-22 10:00", None),
        ("in-emergency", "A-ED", "2026-11-22 23:00", None),
    )
    found = read_census(gst, table, MONDAY)
    assert [one.patient for one in found.inpatients] == ["leaves-later", "moved", "stays"]
    assert found.by_unit() == {"A-SUR": 1, "A-MED": 2}
    earlier = read_census(gst, table, MONDAY - timedelta(days=2))
    assert {one.patient for one in earlier.inpatients} == {
        *("stays", "gone", "gone-at-midnight", "moved")
    }


def test_every_fault_of_a_census_is_named_at_once(build: SimpleNamespace) -> None:
    gst = build.district(("A",))
    table = stays(
        ("two-beds", "A-MED", "2026-11-20 10:00", None),
        ("two-beds", "A-SUR", "2026-11-21 10:00", None),
        ("backward", "A-MED", "2026-11-20 10:00", "2026-11-19 10:00"),
        ("lost", "A-OLD", "2026-11-20 10:00", None),
    )
    with pytest.raises(InvalidInput) as wrong:
        read_census(gst, table, MONDAY)
    assert {problem.code: problem.row for problem in wrong.value.problems} == {
        "stay_ends_before_it_starts": 4,
        "patient_in_two_beds": None,
        "patient_in_unit_without_beds": None,
    }
    assert "A-MED, A-SUR" in str(wrong.value)


def test_calibration_reads_the_census_of_its_day(build: SimpleNamespace) -> None:
    gst = build.gst({"A": [build.Place("A-MED", UnitKind.WARD, 9)]})
    history = empty_history()
    table = stays(("one", "A-MED", "2026-11-20 10:00", None)).assign(province="Far away")
    parameters = calibrate(gst, replace(history, stays=table))
    assert parameters.census is not None
    assert [one.patient for one in parameters.census.inpatients] == ["one"]
    groups = {group.province for group in parameters.hospitals[0].people}
    assert "Far away" in groups
