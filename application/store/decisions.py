"""The audit log: decisions are appended to the chain, never changed."""

import json

from sqlalchemy import Connection, insert, select

from application.store.database import Database
from application.store.schema import audit
from governance.chain import BrokenChain, ChainEntry, appended, first_break
from governance.decision import Decision
from hospital.errors import GstError, say


def record(database: Database, decision: Decision) -> ChainEntry:
    """Appends a decision. The writer's lock makes two at once follow one another."""
    with database.writing() as connection:
        entry = appended(decision.model_dump(mode="json"), _last(connection))
        connection.execute(
            insert(audit),
            [
                {
                    "sequence": entry.sequence,
                    "entry_json": entry.text,
                    "previous_hash": entry.previous_hash,
                    "hash": entry.hash,
                }
            ],
        )
    return entry


def _last(connection: Connection) -> ChainEntry | None:
    row = connection.execute(select(audit).order_by(audit.c.sequence.desc()).limit(1)).first()
    return (
        None
        if row is None
        else ChainEntry(row.sequence, row.entry_json, row.previous_hash, row.hash)
    )


def entries(database: Database) -> list[ChainEntry]:
    """The whole chain, oldest first."""
    with database.reading() as connection:
        rows = connection.execute(select(audit).order_by(audit.c.sequence)).all()
    return [ChainEntry(row.sequence, row.entry_json, row.previous_hash, row.hash) for row in rows]


def decisions(database: Database, recommendation: str | None = None) -> tuple[Decision, ...]:
    """All decisions, or those on one recommendation, oldest first.

    Raises:
        GstError: the chain is broken: what it holds is not what was decided.
    """
    chain = entries(database)
    if broken := first_break(chain):
        raise GstError(
            "broken_chain",
            say(
                "The audit log is broken at entry {sequence} ({fault}). Restore it from a copy.",
                sequence=broken.sequence,
                fault=broken.fault,
            ),
        )
    found = (Decision.model_validate(json.loads(entry.text)) for entry in chain)
    return tuple(d for d in found if recommendation in (None, d.recommendation))


def head(database: Database) -> ChainEntry | None:
    """The newest entry: print or send its hash daily, so that a cut tail is found."""
    with database.reading() as connection:
        return _last(connection)


def verify(database: Database, head: ChainEntry | None = None) -> BrokenChain | None:
    """The first break of the chain, or None while it holds.

    With a ``head`` that was exported earlier, a tail that was cut off is found too.
    """
    return first_break(entries(database), head)
