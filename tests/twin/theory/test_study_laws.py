"""V1 to V10, V15 and V16: study files of the production twin against exact laws.

Each case runs as published and with other numbers; a value is accepted within 3.3 standard errors
of 20 replications, and a deliberately wrong twin is rejected.
"""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from scipy.special import ndtr

from tests.cases import quick_first
from twin.event_log import Milestones
from twin.study import Study
from twin.study_file import parse_study
from twin.study_model import study_model

pytestmark = pytest.mark.integration

STUDIES = Path(__file__).parent / "studies"
STANDARD_ERRORS = 3.3
Figures = Callable[[Milestones, float], Sequence[float]]


def study(name: str, **changes: Any) -> Study:
    """The study file, with values changed at paths such as ``units.0.beds``."""
    given = yaml.safe_load((STUDIES / f"{name}.yaml").read_text())
    for path, value in changes.items():
        *steps, last = path.split("__")
        place = given
        for step in steps:
            place = place[int(step) if step.isdigit() else step]
        place[int(last) if last.isdigit() else last] = value
    return parse_study(yaml.safe_dump(given))


def measured(one: Study, figures: Figures) -> np.ndarray:
    """Figures of every replication, shape (figures, replications)."""
    prepared = study_model(one).prepared()
    start = prepared.run.warmup_hours
    return np.array(
        [figures(prepared.replay(at), start) for at in range(prepared.run.replications)]
    ).T


def agrees(sample: np.ndarray, exact: float) -> bool:
    error = sample.std(ddof=1) / math.sqrt(sample.size)
    return bool(abs(sample.mean() - exact) <= STANDARD_ERRORS * error)


def accepts(one: Study, figures: Figures, exact: Sequence[float]) -> bool:
    return all(agrees(*pair) for pair in zip(measured(one, figures), exact, strict=True))


def counted(milestones: Milestones, start: float, tail_hours: float = 0.0) -> np.ndarray:
    arrive = milestones.table.arrive
    return (arrive >= start) & (arrive < milestones.end_hours - tail_hours)


def waits(milestones: Milestones, start: float, tail_hours: float) -> np.ndarray:
    chosen = counted(milestones, start, tail_hours)
    return (milestones.starts[:, 0] - milestones.table.arrive)[chosen]


def refused(milestones: Milestones, start: float, stream: int) -> float:
    own = counted(milestones, start) & (milestones.table.stream == stream)
    return float(milestones.left_unseen[own].mean())


def mean_present(milestones: Milestones, start: float, unit: int) -> float:
    _, units, starts, untils = milestones.occupations()
    untils = np.where(np.isnan(untils), milestones.end_hours, untils)
    inside = (np.minimum(untils, milestones.end_hours) - np.maximum(starts, start)).clip(min=0)
    return float(inside[units == unit].sum() / (milestones.end_hours - start))


# Exact laws


def erlang_b(load: float, servers: int) -> float:
    blocked = 1.0
    for server in range(1, servers + 1):
        blocked = load * blocked / (server + load * blocked)
    return blocked


def erlang_c(load: float, servers: int) -> float:
    blocked = erlang_b(load, servers)
    return blocked / (1 - load / servers * (1 - blocked))


def steady(flows: dict[tuple[Any, Any], float]) -> dict[Any, float]:
    """Long-run law of a Markov chain from its rates."""
    states = sorted({state for pair in flows for state in pair})
    index = {state: at for at, state in enumerate(states)}
    generator = np.zeros((len(states), len(states)))
    for (one, two), rate in flows.items():
        generator[index[one], index[two]] += rate
    generator -= np.diag(generator.sum(axis=1))
    system = np.vstack([generator.T, np.ones(len(states))])
    target = np.zeros(len(states) + 1)
    target[-1] = 1
    law = np.linalg.lstsq(system, target, rcond=None)[0]
    return dict(zip(states, law.tolist(), strict=True))


# V1


