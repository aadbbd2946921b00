"""The database: its migrations, who may write when, and what it says when it cannot."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, insert, inspect, select

from application.store import database as module
from application.store.database import Database, migration_config, newest_version, sqlite_url
from application.store.schema import gst_snapshots, metadata
from hospital.errors import GstError
from tests.application.conftest import BOTH
from tests.application.postgres_server import PostgresServer

pytestmark = pytest.mark.integration

Opened = Callable[[str], Database]


def test_a_migrated_database_is_the_declared_schema(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == newest_version()


def test_migrations_go_down_to_nothing_and_up_again(database: Database) -> None:
    with database.writing() as connection:
        command.downgrade(migration_config(connection), "base")
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
        command.upgrade(migration_config(connection), "head")
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


@pytest.fixture(params=BOTH)
def unmigrated(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without a table."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "a.sqlite")
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.empty()


def tables_of(url: str) -> list[str]:
    engine = create_engine(url)
    try:
        return inspect(engine).get_table_names()
    finally:
        engine.dispose()


def test_a_migration_that_fails_leaves_nothing(
    unmigrated: str, monkeypatch: pytest.MonkeyPatch, opened: Opened
) -> None:
    real = command.upgrade

    def fail(*arguments: object) -> None:
        real(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(module.command, "upgrade", fail)
    with pytest.raises(KeyboardInterrupt):
        opened(unmigrated)
    monkeypatch.undo()
    assert tables_of(unmigrated) == []
    opened(unmigrated)
    assert "audit" in tables_of(unmigrated)


def test_two_that_open_an_old_database_at_once_migrate_it_once(
    unmigrated: str, opened: Opened
) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: opened(unmigrated), range(4)))
    for database in found:
        with database.reading() as connection:
            context = MigrationContext.configure(connection)
            assert context.get_current_revision() == newest_version()


def test_the_file_waits_for_the_disk_and_not_for_readers(sqlite: Database) -> None:
    with sqlite.reading() as connection:
        pragma = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragma == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_reader_sees_one_state_while_a_writer_works(
    database: Database, database_url: str, opened: Opened
) -> None:
    second = opened(database_url)
    count = select(gst_snapshots.c.snapshot)
    with second.reading() as reader:
        assert reader.execute(count).all() == []
        with database.writing() as writer:
            writer.execute(insert(gst_snapshots), [_row("a")])
            assert reader.execute(count).all() == []
        assert reader.execute(count).all() == []
    with second.reading() as reader:
        assert reader.execute(count).scalars().all() == ["a"]


def test_opening_does_not_wait_for_a_writer(
    database: Database, database_url: str, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUSY_TIMEOUT_SECONDS", 0.05)
    with database.writing() as writer:
        writer.execute(insert(gst_snapshots), [_row("a")])
        with opened(database_url).reading() as reader:
            assert reader.execute(select(gst_snapshots)).all() == []


def test_a_second_writer_is_told_when_the_first_does_not_end(
    database: Database, database_url: str, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUSY_TIMEOUT_SECONDS", 0.05)
    second = opened(database_url)
    with database.writing(), pytest.raises(GstError, match="database_busy"), second.writing():
        pass


def test_writers_follow_one_another_and_none_is_lost(
    database: Database, database_url: str, opened: Opened
) -> None:
    def write(connections: Database, name: str) -> None:
        for number in range(10):
            with connections.writing() as connection:
                total = len(connection.execute(select(gst_snapshots)).all())
                row = _row(f"{name}{number}") | {"sequence": total + 1}
                connection.execute(insert(gst_snapshots), [row])

    databases = [database, opened(database_url)]
    threads = [
        threading.Thread(target=write, args=(each, name))
        for each, name in zip(databases, "ab", strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as connection:
        sequences = connection.execute(select(gst_snapshots.c.sequence)).scalars().all()
    assert sorted(sequences) == list(range(1, 21))


def _row(key: str) -> dict[str, object]:
    from datetime import UTC, date, datetime  # noqa: PLC0415

    return {
        "snapshot": key,
        "gst": "G",
        "name": "n",
        "synthetic": True,
        "as_of": date(2026, 1, 1),
        "identity_json": "{}",
        "sequence": 1,
        "imported_at": datetime(2026, 1, 1, tzinfo=UTC),
    }


def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.sqlite"
    file.write_text("these are my notes, and not a database at all\n" * 50)
    with pytest.raises(GstError, match="database_damaged"):
        Database(sqlite_url(file))
    assert file.read_text().startswith("these are my notes")


@pytest.mark.parametrize("place", ["folder", "below a file", "/proc/tadbir/t.sqlite"])
def test_a_place_that_cannot_be_written_is_told(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    paths = {"folder": tmp_path, "below a file": tmp_path / "file" / "t.sqlite"}
    with pytest.raises(GstError, match="database_unreachable"):
        Database(sqlite_url(paths.get(place, Path(place))))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_rights_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(GstError, match="database_unreachable"):
        Database(sqlite_url(tmp_path / "t.sqlite"))


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("nonsense", "database_unreachable"),
        ("mysql+nothing://x/y", "database_unreachable"),
        ("mysql+pymysql://x/y", "driver_missing"),
        ("sqlite:///%zz\0", "database_unreachable"),
    ],
)
def test_an_address_that_is_none_is_told(url: str, code: str) -> None:
    with pytest.raises(GstError, match=code):
        Database(url)


@pytest.mark.postgres
def test_a_server_that_is_not_there_or_lets_nobody_in_is_told(postgres: PostgresServer) -> None:
    for url in (
        postgres.url("nowhere"),
        "postgresql+psycopg://tadbir@/postgres?host=/nonexistent",
        "postgresql+psycopg://tadbir@127.0.0.1:1/postgres",
    ):
        with pytest.raises(GstError, match="database_unreachable"):
            Database(url)


@pytest.mark.postgres
def test_a_user_without_rights_is_told(postgres: PostgresServer) -> None:
    url = postgres.new()
    postgres.sql("CREATE ROLE visitor LOGIN")
    with pytest.raises(GstError, match="database_no_rights"):
        Database(url.replace("tadbir@", "visitor@"))


@pytest.mark.parametrize("value", ["a" * 65, "surrogate \ud800"])
def test_a_text_that_does_not_fit_is_told_and_nothing_is_stored(
    value: str, database: Database
) -> None:
    """SQLite takes a long text; what it cannot take is told as PostgreSQL's refusals are."""
    row = _row("a") | {"gst": value}
    if not database.is_postgresql and len(value) > 64:
        pytest.skip("SQLite takes any length")
    with pytest.raises(GstError, match="value_refused"), database.writing() as connection:
        connection.execute(insert(gst_snapshots), [row])
    with database.reading() as connection:
        assert connection.execute(select(gst_snapshots)).all() == []


def test_a_database_of_a_newer_tadbir_is_told_and_left_alone(
    database: Database, database_url: str
) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(GstError, match="database_newer"):
        Database(database_url)


@pytest.mark.parametrize("name", ["a b.sqlite", "100%.sqlite", "?x=1#y.sqlite", "é.sqlite"])
def test_a_file_may_have_any_name(name: str, tmp_path: Path, opened: Opened) -> None:
    opened(sqlite_url(tmp_path / "new folder" / name))
    assert (tmp_path / "new folder" / name).exists()
