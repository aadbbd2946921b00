"""What to issue in place of what runs out: the same INN, strength and form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from application.jobs import works
from application.use_cases.overview import medicine_name
from application.use_cases.stock_answers import (
    SUBSTITUTES,
    newest_answer,
    read_substitutes,
)
from dashboard import workroom
from dashboard.parts.html_table import Column, show_table
from dashboard.parts.job_panel import start_job
from dashboard.session import Session
from hospital.errors import say

if TYPE_CHECKING:
    from application.use_cases.stock_answers import Substitution


def show_substitutes(session: Session, order: str) -> None:
    """The button, then what can be issued instead."""
    t = session.t
    is_busy = session.job is not None
    if st.button(t("Look for substitutes"), key="ask-substitutes", disabled=is_busy):
        start_job(session, say("Looking for substitutes"), works.substitutes(order))
    run = newest_answer(session.work, SUBSTITUTES, order)
    if run is not None:
        _show(session, workroom.kept(session.work, run.run, read_substitutes))


def _show(session: Session, found: tuple[Substitution, ...]) -> None:
    t = session.t
    if not found:
        st.info(t("Nothing that runs out has another of its INN, strength and form to spare."))
        return
    heads = (t("Medicine that runs out"), t("Hospital"), t("Code"), t("Issue in its place"))
    amounts = (t("Units lacking"), t("Units to issue"))
    show_table(
        t("Issue instead of what runs out"),
        [*(Column(head) for head in heads), *(Column(head, is_figure=True) for head in amounts)],
        [
            [
                medicine_name(session.work, row.medicine),
                row.hospital,
                row.medicine,
                row.substitute,
                t.number(row.lacking_units),
                t.number(row.units),
            ]
            for row in found
        ],
    )