@pytest.mark.parametrize(("beds", "per_day", "days"), quick_first([(24, 8.0, 2.5), (7, 1.5, 3.6)]))
def test_v1_a_ward_with_a_queue(beds: int, per_day: float, days: float) -> None:
    load = per_day * days
    wait = erlang_c(load, beds)
    mean_wait = wait * days / (beds - load)
    late = wait * math.exp(-(beds - load) / days)

    def figures(milestones: Milestones, start: float) -> tuple[float, ...]:
        found = waits(milestones, start, 24 * 20) / 24
        return float((found > 1e-12).mean()), float(found.mean()), float((found > 1).mean())

    changes = {"units__0__beds": beds, "arrivals__0__per_day": per_day}
    stay = {"law": "exponential", "mean_days": days}
    one = study("v01_ward_queue", **changes, units__0__stay=stay)
    assert accepts(one, figures, (wait, mean_wait, late))
    wrong = study("v01_ward_queue", **changes | {"units__0__beds": beds - 1}, units__0__stay=stay)
    assert not accepts(wrong, figures, (wait, mean_wait, late))


def test_v1_is_the_published_case() -> None:
    assert erlang_c(20, 24) == pytest.approx(0.298072, abs=1e-6)
    assert erlang_c(20, 24) * math.exp(-4 / 2.5) == pytest.approx(0.060180, abs=1e-6)


# V2


LAWS = (
    {"law": "log_normal", "mean_days": 4, "sd_days": 6},
    {"law": "exponential", "mean_days": 4},
    {"law": "gamma", "mean_days": 4, "cv": 0.6},
    {"law": "weibull", "mean_days": 4, "shape": 0.7},
    {"law": "fixed", "mean_days": 4},
    {"law": "empirical", "observed_days": [1, 1, 2, 4, 12]},
)


@pytest.mark.parametrize("law", quick_first(LAWS, 3), ids=lambda law: law["law"])
def test_v2_refusals_do_not_depend_on_the_law_of_the_stay(law: dict[str, Any]) -> None:
    exact = erlang_b(12, 14)
    assert exact == pytest.approx(0.117210, abs=1e-6)

    def figures(milestones: Milestones, start: float) -> tuple[float, float]:
        return refused(milestones, start, 1), mean_present(milestones, start, 0)

    wanted = (exact, 12 * (1 - exact))
    assert accepts(study("v02_intensive_care_loss", units__0__stay=law), figures, wanted)
    wrong = study("v02_intensive_care_loss", units__0__stay=law, units__0__beds=13)
    assert not accepts(wrong, figures, wanted)


# V3


@pytest.mark.parametrize(
    ("rates", "beds", "mean"), quick_first([((0.5, 1.5, 2.0), 3, 0.5), ((1.2, 0.6, 0.9), 2, 0.6)])
)
def test_v3_the_urgent_first(rates: tuple[float, ...], beds: int, mean: float) -> None:
    load = sum(rates) * mean
    common = erlang_c(load, beds) * mean / beds
    busy = np.concatenate(([0.0], np.cumsum(rates))) * mean / beds
    exact = [common / ((1 - busy[at]) * (1 - busy[at + 1])) for at in range(3)]
    changes: dict[str, Any] = {f"arrivals__{at}__per_hour": rates[at] for at in range(3)}
    changes |= {
        "units__0__beds": beds,
        "units__0__stay": {"law": "exponential", "mean_hours": mean},
    }

    def figures(milestones: Milestones, start: float) -> list[float]:
        hours = milestones.starts[:, 0] - milestones.table.arrive
        chosen = counted(milestones, start, 24)
        return [float(hours[chosen & (milestones.table.stream == at)].mean()) for at in (1, 2, 3)]

    assert accepts(study("v03_priorities", **changes), figures, exact)
    first_come = {f"arrivals__{at}__priority": 1 for at in range(3)}
    assert not accepts(study("v03_priorities", **changes | first_come), figures, exact)


# V4


