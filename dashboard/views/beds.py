"""Beds today: who is where now, and how full is each unit from tonight to two weeks on?"""

from __future__ import annotations

import streamlit as st

from application.bed_summaries import BedRow, bed_rows
from application.jobs import works
from application.use_cases.beds_now import BedsNow
from application.use_cases.read_results import latest_beds_run
from dashboard import workroom
from dashboard.charts.beds import HIGH, LOW, MEDIAN, beds, counts_frame, interval_frame
from dashboard.parts.address import choice_of_address
from dashboard.parts.beds_tonight import LIKELY, show_bed_record
from dashboard.parts.chart import show_chart
from dashboard.parts.empty import offer
from dashboard.parts.head import show_head, show_run
from dashboard.parts.html_table import Cell, Column, show_table
from dashboard.session import Session
from hospital.base import DAYS_PER_WEEK
from hospital.errors import say

EVERY_UNIT = "all"


def draw(session: Session) -> None:
    """Choose a hospital and a unit; the board of its units, then the days to come."""
    t = session.t
    show_head(
        session,
        t("Beds today"),
        t("Who is where now, and how full is each unit from tonight to two weeks on?"),
    )
    run = latest_beds_run(session.work)
    if run is None:
        missing, button = t("Beds were not forecast yet."), say("Forecast tonight's beds")
        offer(session, missing, button, works.forecast_beds())
        return
    found = workroom.beds(session.work, run)
    hospital = _hospital(session, found)
    gst = session.work.gst
    units = tuple(one for one in found.forecast.units if gst.unit(one).hospital == hospital)
    with st.container(border=True):
        st.subheader(t("The board"), anchor=False)
        rows = workroom.worked_out(run, "bed rows", lambda: bed_rows(found.forecast))
        _board(session, tuple(row for row in rows if row.unit in units))
    with st.container(border=True):
        st.subheader(t("From tonight on"), anchor=False)
        _days(session, found, units)
    show_bed_record(session, found)
    show_run(t, run)


def _hospital(session: Session, found: BedsNow) -> str:
    gst = session.work.gst
    with_units = {gst.unit(unit).hospital for unit in found.forecast.units}
    names = {row.hospital: row.name for row in gst.hospitals if row.hospital in with_units}
    return choice_of_address("hospital", session.t("Hospital"), names)


def _board(session: Session, rows: tuple[BedRow, ...]) -> None:
    t, gst = session.t, session.work.gst
    by_unit: dict[str, list[BedRow]] = {}
    for row in rows:
        by_unit.setdefault(row.unit, []).append(row)
    titles = (
        t("Beds"),
        t("Now"),
        t("Free now"),
        t("Tonight, 8 cases in 10"),
        t("No bed free tonight"),
        t("In a week"),
    )
    show_table(
        t("Every unit: patients now and expected"),
        [Column(t("Unit")), *(Column(title, is_figure=True) for title in titles)],
        [
            [
                gst.unit(unit).name,
                t.number(days[0].beds),
                t.number(days[0].today),
                t.number(days[0].beds - days[0].today),
                t.isolated(f"{days[0].p50} ({days[0].p10}–{days[0].p90})"),
                _chance(session, days[0]),
                _chance(session, days[:DAYS_PER_WEEK][-1]),
            ]
            for unit, days in by_unit.items()
        ],
    )


def _chance(session: Session, row: BedRow) -> Cell:
    t = session.t
    shown = t.isolated(f"{t.number(100 * row.full_probability)} %")
    return Cell(shown, tone="bad" if row.full_probability >= LIKELY else "")


def _days(session: Session, found: BedsNow, units: tuple[str, ...]) -> None:
    t, gst = session.t, session.work.gst
    names = {EVERY_UNIT: t("All units of the hospital together")}
    names |= {unit: gst.unit(unit).name for unit in units}
    unit = choice_of_address("unit", t("Unit"), names)
    chosen = units if unit == EVERY_UNIT else (unit,)
    index = [found.forecast.units.index(one) for one in chosen]
    limit = int(found.forecast.beds[index].sum())
    interval = interval_frame(found.forecast, chosen)
    first, last = interval.iloc[0], interval.iloc[-1]
    summary = t(
        "{unit}: {beds} beds; tonight {median} patients, 8 times in 10 {low} to {high}; on {day} "
        "{last_median}, {last_low} to {last_high}.",
        unit=names[unit],
        beds=limit,
        median=int(first[MEDIAN]),
        low=int(first[LOW]),
        high=int(first[HIGH]),
        day=t.day(found.forecast.days[-1]),
        last_median=int(last[MEDIAN]),
        last_low=int(last[LOW]),
        last_high=int(last[HIGH]),
    )
    st.caption(summary)
    show_chart(session, beds, counts_frame(found.forecast, chosen), interval, limit, alt=summary)
    st.caption(
        t("Darker is likelier; points are medians, lines 8 cases in 10, the dashed line the beds.")
    )
