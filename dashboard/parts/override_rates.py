"""How often people overrule what is proposed, and how fast they accept it."""

from __future__ import annotations

import streamlit as st

from application.language import Translator
from application.use_cases.decide import decision_rates
from application.words import ROLES
from dashboard.parts.html_table import Column, show_table
from dashboard.session import Session
from dashboard.wording import KINDS

PERCENT = 100


def show_rates(session: Session) -> None:
    """By kind, role and week; a rate of zero is shown as plainly as a high one."""
    t = session.t
    st.subheader(t("How people decide"), anchor=False)
    rows = decision_rates(session.work)
    if not rows:
        st.caption(t("Nobody has decided anything yet."))
        return
    heads = (t("Kind"), t("Role"), t("Week"))
    figures = (t("Decisions"), t("Overruled"), t("Accepted in under 3 s"))
    show_table(
        t("How people decide, by kind, role and week"),
        [*(Column(head) for head in heads), *(Column(head, is_figure=True) for head in figures)],
        [
            [
                t(KINDS[row.kind]),
                t(ROLES[row.role]),
                row.week,
                t.number(row.decisions),
                _percent(t, row.override_rate),
                _percent(t, row.fast_rate),
            ]
            for row in rows
        ],
    )
    st.caption(
        t(
            "Whoever never overrules and accepts in under three seconds has not read: both rates "
            "deserve a question."
        )
    )


def _percent(t: Translator, share: float | None) -> str:
    return "–" if share is None else t.isolated(f"{t.number(PERCENT * share)} %")
