"""Eight writers at once, and one that is killed: no posting is lost, none is stored by half.

PostgreSQL is started privately in a temporary folder, on a socket only, by a user who is not root;
`make postgres` runs this file with the driver that it needs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest

from application.store.database import Database, sqlite_url
from application.store.stock_ledger import Batch, on_hand, post, postings_of
from hospital.errors import GstError
from inventory.ledger import Posting, PostingKind

pytestmark = [pytest.mark.integration, pytest.mark.slow]

ROOT = Path(__file__).parents[3]
WRITER = Path(__file__).with_name("ledger_writer.py")
WRITERS, POSTINGS, LOTS, OPENING = 8, 2000, 5, 10_000
BATCH = 40
DAY, EXPIRY = date(2026, 11, 23), date(2027, 11, 23)


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """Address of a PostgreSQL of this module's own, on a socket in a temporary folder."""
    if find_spec("psycopg") is None:
        pytest.skip("no psycopg: run `make postgres`, which has it")
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not programs:
        pytest.skip("PostgreSQL is not installed (Debian package postgresql)")
    root = os.geteuid() == 0
    if root and shutil.which("runuser") is None:
        pytest.skip("PostgreSQL does not run as root, and runuser is missing")
    as_user = ["runuser", "-u", "postgres", "--"] if root else []
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    if root:
        shutil.chown(folder, "postgres", "postgres")
    data, binaries = folder / "data", programs[-1].parent
    made = [*as_user, str(binaries / "initdb"), "-D", str(data), "-A", "trust", "-U", "tadbir"]
    subprocess.run(made, check=True, capture_output=True, cwd=folder)
    control = [*as_user, str(binaries / "pg_ctl"), "-D", str(data), "-w"]
    options = f"-k {folder} -c listen_addresses=''"
    log = str(folder / "log")
    subprocess.run([*control, "-l", log, "-o", options, "start"], check=True, cwd=folder)
    try:
        yield f"postgresql+psycopg://tadbir@/postgres?host={folder}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, cwd=folder)
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An address of each kind of database."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "ledger.sqlite")
    address: str = request.getfixturevalue("postgres")
    return address


@pytest.fixture
def ledger(url: str) -> Iterator[Database]:
    """A ledger with lots that nobody can use up; those of an earlier test are gone."""
    database = Database(url)
    if database.engine.dialect.name == "postgresql":
        with database.writing() as connection:
            connection.exec_driver_sql("TRUNCATE stock_postings")
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


def test_eight_writers_lose_no_posting(ledger: Database, url: str) -> None:
    started = [writer(url, f"w{at}", POSTINGS) for at in range(WRITERS)]
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


def test_a_killed_writer_leaves_no_half_posting(ledger: Database, url: str) -> None:
    """Killed at three moments of its work: each batch is there whole or not at all."""
    for round_, delay_seconds in enumerate((0.0, 0.013, 0.031)):
        process = writer(url, f"k{round_}", 1000, BATCH)
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


def test_the_ledger_only_grows_here_too(ledger: Database) -> None:
    for statement in ("UPDATE stock_postings SET units = 1", "DELETE FROM stock_postings"):
        with pytest.raises(GstError, match="only grows"), ledger.writing() as connection:
            connection.exec_driver_sql(statement)
