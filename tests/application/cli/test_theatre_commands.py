"""The words after ``tadbir theatre``, as a person types them, on the finished demo."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from application.use_cases.loop import FinishedLoop
from tests.application.cli.conftest import typed

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def tadbir(home: Path, *words: str, language: str = "en") -> subprocess.CompletedProcess[str]:
    return typed(home, "theatre", *words, language=language)


def told(home: Path, *words: str) -> Any:
    answer = tadbir(home, *words, "--json")
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_a_plan_is_judged_explained_and_handed_out(
    demo: FinishedLoop, demo_home: Path, tmp_path: Path
) -> None:
    plan = demo.loop.theatre.plan
    run = demo.loop.theatre.run[:12]
    judged = told(demo_home, "score", "--run", run)
    assert judged["violations"] == []
    assert judged["planned"] == len(plan.cases)
    assert judged["value"] <= judged["bound"] + 1e-6
    waiting = told(demo_home, "explain", "--run", run)
    assert {row["patient"] for row in waiting} == {row.patient for row in plan.unplanned}
    file = tmp_path / "list.pdf"
    assert tadbir(demo_home, "export", "--run", run, "--out", str(file)).returncode == 0
    assert file.read_bytes().startswith(b"%PDF")
    refused = tadbir(demo_home, "export", "--run", run, "--out", str(tmp_path / "list.doc"))
    assert refused.returncode == 2
    assert ".pdf" in refused.stderr


def test_wrong_words_are_told_in_french_without_a_traceback(
    demo: FinishedLoop, demo_home: Path
) -> None:
    run = demo.loop.theatre.run[:12]
    for words, said in (
        (("replan", "--run", run, "--now", "demain"), "2026-12-01T10:00"),
        (
            ("replan", "--run", run, "--now", "2020-01-01T10:00", "--absent", "X"),
            "n’est pas dans ce programme",
        ),
        (("replan", "--run", run, "--now", "2020-01-01T10:00", "--emergency", "A:B"), "illisible"),
        (("explain", "--run", run, "--patient", "NOBODY"), "NOBODY"),
        (("score", "--run", demo.loop.roster.run[:12]), "programme opératoire"),
    ):
        answer = tadbir(demo_home, *words, language="fr")
        assert answer.returncode == 2, words
        assert said in answer.stderr
        assert "Traceback" not in answer.stderr
