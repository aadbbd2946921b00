"""The stock ledger in the database: batches are appended whole, stock on hand is their sum.

A batch is checked and stored inside one writer's transaction, so that two people who issue the
last box at once cannot both get it. A posting that was stored before under the same name and says
the same is passed over: a writer who does not know whether his batch arrived sends it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, tuple_

from application.store.database import Database
from application.store.schema import stock_postings as ledger
from hospital.errors import InvalidInput, Problem, say
from inventory.ledger import Count, LotBalance, Posting, PostingKind, both_sides, reconciled
from inventory.ledger_checks import LedgerState, count_problems, problems_of, text_problems

KEPT = ("day", "kind", "hospital", "medicine", "lot", "expiry_date", "units", "unit", "gtin")
"""What a posting must still say when it is sent again."""
AT_ONCE = 500
"""Keys in one question: SQLite takes a limited number of values."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Who posts, and what the rows were read from."""

    writer: str
    file: str = "postings"


def post(
    database: Database,
    postings: Sequence[Posting],
    batch: Batch,
    unreadable: Sequence[Problem] = (),
) -> int:
    """Appends all postings or none; returns how many were new.

    ``unreadable`` are the rows that could not become postings: they are told with the others.

    Raises:
        InvalidInput: with every fault of the batch, its row and its remedy.
    """
    whole = [side for posting in postings for side in both_sides(posting)]
    with database.writing() as connection:
        return _append(connection, whole, batch, list(unreadable))


@dataclass(frozen=True, slots=True)
class Stocktake:
    """The name and day of a count; ``unreadable`` are rows of its file that could not be read."""

    name: str
    day: date
    unreadable: tuple[Problem, ...] = ()


def take_stock(
    database: Database, counts: Sequence[Count], stocktake: Stocktake, batch: Batch
) -> tuple[Posting, ...]:
    """Posts what makes the ledger say what was counted, and returns these adjustments.

    Read and written in one transaction, so that nothing that is posted meanwhile is counted away.

    Raises:
        InvalidInput: with every fault of the count, its row and its remedy; nothing is stored.
    """
    with database.writing() as connection:
        balances = _balances(connection, select_balances())
        problems = [*stocktake.unreadable, *count_problems(counts, balances, batch.file)]
        if problems:
            raise InvalidInput(sorted(problems, key=lambda problem: problem.row or 0))
        adjustments = reconciled(counts, balances, stocktake.day, stocktake.name)
        _append(connection, adjustments, batch, [])
        return adjustments


def on_hand(database: Database, hospital: str | None = None) -> tuple[LotBalance, ...]:
    """Every lot that the ledger knows with its units, by hospital, medicine and lot."""
    question = select_balances()
    if hospital is not None:
        question = question.where(ledger.c.hospital == hospital)
    with database.reading() as connection:
        return _balances(connection, question)


def select_balances() -> Select[Any]:
    """Units of each lot from its postings."""
    place = (ledger.c.hospital, ledger.c.medicine, ledger.c.lot)
    return (
        select(
            *place,
            func.min(ledger.c.expiry_date).label("expiry_date"),
            func.min(ledger.c.unit).label("unit"),
            func.sum(ledger.c.change_units).label("units"),
        )
        .group_by(*place)
        .order_by(*place)
    )


def _balances(connection: Connection, question: Select[Any]) -> tuple[LotBalance, ...]:
    return tuple(
        LotBalance(row.hospital, row.medicine, row.lot, row.expiry_date, row.unit, int(row.units))
        for row in connection.execute(question)
    )


def _append(
    connection: Connection, postings: Sequence[Posting], batch: Batch, problems: list[Problem]
) -> int:
    told = {at: text_problems(posting, batch.file) for at, posting in enumerate(postings)}
    problems += [problem for found in told.values() for problem in found]
    storable = [posting for at, posting in enumerate(postings) if not told[at]]
    fresh, changed = _not_yet_stored(connection, storable, batch)
    problems += changed
    problems += problems_of(fresh, _state(connection, fresh), batch.file)
    if problems:
        raise InvalidInput(sorted(problems, key=lambda problem: problem.row or 0))
    if fresh:
        first = (connection.execute(select(func.max(ledger.c.sequence))).scalar() or 0) + 1
        now = datetime.now(UTC)
        rows = [_row(posting, first + at, batch, now) for at, posting in enumerate(fresh)]
        connection.execute(insert(ledger), rows)
    return len(fresh)


def _not_yet_stored(
    connection: Connection, postings: Sequence[Posting], batch: Batch
) -> tuple[list[Posting], list[Problem]]:
    """Those that are new, and a problem for each whose name says something else already."""
    names = [posting.posting for posting in postings]
    stored: dict[str, Row[Any]] = {}
    for start in range(0, len(names), AT_ONCE):
        part = select(ledger).where(ledger.c.posting.in_(names[start : start + AT_ONCE]))
        stored |= {row.posting: row for row in connection.execute(part)}
    fresh: dict[str, Posting] = {}
    problems = []
    for posting in postings:
        before = stored.get(posting.posting) or fresh.get(posting.posting)
        if before is None:
            fresh[posting.posting] = posting
        elif any(getattr(before, name) != getattr(posting, name) for name in KEPT):
            problems.append(_said_differently(posting, batch))
    return list(fresh.values()), problems


def _said_differently(posting: Posting, batch: Batch) -> Problem:
    return Problem(
        code="posting_changed",
        file=batch.file,
        found=posting.posting,
        expected=say("what was posted under this name, or a new name"),
        remedy=say("A posting is never changed: post an adjustment under a new name."),
        row=posting.row,
        column="posting",
    )


def _state(connection: Connection, postings: Sequence[Posting]) -> LedgerState:
    """What the ledger says of the lots and medicines of a batch."""
    places = sorted({posting.place for posting in postings})
    key = tuple_(ledger.c.hospital, ledger.c.medicine, ledger.c.lot)
    balances: list[LotBalance] = []
    for start in range(0, len(places), AT_ONCE):
        part = select_balances().where(key.in_(places[start : start + AT_ONCE]))
        balances += _balances(connection, part)
    units: dict[str, str] = {}
    for medicine in sorted({posting.medicine for posting in postings}):
        first = select(ledger.c.unit).where(ledger.c.medicine == medicine).limit(1)
        if (unit := connection.execute(first).scalar()) is not None:
            units[medicine] = str(unit)
    return LedgerState.of(balances, units)


def _row(posting: Posting, sequence: int, batch: Batch, now: datetime) -> dict[str, Any]:
    return {
        "sequence": sequence,
        "posting": posting.posting,
        "day": posting.day,
        "kind": posting.kind.value,
        "hospital": posting.hospital,
        "medicine": posting.medicine,
        "lot": posting.lot,
        "expiry_date": posting.expiry_date,
        "units": posting.units,
        "change_units": posting.change_units,
        "unit": posting.unit,
        "gtin": posting.gtin,
        "counterpart": posting.counterpart,
        "reason": posting.reason,
        "writer": batch.writer,
        "posted_at": now,
    }


def postings_of(database: Database, after: int = 0) -> tuple[Posting, ...]:
    """The ledger in its order, from the one after a sequence on."""
    question = select(ledger).where(ledger.c.sequence > after).order_by(ledger.c.sequence)
    with database.reading() as connection:
        return tuple(
            Posting(
                **{name: getattr(row, name) for name in KEPT if name != "kind"},
                kind=PostingKind(row.kind),
                posting=row.posting,
                counterpart=row.counterpart,
                reason=row.reason,
            )
            for row in connection.execute(question)
        )
