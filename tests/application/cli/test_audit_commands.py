"""``tadbir audit`` and ``tadbir decide --rates`` as a person types them, in three languages."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from application.store.audit import append
from application.store.database import Database, sqlite_url
from governance.decision import Decision, RecommendationKind, Role, Verdict
from governance.events import decision_event
from tests.application.cli.conftest import typed

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    decisions = [
        Decision(
            recommendation=f"run-{number}",
            kind=RecommendationKind.SCENARIO,
            verdict=Verdict.ACCEPTED,
            actor="S. Amrani",
            role=Role.MANAGER,
            at=datetime(2026, 11, 23, 8, number, tzinfo=UTC),
        )
        for number in range(3)
    ]
    database = Database(sqlite_url(tmp_path / "tadbir.sqlite"))
    append(database, *map(decision_event, decisions))
    database.close()
    return tmp_path


@pytest.mark.parametrize(
    ("language", "holds"),
    [("en", "the chain holds"), ("fr", "la chaîne est intègre"), ("ar", "السلسلة")],
)
def test_a_record_that_holds_is_said_so_with_what_it_cannot_do(
    home: Path, language: str, holds: str
) -> None:
    for words in (("audit",), ("audit", "verify")):
        done = typed(home, *words, language=language)
        assert done.returncode == 0, done.stderr
        assert holds in done.stdout
        assert "tadbir audit head" in done.stdout


def test_a_head_kept_elsewhere_finds_a_cut_and_names_where(home: Path) -> None:
    kept = home / "elsewhere" / "head.json"
    assert typed(home, "audit", "head", "--out", str(kept)).returncode == 0
    assert json.loads(kept.read_text())["sequence"] == 3
    assert typed(home, "audit", "verify", "--head", str(kept)).returncode == 0
    with closing(sqlite3.connect(home / "tadbir.sqlite", isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER audit_no_delete")
        connection.execute("DELETE FROM audit WHERE sequence = 3")
    assert typed(home, "audit", "verify").returncode == 0  # said plainly: it cannot know
    cut = typed(home, "audit", "verify", "--head", str(kept), "--json")
    assert cut.returncode == 2
    told = json.loads(cut.stdout)
    assert (told["broken_at"], told["fault"], told["entries"]) == (3, "tail_cut", 2)


@pytest.mark.parametrize(
    "content", ["", "[]", '{"sequence": 1}', '{"sequence": "1", "hash": "x"}', "\xff"]
)
def test_a_file_that_is_no_head_is_told(home: Path, content: str) -> None:
    file = home / "head.json"
    file.write_bytes(content.encode("latin-1"))
    done = typed(home, "audit", "verify", "--head", str(file))
    assert done.returncode == 2
    assert "not_a_head" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_empty_record_has_no_head(tmp_path: Path) -> None:
    done = typed(tmp_path, "audit", "head")
    assert done.returncode == 2
    assert "empty_record" in done.stderr


def test_how_people_decide_is_a_table(home: Path) -> None:
    (row,) = json.loads(typed(home, "decide", "--rates", "--json").stdout)
    assert (row["decisions"], row["override_rate"], row["fast_rate"]) == (3, 0.0, None)
    shown = typed(home, "decide", "--rates", language="fr")
    assert "2026-W48" in shown.stdout
    assert "corrigées" in shown.stdout
