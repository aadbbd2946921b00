"""Eight writers at once, and one that is killed: no posting is lost, none is stored by half."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from application.store.database import Database
from application.store.stock_ledger import Batch, on_hand, post, postings_of
from inventory.ledger import Posting, PostingKind

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[3]
WRITER = Path(__file__).with_name("ledger_writer.py")
WRITERS, POSTINGS, LOTS, OPENING = 8, 2000, 5, 10_000
BATCH = 40
DAY, EXPIRY = date(2026, 11, 23), date(2027, 11, 23)


@pytest.fixture
def ledger(database_url: str) -> Iterator[Database]:
    """A ledger with lots that nobody can use up."""
    database = Database(database_url)
    receipts = [
        Posting(f"r{at}", DAY, PostingKind.RECEIPT, "H1", "M", f"L{at}", EXPIRY, OPENING, "tablet")
        for at in range(LOTS)
    ]
    post(database, receipts, Batch("test"))
    yield database
    database.close()


def writer(url: str, name: str, count: int, batch: int = 1) -> subprocess.Popen[str]:
    """A process that posts."""
    command = [sys.executable, str(WRITER), url, name, str(count), str(LOTS), str(batch)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )


@pytest.mark.slow
def test_eight_writers_lose_no_posting(ledger: Database, database_url: str) -> None:
    started = [writer(database_url, f"w{at}", POSTINGS) for at in range(WRITERS)]
    for process in started:
        _, complaint = process.communicate()
        assert process.returncode == 0, complaint
    stored = [one for one in postings_of(ledger) if one.kind is PostingKind.ISSUE]
    by_writer = Counter(one.posting.split("-")[0] for one in stored)
    assert by_writer == {f"w{at}": POSTINGS for at in range(WRITERS)}
    assert len({one.posting for one in stored}) == WRITERS * POSTINGS
    issued = Counter(one.lot for one in stored)
    assert {row.lot: row.units for row in on_hand(ledger)} == {
        f"L{at}": OPENING - issued[f"L{at}"] for at in range(LOTS)
    }


def test_a_killed_writer_leaves_no_half_posting(ledger: Database, database_url: str) -> None:
    """Killed at three moments of its work: each batch is there whole or not at all."""
    for round_, delay_seconds in enumerate((0.0, 0.013, 0.031)):
        process = writer(database_url, f"k{round_}", 1000, BATCH)
        assert process.stdout is not None
        assert process.stdout.readline()
        time.sleep(delay_seconds)
        process.kill()
        process.communicate()
        batches = Counter(
            tuple(one.posting.split("-")[:2])
            for one in postings_of(ledger)
            if one.posting.startswith(f"k{round_}-")
        )
        assert batches
        assert set(batches.values()) == {BATCH}
    post(ledger, [issue_of_one()], Batch("after"))
    total = sum(one.change_units for one in postings_of(ledger))
    assert sum(row.units for row in on_hand(ledger)) == total


def issue_of_one() -> Posting:
    return Posting("last", DAY, PostingKind.ISSUE, "H1", "M", "L0", EXPIRY, 1, "tablet")
