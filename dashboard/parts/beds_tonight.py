"""Tonight's beds: which wards may be full, with their intervals and the record of the forecast."""

from __future__ import annotations

import streamlit as st

from application.bed_summaries import BedRow, bed_rows
from application.jobs import works
from application.use_cases.beds_now import BedsNow
from application.use_cases.overview import unit_name
from application.use_cases.read_results import latest_beds_run
from dashboard import workroom
from dashboard.parts.empty import offer
from dashboard.parts.html_table import Cell, Column, show_table
from dashboard.session import Session
from hospital.base import DAYS_PER_WEEK
from hospital.errors import say

MOST_UNITS = 8
LIKELY = 0.25
"""A unit that is full with this probability or more is marked."""


def show_beds_tonight(session: Session) -> None:
    """The units most likely to be full tonight, or the button that forecasts them."""
    t = session.t
    st.subheader(t("Tonight's beds"), anchor=False)
    run = latest_beds_run(session.work)
    if run is None:
        offer(
            session,
            t("Tonight's beds were not forecast yet."),
            say("Forecast tonight's beds"),
            works.forecast_beds(),
        )
        return
    found = workroom.beds(session.work, run)
    _table(session, found)
    show_bed_record(session, found)
    st.page_link(session.pages["beds"], label=t("Every unit, night by night"))


def fullest(rows: tuple[BedRow, ...]) -> list[tuple[BedRow, BedRow]]:
    """Tonight and a week later (or the last day) of the units likeliest to be full tonight."""
    by_unit: dict[str, list[BedRow]] = {}
    for row in rows:
        by_unit.setdefault(row.unit, []).append(row)
    pairs = [(own[0], own[:DAYS_PER_WEEK][-1]) for own in by_unit.values()]
    pairs.sort(key=lambda pair: (-pair[0].full_probability, -pair[0].mean / max(pair[0].beds, 1)))
    return pairs[:MOST_UNITS]


def _table(session: Session, found: BedsNow) -> None:
    t, gst = session.t, session.work.gst
    columns = [
        Column(t("Unit")),
        Column(t("Beds"), is_figure=True),
        Column(t("Now"), is_figure=True),
        Column(t("Tonight, 8 cases in 10"), is_figure=True),
        Column(t("No bed free tonight"), is_figure=True),
        Column(t("In a week"), is_figure=True),
    ]
    show_table(
        t("Units most likely to be full at midnight"),
        columns,
        [
            [
                unit_name(session.work, gst.unit(row.unit)),
                t.number(row.beds),
                t.number(row.today),
                _interval(session, row),
                _chance(session, row),
                _chance(session, later),
            ]
            for row, later in fullest(bed_rows(found.forecast))
        ],
    )


def _interval(session: Session, row: BedRow) -> str:
    return session.t.isolated(f"{row.p50} ({row.p10}–{row.p90})")


def _chance(session: Session, row: BedRow) -> Cell:
    t = session.t
    shown = t.isolated(f"{t.number(100 * row.full_probability)} %")
    return Cell(shown, tone="bad" if row.full_probability >= LIKELY else "")


def show_bed_record(session: Session, found: BedsNow) -> None:
    """What the last days say of such forecasts."""
    t, record = session.t, found.record
    if record is None:
        st.caption(t("No past forecast can be scored: the stays are too few or too recent."))
        return
    st.caption(
        t(
            "Forecasts of the last {origins} days: mean error {crps} beds (CRPS), {persistence} if "
            "today's patients simply stayed; {inside} % inside the interval of 8 cases in 10.",
            origins=record.origins,
            crps=t.number(record.crps, 1),
            persistence=t.number(record.persistence, 1),
            inside=t.number(100 * record.coverage_80),
        )
    )
