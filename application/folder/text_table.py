"""A table as a person wrote it: every cell text, every row in its place in the file."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from application.folder.findings import Positions, Rows

COMMENT_SIGN = "#"
ROWS_PER_BLOCK = 50_000
EXACT = 2.0**53

Record = Sequence[str | None]


@dataclass(frozen=True)
class TextTable:
    """Cells as text, empty cells as missing. ``decimal_comma`` says that 1,5 may be a number.

    ``too_long`` and ``too_short`` are the positions of rows whose number of cells differs from
    the header: nobody knows which cell belongs to which column there.
    """

    cells: pd.DataFrame
    decimal_comma: bool = False
    too_long: Positions = field(default_factory=lambda: _positions([]))
    too_short: Positions = field(default_factory=lambda: _positions([]))
    repeated_columns: tuple[str, ...] = ()

    @cached_property
    def filled(self) -> Rows:
        """The rows to be read: neither empty, nor a comment, nor of another length."""
        filled = np.zeros(len(self.cells), dtype=bool)
        for name in self.cells.columns:
            filled |= self.cells[name].notna().to_numpy(dtype=bool)
        if len(self.cells.columns):
            first = self.cells.iloc[:, 0].str.startswith(COMMENT_SIGN).fillna(value=False)
            filled &= ~first.to_numpy(dtype=bool)
        filled[self.too_long] = False
        filled[self.too_short] = False
        return filled

    @property
    def is_empty(self) -> bool:
        """Whether nothing but a header and comments stands in the file."""
        return not (self.filled.any() or len(self.too_long) or len(self.too_short))


def _positions(rows: Sequence[int]) -> Positions:
    return np.array(rows, dtype=np.int64)


def table_of(names: Sequence[str], columns: Sequence[pa.ChunkedArray]) -> TextTable:
    """A text table from Arrow columns of text; a column without name and cells is left out."""
    stripped = [_stripped(column) for column in columns]
    kept = {}
    repeated = []
    for place, (name, cells) in enumerate(zip(names, stripped, strict=True), start=1):
        if not name and cells.null_count == len(cells):
            continue
        title = name or f"({place})"
        if title in kept:
            repeated.append(title)
        kept[title] = pd.Series(cells.to_pandas(), dtype="str")
    return TextTable(pd.DataFrame(kept), repeated_columns=tuple(repeated))


def table_of_records(header: Record, records: Iterable[Record]) -> TextTable:
    """A text table from rows, a block at a time, so that a long file stays small in memory."""
    names = [(name or "").strip() for name in header]
    while names and not names[-1]:
        names.pop()
    width = len(names)
    blocks: list[list[pa.Array]] = []
    long: list[int] = []
    short: list[int] = []
    rows = iter(records)
    start = 0
    while block := list(islice(rows, ROWS_PER_BLOCK)):
        for place, row in enumerate(block):
            if len(row) != width:
                block[place] = _fitted(row, width, start + place, (long, short))
        blocks.append([pa.array(cells, pa.string()) for cells in zip(*block, strict=True)])
        start += len(block)
    columns = [
        pa.chunked_array([block[place] for block in blocks], pa.string()) for place in range(width)
    ]
    table = table_of(names, columns)
    return TextTable(
        table.cells,
        too_long=_positions(long),
        too_short=_positions(short),
        repeated_columns=table.repeated_columns,
    )


def _fitted(row: Record, width: int, position: int, faults: tuple[list[int], list[int]]) -> Record:
    """The row at the width of the header; notes the position if cells are lost or missing."""
    long, short = faults
    is_comment = bool(row) and (row[0] or "").lstrip().startswith(COMMENT_SIGN)
    if len(row) > width:
        if not is_comment and any(cell and cell.strip() for cell in row[width:]):
            long.append(position)
        return row[:width]
    if not is_comment and any(cell and cell.strip() for cell in row):
        short.append(position)
    return [*row, *[None] * (width - len(row))]


def plain_number(number: float) -> str:
    """The text of a number as a person writes it: 7 rather than 7.0, a GTIN with all its digits."""
    exact = math.isfinite(number) and number.is_integer() and abs(number) < EXACT
    return str(int(number)) if exact else repr(number)


def _stripped(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Without blanks around, one kind of line end, and nothing instead of empty text."""
    trimmed = pc.utf8_trim_whitespace(pc.replace_substring(cells, "\r\n", "\n"))
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)
