"""Variants of a scenario on the small demo: their figures, their front, the same answer again."""

from __future__ import annotations

import pytest

from application.store.runs import list_runs
from application.use_cases.decide import recommendations
from application.use_cases.explore_scenario import (
    KIND,
    ExplorationDesign,
    Method,
    explore_scenario,
)
from application.use_cases.session import Session
from application.use_cases.simulate import TwinDesign
from hospital.errors import GstError
from scenarios.exploration import Dial
from scenarios.language import DemandGrowth, OpenBeds, Scenario

pytestmark = [pytest.mark.integration, pytest.mark.slow]

UNIT = "CHR-KEN-CHIR"
SCENARIO = Scenario(name="try", changes=(OpenBeds(unit=UNIT, beds=5), DemandGrowth(factor=1.1)))
BEDS = Dial(path="changes.0.beds", low=5, high=60, steps=2)
GROWTH = Dial(path="changes.1.factor", low=1.0, high=1.01, steps=2)
DESIGN = ExplorationDesign(
    dials=(BEDS,),
    indicators=("occupancy_percent",),
    place=UNIT,
    twin=TwinDesign(horizon_days=3, replications=2),
)


def test_a_grid_is_replayed_stored_and_read_again_and_waits_for_nobody(session: Session) -> None:
    waiting = len(recommendations(session))
    found = explore_scenario(session, SCENARIO, DESIGN)
    few, many = found.variants
    assert (few.values, many.values) == ({BEDS.path: 5.0}, {BEDS.path: 60.0})
    assert many.figures[0].mean < few.figures[0].mean
    assert many.figures[0].difference < 0
    assert [one.is_on_front for one in found.variants] == [False, True]
    again = explore_scenario(session, SCENARIO, DESIGN)
    assert again == found
    assert len(list_runs(session.database, KIND, None)) == 1
    assert len(recommendations(session)) == waiting


def test_the_highest_may_be_the_best(session: Session) -> None:
    found = explore_scenario(session, SCENARIO, DESIGN.but(highest=("occupancy_percent",)))
    assert [one.is_on_front for one in found.variants] == [True, False]


def test_a_tornado_puts_the_widest_swing_first(session: Session) -> None:
    design = DESIGN.but(dials=(GROWTH, BEDS), method=Method.TORNADO)
    found = explore_scenario(session, SCENARIO, design)
    assert [path for path, _, _ in found.swings("occupancy_percent")] == [BEDS.path, GROWTH.path]


@pytest.mark.parametrize(
    ("design", "code"),
    [
        (DESIGN.but(indicators=("happiness",)), "indicator_missing"),
        (DESIGN.but(dials=(BEDS.but(path="changes.0.bedz"),)), "no_such_dial"),
        (DESIGN.but(dials=(BEDS.but(high=900),)), "value_out_of_place"),
    ],
    ids=["indicator", "dial", "value"],
)
def test_what_cannot_be_explored_is_refused(
    session: Session, design: ExplorationDesign, code: str
) -> None:
    with pytest.raises(GstError) as refused:
        explore_scenario(session, SCENARIO, design)
    assert refused.value.code == code
