from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from application.use_cases.read_scenario import read_scenario
from hospital.errors import GstError, InvalidInput, Problem, Sentence
from scenarios.language import Scenario

pytestmark = pytest.mark.integration

HEAD = "schema_version: 1\nname: try\nchanges:\n"


def problems_of(folder: Path, text: str) -> tuple[Problem, ...]:
    file = folder / "scenario.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        read_scenario(file)
    return refused.value.problems


@pytest.mark.parametrize(
    ("line", "column", "expected"),
    [
        ("  - {kind: open_bedz, unit: A, beds: 1}", "changes.0", "open_beds, close_beds"),
        ("  - {unit: A, beds: 1}", "changes.0", "open_beds, close_beds"),
        ("  - {kind: open_beds, unit: A, beds: -4}", "changes.0.open_beds.beds", "> 0, <= 500"),
        ("  - {kind: open_beds, unit: A, beds: x}", "changes.0.open_beds.beds", "whole number"),
        ("  - {kind: open_beds, unit: A}", "changes.0.open_beds.beds", "whole number"),
        ("  - {kind: open_beds, unit: 'A B', beds: 1}", "changes.0.open_beds.unit", "letters"),
        (
            "  - {kind: ambulances, hospital: A, ambulances: 2, serves: [B, 'C D']}",
            "changes.0.ambulances.serves.1",
            "letters",
        ),
        ("  - {kind: open_beds, unit: A, bed: 1}", "changes.0.open_beds.bed", "keys among"),
        ("  - {kind: demand_growth, factor: .nan}", "changes.0.demand_growth.factor", "a number"),
        (
            "  - {kind: demand_growth, factor: 1.1, first_day: 23/11/2026}",
            "changes.0.demand_growth.first_day",
            "2026-11-23",
        ),
        (
            "  - {kind: demand_growth, factor: 1, first_day: 2026-12-31, last_day: 2026-12-01}",
            "changes.0.demand_growth",
            "on or before",
        ),
    ],
)
def test_a_wrong_change_is_named_with_its_line_and_what_would_be_right(
    tmp_path: Path, line: str, column: str, expected: str
) -> None:
    found = [p for p in problems_of(tmp_path, HEAD + line + "\n") if p.column == column]
    assert len(found) == 1
    assert found[0].row == 4
    assert expected in str(found[0].expected)
    assert isinstance(found[0].expected, Sentence)


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    text = "schema_version: 2\nname: 'two words'\nmood: good\nchanges: []\n"
    columns = {problem.column for problem in problems_of(tmp_path, text)}
    assert columns == {"schema_version", "name", "mood", "changes"}


@pytest.mark.parametrize("text", ["", "- a\n", "a: &x 1\nb: *x\n", "name: [", "name: a\nname: b\n"])
def test_what_is_no_plain_yaml_is_refused(tmp_path: Path, text: str) -> None:
    assert problems_of(tmp_path, text)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(noise=st.binary(max_size=200))
def test_no_bytes_give_anything_but_a_scenario_or_a_refusal(tmp_path: Path, noise: bytes) -> None:
    file = tmp_path / "noise.yaml"
    file.write_bytes(noise)
    with suppress(GstError):
        assert isinstance(read_scenario(file), Scenario)
