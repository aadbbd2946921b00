"""A fault of ours: the log has all of it, the person gets a sentence and a code, not a trace."""

from __future__ import annotations

import logging

from application.disk_trouble import told_of_disk
from application.faults import our_fault
from dashboard.parts.errors import show_error
from dashboard.session import here

LOG = logging.getLogger(__name__)


def show_fault(fault: Exception) -> bool:
    """Logs the fault and says so on the page; True keeps Streamlit from showing its own words."""
    LOG.error("A page failed.", exc_info=fault)
    of_disk = told_of_disk(fault) if isinstance(fault, OSError) else None
    show_error(here().t, of_disk or our_fault())
    return True
