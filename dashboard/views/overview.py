"""Overview: what needs me today?"""

from __future__ import annotations

import streamlit as st

from application.terms import RecommendationKind, State
from application.use_cases.decide import recommendations
from application.use_cases.overview import Alert, Known, Overview, Topic, overview
from application.use_cases.read_results import (
    latest_baseline_run,
    latest_forecast_run,
    runs_of,
)
from dashboard import workroom
from dashboard.charts.occupancy import occupancy, occupancy_frame
from dashboard.parts.empty import offer, plan_everything
from dashboard.parts.head import show_head
from dashboard.session import Session
from hospital.errors import say
from hospital.places import UnitKind

PAGE_OF = {Topic.BEDS: "comparison", Topic.PHARMACY: "pharmacy", Topic.ROSTER: "roster"}
ICONS = {Topic.BEDS: "🛏️", Topic.PHARMACY: "💊", Topic.ROSTER: "👥"}


def draw(session: Session) -> None:
    """The head, four tiles, the alerts and intensive care over the next two weeks."""
    t = session.t
    show_head(session, t("Overview"), t("What needs me today?"))
    known = _known(session)
    if known.forecasts is None:
        offer(
            session,
            t("Nothing was computed for this group yet."),
            say("Forecast, simulate and plan the next weeks"),
            plan_everything,
        )
    seen = overview(session.work, known)
    _tiles(session, seen)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _intensive_care(session, known)
    with right:
        _alerts(session, seen.alerts)


def _known(session: Session) -> Known:
    gst = session.work
    forecast, baseline = latest_forecast_run(gst), latest_baseline_run(gst)
    rosters, orders = (
        runs_of(gst, kind) for kind in (RecommendationKind.ROSTER, RecommendationKind.STOCK_ORDER)
    )
    return Known(
        forecasts=workroom.forecast(gst, forecast) if forecast else None,
        baseline=workroom.twin(gst, baseline) if baseline else None,
        roster=workroom.roster(gst, rosters[0].run) if rosters else None,
        order=workroom.order(gst, orders[0].run) if orders else None,
    )


def _tiles(session: Session, seen: Overview) -> None:
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
        t("Emergency visits, next 7 days"),
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
    share = care.occupied / care.beds if care.beds else 0.0
    peak = None
    if care.peak is not None and care.peak_low is not None and care.peak_high is not None:
        peak = t(
            "Peak in 14 days: {peak} (80 %: {low} to {high})",
            peak=t.number(care.peak),
            low=t.number(care.peak_low),
            high=t.number(care.peak_high),
        )
    st.metric(
        t("Intensive care now"),
        t("{occupied} of {beds} beds", occupied=care.occupied, beds=care.beds)
        + (t.isolated(f" · {t.number(100 * share)} %") if care.beds else ""),
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
            "Medicines of a hospital that run out in 10 cases of 100 or more before the next "
            "delivery, if nothing is ordered today."
        ),
    )


def _drafts_tile(session: Session) -> None:
    t = session.t
    current = session.work.snapshot.snapshot
    drafts = [
        row
        for row in recommendations(session.work)
        if row.state is State.DRAFT and row.run.snapshot == current
    ]
    with st.container(border=True, height="stretch"):
        st.metric(
            t("Drafts that wait for a decision"),
            t.isolated(t.number(len(drafts))),
            help=t("Nothing is done before a named person accepts, modifies or rejects it."),
        )
        st.page_link(session.pages["decisions"], label=t("Open the drafts"), icon="➡️")


def _intensive_care(session: Session, known: Known) -> None:
    t, gst = session.t, session.work.gst
    st.subheader(t("Intensive care over the next 14 days"), anchor=False)
    units = [unit.unit for unit in gst.units if unit.kind is UnitKind.INTENSIVE_CARE]
    if known.baseline is None or not units:
        st.caption(t("The twin has not been run on this group yet."))
        return
    beds = sum(count for unit, count in gst.beds_by_unit().items() if unit in units)
    frame = occupancy_frame(known.baseline, units, gst.identity.as_of)
    summary = t(
        "Occupied intensive-care beds day by day: expected, with the interval of 8 cases in 10, "
        "against {beds} beds.",
        beds=beds,
    )
    st.caption(summary)
    st.altair_chart(occupancy(frame, beds, t), alt=summary)


def _alerts(session: Session, alerts: tuple[Alert, ...]) -> None:
    t = session.t
    st.subheader(t("Alerts"), anchor=False)
    if not alerts:
        st.caption(t("No alert from the newest results."))
    for alert in alerts:
        with st.container(border=True, gap="small"):
            st.markdown(f"{ICONS[alert.topic]} {t(alert.sentence)}")
            st.page_link(session.pages[PAGE_OF[alert.topic]], label=t("Act on it"))
