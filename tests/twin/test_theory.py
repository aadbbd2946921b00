"""The production twin agrees with queueing theory, and a wrong twin does not.

Cases V1 to V4, V6, V7 and V9 of the validation list, with their numbers and others. A value is
accepted within 3.3 standard errors of 20 replications (false alarm about one in a thousand).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from hospital.gst import Gst
from hospital.twin_result import Indicator, TwinResult
from twin.event_log import Milestones
from twin.laws import Exponential, Fixed, LogNormal
from twin.parameters import TwinParameters
from twin.run_plan import RunPlan
from twin.simulation import prepare, simulate

pytestmark = pytest.mark.unit

REPLICATIONS = 20
STANDARD_ERRORS = 3.3
MONDAY = date(2026, 11, 23)


def agrees(sample: np.ndarray, exact: float) -> bool:
    error = sample.std(ddof=1) / math.sqrt(sample.size)
    return bool(abs(sample.mean() - exact) <= STANDARD_ERRORS * error)


def plan(days: int, warmup_days: int = 30, seed: int = 1) -> RunPlan:
    return RunPlan(
        first_day=MONDAY,
        horizon_days=days,
        warmup_days=warmup_days,
        replications=REPLICATIONS,
        seed=seed,
    )


def measured(
    model: tuple[Gst, TwinParameters],
    run: RunPlan,
    figures: Callable[[Milestones], Sequence[float]],
) -> np.ndarray:
    """Figures of each replication, shape (figures, replications)."""
    prepared = prepare(*model, run)
    return np.array([figures(prepared.replay(one)) for one in range(run.replications)]).T


def indicator(result: TwinResult, name: Indicator, place: str) -> np.ndarray:
    frame = result.indicators
    chosen = (frame["indicator"] == name) & (frame["place"] == place) & (frame["group"] == "")
    return frame.loc[chosen, "value"].to_numpy()


def erlang_b(load: float, servers: int) -> float:
    """Probability that all servers are busy when those who find it so are lost."""
    blocked = 1.0
    for server in range(1, servers + 1):
        blocked = load * blocked / (server + load * blocked)
    return blocked


def erlang_c(load: float, servers: int) -> float:
    blocked = erlang_b(load, servers)
    return blocked / (1 - load / servers * (1 - blocked))


def erlang_a(rate: float, mean: float, servers: int, patience: float) -> float:
    """Share who leave a queue with exponential patience (birth and death chain)."""
    weights = [1.0]
    for present in range(1, 2000):
        out = min(present, servers) / mean + max(present - servers, 0) / patience
        weights.append(weights[-1] * rate / out)
    queue = sum(max(n - servers, 0) * w for n, w in enumerate(weights)) / sum(weights)
    return queue / patience / rate


def share_and_mean_of_waits(milestones: Milestones) -> tuple[float, float]:
    """Share who wait for a first bed, and the mean wait [days], away from both ends."""
    arrived = milestones.table.arrive
    counted = (arrived >= 30 * 24) & (arrived < milestones.end_hours - 20 * 24)
    days = (milestones.starts[:, 0] - arrived)[counted] / 24
    return float((days > 0).mean()), float(days.mean())


@pytest.mark.parametrize(("beds", "per_day", "mean_days"), [(24, 8.0, 2.5), (9, 1.7, 4.0)])
def test_a_ward_waits_as_erlang_c_says(
    build: SimpleNamespace, beds: int, per_day: float, mean_days: float
) -> None:
    """V1: probability and mean of the wait for a bed, M/M/c."""
    stay = Exponential(mean_hours=24 * mean_days)
    load = per_day * mean_days
    waits = erlang_c(load, beds)
    mean_wait = waits * mean_days / (beds - load)
    share, mean = measured(
        build.ward_queue(beds, per_day, stay), plan(400), share_and_mean_of_waits
    )
    assert agrees(share, waits)
    assert agrees(mean, mean_wait)
    wrong, _ = measured(
        build.ward_queue(beds - 1, per_day, stay), plan(200), share_and_mean_of_waits
    )
    assert not agrees(wrong, waits)


@pytest.mark.parametrize("law", [LogNormal(mean_hours=96, cv=1.5), Exponential(mean_hours=96)])
def test_a_unit_that_refuses_loses_what_erlang_b_says_whatever_the_law(
    build: SimpleNamespace, law: LogNormal | Exponential
) -> None:
    """V2: who finds 14 places taken is lost, insensitive to the law of the stay, M/G/c/c."""
    queue = build.Queue(14, 3 / 24, law, patience=Fixed(mean_hours=0))
    result = simulate(*build.emergency_queue(queue), plan(800))
    exact = erlang_b(12.0, 14)
    assert exact == pytest.approx(0.117210, abs=1e-6)
    assert agrees(indicator(result, Indicator.LEFT_UNSEEN, "H") / 100, exact)
    assert agrees(indicator(result, Indicator.OCCUPIED_BEDS, "H-ED"), 12 * (1 - exact))
    fewer = build.Queue(13, 3 / 24, law, patience=Fixed(mean_hours=0))
    wrong = simulate(*build.emergency_queue(fewer), plan(500))
    assert not agrees(indicator(wrong, Indicator.LEFT_UNSEEN, "H") / 100, exact)


@pytest.mark.parametrize(
    ("rates", "physicians", "mean"), [((0.5, 1.5, 2.0), 3, 0.5), ((1.0, 0.5, 1.2, 0.8), 2, 0.45)]
)
def test_physicians_see_the_urgent_first_as_cobham_says(
    build: SimpleNamespace, rates: tuple[float, ...], physicians: int, mean: float
) -> None:
    """V3: mean wait by triage level without pre-emption (Cobham 1954), M/M/c."""
    total = sum(rates)
    queue = build.Queue(
        10_000,
        total,
        Exponential(mean_hours=mean),
        physicians=physicians,
        shares=tuple(rate / total for rate in rates),
    )
    common = erlang_c(total * mean, physicians) * mean / physicians
    busy = np.concatenate(([0.0], np.cumsum(rates))) * mean / physicians

    levels = range(1, len(rates) + 1)

    def waits(milestones: Milestones) -> list[float]:
        seen = ~np.isnan(milestones.physician)
        hours = milestones.physician - milestones.cubicle
        return [float(hours[seen & (milestones.table.priority == at)].mean()) for at in levels]

    values = measured(build.emergency_queue(queue), plan(50, 0), waits)
    for level in levels:
        exact = common / ((1 - busy[level - 1]) * (1 - busy[level]))
        assert agrees(values[level - 1], exact)
        first_come = common / (1 - busy[-1])
        assert not agrees(values[level - 1], first_come)


@pytest.mark.parametrize(
    ("rate", "mean", "cubicles", "patience"), [(10.0, 0.5, 4, 2.0), (6.0, 0.8, 5, 0.7)]
)
def test_patients_leave_unseen_as_erlang_a_says(
    build: SimpleNamespace, rate: float, mean: float, cubicles: int, patience: float
) -> None:
    """V4: the share who lose patience, M/M/c+M."""
    queue = build.Queue(
        cubicles, rate, Exponential(mean_hours=mean), patience=Exponential(mean_hours=patience)
    )
    result = simulate(*build.emergency_queue(queue), plan(30, 2))
    exact = erlang_a(rate, mean, cubicles, patience)
    assert agrees(indicator(result, Indicator.LEFT_UNSEEN, "H") / 100, exact)
    assert not agrees(
        indicator(result, Indicator.LEFT_UNSEEN, "H") / 100,
        erlang_a(rate, mean, cubicles + 1, patience),
    )


def test_erlang_a_is_the_published_value() -> None:
    assert erlang_a(10, 0.5, 4, 2) == pytest.approx(0.234162, abs=1e-6)


def boarding_chain(
    rate: float, treatment: float, admitted: float, cubicles: int, ward: tuple[int, float]
) -> tuple[float, float, float]:
    """P(all cubicles taken), boarders and ward occupancy of V6, from its Markov chain.

    State: in treatment, boarding, in the ward; who finds the cubicles taken is lost.
    """
    beds, stay = ward
    states = [
        (t, b, w)
        for t in range(cubicles + 1)
        for b in range(cubicles + 1 - t)
        for w in range(beds + 1)
        if b == 0 or w == beds
    ]
    index = {state: at for at, state in enumerate(states)}
    flows = np.zeros((len(states), len(states)))
    for t, b, w in states:
        at = index[t, b, w]
        if t + b < cubicles:
            flows[at, index[t + 1, b, w]] += rate
        if t:
            flows[at, index[t - 1, b, w]] += t / treatment * (1 - admitted)
            arrives = (t - 1, b, w + 1) if w < beds else (t - 1, b + 1, w)
            flows[at, index[arrives]] += t / treatment * admitted
        if w:
            flows[at, index[(t, b - 1, w) if b else (t, b, w - 1)]] += w / stay
    generator = flows - np.diag(flows.sum(axis=1))
    system = np.vstack([generator.T, np.ones(len(states))])
    target = np.zeros(len(states) + 1)
    target[-1] = 1
    law = np.linalg.lstsq(system, target, rcond=None)[0]
    full = sum(p for (t, b, _), p in zip(states, law, strict=True) if t + b == cubicles)
    boarders = sum(b * p for (_, b, _), p in zip(states, law, strict=True))
    taken = sum(w * p for (_, _, w), p in zip(states, law, strict=True))
    return full, boarders, taken / beds


def test_the_boarding_chain_is_the_published_one() -> None:
    full, boarders, occupancy = boarding_chain(1.0, 4.0, 0.3, 6, (6, 24.0))
    assert (full, boarders, occupancy) == pytest.approx((0.263110, 1.299882, 0.884268), abs=1e-5)


@pytest.mark.parametrize("case", [(1.0, 4.0, 0.3, 6, 6), (1.5, 3.0, 0.25, 8, 11)])
def test_boarders_hold_their_cubicle_as_the_markov_chain_says(
    build: SimpleNamespace, case: tuple[float, float, float, int, int]
) -> None:
    """V6: emergency department and ward with blocking."""
    rate, treatment, admitted, cubicles, beds = case
    queue = build.Queue(
        cubicles,
        rate,
        Exponential(mean_hours=treatment),
        patience=Fixed(mean_hours=0),
        admission_probability=admitted,
        ward_beds=beds,
        ward_stay=Exponential(mean_hours=24),
    )
    result = simulate(*build.emergency_queue(queue), plan(300))
    full, boarders, occupancy = boarding_chain(rate, treatment, admitted, cubicles, (beds, 24.0))
    assert agrees(indicator(result, Indicator.LEFT_UNSEEN, "H") / 100, full)
    assert agrees(indicator(result, Indicator.OCCUPANCY, "H-MED") / 100, occupancy)
    hours_each = boarders / (rate * (1 - full) * admitted)
    assert agrees(indicator(result, Indicator.BOARDING, "H"), hours_each)
    fewer = build.emergency_queue(replace(queue, ward_beds=beds - 1))
    assert not agrees(indicator(simulate(*fewer, plan(150)), Indicator.BOARDING, "H"), hours_each)


def test_one_physician_waits_as_pollaczek_and_khinchine_say(build: SimpleNamespace) -> None:
    """V9: M/G/1 with log-normal service, mean wait 3.06 h at 75 % load."""
    service = LogNormal(mean_hours=1.5, cv=0.6)
    queue = build.Queue(10_000, 0.5, service, physicians=1)
    result = simulate(*build.emergency_queue(queue), plan(500))
    minutes = indicator(result, Indicator.PHYSICIAN_WAIT, "H")
    assert agrees(minutes / 60, 0.5 * 1.5**2 * (1 + 0.6**2) / 2 / (1 - 0.75))
    assert not agrees(minutes / 60, 0.75 * 1.5 / (1 - 0.75))


def test_the_census_follows_the_hours_of_arrival(build: SimpleNamespace) -> None:
    """V7: unlimited places under hourly rates; the census at each hour is exact, M(t)/G/inf.

    Over one hour of constant rate r, n(h+1) = n(h) e^(-1/m) + r m (1 - e^(-1/m)).
    """
    rates = 2 * (1 + 0.6 * np.sin(2 * np.pi * (np.arange(24) + 0.5) / 24))
    mean = 30.0
    gst, parameters = build.emergency_queue(build.Queue(5_000, 0, Exponential(mean_hours=mean)))
    changed = parameters.hospitals[0].but(hourly_visits=tuple(rates.tolist()) * 7)
    result = simulate(gst, parameters.but(hospitals=(changed,)), plan(60, 14))
    kept, exact, present = math.exp(-1 / mean), [], 0.0
    for hour in range(24 * 40):
        present = present * kept + rates[hour % 24] * mean * (1 - kept)
        exact.append(present)
    steady = np.roll(exact[-24:], 1)
    census = result.occupancy["mean"].to_numpy().reshape(-1, 24)
    error = census.std(axis=0, ddof=1) / math.sqrt(REPLICATIONS)
    assert np.abs(census.mean(axis=0) - steady).max() < STANDARD_ERRORS * error.max()
    stale = np.roll(steady, 1)
    assert np.abs(census.mean(axis=0) - stale).max() > STANDARD_ERRORS * error.max()


def test_mean_patients_are_rate_times_mean_stay(build: SimpleNamespace) -> None:
    """V16, Little's law inside one run: census = admissions x length of stay."""
    result = simulate(*build.ward_queue(40, 8, LogNormal(mean_hours=80, cv=1.2)), plan(400))
    present = indicator(result, Indicator.OCCUPIED_BEDS, "H-MED")
    rate = indicator(result, Indicator.ADMISSIONS, "H-MED")
    days = indicator(result, Indicator.LENGTH_OF_STAY, "H-MED")
    assert present == pytest.approx(rate * days, rel=0.02)
    assert agrees(present, 8 * 80 / 24)
