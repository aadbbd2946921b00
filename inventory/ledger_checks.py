"""What is wrong in a batch of postings, all at once, each with its row and how to mend it.

The batch is read in its order against the ledger before it: an issue may use what a receipt
above it brought. A posting with a fault changes nothing for those below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from hospital.errors import Problem, say
from hospital.pharmacy import gtin_check_digit, is_valid_gtin
from inventory.ledger import Count, LotBalance, LotKey, Posting

GTIN_13 = 13
MOST_UNITS = 2_000_000_000
"""One posting; a whole number of PostgreSQL ends a little above."""
MOST_CHARACTERS = {
    "posting": 200,
    "hospital": 64,
    "medicine": 64,
    "lot": 64,
    "unit": 32,
    "counterpart": 64,
    "reason": 2_000,
}
"""What every kind of database keeps of a text: the same is refused on SQLite and PostgreSQL."""
Fault = tuple[str, str, str, str, str]
"""Column, code, found, expected, remedy."""


@dataclass
class LedgerState:
    """What the ledger says of the lots and medicines that a batch touches."""

    on_hand: dict[LotKey, int] = field(default_factory=dict)
    expiry: dict[LotKey, date] = field(default_factory=dict)
    unit: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, balances: Iterable[LotBalance], units: Mapping[str, str]) -> LedgerState:
        """The state of these lots; ``units`` is what each medicine has been counted in."""
        state = cls(unit=dict(units))
        for row in balances:
            state.on_hand[row.hospital, row.medicine, row.lot] = row.units
            state.expiry[row.hospital, row.medicine, row.lot] = row.expiry_date
        return state

    def take(self, posting: Posting) -> None:
        """The state after a posting."""
        place = posting.place
        self.on_hand[place] = self.on_hand.get(place, 0) + posting.change_units
        self.expiry.setdefault(place, posting.expiry_date)
        self.unit.setdefault(posting.medicine, posting.unit)


def problems_of(postings: Sequence[Posting], state: LedgerState, file: str) -> list[Problem]:
    """Every fault of a batch, in its order; ``state`` moves on as the good ones are taken."""
    problems: list[Problem] = []
    for posting in postings:
        found = list(_faults(posting, state, file))
        problems += found
        if not found:
            state.take(posting)
    return problems


def count_problems(
    counts: Sequence[Count], balances: Iterable[LotBalance], file: str
) -> list[Problem]:
    """Every fault of a stocktake, in its order: a lot unknown, counted twice, below zero."""
    known = {(row.hospital, row.medicine, row.lot) for row in balances}
    seen: set[LotKey] = set()
    problems = []
    for count in counts:
        for column, code, found, expected, remedy in _count_faults(count, known, seen):
            problems.append(Problem(code, file, found, expected, remedy, count.row, column))
        seen.add(count.place)
    return problems


def _count_faults(count: Count, known: set[LotKey], seen: set[LotKey]) -> Iterator[Fault]:
    if count.units < 0:
        expected = say("zero or a whole number above")
        yield "units", "negative_count", str(count.units), expected, say("Count the shelf again.")
    if count.place not in known:
        expected = say("a lot that this hospital has received")
        remedy = say("Post its receipt first, or correct the lot.")
        yield "lot", "unknown_lot", count.lot, expected, remedy
    if count.place in seen:
        expected = say("each lot once")
        yield "lot", "counted_twice", count.lot, expected, say("Add both counts in one row.")


def _faults(posting: Posting, state: LedgerState, file: str) -> Iterator[Problem]:
    for check in (_gtin, _quantity, _unit, _expiry, _lot):
        for column, code, found, expected, remedy in check(posting, state):
            yield Problem(
                code=code,
                file=file,
                found=found,
                expected=expected,
                remedy=remedy,
                row=posting.row,
                column=column,
            )


def text_problems(posting: Posting, file: str) -> list[Problem]:
    """The texts of a posting that no database can keep: too long, or not to be printed."""
    return [
        Problem(code, file, found, expected, remedy, posting.row, column)
        for column, code, found, expected, remedy in _texts(posting)
    ]


def _texts(posting: Posting) -> Iterator[Fault]:
    for column, most in MOST_CHARACTERS.items():
        text = str(getattr(posting, column))
        if len(text) > most:
            expected = say("at most {count} characters", count=most)
            yield column, "too_long", f"{text[:40]}…", expected, say("Shorten this text.")
        if "\0" in text or (not text.isascii() and _is_broken(text)):
            expected = say("text that can be printed")
            yield column, "broken_text", ascii(text[:40]), expected, say("Type this text again.")


def _is_broken(text: str) -> bool:
    """Half a character, as badly decoded files leave it: no database keeps it."""
    return any("\ud800" <= sign <= "\udfff" for sign in text)


def _gtin(posting: Posting, _state: LedgerState) -> Iterator[Fault]:
    gtin = posting.gtin
    if not gtin or (len(gtin) == GTIN_13 and is_valid_gtin(gtin)):
        return
    expected: str = say("13 digits, the last of them a check digit")
    if len(gtin) == GTIN_13 and gtin.isascii() and gtin.isdigit():
        expected = say("check digit {digit}", digit=gtin_check_digit(gtin[:-1]))
    yield "gtin", "wrong_gtin", gtin, expected, say("Scan the box again, or leave the GTIN empty.")


def _quantity(posting: Posting, _state: LedgerState) -> Iterator[Fault]:
    if posting.units > MOST_UNITS:
        expected = say("at most {units}", units=MOST_UNITS)
        remedy = say("Count in a larger unit, or correct the quantity.")
        yield "units", "too_many_units", str(posting.units), expected, remedy
    if posting.units > 0:
        return
    yield (
        "units",
        "negative_quantity",
        str(posting.units),
        say("a whole number above zero"),
        say("Write the units without a sign; the kind says whether they come or go."),
    )


def _unit(posting: Posting, state: LedgerState) -> Iterator[Fault]:
    known = state.unit.get(posting.medicine, posting.unit)
    if known == posting.unit:
        return
    yield (
        "unit",
        "two_units",
        posting.unit,
        known,
        say("Convert the quantity: a medicine is counted in one unit."),
    )


def _expiry(posting: Posting, state: LedgerState) -> Iterator[Fault]:
    if posting.kind.opens_lots and posting.expiry_date < posting.day:
        yield (
            "expiry_date",
            "expiry_before_receipt",
            posting.expiry_date.isoformat(),
            say("{day} or later", day=posting.day.isoformat()),
            say("Check the date on the box; what has expired is refused at the door."),
        )
    known = state.expiry.get(posting.place)
    if known is not None and known != posting.expiry_date:
        yield (
            "expiry_date",
            "two_expiries",
            posting.expiry_date.isoformat(),
            known.isoformat(),
            say("One lot has one expiry date: correct it, or name another lot."),
        )


def _lot(posting: Posting, state: LedgerState) -> Iterator[Fault]:
    held = state.on_hand.get(posting.place)
    if held is None:
        if not posting.kind.opens_lots:
            yield (
                "lot",
                "unknown_lot",
                posting.lot,
                say("a lot that this hospital has received"),
                say("Post its receipt first, or correct the lot."),
            )
    elif not posting.kind.comes and posting.units > held:
        yield (
            "units",
            "not_enough_stock",
            str(posting.units),
            say("at most {units}", units=held),
            say("Count the shelf; post what is missing before, or correct the quantity."),
        )
