"""The order to take away: a sheet for the buyer, a spreadsheet, a table for a machine."""

from __future__ import annotations

from functools import partial

import streamlit as st

from application.use_cases.export_order import ORDER_FORMATS, order_file
from dashboard.parts.roster_files import MEDIA_TYPES, SHORT_RUN
from dashboard.session import Session


def show_order_files(session: Session, run: str) -> None:
    """One button for each kind of file, made only when somebody asks for it."""
    t = session.t
    labels = {
        ".pdf": t("Order for the buyer (PDF)"),
        ".xlsx": t("Order for the buyer (Excel)"),
        ".csv": t("Every line (CSV)"),
    }
    with st.container(horizontal=True):
        for suffix in ORDER_FORMATS:
            st.download_button(
                labels[suffix],
                partial(order_file, session.work, run, suffix, t),
                file_name=f"order-{run[:SHORT_RUN]}{suffix}",
                mime=MEDIA_TYPES[suffix],
                on_click="ignore",
                key=f"order-file{suffix}",
            )
    st.caption(t("Every file says whether this order was approved, and by whom."))
