"""Opens the database: SQLite beside the work by default, PostgreSQL by its address."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import SQLAlchemyError

from hospital.errors import GstError, say

BUSY_TIMEOUT_SECONDS = 30
MIGRATIONS = Path(__file__).parent / "migrations"
ONE_WRITER = 7_346_821
"""Any fixed number: PostgreSQL's advisory lock that lets one writer in at a time."""


class Database:
    """One database, migrated to the newest version when it is opened.

    Raises:
        GstError: it cannot be opened, is not a database, or was made by a newer Tadbir.
    """

    def __init__(self, url: str) -> None:
        with _told("database_unreachable", _CANNOT_OPEN, _OPENING):
            self.engine = _engine(make_url(url))
        try:
            with _told("database_unreachable", _CANNOT_OPEN, _OPENING):
                self._migrate()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: everything inside is stored, or nothing."""
        with (
            _told("database_failed", _CANNOT_WRITE),
            self.engine.execution_options(writes=True).begin() as connection,
        ):
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ONE_WRITER})")
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database."""
        with _told("database_failed", _CANNOT_READ), self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Gives back all connections."""
        self.engine.dispose()

    def _migrate(self) -> None:
        """A database that is up to date is only looked at: opening it waits for no writer."""
        if self._version() == newest_version():
            return
        with self.engine.execution_options(writes=True).begin() as connection:
            version = _version_of(connection)
            if version is not None and version not in known_versions():
                raise GstError(
                    "database_newer",
                    say(
                        "The database has version {version}, newer than this Tadbir. "
                        "Install the newest Tadbir.",
                        version=version,
                    ),
                )
            command.upgrade(migration_config(connection), "head")

    def _version(self) -> str | None:
        with self.engine.connect() as connection:
            return _version_of(connection)


def _version_of(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if version is None else str(version)


def migration_config(connection: Connection) -> Config:
    """What Alembic needs to run the migrations on this connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@cache
def known_versions() -> tuple[str, ...]:
    """The numbers of the migrations of this installation, oldest first."""
    files = (MIGRATIONS / "versions").glob("[0-9]*.py")
    return tuple(sorted(file.name.split("_")[0] for file in files))


def newest_version() -> str:
    """The number of the newest migration in this installation."""
    return known_versions()[-1]


def sqlite_url(file: Path) -> str:
    """The address of a SQLite file; its folder is made when the database is opened."""
    return URL.create("sqlite", database=str(file)).render_as_string(hide_password=False)


_CANNOT_OPEN = (
    "The database cannot be opened ({reason}). Check TADBIR_DATABASE_URL and whether this folder "
    "may be written."
)
_CANNOT_WRITE = "The database did not take the change ({reason}). Nothing was stored; try again."
_CANNOT_READ = "The database cannot be read ({reason}). Check its file, or restore a copy."


_OPENING = (SQLAlchemyError, OSError, ModuleNotFoundError, ValueError)
"""What opening raises: no rights, no driver, an address with impossible characters."""


@contextmanager
def _told(
    code: str, template: str, kinds: tuple[type[Exception], ...] = (SQLAlchemyError,)
) -> Iterator[None]:
    """Turns what the database says into an error for a person."""
    try:
        yield
    except kinds as error:
        reason = str(getattr(error, "orig", None) or type(error).__name__)
        raise GstError(code, say(template, reason=reason.partition("\n")[0])) from error


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url)
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
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
