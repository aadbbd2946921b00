"""Arrivals have the rate of every hour, level and origin exactly; a stale rate is refused."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import chi2

from twin.laws import Exponential
from twin.parameters import PersonGroup
from twin.patients import PatientTable
from twin.run_plan import RunPlan
from twin.simulation import prepare

pytestmark = pytest.mark.unit

MONDAY = date(2026, 11, 23)
WEEKS = 40
REPLICATIONS = 20
JUMPS = tuple((0.3, 3.0)[hour % 3 == 1] * (1 + hour // 24) for hour in range(168))
"""Neighbouring hours differ ten times, weekdays seven times [visits/hour]."""


def fits(counts: np.ndarray, expected: np.ndarray) -> bool:
    """Pearson's chi-square at one in a thousand, no parameter fitted."""
    statistic = ((counts - expected) ** 2 / expected).sum()
    return bool(statistic < chi2.ppf(0.999, counts.size))


def tables(build: SimpleNamespace, **changes: object) -> list[PatientTable]:
    gst, parameters = build.emergency_queue(
        build.Queue(1000, 1, Exponential(mean_hours=0.1), shares=(0.1, 0.3, 0.6))
    )
    hospital = parameters.hospitals[0].but(hourly_visits=JUMPS, **changes)
    run = RunPlan(
        first_day=MONDAY,
        horizon_days=7 * WEEKS,
        warmup_days=0,
        replications=REPLICATIONS,
        seed=11,
    )
    prepared = prepare(gst, parameters.but(hospitals=(hospital,)), run)
    return [prepared.patients(one) for one in range(REPLICATIONS)]


def by_hour(times: np.ndarray) -> np.ndarray:
    return np.bincount((times % 168).astype(np.int64), minlength=168)


def stale_thinning(rng: np.random.Generator, end_hours: float) -> np.ndarray:
    """The fault of the best-known open model: the rate of the last arrival decides the next."""
    times, now, last, top = [], 0.0, 0.0, max(JUMPS)
    while now < end_hours:
        now += rng.exponential(1 / top)
        if rng.random() * top < JUMPS[int(last % 168)]:
            times.append(now)
            last = now
    return np.array(times)


@pytest.fixture(scope="module")
def drawn(build: SimpleNamespace) -> list[PatientTable]:
    return tables(build)


def test_every_hour_of_the_week_has_its_rate(drawn: list[PatientTable]) -> None:
    counts = by_hour(np.concatenate([table.arrive for table in drawn]))
    assert fits(counts, np.array(JUMPS) * WEEKS * REPLICATIONS)


def test_a_sampler_that_thins_with_a_stale_rate_is_refused() -> None:
    times = stale_thinning(np.random.default_rng(3), 168.0 * WEEKS)
    assert not fits(by_hour(times), np.array(JUMPS) * WEEKS)


def test_every_triage_level_and_origin_has_its_share_of_every_hour(
    build: SimpleNamespace,
) -> None:
    """Thinning by level and by province leaves Poisson streams with the same profile."""
    people = tuple(
        PersonGroup(province=province, sex="female", age_group="15-64", weight=weight)
        for province, weight in (("Tanger", 3), ("Larache", 1))
    )
    drawn = tables(build, people=people)
    arrive = np.concatenate([table.arrive for table in drawn])
    level = np.concatenate([table.priority for table in drawn])
    person = np.concatenate([table.person for table in drawn])
    whole = np.array(JUMPS) * WEEKS * REPLICATIONS
    for group, share in (*zip(level == np.array([[1], [2], [3]]), (0.1, 0.3, 0.6), strict=True),):
        assert fits(by_hour(arrive[group]), share * whole)
    for number, share in enumerate((0.75, 0.25)):
        assert fits(by_hour(arrive[person == number]), share * whole)
        assert not fits(by_hour(arrive[person == number]), 0.5 * whole)


def test_triage_follows_the_clock_where_the_levels_do(
    build: SimpleNamespace, drawn: list[PatientTable]
) -> None:
    """At night the first level weighs four times as much; nobody comes at another time."""
    night = tuple(4.0 if hour < 8 else 1.0 for hour in range(24))
    rows = (
        build.emergency_queue(
            build.Queue(1000, 1, Exponential(mean_hours=0.1), shares=(0.1, 0.3, 0.6))
        )[1]
        .hospitals[0]
        .triage
    )
    urgent = (rows[0].but(clock_hours=night), *rows[1:])
    shifted = tables(build, triage=urgent)
    arrive = np.concatenate([table.arrive for table in shifted])
    assert np.array_equal(arrive, np.concatenate([table.arrive for table in drawn]))
    first = np.concatenate([table.priority for table in shifted]) == 1
    is_night = np.arange(168) % 24 < 8
    share = np.where(is_night, 0.4 / 1.3, 0.1)
    whole = np.array(JUMPS) * WEEKS * REPLICATIONS
    assert fits(by_hour(arrive[first]), share * whole)
    assert not fits(by_hour(arrive[first]), share.mean() * whole)