@pytest.mark.parametrize(
    ("rate", "mean", "beds", "patience"), quick_first([(10, 0.5, 4, 2.0), (5, 0.9, 5, 0.8)])
)
def test_v4_patients_lose_patience(rate: float, mean: float, beds: int, patience: float) -> None:
    weights = [1.0]
    for present in range(1, 600):
        out = min(present, beds) / mean + max(present - beds, 0) / patience
        weights.append(weights[-1] * rate / out)
    total = sum(weights)
    queue = sum(max(n - beds, 0) * w for n, w in enumerate(weights)) / total
    exact = queue / patience / rate

    def figures(milestones: Milestones, start: float) -> tuple[float, ...]:
        return refused(milestones, start, 1), mean_present(milestones, start, 0)

    changes: dict[str, Any] = {
        "units__0__beds": beds,
        "units__0__stay": {"law": "exponential", "mean_hours": mean},
        "arrivals__0__per_hour": rate,
        "arrivals__0__patience": {"law": "exponential", "mean_hours": patience},
    }
    wanted = (exact, rate * (1 - exact) * mean)
    assert accepts(study("v04_patience", **changes), figures, wanted)
    wrong = changes | {"arrivals__0__patience": {"law": "fixed", "mean_hours": patience}}
    assert not accepts(study("v04_patience", **wrong), figures, wanted)


# V5


def mutual_help(rates: tuple[float, float], mean: float, beds: tuple[int, int]) -> list[float]:
    """Refused, A in B, B in A; states are patients of any origin in each unit."""
    flows: dict[tuple[Any, Any], float] = {}
    for a in range(beds[0] + 1):
        for b in range(beds[1] + 1):
            for own, rate in enumerate(rates):
                order = (0, 1) if own == 0 else (1, 0)
                for unit in order:
                    if (a, b)[unit] < beds[unit]:
                        to = (a + 1, b) if unit == 0 else (a, b + 1)
                        flows[(a, b), to] = flows.get(((a, b), to), 0) + rate
                        break
            if a:
                flows[(a, b), (a - 1, b)] = a / mean
            if b:
                flows[(a, b), (a, b - 1)] = b / mean
    law = steady(flows)
    full = law[beds[0], beds[1]]
    a_full = sum(p for (a, _), p in law.items() if a == beds[0])
    b_full = sum(p for (_, b), p in law.items() if b == beds[1])
    return [full, a_full - full, b_full - full]


@pytest.mark.parametrize(
    ("rates", "mean", "beds"), quick_first([((1.2, 1.0), 3.0, (4, 6)), ((0.8, 1.9), 2.5, (3, 5))])
)
def test_v5_two_units_take_each_others_patients(
    rates: tuple[float, float], mean: float, beds: tuple[int, int]
) -> None:
    exact = mutual_help(rates, mean, beds)

    def figures(milestones: Milestones, start: float) -> tuple[float, ...]:
        chosen = counted(milestones, start)
        stream, unit = milestones.table.stream, milestones.units[:, 0]
        inside = ~np.isnan(milestones.starts[:, 0])
        of_a, of_b = chosen & (stream == 1), chosen & (stream == 2)
        return (
            float(milestones.left_unseen[chosen].mean()),
            float((inside & (unit == 1))[of_a].mean()),
            float((inside & (unit == 0))[of_b].mean()),
        )

    stay = {"law": "exponential", "mean_days": mean}
    changes: dict[str, Any] = {f"arrivals__{at}__per_day": rates[at] for at in (0, 1)}
    changes |= {f"units__{at}__beds": beds[at] for at in (0, 1)}
    changes |= {f"units__{at}__stay": stay for at in (0, 1)}
    assert accepts(study("v05_mutual_help", **changes), figures, exact)
    alone = changes | {"units__1__when_full": []}
    assert not accepts(study("v05_mutual_help", **alone), figures, exact)


def test_v5_is_the_published_case() -> None:
    exact = mutual_help((1.2, 1.0), 3.0, (4, 6))
    assert exact == pytest.approx([0.063394, 0.234391, 0.058507], abs=1e-6)


# V6


