"""``tadbir scenario`` as a person types it: a file compares it, a word asks for beds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from application.use_cases.loop import FinishedLoop
from tests.application.cli.conftest import typed

pytestmark = pytest.mark.e2e

SCENARIO = "name: dearer\nchanges:\n  - {kind: medicine_price, factor: 1.2}\n"
AWAY = """name: away
changes:
  - {kind: nurses_absent, unit: CHR-KEN-MED, percent: 40, first_day: 2026-11-23,
     last_day: 2026-12-06}
"""
SHORT = ("--replications", "2", "--horizon", "7")


@pytest.fixture
def dearer(tmp_path: Path) -> str:
    file = tmp_path / "dearer.yaml"
    file.write_text(SCENARIO)
    return str(file)


@pytest.mark.slow
def test_options_may_come_before_the_file_or_after_it(
    demo: FinishedLoop, demo_home: Path, dearer: str
) -> None:
    first = typed(demo_home, "scenario", dearer, *SHORT, "--json")
    second = typed(demo_home, "scenario", *SHORT, "--json", dearer)
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    rows = {row["indicator"]: row for row in json.loads(first.stdout)["differences"]}
    assert rows["order_cost_mad"]["effect"] == "higher"
    assert rows["boarding_hours"]["effect"] == "unchanged"


@pytest.mark.slow
def test_the_fewest_beds_are_told_to_a_person_and_to_a_machine(
    demo: FinishedLoop, demo_home: Path
) -> None:
    question = ("smallest-beds", "--unit", "CHR-KEN-REA", "--target", "40")
    short = ("--at-most", "20", "--horizon", "7")
    done = typed(demo_home, "scenario", *question, *short, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    shown = typed(demo_home, "scenario", *question, *short)
    assert f"CHR-KEN-REA needs {told['beds']} beds" in shown.stdout
    assert told["run"][:12] in shown.stdout


@pytest.mark.slow
def test_a_scenario_is_followed_for_a_person_in_three_languages_and_for_a_machine(
    demo: FinishedLoop, demo_home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "away.yaml"
    file.write_text(AWAY)
    words = ("scenario", "follow", str(file), *SHORT)
    done = typed(demo_home, *words, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert [one["unit"] for one in told["changed"]["units"]] == ["CHR-KEN-MED"]
    assert told["changed"]["is_stable"]
    missing = [told[side]["units"][0]["missing"]["value"] for side in ("baseline", "changed")]
    assert missing[1] > missing[0]
    turns = len(told["changed"]["rounds"])
    for language, said in (
        ("en", f"away: stable after {turns} turns."),
        ("fr", f"away : stable après {turns} tour(s)."),
        ("ar", "استقر بعد"),
    ):
        shown = typed(demo_home, *words, language=language)
        assert said in shown.stdout, shown.stderr
        assert told["run"][:12] in shown.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("absent.yaml",), "absent.yaml"),
        (("smallest-beds", "--unit", "NOWHERE"), "NOWHERE"),
        (("smallest-beds", "--unit", "CHR-KEN-URG"), "no inpatient beds"),
        (("smallest-beds",), "--unit"),
        (("follow", "absent.yaml"), "absent.yaml"),
        (("follow",), "file"),
    ],
    ids=str,
)
def test_what_cannot_be_is_explained(
    demo: FinishedLoop, demo_home: Path, words: tuple[str, ...], said: str
) -> None:
    refused = typed(demo_home, "scenario", *words)
    assert refused.returncode == 2
    assert said in refused.stderr + refused.stdout
    assert "Traceback" not in refused.stderr
