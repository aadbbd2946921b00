"""The order to take away: a sheet for the buyer, a spreadsheet, a table for a machine."""

from __future__ import annotations

from functools import partial

import streamlit as st

from application.use_cases.export_order import order_file
from dashboard.parts.file_buttons import SHORT_RUN, show_file_buttons
from dashboard.session import Session


def show_order_files(session: Session, run: str) -> None:
    """One button for each kind of file; every file says whose word it is."""
    t = session.t
    labels = {
        ".pdf": t("Order for the buyer (PDF)"),
        ".xlsx": t("Order for the buyer (Excel)"),
        ".csv": t("Every line (CSV)"),
    }

    def make(suffix: str) -> partial[bytes]:
        return partial(order_file, session.work, run, suffix, t)

    show_file_buttons(f"order-{run[:SHORT_RUN]}", labels, make, {})
    st.caption(t("Every file says whether this order was approved, and by whom."))