def boarding(
    rate: float, treatment: float, share: float, places: tuple[int, int, float]
) -> list[float]:
    """P(cubicles full), in treatment, boarding, ward occupancy."""
    cubicles, beds, stay = places
    flows: dict[tuple[Any, Any], float] = {}

    def add(one: Any, two: Any, much: float) -> None:
        flows[one, two] = flows.get((one, two), 0.0) + much

    for t in range(cubicles + 1):
        for b in range(cubicles + 1 - t):
            for w in range(beds + 1):
                if b and w < beds:
                    continue
                if t + b < cubicles:
                    add((t, b, w), (t + 1, b, w), rate)
                if t:
                    add((t, b, w), (t - 1, b, w), t / treatment * (1 - share))
                    to = (t - 1, b, w + 1) if w < beds else (t - 1, b + 1, w)
                    add((t, b, w), to, t / treatment * share)
                if w:
                    add((t, b, w), (t, b - 1, w) if b else (t, b, w - 1), w / stay)
    law = steady(flows)
    return [
        sum(p for (t, b, _), p in law.items() if t + b == cubicles),
        sum((t + b) * p for (t, b, _), p in law.items()),
        sum(w * p for (_, _, w), p in law.items()),
    ]


@pytest.mark.parametrize(
    ("rate", "treatment", "share", "places"),
    quick_first([(1.0, 4.0, 0.3, (6, 6, 24.0)), (1.4, 3.0, 0.2, (7, 8, 30.0))]),
)
def test_v6_boarders_hold_their_cubicle(
    rate: float, treatment: float, share: float, places: tuple[int, int, float]
) -> None:
    exact = boarding(rate, treatment, share, places)

    def figures(milestones: Milestones, start: float) -> tuple[float, ...]:
        present = (mean_present(milestones, start, unit) for unit in (0, 1))
        return (refused(milestones, start, 1), *present)

    changes: dict[str, Any] = {
        "arrivals__0__per_hour": rate,
        "units__0__beds": places[0],
        "units__0__stay": {"law": "exponential", "mean_hours": treatment},
        "units__0__then": {"WARD": share},
        "units__1__beds": places[1],
        "units__1__stay": {"law": "exponential", "mean_hours": places[2]},
    }
    assert accepts(study("v06_boarding", **changes), figures, exact)
    outside = changes | {"units__0__waits_for_next_unit": "outside"}
    assert not accepts(study("v06_boarding", **outside), figures, exact)


# V7


@pytest.mark.parametrize(
    ("mean_rate", "swing", "stay"), quick_first([(2.0, 0.6, 30.0), (3.5, 0.9, 12.0)])
)
def test_v7_the_census_follows_the_hours_of_arrival(
    mean_rate: float, swing: float, stay: float
) -> None:
    """Exponential stays: amplitude falls by sqrt(1 + (w m)^2), the peak lags by atan(w m) / w."""
    turn = 2 * math.pi / 24
    lag = math.atan(turn * stay) / turn
    amplitude = mean_rate * stay * swing / math.sqrt(1 + (turn * stay) ** 2)
    hours = np.array([0.0, 6.0, 12.0, 18.0])
    exact = mean_rate * stay + amplitude * np.sin(turn * (hours - lag))
    if stay == 30.0:
        assert exact == pytest.approx([55.48946, 60.57430, 64.51054, 59.42570], abs=1e-4)

    def figures(milestones: Milestones, start: float) -> list[float]:
        days = np.arange(start, milestones.end_hours, 24)
        _, _, starts, untils = milestones.occupations()
        starts = np.sort(starts)
        untils = np.sort(untils[~np.isnan(untils)])
        return [
            float(
                (
                    np.searchsorted(starts, days + at, "right")
                    - np.searchsorted(untils, days + at, "right")
                ).mean()
            )
            for at in hours
        ]

    law = {"law": "exponential", "mean_hours": stay}
    changes: dict[str, Any] = {"units__0__stay": law}
    wave = {"mean_per_hour": mean_rate, "swing": swing}
    one = study("v07_daily_wave", **changes, arrivals__0__wave=wave)
    assert accepts(one, figures, exact.tolist())
    late = study("v07_daily_wave", **changes, arrivals__0__wave=wave | {"rises_at_hour": 1.0})
    assert not accepts(late, figures, exact.tolist())


# V8


def census_law(kept: np.ndarray, mean_new: float) -> np.ndarray:
    """Law of the census: each inpatient who is still there, and a Poisson number of others."""
    size = np.arange(200)
    law = np.exp(size * math.log(mean_new) - mean_new - [math.lgamma(n + 1) for n in size])
    for share in kept:
        law = law * (1 - share) + np.concatenate(([0.0], law[:-1])) * share
    return law


