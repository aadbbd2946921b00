"""The theatre plan to take away: lists for the suite, a spreadsheet, surgeons' telephones."""

from __future__ import annotations

from functools import partial

from application.files_out import may_leave
from application.use_cases.export_theatre import theatre_file
from dashboard.parts.file_buttons import SHORT_RUN, show_file_buttons
from dashboard.session import Session


def show_theatre_files(session: Session, run: str) -> None:
    """One button for each kind of file; calendars only of a published plan."""
    t = session.t
    labels = {
        ".pdf": t("Daily lists (PDF)"),
        ".xlsx": t("Daily lists (Excel)"),
        ".csv": t("Every operation (CSV)"),
        ".zip": t("Calendars of surgeons (ICS)"),
    }
    is_early = not may_leave(session.work, run, ".zip")
    kept_back = {".zip": t("Once the plan is published.")} if is_early else {}

    def make(suffix: str) -> partial[bytes]:
        return partial(theatre_file, session.work, run, suffix, t)

    show_file_buttons(f"theatre-{run[:SHORT_RUN]}", labels, make, kept_back)
