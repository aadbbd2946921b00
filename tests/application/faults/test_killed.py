"""kill -9 at random moments: the database is whole, the chain holds, nothing said is lost.

The worker is a process of its own. The moments come from a seeded stream; where in the work they
fall is up to the machine, so every one is a moment that nobody chose.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from alembic import command

from application.folder.reading import GstData
from application.store.audit import append, verified
from application.store.database import Database, migration_config, newest_version, sqlite_url
from application.store.decisions import entries
from application.store.snapshots import (
    current_snapshot,
    list_snapshots,
    load_snapshot,
    save_snapshot,
    snapshot_hash,
)
from application.store.stock_ledger import Batch, on_hand, post, postings_of
from governance.chain import Head
from inventory.ledger import Posting, PostingKind
from scenarios.demo import DemoSize, generate
from tests.application.conftest import BOTH
from tests.application.faults.worker import BATCH, DAY, EXPIRY
from tests.application.postgres_server import PostgresServer
from tests.application.store.test_audit import event

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[3]
WORKER = Path(__file__).with_name("worker.py")
SEED = 20261129
LATEST_SECONDS = 0.7
PIECES = 3
"""Of many kills, each falls within the time that so many pieces of work take on the machine."""
FEW, MANY = 1, 50
"""Kills of each kind: one on every change; two hundred in all are slow."""
OLD_VERSION, OLD_ENTRIES, AT_ONCE = "0004", 40, 3


@dataclass
class Killer:
    """Starts workers and kills each at a moment of its stream."""

    home: Path
    moments: random.Random
    rounds: int = 0
    latest_seconds: float = LATEST_SECONDS

    def killed(self, kind: str, url: str) -> list[str]:
        """What a worker said before it was killed."""
        with self._working(kind, url) as process:
            time.sleep(self.moments.uniform(0, self.latest_seconds))
            process.kill()
            return _lines(process)

    def paced(self, kind: str, url: str) -> list[str]:
        """Learns from one worker how long a piece of work takes here; what it said."""
        with self._working(kind, url) as process:
            assert process.stdout is not None
            start = time.perf_counter()
            first = process.stdout.readline()
            self.latest_seconds = PIECES * (time.perf_counter() - start)
            process.kill()
            return [first.rstrip("\n"), *_lines(process)]

    @contextmanager
    def _working(self, kind: str, url: str) -> Iterator[subprocess.Popen[str]]:
        """A worker that is ready to begin."""
        self.rounds += 1
        words = [sys.executable, str(WORKER), kind, url, f"k{self.rounds}", str(self.home)]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process


def _lines(process: subprocess.Popen[str]) -> list[str]:
    """What else was said, without a line that was cut off."""
    rest, _ = process.communicate()
    return rest.split("\n")[:-1]


@dataclass
class Work:
    """A database that is worked on, and everything that was said to be done on it."""

    killer: Killer
    url: str
    database: Database
    said: list[str] = field(default_factory=list)

    def killed(self, kind: str) -> None:
        """The next worker, to its end."""
        self.said += self.killer.killed(kind, self.url)


def is_whole(database: Database) -> None:
    """Pages of the file, and the chain."""
    if not database.is_postgresql:
        with database.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    assert verified(database).broken is None


def after_import(work: Work) -> None:
    """Every GST that was said to be stored is; the current one reads back to the last bit."""
    work.killed("import")
    is_whole(work.database)
    stored = {one.snapshot for one in list_snapshots(work.database, 1_000)}
    assert set(work.said) <= stored
    current = current_snapshot(work.database).snapshot
    assert snapshot_hash(load_snapshot(work.database, current)) == current


def after_posting(work: Work) -> None:
    """Batches are there whole or not at all, and every one that was said is."""
    work.killed("posting")
    is_whole(work.database)
    stored = postings_of(work.database)
    batches = Counter(one.posting.rpartition("-")[0] for one in stored)
    assert set(work.said) <= set(batches)
    assert set(batches.values()) <= {BATCH}
    assert sum(row.units for row in on_hand(work.database)) == sum(
        one.change_units for one in stored
    )


def after_publishing(work: Work) -> None:
    """Every decision that was said is where it was said to be, under the hash that was said."""
    work.killed("publishing")
    is_whole(work.database)
    chain = {entry.sequence: entry.hash for entry in entries(work.database)}
    for said in work.said:
        sequence, found = said.split(" ")
        assert chain[int(sequence)] == found
        assert verified(work.database, Head(int(sequence), found)).broken is None


@pytest.fixture
def gst() -> GstData:
    return GstData(*generate(DemoSize.SMALL, 1))


@pytest.fixture
def work(
    database_url: str, tmp_path: Path, gst: GstData, request: pytest.FixtureRequest
) -> Iterator[Work]:
    database = Database(database_url)
    save_snapshot(database, gst)
    moments = random.Random(f"{SEED} {request.node.name}")
    yield Work(Killer(tmp_path / "home", moments), database_url, database)
    database.close()


AFTER: dict[str, Callable[[Work], None]] = {
    "import": after_import,
    "posting": after_posting,
    "publishing": after_publishing,
}


@pytest.mark.parametrize("kind", AFTER)
def test_a_killed_worker_loses_nothing_that_it_said(kind: str, work: Work) -> None:
    for _ in range(FEW):
        AFTER[kind](work)


@pytest.mark.slow
@pytest.mark.parametrize("kind", AFTER)
def test_fifty_killed_workers_lose_nothing_that_they_said(kind: str, work: Work) -> None:
    work.said += work.killer.paced(kind, work.url)
    first = len(work.said)
    for _ in range(MANY):
        AFTER[kind](work)
    assert len(work.said) > first, "every kill came before the first commit: nothing was tried"


@dataclass
class OldDatabases:
    """Copies of one database of an earlier version, with decisions and postings in it."""

    copy: Callable[[], str]

    def three(self) -> list[str]:
        return [self.copy() for _ in range(AT_ONCE)]


def receipts() -> list[Posting]:
    return [
        Posting(f"r{at}", DAY, PostingKind.RECEIPT, "H", "M", f"L{at}", EXPIRY, 9, "box")
        for at in range(OLD_ENTRIES)
    ]


def made_old(url: str) -> None:
    database = Database(url)
    append(database, *(event(number) for number in range(OLD_ENTRIES)))
    post(database, receipts(), Batch("before"))
    with database.writing() as connection:
        command.downgrade(migration_config(connection), OLD_VERSION)
    database.close()


@pytest.fixture(params=BOTH)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> OldDatabases:
    if request.param == "sqlite":
        first = tmp_path / "old.sqlite"
        made_old(sqlite_url(first))
        names = (tmp_path / f"{at}.sqlite" for at in range(10_000))
        return OldDatabases(lambda: sqlite_url(Path(shutil.copy(first, next(names)))))
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.new()
    made_old(url)
    name = url.partition("@/")[2].partition("?")[0]
    return OldDatabases(lambda: server.new(template=name))


def after_migration(killer: Killer, old: OldDatabases) -> None:
    """Each database has its old version or the new one, with all that was in it, and goes on."""
    urls = old.three()
    said = killer.killed("migration", " ".join(urls))
    for url in urls:
        version = version_of(url)
        assert version in {OLD_VERSION, newest_version()}
        assert version == newest_version() or url not in said
        database = Database(url)
        is_whole(database)
        assert len(entries(database)) == OLD_ENTRIES
        assert sum(row.units for row in on_hand(database)) == 9 * OLD_ENTRIES
        database.close()


def version_of(url: str) -> str | None:
    from alembic.migration import MigrationContext  # noqa: PLC0415
    from sqlalchemy import create_engine  # noqa: PLC0415

    engine = create_engine(url)
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    engine.dispose()
    return found


@pytest.fixture
def killer(tmp_path: Path, request: pytest.FixtureRequest) -> Killer:
    return Killer(tmp_path, random.Random(f"{SEED} {request.node.name}"))


@pytest.mark.slow
def test_a_killed_migration_has_happened_or_not(old: OldDatabases, killer: Killer) -> None:
    for _ in range(FEW):
        after_migration(killer, old)


@pytest.mark.slow
def test_fifty_killed_migrations_have_happened_or_not(old: OldDatabases, killer: Killer) -> None:
    for _ in range(MANY):
        after_migration(killer, old)


@pytest.mark.postgres
@pytest.mark.slow
def test_a_killed_server_loses_nothing_that_was_said(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    """kill -9 to PostgreSQL itself; the pool of a Tadbir that runs on finds the new server."""
    url = postgres.new()
    survivor = Database(url)
    moments = random.Random(SEED)
    for round_ in range(5):
        words = [sys.executable, str(WORKER), "posting", url, f"s{round_}", str(tmp_path)]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        with subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            time.sleep(moments.uniform(0, LATEST_SECONDS))
            postgres.kill()
            said, _ = process.communicate()
        postgres.go_on()
        batches = Counter(one.posting.rpartition("-")[0] for one in postings_of(survivor))
        assert {word for word in said.split("\n") if word} <= set(batches)
        assert set(batches.values()) <= {BATCH}
        assert verified(survivor).broken is None
    survivor.close()
