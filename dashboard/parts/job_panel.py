"""A running job: its real progress, a stop, and what came out of it."""

from __future__ import annotations

import streamlit as st

from application.jobs.work import Work
from application.store.jobs import Job, JobState
from dashboard.parts.address import RUN_IN_ADDRESS
from dashboard.parts.errors import show_error
from dashboard.session import Session
from dashboard.wording import step_name
from dashboard.workroom import job_board
from hospital.errors import GstError, Sentence

POLL_SECONDS = 1.0


def start_job(session: Session, title: Sentence, work: Work) -> None:
    """Begins long work and draws the page again, now with its progress."""
    try:
        session.job = job_board(session.settings).submit(title, work).job
    except GstError as error:
        show_error(session.t, error)
        return
    st.rerun()


def show_job(session: Session) -> bool:
    """Draws the job of this visit, if there is one; says whether it still runs."""
    job = job_board(session.settings).find(session.job)
    if job is None:
        session.job = None
        return False
    if not job.is_over:
        _watch(session, job.job)
        return True
    session.job = None
    _show_end(session, job)
    return False


@st.fragment(run_every=POLL_SECONDS)
def _watch(session: Session, name: str) -> None:
    """Draws the progress every second, alone; the page follows when the job is over."""
    t, board = session.t, job_board(session.settings)
    job = board.find(name)
    if job is None or job.is_over:
        st.rerun()
        return
    with st.container(border=True):
        st.markdown(f"**{t(job.title)}**")
        if job.state is JobState.WAITING:
            st.progress(0.0, text=t("Waiting for other work to end"))
        else:
            st.progress(job.share_done, text=_progress_text(session, job))
        if st.button(t("Stop"), key="stop-job", disabled=job.stop_asked):
            board.cancel(name)


def _progress_text(session: Session, job: Job) -> str:
    t, now = session.t, job.progress
    if not now.steps_begun:
        return t("Starting")
    return t(
        "Step {step}: {name} ({done} of {total})",
        step=now.steps_begun,
        name=step_name(t, now.step),
        done=now.tasks_done,
        total=now.tasks,
    )


def _show_end(session: Session, job: Job) -> None:
    t = session.t
    if job.error is not None:
        show_error(t, job.error)
    elif job.state is JobState.STOPPED:
        st.info(t("Stopped; what was not finished was not stored."))
    else:
        if job.run:
            st.query_params[RUN_IN_ADDRESS] = job.run
        st.toast(t("Done: {title}", title=job.title))
