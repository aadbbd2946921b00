"""Posts a file of movements to the stock ledger: everything in it, or nothing with every fault."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from application.settings import Settings
from application.store.database import Database
from application.store.stock_ledger import Batch, Stocktake, post, take_stock
from application.use_cases.access import require_on
from governance.access import Action
from hospital.errors import GstError, InvalidInput, Problem, say
from inventory.ledger import Count, Posting, PostingKind

Adjusted = tuple[Posting, ...]
NEEDED = ("posting", "day", "kind", "hospital", "medicine", "lot", "expiry_date", "units", "unit")
COUNTED = ("hospital", "medicine", "lot", "units")
FIRST_ROW = 2
"""As a spreadsheet shows it: the header is row 1."""


@dataclass
class _Reader:
    file: str
    problems: list[Problem] = field(default_factory=list)

    def postings(self, rows: Iterator[Mapping[str, str]]) -> list[Posting]:
        """The rows that can be read; the others are problems."""
        found = [self._posting(row, at) for at, row in enumerate(rows, FIRST_ROW)]
        return [posting for posting in found if posting is not None]

    def _posting(self, row: Mapping[str, str], at: int) -> Posting | None:
        text = {name: (value or "").strip() for name, value in row.items() if name}
        before = len(self.problems)
        day, expiry = (self._day(text, name, at) for name in ("day", "expiry_date"))
        kind, units = self._kind(text, at), self._units(text, at)
        for name in ("posting", "hospital", "medicine", "lot", "unit"):
            if not text[name]:
                self._refuse((at, name), "missing", "", say("a value"), say("Fill in the cell."))
        if kind is PostingKind.TRANSFER_OUT and not text.get("counterpart"):
            remedy = say("Name the hospital that the units go to.")
            self._refuse((at, "counterpart"), "missing", "", say("a hospital"), remedy)
        if len(self.problems) > before or not (day and expiry and kind) or units is None:
            return None
        return Posting(
            posting=text["posting"],
            day=day,
            kind=kind,
            hospital=text["hospital"],
            medicine=text["medicine"],
            lot=text["lot"],
            expiry_date=expiry,
            units=units,
            unit=text["unit"],
            gtin=text.get("gtin", ""),
            counterpart=text.get("counterpart", ""),
            reason=text.get("reason", ""),
            row=at,
        )

    def counts(self, rows: Iterator[Mapping[str, str]]) -> list[Count]:
        """The counted lots that can be read; the others are problems."""
        found = []
        for at, row in enumerate(rows, FIRST_ROW):
            text = {name: (value or "").strip() for name, value in row.items() if name}
            empty = [name for name in ("hospital", "medicine", "lot") if not text[name]]
            for name in empty:
                self._refuse((at, name), "missing", "", say("a value"), say("Fill in the cell."))
            units = self._units(text, at)
            if units is not None and not empty:
                found.append(Count(text["hospital"], text["medicine"], text["lot"], units, at))
        return found

    def _day(self, text: Mapping[str, str], name: str, at: int) -> date | None:
        try:
            return date.fromisoformat(text[name])
        except ValueError:
            remedy = say("Write the year first: 2026-11-23.")
            self._refuse((at, name), "not_a_date", text[name], say("a day"), remedy)
            return None

    def _kind(self, text: Mapping[str, str], at: int) -> PostingKind | None:
        try:
            return PostingKind(text["kind"])
        except ValueError:
            known = ", ".join(kind for kind in PostingKind if kind is not PostingKind.TRANSFER_IN)
            remedy = say("Use one of these words.")
            self._refuse((at, "kind"), "unknown_kind", text["kind"], known, remedy)
            return None

    def _units(self, text: Mapping[str, str], at: int) -> int | None:
        try:
            return int(text["units"])
        except ValueError:
            remedy = say("Write whole units, without a thousands separator.")
            expected = say("a whole number above zero")
            self._refuse((at, "units"), "not_a_number", text["units"], expected, remedy)
            return None

    def _refuse(
        self, cell: tuple[int, str], code: str, found: str, expected: str, remedy: str
    ) -> None:
        """A problem of one cell: its row and its column."""
        self.problems.append(Problem(code, self.file, found, expected, remedy, *cell))


def post_file(settings: Settings, file: Path, writer: str) -> int:
    """Posts a CSV; returns how many postings were new.

    Raises:
        InvalidInput: with every fault, its row, its column and its remedy; nothing is stored.
        GstError: the file cannot be read.
    """
    require_on(settings, Action.POST_STOCK)
    reader = _Reader(file.name)
    postings = reader.postings(_rows(file))
    database = Database(settings.database_url)
    try:
        return post(database, postings, Batch(writer, file.name), tuple(reader.problems))
    finally:
        database.close()


def count_file(settings: Settings, file: Path, stocktake: Stocktake, writer: str) -> Adjusted:
    """Reconciles the ledger with a CSV of counted lots; the adjustments that it took.

    A lot that is not in the file is left alone: not counted is not zero.

    Raises:
        InvalidInput: with every fault, its row, its column and its remedy; nothing is stored.
        GstError: the file cannot be read.
    """
    require_on(settings, Action.POST_STOCK)
    reader = _Reader(file.name)
    counts = reader.counts(_rows(file, COUNTED))
    whole = replace(stocktake, unreadable=tuple(reader.problems))
    database = Database(settings.database_url)
    try:
        return take_stock(database, counts, whole, Batch(writer, file.name))
    finally:
        database.close()


def _rows(file: Path, needed: Sequence[str] = NEEDED) -> Iterator[Mapping[str, str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = list(csv.DictReader(opened))
            header = rows[0].keys() if rows else ()
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        hint = say("{file} cannot be read as CSV in UTF-8.", file=str(file))
        raise GstError("unreadable_file", hint) from error
    missing = [name for name in needed if name not in header]
    if missing:
        remedy = say("Add these columns to the first row.")
        found = ", ".join(name for name in header if name)
        expected = ", ".join(missing)
        raise InvalidInput([Problem("missing_columns", file.name, found, expected, remedy, 1)])
    return iter(rows)
