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

from application.store.trouble import told
from hospital.errors import GstError, Sentence, say

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
        with _told(_CANNOT_OPEN, kinds=_OPENING):
            address = _with_our_driver(make_url(url))
            self.place = _folder_of(address)
            self.engine = _engine(address)
        try:
            with _told(_CANNOT_OPEN, self.place, _OPENING):
                self._migrate()
        except BaseException:
            self.close()
            raise

    @property
    def is_postgresql(self) -> bool:
        """Whether a server keeps it; otherwise it is a file of SQLite."""
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: everything inside is stored, or nothing."""
        with _told(CANNOT_WRITE, self.place), self._alone() as connection:
            yield connection

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        """A transaction that no other writer is beside.

        It sees what the last one left: PostgreSQL takes the lock before it looks.
        """
        with self.engine.execution_options(writes=True).begin() as connection:
            if self.is_postgresql:
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{BUSY_TIMEOUT_SECONDS}s'")
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ONE_WRITER})")
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database, whatever others write meanwhile."""
        engine = self.engine.execution_options(**_ONE_STATE) if self.is_postgresql else self.engine
        with _told(_CANNOT_READ, self.place), engine.connect() as connection:
            yield connection

    @contextmanager
    def alone_with_tables(self) -> Iterator[Connection]:
        """A connection without a transaction, for what PostgreSQL does in none (VACUUM)."""
        engine = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        with _told(CANNOT_WRITE, self.place), engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Gives back all connections."""
        self.engine.dispose()

    def _migrate(self) -> None:
        """A database that is up to date is only looked at: opening it waits for no writer.

        Of two that open an old one at once, the second finds it migrated.
        """
        if self._version() == newest_version():
            return
        with self._alone() as connection:
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
    "database_unreachable",
    say(
        "The database cannot be opened ({reason}). Check TADBIR_DATABASE_URL and whether this "
        "folder may be written.",
        reason="",
    ),
)
CANNOT_WRITE = (
    "database_failed",
    say(
        "The database did not take the change ({reason}). Nothing was stored; try again.",
        reason="",
    ),
)
_CANNOT_READ = (
    "database_failed",
    say(
        "The database cannot be read ({reason}). Check its file, or restore a copy.",
        reason="",
    ),
)

_WORKING = (SQLAlchemyError, UnicodeEncodeError, OverflowError)
"""What a statement raises: also a text or a number that the driver cannot hand over."""
_OPENING = (*_WORKING, OSError, ModuleNotFoundError, ValueError)
"""What opening raises: no rights, no driver, an address with impossible characters."""
_ONE_STATE = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


@contextmanager
def _told(
    otherwise: tuple[str, Sentence],
    place: Path | None = None,
    kinds: tuple[type[Exception], ...] = _WORKING,
) -> Iterator[None]:
    """Turns what the database says into an error for a person."""
    try:
        yield
    except kinds as error:
        raise told(error, otherwise, place) from error


def _with_our_driver(url: URL) -> URL:
    """``postgresql://`` and ``postgres://``, as servers give their address, mean psycopg."""
    is_plain = url.drivername in {"postgresql", "postgres"}
    return url.set(drivername="postgresql+psycopg") if is_plain else url


def _folder_of(url: URL) -> Path | None:
    """Where the file of SQLite lies; None where there is no file."""
    is_file = url.get_backend_name() == "sqlite" and url.database not in {None, "", ":memory:"}
    return Path(str(url.database)).parent if is_file else None


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, **_POOL)
    if (folder := _folder_of(url)) is not None:
        folder.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


_POOL: dict[str, Any] = {
    "pool_size": 10,
    "max_overflow": 20,
    "pool_timeout": 2 * BUSY_TIMEOUT_SECONDS,
    "pool_pre_ping": True,
}
"""Connections to a server: few enough for its hundred, and none that the server has closed."""


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
