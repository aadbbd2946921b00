"""The four figures that a manager reads first."""

from __future__ import annotations

import streamlit as st

from application.terms import WAITING
from application.use_cases.decide import recommendations
from application.use_cases.overview import Overview
from dashboard.session import Session


def show_tiles(session: Session, seen: Overview) -> None:
    """Visits, intensive care, medicines and drafts, each with its uncertainty."""
    columns = st.columns(4)
    with columns[0]:
        _visits_tile(session, seen)
    with columns[1]:
        _intensive_care_tile(session, seen)
    with columns[2]:
        _medicines_tile(session, seen)
    with columns[3]:
        _drafts_tile(session)


def _visits_tile(session: Session, seen: Overview) -> None:
    t, visits = session.t, seen.visits
    st.metric(
        t("Visits, next 7 days"),
        "–" if visits is None else t.isolated(t.number(visits.expected)),
        delta=None
        if visits is None
        else t("80 %: {low} to {high}", low=t.number(visits.low), high=t.number(visits.high)),
        delta_color="off",
        delta_arrow="off",
        chart_data=None if visits is None else list(visits.daily),
        chart_type="area",
        border=True,
        height="stretch",
        help=t("Expected visits to all emergency departments; the line shows the next 14 days."),
    )


def _intensive_care_tile(session: Session, seen: Overview) -> None:
    t, care = session.t, seen.intensive_care
    peak = None
    if care.peak is not None and care.peak_low is not None and care.peak_high is not None:
        peak = t(
            "Peak in 14 days: {peak} (80 %: {low} to {high})",
            peak=t.number(care.peak),
            low=t.number(care.peak_low),
            high=t.number(care.peak_high),
        )
    st.metric(
        t("Intensive-care beds taken now"),
        t.isolated(f"{care.occupied} / {care.beds}"),
        delta=peak,
        delta_color="off",
        delta_arrow="off",
        chart_data=list(care.daily) or None,
        chart_type="area",
        border=True,
        height="stretch",
        help=t("Patients present in intensive care; the line is the expected daily mean."),
    )


def _medicines_tile(session: Session, seen: Overview) -> None:
    t = session.t
    known = seen.at_risk is not None
    st.metric(
        t("Medicines at risk"),
        t.isolated(t.number(len(seen.at_risk or ()))) if known else "–",
        delta=t("{count} of them vital", count=seen.vital_at_risk) if known else None,
        delta_color="off",
        delta_arrow="off",
        border=True,
        height="stretch",
        help=t(
            "Medicines of a hospital that run out in 10 cases of 100 or more before an order of "
            "today could arrive. A transfer or an emergency purchase prevents it."
        ),
    )


def _drafts_tile(session: Session) -> None:
    t = session.t
    current = session.work.snapshot.snapshot
    drafts = [
        row
        for row in recommendations(session.work)
        if row.state in WAITING and row.run.snapshot == current
    ]
    with st.container(border=True, height="stretch"):
        st.metric(
            t("Drafts to decide on"),
            t.isolated(t.number(len(drafts))),
            help=t("Nothing is done before a named person accepts, modifies or rejects it."),
        )
        st.page_link(
            session.pages["decisions"], label=t("Open the drafts"), icon=":material/fact_check:"
        )
