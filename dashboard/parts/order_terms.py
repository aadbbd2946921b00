"""Why a quantity is what it is: the terms of a line of the order, that add up to it."""

from __future__ import annotations

import streamlit as st

from application.language import Translator
from application.use_cases.overview import medicine_name
from application.words import TERMS
from dashboard.parts.html_table import Cell, Column, show_table
from dashboard.session import Session
from hospital.stock_plan import OrderLine, StockPlan


def line_name(session: Session, line: OrderLine) -> str:
    """Medicine and hospital of a line."""
    return f"{medicine_name(session.work, line.medicine)} · {line.hospital}"


def show_terms(session: Session, plan: StockPlan) -> None:
    """A line of the order is chosen; its terms are shown."""
    t = session.t
    lines = sorted(plan.lines, key=lambda row: -row.stockout_probability_before)
    if not lines:
        return
    with st.container(border=True):
        st.subheader(t("Why this quantity"), anchor=False)
        place = st.selectbox(
            t("Line of the order"),
            range(len(lines)),
            format_func=lambda at: line_name(session, lines[at]),
            key="order-line",
        )
        line = lines[place]
        rows: list[list[str | Cell]] = [
            [t(TERMS.get(term.term, term.term)), t.isolated(_signed(t, term.units))]
            for term in line.terms
        ]
        rows.append([Cell(t("Ordered"), "good"), Cell(t.number(line.units), "good")])
        columns = [Column(t("Term")), Column(t("Units"), is_figure=True)]
        show_table(t("The terms add up to the quantity"), columns, rows)


def _signed(t: Translator, units: float) -> str:
    return ("+" if units > 0 else "") + t.number(units)
