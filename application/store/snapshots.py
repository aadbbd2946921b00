"""Snapshots of a GST: what was imported, whole, under the hash of its content.

Each table is one Parquet block in a row, so an import is one transaction on any database,
and three years of a region's history take a few megabytes.
"""

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import pandas as pd
from pyarrow import ArrowException
from sqlalchemy import Connection, Row, func, insert, select, update

from application.folder.columns import columns_of
from application.folder.domain import rows_of
from application.folder.findings import Findings
from application.folder.later_columns import unused
from application.folder.reading import GstData, gst_of, history_of
from application.folder.writing import conformed, csv_bytes, frame_of
from application.store.database import Database
from application.store.schema import gst_snapshots, gst_tables
from hospital.errors import GstError, say
from hospital.gst import GstIdentity
from hospital.tables import TABLES, Table


@dataclass(frozen=True)
class Snapshot:
    """A stored GST: its hash, and what a person recognises it by."""

    snapshot: str
    gst: str
    name: str
    synthetic: bool
    as_of: date
    imported_at: datetime


LATER_TABLES = frozenset({"referrals"})
"""Tables that came after the first snapshots: a GST without them keeps its hash."""


def snapshot_hash(data: GstData) -> str:
    """SHA-256 over the identity and the file of every table: one bed changed, another hash."""
    return _hash(data.gst.identity, {table: frame_of(data, table) for table in TABLES})


def _hash(identity: GstIdentity, frames: dict[Table, pd.DataFrame]) -> str:
    digest = sha256(identity.model_dump_json().encode())
    for table, frame in frames.items():
        if table.name in LATER_TABLES and not len(frame):
            continue
        content = csv_bytes(table, frame, without=unused(table, frame)) if len(frame) else b""
        digest.update(f"\n{table.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def save_snapshot(database: Database, data: GstData) -> Snapshot:
    """Stores the GST in one transaction and makes it the current one.

    A GST that is stored already keeps its first day of import and becomes current again.
    """
    frames = {table: frame_of(data, table) for table in TABLES}
    key = _hash(data.gst.identity, frames)
    blocks = [_block(key, table, frame) for table, frame in frames.items()]
    with database.writing() as connection:
        sequence = _next_sequence(connection)
        if _find(connection, key) is None:
            connection.execute(insert(gst_snapshots), [_row(key, data.gst.identity, sequence)])
            connection.execute(insert(gst_tables), blocks)
        else:
            again = update(gst_snapshots).where(gst_snapshots.c.snapshot == key)
            connection.execute(again.values(sequence=sequence))
        row = _find(connection, key)
    if row is None:
        raise _unknown_snapshot(key)
    return _snapshot(row)


def _find(connection: Connection, key: str) -> Row[Any] | None:
    query = select(gst_snapshots).where(gst_snapshots.c.snapshot == key)
    return connection.execute(query).first()


def _row(key: str, identity: GstIdentity, sequence: int) -> dict[str, object]:
    return {
        "snapshot": key,
        "gst": identity.gst,
        "name": identity.name,
        "synthetic": identity.synthetic,
        "as_of": identity.as_of,
        "identity_json": identity.model_dump_json(),
        "imported_at": datetime.now(UTC),
        "sequence": sequence,
    }


def _next_sequence(connection: Connection) -> int:
    last = connection.execute(select(func.max(gst_snapshots.c.sequence))).scalar()
    return 1 + (last or 0)


def _block(key: str, table: Table, frame: pd.DataFrame) -> dict[str, object]:
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False, compression="zstd")
    return {"snapshot": key, "name": table.name, "rows": len(frame), "parquet": buffer.getvalue()}


def current_snapshot(database: Database) -> Snapshot:
    """The GST that was imported last. Raises ``GstError`` if there is none."""
    with database.reading() as connection:
        row = connection.execute(
            select(gst_snapshots).order_by(gst_snapshots.c.sequence.desc()).limit(1)
        ).first()
    if row is None:
        raise GstError(
            "no_gst",
            say("No GST has been imported yet. Run tadbir import FOLDER, or tadbir demo."),
        )
    return _snapshot(row)


def list_snapshots(database: Database, limit: int = 50) -> list[Snapshot]:
    """The stored GSTs, the current one first."""
    query = select(gst_snapshots).order_by(gst_snapshots.c.sequence.desc()).limit(limit)
    with database.reading() as connection:
        return [_snapshot(row) for row in connection.execute(query)]


def _snapshot(row: Row[Any]) -> Snapshot:
    imported_at = row.imported_at.replace(tzinfo=row.imported_at.tzinfo or UTC)
    return Snapshot(row.snapshot, row.gst, row.name, row.synthetic, row.as_of, imported_at)


def load_snapshot(database: Database, snapshot: str) -> GstData:
    """The GST and history stored under this hash.

    Raises:
        GstError: there is no such snapshot, or what is stored is damaged.
    """
    with database.reading() as connection:
        row = _find(connection, snapshot)
        blocks = connection.execute(
            select(gst_tables.c.name, gst_tables.c.parquet).where(gst_tables.c.snapshot == snapshot)
        ).all()
    if row is None:
        raise _unknown_snapshot(snapshot)
    try:
        frames = {name: pd.read_parquet(io.BytesIO(parquet)) for name, parquet in blocks}
    except ArrowException as error:
        raise GstError(
            "damaged_snapshot",
            say(
                "GST {snapshot} is damaged in the database. Import it again.",
                snapshot=snapshot[:12],
            ),
        ) from error
    return _gst_data(row.identity_json, frames)


def _unknown_snapshot(snapshot: str) -> GstError:
    return GstError("no_snapshot", say("No GST {snapshot} is stored.", snapshot=snapshot[:12]))


def with_later_columns(table: Table, stored: pd.DataFrame) -> pd.DataFrame:
    """A table stored by an earlier Tadbir, with the optional columns that it did not know yet."""
    later = {
        column.name: column.default
        for column in columns_of(table)
        if column.name not in stored and (column.may_be_empty or column.default is not None)
    }
    return stored.assign(**later)


def _gst_data(identity_json: str, stored: dict[str, pd.DataFrame]) -> GstData:
    frames = {
        table.name: conformed(table, with_later_columns(table, stored[table.name]))
        for table in TABLES
        if table.name in stored and len(stored[table.name])
    }
    rows = {
        table.name: rows_of(table, frames[table.name], table.name, Findings())
        for table in TABLES
        if not table.is_history and table.name in frames
    }
    identity = GstIdentity.model_validate_json(identity_json)
    return GstData(gst_of(identity, rows), history_of(frames))
