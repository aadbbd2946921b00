"""Overview: what needs me today?"""

from __future__ import annotations

from functools import partial

import streamlit as st

from application.jobs import works
from application.terms import RecommendationKind
from application.use_cases.overview import Alert, Known, Topic, WeekOfVisits, overview
from application.use_cases.read_results import (
    latest_baseline_run,
    latest_forecast_run,
    runs_of,
)
from dashboard import workroom
from dashboard.charts.band import band, band_frame, occupancy_frame
from dashboard.parts.beds_tonight import show_beds_tonight
from dashboard.parts.chart import show_chart
from dashboard.parts.empty import offer
from dashboard.parts.head import show_head
from dashboard.parts.overview_tiles import show_tiles
from dashboard.parts.tour import show_tour
from dashboard.session import Session
from hospital.errors import say
from hospital.places import UnitKind

PAGE_OF = {Topic.BEDS: "comparison", Topic.PHARMACY: "pharmacy", Topic.ROSTER: "roster"}
ICONS = {
    Topic.BEDS: ":material/bed:",
    Topic.PHARMACY: ":material/medication:",
    Topic.ROSTER: ":material/groups:",
}


def draw(session: Session) -> None:
    """The head, four tiles, the alerts, tonight's beds and the next two weeks."""
    t = session.t
    show_head(session, t("Overview"), t("What needs me today?"))
    show_tour(session)
    runs = _newest(session)
    known = _known(session, runs)
    if known.forecasts is None:
        offer(
            session,
            t("Nothing was computed for this group yet."),
            say("Forecast, simulate and plan the next weeks"),
            works.plan_everything(),
        )
    about = " ".join([session.work.snapshot.snapshot, *filter(None, runs)])
    seen = workroom.worked_out(about, "overview", partial(overview, session.work, known))
    show_tiles(session, seen)
    left, right = st.columns([3, 2], gap="large")
    with left:
        show_beds_tonight(session)
        _intensive_care(session, known, runs[1] or "")
        _visits(session, seen.visits)
    with right:
        _alerts(session, seen.alerts)


Newest = tuple[str | None, str | None, str | None, str | None]
"""The runs of the forecast, the twin, the roster and the order that count today."""


def _newest(session: Session) -> Newest:
    gst = session.work
    rosters, orders = (
        runs_of(gst, kind) for kind in (RecommendationKind.ROSTER, RecommendationKind.STOCK_ORDER)
    )
    return (
        latest_forecast_run(gst),
        latest_baseline_run(gst),
        rosters[0].run if rosters else None,
        orders[0].run if orders else None,
    )


def _known(session: Session, runs: Newest) -> Known:
    gst = session.work
    forecast, baseline, roster, order = runs
    return Known(
        forecasts=workroom.forecast(gst, forecast) if forecast else None,
        baseline=workroom.twin(gst, baseline) if baseline else None,
        roster=workroom.roster(gst, roster) if roster else None,
        order=workroom.order(gst, order) if order else None,
    )


def _intensive_care(session: Session, known: Known, run: str) -> None:
    t, gst = session.t, session.work.gst
    st.subheader(t("Intensive care over the next 14 days"), anchor=False)
    units = [unit.unit for unit in gst.units if unit.kind is UnitKind.INTENSIVE_CARE]
    if known.baseline is None or not units:
        st.caption(t("The twin has not been run on this group yet."))
        return
    beds = sum(count for unit, count in gst.beds_by_unit().items() if unit in units)
    frame = workroom.worked_out(
        run,
        "intensive care",
        partial(occupancy_frame, known.baseline, units, gst.identity.as_of),
    )
    summary = t(
        "Occupied intensive-care beds day by day: expected, with the interval of 8 cases in 10, "
        "against {beds} beds.",
        beds=beds,
    )
    st.caption(summary)
    show_chart(session, band, frame, t("Occupied beds"), beds, alt=summary)


def _visits(session: Session, visits: WeekOfVisits | None) -> None:
    t = session.t
    if visits is None:
        return
    st.subheader(t("Emergency visits over the next 14 days"), anchor=False)
    summary = t("All hospitals together, day by day: expected, with the interval of 8 cases in 10.")
    st.caption(summary)
    as_of = session.work.gst.identity.as_of
    frame = band_frame(as_of, visits.daily, visits.daily_low, visits.daily_high)
    show_chart(session, band, frame, t("Visits per day"), None, alt=summary)


def _alerts(session: Session, alerts: tuple[Alert, ...]) -> None:
    t = session.t
    st.subheader(t("Alerts"), anchor=False)
    if not alerts:
        st.caption(t("No alert from the newest results."))
    for alert in alerts:
        with st.container(border=True, gap="small"):
            st.markdown(f"{ICONS[alert.topic]} {t(alert.sentence)}")
            st.page_link(session.pages[PAGE_OF[alert.topic]], label=t("Act on it"))
