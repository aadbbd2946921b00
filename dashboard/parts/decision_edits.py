"""What a person would have instead: boxes of an order, units of transfers, or values by place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import streamlit as st

from application.terms import Edit, RecommendationKind
from application.use_cases import change_order, change_transfers
from application.use_cases.overview import medicine_name
from application.use_cases.state_change import edits_of
from dashboard import workroom
from dashboard.parts.order_terms import line_name
from dashboard.session import Session
from hospital.stock_plan import OrderLine, TransferLine

MOST_PACKS = 1_000_000
Edits = Callable[[], tuple[Edit, ...]]
"""Called when the form is sent: what was changed, as it goes on record."""
AskEdits = Callable[[], Edits]
"""Called inside the form: draws a field for each thing that was chosen before it."""
Line = TypeVar("Line")


def choose_edits(session: Session, run: str, kind: RecommendationKind) -> AskEdits:
    """Which lines a person wants to change; before the form, which follows them."""
    t = session.t
    if kind is RecommendationKind.STOCK_ORDER:
        ordered = _choose(
            (t("Lines that you change"), t("Choose lines of the order")),
            workroom.order(session.work, run).lines,
            partial(line_name, session),
            "changed-lines",
        )
        return partial(_ask_packs, session, run, ordered)
    if kind is RecommendationKind.STOCK_TRANSFERS:
        moved = _choose(
            (t("Transfers that you change"), t("Choose transfers")),
            workroom.transfers(session.work, run).lines,
            partial(_move_name, session),
            "changed-moves",
        )
        return partial(_ask_units, session, run, moved)
    return partial(_ask_values, session, run, kind)


def _choose(
    said: tuple[str, str], lines: Sequence[Line], name: Callable[[Line], str], key: str
) -> list[Line]:
    label, placeholder = said
    chosen: list[Line] = st.multiselect(
        label, lines, format_func=name, key=key, placeholder=placeholder
    )
    return chosen


def _ask_packs(session: Session, run: str, lines: list[OrderLine]) -> Edits:
    t = session.t
    packs = {}
    for line in lines:
        key = change_order.key_of(line)
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
    return lambda: change_order.edits_of_packs(session.work, run, packs) if packs else ()


def _ask_units(session: Session, run: str, lines: list[TransferLine]) -> Edits:
    t = session.t
    on_hand = {(lot.hospital, lot.medicine, lot.lot): lot.units for lot in session.work.gst.lots}
    units = {}
    for line in lines:
        key = change_transfers.key_of(line)
        units[key] = int(
            st.number_input(
                t("Units of {transfer}", transfer=_move_name(session, line)),
                0,
                on_hand[line.origin, line.medicine, line.lot],
                line.units,
                help=t("Proposed: {units} units. 0 leaves the lot where it is.", units=line.units),
                key="units-" + "-".join(key),
            )
        )
    return lambda: change_transfers.edits_of_units(session.work, run, units) if units else ()


def _move_name(session: Session, line: TransferLine) -> str:
    way = session.t(
        "from {origin} to {destination}", origin=line.origin, destination=line.destination
    )
    return f"{medicine_name(session.work, line.medicine)} · {line.lot} · {way}"


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