def log_normal_survival(days: np.ndarray, mean: float, sd: float) -> np.ndarray:
    sigma = math.sqrt(math.log1p((sd / mean) ** 2))
    mu = math.log(mean) - sigma**2 / 2
    return ndtr((mu - np.log(np.maximum(days, 1e-300))) / sigma)


@pytest.mark.parametrize(
    ("elapsed", "per_day", "mean", "sd"),
    quick_first(
        [((0, 0.5, 1, 2, 3, 5, 8, 13, 21, 34), 4.0, 5.0, 6.0), ((0.25, 4, 4, 10), 2.2, 3.0, 2.0)]
    ),
)
def test_v8_the_census_of_today_leaves_by_the_conditional_law(
    elapsed: tuple[float, ...], per_day: float, mean: float, sd: float
) -> None:
    days, known = np.array([1.0, 3.0, 7.0]), np.array(elapsed, dtype=float)
    exact: list[float] = []
    for day in days:
        kept = log_normal_survival(known + day, mean, sd) / log_normal_survival(known, mean, sd)
        ages = (np.arange(20_000) + 0.5) / 20_000 * day
        law = census_law(kept, per_day * day * log_normal_survival(ages, mean, sd).mean())
        exact += [float(law @ np.arange(200)), float(law[11:].sum())]
    if mean == 5.0:
        published = [12.150855, 0.761878, 15.058808, 0.914209, 17.741600, 0.969637]
        assert exact == pytest.approx(published, abs=1e-5)

    def figures(milestones: Milestones, start: float) -> list[float]:
        _, _, starts, untils = milestones.occupations()
        at = (start + 24 * days)[:, np.newaxis]
        present = ((starts <= at) & ~(untils <= at)).sum(axis=1)
        return [float(x) for count in present for x in (count, count > 10)]

    stay = {"law": "log_normal", "mean_days": mean, "sd_days": sd}
    changes: dict[str, Any] = {"units__0__stay": stay, "arrivals__0__per_day": per_day}
    changes["present__0__elapsed_days"] = list(elapsed)
    sample = measured(study("v08_census_of_today", **changes), figures)
    certain = [at for at, one in enumerate(exact) if at % 2 == 0 or one > 0.01]
    assert all(agrees(sample[at], exact[at]) for at in certain)
    fresh = changes | {"present__0__elapsed_days": [0.0] * len(elapsed)}
    assert not accepts(study("v08_census_of_today", **fresh), figures, exact)


# V9


@pytest.mark.parametrize(("rate", "mean", "sd"), quick_first([(0.5, 1.5, 0.9), (0.4, 1.8, 1.8)]))
def test_v9_one_theatre(rate: float, mean: float, sd: float) -> None:
    exact = rate * (mean**2 + sd**2) / 2 / (1 - rate * mean)

    def figures(milestones: Milestones, start: float) -> tuple[float]:
        return (float(waits(milestones, start, 72).mean()),)

    stay = {"law": "log_normal", "mean_hours": mean, "sd_hours": sd}
    one = study("v09_one_theatre", units__0__stay=stay, arrivals__0__per_hour=rate)
    assert accepts(one, figures, (exact,))
    fixed = {"law": "fixed", "mean_hours": mean}
    wrong = study("v09_one_theatre", units__0__stay=fixed, arrivals__0__per_hour=rate)
    assert not accepts(wrong, figures, (exact,))


# V10


def held_beds(rates: tuple[float, float], mean: float, beds: int, held: int) -> tuple[float, float]:
    weights = [1.0]
    for present in range(beds):
        rate = rates[0] + (rates[1] if present < beds - held else 0)
        weights.append(weights[-1] * rate * mean / (present + 1))
    law = np.array(weights) / sum(weights)
    return float(law[-1]), float(law[beds - held :].sum())


