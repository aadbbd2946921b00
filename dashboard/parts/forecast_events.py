"""What only the hospitals know: moussems, strikes, campaigns, told here and kept."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st
from pydantic import ValidationError

from application.jobs.work import Work
from application.use_cases.calendar_events import add_event, remove_event
from application.use_cases.read_results import knows_the_events
from dashboard.parts.job_panel import start_job
from dashboard.session import Session
from hospital.calendar import UserEvent
from hospital.errors import say

DAY_FORMAT = "DD/MM/YYYY"
LONGEST_NAME = 80


def show_events(session: Session, run: str, forecast_again: Work) -> None:
    """The events that are known, a form for another, and a new forecast where they changed."""
    t = session.t
    events = session.work.events
    is_known = knows_the_events(session.work, run)
    with st.expander(
        t("Events of your hospitals: {count}", count=len(events)), expanded=not is_known
    ):
        st.caption(
            t(
                "A moussem, a strike, a vaccination campaign. The forecast learns the effect from "
                "earlier events of the same name: tell the past ones too."
            )
        )
        for event in events:
            _show_event(session, event)
        _ask(session)
        if not is_known:
            st.info(t("This forecast was made before the last change of the events."))
            if st.button(t("Forecast again"), key="forecast-again", type="primary"):
                start_job(session, say("Forecast again"), forecast_again)


def _show_event(session: Session, event: UserEvent) -> None:
    t = session.t
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            t(
                "{name}: {first} to {last}",
                name=event.name,
                first=t.day(event.first_day),
                last=t.day(event.last_day),
            )
        )
        if st.button(t("Remove"), key=f"remove-{event.name}-{event.first_day}"):
            remove_event(session.settings, event)
            st.rerun()


def _ask(session: Session) -> None:
    t = session.t
    today = session.work.gst.identity.as_of
    with st.form("event", clear_on_submit=True, border=False):
        name = st.text_input(t("Name of the event"), max_chars=LONGEST_NAME, key="event-name")
        left, right = st.columns(2)
        first = left.date_input(t("First day"), today, format=DAY_FORMAT, key="event-first")
        last = right.date_input(
            t("Last day"), today + timedelta(days=1), format=DAY_FORMAT, key="event-last"
        )
        sent = st.form_submit_button(t("Add the event"))
    if not sent:
        return
    try:
        event = UserEvent(name=name.strip(), first_day=first, last_day=last)
    except ValidationError:
        st.error(t("Give a name, and a last day that is not before the first."))
        return
    add_event(session.settings, event)
    st.rerun()
