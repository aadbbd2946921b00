"""Ambulances, diversion and deaths while waiting, as study files, against exact laws.

A value is accepted within 3.3 standard errors of 20 replications; a wrong twin is rejected.
"""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from tests.cases import quick_first
from twin.event_log import Milestones
from twin.study_file import parse_study
from twin.study_model import study_model

pytestmark = pytest.mark.integration

STUDIES = Path(__file__).parent / "studies"
STANDARD_ERRORS = 3.3
ASKED, CALLED, LEAVES, FREE = 1, 2, 3, 4
Figures = Callable[[Milestones, float], Sequence[float]]


def accepts(name: str, figures: Figures, exact: Sequence[float], **changes: Any) -> bool:
    """Whether the study, changed at paths such as ``units__0__beds``, agrees with the law."""
    given = yaml.safe_load((STUDIES / f"{name}.yaml").read_text())
    for path, value in changes.items():
        *steps, last = path.split("__")
        place = given
        for step in steps:
            place = place[int(step) if step.isdigit() else step]
        place[last] = value
    prepared = study_model(parse_study(yaml.safe_dump(given))).prepared()
    start = prepared.run.warmup_hours
    found = [figures(prepared.replay(at), start) for at in range(prepared.run.replications)]
    sample = np.array(found)
    error = sample.std(axis=0, ddof=1) / math.sqrt(len(sample))
    return bool((abs(sample.mean(axis=0) - exact) <= STANDARD_ERRORS * error).all())


def erlang_c(load: float, servers: int) -> float:
    blocked = 1.0
    for server in range(1, servers + 1):
        blocked = load * blocked / (server + load * blocked)
    return blocked / (1 - load / servers * (1 - blocked))


# Ambulances


def ambulance_figures(milestones: Milestones, start: float) -> tuple[float, float, float]:
    """Share that waits, mean wait [h], ambulances busy."""
    assert milestones.record is not None
    trips = milestones.record.trip_table()
    own = trips[(trips[:, ASKED] >= start) & (trips[:, ASKED] < milestones.end_hours - 48)]
    waits = own[:, LEAVES] - own[:, ASKED]
    end = milestones.end_hours
    busy = np.minimum(trips[:, FREE], end).clip(min=start) - trips[:, CALLED].clip(start, end)
    return float((waits > 1e-12).mean()), float(waits.mean()), np.nansum(busy) / (end - start)


@pytest.mark.parametrize(
    ("rate", "minutes", "fleet"), quick_first([(1.2, 100.0, 3), (0.7, 60.0, 1)])
)
def test_transfers_wait_for_an_ambulance_as_in_a_queue(
    rate: float, minutes: float, fleet: int
) -> None:
    """Poisson transfers, exponential round trips: M/M/c (Erlang C)."""
    trip_hours = minutes / 60 + 2 * 0.001 / 60
    load = rate * trip_hours
    late = erlang_c(load, fleet)
    exact = (late, late * trip_hours / (fleet - load), load)
    changes = {"arrivals__0__per_hour": rate, "ambulances__0__handover_minutes": minutes}
    right = changes | {"ambulances__0__ambulances": fleet}
    assert accepts("ambulances", ambulance_figures, exact, **right)
    more = changes | {"ambulances__0__ambulances": fleet + 1}
    assert not accepts("ambulances", ambulance_figures, exact, **more)


@pytest.mark.parametrize(
    ("rate", "cv", "minutes"), quick_first([(0.5, 0.6, 30.0), (0.3, 1.6, 45.0)])
)
def test_one_ambulance_is_busy_for_the_whole_round_trip(
    rate: float, cv: float, minutes: float
) -> None:
    """M/G/1 (Pollaczek-Khinchine): there, handover and back; without the way back it fails."""
    handover = 50 / 60
    trip = 2 * minutes / 60 + handover
    second = trip**2 + (cv * handover) ** 2

    def wait(milestones: Milestones, start: float) -> tuple[float]:
        return (ambulance_figures(milestones, start)[1],)

    changes = {
        "arrivals__0__per_hour": rate,
        "links__0__minutes": minutes,
        "ambulances__0__ambulances": 1,
        "ambulances__0__handover_minutes": 50,
        "ambulances__0__handover_cv": cv,
    }
    exact = rate * second / 2 / (1 - rate * trip)
    assert accepts("ambulances", wait, (exact,), **changes)
    one_way = trip - minutes / 60
    without = rate * (one_way**2 + (cv * handover) ** 2) / 2 / (1 - rate * one_way)
    assert not accepts("ambulances", wait, (without,), **changes)


# Diversion


def steady(flows: dict[tuple[Any, Any], float]) -> dict[Any, float]:
    states = sorted({state for pair in flows for state in pair})
    index = {state: at for at, state in enumerate(states)}
    generator = np.zeros((len(states), len(states)))
    for (one, two), rate in flows.items():
        generator[index[one], index[two]] += rate
    generator -= np.diag(generator.sum(axis=1))
    generator[:, 0] = 1
    target = np.zeros(len(states))
    target[0] = 1
    return dict(zip(states, np.linalg.solve(generator.T, target).tolist(), strict=True))


