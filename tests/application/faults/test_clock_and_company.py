"""A clock that is set back, and two who work on one database: the order of the record holds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from application.folder.reading import GstData
from application.store.audit import append, head, verified
from application.store.database import Database
from application.store.decisions import decisions, entries, record, record_after
from application.store.snapshots import save_snapshot
from application.store.stock_ledger import on_hand, postings_of
from governance.decision import (
    Decision,
    ReasonCode,
    RecommendationKind,
    Role,
    State,
    Verdict,
    state_after,
)
from hospital.errors import GstError
from scenarios.demo import DemoSize, generate
from tests.application.cli.conftest import typed
from tests.application.faults.worker import BATCH
from tests.application.store.test_audit import event
from tests.cases import quick_first

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[3]
WORKER = Path(__file__).with_name("worker.py")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def decision(at: datetime, verdict: Verdict = Verdict.ACCEPTED, actor: str = "Amina") -> Decision:
    is_no = verdict is Verdict.REJECTED
    return Decision(
        recommendation="d" * 64,
        kind=RecommendationKind.SCENARIO,
        verdict=verdict,
        actor=actor,
        role=Role.MANAGER,
        at=at,
        reason="no" if is_no else "",
        reason_code=ReasonCode.BUDGET if is_no else None,
    )


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


def test_the_last_word_is_the_last_entry_whatever_the_clock_said(database: Database) -> None:
    """Accepted at noon; the clock is set back three hours; rejected: it stays rejected."""
    record(database, decision(NOON))
    record(database, decision(NOON - timedelta(hours=3), Verdict.REJECTED))
    found = verified(database)
    assert (found.broken, found.clock_set_back) == (None, (2,))
    assert state_after(decisions(database)) is State.REJECTED
    record(database, decision(NOON - timedelta(hours=2)))
    assert verified(database).clock_set_back == (2,), "it went back once"


@pytest.mark.parametrize(("back_seconds", "noticed"), [(30, ()), (120, ()), (121, (2,))])
def test_writers_that_waited_for_one_another_are_no_clock_set_back(
    database: Database, back_seconds: int, noticed: tuple[int, ...]
) -> None:
    record(database, decision(NOON))
    record(database, decision(NOON - timedelta(seconds=back_seconds)))
    assert verified(database).clock_set_back == noticed


@pytest.mark.parametrize("actor", ['"at":"2020-01-01T00:00:00Z', "2020-01-01T00:00:00", "at"])
def test_a_name_is_not_taken_for_a_time(database: Database, actor: str) -> None:
    append(database, event(1).but(actor=actor, about=actor), event(2))
    append(database, event(3).but(actor=actor, body={"at": "2020-01-01T00:00:00Z"}))
    assert verified(database).clock_set_back == ()


@pytest.mark.parametrize(
    ("language", "words"),
    quick_first([("en", "was set back before entry 2"), ("fr", "horloge"), ("ar", "الساعة")]),
)
def test_whoever_verifies_is_told_that_the_clock_went_back(
    database: Database, database_url: str, tmp_path: Path, language: str, words: str
) -> None:
    record(database, decision(NOON))
    record(database, decision(NOON - timedelta(hours=3)))
    done = typed(tmp_path, "audit", "verify", language=language, url=database_url)
    assert done.returncode == 0, done.stderr
    assert words in done.stdout.replace("\u2068", "").replace("\u2069", "")


def test_of_two_who_decide_at_once_the_second_reads_first(database: Database) -> None:
    seen = head(database)
    record_after(database, decision(NOON), seen)
    append(database, event(1))
    with pytest.raises(GstError, match="decided_meanwhile"):
        record_after(database, decision(NOON, actor="Salma"), seen)
    record_after(database, decision(NOON, actor="Salma"), head(database))
    assert [one.actor for one in decisions(database)] == ["Amina", "Salma"]


def test_what_others_decided_elsewhere_is_in_nobodys_way(database: Database) -> None:
    seen = head(database)
    record(database, decision(NOON).model_copy(update={"recommendation": "e" * 64}))
    record_after(database, decision(NOON), seen)
    assert len(entries(database)) == 2


@pytest.mark.slow
def test_two_servers_on_one_database_lose_nothing(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    """Two that post, two that publish, in processes of their own, for some seconds."""
    save_snapshot(database, GstData(*generate(DemoSize.SMALL, 1)))
    started = [
        subprocess.Popen(
            [sys.executable, str(WORKER), kind, database_url, name, str(tmp_path / name)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        for kind, name in (
            ("posting", "p1"),
            ("posting", "p2"),
            ("publishing", "q1"),
            ("publishing", "q2"),
        )
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    time.sleep(4)
    said = []
    for process in started:
        process.send_signal(signal.SIGKILL)
        words, complaint = process.communicate()
        assert "Error" not in complaint, complaint
        said.append(words.split("\n")[:-1])
    batches = Counter(one.posting.rpartition("-")[0] for one in postings_of(database))
    assert {*said[0], *said[1]} <= set(batches)
    assert set(batches.values()) == {BATCH}
    assert sum(row.units for row in on_hand(database)) == len(batches) * (90 - BATCH + 1)
    chain = {f"{entry.sequence} {entry.hash}" for entry in entries(database)}
    assert {*said[2], *said[3]} <= chain
    assert verified(database).broken is None
