"""Every scenario of the library moves what it says, and leaves alone what it must."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from application.use_cases.read_scenario import read_scenario
from scenarios.demo import DemoSize
from scenarios.expectations import judged
from tests.scenarios.trial import Trial

pytestmark = [pytest.mark.integration, pytest.mark.slow]

LIBRARY = sorted((Path(__file__).parents[2] / "scenarios" / "library").glob("*.yaml"))
NEEDS_TWO_UNITS = "pooled_intensive_care"
"""One intensive-care unit is no pool: what it does shows in the default demo only."""


@pytest.fixture(scope="module")
def small() -> Trial:
    return Trial.of(DemoSize.SMALL)


@pytest.mark.parametrize("file", LIBRARY, ids=[file.stem for file in LIBRARY])
def test_a_scenario_moves_what_it_says_on_the_small_demo(file: Path, small: Trial) -> None:
    scenario = read_scenario(file)
    found = judged(scenario, small.compared(scenario))
    assert found
    wrong = [one for one in found if not one.holds]
    if file.stem == NEEDS_TWO_UNITS:
        assert [one.difference for one in found] == [0.0] * len(found)
    else:
        assert not wrong


def test_intensive_care_of_several_hospitals_waits_less_in_a_pool() -> None:
    default = replace(Trial.of(DemoSize.DEFAULT), replications=12)
    (file,) = [one for one in LIBRARY if one.stem == NEEDS_TWO_UNITS]
    scenario = read_scenario(file)
    assert [one for one in judged(scenario, default.compared(scenario)) if not one.holds] == []
