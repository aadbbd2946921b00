"""Every scenario of the library moves what it says, and leaves alone what it must."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from application.use_cases.read_scenario import read_scenario
from scenarios.demo import DemoSize
from scenarios.expectations import Judged, judged
from scenarios.language import Scenario
from tests.scenarios.trial import Trial

pytestmark = pytest.mark.integration

LIBRARY = sorted((Path(__file__).parents[2] / "scenarios" / "library").glob("*.yaml"))
NEEDS_TWO_UNITS = "pooled_intensive_care"
"""One intensive-care unit is no pool: what it does shows in the default demo only."""


FEW = 6
"""Replications that show most of what a scenario moves; those that need more get them all."""


@pytest.fixture(scope="module")
def small() -> Trial:
    return Trial.of(DemoSize.SMALL)


@pytest.fixture(scope="module")
def quick(small: Trial) -> Trial:
    return replace(small, replications=FEW)


def wrong(scenario: Scenario, trial: Trial) -> list[Judged]:
    """What the scenario says and does not do."""
    found = judged(scenario, trial.compared(scenario))
    assert found
    return [one for one in found if not one.holds]


@pytest.mark.parametrize("file", LIBRARY, ids=[file.stem for file in LIBRARY])
def test_a_scenario_moves_what_it_says_on_the_small_demo(
    file: Path, small: Trial, quick: Trial
) -> None:
    scenario = read_scenario(file)
    first = wrong(scenario, quick)
    if file.stem == NEEDS_TWO_UNITS:
        assert {one.difference for one in first} == {0.0}
    else:
        assert not first or not wrong(scenario, small)


@pytest.mark.slow
def test_intensive_care_of_several_hospitals_waits_less_in_a_pool() -> None:
    default = replace(Trial.of(DemoSize.DEFAULT), replications=12)
    (file,) = [one for one in LIBRARY if one.stem == NEEDS_TWO_UNITS]
    assert not wrong(read_scenario(file), default)
