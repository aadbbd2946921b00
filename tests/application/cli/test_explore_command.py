"""``tadbir scenario explore`` and ``tadbir impact`` as a person types them, on the demo."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from application.use_cases.loop import FinishedLoop
from tests.application.cli.conftest import typed

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

SCENARIO = "schema_version: 1\nname: more\nchanges:\n  - {kind: open_beds, unit: U, beds: 4}\n"
SHORT = ("--horizon", "3", "--replications", "2")


@pytest.fixture
def more(tmp_path: Path) -> str:
    file = tmp_path / "more.yaml"
    file.write_text(SCENARIO.replace("unit: U", "unit: CHR-KEN-CHIR"))
    return str(file)


def test_every_variant_is_shown_to_a_person_and_to_a_machine(
    demo: FinishedLoop, demo_home: Path, more: str
) -> None:
    words = ("scenario", "explore", more, "--vary", "changes.0.beds=2..60:2", *SHORT)
    shown = typed(demo_home, *words)
    assert shown.returncode == 0, shown.stderr
    assert "changes.0.beds = 60" in shown.stdout
    told = json.loads(typed(demo_home, *words, "--json").stdout)
    assert [one["values"]["changes.0.beds"] for one in told["variants"]] == [2, 60]
    assert told["run"][:12] in shown.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--vary", "changes.0.beds=6..2"), "the lower one first"),
        (("--vary", "changes.0.bedz=2..6"), "changes.0.beds"),
        (("--vary", "changes.0.beds=2..6", "--method", "guess"), "tornado"),
    ],
)
def test_what_turns_nothing_is_explained(
    demo: FinishedLoop, demo_home: Path, more: str, words: tuple[str, ...], said: str
) -> None:
    refused = typed(demo_home, "scenario", "explore", more, *words)
    assert refused.returncode == 2
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_table_of_impact_is_told_in_arabic_and_a_day_outside_is_explained(
    demo: FinishedLoop, demo_home: Path
) -> None:
    shown = typed(demo_home, "impact", "--from", "2026-01-05", "--place", "GST", language="ar")
    assert shown.returncode == 0, shown.stderr
    assert "مدة الإقامة" in shown.stdout
    refused = typed(demo_home, "impact", "--from", "2019-01-05")
    assert refused.returncode == 2
    assert "2026-11" in refused.stderr
