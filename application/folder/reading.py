"""Reads a whole GST folder, or says everything that is wrong with it at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from application.folder.consistency import CHECKS, check_not_after_today
from application.folder.contract import TableCheck
from application.folder.domain import identity_of, rows_of
from application.folder.findings import Findings, shown
from application.folder.read_tables import Frames, ReadTables
from application.folder.safe_yaml import YamlFile, read_yaml
from application.folder.sources import empty_file, find_file, note_strange_files, read_as_text
from application.folder.text_table import TextTable
from hospital.base import Frozen
from hospital.errors import InvalidInput, Problem, say
from hospital.gst import Gst, GstIdentity
from hospital.history import History
from hospital.tables import IDENTITY_FILE, TABLES, Table


@dataclass(frozen=True)
class GstData:
    """What a GST folder holds: the GST of today and its history."""

    gst: Gst
    history: History


@dataclass(frozen=True)
class FolderReport:
    """What reading found: the data if all is well, the problems, and the usable rows by table."""

    data: GstData | None
    findings: Findings
    rows: dict[str, int]


def read_folder(folder: Path) -> GstData:
    """The GST and its history. Raises ``InvalidInput`` with every problem of every file."""
    report = inspect_folder(folder)
    if report.data is None:
        raise InvalidInput(report.findings.problems, report.findings.total)
    return report.data


Feed = Callable[[Path, ReadTables], None]
"""Adds tables that a folder holds in another form, such as the messages of ``adt.csv``."""


def inspect_folder(folder: Path, feeds: Mapping[str, Feed] | None = None) -> FolderReport:
    """Reads everything that can be read and keeps count of everything that cannot.

    ``feeds`` has, by file name without its end, who reads what is not a table of the contract.
    """
    feeds = feeds or {}
    findings = Findings()
    try:
        if not folder.is_dir():
            findings.add(_no_folder(folder))
            return FolderReport(None, findings, {})
        note_strange_files(folder, findings, *feeds)
    except OSError as error:
        findings.add(_closed_folder(folder, error))
        return FolderReport(None, findings, {})
    identity = _identity(folder, findings)
    tables = _tables(folder, findings)
    for read in feeds.values():
        read(folder, tables)
    for check in CHECKS:
        check(tables)
    if identity is not None:
        check_not_after_today(tables, identity)
    data = _assemble(identity, tables)
    rows = {name: len(frame) for name, frame in tables.frames.items()}
    return FolderReport(None if findings.problems else data, findings, rows)


def _identity(folder: Path, findings: Findings) -> GstIdentity | None:
    file = folder / IDENTITY_FILE
    if not (file.is_symlink() or file.exists()):
        findings.add(
            Problem(
                "missing_file",
                IDENTITY_FILE,
                found=say("no such file"),
                expected=say("the file that names this GST"),
                remedy=say("Run tadbir init on an empty folder and copy gst.yaml from it."),
            )
        )
        return None
    source = read_yaml(file)
    if not isinstance(source, YamlFile):
        findings.add(source)
        return None
    return identity_of(source, findings)


def _tables(folder: Path, findings: Findings) -> ReadTables:
    read = ReadTables({}, {}, {}, {}, findings)
    for table in TABLES:
        file = find_file(folder, table, findings)
        if file is None:
            read.codes[table.name] = frozenset()
            continue
        read.files[table.name] = file.name
        text = read_as_text(file, table, findings)
        if text is not None:
            _read_table(table, text, read)
    return read


def _read_table(table: Table, text: TextTable, read: ReadTables) -> None:
    file_name = read.files[table.name]
    frame = TableCheck(table, file_name, read.findings).typed(text)
    if frame is None:
        return
    if text.is_empty:
        read.findings.add(empty_file(file_name, say("a header and no rows")))
    read.frames[table.name] = frame
    referring = [name for name in table.references if name in text.cells.columns]
    read.mentions[table.name] = text.cells.loc[text.filled, referring]
    if not table.is_history:
        read.codes[table.name] = frozenset(text.cells[table.key[0]].dropna())


def _assemble(identity: GstIdentity | None, tables: ReadTables) -> GstData | None:
    findings = tables.findings
    rows = {
        table.name: rows_of(table, tables.sound(table.name), tables.files[table.name], findings)
        for table in TABLES
        if table.name in tables.frames and not table.is_history
    }
    if identity is None or findings.problems:
        return None
    return GstData(gst_of(identity, rows), history_of(tables.frames))


def gst_of(identity: GstIdentity, rows: dict[str, tuple[Frozen, ...]]) -> Gst:
    """The GST of rows that were validated one by one, each table under its name."""
    built: dict[str, Any] = {"identity": identity, **rows}
    return Gst.model_construct(**built)


def history_of(frames: Frames) -> History:
    """The history frames, empty ones with their columns where there is no file."""
    history = {
        table.name: frames[table.name].reset_index(drop=True)
        if table.name in frames
        else empty_frame(table)
        for table in TABLES
        if table.is_history
    }
    return History(**history)


def empty_frame(table: Table) -> pd.DataFrame:
    """No rows, in the column types of the contract."""
    names = {name: pd.Series(dtype="str") for name in table.columns}
    frame = TableCheck(table, table.name, Findings()).typed(TextTable(pd.DataFrame(names)))
    return pd.DataFrame(names) if frame is None else frame.reset_index(drop=True)


def _no_folder(folder: Path) -> Problem:
    return Problem(
        "missing_folder",
        shown(folder.name),
        found=say("no such folder"),
        expected=say("a folder with gst.yaml and the tables"),
        remedy=say("Check the path, or begin one with tadbir init."),
    )


def _closed_folder(folder: Path, error: OSError) -> Problem:
    return Problem(
        "closed_folder",
        shown(folder.name),
        found=error.strerror or type(error).__name__,
        expected=say("a folder that you may read"),
        remedy=say("Ask the owner of the folder for the right to read it."),
    )
