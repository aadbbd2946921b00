"""Begins, checks, imports and exports GST folders."""

from __future__ import annotations

from pathlib import Path

from application.folder.reading import FolderReport, GstData, inspect_folder
from application.folder.rejected import write_rejected
from application.folder.templates import write_templates
from application.folder.writing import write_folder
from application.store.snapshots import Snapshot, save_snapshot
from application.use_cases.access import needs
from application.use_cases.session import Session
from governance.access import Action
from hospital.errors import InvalidInput

begin_folder = write_templates


def check_folder(folder: Path, rejected: Path | None = None) -> FolderReport:
    """Everything that is right and wrong in a folder; no GST is stored.

    The rows that cannot be used are written below ``rejected`` where that is given.
    """
    report = inspect_folder(folder)
    if rejected is not None and report.findings.problems:
        write_rejected(report, folder, rejected)
    return report


@needs(Action.IMPORT)
def import_folder(session: Session, folder: Path, rejected: Path | None = None) -> Snapshot:
    """Stores the folder as the current GST, whole or not at all.

    Raises:
        InvalidInput: with everything that is wrong in the folder.
    """
    report = check_folder(folder, rejected)
    report.findings.raise_if_any()
    if report.data is None:
        raise InvalidInput([])
    return import_data(session, report.data)


@needs(Action.IMPORT)
def import_data(session: Session, data: GstData) -> Snapshot:
    """Stores a GST that is already in memory, such as the demo."""
    snapshot = save_snapshot(session.database, data)
    session.forget()
    return snapshot


@needs(Action.READ)
def export_folder(session: Session, folder: Path) -> None:
    """Writes the current GST as a folder; the same GST always gives the same bytes."""
    write_folder(session.data, folder)
