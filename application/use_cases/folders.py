"""Begins, checks, imports and exports GST folders."""

from __future__ import annotations

from pathlib import Path

from application.folder.reading import FolderReport, GstData, inspect_folder, read_folder
from application.folder.templates import write_templates
from application.folder.writing import write_folder
from application.store.snapshots import Snapshot, save_snapshot
from application.use_cases.session import Session

begin_folder = write_templates


def check_folder(folder: Path) -> FolderReport:
    """Everything that is right and wrong in a folder; nothing is stored."""
    return inspect_folder(folder)


def import_folder(session: Session, folder: Path) -> Snapshot:
    """Stores the folder as the current GST, whole or not at all."""
    return import_data(session, read_folder(folder))


def import_data(session: Session, data: GstData) -> Snapshot:
    """Stores a GST that is already in memory, such as the demo."""
    snapshot = save_snapshot(session.database, data)
    session.forget()
    return snapshot


def export_folder(session: Session, folder: Path) -> None:
    """Writes the current GST as a folder; the same GST always gives the same bytes."""
    write_folder(session.data, folder)
