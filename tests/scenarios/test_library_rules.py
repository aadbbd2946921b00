"""What every scenario of the library must say, and that every kind of change has one."""

from __future__ import annotations

from pathlib import Path

import pytest

from application.use_cases.read_scenario import CHANGES, read_scenario
from hospital.twin_result import Indicator
from scenarios.consequences import CONSEQUENCES, STOCK_EFFECTS
from scenarios.demo import DemoSize, generate
from scenarios.language import apply

pytestmark = pytest.mark.integration

LIBRARY = sorted((Path(__file__).parents[2] / "scenarios" / "library").glob("*.yaml"))
INDICATORS = {*(str(one) for one in Indicator), *CONSEQUENCES, *STOCK_EFFECTS}


@pytest.mark.parametrize("file", LIBRARY, ids=[file.stem for file in LIBRARY])
def test_a_scenario_says_why_from_where_and_which_way(file: Path) -> None:
    scenario = read_scenario(file)
    assert scenario.purpose
    assert scenario.source
    directions = {one.direction for one in scenario.expected}
    assert directions & {"up", "down"}
    assert "same" in directions or len(scenario.expected) > 1
    assert {one.indicator for one in scenario.expected} <= INDICATORS


def test_every_kind_of_change_has_a_scenario() -> None:
    told = {change.kind for file in LIBRARY for change in read_scenario(file).changes}
    assert told == set(CHANGES)


@pytest.mark.parametrize("size", [DemoSize.SMALL, DemoSize.DEFAULT])
def test_every_scenario_fits_both_demos(size: DemoSize) -> None:
    gst = generate(size, 1)[0]
    names = {apply(gst, scenario) and scenario.name for scenario in map(read_scenario, LIBRARY)}
    assert len(names) == len(LIBRARY)
