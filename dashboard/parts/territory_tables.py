"""The territory in figures: hospitals, transfers between them, provinces side by side."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from application.use_cases.read_results import latest_baseline_run
from application.use_cases.territory import (
    WATCHED_DAYS,
    HospitalNow,
    Territory,
    boarding_by_province,
)
from dashboard import workroom
from dashboard.parts.html_table import Cell, Column, show_table
from dashboard.session import Session

FULL_PERCENT = 95
NOTHING = "–"


def show_hospitals(session: Session, hospitals: Sequence[HospitalNow]) -> None:
    """Beds, patients and transfers of each hospital."""
    t = session.t
    titles = (t("Beds"), t("Patients now"), t("Beds taken [%]"), t("Sent on"), t("Taken over"))
    show_table(
        t("Hospitals today"),
        [
            Column(t("Hospital")),
            Column(t("Province")),
            *(Column(title, is_figure=True) for title in titles),
        ],
        [
            [
                one.hospital.name,
                one.hospital.province,
                t.number(one.beds),
                t.number(one.present),
                Cell(
                    t.number(one.occupancy_percent),
                    "bad" if one.occupancy_percent >= FULL_PERCENT else "",
                ),
                t.number(one.sent),
                t.number(one.received),
            ]
            for one in hospitals
        ],
    )


def show_flows(session: Session, found: Territory) -> None:
    """Who was sent where, most first, and how far that is."""
    t = session.t
    if not found.flows:
        st.caption(t("Nobody was sent to another hospital in {days} days.", days=WATCHED_DAYS))
        return
    names = {one.hospital.hospital: one.hospital.name for one in found.hospitals}
    roads = {frozenset((road.origin, road.destination)): road for road in found.roads}
    titles = (t("Patients sent"), t("Distance [km]"), t("Travel [min]"))
    rows = []
    for flow in sorted(found.flows, key=lambda one: -one.patients):
        road = roads.get(frozenset((flow.origin, flow.destination)))
        far = (
            (NOTHING, NOTHING)
            if road is None
            else (t.number(road.distance_km), t.number(road.travel_minutes))
        )
        rows.append([names[flow.origin], names[flow.destination], t.number(flow.patients), *far])
    show_table(
        t("Patients sent from one hospital to another in {days} days", days=WATCHED_DAYS),
        [Column(t("From")), Column(t("To")), *(Column(title, is_figure=True) for title in titles)],
        rows,
    )


def show_provinces(session: Session, found: Territory) -> None:
    """Beds and use of each province, and how long its residents wait for a bed."""
    t = session.t
    baseline = latest_baseline_run(session.work)
    waits = boarding_by_province(workroom.twin(session.work, baseline)) if baseline else {}
    titles = (
        t("Inhabitants served"),
        t("Beds per 10,000"),
        t("Stays per 1,000 in {days} days", days=WATCHED_DAYS),
        t("Treated in another province [%]"),
        t("Wait for a bed, by the twin [h]"),
    )
    rows = []
    for one in found.provinces:
        wait = waits.get(one.province)
        figures = one.beds_per_10_000, one.stays_per_1_000, one.elsewhere_percent
        rows.append(
            [
                one.province,
                t.number(one.population),
                *(t.number(value, 1) for value in figures),
                NOTHING if wait is None else t.number(wait, 2),
            ]
        )
    columns = [Column(t("Province")), *(Column(title, is_figure=True) for title in titles)]
    show_table(t("What each province has and gets"), columns, rows)
    st.caption(
        t("Inhabitants are those that the hospitals of the province serve; stays are of residents.")
    )
