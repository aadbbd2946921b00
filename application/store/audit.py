"""The record: entries are appended to the chain, verified from end to end, and never changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, LargeBinary, cast, insert, select

from application.store.database import Database
from application.store.schema import audit
from governance.chain import BrokenChain, ChainEntry, Head, appended, first_break
from governance.events import Event, EventKind, event_of
from hospital.errors import GstError, say

AT_ONCE = 5_000
"""Rows that are fetched together while the chain is verified."""
CLOCK_TOLERANCE = timedelta(minutes=2)
"""Writers note their time before they wait for one another: less than this is no clock set back."""
SECONDS_LONG = len("2026-11-23T08:00:00")


@dataclass(frozen=True)
class Verified:
    """What the verification found, up to the first break; ``head`` is the last hash read."""

    entries: int
    erased: int
    head: str | None
    broken: BrokenChain | None
    clock_set_back: tuple[int, ...] = ()
    """Entries whose time is before that of the entry before them: their order still holds."""


def append(database: Database, *events: Event) -> tuple[ChainEntry, ...]:
    """Appends these events in one transaction; writers follow one another."""
    with database.writing() as connection:
        return append_in(connection, events)


def append_in(connection: Connection, events: Sequence[Event]) -> tuple[ChainEntry, ...]:
    """Appends inside an open transaction: what happened and its entry stand or fall together."""
    last: ChainEntry | Head | None = _head(connection)
    written = []
    for event in events:
        last = appended(event.model_dump(mode="json"), last)
        written.append(last)
    if written:
        connection.execute(insert(audit), [_row(entry) for entry in written])
    return tuple(written)


def append_unless(
    database: Database, event: Event, is_in_the_way: Callable[[Event], bool], after: Head | None
) -> ChainEntry | None:
    """Appends an event unless one in its way came after the head that its writer had seen.

    Looked at and written in one transaction, so that two at once cannot both be first.
    """
    since = 0 if after is None else after.sequence
    question = select(audit.c.entry_json).where(audit.c.sequence > since)
    with database.writing() as connection:
        texts = connection.execute(question).scalars().all()
        if any(is_in_the_way(event_of(json.loads(text))) for text in texts if text):
            return None
        (entry,) = append_in(connection, (event,))
        return entry


def _row(entry: ChainEntry) -> dict[str, object]:
    return {
        "sequence": entry.sequence,
        "entry_json": entry.text,
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
        "digest": entry.digest,
    }


def _head(connection: Connection) -> Head | None:
    newest = select(audit.c.sequence, audit.c.hash).order_by(audit.c.sequence.desc()).limit(1)
    row = connection.execute(newest).first()
    return None if row is None else Head(row.sequence, row.hash)


def head(database: Database) -> Head | None:
    """The end of the chain: print or send its hash daily, so that a cut tail is found."""
    with database.reading() as connection:
        return _head(connection)


def entries_after(database: Database, after: int, limit: int) -> tuple[ChainEntry, ...]:
    """At most so many entries after a place, oldest first; whether they hold is not asked here."""
    query = select(audit).where(audit.c.sequence > after).order_by(audit.c.sequence).limit(limit)
    with database.reading() as connection:
        rows = connection.execute(query).all()
    return tuple(
        ChainEntry(row.sequence, row.entry_json, row.previous_hash, row.hash, row.digest)
        for row in rows
    )


def walk(connection: Connection) -> Iterator[ChainEntry]:
    """Every entry in its order, a few thousand at a time.

    Columns are read as bytes where the database is SQLite: a byte that is no UTF-8 any more is a
    break to be named, not a fault of ours.
    """
    names = ("entry_json", "previous_hash", "hash", "digest")
    is_sqlite = connection.dialect.name == "sqlite"
    columns = ", ".join(f"CAST({name} AS BLOB)" if is_sqlite else name for name in names)
    question = f"SELECT sequence, {columns} FROM audit ORDER BY sequence"  # noqa: S608 - names above
    rows = connection.exec_driver_sql(question)
    for part in rows.partitions(AT_ONCE):
        for sequence, text, previous, found, digest in part:
            yield ChainEntry(
                sequence,
                _text(text),
                _text(previous),
                _text(found),
                None if digest is None else _text(digest),
            )


def _text(value: bytes | str | None) -> str:
    if value is None:
        return "NULL"
    return value if isinstance(value, str) else value.decode("utf-8", "surrogateescape")


def verified(database: Database, exported: ChainEntry | Head | None = None) -> Verified:
    """The whole record, from its first entry to its head (``exported``: one of an earlier day)."""
    count = Counted()
    with database.reading() as connection:
        erased = erased_on_record(connection)
        broken = first_break(count.over(walk(connection)), exported, erased)
    return Verified(count.entries, count.erased, count.head, broken, tuple(count.clock_set_back))


class Counted:
    """Counts the entries that pass by."""

    def __init__(self) -> None:
        self.entries = 0
        self.erased = 0
        self.head: str | None = None
        self.clock_set_back: list[int] = []
        self._last = ""

    def over(self, entries: Iterator[ChainEntry]) -> Iterator[ChainEntry]:
        """The same entries, counted."""
        for entry in entries:
            self.entries += 1
            self.erased += entry.is_erased
            self.head = entry.hash
            self._look_at_the_clock(entry)
            yield entry

    def _look_at_the_clock(self, entry: ChainEntry) -> None:
        """Times are text of one form, in UTC, so that only one that is earlier is read."""
        at = _second_of(entry.text)
        if at < self._last and (_moment(self._last) - _moment(at)) > CLOCK_TOLERANCE:
            self.clock_set_back.append(entry.sequence)
        self._last = at or self._last


def _second_of(text: str) -> str:
    """When it happened, to the second; empty where the text was erased or cannot be read.

    Keys are sorted, and a quote inside a value is escaped: the first of these is the entry's own.
    """
    _, found, rest = text.partition('"at":"')
    at = rest[:SECONDS_LONG] if found else ""
    return at if at[:4].isdigit() else ""


def _moment(second: str) -> datetime:
    try:
        return datetime.fromisoformat(second).replace(tzinfo=UTC)
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)


def newest_moment(database: Database) -> datetime | None:
    """When the newest entry was written, by the clock of that time; None where there is none."""
    newest = select(audit.c.entry_json).order_by(audit.c.sequence.desc()).limit(1)
    with database.reading() as connection:
        text = connection.execute(newest).scalar()
    second = "" if text is None else _second_of(text)
    return _moment(second) if second else None


def erased_on_record(connection: Connection) -> frozenset[int]:
    """The entries that the record itself says were erased; each is named after it was written."""
    pattern = f'%"event":"{EventKind.ERASED.value}"%'
    is_sqlite = connection.dialect.name == "sqlite"
    text_or_bytes = cast(audit.c.entry_json, LargeBinary) if is_sqlite else audit.c.entry_json
    found = select(audit.c.sequence, text_or_bytes).where(audit.c.entry_json.like(pattern))
    named: set[int] = set()
    for sequence, text in connection.execute(found):
        try:
            entry = json.loads(text)
            if entry["event"] == EventKind.ERASED.value:
                named |= {int(one) for one in entry["body"]["entries"] if int(one) < sequence}
        except (ValueError, KeyError, TypeError):
            continue  # what cannot be read is found by its hash
    return frozenset(named)


def events(database: Database, about: str | None = None) -> tuple[Event, ...]:
    """What the record holds (of one run, model or account), oldest first; erased texts are gone.

    Raises:
        GstError: the chain is broken: what it holds is not what happened.
    """
    found = (event for _, event in told(database) if event is not None)
    return tuple(event for event in found if about in (None, event.about))


def told(database: Database) -> tuple[tuple[ChainEntry, Event | None], ...]:
    """Every entry with what it says, oldest first; None where its text was erased.

    Raises:
        GstError: the chain is broken: what it holds is not what happened.
    """
    with database.reading() as connection:
        erased = erased_on_record(connection)
        chain = list(walk(connection))
    if broken := first_break(chain, None, erased):
        raise GstError(
            "broken_chain",
            say(
                "The audit log is broken at entry {sequence} ({fault}). Restore it from a copy.",
                sequence=broken.sequence,
                fault=broken.fault,
            ),
        )
    return tuple(
        (entry, None if entry.is_erased else event_of(json.loads(entry.text))) for entry in chain
    )
