"""Writes a GST and its history as a GST folder: the same data always give the same bytes."""

import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import yaml

from application.disk_trouble import told_of_disk
from application.folder.columns import Column, Kind, columns_of
from application.folder.later_columns import unused
from application.folder.reading import GstData
from hospital.base import Frozen
from hospital.errors import GstError, say
from hospital.gst import GstIdentity
from hospital.tables import IDENTITY_FILE, TABLES, Table

NEEDS_QUOTES = '[",\r\n]'


def write_folder(data: GstData, folder: Path) -> None:
    """Writes the folder whole or not at all; refuses a folder that already holds something."""
    with whole_or_nothing(folder) as draft:
        fill_folder(data, draft)


def fill_folder(data: GstData, folder: Path) -> None:
    """Writes ``gst.yaml`` and a file for each table that has rows."""
    (folder / IDENTITY_FILE).write_text(identity_yaml(data.gst.identity), encoding="utf-8")
    for table in TABLES:
        frame = frame_of(data, table)
        if len(frame):
            (folder / f"{table.name}.csv").write_bytes(
                csv_bytes(table, frame, without=unused(table, frame))
            )


@contextmanager
def whole_or_nothing(folder: Path) -> Iterator[Path]:
    """A draft folder that becomes ``folder`` at the end, or leaves no trace.

    Raises:
        GstError: the folder already holds something, or may not be written.
    """
    refuse_filled(folder)
    folder = folder.absolute()
    draft = folder.parent / f".{folder.name[:100]}-{secrets.token_hex(4)}"
    try:
        draft.mkdir(parents=True)
        yield draft
        draft.replace(folder)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        otherwise = GstError(
            "folder_not_writable",
            say("{folder} cannot be written: {reason}.", folder=folder.name, reason=reason),
        )
        raise told_of_disk(error, folder) or otherwise from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def refuse_filled(folder: Path) -> None:
    """Raises ``GstError`` if there is something in this place already."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise GstError(
            "not_a_folder", say("{folder} is not a folder. Name a new one.", folder=folder.name)
        )
    if os.access(folder, os.R_OK) and any(folder.iterdir()):
        raise GstError(
            "folder_not_empty",
            say("{folder} is not empty. Name a new folder.", folder=folder.name),
        )


def identity_yaml(identity: GstIdentity) -> str:
    """``gst.yaml`` in the order of the fields."""
    values = identity.model_dump(mode="json")
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True)


def frame_of(data: GstData, table: Table) -> pd.DataFrame:
    """A table as a frame in the columns and types of the contract, sorted by its key."""
    if table.is_history:
        return conformed(table, getattr(data.history, table.name))
    return conformed(table, frame_of_rows(table, getattr(data.gst, table.name)))


def frame_of_rows(table: Table, rows: Sequence[Frozen]) -> pd.DataFrame:
    """Domain objects as a frame, choices as their values."""
    records = {name: [_plain(getattr(row, name)) for row in rows] for name in table.columns}
    return pd.DataFrame(records, columns=list(table.columns))


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return pd.Timestamp(value) if type(value) is date else value


def conformed(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame in the column types of the contract, wherever it comes from."""
    columns = {column.name: _conformed(frame[column.name], column) for column in columns_of(table)}
    return pd.DataFrame(columns).sort_values(list(table.key), ignore_index=True)


def _conformed(values: pd.Series, column: Column) -> pd.Series:
    empty = column.may_be_empty and column.default is None
    match column.kind:
        case Kind.DATE | Kind.TIME:
            return pd.to_datetime(values).astype("datetime64[s]")
        case Kind.YES_NO:
            return values.astype("boolean" if empty else "bool")
        case Kind.NUMBER:
            return values.astype("float64")
        case Kind.WHOLE:
            return values.astype("Int64" if empty else "int64")
    return values.astype("str")


def csv_bytes(table: Table, frame: pd.DataFrame, *, without: frozenset[str] = frozenset()) -> bytes:
    """The file of a table as it stands in the folder: UTF-8, commas, quotes where needed."""
    kept = [column for column in columns_of(table) if column.name not in without]
    columns = [_quoted(_text(frame[column.name], column.kind)) for column in kept]
    lines = pc.binary_join_element_wise(
        *columns, _large(","), null_handling="replace", null_replacement=""
    )
    head = ",".join(column.name for column in kept)
    return "\n".join([head, *lines.to_pylist(), ""]).encode()


def shortest(number: float) -> str:
    """The shortest text that reads back as the same number."""
    return repr(float(number)).removesuffix(".0")


def _text(values: pd.Series, kind: Kind) -> pa.Array:
    """Every value as it stands in a CSV file of the folder; empty cells stay missing."""
    missing = values.isna().to_numpy(dtype=bool)
    match kind:
        case Kind.DATE | Kind.TIME:
            moments: npt.NDArray[np.datetime64] = values.to_numpy(dtype="datetime64[s]")
            text = np.datetime_as_string(moments, unit="D" if kind is Kind.DATE else "s")
        case Kind.YES_NO:
            text = np.where(values.to_numpy(dtype=bool, na_value=False), "true", "false")
        case Kind.NUMBER:
            text = np.array([shortest(number) for number in values.tolist()], dtype=object)
        case Kind.WHOLE:
            text = values.to_numpy(dtype="int64", na_value=0).astype("str")
        case _:
            text = values.to_numpy(dtype=object)
    return pa.array(text, pa.large_string(), mask=missing)


def _quoted(text: pa.Array) -> pa.Array:
    needs = pc.match_substring_regex(text, NEEDS_QUOTES)
    if not pc.any(needs).as_py():
        return text
    doubled = pc.replace_substring(text, '"', '""')
    quoted = pc.binary_join_element_wise(_large('"'), doubled, _large('"'), _large(""))
    return pc.if_else(needs, quoted, text)


def _large(text: str) -> pa.Scalar:
    return pa.scalar(text, pa.large_string())
