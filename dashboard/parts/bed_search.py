"""The form that looks for the smallest number of beds of a unit, as a job."""

from __future__ import annotations

import streamlit as st

from application.jobs import works
from application.use_cases.overview import unit_name
from application.use_cases.smallest_beds import BEDDED, SmallestBedsDesign
from dashboard.parts.job_panel import start_job
from dashboard.session import Session
from dashboard.wording import beds_phrase
from hospital.errors import say

LOWEST, HIGHEST, USUAL = 0.5, 50.0, 5.0
NO_LIMIT, MOST_HOURS, USUAL_HOURS = 0, 72, 24
"""Who asks for a ward waits for it: without a limit almost nobody is refused there."""
REPLICATIONS = (20, 40, 80, 160, 320)


def ask_beds(session: Session) -> None:
    """Which unit, what share it may refuse, and how hard to look."""
    t, gst = session.t, session.work.gst
    beds = gst.beds_by_unit()
    names = {
        unit.unit: t.beside(unit_name(session.work, unit), beds_phrase(t, beds[unit.unit]))
        for kind in BEDDED
        for unit in gst.units
        if unit.kind is kind and beds[unit.unit]
    }
    if not names:
        st.info(t("No unit of this group has inpatient beds."))
        return
    with st.form("bed-search", border=False):
        unit = st.selectbox(
            t("Unit"), list(names), format_func=names.__getitem__, key="bed-search-unit"
        )
        target, hours, most = _limits(session)
        sent = st.form_submit_button(
            t("Look for the smallest number"), type="primary", disabled=session.job is not None
        )
    if sent:
        design = SmallestBedsDesign(
            unit=unit, target_percent=target, within_hours=hours, at_most=most
        )
        start_job(
            session, say("Looking for the smallest number of beds"), works.smallest_beds(design)
        )


def _limits(session: Session) -> tuple[float, float | None, int]:
    """Share refused at most [%], hours within which a bed counts, replications at most."""
    t = session.t
    left, right, last = st.columns(3)
    target = left.number_input(
        t("Refused at most [% of those who ask]"),
        LOWEST,
        HIGHEST,
        USUAL,
        step=LOWEST,
        key="bed-target",
    )
    hours = right.number_input(
        t("A bed must be there within [h]"),
        NO_LIMIT,
        MOST_HOURS,
        USUAL_HOURS,
        key="bed-hours",
        help=t("0: it only counts whether a bed of the unit was got at all."),
    )
    most = last.select_slider(
        t("Replications of each number, at most"),
        REPLICATIONS,
        REPLICATIONS[2],
        key="bed-replications",
        help=t("More replications give narrower intervals and take longer."),
    )
    return float(target), float(hours) or None, int(most)
