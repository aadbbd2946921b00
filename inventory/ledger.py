"""The stock ledger: what may be posted, and what each posting does to a lot.

A posting is never changed or removed; a mistake is mended by another. Units are always positive,
the kind says whether they come or go, so that a sign typed by mistake cannot turn an issue into a
receipt. Stock on hand is the sum of all postings and is stored nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

LotKey = tuple[str, str, str]
"""Hospital, medicine, lot."""


class PostingKind(StrEnum):
    """What happened to the units of a lot."""

    RECEIPT = "receipt"
    ISSUE = "issue"
    RETURN = "return"
    ADJUSTMENT_IN = "adjustment_in"
    ADJUSTMENT_OUT = "adjustment_out"
    LOSS = "loss"
    EXPIRY = "expiry"
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"

    @property
    def comes(self) -> bool:
        """Whether the units come to the shelf."""
        return self in COMING

    @property
    def opens_lots(self) -> bool:
        """Whether a lot may be seen here for the first time."""
        return self in {PostingKind.RECEIPT, PostingKind.TRANSFER_IN}


COMING = frozenset(
    {
        PostingKind.RECEIPT,
        PostingKind.RETURN,
        PostingKind.ADJUSTMENT_IN,
        PostingKind.TRANSFER_IN,
    }
)


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of the ledger. ``posting`` is the writer's own name for it: said twice, kept once.

    ``unit`` is what is counted (tablet, vial): one for each medicine, for ever. ``counterpart``
    is the other hospital of a transfer; ``row`` the row of the file it came from, if any.
    """

    posting: str
    day: date
    kind: PostingKind
    hospital: str
    medicine: str
    lot: str
    expiry_date: date
    units: int
    unit: str
    gtin: str = ""
    counterpart: str = ""
    reason: str = ""
    row: int | None = None

    @property
    def place(self) -> LotKey:
        """The lot in its hospital."""
        return self.hospital, self.medicine, self.lot

    @property
    def change_units(self) -> int:
        """What it adds to stock on hand [units]."""
        return self.units if self.kind.comes else -self.units


@dataclass(frozen=True, slots=True)
class LotBalance:
    """Units of a lot on hand, from all its postings."""

    hospital: str
    medicine: str
    lot: str
    expiry_date: date
    unit: str
    units: int


def both_sides(posting: Posting) -> tuple[Posting, ...]:
    """A transfer out is a transfer in elsewhere, in the same breath; all else is one posting."""
    if posting.kind is not PostingKind.TRANSFER_OUT:
        return (posting,)
    arrival = replace(
        posting,
        posting=f"{posting.posting}:in",
        kind=PostingKind.TRANSFER_IN,
        hospital=posting.counterpart,
        counterpart=posting.hospital,
    )
    return posting, arrival


@dataclass(frozen=True, slots=True)
class Count:
    """What a stocktake found of a lot; ``row`` is where it was read."""

    hospital: str
    medicine: str
    lot: str
    units: int
    row: int | None = None

    @property
    def place(self) -> LotKey:
        """The lot in its hospital."""
        return self.hospital, self.medicine, self.lot


def reconciled(
    counts: Iterable[Count], balances: Iterable[LotBalance], day: date, stocktake: str
) -> tuple[Posting, ...]:
    """The adjustments after which the ledger says what was counted; none where it already does.

    A lot that was not counted is left alone: not counted is not zero. A counted lot that the
    ledger does not know is for a receipt, and is left out here.
    """
    known = {(row.hospital, row.medicine, row.lot): row for row in balances}
    found = []
    for count in counts:
        place = count.hospital, count.medicine, count.lot
        row = known.get(place)
        if row is None or row.units == count.units:
            continue
        more = count.units > row.units
        found.append(
            Posting(
                posting=f"{stocktake}:{':'.join(place)}",
                day=day,
                kind=PostingKind.ADJUSTMENT_IN if more else PostingKind.ADJUSTMENT_OUT,
                hospital=count.hospital,
                medicine=count.medicine,
                lot=count.lot,
                expiry_date=row.expiry_date,
                units=abs(count.units - row.units),
                unit=row.unit,
                reason=stocktake,
            )
        )
    return tuple(found)
