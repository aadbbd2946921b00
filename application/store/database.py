"""Opens the database: SQLite beside the work by default, PostgreSQL by its address."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.exc import SQLAlchemyError

from hospital.errors import GstError, say

BUSY_TIMEOUT_SECONDS = 30
MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """One database, migrated to the newest version when it is opened."""

    def __init__(self, url: str) -> None:
        self.url = url
        try:
            self.engine = _engine(url)
            self._migrate()
        except (SQLAlchemyError, OSError) as error:
            raise GstError(
                "database_unreachable",
                say(
                    "The database cannot be opened ({reason}). Check TADBIR_DATABASE_URL and "
                    "whether this folder may be written.",
                    reason=type(error).__name__,
                ),
            ) from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: everything inside is stored, or nothing."""
        with self.engine.execution_options(writes=True).begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database."""
        with self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Gives back all connections."""
        self.engine.dispose()

    def _migrate(self) -> None:
        with self.writing() as connection:
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS))
            config.set_main_option("path_separator", "os")
            config.attributes["connection"] = connection
            if not inspect(connection).has_table("alembic_version") or self._is_behind(connection):
                command.upgrade(config, "head")

    def _is_behind(self, connection: Connection) -> bool:
        current = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        return current != newest_version()


@cache
def newest_version() -> str:
    """The number of the newest migration in this installation."""
    return max(file.name.split("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def sqlite_url(file: Path) -> str:
    """The address of a SQLite file, its folder created if it is missing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{file}"


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url)
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_sqlite(connection: SqliteConnection, _record: Any) -> None:
    """Readers never wait for the writer (WAL), and a commit is on the disk when it returns."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """SQLAlchemy opens the transaction itself, so that DDL is inside it too.

    A writer takes its lock at once, so that it waits for another writer instead of failing
    half-way. Source: SQLAlchemy documentation, pysqlite, "Transactional DDL".
    """
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
