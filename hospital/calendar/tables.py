"""The five tables of the calendar, read into typed rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hospital.calendar.days import DateStatus, Labels, SchoolBreak
from hospital.calendar.rows import Expectation, Findings, Row, read_rows
from hospital.errors import say

SHIPPED = Path(__file__).parent
OFFICIAL_DATES = SHIPPED / "official_dates.csv"
SCHOOL_BREAKS = SHIPPED / "school_breaks.csv"
FIXED_HOLIDAYS = SHIPPED / "fixed_holidays.csv"
MOVABLE_DAYS = SHIPPED / "movable_days.csv"
LABELS = SHIPPED / "labels.csv"

EXCEPTIONAL = "exceptional_day_off"
SOURCED = Expectation(
    "no_source",
    say("who announced the date"),
    say("Name the communiqué, or write computed as the status."),
)
DECIDED = Expectation(
    "not_official", "official", say("An exceptional day off is decided, never computed.")
)
ORDERED = Expectation(
    "ends_before_it_starts", say("a day on or after first_day"), say("Write the earlier day first.")
)


@dataclass(frozen=True, slots=True)
class DatedRow:
    """One row of a table of dates, and whether a person edited that table."""

    row: Row
    key: str
    date: date
    status: DateStatus
    source: str
    is_edited: bool

    @property
    def is_official(self) -> bool:
        """Whether the date was announced."""
        return self.status is DateStatus.OFFICIAL


@dataclass(frozen=True, slots=True)
class FixedHoliday:
    """A public holiday on the same date each year; ``first_year`` None is before our tables."""

    key: str
    month: int
    day: int
    first_year: int | None
    source: str

    def is_kept_in(self, year: int) -> bool:
        """Whether it was a day off in this year."""
        return self.first_year is None or year >= self.first_year


@dataclass(frozen=True, slots=True)
class MovableDay:
    """A day so many days after a lunar event, its anchor."""

    key: str
    anchor: str
    offset_days: int
    is_public_holiday: bool
    source: str


def read_labels(findings: Findings, path: Path = LABELS) -> dict[str, Labels]:
    """The names of each key in the three languages."""
    languages = ("fr", "en", "ar")
    rows = read_rows(path, ("key", *languages), findings)
    return {
        findings.read_text(row, "key"): Labels(*(findings.read_text(row, x) for x in languages))
        for row in rows
    }


def read_fixed_holidays(findings: Findings, path: Path = FIXED_HOLIDAYS) -> list[FixedHoliday]:
    """The holidays of the civil year (decree 2-77-169 as amended)."""
    rows = read_rows(path, ("key", "month", "day", "first_year", "source"), findings)
    holidays = (_fixed_holiday(row, findings) for row in rows)
    return [holiday for holiday in holidays if holiday is not None]


def _fixed_holiday(row: Row, findings: Findings) -> FixedHoliday | None:
    month, day = (findings.read_number(row, column) for column in ("month", "day"))
    since = findings.read_number(row, "first_year") if row.cells["first_year"] else None
    if month is None or day is None:
        return None
    return FixedHoliday(row.cells["key"], month, day, since, row.cells["source"])


def read_movable_days(findings: Findings, path: Path = MOVABLE_DAYS) -> list[MovableDay]:
    """The days that follow the moon, and those that are days off for public servants."""
    columns = ("key", "anchor", "offset_days", "is_public_holiday", "source")
    return [
        MovableDay(
            row.cells["key"],
            row.cells["anchor"],
            findings.read_number(row, "offset_days") or 0,
            findings.read_yes(row, "is_public_holiday"),
            row.cells["source"],
        )
        for row in read_rows(path, columns, findings)
    ]


def read_dates(path: Path, keys: Iterable[str], findings: Findings) -> list[DatedRow]:
    """The rows of a table of official and computed dates; ``keys`` are those it may name."""
    known = list(dict.fromkeys(keys))
    rows = read_rows(path, ("key", "date", "status", "source"), findings)
    dates = (_dated_row(row, known, path != OFFICIAL_DATES, findings) for row in rows)
    return [dated for dated in dates if dated is not None]


def _dated_row(row: Row, keys: list[str], is_edited: bool, findings: Findings) -> DatedRow | None:
    key = findings.read_choice(row, "key", keys)
    day = findings.read_date(row, "date")
    status = findings.read_choice(row, "status", (DateStatus.OFFICIAL, DateStatus.COMPUTED))
    if status == DateStatus.OFFICIAL and not row.cells["source"]:
        findings.report(row, "source", SOURCED)
    if key == EXCEPTIONAL and status == DateStatus.COMPUTED:
        findings.report(row, "status", DECIDED)
    if key is None or day is None or status is None:
        return None
    return DatedRow(row, key, day, DateStatus(status), row.cells["source"], is_edited)


def read_school_breaks(
    path: Path, labels: Mapping[str, Labels], findings: Findings
) -> list[SchoolBreak]:
    """The school breaks; a break whose key has no label cannot be shown and is refused."""
    rows = read_rows(path, ("key", "first_day", "last_day", "status", "source"), findings)
    breaks = (_school_break(row, labels, findings) for row in rows)
    return [holiday for holiday in breaks if holiday is not None]


def _school_break(row: Row, labels: Mapping[str, Labels], findings: Findings) -> SchoolBreak | None:
    key = findings.read_choice(row, "key", (key for key in labels if key.endswith("_break")))
    first, last = (findings.read_date(row, column) for column in ("first_day", "last_day"))
    status = findings.read_choice(row, "status", (DateStatus.OFFICIAL, DateStatus.HYPOTHESIS))
    if status == DateStatus.OFFICIAL and not row.cells["source"]:
        findings.report(row, "source", SOURCED)
    if first is not None and last is not None and last < first:
        findings.report(row, "last_day", ORDERED)
    if key is None or first is None or last is None or status is None:
        return None
    return SchoolBreak(key, first, last, labels[key], DateStatus(status), row.cells["source"])
