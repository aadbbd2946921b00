"""Which unit to roster, over how many weeks, with nurses for which beds."""

from __future__ import annotations

import streamlit as st

from application.jobs import works
from application.store.runs import Run
from application.use_cases.build_roster import RosterRequest
from application.use_cases.needs_from_beds import HIGH, MEDIAN
from application.use_cases.overview import unit_name
from dashboard.parts.address import first_choice
from dashboard.parts.job_panel import start_job
from dashboard.session import Session
from hospital.errors import say

FOUR_WEEKS = 28
TABLE = 0
STAGED_WORK = 30.0


def ask_roster(session: Session, runs: tuple[Run, ...]) -> str | None:
    """The chosen unit, None where nobody has staff; its buttons build a roster."""
    t, work = session.t, session.work
    staffed = {person.unit for person in work.gst.staff}
    names = {u.unit: unit_name(work, u) for u in work.gst.units if u.unit in staffed}
    if not names:
        return None
    first = first_choice(runs, "unit", list(names))
    which, needs = st.columns((3, 2))
    unit = which.selectbox(
        t("Unit"),
        list(names),
        index=first,
        format_func=names.__getitem__,
        key=f"roster-unit-{first}",
    )
    with needs:
        percent = _needs_from(session)
    with st.container(horizontal=True):
        is_busy = session.job is not None
        if st.button(t("Build two weeks"), key="build-roster", disabled=is_busy):
            start_job(
                session,
                say("Building a roster"),
                works.roster(RosterRequest(unit, bed_percent=percent)),
            )
        if st.button(t("Build four weeks, fairest first"), key="build-stages", disabled=is_busy):
            staged = RosterRequest(
                unit,
                days=FOUR_WEEKS,
                work_limit=STAGED_WORK,
                in_stages=True,
                bed_percent=percent,
            )
            start_job(session, say("Building a roster"), works.roster(staged))
    return unit


def _needs_from(session: Session) -> int | None:
    """The weekly table (None), or nurses for the beds foreseen at a quantile in percent."""
    t = session.t
    names = {
        TABLE: t("The weekly table"),
        MEDIAN: t("Beds foreseen, median"),
        HIGH: t("Beds foreseen, 9 times in 10 enough"),
    }
    chosen = st.selectbox(
        t("Nurses needed"), list(names), format_func=names.__getitem__, key="needs-from"
    )
    return chosen or None
