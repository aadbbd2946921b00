"""Reads a column of text into values of its kind, and says which cells cannot be read."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from application.folder.columns import Column, Kind
from application.folder.findings import Rows
from hospital.errors import Sentence, say

CASABLANCA = ZoneInfo("Africa/Casablanca")
TRUE_WORDS = frozenset({"true", "yes", "oui", "vrai", "1"})
FALSE_WORDS = frozenset({"false", "no", "non", "faux", "0"})
EXACT_WHOLE = 2.0**53
FIRST_YEAR, LAST_YEAR = 1900, 2100

NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?"
DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
OFFSET = r"(?:Z|[+-][0-9]{2}:?[0-9]{2})"
TIME = rf"{DAY}(?:[T ][0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:\.[0-9]{{1,9}})?)?{OFFSET}?)?"
UNPRINTABLE = "[\\x00-\\x08\\x0b-\\x1f\\x7f\u0085\u2028\u2029]"
"""Control characters other than tab and line feed, and the other ends of line of Unicode."""
EARLIEST, LATEST = np.datetime64(f"{FIRST_YEAR}-01-01"), np.datetime64(f"{LAST_YEAR + 1}-01-01")

Cells = pd.Series
Read = tuple[Cells, Rows]


def read_cells(text: Cells, column: Column, *, decimal_comma: bool) -> Read:
    """The values of a column, and a mask of the cells that hold something unreadable."""
    if decimal_comma and column.kind in {Kind.NUMBER, Kind.WHOLE}:
        text = text.str.replace(",", ".", regex=False)
    values, readable = _READERS[column.kind](text, column)
    return values, np.asarray(text.notna() & ~readable, dtype=bool)


def out_of_range(values: Cells, column: Column) -> Rows:
    """A mask of the values outside the bounds of their column."""
    wrong = np.zeros(len(values), dtype=bool)
    if column.kind not in {Kind.NUMBER, Kind.WHOLE}:
        return wrong
    number = values.to_numpy(dtype=float, na_value=np.nan)
    with np.errstate(invalid="ignore"):
        for limit, breaks in _breaks(column):
            if limit is not None:
                wrong |= breaks(number, limit)
    return wrong


def _breaks(column: Column) -> tuple[tuple[float | None, Callable[..., Rows]], ...]:
    return (
        (column.at_least, np.less),
        (column.above, np.less_equal),
        (column.at_most, np.greater),
        (column.below, np.greater_equal),
    )


WHOLE_NUMBER, ANY_NUMBER = say("a whole number"), say("a number")


def expectation(column: Column) -> Sentence:  # noqa: PLR0911 - one sentence for each kind
    """What a cell of this column must hold, in words."""
    bounds = column.bounds()
    match column.kind:
        case Kind.CHOICE:
            return say("one of: {choices}", choices=", ".join(column.choices))
        case Kind.DATE:
            return say("a date written as {example}", example="2026-11-23")
        case Kind.TIME:
            return say("a time written as {example}", example="2026-11-23T14:00")
        case Kind.YES_NO:
            return say("true or false")
        case Kind.WHOLE:
            return say("a whole number {bounds}", bounds=bounds) if bounds else WHOLE_NUMBER
        case Kind.NUMBER:
            return say("a number {bounds}", bounds=bounds) if bounds else ANY_NUMBER
        case _ if column.pattern:
            return say("a code of at most 64 letters, digits, dots, dashes or underscores")
    return say("some text")


def matches(text: Cells, pattern: str) -> Rows:
    """Which cells are this pattern from end to end; an empty cell is not."""
    return text.str.fullmatch(pattern).fillna(value=False).to_numpy(dtype=bool)


def _read_text(text: Cells, column: Column) -> Read:
    if column.pattern is not None:
        return text, matches(text, column.pattern)
    unprintable = text.str.contains(UNPRINTABLE, regex=True).fillna(value=False)
    return text, ~unprintable.to_numpy(dtype=bool)


def _read_choice(text: Cells, column: Column) -> Read:
    return text, text.isin(column.choices).to_numpy(dtype=bool)


def _read_number(text: Cells, column: Column) -> Read:
    del column
    values = pd.to_numeric(text.where(matches(text, NUMBER)), errors="coerce").astype("float64")
    finite = np.isfinite(values.to_numpy())
    return values.where(finite), finite


def _read_whole(text: Cells, column: Column) -> Read:
    numbers, finite = _read_number(text, column)
    raw = numbers.to_numpy()
    with np.errstate(invalid="ignore"):
        whole = finite & (np.floor(raw) == raw) & (np.abs(raw) < EXACT_WHOLE)
    return numbers.where(whole).astype("Int64"), whole


def _read_yes_no(text: Cells, column: Column) -> Read:
    del column
    lowered = text.str.lower()
    yes, no = lowered.isin(TRUE_WORDS), lowered.isin(FALSE_WORDS)
    values = yes.astype("boolean").where(yes | no)
    return values, (yes | no).to_numpy(dtype=bool)


def _read_date(text: Cells, column: Column) -> Read:
    del column
    values = pd.to_datetime(text.where(matches(text, DAY)), format="%Y-%m-%d", errors="coerce")
    return _plausible(values)


def _read_time(text: Cells, column: Column) -> Read:
    """Local clock time; a time with an offset is brought to the clock of Casablanca."""
    del column
    text = text.where(matches(text, TIME))
    has_offset = text.str.contains(rf"T.*{OFFSET}$| .*{OFFSET}$", regex=True).fillna(value=False)
    local = pd.to_datetime(text.mask(has_offset), format="ISO8601", errors="coerce")
    if has_offset.any():
        absolute = pd.to_datetime(
            text.where(has_offset), format="ISO8601", errors="coerce", utc=True
        )
        local = local.fillna(absolute.dt.tz_convert(CASABLANCA).dt.tz_localize(None))
    return _plausible(local)


def _plausible(values: Cells) -> Read:
    """Within the years that a hospital plans for, at whole seconds."""
    inside = ((values >= EARLIEST) & (values < LATEST)).to_numpy(dtype=bool)
    return values.where(inside).astype("datetime64[s]"), inside


_READERS: dict[Kind, Callable[[Cells, Column], Read]] = {
    Kind.TEXT: _read_text,
    Kind.CHOICE: _read_choice,
    Kind.NUMBER: _read_number,
    Kind.WHOLE: _read_whole,
    Kind.YES_NO: _read_yes_no,
    Kind.DATE: _read_date,
    Kind.TIME: _read_time,
}
