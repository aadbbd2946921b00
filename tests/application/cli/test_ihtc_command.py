"""``tadbir theatre ihtc`` as a person types it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.application.cli.conftest import typed
from tests.scheduling.theatres.ihtc.conftest import drawn

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def tadbir(home: Path, *words: str, language: str = "fr") -> subprocess.CompletedProcess[str]:
    return typed(home, "theatre", "ihtc", *words, language=language)


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    path = tmp_path / "instance.json"
    path.write_text(json.dumps(drawn(1)), encoding="utf-8")
    return path


def test_what_was_planned_is_judged_the_same_and_comes_again(
    instance: Path, tmp_path: Path
) -> None:
    asked = ("--work", "50000", "--seed", "7", "--json")
    first, again = (
        tadbir(tmp_path, instance.name, *asked, "--out", name) for name in ("a.json", "b.json")
    )
    assert first.returncode == 0, first.stderr
    assert first.stdout == again.stdout
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    planned = json.loads(first.stdout)
    judged = json.loads(tadbir(tmp_path, instance.name, "--score", "a.json", "--json").stdout)
    assert planned["violations"] == judged["violations"] == []
    assert planned["cost"] == judged["cost"] == sum(judged["costs"].values())
    assert 0 < planned["bound"] <= planned["cost"]


@pytest.mark.parametrize(
    ("language", "word"), [("fr", "Borne prouvée"), ("ar", "الحد المثبت"), ("en", "Proven bound")]
)
def test_a_plan_is_told_in_the_language(
    instance: Path, tmp_path: Path, language: str, word: str
) -> None:
    told = tadbir(tmp_path, instance.name, "--work", "20000", language=language)
    assert told.returncode == 0, told.stderr
    assert word in told.stdout


def test_what_cannot_be_used_is_told_and_nothing_is_written(instance: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")
    for arguments, word in (
        (("broken.json",), "Donnez un fichier JSON"),
        ((instance.name, "--score", "instance.json"), "Vérifiez que la solution"),
        ((instance.name, "--out", "nowhere/plan.json"), "ne peut pas être écrit"),
    ):
        refused = tadbir(tmp_path, *arguments)
        assert refused.returncode == 2, refused.stderr
        assert word in refused.stderr
        assert "Traceback" not in refused.stderr
    assert not (tmp_path / "nowhere").exists()
