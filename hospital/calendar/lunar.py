"""From rows to one date for each lunar event of each year.

Official wins over computed, and a person's table over ours. Two rows of one key within
``SIGHTING_DAYS`` of each other speak of the same moon; otherwise a lunar year lies between them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby, pairwise

from hospital.calendar.days import DateStatus, Occurrence, Ramadan
from hospital.calendar.rows import Expectation, Findings
from hospital.calendar.tables import EXCEPTIONAL, DatedRow
from hospital.errors import say

SIGHTING_DAYS = 2  # Morocco's date against our prior: 0 or 1 day in 2020-2026 (official_dates.csv)
SHORTEST_LUNAR_YEAR_DAYS = 354
LATEST_AND_EARLIEST_DAYS = SHORTEST_LUNAR_YEAR_DAYS - 2 * SIGHTING_DAYS
SHORTEST_MONTH_DAYS = 29
LONGEST_MONTH_DAYS = 30
SEARCH_DAYS = 40  # an Aïd al-Fitr this close after a first day belongs to that Ramadan

RAMADAN_START = "ramadan_start"
AID_AL_FITR = "aid_al_fitr"

ONCE = Expectation(
    "told_twice",
    say("one row for one event and status"),
    say("Keep the row that is right, delete the other."),
)
MONTH_LENGTH = Expectation(
    "ramadan_length",
    say("Aïd al-Fitr 29 or 30 days after the first day of Ramadan"),
    say("Check both dates in the communiqués."),
)
PAIRED = Expectation(
    "no_partner",
    say("both ramadan_start and aid_al_fitr of that year"),
    say("Add the missing row, as computed if it is not announced yet."),
)


@dataclass(frozen=True, slots=True)
class Month:
    """The two rows between which one Ramadan lies."""

    start: DatedRow
    fitr: DatedRow

    @property
    def length_days(self) -> int:
        """Days of fasting."""
        return (self.fitr.date - self.start.date).days


def resolve(rows: Iterable[DatedRow], findings: Findings) -> tuple[Occurrence, ...]:
    """One occurrence for each event of each year, in order of date."""
    by_key: dict[str, list[DatedRow]] = {}
    for row in sorted(rows, key=lambda row: (row.key, row.date)):
        by_key.setdefault(row.key, []).append(row)
    chosen = {key: _choose(same_key, findings) for key, same_key in by_key.items()}
    _check_neighbours(chosen, findings)
    _make_ramadan_coherent(chosen, findings)
    occurrences = (
        Occurrence(row.key, row.date, row.status, row.source)
        for same_key in chosen.values()
        for row in same_key
    )
    return tuple(sorted(occurrences, key=lambda occurrence: (occurrence.date, occurrence.key)))


def ramadans_of(occurrences: Iterable[Occurrence]) -> tuple[Ramadan, ...]:
    """The months of fasting: from each first day to the eve of the next Aïd al-Fitr."""
    ends = [x for x in occurrences if x.key in {RAMADAN_START, AID_AL_FITR}]
    return tuple(
        Ramadan(
            start.date, fitr.date - timedelta(days=1), max(start.status, fitr.status, key=_doubt)
        )
        for start, fitr in pairwise(ends)
        if start.key == RAMADAN_START
    )


def _doubt(status: DateStatus) -> int:
    return list(DateStatus).index(status)


def _choose(rows: list[DatedRow], findings: Findings) -> list[DatedRow]:
    """The best row for each event; ``rows`` share a key and are in order of date."""
    groups = _same_events(rows)
    for group in groups:
        _check_told_once(group, findings)
    return [min(group, key=_rank) for group in groups]


def _same_events(rows: list[DatedRow]) -> list[list[DatedRow]]:
    tolerance_days = 0 if rows[0].key == EXCEPTIONAL else SIGHTING_DAYS
    groups = [[rows[0]]]
    for earlier, later in pairwise(rows):
        if (later.date - earlier.date).days <= tolerance_days:
            groups[-1].append(later)
        else:
            groups.append([later])
    return groups


def _rank(row: DatedRow) -> tuple[bool, bool]:
    return not row.is_official, not row.is_edited


def _check_told_once(group: list[DatedRow], findings: Findings) -> None:
    for _, rows in groupby(sorted(group, key=_rank), key=_rank):
        for repeated in list(rows)[1:]:
            findings.report(repeated.row, "date", ONCE)


def _check_neighbours(chosen: dict[str, list[DatedRow]], findings: Findings) -> None:
    """An edited date must be the moon's: near a date we know, or a lunar year away."""
    for key, rows in chosen.items():
        for row in rows:
            if row.is_edited and key != EXCEPTIONAL:
                _check_distance(row, [other.date for other in rows if other is not row], findings)


def _check_distance(row: DatedRow, others: list[date], findings: Findings) -> None:
    nearest = min(others, key=lambda day: abs((day - row.date).days), default=None)
    if nearest is None or abs((nearest - row.date).days) >= LATEST_AND_EARLIEST_DAYS:
        return
    rule = Expectation(
        "far_from_the_moon",
        say(
            "a date within {days} days of {nearest}, or a lunar year from it",
            days=SIGHTING_DAYS,
            nearest=nearest,
        ),
        say("Check the year, the month and the key."),
    )
    findings.report(row.row, "date", rule)


def _make_ramadan_coherent(chosen: dict[str, list[DatedRow]], findings: Findings) -> None:
    """Move a computed end so that the month has 29 or 30 days; refuse two announced ends."""
    starts, fitrs = chosen.get(RAMADAN_START, []), chosen.get(AID_AL_FITR, [])
    months = [Month(start, fitr) for start in starts for fitr in fitrs if _is_one(start, fitr)]
    paired = {id(row) for month in months for row in (month.start, month.fitr)}
    for row in (*starts, *fitrs):
        if id(row) not in paired:
            findings.report(row.row, "date", PAIRED)
    coherent = [_coherent(month, findings) for month in months]
    chosen[RAMADAN_START] = [month.start for month in coherent]
    chosen[AID_AL_FITR] = [month.fitr for month in coherent]


def _is_one(start: DatedRow, fitr: DatedRow) -> bool:
    return 0 < (fitr.date - start.date).days <= SEARCH_DAYS


def _coherent(month: Month, findings: Findings) -> Month:
    length_days = min(max(month.length_days, SHORTEST_MONTH_DAYS), LONGEST_MONTH_DAYS)
    if length_days == month.length_days:
        return month
    if not month.fitr.is_official:
        moved = month.start.date + timedelta(days=length_days)
        return replace(month, fitr=_move(month.fitr, moved))
    if not month.start.is_official:
        moved = month.fitr.date - timedelta(days=length_days)
        return replace(month, start=_move(month.start, moved))
    for row in (month.start, month.fitr):
        if row.is_edited:
            findings.report(row.row, "date", MONTH_LENGTH)
    return month


def _move(row: DatedRow, day: date) -> DatedRow:
    return replace(row, date=day, source=f"{row.source}; moved: a month has 29 or 30 days")
