"""Databases of each kind, closed at the end, and a small GST to store."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from application.folder.reading import GstData
from application.store.database import Database, sqlite_url
from scenarios.demo import DemoSize, generate


@pytest.fixture(scope="session")
def demo() -> GstData:
    return GstData(*generate(DemoSize.SMALL, seed=1))


@pytest.fixture(scope="session")
def other(demo: GstData) -> GstData:
    """The same GST with one bed less."""
    changed = demo.gst.model_copy(update={"beds": demo.gst.beds[1:]})
    return GstData(changed, demo.history)


@pytest.fixture
def opened() -> Iterator[Callable[[str], Database]]:
    databases: list[Database] = []

    def open_it(url: str) -> Database:
        databases.append(Database(url))
        return databases[-1]

    yield open_it
    for database in databases:
        database.close()


@pytest.fixture
def database(database_url: str, opened: Callable[[str], Database]) -> Database:
    return opened(database_url)


@pytest.fixture
def sqlite(tmp_path: Path, opened: Callable[[str], Database]) -> Database:
    """What only SQLite has: a file."""
    return opened(sqlite_url(tmp_path / "tadbir.sqlite"))


@contextmanager
def tampering(database: Database) -> Iterator[Connection]:
    """What the owner of the database can do: the triggers go first."""
    with database.writing() as connection:
        if database.is_postgresql:
            connection.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER ALL")
        else:
            named = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for name in connection.exec_driver_sql(named).scalars().all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        yield connection
