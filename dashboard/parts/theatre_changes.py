"""What a scheduler does with a theatre plan: plans the day again, asks why, sees its time."""

from __future__ import annotations

from functools import partial

import streamlit as st

from application.theatre_words import (
    LEFT_OUT,
    explained,
    group_name,
    indicator_lines,
    relaxation,
    specialty_name,
)
from application.use_cases.read_theatre import equity_of, indicators_of, offers_of
from dashboard import workroom
from dashboard.parts.html_table import Column, show_table
from dashboard.parts.theatre_today import ask_todays_news
from dashboard.session import Session
from hospital.theatre_plan import TheatrePlan


def show_theatre_changes(session: Session, run: str, plan: TheatrePlan) -> None:
    """The day planned again, why a patient waits, the time used, and who is passed over."""
    t = session.t
    titles = (
        t("Change today"),
        t("Why this patient waits"),
        t("Time of the suite"),
        t("Who is passed over"),
    )
    today, why, used, passed = st.tabs(list(titles))
    with today:
        ask_todays_news(session, run, plan)
    with why:
        _ask_why(session, run, plan)
    with used:
        _show_time(session, run)
    with passed:
        _show_equity(session, run)


def _ask_why(session: Session, run: str, plan: TheatrePlan) -> None:
    t = session.t
    waiting = [row.patient for row in plan.unplanned]
    planned = [row.patient for row in plan.cases]
    patient = st.selectbox(t("Patient"), [*waiting, *planned], key="why-patient")
    reasons = workroom.worked_out(run, f"why {patient}", partial(explained, plan, patient))
    for reason in reasons or ():
        st.markdown(f"- {t(reason)}")
    rows = [[row.patient, t(LEFT_OUT[row.reason]), t(relaxation(row))] for row in plan.unplanned]
    if rows:
        with st.expander(t("Everybody who waits")):
            columns = [Column(t("Patient")), Column(t("Why")), Column(t("Smallest change"))]
            show_table(t("Who has to wait, and what would place them"), columns, rows)


def _show_time(session: Session, run: str) -> None:
    t, work = session.t, session.work
    used = workroom.worked_out(run, "indicators", partial(indicators_of, work, run))
    rows = [[t(name), t.number(value, places)] for name, value, places in indicator_lines(used)]
    columns = [Column(t("Indicator")), Column(t("Value"), is_figure=True)]
    show_table(t("What the week makes of its time"), columns, rows)
    found = workroom.worked_out(run, "offers", partial(offers_of, work, run))
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
                specialty_name(t, row.specialty) or "–",
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
                group_name(t, row),
                t.number(row.waiting),
                t.number(row.planned),
                f"{t.number(row.ratio, 2)} ({t.number(row.low, 2)}–{t.number(row.high, 2)})"
                + (" ⚠" if row.is_uneven else ""),
                t.number(row.overdue),
            ]
            for row in workroom.worked_out(run, "equity", partial(equity_of, session.work, run))
        ],
    )
    st.caption(
        t(
            "1 is even; ⚠ where the 95 % interval leaves 1 out. Groups of fewer than five are "
            "not shown."
        )
    )
