"""What to buy at once, today or while a supplier delivers nothing, and what that avoids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from application.jobs import works
from application.use_cases.overview import medicine_name
from application.use_cases.stock_answers import (
    EMERGENCY,
    newest_answer,
    read_emergency,
)
from dashboard import workroom
from dashboard.parts.figures import show_figures
from dashboard.parts.html_table import Column, show_table
from dashboard.parts.job_panel import start_job
from dashboard.session import Session
from hospital.errors import say

if TYPE_CHECKING:
    from application.use_cases.stock_answers import EmergencyPlan

NOBODY = ""
USUAL_FAILED_DAYS, MOST_FAILED_DAYS = 60, 365
USUAL_DELIVERY, MOST_DELIVERY = 3, 60
USUAL_PRICE, MOST_PRICE = 50, 1900
PERCENT = 100


def show_emergency(session: Session, order: str) -> None:
    """The question, then what would be lost and what to buy."""
    _ask(session, order)
    run = newest_answer(session.work, EMERGENCY, order)
    if run is not None:
        _show(session, workroom.kept(session.work, run.run, read_emergency))


def _ask(session: Session, order: str) -> None:
    t = session.t
    names = {NOBODY: t("None: every supplier delivers")}
    names |= {row.supplier: row.name for row in session.work.gst.suppliers}
    with st.form("ask-emergency", border=False):
        supplier = st.selectbox(
            t("Supplier that delivers nothing"),
            list(names),
            format_func=names.__getitem__,
            key="failed-supplier",
        )
        left, right, last = st.columns(3)
        failed = left.number_input(
            t("Days for which it delivers nothing"),
            0,
            MOST_FAILED_DAYS,
            USUAL_FAILED_DAYS,
            key="failed-days",
        )
        days = right.number_input(
            t("Days that an emergency order takes"),
            0,
            MOST_DELIVERY,
            USUAL_DELIVERY,
            key="emergency-days",
        )
        dearer = last.number_input(
            t("Emergency price above the usual one [%]"),
            0,
            MOST_PRICE,
            USUAL_PRICE,
            key="emergency-price",
        )
        sent = st.form_submit_button(
            t("Look for emergency purchases"), disabled=session.job is not None
        )
    if sent:
        terms: dict[str, str | int | float] = {
            "failed_supplier": supplier,
            "failed_days": int(failed),
            "delivery_days": int(days),
            "price_factor": 1 + dearer / PERCENT,
        }
        start_job(session, say("Looking for emergency purchases"), works.emergency(order, terms))


def _show(session: Session, plan: EmergencyPlan) -> None:
    t = session.t
    if not plan.lines:
        st.info(t("Nothing is expected to be lost before an ordinary delivery."))
        return
    figures = (
        (t("The shortage weighs [MAD]"), t.number(plan.lost_mad), t("if nothing is bought")),
        (
            t("Emergency purchases [MAD]"),
            t.number(plan.cost_mad),
            t("they avoid {avoided} MAD of it", avoided=t.number(plan.avoided_mad)),
        ),
    )
    show_figures(t, figures)
    amounts = (t("Units lost"), t("Buy at once [units]"), t("Cost [MAD]"), t("Avoided [MAD]"))
    show_table(
        t("Lost before any ordinary delivery"),
        [
            Column(t("Medicine")),
            Column(t("Hospital")),
            *(Column(head, is_figure=True) for head in amounts),
        ],
        [
            [
                medicine_name(session.work, line.medicine),
                line.hospital,
                t.number(line.lost_units),
                t.number(line.units),
                t.number(line.cost_mad),
                t.number(line.avoided_mad),
            ]
            for line in plan.lines
        ],
    )
    st.caption(
        t(
            "Price and days of emergency orders, and {mad} MAD for each, are hypotheses to confirm "
            "with the pharmacy.",
            mad=t.number(plan.order_mad),
        )
    )
