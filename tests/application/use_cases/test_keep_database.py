"""A database is copied, backed up and restored whole or not at all, between both kinds."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine, insert, select

from application.folder.reading import GstData
from application.store import copies
from application.store.accounts import put_account, sign_in
from application.store.audit import append, verified
from application.store.contents import contents_of
from application.store.database import (
    Database,
    known_versions,
    migration_config,
    newest_version,
    sqlite_url,
)
from application.store.decisions import entries
from application.store.retention import purge
from application.store.runs import JSON, Result, Run, find_run, save_run
from application.store.schema import audit, finished_replications, runs
from application.store.snapshots import save_snapshot
from application.store.stock_ledger import Batch, on_hand, post, postings_of
from application.use_cases.keep_database import (
    back_up,
    check_backup,
    copy_to,
    database_state,
    restore_backup,
)
from application.use_cases.session import Session, open_session
from governance.access import Person
from governance.decision import Role
from hospital.errors import GstError
from inventory.ledger import Posting, PostingKind
from scenarios.demo import DemoSize, generate
from tests.application.cli.conftest import typed
from tests.application.conftest import BOTH, settings_in
from tests.application.postgres_server import PostgresServer
from tests.application.store.test_audit import event
from tests.application.store.test_stock_ledger import RECEIPT

pytestmark = [pytest.mark.integration, pytest.mark.slow]

ROOT = Path(__file__).parents[3]
IN_SUMMER = timezone(timedelta(hours=1))
PASSWORD = "une phrase assez longue"


@pytest.fixture(scope="module")
def gst() -> GstData:
    return GstData(*generate(DemoSize.SMALL, 1))


def fill(database: Database, gst: GstData) -> None:
    """Something in every table, with what databases treat differently."""
    snapshot = save_snapshot(database, gst).snapshot
    summer = datetime(2024, 7, 1, 0, 30, tzinfo=UTC)
    save_run(database, Run("a" * 64, "roster", snapshot, 1, {"old": True}, summer), [])
    results = [Result("texte", JSON, "é ⵜ ت".encode()), Result("vide", JSON, b"")]
    save_run(database, Run("b" * 64, "scenario", snapshot, 2**40, {"n": "É"}), results)
    with database.writing() as connection:
        kept = {"run": "c" * 64, "replication": 3, "content": b"\x00\xff"}
        connection.execute(insert(finished_replications), [kept])
    first = Person(name="Omar", role=Role.ADMINISTRATOR, hospitals=frozenset({"HP-SEA"}))
    put_account(database, first, PASSWORD, "Omar")
    sign_in(database, "Omar", PASSWORD, datetime.now(UTC))
    append(database, *(event(number) for number in range(4)))
    names = [f"{sign}-{at}" for at in range(3) for sign in ("z", "É", "a", "Z", "_", "ت")]
    kinds = [Posting(name, *_rest(RECEIPT)) for name in names]
    post(database, kinds, Batch("Salma"))
    purge(database, datetime(2025, 1, 1, tzinfo=UTC), "Omar")


def _rest(posting: Posting) -> tuple[object, ...]:
    return (
        posting.day,
        PostingKind.RECEIPT,
        posting.hospital,
        posting.medicine,
        posting.lot,
        posting.expiry_date,
        posting.units,
        posting.unit,
    )


@pytest.fixture
def work(tmp_path: Path, database_url: str, gst: GstData) -> Iterator[Session]:
    with open_session(settings_in(tmp_path, TADBIR_DATABASE_URL=database_url)) as session:
        fill(session.database, gst)
        session.person = Person(name="Omar", role=Role.ADMINISTRATOR)
        yield session


@pytest.fixture(params=BOTH)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of each kind."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "target.sqlite")
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.empty()


def same(one: Database, other: Database) -> bool:
    with one.reading() as first, other.reading() as second:
        return contents_of(first) == contents_of(second)


def test_a_copy_holds_the_same_whatever_both_are(work: Session, empty_url: str) -> None:
    copied = copy_to(work, empty_url)
    target = Database(empty_url)
    assert same(work.database, target)
    assert verified(target, copied.head) == verified(work.database)
    assert on_hand(target) == on_hand(work.database)
    assert postings_of(target) == postings_of(work.database)
    run = find_run(target, "b" * 64)
    assert run is not None
    assert (run.seed, run.inputs) == (2**40, {"n": "É"})
    append(target, event(9))
    assert verified(target).broken is None
    target.close()


def test_a_moment_is_the_same_moment_in_every_zone(
    work: Session, empty_url: str, database_url: str
) -> None:
    """Written at half past midnight in UTC, read where the server keeps the time of Morocco."""
    copy_to(work, empty_url)
    found = []
    for url in (database_url, empty_url):
        database = Database(url)
        with database.reading() as connection:
            at = connection.execute(select(runs.c.finished_at).order_by(runs.c.sequence)).scalars()
            found.append([one if one.tzinfo else one.replace(tzinfo=UTC) for one in at])
        database.close()
    assert found[0] == found[1]


def test_nothing_is_written_over(work: Session, empty_url: str) -> None:
    target = Database(empty_url)
    append(target, event(1))
    with pytest.raises(GstError, match="not_empty"):
        copy_to(work, empty_url)
    assert len(entries(target)) == 1
    target.close()
    with pytest.raises(GstError, match="not_empty"):
        copy_to(work, work.settings.database_url)


def test_a_record_that_is_broken_is_not_copied(work: Session, empty_url: str) -> None:
    with work.database.writing() as connection:
        if work.database.is_postgresql:
            connection.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER ALL")
        else:
            connection.exec_driver_sql("DROP TRIGGER audit_no_update")
        connection.execute(audit.update().where(audit.c.sequence == 3).values(hash="f" * 64))
    with pytest.raises(GstError, match="chain_broken"):
        copy_to(work, empty_url)


def test_a_backup_brings_everything_back_on_either_kind(
    work: Session, empty_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "backups" / "monday.tadbir"
    made = back_up(work, file)
    assert file.stat().st_mode & 0o077 == 0, "health data: only who made it may read it"
    assert [one.name for one in file.parent.iterdir()] == ["monday.tadbir"]
    before = file.read_bytes()
    assert check_backup(file).copied == made.copied
    with open_session(settings_in(tmp_path / "new", TADBIR_DATABASE_URL=empty_url)) as session:
        restored = restore_backup(session, file)
        assert restored.contents == made.copied.contents
        assert restored.head == made.copied.head
        assert same(work.database, session.database)
        append(session.database, event(9))
        with pytest.raises(GstError, match="sign_in_needed"):
            restore_backup(session, file)
        session.person = Person(name="Omar", role=Role.ADMINISTRATOR)
        with pytest.raises(GstError, match="not_empty"):
            restore_backup(session, file)
    assert file.read_bytes() == before, "a backup is read, never written"


def test_a_backup_is_not_written_over(work: Session, tmp_path: Path) -> None:
    back_up(work, tmp_path / "b")
    with pytest.raises(GstError, match="file_exists"):
        back_up(work, tmp_path / "b")


@pytest.fixture
def backup(tmp_path: Path, gst: GstData) -> Path:
    database = Database(sqlite_url(tmp_path / "source.sqlite"))
    fill(database, gst)
    copies.back_up(database, tmp_path / "b")
    database.close()
    return tmp_path / "b"


def test_a_byte_that_changes_on_the_shelf_is_found(backup: Path) -> None:
    """In sixty random places; a byte that nothing was written to may change unnoticed."""
    whole, made = backup.read_bytes(), copies.read_backup(backup)
    found = 0
    for place in random.Random(20261129).sample(range(len(whole)), 60):
        backup.write_bytes(whole[:place] + bytes([whole[place] ^ 0x5A]) + whole[place + 1 :])
        code, read = told_of(backup)
        assert code in {None, "backup_damaged", "not_a_backup", "database_newer"}
        assert code or read == made, "what is read without a word is what was written"
        found += code is not None
    assert found > 30


def told_of(backup: Path) -> tuple[str | None, copies.Backup | None]:
    """The code of the refusal, or what the backup holds."""
    try:
        return None, copies.read_backup(backup)
    except GstError as refused:
        return refused.code, None


@pytest.mark.parametrize("content", [b"", b"notes\n" * 200, b"SQLite format 3\0" + b"\0" * 4_000])
def test_what_is_no_backup_is_told_and_left_alone(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "b"
    file.write_bytes(content)
    with pytest.raises(GstError, match="not_a_backup"):
        check_backup(file)
    assert file.read_bytes() == content
    assert [one.name for one in tmp_path.iterdir()] == ["b"]


def test_a_backup_cut_short_and_one_that_is_not_there_are_told(backup: Path) -> None:
    backup.write_bytes(backup.read_bytes()[:-5_000])
    with pytest.raises(GstError, match=r"not_a_backup|backup_damaged"):
        check_backup(backup)
    with pytest.raises(GstError, match="not_a_backup"):
        check_backup(backup.with_name("nowhere"))


def older(backup: Path, version: str) -> None:
    """The backup as an earlier Tadbir would have made it."""
    engine = create_engine(sqlite_url(backup))
    with engine.begin() as connection:
        command.downgrade(migration_config(connection), version)
        told = connection.exec_driver_sql("SELECT manifest_json FROM backup_manifest").scalar_one()
        manifest = {**json.loads(told), **contents_of(connection).as_json()}
        connection.exec_driver_sql(
            "UPDATE backup_manifest SET manifest_json = ?", (json.dumps(manifest),)
        )
    engine.dispose()


def test_a_backup_of_an_earlier_version_is_migrated_on_the_way(
    backup: Path, empty_url: str
) -> None:
    before = copies.read_backup(backup)
    older(backup, known_versions()[-2])
    assert copies.read_backup(backup).copied.contents.version == known_versions()[-2]
    target = Database(empty_url)
    assert copies.restore(backup, target).contents == before.copied.contents
    assert before.copied.contents.version == newest_version()
    target.close()


def test_a_backup_of_a_newer_version_is_told(backup: Path) -> None:
    with closing(sqlite3.connect(backup, isolation_level=None)) as connection:
        (told,) = connection.execute("SELECT manifest_json FROM backup_manifest").fetchone()
        manifest = json.dumps({**json.loads(told), "version": "9999"})
        connection.execute("UPDATE backup_manifest SET manifest_json = ?", [manifest])
    with pytest.raises(GstError, match="database_newer"):
        copies.read_backup(backup)


KILLED = """
import sys
from pathlib import Path
from application.store.copies import back_up
from application.store.database import Database

