"""A fault of ours on a page: the log has all of it, the person gets a sentence, not a trace."""

from __future__ import annotations

import logging

import streamlit as st

from dashboard.session import here

LOG = logging.getLogger(__name__)


def show_fault(fault: Exception) -> bool:
    """Logs the fault and says so on the page; True keeps Streamlit from showing its own words."""
    LOG.error("A page failed.", exc_info=fault)
    st.error(
        here().t("Something went wrong on our side. The log of the server says what.")
        + "  \n`internal_fault`"
    )
    return True
