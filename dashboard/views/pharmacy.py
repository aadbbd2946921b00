"""Pharmacy: what runs out, what to order today, and why that quantity?"""

from __future__ import annotations

import streamlit as st

from application.jobs import works
from application.terms import RecommendationKind
from application.use_cases.decide import find_recommendation
from application.use_cases.overview import RISK, medicine_name, medicines_at_risk
from application.use_cases.read_results import runs_of
from dashboard import workroom
from dashboard.charts.risk import risk, risk_frame
from dashboard.parts.address import linked_run
from dashboard.parts.chart import show_chart
from dashboard.parts.decision_form import show_decision
from dashboard.parts.empty import offer
from dashboard.parts.figures import show_figures
from dashboard.parts.head import show_head, show_run
from dashboard.parts.html_table import Cell, Column, show_table
from dashboard.parts.order_files import show_order_files
from dashboard.parts.order_terms import line_name, show_terms
from dashboard.parts.stock_desk import show_desk
from dashboard.session import Session
from hospital.errors import say
from hospital.pharmacy import VenClass
from hospital.stock_plan import OrderLine, StockPlan

MOST_RISKS = 15


def draw(session: Session) -> None:
    """The newest order: risks, lines, files, every term, what else helps, and the decision."""
    t = session.t
    show_head(
        session, t("Pharmacy"), t("What runs out, what to order today, and why that quantity?")
    )
    runs = runs_of(session.work, RecommendationKind.STOCK_ORDER)
    if not runs:
        offer(session, t("No order was proposed yet."), say("Propose an order"), works.order())
        return
    run = (linked_run(runs) or runs[0]).run
    decisions = find_recommendation(session.work, run).decisions
    plan = workroom.order_as_decided(session.work, run, len(decisions))
    _facts(session, plan)
    _risks(session, plan)
    _folded_lines(session, plan)
    show_order_files(session, run)
    show_terms(session, plan)
    show_desk(session, run)
    show_run(t, run)
    show_decision(session, run)


def _facts(session: Session, plan: StockPlan) -> None:
    t = session.t
    vital = {row.medicine for row in session.work.gst.medicines if row.ven is VenClass.VITAL}
    lines = [*plan.lines, *plan.unordered]
    before = [line for line in lines if line.stockout_probability_before >= RISK]
    arrival = medicines_at_risk(plan)
    figures = (
        (
            t("Cost of the order [MAD]"),
            t.number(plan.cost_mad),
            t("of a budget of {budget}", budget=t.number(plan.budget_mad)),
        ),
        (
            t("Lines of the order"),
            t.number(len(plan.lines)),
            t("{count} needs got nothing", count=len(plan.unordered)),
        ),
        (
            t("At risk if nothing is ordered"),
            t.number(len(before)),
            t("{count} of them vital", count=sum(line.medicine in vital for line in before)),
        ),
        (
            t("At risk before any order arrives"),
            t.number(len(arrival)),
            t("{count} of them vital", count=sum(line.medicine in vital for line in arrival)),
        ),
    )
    show_figures(t, figures)


def riskiest(plan: StockPlan) -> list[OrderLine]:
    """The needs with most risk if nothing is ordered, those that no order saves first."""
    lines = [*plan.lines, *plan.unordered]
    risky = [line for line in lines if line.stockout_probability_before >= RISK]
    risky.sort(key=lambda r: (-r.stockout_probability_after, -r.stockout_probability_before))
    return risky[:MOST_RISKS]


def _risks(session: Session, plan: StockPlan) -> None:
    t = session.t
    lines = riskiest(plan)
    with st.container(border=True):
        st.subheader(t("What runs out"), anchor=False)
        if not lines:
            st.caption(t("No medicine runs out in 10 cases of 100 or more."))
            return
        summary = t(
            "Risk of running out until the next review, without and with this order; the {count} "
            "worst. Where the order changes little, the shelf empties before it can arrive: "
            "only a transfer or an emergency purchase helps.",
            count=len(lines),
        )
        st.caption(summary)
        names = [line_name(session, line) for line in lines]
        show_chart(session, risk, risk_frame(lines, names), alt=summary)


def _folded_lines(session: Session, plan: StockPlan) -> None:
    """A hundred lines and more are drawn for whoever opens them."""
    title = session.t("The order, {count} lines", count=len(plan.lines))
    with st.expander(title, key="order-lines", on_change="rerun") as folded:
        if folded.open:
            _lines(session, plan)


def _lines(session: Session, plan: StockPlan) -> None:
    t = session.t
    suppliers = {row.supplier: row.name for row in session.work.gst.suppliers}
    columns = [
        Column(t("Medicine")),
        Column(t("Hospital")),
        Column(t("Supplier")),
        Column(t("Packs"), is_figure=True),
        Column(t("Units"), is_figure=True),
        Column(t("Cost [MAD]"), is_figure=True),
        Column(t("Risk before"), is_figure=True),
        Column(t("Risk after"), is_figure=True),
    ]
    rows: list[list[str | Cell]] = [
        [
            medicine_name(session.work, line.medicine),
            line.hospital,
            suppliers.get(line.supplier, line.supplier),
            t.number(line.packs),
            t.number(line.units),
            t.number(line.cost_mad),
            f"{t.number(100 * line.stockout_probability_before)} %",
            Cell(f"{t.number(100 * line.stockout_probability_after)} %", "good"),
        ]
        for line in plan.lines
    ]
    show_table(t("The order, line by line"), columns, rows)
