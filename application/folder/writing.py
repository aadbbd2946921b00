"""Writes a GST and its history as a GST folder: the same data always give the same bytes."""

import os
import shutil
from collections.abc import Sequence
from datetime import date
from enum import Enum
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pandas as pd
import yaml

from application.folder.columns import Kind, columns_of
from application.folder.reading import GstData
from hospital.base import Frozen
from hospital.errors import GstError, say
from hospital.gst import GstIdentity
from hospital.tables import IDENTITY_FILE, TABLES, Table

TIME_FORMAT = "%Y-%m-%dT%H:%M:%S"


def write_folder(data: GstData, folder: Path) -> None:
    """Writes the folder whole or not at all; refuses a folder that already holds something."""
    if folder.exists() and any(folder.iterdir()):
        raise GstError(
            "folder_not_empty",
            say("{folder} is not empty. Name a new folder.", folder=folder.name),
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        _write_into(draft, data)
        draft.chmod(0o755)
        if folder.exists():
            folder.rmdir()
        os.replace(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write_into(folder: Path, data: GstData) -> None:
    (folder / IDENTITY_FILE).write_text(identity_yaml(data.gst.identity), encoding="utf-8")
    for table in TABLES:
        frame = frame_of(data, table)
        if len(frame):
            text = as_text(table, frame)
            text.to_csv(folder / f"{table.name}.csv", index=False, lineterminator="\n")


def identity_yaml(identity: GstIdentity) -> str:
    """``gst.yaml`` in the order of the fields."""
    values = identity.model_dump(mode="python")
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True)


def frame_of(data: GstData, table: Table) -> pd.DataFrame:
    """A table of the GST or of its history as a frame in the columns of the contract."""
    if table.is_history:
        frame: pd.DataFrame = getattr(data.history, table.name)
        return frame[list(table.columns)].sort_values(list(table.key), ignore_index=True)
    return frame_of_rows(table, getattr(data.gst, table.name))


def frame_of_rows(table: Table, rows: Sequence[Frozen]) -> pd.DataFrame:
    """Domain objects as a frame, choices as their values."""
    records = {name: [_plain(getattr(row, name)) for row in rows] for name in table.columns}
    frame = pd.DataFrame(records, columns=list(table.columns))
    return frame.sort_values(list(table.key), ignore_index=True) if len(frame) else frame


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return pd.Timestamp(value) if type(value) is date else value


def shortest(number: float) -> str:
    """The shortest text that reads back as the same number."""
    return repr(float(number)).removesuffix(".0")


def as_text(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Every value as it stands in a CSV file of the folder; empty cells stay missing."""
    return pd.DataFrame(
        {column.name: _text(frame[column.name], column.kind) for column in columns_of(table)}
    )


def _text(values: pd.Series, kind: Kind) -> pd.Series:
    match kind:
        case Kind.DATE:
            return pd.to_datetime(values).dt.strftime("%Y-%m-%d")
        case Kind.TIME:
            return pd.to_datetime(values).dt.strftime(TIME_FORMAT)
        case Kind.YES_NO:
            return values.map({True: "true", False: "false"})
        case Kind.NUMBER:
            return values.map(shortest, na_action="ignore")
        case _:
            return values
