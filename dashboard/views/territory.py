"""Territory: which hospital is full, who is sent where, and what does each province get?"""

from __future__ import annotations

from functools import partial

import streamlit as st

from application.use_cases.territory import WATCHED_DAYS, Territory, territory
from dashboard import workroom
from dashboard.charts import territory as drawing
from dashboard.parts.chart import show_chart
from dashboard.parts.head import show_head
from dashboard.parts.territory_tables import show_flows, show_hospitals, show_provinces
from dashboard.session import Session


def draw(session: Session) -> None:
    """The map, the hospitals, the transfers between them, and the provinces."""
    t = session.t
    show_head(
        session,
        t("Territory"),
        t("Which hospital is full, who is sent where, and what does each province get?"),
    )
    snapshot = session.work.snapshot.snapshot
    found = workroom.worked_out(snapshot, "territory", partial(territory, session.work))
    with st.container(border=True):
        _map(session, found)
    with st.container(border=True):
        st.subheader(t("Hospitals today"), anchor=False)
        show_hospitals(session, found.hospitals)
    with st.container(border=True):
        st.subheader(t("Transfers between hospitals"), anchor=False)
        show_flows(session, found)
    with st.container(border=True):
        st.subheader(t("Equity between provinces"), anchor=False)
        show_provinces(session, found)


def _map(session: Session, found: Territory) -> None:
    t = session.t
    fullest = max(found.hospitals, key=lambda one: one.occupancy_percent)
    summary = t(
        "{count} hospitals; the fullest is {hospital} with {percent} % of its {beds} beds taken.",
        count=len(found.hospitals),
        hospital=fullest.hospital.name,
        percent=t.number(fullest.occupancy_percent),
        beds=fullest.beds,
    )
    st.caption(summary)
    frames = (
        drawing.hospital_frame(found, t),
        drawing.road_frame(found),
        drawing.outline_frame(found),
    )
    show_chart(session, drawing.territory, *frames, alt=summary)
    st.caption(
        t(
            "A schematic map: hospitals are drawn from the lengths of the roads between them, "
            "which the drawing keeps to {percent} % on average; it has no north. Circles grow "
            "with the beds, lines with the patients sent in {days} days.",
            percent=t.number(found.drawn.error_percent, 1),
            days=WATCHED_DAYS,
        )
    )
