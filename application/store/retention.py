"""What is kept too long goes: runs, old snapshots, ended sign-ins and texts of the record.

The record keeps place, hashes and digest of an erased entry, and says itself which were erased,
so the chain holds. Afterwards files are written anew: no free page keeps a name.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, func, select, update

from application.store.audit import append_in, walk
from application.store.database import Database
from application.store.schema import (
    api_answers,
    audit,
    gst_snapshots,
    gst_tables,
    run_results,
    runs,
    sign_ins,
)
from governance.chain import ERASED, ChainEntry
from governance.events import Event, EventKind, event_of

OF_PERSONS = frozenset(
    {
        EventKind.DECISION,
        EventKind.SIGNED_IN,
        EventKind.SIGN_IN_REFUSED,
        EventKind.ACCOUNT_CHANGED,
    }
)
"""Entries that are about persons; what was done to models and what was erased is kept."""

CLEARED = (audit, runs, run_results, gst_snapshots, gst_tables, sign_ins)
"""The tables from which something goes."""


@dataclass(frozen=True)
class Purged:
    """How much went, and how many entries are too old to be erased (they have no digest)."""

    runs: int
    snapshots: int
    entries: int
    not_erasable: int


def purge(database: Database, before: datetime, actor: str) -> Purged:
    """Removes what is older, in one transaction, and writes that down.

    The current GST stays. A decision stays while its recommendation is there.
    """
    with database.writing() as connection:
        gone = _purge_runs(connection, before)
        snapshots = _purge_snapshots(connection, before)
        connection.execute(delete(sign_ins).where(sign_ins.c.expires_at < before))
        connection.execute(delete(api_answers).where(api_answers.c.begun_at < before))
        entries, kept = _entries_to_erase(connection, before)
        if entries:
            texts = update(audit).where(audit.c.sequence.in_(entries)).values(entry_json=ERASED)
            connection.execute(texts)
        body = {"entries": entries, "runs": gone, "snapshots": snapshots}
        about = before.date().isoformat()
        event = Event(
            event=EventKind.ERASED, at=datetime.now(UTC), actor=actor, about=about, body=body
        )
        append_in(connection, (event,))
    _write_anew(database)
    return Purged(gone, snapshots, len(entries), kept)


def _purge_runs(connection: Connection, before: datetime) -> int:
    old = select(runs.c.run).where(runs.c.finished_at < before)
    count = connection.execute(select(func.count()).select_from(old.subquery())).scalar() or 0
    connection.execute(delete(run_results).where(run_results.c.run.in_(old)))
    connection.execute(delete(runs).where(runs.c.finished_at < before))
    return int(count)


def _purge_snapshots(connection: Connection, before: datetime) -> int:
    current = select(func.max(gst_snapshots.c.sequence)).scalar_subquery()
    used = select(runs.c.snapshot)
    question = select(gst_snapshots.c.snapshot).where(
        gst_snapshots.c.imported_at < before,
        gst_snapshots.c.sequence < current,
        gst_snapshots.c.snapshot.not_in(used),
    )
    names = connection.execute(question).scalars().all()
    connection.execute(delete(gst_tables).where(gst_tables.c.snapshot.in_(names)))
    connection.execute(delete(gst_snapshots).where(gst_snapshots.c.snapshot.in_(names)))
    return len(names)


def _entries_to_erase(connection: Connection, before: datetime) -> tuple[list[int], int]:
    """Their places, and how many have no digest to be left behind."""
    present = set(connection.execute(select(runs.c.run)).scalars())
    erasable, kept = [], 0
    for entry in list(walk(connection)):
        if entry.is_erased or not _has_ended(entry, before, present):
            continue
        if entry.digest is None:
            kept += 1
        else:
            erasable.append(entry.sequence)
    return erasable, kept


def _has_ended(entry: ChainEntry, before: datetime, present: set[str]) -> bool:
    event = event_of(json.loads(entry.text))
    is_needed = event.event is EventKind.DECISION and event.about in present
    return event.event in OF_PERSONS and event.at < before and not is_needed


def _write_anew(database: Database) -> None:
    """What was deleted leaves the pages of the file and of its log.

    PostgreSQL writes the tables anew, alone with each; its own log (WAL) keeps what was erased
    until it is recycled, and so do the backups of the server.
    """
    if database.is_postgresql:
        names = ", ".join(table.name for table in CLEARED)
        with database.alone_with_tables() as connection:
            connection.exec_driver_sql(f"VACUUM (FULL) {names}")
        return
    raw = database.engine.raw_connection()
    try:
        cursor = raw.cursor()
        for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            cursor.execute(statement)
            cursor.fetchall()
        cursor.close()
    finally:
        raw.close()
