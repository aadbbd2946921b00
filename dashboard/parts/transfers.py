"""Which lots to move between hospitals, and what each move saves."""

from __future__ import annotations

import streamlit as st

from application.jobs import Work
from application.use_cases.overview import medicine_name
from application.use_cases.session import Session as GstSession
from application.use_cases.stock_answers import (
    TRANSFERS,
    find_transfers,
    newest_answer,
    read_transfers,
)
from dashboard import workroom
from dashboard.parts.figures import show_figures
from dashboard.parts.html_table import Column, show_table
from dashboard.parts.job_panel import start_job
from dashboard.session import Session
from hospital.errors import say
from hospital.pharmacy import Storage
from hospital.stock_plan import TransferLine, TransferPlan

USUAL_DAYS, MOST_DAYS = 2, 60


def show_transfers(session: Session, order: str) -> None:
    """The question, then the moves that save more than they cost."""
    _ask(session, order)
    run = newest_answer(session.work, TRANSFERS, order)
    if run is not None:
        _show(session, workroom.kept(session.work, run.run, read_transfers))


def _ask(session: Session, order: str) -> None:
    t = session.t
    guarded = {
        row.medicine: f"{row.inn} {row.strength}"
        for row in session.work.gst.medicines
        if row.controlled or row.storage is Storage.COLD
    }
    with st.form("ask-transfers", border=False):
        days = st.number_input(
            t("Days that a transfer takes"), 0, MOST_DAYS, USUAL_DAYS, key="transfer-days"
        )
        approved = st.multiselect(
            t("Controlled or cold medicines that may travel"),
            list(guarded),
            format_func=guarded.__getitem__,
            key="transfer-approved",
            placeholder=t("None: they stay where they are"),
        )
        sent = st.form_submit_button(t("Look for transfers"), disabled=session.job is not None)
    if sent:
        work = _looking(order, int(days), tuple(sorted(approved)))
        start_job(session, say("Looking for transfers"), work)


def _looking(order: str, days: int, approved: tuple[str, ...]) -> Work:
    def work(gst: GstSession) -> str:
        find_transfers(gst, order, days, approved)
        return order

    return work


def _show(session: Session, plan: TransferPlan) -> None:
    t = session.t
    if not plan.lines:
        st.info(t("No transfer saves more than it costs."))
        return
    figures = (
        (
            t("Saved by transfers [MAD]"),
            t.number(plan.saved_mad),
            t("after transport and packing of {cost} MAD", cost=t.number(plan.cost_mad)),
        ),
        (
            t("Lots to move"),
            t.number(len(plan.lines)),
            t("in {count} journeys", count=len(plan.trips)),
        ),
    )
    show_figures(t, figures)
    heads = (t("Medicine"), t("From"), t("To"), t("Lot"), t("Expires on"))
    amounts = (t("Units"), t("Expiry saved [MAD]"), t("Shortage avoided [MAD]"))
    show_table(
        t("Transfers that save more than they cost"),
        [*(Column(head) for head in heads), *(Column(head, is_figure=True) for head in amounts)],
        [_row(session, line) for line in plan.lines],
    )


def _row(session: Session, line: TransferLine) -> list[str]:
    t = session.t
    return [
        medicine_name(session.work, line.medicine),
        line.origin,
        line.destination,
        line.lot,
        t.day(line.expiry_date),
        t.number(line.units),
        t.number(line.expiry_saved_mad),
        t.number(line.shortage_avoided_mad),
    ]
