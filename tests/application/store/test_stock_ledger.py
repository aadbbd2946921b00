"""The ledger in the database: whole batches, append-only, sent twice and kept once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, text, update

from application.store.database import Database
from application.store.schema import stock_postings
from application.store.stock_ledger import Batch, Stocktake, on_hand, post, postings_of, take_stock
from hospital.errors import GstError, InvalidInput
from inventory.ledger import Count, Posting, PostingKind

pytestmark = pytest.mark.integration

ME = Batch("pharmacist", "stock.csv")
RECEIPT = Posting(
    "r1", date(2026, 11, 1), PostingKind.RECEIPT, "H1", "M", "L", date(2027, 1, 1), 100, "tablet"
)


def change(name: str, kind: PostingKind, units: int, **more: object) -> Posting:
    return replace(RECEIPT, posting=name, kind=kind, units=units, **more)


def units(database: Database) -> dict[str, int]:
    return {row.hospital: row.units for row in on_hand(database)}


def test_stock_on_hand_is_the_sum_of_all_postings(database: Database) -> None:
    batch = [
        RECEIPT,
        change("i1", PostingKind.ISSUE, 30),
        change("b1", PostingKind.RETURN, 5),
        change("t1", PostingKind.TRANSFER_OUT, 25, counterpart="H2"),
        change("l1", PostingKind.LOSS, 2),
    ]
    assert post(database, batch, ME) == 6
    assert units(database) == {"H1": 48, "H2": 25}
    assert [one.posting for one in postings_of(database)][:2] == ["r1", "i1"]


def test_a_batch_with_a_fault_stores_nothing(database: Database) -> None:
    with pytest.raises(InvalidInput) as raised:
        post(database, [RECEIPT, change("i1", PostingKind.ISSUE, 101, row=3)], ME)
    assert [problem.code for problem in raised.value.problems] == ["not_enough_stock"]
    assert on_hand(database) == ()


def test_a_batch_sent_twice_is_kept_once(database: Database) -> None:
    batch = [RECEIPT, change("t1", PostingKind.TRANSFER_OUT, 25, counterpart="H2")]
    assert [post(database, batch, ME) for _ in range(2)] == [3, 0]
    assert units(database) == {"H1": 75, "H2": 25}


def test_a_posting_is_not_changed_by_sending_another_under_its_name(database: Database) -> None:
    post(database, [RECEIPT], ME)
    with pytest.raises(InvalidInput, match="never changed"):
        post(database, [replace(RECEIPT, units=1)], ME)
    assert units(database) == {"H1": 100}


ON_SQLITE = text("INSERT OR REPLACE INTO stock_postings SELECT * FROM stock_postings")
ON_POSTGRESQL = text("TRUNCATE stock_postings")


@pytest.mark.parametrize(
    "statement",
    [update(stock_postings).values(units=1), delete(stock_postings), ON_SQLITE, ON_POSTGRESQL],
)
def test_the_ledger_only_grows(database: Database, statement: object) -> None:
    if statement is (ON_SQLITE if database.is_postgresql else ON_POSTGRESQL):
        pytest.skip("no statement of this database")
    post(database, [RECEIPT], ME)
    with pytest.raises(GstError, match="only grows"), database.writing() as connection:
        connection.execute(statement)
    assert units(database) == {"H1": 100}


def test_a_stocktake_reconciles(database: Database) -> None:
    post(database, [RECEIPT], ME)
    name = Stocktake("count-1", date(2026, 11, 30))
    (adjusted,) = take_stock(database, [Count("H1", "M", "L", 91)], name, ME)
    assert (adjusted.kind, adjusted.units) == (PostingKind.ADJUSTMENT_OUT, 9)
    assert units(database) == {"H1": 91}
    assert postings_of(database)[-1].reason == "count-1"


def test_a_count_with_a_fault_changes_nothing(database: Database) -> None:
    post(database, [RECEIPT], ME)
    counts = [
        Count("H1", "M", "L", 91, 2),
        Count("H1", "M", "UNKNOWN", 5, 3),
        Count("H1", "M", "L", -1, 4),
    ]
    with pytest.raises(InvalidInput) as refused:
        take_stock(database, counts, Stocktake("count-1", date(2026, 11, 30)), ME)
    found = [(problem.row, problem.code) for problem in refused.value.problems]
    assert found == [(3, "unknown_lot"), (4, "negative_count"), (4, "counted_twice")]
    assert units(database) == {"H1": 100}


@pytest.mark.parametrize(
    ("fault", "column", "code"),
    [
        ({"posting": "p" * 201}, "posting", "too_long"),
        ({"lot": "L" * 65}, "lot", "too_long"),
        ({"unit": "b" * 33}, "unit", "too_long"),
        ({"reason": "r" * 2_001}, "reason", "too_long"),
        ({"medicine": "a\0b"}, "medicine", "broken_text"),
        ({"reason": "half a sign \udcff"}, "reason", "broken_text"),
        ({"units": 2_000_000_001}, "units", "too_many_units"),
    ],
)
def test_what_one_database_would_refuse_is_refused_on_both_with_its_row(
    database: Database, fault: dict[str, object], column: str, code: str
) -> None:
    wrong = replace(RECEIPT, **{"posting": "r2", "row": 3, **fault})
    with pytest.raises(InvalidInput) as refused:
        post(database, [RECEIPT, wrong], ME)
    (problem,) = refused.value.problems
    assert (problem.row, problem.column, problem.code) == (3, column, code)
    assert on_hand(database) == ()


def test_the_longest_texts_and_the_most_units_are_kept(database: Database) -> None:
    most = replace(
        RECEIPT, posting="é" * 200, lot="ⵜ" * 64, unit="u" * 32, reason="r" * 2_000, units=2 * 10**9
    )
    post(database, [most, replace(most, posting="again")], ME)
    assert units(database) == {"H1": 4 * 10**9}
