"""``tadbir rank`` as a person types it, on the finished demo."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from application.use_cases.loop import FinishedLoop
from tests.application.cli.conftest import typed

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

SCENARIO = "schema_version: 1\nname: more\nchanges:\n  - {kind: open_beds, unit: U, beds: 4}\n"
QUESTION = ("--indicator", "boarding_hours", "--delta", "0.2", "--at-most", "3", "--horizon", "3")


def ranked(home: Path, *words: str, language: str = "en") -> subprocess.CompletedProcess[str]:
    return typed(home, "rank", *words, language=language)


@pytest.fixture
def more(tmp_path: Path) -> str:
    file = tmp_path / "more.yaml"
    file.write_text(SCENARIO.replace("unit: U", "unit: CHR-KEN-CHIR"))
    return str(file)


@pytest.mark.slow
def test_a_machine_and_a_person_are_told_the_same(
    demo: FinishedLoop, demo_home: Path, more: str
) -> None:
    done = ranked(demo_home, more, *QUESTION, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {one["candidate"] for one in told["candidates"]} == {"baseline", "more"}
    shown = ranked(demo_home, more, *QUESTION, language="ar")
    first = shown.stdout.splitlines()[0]
    assert ("الأفضل" if told["is_guaranteed"] else "لم يُحسم") in first
    assert told["best"] in first
    assert told["run"][:12] in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--indicator", "happiness"), "boarding_hours"),
        (("--place", "NOWHERE"), "CHR-KEN-CHIR"),
        (("--delta", "0"), "above 0"),
    ],
)
def test_a_wrong_question_is_explained(
    demo: FinishedLoop, demo_home: Path, more: str, arguments: tuple[str, str], said: str
) -> None:
    refused = ranked(demo_home, more, *QUESTION, *arguments)
    assert refused.returncode == 2
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr


def test_names_given_twice_and_no_scenario_are_refused(
    demo: FinishedLoop, demo_home: Path, more: str
) -> None:
    assert "duplicate_names" in ranked(demo_home, more, more, *QUESTION).stderr
    assert "nothing_to_rank" in ranked(demo_home, *QUESTION).stderr
