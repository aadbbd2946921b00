"""A database is copied whole, or not at all: from SQLite to PostgreSQL, into a backup and back.

Every copy reads one state of the source, writes one transaction, and is compared with the source,
table by table, before that transaction ends. A backup is a file of SQLite, whatever it was made
from, with a manifest of what it holds.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, create_engine, insert, inspect
from sqlalchemy.exc import SQLAlchemyError

from application.store.audit import verified
from application.store.contents import (
    MANIFEST_TABLE,
    Contents,
    contents_from,
    contents_of,
    in_utc,
    parts,
    tables_of,
)
from application.store.database import CANNOT_WRITE, Database, known_versions, sqlite_url
from application.store.trouble import told
from governance.chain import Head
from hospital.errors import GstError, say


@dataclass(frozen=True)
class Copied:
    """What was copied, and the head of its record."""

    contents: Contents
    head: Head | None

    @property
    def rows(self) -> int:
        """Rows of all tables together."""
        return sum(table.rows for table in self.contents.tables.values())


@dataclass(frozen=True)
class Backup:
    """A backup that was read and holds: what is in it, and when it was made."""

    made_at: datetime
    copied: Copied


def copy_database(source: Database, target: Database) -> Copied:
    """Copies everything into an empty database, and compares before it is stored.

    Raises:
        GstError: the target is not empty, the record of the source is broken, or the copy differs;
            the target is as it was.
    """
    head = _head_that_holds(source)
    with source.reading() as reader, target.writing() as writer:
        _require_empty(writer)
        _copy_rows(reader, writer)
        found, expected = contents_of(writer), contents_of(reader)
        if different := expected.difference(found):
            raise GstError(
                "copy_differs",
                say(
                    "The copy differs from its source in {tables}. Nothing was stored: have the "
                    "disks checked and do it again.",
                    tables=", ".join(different),
                ),
            )
    return Copied(found, head)


def _head_that_holds(source: Database) -> Head | None:
    found = verified(source)
    if found.broken is not None:
        raise found.broken.refusal()
    return None if found.head is None else Head(found.entries, found.head)


def _require_empty(connection: Connection) -> None:
    full = [t.name for t in tables_of(connection) if connection.execute(t.select()).first()]
    if full:
        raise GstError(
            "not_empty",
            say(
                "The database that should take the copy is not empty ({tables}). Nothing is "
                "written over: stop Tadbir, put the old file aside or name a new database, and do "
                "it again.",
                tables=", ".join(full),
            ),
        )


def _copy_rows(reader: Connection, writer: Connection) -> None:
    into = {table.name: table for table in tables_of(writer)}
    for table in tables_of(reader):
        for part in parts(reader, table):
            writer.execute(insert(into[table.name]), [_values(row) for row in part])


def _values(row: Row[Any]) -> dict[str, Any]:
    """Times keep their moment: SQLite drops the zone, PostgreSQL would add its own."""
    return {
        name: in_utc(value) if isinstance(value, datetime) else value
        for name, value in row._mapping.items()
    }


def back_up(source: Database, file: Path) -> Backup:
    """Writes a backup, whole or not at all; only who made it may read it.

    Raises:
        GstError: the record is broken, or the copy differs from its source.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with _workplace(file) as folder:
        draft = folder / "draft.sqlite"
        target = Database(sqlite_url(draft))
        try:
            copied = copy_database(source, target)
            backup = Backup(datetime.now(UTC), copied)
            _write_manifest(target, backup)
        finally:
            target.close()
        _as_one_file(draft)
        draft.chmod(0o600)
        draft.replace(file)
        _on_disk(file.parent)
    return backup


@contextmanager
def _workplace(file: Path) -> Iterator[Path]:
    """A folder beside the file for what is not finished; what a kill left there goes first."""
    folder = file.with_name(f".{file.name}.part")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write_manifest(target: Database, backup: Backup) -> None:
    head = backup.copied.head
    manifest = {
        "made_at": backup.made_at.isoformat(timespec="seconds"),
        "head": None if head is None else {"sequence": head.sequence, "hash": head.hash},
        **backup.copied.contents.as_json(),
    }
    with target.writing() as connection:
        connection.exec_driver_sql(f"CREATE TABLE {MANIFEST_TABLE} (manifest_json TEXT NOT NULL)")
        connection.exec_driver_sql(
            f"INSERT INTO {MANIFEST_TABLE} VALUES (?)",  # noqa: S608 - a constant
            (json.dumps(manifest, sort_keys=True),),
        )


def _as_one_file(file: Path) -> None:
    """Without a log beside it, and on the disk."""
    try:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise told(error, CANNOT_WRITE, file.parent) from error
    _on_disk(file)


def _on_disk(place: Path) -> None:
    number = os.open(place, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def read_backup(file: Path) -> Backup:
    """What a backup holds, after every row of it was hashed and its record verified.

    Raises:
        GstError: it is no backup, was made by a newer Tadbir, or is damaged.
    """
    with _workplace_of_reading(file) as copy:
        return _verified_backup(file, copy)


@contextmanager
def _workplace_of_reading(file: Path) -> Iterator[Path]:
    """A copy to open: opening a file of SQLite may write to it, and a backup stays as it is."""
    if not file.is_file():
        raise _no_backup(file)
    with _workplace(file) as folder:
        copy = folder / "copy.sqlite"
        shutil.copyfile(file, copy)
        yield copy


def _no_backup(file: Path) -> GstError:
    return GstError(
        "not_a_backup",
        say(
            "{file} is no backup of Tadbir, or is damaged. Take another one; tadbir db backup "
            "makes them.",
            file=str(file),
        ),
    )


def _verified_backup(file: Path, copy: Path) -> Backup:
    engine = create_engine(sqlite_url(copy))
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table(MANIFEST_TABLE):
                raise _no_backup(file)
            question = f"SELECT manifest_json FROM {MANIFEST_TABLE}"  # noqa: S608 - a constant
            manifest = json.loads(connection.exec_driver_sql(question).scalar_one())
            expected, found = contents_from(manifest), contents_of(connection)
            made_at = datetime.fromisoformat(manifest["made_at"])
            head = None if manifest["head"] is None else Head(**manifest["head"])
    except (SQLAlchemyError, ValueError, KeyError, TypeError) as error:
        raise _no_backup(file) from error
    finally:
        engine.dispose()
    _require_same(file, expected, found)
    return Backup(made_at, Copied(found, head))


def _require_same(file: Path, expected: Contents, found: Contents) -> None:
    if expected.version not in known_versions():
        raise GstError(
            "database_newer",
            say(
                "The database has version {version}, newer than this Tadbir. "
                "Install the newest Tadbir.",
                version=expected.version,
            ),
        )
    if different := expected.difference(found):
        raise GstError(
            "backup_damaged",
            say(
                "{file} is damaged: {tables} do not hold what was written. Take another backup.",
                file=str(file),
                tables=", ".join(different),
            ),
        )


def restore(file: Path, target: Database) -> Copied:
    """Brings a backup back into an empty database; an older one is migrated on the way.

    Raises:
        GstError: it is no backup or is damaged, its record is not the one it was made with, or the
            target is not empty; the target is as it was.
    """
    with _workplace_of_reading(file) as copy:
        backup = _verified_backup(file, copy)
        source = Database(sqlite_url(copy))
        try:
            found = verified(source, backup.copied.head)
            if found.broken is not None:
                raise _no_backup(file)
            return copy_database(source, target)
        finally:
            source.close()