@pytest.mark.parametrize("held", quick_first([0, 1, 2, 3], 2))
def test_v10_beds_held_for_emergencies(held: int) -> None:
    exact = held_beds((2.0, 1.0), 4.0, 14, held)
    published = {0: (0.117210, 0.117210), 1: (0.081317, 0.223622), 2: (0.058578, 0.327669)}
    if held in published:
        assert exact == pytest.approx(published[held], abs=1e-6)

    def figures(milestones: Milestones, start: float) -> tuple[float, float]:
        return refused(milestones, start, 1), refused(milestones, start, 2)

    one = study("v10_held_beds", units__0__reserved_for_emergencies=held)
    assert accepts(one, figures, exact)
    wrong = study("v10_held_beds", units__0__reserved_for_emergencies=held + 1)
    assert not accepts(wrong, figures, exact)


# V15


def shared_beds(loads: tuple[float, float], beds: tuple[int, int, int]) -> tuple[float, float]:
    own_a, own_b, pool = beds

    def fits(a: int, b: int) -> bool:
        return max(a - own_a, 0) + max(b - own_b, 0) <= pool

    law = {
        (a, b): loads[0] ** a / math.factorial(a) * loads[1] ** b / math.factorial(b)
        for a in range(own_a + pool + 1)
        for b in range(own_b + pool + 1)
        if fits(a, b)
    }
    total = sum(law.values())
    return (
        sum(p for (a, b), p in law.items() if not fits(a + 1, b)) / total,
        sum(p for (a, b), p in law.items() if not fits(a, b + 1)) / total,
    )


@pytest.mark.parametrize(
    ("rates", "beds"),
    quick_first([((1.2, 1.0), (3, 5, 2)), ((1.2, 1.0), (2, 4, 4)), ((0.7, 1.4), (2, 3, 3))]),
)
def test_v15_some_beds_are_shared(rates: tuple[float, float], beds: tuple[int, int, int]) -> None:
    exact = shared_beds((3 * rates[0], 3 * rates[1]), beds)

    def figures(milestones: Milestones, start: float) -> tuple[float, float]:
        return refused(milestones, start, 1), refused(milestones, start, 2)

    changes: dict[str, Any] = {f"units__{at}__beds": beds[at] for at in range(3)}
    changes |= {f"arrivals__{at}__per_day": rates[at] for at in (0, 1)}
    assert accepts(study("v15_shared_beds", **changes), figures, exact)
    more = changes | {"units__2__beds": beds[2] + 1}
    assert not accepts(study("v15_shared_beds", **more), figures, exact)


def test_v15_is_the_published_case() -> None:
    assert shared_beds((3.6, 3.0), (3, 5, 2)) == pytest.approx((0.171161, 0.042256), abs=1e-6)
    assert shared_beds((3.6, 3.0), (2, 4, 4)) == pytest.approx((0.108889, 0.049947), abs=1e-6)


# V16


NAMES = sorted(path.stem for path in STUDIES.glob("*.yaml"))


@pytest.mark.parametrize("name", NAMES)
def test_v16_nobody_is_lost_in_any_study(name: str) -> None:
    """Arrived = never admitted + gone + present + waiting; and bed-hours are the hours of stays."""
    prepared = study_model(study(name)).prepared()
    milestones = prepared.replay(0)
    arrived = int((milestones.table.arrive < milestones.end_hours).sum())
    gone = int((~np.isnan(milestones.out)).sum())
    patients, _, starts, untils = milestones.occupations()
    present = np.unique(patients[np.isnan(untils)]).size
    inside = np.unique(patients)
    waiting = arrived - np.union1d(inside, np.flatnonzero(~np.isnan(milestones.out))).size
    outside = arrived - gone - present - waiting
    assert outside >= 0
    if not len(milestones.left_early):
        assert outside == 0
    untils = np.where(np.isnan(untils), milestones.end_hours, untils)
    inside = np.minimum(untils, milestones.end_hours) - np.maximum(starts, 0)
    assert time_integral(starts, untils, milestones.end_hours) == pytest.approx(inside.sum())


def time_integral(starts: np.ndarray, untils: np.ndarray, end: float) -> float:
    """Bed-hours from 0 to the end, from the number present between each two events."""
    times = np.concatenate((starts, untils)).clip(0, end)
    steps = np.concatenate((np.ones(starts.size), -np.ones(untils.size)))
    order = np.argsort(times, kind="stable")
    present = steps[order].cumsum()
    return float((present * np.diff(times[order], append=end)).sum())
