"""What a person would have instead: boxes of an order, or values by their place for the others."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from application.terms import Edit, RecommendationKind
from application.use_cases.change_order import LineKey, edits_of_packs, key_of
from application.use_cases.state_change import edits_of
from dashboard import workroom
from dashboard.parts.order_terms import line_name
from dashboard.session import Session
from hospital.stock_plan import OrderLine

MOST_PACKS = 1_000_000
Edits = Callable[[], tuple[Edit, ...]]
"""Called when the form is sent: what was changed, as it goes on record."""


def choose_lines(session: Session, run: str, kind: RecommendationKind) -> list[OrderLine]:
    """The lines of an order that a person wants to change; before the form, which follows them."""
    if kind is not RecommendationKind.STOCK_ORDER:
        return []
    lines = workroom.order(session.work, run).lines
    t = session.t
    chosen: list[OrderLine] = st.multiselect(
        t("Lines that you change"),
        lines,
        format_func=partial(line_name, session),
        key="changed-lines",
        placeholder=t("Choose lines of the order"),
    )
    return chosen


def ask_edits(
    session: Session, run: str, kind: RecommendationKind, lines: list[OrderLine]
) -> Edits:
    """The fields of the form for what is changed."""
    if kind is RecommendationKind.STOCK_ORDER:
        packs = _ask_packs(session, lines)
        return lambda: edits_of_packs(session.work, run, packs) if packs else ()
    return _ask_values(session, run, kind)


def _ask_packs(session: Session, lines: list[OrderLine]) -> dict[LineKey, int]:
    t = session.t
    packs = {}
    for line in lines:
        key = key_of(line)
        packs[key] = int(
            st.number_input(
                t("Boxes of {medicine}", medicine=line_name(session, line)),
                0,
                MOST_PACKS,
                line.packs,
                help=t(
                    "Proposed: {packs} boxes of {units} units. 0 takes the line out.",
                    packs=line.packs,
                    units=line.units // line.packs,
                ),
                key="packs-" + "-".join(key),
            )
        )
    return packs


def _ask_values(session: Session, run: str, kind: RecommendationKind) -> Edits:
    t = session.t
    advice = {
        RecommendationKind.ROSTER: t(
            "Easier: move the duty above. That makes a draft of its own, which you accept."
        ),
        RecommendationKind.THEATRE_PLAN: t(
            "Easier: plan the day again above. That makes a draft of its own, which you accept."
        ),
    }
    if kind in advice:
        st.caption(advice[kind])
    text = st.text_area(
        t("Your values, one a line: /place=value (needed to modify)"),
        max_chars=5000,
        height=80,
        help=t("tadbir decide RUN --show prints every place."),
        key="lines",
    )
    lines = [line for line in text.splitlines() if line.strip()]
    return lambda: edits_of(session.work, run, lines) if lines else ()