def diversion(
    rates: tuple[float, float], mean: float, cubicles: tuple[int, int], shares: tuple[float, float]
) -> list[float]:
    """Lost, turned away from A, turned away from B [per visit]; nobody queues.

    ``shares`` come by ambulance; while both are full nobody is turned away.
    """
    flows: dict[tuple[Any, Any], float] = {}

    def add(one: Any, two: Any, much: float) -> None:
        if much:
            flows[one, two] = flows.get((one, two), 0.0) + much

    for a in range(cubicles[0] + 1):
        for b in range(cubicles[1] + 1):
            is_full = a == cubicles[0], b == cubicles[1]
            for own in (0, 1):
                other = 1 - own
                step = [(a + 1, b), (a, b + 1)]
                if not is_full[own]:
                    add((a, b), step[own], rates[own])
                elif not is_full[other]:
                    add((a, b), step[other], rates[own] * shares[own])
            if a:
                add((a, b), (a - 1, b), a / mean)
            if b:
                add((a, b), (a, b - 1), b / mean)
    law = steady(flows)
    both = law[cubicles]
    full = [sum(p for state, p in law.items() if state[at] == cubicles[at]) - both for at in (0, 1)]
    lost = both * sum(rates) + sum(
        rate * (1 - share) * much for rate, share, much in zip(rates, shares, full, strict=True)
    )
    return [lost / sum(rates), full[0] * shares[0], full[1] * shares[1]]


def diversion_figures(milestones: Milestones, start: float) -> list[float]:
    assert milestones.record is not None
    table = milestones.table
    inside = (table.arrive >= start) & (table.arrive < milestones.end_hours - 1)
    sent = np.zeros(len(table), dtype=np.bool_)
    sent[milestones.record.diversion_table()[:, 0].astype(np.int64)] = True
    lost = float(milestones.left_unseen[inside].mean())
    return [lost, *(float(sent[inside & (table.site == at)].mean()) for at in (0, 1))]


@pytest.mark.parametrize(
    ("rates", "mean", "cubicles", "share"),
    [((1.2, 1.0), 3.0, (4, 6), 1.0), ((1.6, 0.9), 2.0, (3, 4), 0.4)],
)
def test_ambulances_go_on_to_the_department_that_is_open(
    rates: tuple[float, float], mean: float, cubicles: tuple[int, int], share: float
) -> None:
    """Two loss systems that take each other's ambulances, no time on the road: a Markov chain."""
    exact = diversion(rates, mean, cubicles, (share, share))
    changes: dict[str, Any] = {"diversions__0__by_ambulance": [0, 0, share, 0, 0]}
    for at in (0, 1):
        changes[f"emergencies__{at}__visits_per_day"] = 24 * rates[at]
        changes[f"emergencies__{at}__cubicles"] = cubicles[at]
        consult = {"law": "exponential", "mean_hours": mean}
        changes[f"emergencies__{at}__triage__0__consult"] = consult
    assert accepts("diversion", diversion_figures, exact, **changes)
    wrong = changes | {"diversions__0__by_ambulance": [0, 0, share / 2, 0, 0]}
    assert not accepts("diversion", diversion_figures, exact, **wrong)


def test_a_department_without_a_rule_takes_everybody_and_never_sends_on() -> None:
    """Only A diverts: B is never full for A's ambulances, and keeps its own."""
    exact = diversion((1.2, 1.0), 3.0, (4, 300), (1.0, 0.0))
    changes: dict[str, Any] = {"diversions__0__hospital": "A", "emergencies__1__cubicles": 300}
    assert exact[0] == pytest.approx(0, abs=1e-12)

    def from_a(milestones: Milestones, start: float) -> tuple[float]:
        figures = diversion_figures(milestones, start)
        assert figures[0] == figures[2] == 0
        return (figures[1],)

    assert accepts("diversion", from_a, exact[1:2], **changes)


# Deaths


@pytest.mark.parametrize(
    ("rate", "mean", "beds", "hazard"), quick_first([(0.5, 10.0, 4, 0.05), (0.9, 6.0, 4, 0.2)])
)
def test_who_waits_for_intensive_care_may_die(
    rate: float, mean: float, beds: int, hazard: float
) -> None:
    """M/M/c with impatience (Erlang A), where losing patience is dying."""
    weights = [1.0]
    for present in range(1, 500):
        out = min(present, beds) / mean + max(present - beds, 0) * hazard
        weights.append(weights[-1] * rate / out)
    total = sum(weights)
    queue = sum(max(n - beds, 0) * w for n, w in enumerate(weights)) / total
    exact = (queue * hazard / rate, queue / rate)

    def figures(milestones: Milestones, start: float) -> tuple[float, float]:
        """Share who die waiting, mean wait of all [h]."""
        assert milestones.record is not None
        deaths = milestones.record.lost_table(milestones.record.deaths)
        arrive, first = milestones.table.arrive, milestones.starts[:, 0]
        inside = (arrive >= start) & (arrive < milestones.end_hours - 240)
        dead = np.zeros(arrive.size, dtype=np.bool_)
        dead[deaths[:, 0].astype(np.int64)] = True
        assert milestones.died[dead].all()
        until = np.where(dead, milestones.out, first)
        return float(dead[inside].mean()), float((until - arrive)[inside].mean())

    changes: dict[str, Any] = {
        "units__0__beds": beds,
        "units__0__stay": {"law": "exponential", "mean_hours": mean},
        "arrivals__0__per_hour": rate,
        "waiting_deaths__0__per_hour": hazard,
    }
    assert accepts("waiting_deaths", figures, exact, **changes)
    wrong = changes | {"waiting_deaths__0__per_hour": hazard * 1.3}
    assert not accepts("waiting_deaths", figures, exact, **wrong)
