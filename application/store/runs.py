"""Runs and their results: each under the hash of everything that it depends on."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, or_, select

from application.store.database import Database
from application.store.schema import finished_replications, run_results, runs
from hospital.errors import GstError, say

PARQUET = "application/vnd.apache.parquet"
JSON = "application/json"
HTML = "text/html"


@dataclass(frozen=True)
class Result:
    """One named result of a run, as bytes of a media type."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Run:
    """A finished piece of work: what it was, on which GST, with which inputs and seed."""

    run: str
    kind: str
    snapshot: str
    seed: int
    inputs: Mapping[str, Any]
    finished_at: datetime = field(default_factory=lambda: datetime.now(UTC))


def save_run(database: Database, run: Run, results: list[Result]) -> None:
    """Stores a run and its results in one transaction; the same run again replaces itself.

    The replications that were kept while it went on go with the same transaction.
    """
    with database.writing() as connection:
        connection.execute(delete(finished_replications).where(_kept_for(run.run)))
        connection.execute(delete(run_results).where(run_results.c.run == run.run))
        connection.execute(delete(runs).where(runs.c.run == run.run))
        connection.execute(insert(runs), [_row(run, _next_sequence(connection))])
        if results:
            connection.execute(
                insert(run_results),
                [
                    {
                        "run": run.run,
                        "name": result.name,
                        "media_type": result.media_type,
                        "content": result.content,
                    }
                    for result in results
                ],
            )


def _kept_for(run: str) -> ColumnElement[bool]:
    """The replications of this run and of its parts (``run/part``)."""
    own = finished_replications.c.run
    return or_(own == run, own.startswith(f"{run}/"))


def _row(run: Run, sequence: int) -> dict[str, Any]:
    return {
        "run": run.run,
        "kind": run.kind,
        "snapshot": run.snapshot,
        "seed": run.seed,
        "inputs_json": json.dumps(run.inputs, sort_keys=True),
        "finished_at": run.finished_at,
        "sequence": sequence,
    }


def _next_sequence(connection: Connection) -> int:
    return 1 + (connection.execute(select(func.max(runs.c.sequence))).scalar() or 0)


def find_run(database: Database, run: str) -> Run | None:
    """The run with this identity, if it has been done."""
    with database.reading() as connection:
        row = connection.execute(select(runs).where(runs.c.run == run)).first()
    return None if row is None else _run(row)


def latest_run(database: Database, kind: str, snapshot: str) -> Run | None:
    """The newest run of a kind on this snapshot."""
    found = list_runs(database, kind, snapshot, limit=1)
    return found[0] if found else None


def runs_before(
    database: Database, kinds: Collection[str], limit: int, before: str | None = None
) -> list[Run]:
    """Runs of these kinds on any GST, newest first; those older than a run where one is named.

    Raises:
        GstError: ``unknown_run``: the named run is not there.
    """
    query = select(runs).where(runs.c.kind.in_(kinds)).order_by(runs.c.sequence.desc())
    with database.reading() as connection:
        if before is not None:
            place = select(runs.c.sequence).where(runs.c.run == before)
            sequence = connection.execute(place).scalar()
            if sequence is None:
                raise GstError("unknown_run", say("There is no run {run}.", run=before[:12]))
            query = query.where(runs.c.sequence < sequence)
        return [_run(row) for row in connection.execute(query.limit(limit))]


def runs_beginning(database: Database, kinds: Collection[str], prefix: str) -> list[Run]:
    """The runs of these kinds whose identity begins so, newest first."""
    query = select(runs).where(
        runs.c.kind.in_(kinds), runs.c.run.startswith(prefix, autoescape=True)
    )
    with database.reading() as connection:
        return [_run(row) for row in connection.execute(query.order_by(runs.c.sequence.desc()))]


def list_runs(
    database: Database, kind: str | None, snapshot: str | None, limit: int = 50
) -> list[Run]:
    """Runs, newest first, of a kind and on a snapshot where these are given."""
    query = select(runs).order_by(runs.c.sequence.desc()).limit(limit)
    if kind is not None:
        query = query.where(runs.c.kind == kind)
    if snapshot is not None:
        query = query.where(runs.c.snapshot == snapshot)
    with database.reading() as connection:
        return [_run(row) for row in connection.execute(query)]


def _run(row: Row[Any]) -> Run:
    return Run(
        row.run, row.kind, row.snapshot, row.seed, json.loads(row.inputs_json), row.finished_at
    )


def load_result(database: Database, run: str, name: str) -> bytes:
    """The content of a result. Raises ``GstError`` if this run has no such result."""
    with database.reading() as connection:
        content = connection.execute(
            select(run_results.c.content).where(
                run_results.c.run == run, run_results.c.name == name
            )
        ).scalar()
    if content is None:
        raise GstError(
            "no_result",
            say("Run {run} has no result called {name}.", run=run[:12], name=name),
        )
    return bytes(content)
