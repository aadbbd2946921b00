"""The roster to take away: for the wall, for a spreadsheet, for everybody's telephone."""

from __future__ import annotations

from functools import partial

import streamlit as st

from application.use_cases.export_roster import may_leave, roster_file
from dashboard.session import Session

SHORT_RUN = 8
MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv",
    ".zip": "application/zip",
}


def show_files(session: Session, run: str) -> None:
    """One button for each kind of file, made only when somebody asks for it."""
    t = session.t
    labels = {
        ".pdf": t("Wall chart (PDF)"),
        ".xlsx": t("Wall chart (Excel)"),
        ".csv": t("Every duty (CSV)"),
        ".zip": t("Calendars of all (ICS)"),
    }
    with st.container(horizontal=True):
        for suffix, label in labels.items():
            leaves = may_leave(session.work, run, suffix)
            st.download_button(
                label,
                partial(roster_file, session.work, run, suffix, t),
                file_name=f"roster-{run[:SHORT_RUN]}{suffix}",
                mime=MEDIA_TYPES[suffix],
                on_click="ignore",
                disabled=not leaves,
                help=None if leaves else t("Once the roster is published."),
                key=f"roster-file{suffix}",
            )
