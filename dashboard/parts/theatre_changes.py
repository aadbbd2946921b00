"""What a scheduler does with a theatre plan: plans the day again, asks why, sees its time."""

from __future__ import annotations

from datetime import date, datetime, time

import streamlit as st

from application.jobs import works
from application.theatre_words import LEFT_OUT, TRAITS, explained, indicator_lines, relaxation
from application.use_cases.change_theatre import TodaysNews
from application.use_cases.read_theatre import equity_of, indicators_of, offers_of
from dashboard.parts.html_table import Column, show_table
from dashboard.parts.job_panel import start_job
from dashboard.session import Session
from hospital.errors import say
from hospital.theatre_plan import TheatrePlan

MORNING = time(8)


def show_theatre_changes(session: Session, run: str, plan: TheatrePlan) -> None:
    """The day planned again, why a patient waits, the time used, and who is passed over."""
    t = session.t
    titles = (
        t("A surgeon is missing"),
        t("Why this patient waits"),
        t("Time of the suite"),
        t("Who is passed over"),
    )
    today, why, used, passed = st.tabs(list(titles))
    with today:
        _ask_absence(session, run, plan)
    with why:
        _ask_why(session, plan)
    with used:
        _show_time(session, run)
    with passed:
        _show_equity(session, run)


def _ask_absence(session: Session, run: str, plan: TheatrePlan) -> None:
    t, days = session.t, plan.problem.calendar()
    names = {row.surgeon: row.name for row in plan.problem.surgeons}
    with st.form(f"missing-{run}", border=False):
        absent = st.multiselect(
            t("Who is missing"),
            list(names),
            format_func=names.__getitem__,
            key="missing-surgeons",
            placeholder=t("Choose people"),
        )
        day_column, hour_column = st.columns(2)
        day = day_column.date_input(
            t("Day"), days[0], min_value=days[0], max_value=days[-1], key="missing-day"
        )
        hour = hour_column.time_input(t("From this hour on"), MORNING, key="missing-hour")
        sent = st.form_submit_button(t("Plan the day again"), type="primary")
    if sent and absent and isinstance(day, date):
        news = TodaysNews(datetime.combine(day, hour), absent=tuple(absent))
        start_job(session, say("Planning the day again"), works.theatre_day(run, news))
    st.caption(
        t(
            "What has begun stays, and as little as possible changes. An emergency is entered "
            "with tadbir theatre replan."
        )
    )


def _ask_why(session: Session, plan: TheatrePlan) -> None:
    t = session.t
    waiting = [row.patient for row in plan.unplanned]
    planned = [row.patient for row in plan.cases]
    patient = st.selectbox(t("Patient"), [*waiting, *planned], key="why-patient")
    for reason in explained(plan, patient) or ():
        st.markdown(f"- {t(reason)}")
    rows = [[row.patient, t(LEFT_OUT[row.reason]), t(relaxation(row))] for row in plan.unplanned]
    if rows:
        with st.expander(t("Everybody who waits")):
            columns = [Column(t("Patient")), Column(t("Why")), Column(t("Smallest change"))]
            show_table(t("Who has to wait, and what would place them"), columns, rows)


def _show_time(session: Session, run: str) -> None:
    t = session.t
    rows = [
        [t(name), t.number(value, places)]
        for name, value, places in indicator_lines(indicators_of(session.work, run))
    ]
    columns = [Column(t("Indicator")), Column(t("Value"), is_figure=True)]
    show_table(t("What the week makes of its time"), columns, rows)
    found = offers_of(session.work, run)
    if not found:
        st.caption(t("No session has an hour to give."))
        return
    heads = (t("Session"), t("Day"), t("Room"), t("Unused [min]"), t("Could go to"), t("Patients"))
    show_table(
        t("Unused time to give back or to offer"),
        [Column(head) for head in heads],
        [
            [
                row.session,
                t.day(row.day),
                row.room,
                t.number(row.unused_minutes),
                row.specialty or "–",
                t.number(len(row.patients)),
            ]
            for row in found
        ],
    )


def _show_equity(session: Session, run: str) -> None:
    t = session.t
    heads = (t("Group"), t("Waiting"), t("Planned"), t("Planned over expected"), t("Overdue"))
    show_table(
        t("Who is planned, of patients of the same priority and specialty"),
        [Column(heads[0]), *(Column(head, is_figure=True) for head in heads[1:])],
        [
            [
                f"{t(TRAITS[row.trait])}: {row.group}",
                t.number(row.waiting),
                t.number(row.planned),
                f"{t.number(row.ratio, 2)} ({t.number(row.low, 2)}–{t.number(row.high, 2)})"
                + (" ⚠" if row.is_uneven else ""),
                t.number(row.overdue),
            ]
            for row in equity_of(session.work, run)
        ],
    )
    st.caption(
        t(
            "1 is even; ⚠ where the 95 % interval leaves 1 out. Groups of fewer than five are "
            "not shown."
        )
    )
