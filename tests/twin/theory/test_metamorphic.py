"""What must hold between two runs of the twin, whatever the numbers of either."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.event_log import Milestones, read_milestones
from twin.flow import Flow
from twin.simulation import Prepared
from twin.study_file import parse_study
from twin.study_model import study_model

pytestmark = pytest.mark.integration

REFUSES = {"law": "fixed", "mean_hours": 0}
LAWS = st.one_of(
    st.fixed_dictionaries({"law": st.just("exponential"), "mean_hours": st.floats(1, 60)}),
    st.fixed_dictionaries(
        {"law": st.just("log_normal"), "mean_hours": st.floats(1, 60), "cv": st.floats(0.2, 3)}
    ),
    st.fixed_dictionaries(
        {"law": st.just("weibull"), "mean_hours": st.floats(1, 60), "shape": st.floats(0.4, 3)}
    ),
)


def prepared(beds: int, stay: dict[str, Any], *streams: dict[str, Any], **run: Any) -> Prepared:
    named = [{"stream": f"s{at}", "to": "U", **one} for at, one in enumerate(streams)]
    given_study = {
        "study": "pair",
        "units": [{"unit": "U", "beds": beds, "stay": stay}],
        "arrivals": named,
        "run": {"days": 20, "replications": 1, **run},
    }
    return study_model(parse_study(yaml.safe_dump(given_study))).prepared()


def waits(milestones: Milestones) -> np.ndarray:
    """Hours until the bed; until the end of the run for those still waiting."""
    began = np.where(np.isnan(milestones.first_bed), milestones.end_hours, milestones.first_bed)
    return began - milestones.table.arrive


@settings(max_examples=60, deadline=None)
@given(beds=st.integers(1, 12), stay=LAWS, load=st.floats(0.3, 3), seed=st.integers(0, 10**6))
def test_one_more_bed_never_refuses_anybody_more(
    beds: int, stay: dict[str, Any], load: float, seed: int
) -> None:
    """In a loss unit those whom the larger unit refuses are among those of the smaller one."""
    stream = {"per_hour": load * beds / stay["mean_hours"], "patience": REFUSES}
    fewer = prepared(beds, stay, stream, seed=seed).replay(0).left_unseen
    more = prepared(beds + 1, stay, stream, seed=seed).replay(0).left_unseen
    assert not (more & ~fewer).any()


def test_one_bed_less_refuses_more_in_a_busy_unit() -> None:
    stay = {"law": "exponential", "mean_hours": 30}
    stream = {"per_hour": 0.4, "patience": REFUSES}
    refused = [prepared(beds, stay, stream).replay(0).left_unseen.sum() for beds in (9, 10, 11)]
    assert refused[0] > refused[1] > refused[2] > 0


@settings(max_examples=60, deadline=None)
@given(
    beds=st.integers(1, 6),
    stay=LAWS,
    load=st.floats(0.5, 2),
    seed=st.integers(0, 10**6),
    raised=st.tuples(st.integers(0, 10**6), st.integers(1, 8)),
)
def test_a_better_priority_never_makes_that_patient_wait_longer(
    beds: int, stay: dict[str, Any], load: float, seed: int, raised: tuple[int, int]
) -> None:
    rate = load * beds / stay["mean_hours"] / 3
    streams = [{"per_hour": rate, "priority": priority} for priority in (2, 5, 9)]
    case = prepared(beds, stay, *streams, seed=seed)
    table = case.patients(0)
    if not len(table):
        return
    patient, better = raised[0] % len(table), raised[1]
    priority = table.priority.copy()
    priority[patient] = min(priority[patient], better)
    before, after = (
        read_milestones(Flow(case.network, one).run(case.run.end_hours), case.run.end_hours)
        for one in (table, replace(table, priority=priority))
    )
    assert waits(after)[patient] <= waits(before)[patient]


def test_a_better_priority_shortens_a_wait_where_there_is_one() -> None:
    stay = {"law": "exponential", "mean_hours": 10}
    streams = [{"per_hour": 0.19, "priority": priority} for priority in (2, 5)]
    case = prepared(4, stay, *streams)
    table = case.patients(0)
    before = waits(case.replay(0))
    patient = int(np.argmax(np.where(table.priority == 5, before, 0)))
    priority = table.priority.copy()
    priority[patient] = 1
    urgent = Flow(case.network, replace(table, priority=priority)).run(case.run.end_hours)
    assert waits(read_milestones(urgent, case.run.end_hours))[patient] < before[patient]


@settings(max_examples=40, deadline=None)
@given(
    beds=st.integers(1, 8),
    mean=st.floats(1, 40),
    load=st.floats(0.3, 0.95),
    factor=st.integers(2, 6),
    seed=st.integers(0, 10**6),
)
def test_scaling_time_changes_units_only(
    beds: int, mean: float, load: float, factor: int, seed: int
) -> None:
    """Gaps, stays, patience and the run times the factor: the same patients, times the factor."""

    def scaled(by: int) -> Milestones:
        stay = {"law": "log_normal", "mean_hours": by * mean, "cv": 1.3}
        stream = {
            "gap": {"law": "exponential", "mean_hours": by * mean / load / beds},
            "patience": {"law": "exponential", "mean_hours": by * 2 * mean},
        }
        return prepared(beds, stay, stream, seed=seed, days=10 * by).replay(0)

    once, longer = scaled(1), scaled(factor)
    assert np.array_equal(once.left_unseen, longer.left_unseen)
    for name in ("first_bed", "out"):
        np.testing.assert_allclose(
            getattr(longer, name), factor * getattr(once, name), rtol=1e-9, atol=1e-9
        )


@pytest.mark.parametrize(("unit", "factor"), [("days", 1 / 24), ("minutes", 60)])
def test_a_study_in_other_units_is_the_same_study(unit: str, factor: float) -> None:
    def waits_in(name: str, by: float) -> np.ndarray:
        stay = {"law": "gamma", f"mean_{name}": 12 * by, "cv": 1.5}
        patience = {"law": "weibull", f"mean_{name}": 6 * by, "shape": 0.8}
        return waits(prepared(3, stay, {"per_day": 8, "patience": patience}).replay(0))

    np.testing.assert_allclose(waits_in(unit, factor), waits_in("hours", 1), rtol=1e-9, atol=1e-9)
