"""Which lots to move between hospitals, what each move saves, and the decision on them."""

from __future__ import annotations

import streamlit as st

from application.jobs import works
from application.terms import RecommendationKind
from application.use_cases.decide import find_recommendation
from application.use_cases.overview import medicine_name
from application.use_cases.read_results import runs_of
from dashboard import workroom
from dashboard.parts.address import linked_run
from dashboard.parts.decision_form import show_decision
from dashboard.parts.figures import show_figures
from dashboard.parts.head import show_run
from dashboard.parts.html_table import Column, show_table
from dashboard.parts.job_panel import start_job
from dashboard.session import Session
from hospital.errors import say
from hospital.pharmacy import Storage
from hospital.stock_plan import TransferLine, TransferPlan

USUAL_DAYS, MOST_DAYS = 2, 60


def show_transfers(session: Session, order: str) -> None:
    """The question, then the moves of the address or the newest, and the decision on them."""
    _ask(session, order)
    runs = runs_of(session.work, RecommendationKind.STOCK_TRANSFERS)
    if not runs:
        return
    run = (linked_run(runs) or runs[0]).run
    decisions = find_recommendation(session.work, run).decisions
    _show(session, workroom.transfers_as_decided(session.work, run, len(decisions)))
    show_run(session.t, run)
    show_decision(session, run, "transfers-")


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
        asked = works.transfers(order, int(days), tuple(sorted(approved)))
        start_job(session, say("Looking for transfers"), asked)


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
    _guarded(session, plan)


def _guarded(session: Session, plan: TransferPlan) -> None:
    """Whoever accepts reads what they let travel."""
    guarded = sorted({line.medicine for line in plan.lines if line.needs_approval})
    if guarded:
        st.warning(
            session.t(
                "Controlled or cold: whoever accepts approves that they travel: {medicines}.",
                medicines=", ".join(medicine_name(session.work, code) for code in guarded),
            )
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
