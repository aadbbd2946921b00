"""The stock ledger's rules: what each kind does, stocktakes, and every fault with its remedy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.ledger import Count, LotBalance, Posting, PostingKind, both_sides, reconciled
from inventory.ledger_checks import LedgerState, problems_of

pytestmark = pytest.mark.unit

DAY, EXPIRY = date(2026, 11, 23), date(2027, 6, 30)
GOOD_GTIN = "6118001081646"


def posting(kind: PostingKind = PostingKind.RECEIPT, units: int = 10, **changes: object) -> Posting:
    plain = Posting(
        posting=f"{kind}-{units}",
        day=DAY,
        kind=kind,
        hospital="H1",
        medicine="M",
        lot="L",
        expiry_date=EXPIRY,
        units=units,
        unit="tablet",
        row=2,
    )
    return replace(plain, **changes)


def held(units: int) -> LedgerState:
    return LedgerState.of([LotBalance("H1", "M", "L", EXPIRY, "tablet", units)], {"M": "tablet"})


@pytest.mark.parametrize("kind", list(PostingKind))
def test_each_kind_moves_stock_one_way(kind: PostingKind) -> None:
    state = held(10)
    assert problems_of([posting(kind, 4)], state, "f") == []
    assert state.on_hand["H1", "M", "L"] == (14 if kind.comes else 6)


def test_a_transfer_leaves_one_hospital_and_reaches_the_other() -> None:
    out, into = both_sides(posting(PostingKind.TRANSFER_OUT, 4, counterpart="H2"))
    assert (out.hospital, out.change_units) == ("H1", -4)
    assert (into.hospital, into.change_units, into.counterpart) == ("H2", 4, "H1")
    assert into.expiry_date == out.expiry_date


@pytest.mark.parametrize(
    ("bad", "code", "column"),
    [
        (posting(gtin="6118001081647"), "wrong_gtin", "gtin"),
        (posting(gtin="61180010816"), "wrong_gtin", "gtin"),
        (posting(units=-3), "negative_quantity", "units"),
        (posting(units=0), "negative_quantity", "units"),
        (posting(PostingKind.ISSUE, lot="L9"), "unknown_lot", "lot"),
        (posting(day=date(2027, 7, 1)), "expiry_before_receipt", "expiry_date"),
        (posting(unit="box"), "two_units", "unit"),
        (posting(expiry_date=date(2028, 1, 1)), "two_expiries", "expiry_date"),
        (posting(PostingKind.ISSUE, units=11), "not_enough_stock", "units"),
    ],
)
def test_a_fault_has_its_row_and_a_remedy(bad: Posting, code: str, column: str) -> None:
    (problem,) = problems_of([bad], held(10), "stock.csv")
    assert (problem.code, problem.row, problem.column) == (code, 2, column)
    assert problem.remedy
    assert problem.expected


def test_every_fault_of_a_batch_is_named_at_once() -> None:
    batch = [posting(gtin="1", units=-1, unit="box", row=5), posting(PostingKind.LOSS, 99, row=6)]
    found = [(problem.row, problem.code) for problem in problems_of(batch, held(10), "f")]
    assert found == [
        (5, "wrong_gtin"),
        (5, "negative_quantity"),
        (5, "two_units"),
        (6, "not_enough_stock"),
    ]


def test_an_issue_may_use_what_a_receipt_above_it_brought() -> None:
    batch = [posting(units=5, gtin=GOOD_GTIN), posting(PostingKind.ISSUE, units=5)]
    assert problems_of(batch, LedgerState(), "f") == []
    assert [problem.code for problem in problems_of(batch[::-1], LedgerState(), "f")] == [
        "unknown_lot"
    ]


@given(before=st.integers(0, 500), counted=st.integers(0, 500))
def test_a_stocktake_makes_the_ledger_say_what_was_counted(before: int, counted: int) -> None:
    balance = LotBalance("H1", "M", "L", EXPIRY, "tablet", before)
    adjustments = reconciled([Count("H1", "M", "L", counted)], [balance], DAY, "count-1")
    assert before + sum(row.change_units for row in adjustments) == counted
    assert len(adjustments) == (before != counted)


def test_what_was_not_counted_is_left_alone() -> None:
    balance = LotBalance("H1", "M", "L", EXPIRY, "tablet", 7)
    assert reconciled([Count("H1", "M", "other", 0)], [balance], DAY, "count-1") == ()
