"""The record on SQLite, equity verdicts, the watch over demand, and parameters that GSTs share.

    python -m benchmarks.trust.run [--entries 100000] [--folder WHERE_THE_DATABASE_LIES]

The record is appended to in batches and one by one, and verified from end to end. Appends in wall
seconds, for the disk counts there: an append is done when its commit is on it
(``synchronous=FULL``). Verification in CPU seconds, so that what else the machine does counts
little. Each figure is the best of three. Rewrites results.json beside this file; the exit status
is 1 where a bar falls short.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from application.store.audit import append, head, verified
from application.store.database import Database, sqlite_url
from benchmarks.bars import Bar, at_least, at_most, conclude
from benchmarks.cpu import cpu_seconds
from benchmarks.trust import drift, equity, federated
from governance.decision import Decision, RecommendationKind, Role, Verdict
from governance.events import Event, decision_event

RESULTS = Path(__file__).with_name("results.json")
BATCH, ONE_BY_ONE, TRIES = 1_000, 300, 3
START = datetime(2026, 11, 23, 8, tzinfo=UTC)


def entry(number: int) -> Event:
    """A decision as it is recorded."""
    return decision_event(
        Decision(
            recommendation=f"{number:064x}",
            kind=RecommendationKind.ROSTER,
            verdict=Verdict.ACCEPTED,
            actor="Youssef Alaoui",
            role=Role.SCHEDULER,
            at=START + timedelta(seconds=number),
            reason="Les nuits sont équilibrées.",
        )
    )


def best(per_second: Callable[[], float]) -> float:
    """The best of three: noise of the machine only ever slows."""
    return max(per_second() for _ in range(TRIES))


def in_batches(database: Database, entries: int) -> float:
    """Entries a second, a thousand to a commit."""
    made = [entry(number) for number in range(entries)]
    start = perf_counter()
    for first in range(0, entries, BATCH):
        append(database, *made[first : first + BATCH])
    return entries / (perf_counter() - start)


def one_by_one(database: Database) -> float:
    """Entries a second, each with a commit of its own."""
    made = [entry(number) for number in range(ONE_BY_ONE)]
    start = perf_counter()
    for event in made:
        append(database, event)
    return ONE_BY_ONE / (perf_counter() - start)


def verification(database: Database) -> float:
    """Entries a CPU second, read and hashed from the first to the head."""
    start = cpu_seconds()
    found = verified(database, head(database))
    if found.broken is not None:
        raise RuntimeError(f"the chain broke at {found.broken.sequence}")
    return found.entries / (cpu_seconds() - start)


def bytes_per_entry(file: Path, entries: int) -> float:
    """Bytes of the table and its indexes for each entry."""
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file.stat().st_size / entries


def bars(entries: int, folder: Path) -> list[Bar]:
    """What the record has to reach."""
    file = folder / "tadbir.sqlite"
    database = Database(sqlite_url(file))
    try:
        batches = best(lambda: in_batches(database, entries // TRIES))
        verify = best(lambda: verification(database))
        single = best(lambda: one_by_one(database))
        size = bytes_per_entry(file, entries)
    finally:
        database.close()
    return [
        at_least("appends a second, 1000 to a commit", batches, 5_000),
        at_least("appends a second, one commit each", single, 100),
        at_least("verifications a CPU second", verify, 50_000),
        at_most("bytes an entry", size, 1_500),
    ]


def main() -> None:
    """Print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        found = bars(asked.entries, Path(folder))
    found += [*equity.bars(), *drift.bars(), *federated.bars()]
    machine = [
        f"python {platform.python_version()}",
        f"sqlite {sqlite3.sqlite_version}",
        f"{os.cpu_count()} cores",
    ]
    kept = {"machine": machine, "bars": [asdict(bar) for bar in found]}
    RESULTS.write_text(json.dumps(kept, indent=1) + "\n")
    conclude(found)


if __name__ == "__main__":
    main()
