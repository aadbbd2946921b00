"""The cost model: a straight line through measured runs, and what it says of a longer one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from application.store.runs import load_result
from application.store.schema import finished_replications
from application.use_cases.scenario_cost import (
    KIND,
    CostModel,
    CostPoint,
    CostQuestion,
    ScenarioCost,
    fitted,
    scenario_cost,
)
from application.use_cases.session import Session

pytestmark = pytest.mark.integration

DESIGNS = ((7, 4), (7, 12), (14, 4), (14, 12))
Seconds = st.floats(0.001, 100)


def points_of(model: CostModel) -> list[CostPoint]:
    return [CostPoint(days, count, model.seconds(count, days)) for days, count in DESIGNS]


@given(fixed=Seconds, each=Seconds, day=Seconds)
def test_a_line_is_found_again_and_says_what_it_has_not_seen(
    fixed: float, each: float, day: float
) -> None:
    true = CostModel(fixed, each, day)
    assert fitted(points_of(true)).seconds(50, 28) == pytest.approx(true.seconds(50, 28), rel=1e-6)


def test_no_figure_is_below_zero_where_the_machine_was_busy_for_a_moment() -> None:
    points = [CostPoint(7, 4, 9.0), CostPoint(7, 12, 3.0), CostPoint(14, 12, 4.0)]
    model = fitted(points)
    assert min(model.fixed, model.per_replication, model.per_replication_day) >= 0


def test_two_points_cannot_tell_three_figures() -> None:
    with pytest.raises(ValueError, match="three"):
        fitted(points_of(CostModel(1, 1, 1))[:2])


def test_the_hospitals_as_they_are_count_once_and_orders_for_each_that_makes_one() -> None:
    question = CostQuestion(scenarios=20, replications=50, stock_scenarios=3)
    model = CostModel(fixed=1, per_replication=0.1, per_replication_day=0.01)
    cost = ScenarioCost("r", question, (), model, 5.0, 60.0, 2.0)
    assert cost.wall_seconds == pytest.approx(5 + 21 * (1 + 50 * (0.1 + 28 * 0.01)) + 3 * 2)


def test_it_is_measured_on_the_gst_stored_and_leaves_no_replication_behind(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.use_cases.scenario_cost.LEAST_SECONDS", 0.0)
    question = CostQuestion(scenarios=2, replications=8, horizon_days=7, stock_scenarios=1)
    found = scenario_cost(session, question)
    assert [one.replications for one in found.points] == [2, 6, 2, 6]
    assert max(one.horizon_days for one in found.points) == 7
    assert all(one.seconds > 0 for one in found.points)
    assert found.wall_seconds > found.start_seconds > 0
    kept = json.loads(load_result(session.database, found.run, KIND))
    assert kept["model"] == {
        "fixed": found.model.fixed,
        "per_replication": found.model.per_replication,
        "per_replication_day": found.model.per_replication_day,
    }
    own = finished_replications.c.run.startswith(found.run)
    with session.database.reading() as connection:
        count = select(func.count()).select_from(finished_replications).where(own)
        assert connection.execute(count).scalar() == 0
