"""Snapshots of a GST: what was imported, whole, under the hash of its content.

Each table is one Parquet block in a row, so an import is one transaction on any database,
and three years of a region's history take a few megabytes.
"""

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256

import pandas as pd
from sqlalchemy import Connection, func, insert, select

from application.folder.findings import Findings
from application.folder.reading import GstData, empty_frame, history_of
from application.folder.domain import rows_of
from application.folder.writing import as_text, frame_of
from application.store.database import Database
from application.store.schema import gst_snapshots, gst_tables
from hospital.errors import GstError, say
from hospital.gst import Gst, GstIdentity
from hospital.tables import BY_NAME, TABLES, Table

TIME_UNIT = "s"


@dataclass(frozen=True)
class Snapshot:
    """A stored GST: its hash, and what a person recognises it by."""

    snapshot: str
    gst: str
    name: str
    synthetic: bool
    as_of: date
    imported_at: datetime


def snapshot_hash(data: GstData) -> str:
    """SHA-256 over the identity and the text of every table: one bed changed, another hash."""
    digest = sha256(data.gst.identity.model_dump_json().encode())
    for table in TABLES:
        frame = frame_of(data, table)
        digest.update(f"\n{table.name} {len(frame)}\n".encode())
        if len(frame):
            hashes = pd.util.hash_pandas_object(as_text(table, frame), index=False)
            digest.update(hashes.to_numpy().tobytes())
    return digest.hexdigest()


def save_snapshot(database: Database, data: GstData) -> Snapshot:
    """Stores the GST in one transaction and makes it the current one."""
    identity = data.gst.identity
    key = snapshot_hash(data)
    blocks = [_block(key, table, frame_of(data, table)) for table in TABLES]
    with database.writing() as connection:
        sequence = _next_sequence(connection)
        known = connection.execute(
            select(gst_snapshots.c.snapshot).where(gst_snapshots.c.snapshot == key)
        ).first()
        if known:
            connection.execute(
                gst_snapshots.update()
                .where(gst_snapshots.c.snapshot == key)
                .values(sequence=sequence)
            )
        else:
            connection.execute(insert(gst_snapshots), [_row(key, identity, sequence)])
            connection.execute(insert(gst_tables), blocks)
    return current_snapshot(database)


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
    return Snapshot(row.snapshot, row.gst, row.name, row.synthetic, row.as_of, row.imported_at)


def load_snapshot(database: Database, snapshot: str) -> GstData:
    """The GST and history stored under this hash."""
    with database.reading() as connection:
        identity_json = connection.execute(
            select(gst_snapshots.c.identity_json).where(gst_snapshots.c.snapshot == snapshot)
        ).scalar_one()
        blocks = connection.execute(
            select(gst_tables.c.name, gst_tables.c.parquet).where(
                gst_tables.c.snapshot == snapshot
            )
        ).all()
    frames = {name: pd.read_parquet(io.BytesIO(parquet)) for name, parquet in blocks}
    return GstData(_gst(identity_json, frames), history_of(_filled(frames)))


def _filled(frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return {
        name: frame if len(frame) else empty_frame(BY_NAME[name])
        for name, frame in frames.items()
        if BY_NAME[name].is_history
    }


def _gst(identity_json: str, frames: dict[str, pd.DataFrame]) -> Gst:
    rows = {
        table.name: rows_of(table, frames[table.name], table.name, Findings())
        if len(frames[table.name])
        else ()
        for table in TABLES
        if not table.is_history
    }
    identity = GstIdentity.model_validate_json(identity_json)
    return Gst.model_construct(identity=identity, **rows)