database = Database(sys.argv[1])
sys.stdout.write("ready\\n")
sys.stdout.flush()
back_up(database, Path(sys.argv[2]))
"""


def test_a_backup_that_is_killed_is_not_there(work: Session, tmp_path: Path) -> None:
    """kill -9 at three moments: no file under its name, or a whole one; the next one is made."""
    moments = random.Random(20261129)
    for at in range(3):
        file = tmp_path / f"b{at}"
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, work.settings.database_url, str(file)],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(moments.uniform(0, 0.15))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if file.exists():
            assert check_backup(file).copied.head == check_backup(file).copied.head
        else:
            back_up(work, file)
        assert [one.name for one in tmp_path.glob(f".b{at}*")] == []
    assert verified(work.database).broken is None


def test_the_state_hides_passwords_and_counts_what_is_there(work: Session) -> None:
    found = database_state(work)
    assert found.contents.tables["audit"].rows == len(entries(work.database))
    assert found.contents.tables["stock_postings"].rows == 18
    assert found.size_bytes > 100_000
    assert found.head is not None
    work.person = Person(name="Amina", role=Role.MANAGER)
    for refused in (
        lambda: back_up(work, Path("nowhere")),
        lambda: copy_to(work, "sqlite://"),
        lambda: restore_backup(work, Path("nowhere")),
    ):
        with pytest.raises(GstError, match="not_allowed"):
            refused()


@pytest.mark.slow
def test_the_commands_do_it_in_three_languages(
    tmp_path: Path, database_url: str, empty_url: str, gst: GstData
) -> None:
    database = Database(database_url)
    save_snapshot(database, gst)
    append(database, event(1))
    database.close()
    file = str(tmp_path / "b")
    for words, url, language, told in (
        (("db", "status"), database_url, "ar", "stock_postings"),
        (("db", "backup", file), database_url, "fr", "chiffr"),
        (("db", "check", file), database_url, "en", "holds, made"),
        (("db", "restore", file), empty_url, "fr", "empreintes"),
        (("audit", "verify"), empty_url, "en", "the chain holds"),
    ):
        done = typed(tmp_path, *words, language=language, url=url)
        assert done.returncode == 0, done.stderr
        assert told in done.stdout.replace("\u2068", "").replace("\u2069", "")
    again = typed(tmp_path, "db", "copy", empty_url, url=database_url)
    assert again.returncode == 2
    assert "not_empty" in again.stderr
    one, other = (
        json.loads(typed(tmp_path, "db", "status", "--json", url=url).stdout)["tables"]
        for url in (database_url, empty_url)
    )
    assert one == other


def test_a_count_differs_as_soon_as_one_value_does(tmp_path: Path) -> None:
    one, other = (Database(sqlite_url(tmp_path / name)) for name in ("a", "b"))
    append(one, event(1), event(2))
    append(other, event(1), event(3))
    with one.reading() as first, other.reading() as second:
        assert contents_of(first).difference(contents_of(second)) == ("audit",)
    for database in (one, other):
        database.close()


def test_a_day_is_no_time_and_a_number_no_text(tmp_path: Path) -> None:
    """What hashes alike would hide a difference: ``1`` and ``"1"``, nothing and an empty text."""
    from application.store.contents import _written  # noqa: PLC0415

    values = [None, "", b"", 0, "0", "1", 1, date(2026, 1, 1), "2026-01-01"]
    written = [b"".join(_written(value)) for value in values]
    assert len(set(written)) == len(values)
    moment = datetime(2026, 1, 1, 1, tzinfo=IN_SUMMER)
    assert _written(moment) == _written(datetime(2026, 1, 1, tzinfo=UTC))
    assert _written(True) == _written(1)
