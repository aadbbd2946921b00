"""What a database holds, as counts and hashes that are the same on SQLite and PostgreSQL.

The hash of a table is the SHA-256 of its rows in the order of their keys, each value written with
its kind and length. Times are in UTC; text is ordered by its bytes, whatever the database sorts by.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    select,
)

from hospital.errors import GstError, say

VERSION_TABLE, MANIFEST_TABLE = "alembic_version", "backup_manifest"
ROWS_AT_ONCE, BLOCKS_AT_ONCE = 2_000, 16
"""Rows in memory at once: rows of figures, and rows that hold whole tables or results."""


@dataclass(frozen=True, slots=True)
class TableState:
    """One table: how many rows, and the hash of all of them."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Contents:
    """A whole database: the version of its schema and the state of every table."""

    version: str
    tables: dict[str, TableState]

    def as_json(self) -> dict[str, Any]:
        """Plain values; ``contents_from`` reads them."""
        return asdict(self)

    def difference(self, other: Contents) -> tuple[str, ...]:
        """The tables that are not the same in both."""
        names = sorted({*self.tables, *other.tables})
        return tuple(name for name in names if self.tables.get(name) != other.tables.get(name))


def contents_from(told: Any) -> Contents:
    """What ``as_json`` gave. Raises ``KeyError`` or ``TypeError`` for anything else."""
    states = {str(name): TableState(**state) for name, state in told["tables"].items()}
    return Contents(str(told["version"]), states)


def tables_of(connection: Connection) -> Sequence[Table]:
    """Tadbir's tables as they really are here, each after those that it points to."""
    found = MetaData()
    found.reflect(connection)
    return [t for t in found.sorted_tables if t.name not in {VERSION_TABLE, MANIFEST_TABLE}]


def contents_of(connection: Connection) -> Contents:
    """Counts and hashes of everything that is kept.

    Raises:
        GstError: this is no database of Tadbir.
    """
    tables = tables_of(connection)
    if not tables:
        raise GstError(
            "not_tadbir", say("There is no table of Tadbir in this database. Check its address.")
        )
    version = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar()  # noqa: S608 - a constant
    return Contents(str(version), {table.name: _state(connection, table) for table in tables})


def _state(connection: Connection, table: Table) -> TableState:
    digest, count = hashlib.sha256(), 0
    for part in parts(connection, table):
        for row in part:
            count += 1
            for value in row:
                for piece in _written(value):
                    digest.update(piece)
    return TableState(count, digest.hexdigest())


def parts(connection: Connection, table: Table) -> Iterator[Sequence[Row[Any]]]:
    """The rows of a table in the order of their keys, a few at a time."""
    is_of_blocks = any(isinstance(column.type, LargeBinary) for column in table.columns)
    at_once = BLOCKS_AT_ONCE if is_of_blocks else ROWS_AT_ONCE
    keys = [_by_bytes(column, connection) for column in table.primary_key.columns]
    question = select(table).order_by(*keys).execution_options(yield_per=at_once)
    yield from connection.execute(question).partitions()


def _by_bytes(column: Column[Any], connection: Connection) -> ColumnElement[Any]:
    is_sorted_by_language = connection.dialect.name == "postgresql"
    if is_sorted_by_language and isinstance(column.type, String):
        return column.collate("C")
    return column


def _written(value: Any) -> tuple[bytes, bytes]:
    kind, content = _kind_and_bytes(value)
    return f"{kind}{len(content)}:".encode(), content


def _kind_and_bytes(value: Any) -> tuple[str, bytes]:
    if value is None:
        return "n", b""
    if isinstance(value, bytes | memoryview):
        return "b", bytes(value)
    if isinstance(value, datetime):
        return "t", in_utc(value).isoformat().encode()
    if isinstance(value, date):
        return "d", value.isoformat().encode()
    if isinstance(value, bool | int):
        return "i", str(int(value)).encode()
    return "s", str(value).encode("utf-8", "surrogateescape")


def in_utc(moment: datetime) -> datetime:
    """SQLite gives times back without their zone; they were written in UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
