"""Reads a Parquet file as text, whatever the types of its columns."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from application.folder.text_table import TextTable, plain_number, table_of
from hospital.errors import GstError, say

MAXIMUM_ROWS = 20_000_000
MAXIMUM_COLUMNS = 200


def read_parquet(file: Path) -> TextTable:
    """The cells of a Parquet file.

    Raises:
        GstError: it holds more rows than a GST has, or a column of lists or other structures.
        pyarrow.ArrowException: the file is damaged.
    """
    with pq.ParquetFile(file) as source:
        sizes = source.metadata
        if sizes.num_rows > MAXIMUM_ROWS or sizes.num_columns > MAXIMUM_COLUMNS:
            found = say(
                "{rows} rows and {columns} columns", rows=sizes.num_rows, columns=sizes.num_columns
            )
            raise GstError("file_too_large", found)
        table = source.read()
    names = [name.strip() for name in table.column_names]
    return table_of(
        names, [_as_text(name, cells) for name, cells in zip(names, table.columns, strict=True)]
    )


def _as_text(name: str, cells: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = cells.type
    if pa.types.is_dictionary(kind):
        cells = cells.cast(kind.value_type)
        kind = cells.type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        found = say("column {column} of type {type}", column=name, type=str(kind))
        raise GstError("unreadable_file", found)
    if pa.types.is_timestamp(kind):
        return _timestamps(cells)
    if pa.types.is_floating(kind):
        numbers = [None if number is None else plain_number(number) for number in cells.to_pylist()]
        return pa.chunked_array([pa.array(numbers, pa.string())])
    text = cells.cast(pa.string())
    return pc.replace_substring_regex(text, r"\.0+$", "") if pa.types.is_decimal(kind) else text


def _timestamps(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """ISO 8601; midnight without an offset is written as a day, which a time may be as well."""
    text = pc.replace_substring_regex(cells.cast(pa.string()), r"(:\d\d)\.\d+(Z?)$", r"\1\2")
    return pc.replace_substring_regex(text, r" 00:00:00$", "")
