"""The theatre plan to take away: lists for the suite, a spreadsheet, surgeons' telephones."""

from __future__ import annotations

from functools import partial

import streamlit as st

from application.use_cases.export_roster import may_leave
from application.use_cases.export_theatre import theatre_file
from dashboard.parts.roster_files import MEDIA_TYPES, SHORT_RUN
from dashboard.session import Session


def show_theatre_files(session: Session, run: str) -> None:
    """One button for each kind of file, made only when somebody asks for it."""
    t = session.t
    labels = {
        ".pdf": t("Daily lists (PDF)"),
        ".xlsx": t("Daily lists (Excel)"),
        ".csv": t("Every operation (CSV)"),
        ".zip": t("Calendars of surgeons (ICS)"),
    }
    with st.container(horizontal=True):
        for suffix, label in labels.items():
            leaves = may_leave(session.work, run, suffix)
            st.download_button(
                label,
                partial(theatre_file, session.work, run, suffix, t),
                file_name=f"theatre-{run[:SHORT_RUN]}{suffix}",
                mime=MEDIA_TYPES[suffix],
                on_click="ignore",
                disabled=not leaves,
                help=None if leaves else t("Once the plan is published."),
                key=f"theatre-file{suffix}",
            )
