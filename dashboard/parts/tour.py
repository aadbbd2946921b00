"""Three steps for who is here for the first time, until they are closed or somebody decided."""

from __future__ import annotations

import streamlit as st

from dashboard import workroom
from dashboard.session import Session
from hospital.errors import say

STEPS = (
    say("Read the tiles and the alerts of this page: they say what needs you today."),
    say("Open the page of your work: each proposal comes with its reasons and its uncertainty."),
    say("Accept, modify or reject it under your name: nothing is done before you do."),
)


def show_tour(session: Session) -> None:
    """The steps, a way to the help, and a button that closes them for this visit."""
    if session.tour_closed or workroom.state_of_record(session.work):
        return
    t = session.t
    title = t("First time here? Three steps")
    with st.container(border=True):
        st.markdown(f"**{title}**")
        st.markdown("\n".join(f"{at}. {t(step)}" for at, step in enumerate(STEPS, start=1)))
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button(t("Understood"), key="close-tour"):
                session.tour_closed = True
                st.rerun()
            st.page_link(session.pages["help"], label=t("Open the help"))
