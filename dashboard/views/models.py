"""Models and drift: which model is trusted, does it still hold, and how do people decide?"""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard.parts.audit_state import show_audit
from dashboard.parts.drift_table import show_drift_states
from dashboard.parts.errors import show_or_explain
from dashboard.parts.head import show_head
from dashboard.parts.model_registry import show_registry
from dashboard.parts.override_rates import show_rates
from dashboard.session import Session

PARTS = (show_registry, show_drift_states, show_rates, show_audit)


def draw(session: Session) -> None:
    """Registry, drift, decisions and record; what fails or is not allowed hides no other part."""
    t = session.t
    show_head(
        session,
        t("Models and drift"),
        t("Which model is trusted how far, does it still hold, and how do people decide?"),
    )
    for part in PARTS:
        with st.container(border=True):
            show_or_explain(session.t, partial(part, session))
