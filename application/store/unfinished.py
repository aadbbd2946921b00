"""The replications of a run that has not ended: kept one by one, found again, never repeated.

They lie under the identity of their run, which hashes all that they depend on, and go when the
run is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from application.store.database import Database
from application.store.schema import finished_replications as table
from twin.outcomes import Outcome, outcome_bytes, outcome_from


@dataclass(frozen=True, slots=True)
class UnfinishedRun:
    """The memory of one run: each finished replication in a transaction of its own."""

    database: Database
    run: str

    def recall(self, tasks: Sequence[int]) -> dict[int, Outcome]:
        """Those of these replications that were finished before."""
        query = select(table.c.replication, table.c.content).where(table.c.run == self.run)
        with self.database.reading() as connection:
            kept = {row.replication: row.content for row in connection.execute(query)}
        return {task: outcome_from(bytes(kept[task])) for task in tasks if task in kept}

    def keep(self, task: int, result: Outcome) -> None:
        """Keeps a replication for good; one that is there already is replaced by itself."""
        content = outcome_bytes(result)
        row = {"run": self.run, "replication": task, "content": content}
        own = (table.c.run == self.run) & (table.c.replication == task)
        with self.database.writing() as connection:
            connection.execute(delete(table).where(own))
            connection.execute(insert(table), [row])
