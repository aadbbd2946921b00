"""Reads a whole GST folder, or says everything that is wrong with it at once."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from application.folder.consistency import CHECKS, Frames, check_not_after_today
from application.folder.contract import TableCheck
from application.folder.domain import identity_of, rows_of
from application.folder.findings import Findings
from application.folder.safe_yaml import YamlFile, read_yaml
from application.folder.sources import SUFFIXES, find_file, read_as_text
from hospital.errors import InvalidInput, Problem, say
from hospital.gst import Gst, GstIdentity
from hospital.history import History
from hospital.tables import BY_NAME, IDENTITY_FILE, TABLES, Table


@dataclass(frozen=True)
class GstData:
    """What a GST folder holds: the GST of today and its history."""

    gst: Gst
    history: History


@dataclass(frozen=True)
class FolderReport:
    """What reading found: the data if all is well, the problems, and the rows left out."""

    data: GstData | None
    findings: Findings
    rows: dict[str, int]


def read_folder(folder: Path) -> GstData:
    """The GST and its history. Raises ``InvalidInput`` with every problem of every file."""
    report = inspect_folder(folder)
    report.findings.raise_if_any()
    if report.data is None:
        raise InvalidInput([])
    return report.data


def inspect_folder(folder: Path) -> FolderReport:
    """Reads everything that can be read and keeps count of everything that cannot."""
    findings = Findings()
    if not folder.is_dir():
        findings.add(_no_folder(folder))
        return FolderReport(None, findings, {})
    identity = _identity(folder, findings)
    _note_strange_files(folder, findings)
    frames, files = _frames(folder, findings)
    for check in CHECKS:
        check(frames, files, findings)
    if identity is not None:
        check_not_after_today(frames, identity, findings)
    data = _assemble(identity, frames, files, findings)
    rows = {name: len(frame) for name, frame in frames.items()}
    return FolderReport(None if findings.problems else data, findings, rows)


def _identity(folder: Path, findings: Findings) -> GstIdentity | None:
    file = folder / IDENTITY_FILE
    if not file.is_file():
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


def _frames(folder: Path, findings: Findings) -> tuple[Frames, dict[str, str]]:
    frames: Frames = {}
    files: dict[str, str] = {}
    for table in TABLES:
        file = find_file(folder, table, findings)
        text = None if file is None else read_as_text(file, findings)
        if file is None or text is None:
            continue
        files[table.name] = file.name
        frames[table.name] = TableCheck(table, file.name, findings).typed(text)
    return frames, files


def _note_strange_files(folder: Path, findings: Findings) -> None:
    """A misspelt file name would silently leave a table empty."""
    for file in sorted(folder.iterdir()):
        if file.suffix in SUFFIXES and file.stem not in BY_NAME:
            findings.add(
                Problem(
                    "unknown_file",
                    file.name,
                    found=file.stem,
                    expected=say("one of: {choices}", choices=", ".join(BY_NAME)),
                    remedy=say("Correct the name of this file, or move it out of the folder."),
                )
            )


def _assemble(
    identity: GstIdentity | None, frames: Frames, files: dict[str, str], findings: Findings
) -> GstData | None:
    rows = {
        table.name: rows_of(table, frames[table.name], files[table.name], findings)
        for table in TABLES
        if table.name in frames and not table.is_history
    }
    if identity is None or findings.problems:
        return None
    gst = Gst.model_construct(identity=identity, **_with_empty(rows))
    return GstData(gst, history_of(frames))


def _with_empty(rows: dict[str, tuple[object, ...]]) -> dict[str, tuple[object, ...]]:
    return {table.name: rows.get(table.name, ()) for table in TABLES if not table.is_history}


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
    return TableCheck(table, table.name, Findings()).typed(
        pd.DataFrame({name: pd.Series(dtype="str") for name in table.columns})
    )


def _no_folder(folder: Path) -> Problem:
    return Problem(
        "missing_folder",
        folder.name,
        found=say("no such folder"),
        expected=say("a folder with gst.yaml and the tables"),
        remedy=say("Check the path, or begin one with tadbir init."),
    )
