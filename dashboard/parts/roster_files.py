"""The roster to take away: for the wall, for a spreadsheet, for everybody's telephone."""

from __future__ import annotations

from functools import partial

from application.files_out import may_leave
from application.use_cases.export_roster import roster_file
from dashboard.parts.file_buttons import SHORT_RUN, show_file_buttons
from dashboard.session import Session


def show_files(session: Session, run: str) -> None:
    """One button for each kind of file; calendars only of a published roster."""
    t = session.t
    labels = {
        ".pdf": t("Wall chart (PDF)"),
        ".xlsx": t("Wall chart (Excel)"),
        ".csv": t("Every duty (CSV)"),
        ".zip": t("Calendars of all (ICS)"),
    }
    is_early = not may_leave(session.work, run, ".zip")
    kept_back = {".zip": t("Once the roster is published.")} if is_early else {}

    def make(suffix: str) -> partial[bytes]:
        return partial(roster_file, session.work, run, suffix, t)

    show_file_buttons(f"roster-{run[:SHORT_RUN]}", labels, make, kept_back)
