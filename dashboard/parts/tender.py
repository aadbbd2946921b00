"""What to tender for a year, and what more or less service would cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from application.jobs import works
from application.use_cases.overview import medicine_name
from application.use_cases.stock_answers import TENDER, newest_answer, read_tender
from dashboard import workroom
from dashboard.parts.html_table import Column, show_table
from dashboard.parts.job_panel import start_job
from dashboard.session import Session
from hospital.errors import say

if TYPE_CHECKING:
    from application.use_cases.stock_answers import Tender

LOWEST, HIGHEST, USUAL = 80, 99, 95
MOST_DELIVERIES, USUAL_DELIVERIES = 52, 4
PERCENT = 100


def show_tender(session: Session, order: str) -> None:
    """The question, then the budget against the service and the quantities."""
    _ask(session, order)
    run = newest_answer(session.work, TENDER, order)
    if run is not None:
        found = workroom.kept(session.work, run.run, read_tender)
        _show_frontier(session, found)
        _show_lines(session, found)


def _ask(session: Session, order: str) -> None:
    t = session.t
    with st.form("ask-tender", border=False):
        left, right = st.columns(2)
        percent = left.slider(
            t("Probability that the year is covered [%]"),
            LOWEST,
            HIGHEST,
            USUAL,
            key="tender-service",
        )
        deliveries = right.number_input(
            t("Deliveries in the year"),
            1,
            MOST_DELIVERIES,
            USUAL_DELIVERIES,
            key="tender-deliveries",
        )
        sent = st.form_submit_button(t("Prepare the tender"), disabled=session.job is not None)
    if sent:
        asked = works.tender(order, percent / PERCENT, int(deliveries))
        start_job(session, say("Preparing the tender"), asked)


def _show_frontier(session: Session, found: Tender) -> None:
    t = session.t
    heads = (t("Cost [MAD]"), t("Shortage left [MAD]"), t("May expire [MAD]"))
    show_table(
        t("Budget against service"),
        [Column(t("Year covered with")), *(Column(head, is_figure=True) for head in heads)],
        [
            [
                t.isolated(f"{t.number(PERCENT * point.service)} %"),
                t.number(point.cost_mad),
                t.number(point.shortage_mad),
                t.number(point.expiring_mad),
            ]
            for point in found.frontier
        ],
    )
    st.caption(
        t(
            "{lines} medicines, {cost} MAD; not proposed for lack of data: {refused}.",
            lines=len(found.lines),
            cost=t.number(found.cost_mad),
            refused=len(found.refusals),
        )
    )


def _show_lines(session: Session, found: Tender) -> None:
    t = session.t
    heads = (
        t("Use of a year, 8 cases in 10"),
        t("In stock and on order"),
        t("Packs"),
        t("Units"),
        t("Cost [MAD]"),
        t("May expire [MAD]"),
    )
    with st.expander(t("The tender, {count} medicines", count=len(found.lines))):
        show_table(
            t("What to tender, the dearest first"),
            [Column(t("Medicine")), *(Column(head, is_figure=True) for head in heads)],
            [
                [
                    medicine_name(session.work, line.medicine),
                    _interval(session, line.demand_units, line.low_units, line.high_units),
                    t.number(line.held_units),
                    t.number(line.packs),
                    t.number(line.units),
                    t.number(line.cost_mad),
                    t.number(line.expiring_mad),
                ]
                for line in found.lines
            ],
        )


def _interval(session: Session, mean: float, low: float, high: float) -> str:
    t = session.t
    return t.isolated(f"{t.number(mean)} ({t.number(low)}–{t.number(high)})")
