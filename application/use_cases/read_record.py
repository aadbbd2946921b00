"""Reads the record page by page, each entry as it is chained."""

from __future__ import annotations

from application.store.audit import entries_after
from application.use_cases.access import needs
from application.use_cases.session import Session
from governance.access import Action
from governance.chain import ChainEntry


@needs(Action.READ_AUDIT)
def read_record(session: Session, after: int, limit: int) -> tuple[ChainEntry, ...]:
    """The entries after a place, oldest first, at most so many; erased texts are empty."""
    return entries_after(session.database, after, limit)
