"""What a page shows before there is anything to show: what to do, and the button that does it."""

from __future__ import annotations

import streamlit as st

from application.jobs import works
from application.jobs.work import Work
from dashboard.parts.job_panel import start_job
from dashboard.session import Session
from hospital.errors import Sentence, say


def show_empty(session: Session, title: str) -> None:
    """No GST yet: load the small demo here, or import a folder from the command line."""
    t = session.t
    st.title(title, anchor=False)
    with st.container(border=True):
        st.subheader(t("No hospital group has been imported yet"), anchor=False)
        st.markdown(
            t(
                "Try everything with an invented group of two hospitals, or import your own "
                "folder of tables from the command line."
            )
        )
        busy = session.job is not None
        if st.button(t("Load the small demo"), type="primary", key="load-demo", disabled=busy):
            start_job(
                session, say("Loading the demo and planning its next weeks"), works.load_demo()
            )
        st.caption(t("It takes about a minute. Everything in it is invented and says so."))
        st.page_link(session.pages["data"], label=t("Import a group"))
        st.code("tadbir import FOLDER", language=None)


def offer(session: Session, missing: str, button: Sentence, work: Work) -> None:
    """A result that was not computed yet, and the button that computes it."""
    with st.container(border=True):
        st.markdown(missing)
        if st.button(
            session.t(button),
            type="primary",
            key=f"offer-{button}",
            disabled=session.job is not None,
        ):
            start_job(session, button, work)
