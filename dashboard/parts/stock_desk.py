"""What a pharmacist asks beside the order: moves, purchases at once, substitutes, the tender."""

from __future__ import annotations

import streamlit as st

from dashboard.parts.emergency_purchases import show_emergency
from dashboard.parts.substitutes import show_substitutes
from dashboard.parts.tender import show_tender
from dashboard.parts.transfers import show_transfers
from dashboard.session import Session


def show_desk(session: Session, order: str) -> None:
    """One tab for each question; an answer is kept with the order beside which it was asked."""
    t = session.t
    titles = (t("Transfers"), t("Emergency purchases"), t("Substitutes"), t("Tender of a year"))
    with st.container(border=True):
        st.subheader(t("Besides the order"), anchor=False)
        moves, at_once, instead, year = st.tabs(list(titles))
        with moves:
            show_transfers(session, order)
        with at_once:
            show_emergency(session, order)
        with instead:
            show_substitutes(session, order)
        with year:
            show_tender(session, order)
