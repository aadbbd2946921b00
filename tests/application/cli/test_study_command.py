"""``tadbir twin study`` as a person types it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.application.cli.conftest import typed
from tests.cases import quick_first

pytestmark = pytest.mark.e2e

STUDIES = Path(__file__).parents[2] / "twin/theory/studies"


def tadbir(home: Path, *words: str, language: str = "fr") -> subprocess.CompletedProcess[str]:
    return typed(home, "twin", "study", *words, language=language)


@pytest.mark.slow
def test_one_process_and_two_print_the_same(tmp_path: Path) -> None:
    file = str(STUDIES / "v10_held_beds.yaml")
    one, two = (
        tadbir(tmp_path, file, "--json", "--replications", "3", "--processes", processes)
        for processes in ("1", "2")
    )
    assert one.returncode == 0, one.stderr
    assert one.stdout == two.stdout
    figures = json.loads(one.stdout)["figures"]
    assert {row["counted"] for row in figures} == {3}


@pytest.mark.parametrize(
    ("language", "word"),
    quick_first([("fr", "Lits occupés"), ("en", "Occupied beds"), ("ar", "الأسرّة المشغولة")]),
)
def test_a_study_speaks_three_languages(tmp_path: Path, language: str, word: str) -> None:
    file = str(STUDIES / "v09_one_theatre.yaml")
    done = tadbir(tmp_path, file, "--replications", "2", language=language)
    assert done.returncode == 0, done.stderr
    assert word in done.stdout


def test_a_wrong_study_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    text = (STUDIES / "v09_one_theatre.yaml").read_text().replace("per_hour: 0.5", "per_hour: .inf")
    file.write_text(text)
    done = tadbir(tmp_path, str(file))
    assert done.returncode == 2
    assert "wrong.yaml" in done.stderr
    assert "per_hour" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_study_that_is_not_there_is_refused(tmp_path: Path) -> None:
    done = tadbir(tmp_path, "nowhere.yaml")
    assert done.returncode == 2
    assert "nowhere.yaml" in done.stderr
