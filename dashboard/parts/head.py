"""The head of every page: its question, which GST, of which day, and whether it is invented."""

from __future__ import annotations

import streamlit as st

from application.language import Translator
from application.store.snapshots import Snapshot
from dashboard.session import Session

SHORT_RUN = 8


def show_head(session: Session, title: str, question: str) -> None:
    """Title, the question that the page answers, and the badges of the GST."""
    st.title(title, anchor=False)
    st.caption(question)
    if session.gst is not None:
        show_badges(session.t, session.gst.snapshot)


def show_badges(t: Translator, snapshot: Snapshot) -> None:
    """Which GST, of which day; a synthetic one says so on every page."""
    with st.container(horizontal=True, gap="small"):
        if snapshot.synthetic:
            st.badge(t("Synthetic data"), icon=":material/science:", color="orange")
        st.badge(snapshot.name, color="gray")
        st.badge(t("Data of {day}", day=t.day(snapshot.as_of)), color="gray")


def show_run(t: Translator, run: str) -> None:
    """Where a result comes from: its run, that anybody can ask for again."""
    st.caption(t("Run {run}", run=run[:SHORT_RUN]))
