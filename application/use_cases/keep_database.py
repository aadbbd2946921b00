"""The database is looked at, backed up, restored and moved to another kind of database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from application.store import copies
from application.store.audit import head
from application.store.contents import Contents, contents_of
from application.store.database import Database
from application.use_cases.access import needs
from application.use_cases.session import Session
from governance.access import Action
from governance.chain import Head
from hospital.errors import GstError, say


@dataclass(frozen=True)
class DatabaseState:
    """Which database this is, how large, and what it holds; ``address`` shows no password."""

    kind: str
    address: str
    size_bytes: int
    contents: Contents
    head: Head | None


@needs(Action.READ_AUDIT)
def database_state(session: Session) -> DatabaseState:
    """Kind, address, size, rows and hashes of every table, and the head of the record."""
    database = session.database
    size = "pg_database_size(current_database())"
    if not database.is_postgresql:
        size = "page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    with database.reading() as connection:
        contents = contents_of(connection)
        size_bytes = int(connection.exec_driver_sql(f"SELECT {size}").scalar_one())
    return DatabaseState(
        database.engine.dialect.name,
        make_url(session.settings.database_url).render_as_string(hide_password=True),
        size_bytes,
        contents,
        head(database),
    )


@needs(Action.KEEP_DATABASE)
def back_up(session: Session, file: Path) -> copies.Backup:
    """Writes everything into one file, compared with the database and only for who made it.

    Raises:
        GstError: the file is there already, the record is broken, or the disk refuses.
    """
    if file.exists():
        raise GstError(
            "file_exists",
            say("{file} exists already; name a new file.", file=str(file)),
        )
    return copies.back_up(session.database, file)


def check_backup(file: Path) -> copies.Backup:
    """What a backup holds, after every row and the record were verified; nothing is changed.

    Raises:
        GstError: it is no backup, or is damaged.
    """
    return copies.read_backup(file)


@needs(Action.KEEP_DATABASE)
def restore_backup(session: Session, file: Path) -> copies.Copied:
    """Brings a backup back into the empty database of this session.

    Raises:
        GstError: it is no backup, is damaged, or the database is not empty.
    """
    found = copies.restore(file, session.database)
    session.forget()
    return found


@needs(Action.KEEP_DATABASE)
def copy_to(session: Session, url: str) -> copies.Copied:
    """Copies everything into the empty database at this address.

    Raises:
        GstError: it cannot be reached, is this database itself, or is not empty.
    """
    target = Database(url)
    try:
        return copies.copy_database(session.database, target)
    finally:
        target.close()
