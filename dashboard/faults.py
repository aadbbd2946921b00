"""A fault of ours: the log has all of it, the person gets a sentence and a code, not a trace."""

from __future__ import annotations

import logging

from application.faults import our_fault
from dashboard.parts.errors import show_error
from dashboard.session import here

LOG = logging.getLogger(__name__)


def show_fault(fault: Exception) -> bool:
    """Logs the fault and says so on the page; True keeps Streamlit from showing its own words."""
    LOG.error("A page failed.", exc_info=fault)
    show_error(here().t, our_fault())
    return True
