"""How large a region's database becomes, and how long backup, check and restore take.

    python -m benchmarks.trust.sizes [--size region] [--postings 200000] [--entries 20000]

The GST of the demo's size is stored, then a ledger and a record as a year may bring them; each step
is measured on SQLite, and the whole is copied to a private PostgreSQL where there is one. Rewrites
sizes.json beside this file; ``docs/database.md`` quotes it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from datetime import date
from pathlib import Path
from time import perf_counter

from application.folder.reading import GstData
from application.store.audit import append
from application.store.copies import back_up, copy_database, read_backup, restore
from application.store.database import Database, sqlite_url
from application.store.snapshots import save_snapshot
from application.store.stock_ledger import Batch, post
from benchmarks.trust.run import entry
from inventory.ledger import Posting, PostingKind
from scenarios.demo import DemoSize, generate
from tests.application.postgres_server import PostgresServer, missing

RESULTS = Path(__file__).with_name("sizes.json")
BATCH = 1_000
DAY, EXPIRY = date(2026, 11, 23), date(2027, 11, 23)


def receipts(first: int) -> list[Posting]:
    """A batch with names as long as those of a hospital's own system."""
    return [
        Posting(
            f"CHR-KEN-2026-{at:012d}",
            DAY,
            PostingKind.RECEIPT,
            f"HP-{at % 20:03d}",
            f"MED-{at % 400:05d}",
            f"LOT-{at % 4_000:08d}",
            EXPIRY,
            10,
            "box",
        )
        for at in range(first, first + BATCH)
    ]


def bytes_of(database: Database) -> int:
    """What it takes on the disk."""
    question = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    if database.is_postgresql:
        question = "SELECT pg_database_size(current_database())"
    with database.reading() as connection:
        return int(connection.exec_driver_sql(question).scalar_one())


def growth(database: Database, asked: argparse.Namespace) -> dict[str, float]:
    """Bytes of a GST, a posting and an entry."""
    empty = bytes_of(database)
    save_snapshot(database, GstData(*generate(DemoSize(asked.size), seed=1)))
    with_gst = bytes_of(database)
    for first in range(0, asked.postings, BATCH):
        post(database, receipts(first), Batch("pharmacy"))
    with_ledger = bytes_of(database)
    for first in range(0, asked.entries, BATCH):
        append(database, *(entry(at) for at in range(first, first + BATCH)))
    return {
        "bytes of an empty database": empty,
        f"bytes of the GST ({asked.size})": with_gst - empty,
        "bytes a posting": (with_ledger - with_gst) / asked.postings,
        "bytes an entry of the record": (bytes_of(database) - with_ledger) / asked.entries,
        "bytes in all": bytes_of(database),
    }


def timed(name: str, told: dict[str, float], start: float) -> None:
    """Wall seconds since ``start``."""
    told[f"{name} [s]"] = perf_counter() - start


def keeping(database: Database, folder: Path) -> dict[str, float]:
    """Seconds of each command."""
    told: dict[str, float] = {}
    file = folder / "backup"
    start = perf_counter()
    back_up(database, file)
    timed("backup", told, start)
    told["bytes of the backup"] = file.stat().st_size
    start = perf_counter()
    read_backup(file)
    timed("check", told, start)
    target = Database(sqlite_url(folder / "restored.sqlite"))
    start = perf_counter()
    restore(file, target)
    timed("restore", told, start)
    target.close()
    return told


def on_postgres(database: Database) -> dict[str, float]:
    """The same on PostgreSQL, where there is one."""
    if missing():
        return {}
    server = PostgresServer(is_durable=True)
    server.start()
    try:
        target = Database(server.new())
        empty, start = bytes_of(target), perf_counter()
        copy_database(database, target)
        told = {"copy to PostgreSQL [s]": perf_counter() - start}
        told["bytes on PostgreSQL, but for an empty database"] = bytes_of(target) - empty
        target.close()
    finally:
        server.stop()
    return told


def main() -> None:
    """Print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="region")
    parser.add_argument("--postings", type=int, default=200_000)
    parser.add_argument("--entries", type=int, default=20_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(sqlite_url(Path(folder) / "tadbir.sqlite"))
        told = growth(database, asked)
        told |= keeping(database, Path(folder))
        told |= on_postgres(database)
        database.close()
    print(*(f"{name}: {value:,.4g}" for name, value in told.items()), sep="\n")
    machine = [f"python {platform.python_version()}", f"{os.cpu_count()} cores"]
    kept = {"machine": machine, "asked": vars(asked), "figures": told}
    RESULTS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
